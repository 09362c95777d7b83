"""SQLite files for the watch."""

from product_store.fixtures import sqlite_file_url, sqlite_template

__all__ = ["sqlite_file_url", "sqlite_template"]
