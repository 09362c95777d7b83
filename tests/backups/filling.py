"""Rows for every table there is, whatever tables come, and every row of a database to compare."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, insert, select

from storage.schema import metadata


def fill(conn: Connection) -> None:
    """Two rows in every table: one with every column filled, one with nothing that may be missing."""
    for table in metadata.sorted_tables:
        for number in (1, 2):
            conn.execute(insert(table).values({column.name: value(column, number) for column in table.columns}))


def value(column: Column[Any], number: int) -> Any:
    """What stands in a column of the first or the second row; references point to the row of the same number."""
    if number == 2 and column.nullable:
        return None
    referred = next((key.column for key in column.foreign_keys), column)
    if isinstance(column.type, Boolean):
        return number == 1
    if isinstance(column.type, Integer):
        return number
    return f"“Đợt” {referred.name}\n{number}"


def everything(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    return {
        table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns))]
        for table in metadata.sorted_tables
    }
