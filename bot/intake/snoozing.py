"""Reminders put off: rows of the outbox that fall due on the morning the person was told."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.conversation.facts import RemindersSnoozed
from bot.conversation.reminding import KIND
from bot.intake.moments import to_ms
from storage import chats, outbox, people
from storage.rows import NewOutboxRow


def remind_later(conn: Connection, chat_id: int, person_id: int, fact: RemindersSnoozed) -> None:
    """Store a reminder for each unit of the person: of all of them it was put off.

    What it says, and whether anything is owed still, is found out when it is sent. It goes where it was put off, or to
    the person's messenger when that was their page: a page tells nobody.
    """
    mine = [chat for chat in chats.chats_of_person(conn, person_id) if not chat.pulled]
    here = next((chat for chat in mine if chat.id == chat_id), mine[0] if mine else None)
    if here is None or not fact.alone:
        return
    at = to_ms(fact.until)
    for unit_id in _units(conn, person_id):
        key = f"snooze:{person_id}:{unit_id}:{at}"
        outbox.put(conn, [NewOutboxRow(here.id, "notice", "message", {"unit": unit_id}, at, late=KIND, key=key)])


def _units(conn: Connection, person_id: int) -> tuple[int, ...]:
    """The units whose reminders the person gets, in order of granting."""
    reminded = (role.unit_id for role in people.roles_of(conn, person_id) if role.role in ("officer", "leader"))
    return tuple(dict.fromkeys(unit_id for unit_id in reminded if unit_id is not None))
