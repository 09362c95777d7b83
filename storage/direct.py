"""SQLite's short way: a statement's text and order of parameters are worked out once, then handed to the driver.

What SQLAlchemy does around each execution takes three times as long as SQLite itself. Only plain statements go this way
(nothing expanded or made up in Python, rows told for one set of parameters only); for all others SQLAlchemy does what
it always does.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Select
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

Convert = Callable[[Any], Any]
_MOST = 1000
"""Plans kept; statements are made once per module, so there are far fewer."""


class Rows:
    """What a statement gave, already fetched; the part of a result that our queries use."""

    __slots__ = ("_rows", "inserted_primary_key", "rowcount")

    def __init__(self, rows: Sequence[Any], rowcount: int, lastrowid: int | None) -> None:
        self._rows = rows
        self.rowcount = rowcount
        self.inserted_primary_key = (lastrowid,)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> Sequence[Any]:
        """Every row."""
        return self._rows

    def first(self) -> Any:
        """The first row, None when there is none."""
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """The only row; NoResultFound, MultipleResultsFound."""
        if not self._rows:
            raise NoResultFound("one row was expected, there is none")
        if len(self._rows) > 1:
            raise MultipleResultsFound(f"one row was expected, there are {len(self._rows)}")
        return self._rows[0]

    def scalar(self) -> Any:
        """The first column of the first row, None when there is none."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The first column of the only row."""
        return self.one()[0]

    def scalars(self) -> Rows:
        """The first column of every row."""
        return Rows([row[0] for row in self._rows], self.rowcount, None)


@dataclass(slots=True)
class _Plan:
    """How a statement is run. It is kept with the plan, so that its id stays its own; the first run makes `row`."""

    statement: Any
    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    outward: tuple[tuple[int, Convert], ...]
    inward: tuple[tuple[int, Convert], ...]
    tells: bool
    """Whether rows come back."""
    row: Callable[[Iterable[Any]], Any] | None = None

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """A set of parameters as the driver takes it."""
        known = {**self.fixed, **given} if self.fixed else given
        values = [known[name] for name in self.names]
        for place, convert in self.outward:
            values[place] = convert(values[place])
        return values


_plans: dict[tuple[int, tuple[str, ...]], _Plan | None] = {}
_kept: list[Any] = []


class DirectConnection(Connection):
    """A connection to SQLite that runs plain statements the short way while a transaction is open."""

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        """Execute a statement; errors are SQLAlchemy's whichever way it goes."""
        several = type(parameters) is list and len(parameters) > 0
        given = {} if parameters is None else parameters[0] if several else parameters
        if execution_options is None and type(given) is dict and self.in_transaction():
            key = (id(statement), tuple(given))
            plan = _plans[key] if key in _plans else _remember(self, statement, key)
            if plan is not None and (not several or len(parameters) == 1):
                return self._run(plan, given)
            if plan is not None and not plan.tells and all(one.keys() == given.keys() for one in parameters):
                return self._run_many(plan, parameters)
        return super().execute(statement, parameters, execution_options=execution_options)

    def _run(self, plan: _Plan, given: Mapping[str, Any]) -> Rows:
        values = plan.values(given)
        driver = cast("sqlite3.Connection", self.connection.dbapi_connection)
        try:
            cursor = driver.execute(plan.text, values)
            found = cursor.fetchall() if cursor.description else []
        except sqlite3.Error as error:
            raise _wrapped(self, plan, values, error) from error
        return Rows(_read(plan, cursor, found) if found else found, cursor.rowcount, cursor.lastrowid)

    def _run_many(self, plan: _Plan, given: Sequence[Mapping[str, Any]]) -> Rows:
        """The same statement for several sets of parameters; it tells nothing but how many rows it touched."""
        rows = [plan.values(one) for one in given]
        driver = cast("sqlite3.Connection", self.connection.dbapi_connection)
        try:
            cursor = driver.executemany(plan.text, rows)
        except sqlite3.Error as error:
            raise _wrapped(self, plan, rows, error) from error
        return Rows((), cursor.rowcount, None)


def _remember(conn: Connection, statement: Any, key: tuple[int, tuple[str, ...]]) -> _Plan | None:
    if len(_plans) >= _MOST:
        return None
    _kept.append(statement)
    plan = _plans[key] = _plan(conn, statement, key[1])
    return plan


def _plan(conn: Connection, statement: Any, given: tuple[str, ...]) -> _Plan | None:
    """Work out how to run a statement with parameters of these names; None when it is not plain enough."""
    if not isinstance(statement, Select | UpdateBase):
        return None
    compiled = statement.compile(dialect=conn.dialect, column_keys=list(given))
    if not isinstance(compiled, SQLCompiler) or compiled.positiontup is None:
        return None
    if compiled.post_compile_params or compiled.literal_execute_params or compiled.prefetch:
        return None
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    order = [binds[name] for name in compiled.positiontup]
    if any(bind.required and bind.key not in given for bind in order):
        return None
    return _Plan(
        statement,
        str(compiled),
        tuple(bind.key for bind in order),
        {bind.key: bind.effective_value for bind in order if bind.key not in given},
        _converters(bind.type.dialect_impl(conn.dialect).bind_processor(conn.dialect) for bind in order),
        _converters(
            column.type.dialect_impl(conn.dialect).result_processor(conn.dialect, None)
            for column in statement.exported_columns
        ),
        bool(statement.exported_columns),
    )


def _converters(converters: Iterable[Convert | None]) -> tuple[tuple[int, Convert], ...]:
    return tuple((place, convert) for place, convert in enumerate(converters) if convert is not None)


def _read(plan: _Plan, cursor: sqlite3.Cursor, found: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Rows with their columns' names, and with their values as the columns' types have them."""
    if plan.row is None:
        names = [column[0] for column in cursor.description]
        plan.row = namedtuple("Row", names, rename=True)._make  # type: ignore[attr-defined]
    if not plan.inward:
        return [plan.row(values) for values in found]
    rows = [list(values) for values in found]
    for values in rows:
        for place, convert in plan.inward:
            values[place] = convert(values[place])
    return [plan.row(values) for values in rows]


def _wrapped(conn: Connection, plan: _Plan, values: Sequence[Any], error: sqlite3.Error) -> BaseException:
    hide = conn.engine.hide_parameters
    return DBAPIError.instance(plan.text, values, error, sqlite3.Error, hide_parameters=hide, dialect=conn.dialect)
