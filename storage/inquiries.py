"""Inquiries: one criterion that an officer asked a colleague about, and what the colleague proposed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, insert, or_, select, update

from storage.dialect import from_json, to_json
from storage.rows import InquiryRow, JsonObject
from storage.schema import assessments, cycles, inquiries, invites, people

UNSETTLED = ("open", "answered")
"""States in which something may still come of an inquiry."""
_askers = people.alias("askers")
_colleagues = people.alias("colleagues")
_BY_ID: ColumnElement[bool] = inquiries.c.id == bindparam("inquiry")
_IS_UNSETTLED = inquiries.c.state.in_(UNSETTLED)
_ADD = insert(inquiries).returning(inquiries.c.id)
_ALL: Select[Any] = (
    select(
        inquiries.c.id,
        inquiries.c.assessment_id,
        inquiries.c.criterion,
        inquiries.c.asked_by,
        _askers.c.name,
        inquiries.c.asked_at,
        inquiries.c.invite_id,
        invites.c.code_hash,
        invites.c.expires_at,
        inquiries.c.colleague_id,
        _colleagues.c.name,
        inquiries.c.state,
        inquiries.c.answer,
        inquiries.c.note,
        inquiries.c.answered_at,
        inquiries.c.settled_at,
    )
    .select_from(
        inquiries.join(_askers, _askers.c.id == inquiries.c.asked_by)
        .join(invites, invites.c.id == inquiries.c.invite_id)
        .outerjoin(_colleagues, _colleagues.c.id == inquiries.c.colleague_id)
    )
    .order_by(inquiries.c.id)
)
_OF = _ALL.where(inquiries.c.assessment_id == bindparam("assessment"))
_BY_CODE = _ALL.where(invites.c.code_hash == bindparam("hash"))
_FOR = (
    _ALL.join(assessments, assessments.c.id == inquiries.c.assessment_id)
    .join(cycles, cycles.c.id == assessments.c.cycle_id)
    .where(inquiries.c.colleague_id == bindparam("person"), _IS_UNSETTLED, cycles.c.closed_at.is_(None))
)
_COME = (
    update(inquiries)
    .where(_BY_ID, or_(inquiries.c.colleague_id.is_(None), inquiries.c.colleague_id == bindparam("person")))
    .values(colleague_id=bindparam("person"))
)
_PROPOSE = (
    update(inquiries)
    .where(_BY_ID, _IS_UNSETTLED)
    .values(state="answered", answer=bindparam("new_answer"), note=bindparam("new_note"), answered_at=bindparam("at"))
)
_HAND_OVER = (
    update(inquiries)
    .where(inquiries.c.colleague_id == bindparam("gone"), _IS_UNSETTLED)
    .values(colleague_id=bindparam("keep"))
)
_SETTLE = (
    update(inquiries).where(_BY_ID, _IS_UNSETTLED).values(state=bindparam("new_state"), settled_at=bindparam("at"))
)


def add_inquiry(
    conn: Connection, assessment_id: int, criterion: str, asked_by: int, invite_id: int, asked_at: int
) -> int:
    """Store that somebody is asked about a criterion, by an invite; return its id."""
    row = {"assessment_id": assessment_id, "criterion": criterion, "asked_by": asked_by, "invite_id": invite_id}
    return int(conn.execute(_ADD, row | {"asked_at": asked_at, "state": "open"}).scalar_one())


def inquiries_of(conn: Connection, assessment_id: int) -> tuple[InquiryRow, ...]:
    """Every inquiry about an assessment, settled ones too, in the order in which they were asked."""
    return tuple(_row(row) for row in conn.execute(_OF, {"assessment": assessment_id}))


def inquiry_by_code(conn: Connection, code_hash: str) -> InquiryRow | None:
    """The inquiry that the invite with this code was made for; None for any other invite. Locks nothing."""
    row = conn.execute(_BY_CODE, {"hash": code_hash}).first()
    return None if row is None else _row(row)


def inquiries_for(conn: Connection, person_id: int) -> tuple[InquiryRow, ...]:
    """What a colleague was asked and nobody has settled yet, in cycles that are open, oldest first."""
    return tuple(_row(row) for row in conn.execute(_FOR, {"person": person_id}))


def come(conn: Connection, inquiry_id: int, person_id: int) -> bool:
    """Note which colleague it is; False when it is somebody else's already."""
    return conn.execute(_COME, {"inquiry": inquiry_id, "person": person_id}).rowcount == 1


def propose(conn: Connection, inquiry_id: int, answer: JsonObject, note: str, at: int) -> bool:
    """Keep what the colleague answered last, and their note; False when it was settled before."""
    values = {"inquiry": inquiry_id, "new_answer": to_json(answer), "new_note": note or None, "at": at}
    return conn.execute(_PROPOSE, values).rowcount == 1


def hand_over(conn: Connection, gone: int, keep: int) -> None:
    """Let what one person was asked, and nobody has settled, be asked of another: the two are one person now."""
    conn.execute(_HAND_OVER, {"gone": gone, "keep": keep})


def settle(conn: Connection, inquiry_id: int, state: str, at: int) -> bool:
    """End an inquiry as taken, refused or withdrawn; False when it was settled before."""
    return conn.execute(_SETTLE, {"inquiry": inquiry_id, "new_state": state, "at": at}).rowcount == 1


def _row(row: Any) -> InquiryRow:
    columns = list(row)
    columns[12] = None if columns[12] is None else from_json(columns[12])
    return InquiryRow(*columns)
