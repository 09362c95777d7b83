"""What linking needs loaded: the pass of a typed code with its person, locked where a chat is about to be theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.events import Incoming
from bot.conversation.needs import Needs
from bot.conversation.passing import CHAT
from bot.conversation.place import Place
from bot.conversation.session import Link, LinkedChat, Person, Session
from bot.intake.doors import draw_code, draw_token, known_person, role_of
from bot.intake.moments import from_ms, to_ms
from storage import links, passes, people
from storage.rows import Arrival


def code_for(wanted: Needs, incoming: Incoming) -> str:
    """A fresh one-time code where the turn may give one; for pages of files wherever a chat takes none."""
    if wanted.typed_code:
        return draw_code()
    return draw_token() if wanted.code or not incoming.takes_files else ""


def link_of(conn: Connection, digest: str, arrival: Arrival, now: datetime) -> tuple[Link | None, Arrival]:
    """What the code links, None when it is none; and who a chat of nobody's would belong to, as if they wrote from it.

    The chat is locked before the person: nobody locks a person first and then a chat that is nobody's.
    """
    found = passes.find_pass(conn, CHAT, digest) if digest else None
    if found is None:
        return None, arrival
    if arrival.chat.person_id is None and found.usable(to_ms(now)):
        people.lock_people(conn, (found.person_id,))
        found = passes.find_pass(conn, CHAT, digest) or found  # whoever came first has used it up
    row = people.person_by_id(conn, found.person_id)
    if row is None:
        return None, arrival
    held = people.roles_of(conn, row.id)
    link = Link(
        id=found.id,
        person=Person(row.id, row.name, row.accepted_at is not None, tuple(role_of(role) for role in held)),
        place=Place.from_json(row.place),
        usable=found.usable(to_ms(now)) and bool(held),
        assessment_id=row.assessment_id,
    )
    opens = link.usable and arrival.chat.person_id is None
    return link, Arrival(arrival.chat, row, held) if opens else arrival


def with_links(conn: Connection, wanted: Needs, session: Session) -> Session:
    """The session with the person's chats, and with whoever is to be one with somebody."""
    if wanted.linked and session.person is not None:
        rows = links.chats_linked(conn, session.person.id)
        linked = tuple(LinkedChat(row.id, row.channel, from_ms(row.last_used_at)) for row in rows)
        session = replace(session, linked=linked)
    return replace(session, gone=known_person(conn, wanted.gone)) if wanted.gone is not None else session
