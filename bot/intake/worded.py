"""The text of a reply: its template, below another one where it has one above it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bot.conversation.turn import Reply
from messages.render import Renderer


def html_of(renderer: Renderer, reply: Reply, data: Mapping[str, object], *, plain: bool = False) -> str:
    """The message of a reply, whatever shows it. `plain` is for chats without buttons."""
    render = partial(renderer.render, plain=True) if plain else renderer.render
    html = render(reply.template, data)
    return f"{render(reply.above, data)}\n\n{html}" if reply.above else html
