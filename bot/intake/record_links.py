"""Passes given, chats linked and taken apart become rows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation.passing import CHAT
from bot.conversation.session import Link
from storage import chats, links, passes
from storage.rows import NewPass


def menu_of(link: Link | None) -> str:
    """The role whose commands a linked chat offers."""
    return link.person.roles[0].name if link and link.person.roles else ""


class PassTaken(Exception):
    """The pass was used up between loading and recording."""


def record_link(conn: Connection, chat_id: int, fact: f.LinkFact, at: int) -> None:
    """The rows that one such fact changes; `chat_id` is the chat it came from."""
    match fact:
        case f.PassIssued(kind, person_id, code_hash, lives, subject):
            if kind == CHAT:
                passes.end_passes(conn, person_id, kind, at)
            until = at + lives // timedelta(milliseconds=1)
            passes.add_pass(conn, NewPass(code_hash, kind, person_id, at, until, dict(subject)))
        case f.ChatLinked(pass_id, person_id):
            if not passes.use_pass(conn, pass_id, at):
                raise PassTaken(str(pass_id))
            chats.bind_chat(conn, chat_id, person_id)
        case f.ChatUnlinked(other_id, person_id):
            links.unlink_chat(conn, other_id, person_id, at)


def link_body(fact: f.LinkFact, chat_id: int) -> dict[str, object]:
    """The fact as the office's ledger keeps it."""
    match fact:
        case f.PassIssued(kind, person_id):
            return {"person": person_id, "kind": kind}
        case f.ChatLinked(_, person_id):
            return {"person": person_id, "chat": chat_id}
        case f.ChatUnlinked(other_id, person_id):
            return {"person": person_id, "chat": other_id}


def is_told(fact: f.Fact) -> bool:
    """Whether the ledger tells of it: not of pages for files, which anybody could ask for endlessly."""
    return not isinstance(fact, f.PassIssued) or fact.kind == CHAT
