"""How the columns of every table are spelled, and how constraints are named."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Text

Whole = BigInteger().with_variant(Integer, "sqlite")  # a BigInteger key does not count up on SQLite

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_() -> Column[int]:
    """The key of a table, which the database counts up itself."""
    return Column("id", Whole, primary_key=True)


def time_(name: str, *, nullable: bool = False) -> Column[int]:
    """A moment in milliseconds since 1970."""
    return Column(name, Whole, nullable=nullable)


def count_(name: str) -> Column[int]:
    """A small whole number that begins at 0."""
    return Column(name, Integer, nullable=False, server_default="0")


def words_(name: str, *, nullable: bool = False, default: str | None = None) -> Column[str]:
    """A text of any length; `default` is what the database puts in where nothing is given."""
    return Column(name, Text, nullable=nullable, server_default=default)


def of_(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    """The key of a row of another table; `target` is "table.column"."""
    return Column(name, Whole, ForeignKey(target), nullable=nullable)
