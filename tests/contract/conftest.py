"""Every contract test that asks for ``store`` runs on SQLite and on a real PostgreSQL."""

from product_store.fixtures import postgres, sqlite_file_url, sqlite_store, sqlite_template, store, store_url

__all__ = ["postgres", "sqlite_file_url", "sqlite_store", "sqlite_template", "store", "store_url"]
