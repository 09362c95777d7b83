"""Notices that a chat surely did not take, or that a channel cut off holds up, go to their person's next chat; to a
mailbox only when no chat is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.conversation.mailing import TRIAL
from bot.conversation.turn import Holders, UnitOfficers
from bot.intake.late import OF_MANY
from bot.intake.mailbox import MAIL, MAILBOX, SAID, in_chats, mailbox_of
from bot.intake.moments import to_ms
from bot.intake.offers import listed_in_words
from storage import chats, detours, mailings, outbox, people
from storage.detours import LIVE, OfMany, OtherChat
from storage.rows import JsonObject, NewOutboxRow, OutboxRow

if TYPE_CHECKING:
    from bot.intake.post import Pen

CUT_OFF = "cut off"
"""The error a notice ends with that was moved away from a channel nobody could reach."""
TRIED = "tried"
"""In the body of a notice: the chats in which it surely did not arrive."""


@dataclass(frozen=True, slots=True)
class _Notice:
    """One notice to one person: the row that stands for it now, its name, and the mailing it belongs to."""

    row: OutboxRow
    of_many: OfMany | None

    @property
    def base(self) -> str:
        """What it is called, the same in whichever chat it stands; one without a name is just its first row."""
        row = self.row
        return row.key.removesuffix(f":{row.chat_id}") if row.key else f"instead:{row.id}"

    @property
    def tried(self) -> list[int]:
        """The chats in which it was tried."""
        return [*self.row.body.get(TRIED, ()), self.row.chat_id]


def send_instead(conn: Connection, pen: Pen, ids: Iterable[int], now: datetime) -> int:
    """Give what chats surely did not take to the next chat of the same person, else to a mailbox, each notice once;
    returns how many messages wait.

    Nothing is doubled: not what may have arrived, not what stands in another chat of the person. A mailbox gets nothing
    that a colleague was sent in a chat, nor what it got from the start.
    """
    failed = [row for row in outbox.load_rows(conn, ids) if row.state == "failed" and row.lane == "notice"]
    failed.sort(key=lambda row: (row.settled_at or 0, row.id))
    notices = [one for row in failed if row.channel != MAIL and (one := _notice(conn, row)) is not None]
    put, left = 0, []
    for one in notices:
        if one.row.person_id is None or not (found := _next_chats(conn, one, pen.down())):
            left.append(one)
        elif isinstance(found[0], OtherChat):
            put += _put(conn, pen, one, found[0], now)
    return put + sum(_letter(conn, pen, one, now) for one in left)


def move_over(conn: Connection, pen: Pen, channel: str, ids: Iterable[int], now: datetime) -> int:
    """Move these notices, of which nobody has tried or claimed any just now, to chats of their people on channels that
    work; those for whom there is none wait on. Returns how many were moved."""
    down = pen.down() | {channel}
    moved = 0
    for row in outbox.load_rows(conn, ids):
        one = _notice(conn, row) if row.channel == channel and row.person_id is not None else None
        found = _next_chats(conn, one, down) if one is not None else []
        target = next((chat for chat in found if isinstance(chat, OtherChat) and chat.channel not in down), None)
        if one is not None and target is not None and detours.give_up(conn, row.id, to_ms(now), CUT_OFF):
            moved += _put(conn, pen, one, target, now)
    return moved


def _notice(conn: Connection, row: OutboxRow) -> _Notice | None:
    """The notice a row stands for; None when another row does, or it is not to be sent any more."""
    of_many = detours.of_many(conn, row.id)
    if of_many is None:
        return None if OF_MANY in row.body else _Notice(row, None)
    state = mailings.lock(conn, of_many.mailing_id)  # so that it is not paused behind our back
    if state == "cancelled":
        return None
    return _Notice(row, OfMany(of_many.mailing_id, of_many.unit_id, of_many.kind, state))


@dataclass(frozen=True, slots=True)
class _HasIt:
    """The person has the notice in another chat, or may have it (a doubt that was let be, too), or is about to."""


def _next_chats(conn: Connection, one: _Notice, down: Collection[str]) -> list[OtherChat | _HasIt]:
    """Where the notice can go next, the chat used last first and those on channels that are down at the end."""
    person = one.row.person_id or 0
    states = detours.tried(conn, person, one.base)
    if any(state in (*LIVE, "dropped") for chat, state in states.items() if chat != one.row.chat_id):
        return [_HasIt()]
    known = {*one.tried, *states}
    left = [chat for chat in detours.usable_chats(conn, person) if chat.id not in known]
    return [*sorted(left, key=lambda chat: chat.channel in down)]


def _put(conn: Connection, pen: Pen, one: _Notice, chat: OtherChat, now: datetime) -> bool:
    """The same notice in another chat; the recipient of a mailing follows, so that it is counted there."""
    row = one.row
    body = {**_told(row), TRIED: one.tried} | ({MAILBOX: row.body[MAILBOX]} if MAILBOX in row.body else {})
    if chat.plain and row.late is None:
        body[SAID] = body["html"]
        pairs = [(str(label), str(press)) for line in body.get("rows", ()) for label, press in line]
        offers = chats.offers_of(conn, chat.id)
        body["html"] = listed_in_words(conn, pen.renderer, chat.id, offers, body["html"], pairs)
    (number,) = outbox.put(conn, [_row(one, chat.id, body, f"{one.base}:{chat.id}", now)])
    if number is not None and one.of_many is not None:
        detours.follow(conn, row.id, number)
    return number is not None


def _letter(conn: Connection, pen: Pen, one: _Notice, now: datetime) -> bool:
    """The notice as a letter to the mailbox that stands for the person, where nobody there was told in a chat."""
    row, of_many = one.row, one.of_many
    if not pen.mail.enabled or pen.mail.always or (of_many is not None and of_many.kind == TRIAL):
        return False
    to = _of_many(conn, of_many.unit_id, row.person_id) if of_many else _named(row)
    if to is None or _others_have_it(conn, one, to):
        return False
    box = mailbox_of(conn, pen.mail, to, now)
    if box is None:
        return False
    key = f"mailing:{of_many.mailing_id}:{box.id}" if of_many else f"{one.base}:{box.id}"
    (number,) = outbox.put(conn, [_row(one, box.id, _told(row), key, now)])
    if number is not None and of_many is not None:
        mailings.attach_mail(conn, row.id, number)
    return number is not None


def _row(one: _Notice, chat_id: int, body: JsonObject, key: str, now: datetime) -> NewOutboxRow:
    of_many = one.of_many
    return NewOutboxRow(
        chat_id,
        "notice",
        "message",
        body,
        to_ms(now),
        late=one.row.late,
        key=key,
        state="paused" if of_many is not None and of_many.state == "paused" else "queued",
        mailing_id=of_many.mailing_id if of_many else None,
    )


def _told(row: OutboxRow) -> JsonObject:
    """What a notice says, without anything that belongs to the chat it stood in."""
    body = {name: value for name, value in row.body.items() if name not in (MAILBOX, SAID, TRIED)}
    return body | {"html": row.body[SAID]} if SAID in row.body else body


def _others_have_it(conn: Connection, one: _Notice, to: UnitOfficers | Holders) -> bool:
    """Whether somebody else for whom the mailbox stands has the notice in a chat, or may have it, or is to get it.

    Of several whose chats all failed, the last to fail hands over to the mailbox.
    """
    row = one.row
    newcomer = row.body.get(MAILBOX, {}).get("newcomer")
    if row.key is None and one.of_many is None:  # stored before notices had names: it cannot be told who got it
        return any(chat.person_id != row.person_id for chat in in_chats(conn, to, newcomer))
    role, unit_id = ("officer", to.unit_id) if isinstance(to, UnitOfficers) else (to.role, None)
    but = [person for person in (row.person_id, newcomer) if person is not None]
    if one.of_many is not None:
        told = detours.told_of_many(conn, one.of_many.mailing_id, role, unit_id, but)
    else:
        told = detours.told(conn, one.base, role, unit_id, but)
    mine = (row.settled_at or 0, row.id)
    return any(
        other.state in LIVE or (other.state == "failed" and (other.settled_at or 0, other.row_id) > mine)
        for other in told
    )


def _named(row: OutboxRow) -> UnitOfficers | Holders | None:
    """Whom a notice is for, as its body says."""
    match row.body.get(MAILBOX):
        case {"unit": int(unit_id)}:
            return UnitOfficers(unit_id)
        case {"role": str(role)}:
            return Holders(role)
        case _:
            return None


def _of_many(conn: Connection, unit_id: int | None, person_id: int | None) -> UnitOfficers | Holders:
    """For whom a mailing is: a unit, or the office: its reviewers, where there was none its admins."""
    if unit_id is not None:
        return UnitOfficers(unit_id)
    held = {role.role for role in people.roles_of(conn, person_id)} if person_id is not None else set()
    return Holders("admin" if held and "reviewer" not in held else "reviewer")
