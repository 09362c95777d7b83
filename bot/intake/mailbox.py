"""Notices that no chat can deliver go to a mailbox: the unit's own, or the agency's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.conversation.turn import Holders, Recipient, Reply, UnitOfficers
from bot.intake.moments import to_ms
from bot.postal import PostalWrong, mail_address
from storage import chats, mailings, outbox
from storage.rows import ChatRow, JsonObject, NewOutboxRow, OutboxRow

if TYPE_CHECKING:
    from bot.intake.post import Pen

MAILBOX = "mailbox"
"""In the body of a notice to a chat: for whom it is, so that their mailbox can take it when the chat does not."""
FORGIVEN = timedelta(days=7)
"""A mailbox that was refused is tried again after so long: nobody writes from it to say that it is well again."""
_MAIL = "mail"
URGENT = frozenset({"alarm"})
"""Notices whose letter goes out beside the chat: they may be about that very chat's channel."""


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """Whether letters go out at all, whether always or only where no chat delivers, and where the agency reads its
    mail ("" for nowhere)."""

    enabled: bool = False
    always: bool = False
    agency: str = ""


def letters(
    conn: Connection,
    policy: MailPolicy,
    reply: Reply,
    newcomer: int | None,
    body: Callable[[], JsonObject],
    now: datetime,
) -> tuple[NewOutboxRow, ...]:
    """The letter a notice becomes beside what goes to chats, or instead; mostly none. `body` makes its text.

    That somebody joined is no news to themselves: their own chat delivers it to nobody.
    """
    if not policy.enabled or not isinstance(reply.to, UnitOfficers | Holders):
        return ()
    if not policy.always and reply.template not in URGENT and _in_chats(conn, reply.to, newcomer):
        return ()
    box = mailbox_of(conn, policy, reply.to, now)
    if box is None:
        return ()
    key = f"{reply.key}:{box.id}" if reply.key else None
    return (NewOutboxRow(box.id, "notice", "message", body(), to_ms(now), key=key),)


def for_whom(policy: MailPolicy, to: Recipient, newcomer: int | None) -> JsonObject:
    """What the body of a notice to a chat says of whom it is for; nothing where no mailbox stands for them."""
    if not policy.enabled:
        return {}
    match to:
        case UnitOfficers(unit_id):
            return {MAILBOX: {"unit": unit_id, "newcomer": newcomer}}
        case Holders(role):
            return {MAILBOX: {"role": role, "newcomer": newcomer}}
        case _:
            return {}


def mailbox_of(conn: Connection, policy: MailPolicy, to: UnitOfficers | Holders, now: datetime) -> ChatRow | None:
    """The mailbox that stands for these people; None where there is none, or none that takes letters."""
    given = chats.mail_of_unit(conn, to.unit_id) if isinstance(to, UnitOfficers) else policy.agency
    if not policy.enabled or not given:
        return None
    try:
        address = mail_address(given)
    except PostalWrong:  # as the list of units has it
        return None
    at = to_ms(now)
    box = chats.mailbox(conn, address, at)
    if box.blocked_at is not None:
        if at - box.blocked_at < FORGIVEN / timedelta(milliseconds=1):
            return None
        chats.set_blocked(conn, box.id, None)
    return box


def send_instead(conn: Connection, pen: Pen, ids: Iterable[int], now: datetime) -> int:
    """Give what chats surely did not take to the mailboxes, each notice once; returns how many letters wait.

    Nothing is doubled: not what may have arrived, not what a colleague was sent in a chat, not what the mailbox got
    from the start.
    """
    if not pen.mail.enabled or pen.mail.always:
        return 0
    return sum(_send_instead(conn, pen.mail, row, now) for row in outbox.load_rows(conn, ids))


def _send_instead(conn: Connection, policy: MailPolicy, row: OutboxRow, now: datetime) -> bool:
    if row.state != "failed" or row.lane != "notice" or row.channel == _MAIL:
        return False
    mailing = mailings.mailing_of_row(conn, row.id)
    mailing_id, unit_id, state = mailing or (None, None, "")
    to = _of_unit(unit_id) if mailing else _named(row)
    if to is None or state == "cancelled":
        return False
    newcomer = row.body.get(MAILBOX, {}).get("newcomer")
    if any(chat.id != row.chat_id for chat in _in_chats(conn, to, newcomer)):
        return False
    box = mailbox_of(conn, policy, to, now)
    if box is None:
        return False
    body = {name: value for name, value in row.body.items() if name != MAILBOX}
    notice = f"mailing:{mailing_id}" if mailing else _base(row)
    letter = NewOutboxRow(
        box.id,
        "notice",
        "message",
        body,
        to_ms(now),
        late=row.late,
        key=f"{notice}:{box.id}",
        state="paused" if state == "paused" else "queued",
        mailing_id=mailing_id,
    )
    (number,) = outbox.put(conn, [letter])
    if number is not None and mailing:
        mailings.attach_mail(conn, row.id, number)
    return number is not None


def _named(row: OutboxRow) -> UnitOfficers | Holders | None:
    """Whom a notice is for, as its body says."""
    match row.body.get(MAILBOX):
        case {"unit": int(unit_id)}:
            return UnitOfficers(unit_id)
        case {"role": str(role)}:
            return Holders(role)
        case _:
            return None


def _of_unit(unit_id: int | None) -> UnitOfficers | Holders:
    return Holders("reviewer") if unit_id is None else UnitOfficers(unit_id)


def _base(row: OutboxRow) -> str:
    """The notice itself, the same in whichever chat it stood; a notice without a name of its own is just this row."""
    return row.key.removesuffix(f":{row.chat_id}") if row.key else f"instead:{row.id}"


def _in_chats(conn: Connection, to: UnitOfficers | Holders, but: int | None) -> tuple[ChatRow, ...]:
    """The chats in which these people can be told something; what waits on a page has reached nobody."""
    if isinstance(to, UnitOfficers):
        found = chats.chats_of_unit(conn, to.unit_id, "officer")
    else:
        found = chats.chats_of_role(conn, to.role)
    return tuple(chat for chat in found if not chat.pulled and (but is None or chat.person_id != but))
