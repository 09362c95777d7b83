"""Assessment cycles and the criteria sets they were opened with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from storage.dialect import PerDialect
from storage.errors import RowMissing
from storage.rows import CycleRow
from storage.schema import criteria_sets, cycles

_PUT_SET = PerDialect(criteria_sets, lambda insert: insert.on_conflict_do_nothing(index_elements=["digest"]))
_SET_TEXT = select(criteria_sets.c.text).where(criteria_sets.c.digest == bindparam("set_digest"))
_ADD = insert(cycles).returning(cycles.c.id)
_CLOSE = (
    update(cycles)
    .where(cycles.c.id == bindparam("cycle_id"), cycles.c.closed_at.is_(None))
    .values(closed_at=bindparam("at"))
)
_BY_CYCLE = update(cycles).where(cycles.c.id == bindparam("cycle_id"))
_MOVE = _BY_CYCLE.values(due_at=bindparam("until"))
_REOPEN = _BY_CYCLE.values(closed_at=None)
_AMEND = _BY_CYCLE.values(set_digest=bindparam("digest"))
_APPROVAL = _BY_CYCLE.values(approval=bindparam("wanted"))
_PLAN = _BY_CYCLE.values(reminders=bindparam("plan"))
_ALL: Select[Any] = select(
    cycles.c.id,
    cycles.c.year,
    cycles.c.set_digest,
    cycles.c.opens_at,
    cycles.c.due_at,
    cycles.c.publish_at,
    cycles.c.closed_at,
    cycles.c.reminders,
    cycles.c.approval,
)
_OPEN = _ALL.where(cycles.c.closed_at.is_(None)).order_by(cycles.c.year.desc(), cycles.c.id.desc()).limit(1)
_LATEST = _ALL.order_by(cycles.c.id.desc()).limit(1)
_IN_ORDER = _ALL.order_by(cycles.c.id)
_BY_ID = _ALL.where(cycles.c.id == bindparam("cycle_id"))


def put_set(conn: Connection, digest: str, name: str, text: str) -> None:
    """Keep the text of a criteria set under its digest; the same digest again changes nothing."""
    conn.execute(_PUT_SET(conn), {"digest": digest, "name": name, "text": text})


def set_text(conn: Connection, digest: str) -> str:
    """The text of a criteria set; RowMissing when it was never kept."""
    text = conn.execute(_SET_TEXT, {"set_digest": digest}).scalar()
    if text is None:
        raise RowMissing(f"criteria set {digest}")
    return str(text)


def add_cycle(
    conn: Connection,
    *,
    year: int,
    set_digest: str,
    opens_at: int,
    due_at: int,
    publish_at: int | None = None,
    approval: bool = False,
) -> int:
    """Open a cycle and return its id; IntegrityError when a cycle of that year is open already."""
    row = {"year": year, "set_digest": set_digest, "opens_at": opens_at, "due_at": due_at, "publish_at": publish_at}
    return int(conn.execute(_ADD, row | {"approval": approval}).scalar_one())


def close_cycle(conn: Connection, cycle_id: int, at: int) -> bool:
    """Close a cycle; False when it is closed already."""
    return conn.execute(_CLOSE, {"cycle_id": cycle_id, "at": at}).rowcount == 1


def move_deadline(conn: Connection, cycle_id: int, due_at: int) -> None:
    """Give all units another deadline."""
    conn.execute(_MOVE, {"cycle_id": cycle_id, "until": due_at})


def reopen_cycle(conn: Connection, cycle_id: int) -> None:
    """Let a closed cycle take entries again; IntegrityError when another one of its year is open."""
    conn.execute(_REOPEN, {"cycle_id": cycle_id})


def amend_cycle(conn: Connection, cycle_id: int, set_digest: str) -> None:
    """Score the cycle by another set that is kept here."""
    conn.execute(_AMEND, {"cycle_id": cycle_id, "digest": set_digest})


def plan_reminders(conn: Connection, cycle_id: int, plan: str) -> None:
    """Keep when the cycle reminds; the text is the caller's."""
    conn.execute(_PLAN, {"cycle_id": cycle_id, "plan": plan})


def set_approval(conn: Connection, cycle_id: int, approval: bool) -> None:
    """Have a unit's leader approve what it hands in, or let it go by itself."""
    conn.execute(_APPROVAL, {"cycle_id": cycle_id, "wanted": approval})


def open_cycle(conn: Connection) -> CycleRow | None:
    """The cycle that is open now (of the latest year, should there be several)."""
    row = conn.execute(_OPEN).first()
    return None if row is None else CycleRow(*row)


def latest_cycle(conn: Connection) -> CycleRow | None:
    """The cycle opened last, closed or not."""
    row = conn.execute(_LATEST).first()
    return None if row is None else CycleRow(*row)


def list_cycles(conn: Connection) -> tuple[CycleRow, ...]:
    """Every cycle, the oldest first."""
    return tuple(CycleRow(*row) for row in conn.execute(_IN_ORDER))


def cycle_by_id(conn: Connection, cycle_id: int) -> CycleRow | None:
    """Load a cycle by its id."""
    row = conn.execute(_BY_ID, {"cycle_id": cycle_id}).first()
    return None if row is None else CycleRow(*row)
