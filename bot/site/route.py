"""What an address of the site is: its method and path, what one must be allowed to do there, and who answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.conversation.access import Action
from bot.conversation.assessment import Unit
from bot.conversation.session import Person
from storage.rows import ChatRow

BODY_LIMIT = 64 * 1024
"""Bytes of a request's body, where an address does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in: their session, the chat it belongs to, who they are, and what their forms must carry."""

    session_id: int
    chat: ChatRow
    person: Person
    csrf: str


Handle = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]
OpenHandle = Callable[[web.Request], Awaitable[web.StreamResponse]]
Admit = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
UnitOf = Callable[[web.Request], Awaitable[Unit | None]]


@dataclass(frozen=True, slots=True)
class Route:
    """An address for people who are signed in. `may(person, action)` is asked before `handle`.

    Without `unit_of` a person of a unit is let in when they may do it for a unit of their own; with it, only when
    they may do it for the unit it names (None: nobody's, then the address is not found).
    """

    method: str
    path: str
    action: Action
    handle: Handle
    unit_of: UnitOf | None = None
    body_limit: int = BODY_LIMIT


@dataclass(frozen=True, slots=True)
class OpenRoute:
    """An address for anybody."""

    method: str
    path: str
    handle: OpenHandle
    body_limit: int = BODY_LIMIT
    admit: Admit | None = None
    """Asked before a form is read: the answer instead, None to go on."""
