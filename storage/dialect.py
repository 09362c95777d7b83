"""The few places where SQLite and PostgreSQL speak differently, hidden behind one spelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import orjson
from sqlalchemy import ColumnElement, Connection, Executable, Select, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Insert: TypeAlias = sqlite.Insert | postgresql.Insert
_PLAIN = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def to_json(value: Any) -> str:
    """Canonical JSON text: sorted keys, no blanks, letters as they are; TypeError when it is not JSON."""
    return orjson.dumps(value, option=_PLAIN).decode()


def from_json(text: str) -> Any:
    """What a JSON text says; ValueError when it is none."""
    return orjson.loads(text)


def is_sqlite(conn: Connection) -> bool:
    """Say whether the connection speaks SQLite."""
    return conn.dialect.name == "sqlite"


class PerDialect:
    """One insert, spelled once and built for both dialects, so that each keeps its own compiled statement."""

    def __init__(self, table: Table, spell: Callable[[Insert], Executable]) -> None:
        self._statements = {"sqlite": spell(sqlite.insert(table)), "postgresql": spell(postgresql.insert(table))}

    def __call__(self, conn: Connection) -> Executable:
        """Return the statement for this connection."""
        return self._statements[conn.dialect.name]


class json_array(FunctionElement[str]):  # noqa: N801 - SQL functions are spelled small
    """A JSON array of the given columns."""

    inherit_cache = True
    type = Text()


class json_of(FunctionElement[str]):  # noqa: N801
    """A column that holds JSON text, as JSON, so that it nests instead of being quoted."""

    inherit_cache = True
    type = Text()


class json_rows(FunctionElement[str]):  # noqa: N801
    """All rows of a sub-select as one JSON array in text; ``[]`` when there is none."""

    inherit_cache = True
    type = Text()


@compiles(json_array, "sqlite")
def _json_array_lite(element: json_array, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **kw)})"


@compiles(json_array, "postgresql")
def _json_array_pg(element: json_array, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_build_array({compiler.process(element.clauses, **kw)})"


@compiles(json_of, "sqlite")
def _json_of_lite(element: json_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json({compiler.process(element.clauses, **kw)})"


@compiles(json_of, "postgresql")
def _json_of_pg(element: json_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS JSON)"


@compiles(json_rows, "sqlite")
def _json_rows_lite(element: json_rows, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **kw)})"


@compiles(json_rows, "postgresql")
def _json_rows_pg(element: json_rows, compiler: SQLCompiler, **kw: Any) -> str:
    return f"COALESCE(CAST(json_agg({compiler.process(element.clauses, **kw)}) AS TEXT), '[]')"


def gathered(columns: Callable[[json_rows], Select[str]], *of: ColumnElement[Any]) -> ColumnElement[str]:
    """A scalar sub-select that gathers ``of`` from the rows that ``columns`` selects."""
    return columns(json_rows(json_array(*of))).scalar_subquery()
