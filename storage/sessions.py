"""Sessions: which browser is signed in as whom, until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from storage.rows import NewSession, SessionRow
from storage.schema import chats, sessions

_LIVE: Select[Any] = (
    select(
        sessions.c.id,
        sessions.c.chat_id,
        chats.c.person_id,
        sessions.c.created_at,
        sessions.c.seen_at,
        sessions.c.expires_at,
        sessions.c.label,
        chats.c.channel,
        chats.c.address,
    )
    .select_from(sessions.join(chats, chats.c.id == sessions.c.chat_id))
    .where(sessions.c.ended_at.is_(None), sessions.c.expires_at > bindparam("now"), chats.c.person_id.is_not(None))
)
_BY_TOKEN = _LIVE.where(sessions.c.token_hash == bindparam("token"))
_OF_PERSON = _LIVE.where(chats.c.person_id == bindparam("person")).order_by(sessions.c.seen_at.desc(), sessions.c.id)
_ADD = insert(sessions).returning(sessions.c.id)
_SEE = update(sessions).where(sessions.c.id == bindparam("session")).values(seen_at=bindparam("at"))
_THEIRS = select(chats.c.id).where(chats.c.person_id == bindparam("person"))
_END = (
    update(sessions)
    .where(
        sessions.c.id.in_(bindparam("ids", expanding=True)),
        sessions.c.chat_id.in_(_THEIRS),
        sessions.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"))
    .returning(sessions.c.id)
)


def add_session(conn: Connection, session: NewSession) -> int:
    """Let a browser in and return the session's id; IntegrityError for a token that was used before."""
    row = {
        "token_hash": session.token_hash,
        "chat_id": session.chat_id,
        "label": session.label,
        "created_at": session.at,
        "seen_at": session.at,
        "expires_at": session.expires_at,
    }
    return int(conn.execute(_ADD, row).scalar_one())


def find_session(conn: Connection, token_hash: str, at: int) -> SessionRow | None:
    """The session of this token that lives at the moment; locks nothing."""
    row = conn.execute(_BY_TOKEN, {"token": token_hash, "now": at}).first()
    return None if row is None else SessionRow(*row)


def sessions_of(conn: Connection, person_id: int, at: int) -> tuple[SessionRow, ...]:
    """The person's sessions that live, the one used last first."""
    return tuple(SessionRow(*row) for row in conn.execute(_OF_PERSON, {"person": person_id, "now": at}))


def see_session(conn: Connection, session_id: int, at: int) -> None:
    """Note that the session was used."""
    conn.execute(_SEE, {"session": session_id, "at": at})


def end_sessions(conn: Connection, person_id: int, ids: Sequence[int], at: int) -> tuple[int, ...]:
    """End these sessions of this person, nobody else's; return which were ended now."""
    asked = {"ids": list(ids), "person": person_id, "at": at}
    return tuple(sorted(conn.execute(_END, asked).scalars()))
