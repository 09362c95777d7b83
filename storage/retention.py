"""What is forgotten when its time is over: old messages and sessions, texts of old cycles; and who is long gone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, delete, func, or_, select, update

from storage.schema import (
    assessments,
    chats,
    cycles,
    inquiries,
    outbox,
    passes,
    people,
    roles,
    sessions,
    sign_ins,
    texts,
)

_BEFORE: ColumnElement[int] = bindparam("before")
_OPEN_SINCE = select(func.min(cycles.c.opens_at)).where(cycles.c.closed_at.is_(None))
_ENDED = outbox.c.state.in_(("sent", "failed", "replaced", "dropped", "kept"))
_ON_PAGE = outbox.c.state.in_(("kept", "replaced"))
# The newest card of a page stays: it is where its person stands.
_STANDING = (
    select(func.max(outbox.c.id)).where(outbox.c.kind == "card", outbox.c.state == "kept").group_by(outbox.c.chat_id)
)
_EMPTY_MESSAGES = (
    update(outbox)
    .where(_ENDED, outbox.c.settled_at < _BEFORE, outbox.c.body != "{}", outbox.c.id.not_in(_STANDING))
    .values(body="{}", late=None, state=case((_ON_PAGE, "dropped"), else_=outbox.c.state))
)
_OLD_SESSIONS = delete(sessions).where(or_(sessions.c.ended_at < _BEFORE, sessions.c.expires_at < _BEFORE))
_OLD_SIGN_INS = delete(sign_ins).where(sign_ins.c.expires_at < _BEFORE)
_OF_OLD_CYCLES = (
    select(assessments.c.id).join(cycles, cycles.c.id == assessments.c.cycle_id).where(cycles.c.closed_at < _BEFORE)
)
_OLD_PASSES = delete(passes).where(passes.c.expires_at < _BEFORE)
_OLD_TEXTS = update(texts).where(texts.c.body.is_not(None), texts.c.assessment_id.in_(_OF_OLD_CYCLES)).values(body=None)
_OLD_NOTES = (
    update(inquiries)
    .where(inquiries.c.note.is_not(None), inquiries.c.assessment_id.in_(_OF_OLD_CYCLES))
    .values(note=None)
)
_LIVE_ROLE = select(roles.c.id).where(roles.c.person_id == people.c.id, roles.c.revoked_at.is_(None)).exists()
_LATE_ROLE = select(roles.c.id).where(roles.c.person_id == people.c.id, roles.c.revoked_at >= _BEFORE).exists()
_SEEN_SINCE = select(chats.c.id).where(chats.c.person_id == people.c.id, chats.c.last_used_at >= _BEFORE).exists()
_LONG_GONE = (
    select(people.c.id)
    .where(
        and_(people.c.erased_at.is_(None), people.c.created_at < _BEFORE),
        ~_LIVE_ROLE,
        ~_LATE_ROLE,
        ~_SEEN_SINCE,
    )
    .order_by(people.c.id)
)


def forget_messages(conn: Connection, before: int) -> int:
    """Empty what was said before a moment, but nothing of a cycle that is open; returns how many messages."""
    since = conn.execute(_OPEN_SINCE).scalar()
    return conn.execute(_EMPTY_MESSAGES, {"before": before if since is None else min(before, since)}).rowcount


def forget_sessions(conn: Connection, before: int) -> int:
    """Delete sessions, one-time links and passes that were over before a moment; returns how many."""
    gone = conn.execute(_OLD_SESSIONS, {"before": before}).rowcount
    gone += conn.execute(_OLD_PASSES, {"before": before}).rowcount
    return gone + conn.execute(_OLD_SIGN_INS, {"before": before}).rowcount


def forget_texts(conn: Connection, before: int) -> int:
    """Erase the free texts of cycles that closed before a moment; answers, points and the ledger stay."""
    gone = conn.execute(_OLD_TEXTS, {"before": before}).rowcount
    return gone + conn.execute(_OLD_NOTES, {"before": before}).rowcount


def long_gone(conn: Connection, before: int) -> tuple[int, ...]:
    """People without a role who did nothing since a moment."""
    return tuple(conn.execute(_LONG_GONE, {"before": before}).scalars())
