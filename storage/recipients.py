"""Everyone a mailing is for: where each is written to, who must still be shown it, who may be tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, select, update

from storage.mailings import JOINED, STATE
from storage.schema import chats, mailings, recipients, roles

_OPEN_STATES = ("uncertain", "failed")
"""What a person may send again: nobody knows whether it arrived, or it surely did not."""

_PUSHED = and_(chats.c.kind == "private", chats.c.blocked_at.is_(None), chats.c.pulled.is_(False))
_LOOKED_AT = and_(chats.c.kind == "private", chats.c.pulled.is_(True))


def _latest(usable: ColumnElement[bool]) -> Any:
    """The person's chat of that sort used last."""
    return (
        select(chats.c.id)
        .where(chats.c.person_id == recipients.c.person_id, usable)
        .order_by(chats.c.last_used_at.desc(), chats.c.id.desc())
        .limit(1)
        .correlate(recipients)
        .scalar_subquery()
    )


_OF_MAILING = recipients.c.mailing_id == bindparam("mailing")
_WITHOUT_ROW = recipients.c.outbox_id.is_(None)
_WAYS: Select[Any] = (
    select(recipients.c.id, recipients.c.unit_id, recipients.c.way, _latest(_PUSHED))
    .where(_OF_MAILING, recipients.c.way.in_(("chat", "mail")))
    .order_by(recipients.c.id)
)
_NEW_WAYS = _WAYS.where(_WITHOUT_ROW)
_SOME_WAYS = _WAYS.where(recipients.c.id.in_(bindparam("ids", expanding=True)))
_UNSHOWN = (
    select(recipients.c.id, recipients.c.unit_id, recipients.c.way, _latest(_LOOKED_AT), recipients.c.person_id)
    .where(_OF_MAILING, recipients.c.way == "page", _WITHOUT_ROW)
    .order_by(recipients.c.id)
)
_PAGES_DUE = select(mailings.c.id).where(
    mailings.c.state == "going",
    mailings.c.due_at <= bindparam("now"),
    exists().where(recipients.c.mailing_id == mailings.c.id, recipients.c.way == "page", _WITHOUT_ROW),
)
_OPEN = (
    select(recipients.c.id, recipients.c.outbox_id)
    .select_from(JOINED)
    .where(_OF_MAILING, STATE.in_(_OPEN_STATES))
    .order_by(recipients.c.id)
)
_SERVES = select(roles.c.unit_id, roles.c.role).where(
    roles.c.person_id == bindparam("person"), roles.c.unit_id.is_not(None), roles.c.revoked_at.is_(None)
)
_LOSE = update(recipients).where(recipients.c.id.in_(bindparam("ids", expanding=True))).values(way="none")


@dataclass(frozen=True, slots=True)
class Way:
    """How one recipient is written to now: in this chat (None: in none any more), or by the unit's mailbox."""

    recipient_id: int
    unit_id: int | None
    way: str
    chat_id: int | None
    person_id: int | None = None


def ways(conn: Connection, mailing_id: int, ids: Sequence[int] | None = None) -> tuple[Way, ...]:
    """Where each recipient without a message yet (or each of those named) is written to, in order."""
    if ids is None:
        rows = conn.execute(_NEW_WAYS, {"mailing": mailing_id})
    else:
        rows = conn.execute(_SOME_WAYS, {"mailing": mailing_id, "ids": list(ids)})
    return tuple(Way(*row) for row in rows)


def unshown(conn: Connection, mailing_id: int) -> tuple[Way, ...]:
    """Recipients who look at a page and do not find it there yet."""
    return tuple(Way(*row) for row in conn.execute(_UNSHOWN, {"mailing": mailing_id}))


def lose(conn: Connection, ids: Sequence[int]) -> None:
    """Note that these can be written to nowhere any more."""
    if ids:
        conn.execute(_LOSE, {"ids": list(ids)})


def pages_due(conn: Connection, now: int) -> tuple[int, ...]:
    """Mailings that go by now and are still to be put on pages."""
    return tuple(conn.execute(_PAGES_DUE, {"now": now}).scalars())


def open_recipients(conn: Connection, mailing_id: int) -> tuple[tuple[int, int], ...]:
    """Recipients a person may send to again, with the message that was tried, in order."""
    return tuple((recipient, row) for recipient, row in conn.execute(_OPEN, {"mailing": mailing_id}))


def serves(conn: Connection, person_id: int) -> tuple[tuple[int, str], ...]:
    """The units a person serves now, each with the role, in the order of the units' ids."""
    return tuple(sorted((unit, role) for unit, role in conn.execute(_SERVES, {"person": person_id})))
