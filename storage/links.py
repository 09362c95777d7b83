"""The chats of one person on several channels: linked, taken apart, and brought together when two people are one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, select, update

from storage import erasure, inquiries, people
from storage.dialect import from_json
from storage.rows import ChatRow
from storage.schema import chats, outbox, recipients
from storage.schema import people as people_table

_CHAT: Select[Any] = select(*(chats.c[name] for name in ChatRow._fields))
_BY_ID: ColumnElement[bool] = chats.c.id == bindparam("chat_id")
_ONE = _CHAT.where(_BY_ID)
_LINKED = _CHAT.where(
    chats.c.person_id == bindparam("person"), chats.c.kind == "private", chats.c.pulled.is_(False)
).order_by(chats.c.last_used_at.desc(), chats.c.id.desc())
_UNBIND = (
    update(chats)
    .where(_BY_ID, chats.c.person_id == bindparam("person"))
    .values(person_id=None, offers=None, card_is_last=False)
)
_DROP = (
    update(outbox)
    .where(outbox.c.chat_id == bindparam("chat"), outbox.c.state.in_(("queued", "paused")), outbox.c.owner.is_(None))
    .values(state="dropped", settled_at=bindparam("at"))
)
_HAS_PAGE = select(func.count()).where(chats.c.person_id == bindparam("person"), chats.c.pulled.is_(True))
_MOVE = update(chats).where(chats.c.person_id == bindparam("gone")).values(person_id=bindparam("keep"))
_MOVE_PUSHED = _MOVE.where(chats.c.pulled.is_(False))
_TOO = recipients.alias()
_MOVE_RECIPIENTS = (
    update(recipients)
    .where(
        recipients.c.person_id == bindparam("gone"),
        ~exists().where(and_(_TOO.c.mailing_id == recipients.c.mailing_id, _TOO.c.person_id == bindparam("keep"))),
    )
    .values(person_id=bindparam("keep"))
)
_LEAVE = (
    update(people_table)
    .where((people_table.c.id == bindparam("gone")) | (people_table.c.merged_into == bindparam("gone")))
    .values(place="{}", assessment_id=None, merged_into=bindparam("keep"))
)


def chat_by_id(conn: Connection, chat_id: int) -> ChatRow | None:
    """A chat, whoever's it is; locks nothing."""
    row = conn.execute(_ONE, {"chat_id": chat_id}).first()
    return None if row is None else _chat(row)


def chats_linked(conn: Connection, person_id: int) -> tuple[ChatRow, ...]:
    """Every private chat the person writes from, the one used last first; pages are not among them."""
    return tuple(_chat(row) for row in conn.execute(_LINKED, {"person": person_id}))


def unlink_chat(conn: Connection, chat_id: int, person_id: int, at: int) -> bool:
    """Make a chat nobody's, and drop what waits for it; False when it is not this person's (any more)."""
    if conn.execute(_UNBIND, {"chat_id": chat_id, "person": person_id}).rowcount != 1:
        return False
    conn.execute(_DROP, {"chat": chat_id, "at": at})
    return True


def merge_people(conn: Connection, keep: int, gone: int, at: int) -> None:
    """Let one person have the chats and live roles of another, who keeps nothing but a name in the history.

    The sessions of `gone` end. The place in the conversation stays that of `keep`, who takes over that of `gone` only
    when nothing was begun. A page of `gone` comes along only when `keep` has none.
    """
    people.lock_people(conn, (keep, gone))
    erasure.end_everything(conn, gone, at)
    both = {"keep": keep, "gone": gone}
    has_page = conn.execute(_HAS_PAGE, {"person": keep}).scalar_one()
    conn.execute(_MOVE_PUSHED if has_page else _MOVE, both)
    for role in people.roles_of(conn, gone):
        people.revoke_role(conn, role.id, at)
        people.grant_role(conn, keep, role.role, role.unit_id, at)
    conn.execute(_MOVE_RECIPIENTS, both)
    inquiries.hand_over(conn, gone, keep)
    _take_over(conn, keep, gone)


def _take_over(conn: Connection, keep: int, gone: int) -> None:
    kept, left = people.person_by_id(conn, keep), people.person_by_id(conn, gone)
    if kept is not None and left is not None:
        if kept.assessment_id is None and left.assessment_id is not None:
            people.put_place(conn, keep, left.place, left.assessment_id)
        if kept.accepted_at is None and left.accepted_at is not None:
            people.accept_notice(conn, keep, left.accepted_at)
    conn.execute(_LEAVE, {"keep": keep, "gone": gone})


def _chat(row: Iterable[Any]) -> ChatRow:
    chat = ChatRow(*row)
    return chat if chat.offers is None else chat._replace(offers=from_json(str(chat.offers)))
