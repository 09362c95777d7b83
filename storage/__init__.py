"""Rows, not meaning: schema, migrations and queries by noun, one code path for SQLite and PostgreSQL."""
