"""Which chats a notice goes to, for each kind of whom it is for."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.conversation.turn import (
    EveryChat,
    Groups,
    Holders,
    Myself,
    OneChat,
    OnePerson,
    Recipient,
    UnitLeaders,
    UnitOfficers,
)
from storage import chats, links
from storage.rows import ChatRow


def chats_for(conn: Connection, to: Recipient, down: frozenset[str] = frozenset()) -> tuple[ChatRow, ...]:
    """Where each of them is written to; on a channel that is `down` only who has a chat nowhere else."""
    match to:
        case Holders(role):
            return chats.chats_of_role(conn, role, down)
        case Groups(role):
            return chats.groups_of_role(conn, role)
        case UnitOfficers(unit_id, but) | UnitLeaders(unit_id, but):
            role = "officer" if isinstance(to, UnitOfficers) else "leader"
            return tuple(chat for chat in chats.chats_of_unit(conn, unit_id, role) if chat.person_id != but)
        case OnePerson(person_id):
            return chats.chats_of_person(conn, person_id)
        case EveryChat() | OneChat():
            return _by_chat(conn, to)
        case Myself():
            return ()


def _by_chat(conn: Connection, to: EveryChat | OneChat) -> tuple[ChatRow, ...]:
    """Chats meant as such, also those that were not used last; a page only of whoever has it."""
    if isinstance(to, OneChat):
        one = links.chat_by_id(conn, to.chat_id)
        return () if one is None or one.blocked_at is not None else (one,)
    pages = tuple(chat for chat in chats.chats_of_person(conn, to.person_id) if chat.pulled)
    pushed = tuple(chat for chat in links.chats_linked(conn, to.person_id) if chat.blocked_at is None)
    return tuple(chat for chat in (*pushed, *pages) if chat.id != to.but)
