"""Backups: the database and the files in one encrypted file, and back."""
