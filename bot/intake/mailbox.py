"""Notices that no chat can deliver go to a mailbox: the unit's own, or the agency's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.conversation.turn import Holders, Recipient, Reply, UnitLeaders, UnitOfficers
from bot.intake.moments import to_ms
from bot.postal import PostalWrong, mail_address
from storage import chats
from storage.rows import ChatRow, JsonObject, NewOutboxRow

MAILBOX = "mailbox"
"""In the body of a notice to a chat: for whom it is, so that their mailbox can take it when the chat does not."""
FORGIVEN = timedelta(days=7)
"""A mailbox that was refused is tried again after so long: nobody writes from it to say that it is well again."""
MAIL = "mail"
SAID = "said"
"""In the body of a notice to a plain chat: its text without the buttons in words, for the chat it may go to next."""
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
    if not policy.enabled or not isinstance(reply.to, UnitOfficers | UnitLeaders | Holders):
        return ()
    if not policy.always and reply.template not in URGENT and in_chats(conn, reply.to, newcomer):
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


def mailbox_of(
    conn: Connection, policy: MailPolicy, to: UnitOfficers | UnitLeaders | Holders, now: datetime
) -> ChatRow | None:
    """The mailbox that stands for these people; None where there is none, or none that takes letters."""
    given = policy.agency if isinstance(to, Holders) else chats.mail_of_unit(conn, to.unit_id)
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


def in_chats(conn: Connection, to: UnitOfficers | UnitLeaders | Holders, but: int | None) -> tuple[ChatRow, ...]:
    """The chats in which these people can be told something; what waits on a page has reached nobody."""
    if isinstance(to, Holders):
        found = chats.chats_of_role(conn, to.role)
    else:
        found = chats.chats_of_unit(conn, to.unit_id, "leader" if isinstance(to, UnitLeaders) else "officer")
    return tuple(chat for chat in found if not chat.pulled and (but is None or chat.person_id != but))
