"""The short way to SQLite gives what SQLAlchemy gives, row for row and error for error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError

from storage import direct
from storage.direct import DirectConnection, Rows
from storage.engines import sqlite_writer

THINGS = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("is_last", Boolean, nullable=False),
)
PUT = insert(THINGS)
PUT_TOLD = insert(THINGS).returning(THINGS.c.id, THINGS.c.is_last)
PUT_MANY_TOLD = insert(THINGS).returning(THINGS.c.id, sort_by_parameter_order=True)
NAMED = select(THINGS.c.id, THINGS.c.name, THINGS.c.is_last).where(THINGS.c.name == bindparam("wanted"))
ALL = select(THINGS.c.name).order_by(THINGS.c.id)
MARK = update(THINGS).where(THINGS.c.name == bindparam("wanted")).values(is_last=True)
COUNT = select(func.count()).select_from(THINGS)
SOME = select(THINGS.c.name).where(THINGS.c.id.in_(bindparam("ids", expanding=True)))


@pytest.fixture(autouse=True)
def no_plans_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "_plans", {})
    monkeypatch.setattr(direct, "_kept", [])


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[DirectConnection]:
    engine = sqlite_writer(f"sqlite:///{tmp_path / 'direct.db'}")
    made = DirectConnection(engine)
    with made.begin():
        THINGS.create(made)
    with made.begin():
        yield made
    made.close()
    engine.dispose()


def put(conn: Connection, *names: str) -> None:
    for name in names:
        conn.execute(PUT, {"name": name, "is_last": False})


def test_a_plain_statement_goes_the_short_way(conn: DirectConnection) -> None:
    put(conn, "a")
    assert isinstance(conn.execute(NAMED, {"wanted": "a"}), Rows)


def test_rows_have_names_and_the_types_of_their_columns(conn: DirectConnection) -> None:
    put(conn, "a")
    conn.execute(MARK, {"wanted": "a"})
    row = conn.execute(NAMED, {"wanted": "a"}).one()
    assert (row.name, row.is_last, tuple(row)) == ("a", True, (1, "a", True))
    assert type(row.is_last) is bool


def test_both_ways_give_the_same(conn: DirectConnection) -> None:
    put(conn, "a", "b")
    for statement, given in ((ALL, None), (COUNT, None), (NAMED, {"wanted": "b"}), (NAMED, {"wanted": "z"})):
        short, usual = conn.execute(statement, given), Connection.execute(conn, statement, given)
        assert [tuple(row) for row in short] == [tuple(row) for row in usual]


def test_keys_and_counts_are_told(conn: DirectConnection) -> None:
    made = conn.execute(PUT, {"name": "a", "is_last": True}).inserted_primary_key
    assert (made[0], conn.execute(MARK, {"wanted": "a"}).rowcount) == (1, 1)
    assert conn.execute(MARK, {"wanted": "z"}).rowcount == 0
    assert conn.execute(PUT_TOLD, {"name": "b", "is_last": False}).one() == (2, False)
    assert conn.execute(COUNT).scalar_one() == 2
    assert list(conn.execute(ALL).scalars()) == ["a", "b"]
    assert conn.execute(NAMED, {"wanted": "z"}).scalar() is None


def test_several_sets_of_parameters_go_the_short_way_together(conn: DirectConnection) -> None:
    """Checked against: only the first set run; the types of columns forgotten."""
    several = [{"name": name, "is_last": name == "b"} for name in "abc"]
    assert isinstance(conn.execute(PUT, several), Rows)
    told = [tuple(row) for row in Connection.execute(conn, select(THINGS.c.name, THINGS.c.is_last))]
    assert told == [("a", False), ("b", True), ("c", False)]
    assert conn.execute(MARK, [{"wanted": "a"}, {"wanted": "z"}, {"wanted": "c"}]).rowcount == 2
    with pytest.raises(IntegrityError, match="UNIQUE"):
        conn.execute(PUT, [{"name": "d", "is_last": True}, {"name": "a", "is_last": True}])


def test_a_row_that_is_missing_is_missed(conn: DirectConnection) -> None:
    with pytest.raises(NoResultFound):
        conn.execute(NAMED, {"wanted": "z"}).one()


def test_errors_are_those_of_sqlalchemy(conn: DirectConnection) -> None:
    put(conn, "a")
    with pytest.raises(IntegrityError, match="UNIQUE"):
        put(conn, "a")
    conn.exec_driver_sql("DROP TABLE things")
    with pytest.raises(OperationalError, match="no such table"):
        conn.execute(ALL)


@pytest.mark.parametrize(
    ("statement", "given"),
    [(SOME, {"ids": [1, 2]}), (PUT_MANY_TOLD, [{"name": "x", "is_last": True}, {"name": "y", "is_last": True}])],
)
def test_what_is_not_plain_goes_the_usual_way(conn: DirectConnection, statement: Any, given: Any) -> None:
    put(conn, "a")
    assert not isinstance(conn.execute(statement, given), Rows)


def test_what_is_done_outside_a_transaction_begins_one_as_ever(tmp_path: Path) -> None:
    with DirectConnection(sqlite_writer(f"sqlite:///{tmp_path / 'other.db'}")) as conn:
        conn.execute(select(1))
        assert conn.in_transaction()


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with DirectConnection(sqlite_writer(f"sqlite:///{tmp_path / 'other.db'}")) as conn:
        with conn.begin():
            THINGS.create(conn)
        with pytest.raises(IntegrityError), conn.begin():
            put(conn, "a", "a")
        with conn.begin():
            assert conn.execute(COUNT).scalar_one() == 0


def test_plans_are_bounded(conn: DirectConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "_MOST", len(direct._plans))
    assert not isinstance(conn.execute(select(THINGS.c.id)), Rows)
