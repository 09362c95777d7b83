"""What is said in a chat that people look at: kept by the turn's own transaction, so that nothing need be sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.place import Place
from bot.conversation.reading.text import harmless
from bot.conversation.session import Session
from bot.conversation.turn import Reply
from bot.intake.moments import to_ms
from bot.intake.worded import html_of
from messages.render import Renderer
from storage import history, outbox
from storage.rows import ChatRow, JsonObject, NewOutboxRow, OutboxKind


def stamp(session: Session, place: Place) -> str:
    """What a question seen on a page is known by: a text typed below an older one must not answer a newer one."""
    assessment = session.assessment.id if session.assessment else 0
    return f"{assessment}:{place.step}:{place.focus}:{place.pending.get('seen', '')}"


def keep(
    conn: Connection, renderer: Renderer, chat: ChatRow, reply: Reply, data: JsonObject, about: str, now: datetime
) -> bool:
    """Put a reply on the chat's page; False when this very notice stands there already."""
    body = kept_body(renderer, reply, data, about)
    if reply.card:
        history.replace_card(conn, chat.id)
    key = f"{reply.key}:{chat.id}" if reply.key else None
    return _put(conn, chat, "card" if reply.card else "message", body, now, key)


def kept_body(renderer: Renderer, reply: Reply, data: JsonObject, about: str = "") -> JsonObject:
    """A reply as a page keeps it: the message, its buttons, and the look it has there."""
    shown = [
        [
            {"name": one.label, "label": renderer.label(one.label, one.args), "press": one.press, "args": one.args}
            for one in row
        ]
        for row in reply.rows
        if row
    ]
    return {
        "html": html_of(renderer, reply, data),
        "rows": [[[one["label"], one["press"]] for one in row] for row in shown],
        "about": about,
        **renderer.web_parts(reply.template, data, shown),
        **({"file": dict(reply.file)} if reply.file else {}),
    }


def echo(conn: Connection, chat: ChatRow, said: str, now: datetime) -> None:
    """Put what the person did on the page, as every messenger shows it."""
    _put(conn, chat, "echo", {"text": harmless(said)}, now)


def _put(
    conn: Connection, chat: ChatRow, kind: OutboxKind, body: Mapping[str, object], now: datetime, key: str | None = None
) -> bool:
    at = to_ms(now)
    row = NewOutboxRow(chat.id, "reply", kind, dict(body), at, key=key, state="kept", settled_at=at)
    return outbox.put(conn, [row])[0] is not None
