"""Stores for the tests of delivery."""

from product_store.fixtures import postgres, sqlite_file_url, sqlite_store, sqlite_template, store, store_url

__all__ = ["postgres", "sqlite_file_url", "sqlite_store", "sqlite_template", "store", "store_url"]
