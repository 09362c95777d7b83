"""What goes out to many, and everyone it can go to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from storage.rows.words import JsonObject


@dataclass(frozen=True, slots=True)
class AddresseeRow:
    """A unit that counts in a cycle, how far it is, and how it is reached when nobody serves it."""

    unit_id: int
    code: str
    name: str
    short_name: str
    kind: str
    email: str | None
    phone: str | None
    assessment_id: int | None
    state: str | None
    decided: int
    due_at: int | None
    back_due_at: int | None
    last_at: int | None
    lines: dict[str, list[Any]] = field(default_factory=dict)
    awaiting_since: int | None = None


@dataclass(frozen=True, slots=True)
class ServedRow:
    """A person with a live role; ``way`` is chat (something can be pushed), page (they look at it) or none."""

    role_id: int
    person_id: int
    name: str
    role: str
    unit_id: int | None
    way: str
    channel: str
    snoozed_until: int | None
    spoke_at: int | None = None
    """When they last did something in the chat they are written to in."""
    shut: str = ""
    """The channel of a chat in which they cannot be written to until they write."""


@dataclass(frozen=True, slots=True)
class NewMailing:
    """Something to go out to many."""

    kind: str
    state: str
    cycle_id: int | None
    audience: str
    body: JsonObject
    size: int
    created_by: int | None
    created_at: int
    due_at: int
    key: str | None = None


@dataclass(frozen=True, slots=True)
class MailingRow:
    """A mailing as stored."""

    id: int
    kind: str
    state: str
    cycle_id: int | None
    audience: str
    body: JsonObject
    size: int
    created_by: int | None
    created_by_name: str | None
    created_at: int
    due_at: int
    approved_by: int | None
    approved_at: int | None
    told_at: int | None


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient and what became of it: ``state`` is queued, paused, sent, seen, page, mail, blocked, failed,
    uncertain, dropped or unreached, each recipient in exactly one."""

    id: int
    mailing_id: int
    unit_id: int | None
    unit_name: str | None
    unit_phone: str | None
    person_id: int | None
    person_name: str | None
    way: str
    channel: str | None
    state: str
    error: str | None
    settled_at: int | None
    seen_at: int | None
    outbox_id: int | None
