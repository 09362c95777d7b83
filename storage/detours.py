"""Other ways for a notice: the chats of its person it can go to next, who else was told the same, what waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    literal_column,
    or_,
    select,
    update,
)

from storage.outbox_rows import QUEUED
from storage.rows import OutboxState
from storage.schema import chats, mailings, outbox, recipients, roles

LIVE: tuple[OutboxState, ...] = ("queued", "paused", "sent", "uncertain")
"""A message that arrived, may have, or is still to be tried."""

_USABLE: ColumnElement[bool] = and_(chats.c.kind == "private", chats.c.blocked_at.is_(None), chats.c.pulled.is_(False))
_CHATS = (
    select(chats.c.id, chats.c.channel, chats.c.plain)
    .where(chats.c.person_id == bindparam("person"), _USABLE)
    .order_by(chats.c.last_used_at.desc(), chats.c.id.desc())
)
_KEY_THERE = bindparam("base", type_=Text()) + literal_column("':'") + cast(chats.c.id, Text)
_TRIED = (
    select(chats.c.id, outbox.c.state)
    .select_from(chats.join(outbox, outbox.c.key == _KEY_THERE))
    .where(chats.c.person_id == bindparam("person"))
)
_HOLDERS = select(roles.c.person_id).where(
    roles.c.revoked_at.is_(None),
    roles.c.role == bindparam("role"),
    or_(bindparam("any_unit"), roles.c.unit_id.is_not_distinct_from(bindparam("unit"))),
)
_COLLEAGUE: ColumnElement[bool] = and_(
    chats.c.person_id.in_(_HOLDERS),
    chats.c.person_id.not_in(bindparam("but", expanding=True)),
    chats.c.kind == "private",
    chats.c.pulled.is_(False),
)
_END = (outbox.c.state, outbox.c.settled_at, outbox.c.id)
_TOLD: Select[Any] = select(*_END).select_from(chats.join(outbox, outbox.c.key == _KEY_THERE)).where(_COLLEAGUE)
_TOLD_OF_MANY: Select[Any] = (
    select(*_END)
    .select_from(
        recipients.join(outbox, outbox.c.id == recipients.c.outbox_id).join(chats, chats.c.id == outbox.c.chat_id)
    )
    .where(recipients.c.mailing_id == bindparam("mailing"), _COLLEAGUE)
)
_OF_MANY = (
    select(recipients.c.mailing_id, recipients.c.unit_id, mailings.c.kind, mailings.c.state)
    .select_from(recipients.join(mailings, mailings.c.id == recipients.c.mailing_id))
    .where(recipients.c.outbox_id == bindparam("row"))
)
_FOLLOW = update(recipients).where(recipients.c.outbox_id == bindparam("old")).values(outbox_id=bindparam("new"))
_OTHER = chats.alias("other")
_HAS_ANOTHER: ColumnElement[bool] = (
    exists()
    .where(
        _OTHER.c.person_id == chats.c.person_id,
        _OTHER.c.kind == "private",
        _OTHER.c.blocked_at.is_(None),
        _OTHER.c.pulled.is_(False),
        _OTHER.c.channel.not_in(bindparam("down", expanding=True)),
    )
    .correlate(chats)
)
_MOVABLE = and_(QUEUED, outbox.c.owner.is_(None), outbox.c.lane == "notice", outbox.c.kind == "message")
_WAITING = (
    select(outbox.c.id)
    .select_from(outbox.join(chats, chats.c.id == outbox.c.chat_id))
    .where(
        _MOVABLE,
        outbox.c.due_at <= bindparam("now"),
        outbox.c.id > bindparam("after"),
        chats.c.channel == bindparam("of_channel"),
        chats.c.kind == "private",
        _HAS_ANOTHER,
    )
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)
_GIVE_UP = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), _MOVABLE)
    .values(state="failed", settled_at=bindparam("at"), last_error=bindparam("error"))
)
_LATELY_FAILED = (
    select(outbox.c.id)
    .where(outbox.c.state == "failed", outbox.c.lane == "notice", outbox.c.settled_at >= bindparam("since"))
    .order_by(outbox.c.settled_at, outbox.c.id)
)


@dataclass(frozen=True, slots=True)
class OtherChat:
    """A chat of a person in which something can be sent to them."""

    id: int
    channel: str
    plain: bool


@dataclass(frozen=True, slots=True)
class OfMany:
    """The mailing that a message belongs to, and the unit it is about there."""

    mailing_id: int
    unit_id: int | None
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the same notice to somebody else."""

    state: OutboxState
    settled_at: int | None
    row_id: int


def usable_chats(conn: Connection, person_id: int) -> tuple[OtherChat, ...]:
    """The chats in which something can be sent to the person now, the one used last first; pages are none."""
    return tuple(OtherChat(*row) for row in conn.execute(_CHATS, {"person": person_id}))


def tried(conn: Connection, person_id: int, base: str) -> Mapping[int, OutboxState]:
    """In which chats of the person a notice of this name stands, and how it stands there."""
    rows = conn.execute(_TRIED, {"person": person_id, "base": base})
    return {int(chat): state for chat, state in rows}


def told(conn: Connection, base: str, role: str, unit_id: int | None, but: Iterable[int]) -> tuple[Told, ...]:
    """The same notice in the chats of the others who hold the role (in the unit, None: anywhere in the office)."""
    asked = {"base": base, "role": role, "unit": unit_id, "any_unit": unit_id is None, "but": list(but)}
    return tuple(Told(*row) for row in conn.execute(_TOLD, asked))


def told_of_many(
    conn: Connection, mailing_id: int, role: str, unit_id: int | None, but: Iterable[int]
) -> tuple[Told, ...]:
    """The same for what goes out to many."""
    asked = {"mailing": mailing_id, "role": role, "unit": unit_id, "any_unit": unit_id is None, "but": list(but)}
    return tuple(Told(*row) for row in conn.execute(_TOLD_OF_MANY, asked))


def of_many(conn: Connection, row_id: int) -> OfMany | None:
    """The mailing of which this row is somebody's message now; None for any other row."""
    row = conn.execute(_OF_MANY, {"row": row_id}).first()
    return None if row is None else OfMany(*row)


def follow(conn: Connection, old_row: int, new_row: int) -> None:
    """A recipient's message is another row from now on."""
    conn.execute(_FOLLOW, {"old": old_row, "new": new_row})


def waiting(conn: Connection, channel: str, down: Collection[str], now: int, after: int, most: int) -> tuple[int, ...]:
    """Notices above number ``after`` that are due on the channel, that nobody has claimed, and whose person can be
    written to on a channel that is not down."""
    asked = {"of_channel": channel, "down": [*down, channel], "now": now, "after": after, "most": most}
    return tuple(conn.execute(_WAITING, asked).scalars())


def give_up(conn: Connection, row_id: int, at: int, error: str) -> bool:
    """End a notice that was surely not sent; False when somebody has claimed it or it has ended."""
    return conn.execute(_GIVE_UP, {"row": row_id, "at": at, "error": error}).rowcount == 1


def lately_failed(conn: Connection, since: int) -> Sequence[int]:
    """The notices that have failed since a moment, in the order in which they did."""
    return tuple(conn.execute(_LATELY_FAILED, {"since": since}).scalars())
