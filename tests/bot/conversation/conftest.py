"""SQLite files for the tests that run the conversation through the real door."""

from product_store.fixtures import sqlite_file_url, sqlite_template

__all__ = ["sqlite_file_url", "sqlite_template"]
