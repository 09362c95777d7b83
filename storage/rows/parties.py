"""People, where they write from, the units they serve and how they are invited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from storage.rows.words import ChatKind, JsonObject


class ChatRow(NamedTuple):
    """One conversation on one channel; a group has a ``role`` when it is bound as the reviewers' group."""

    id: int
    channel: str
    address: str
    kind: ChatKind
    person_id: int | None
    role: str | None
    card_message_id: str | None
    card_is_last: bool
    blocked_at: int | None
    wrong_codes: int
    locked_until: int | None
    last_used_at: int
    pulled: bool = False
    plain: bool = False
    offers: JsonObject | None = None
    """What can be typed there for which button; only where chats are plain."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person, with the place in the conversation; ``assessment_id`` is the active assessment."""

    id: int
    name: str
    created_at: int
    accepted_at: int | None
    assessment_id: int | None
    place: JsonObject


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role that is not revoked; unit fields are None for roles of the office."""

    id: int
    person_id: int
    role: str
    unit_id: int | None
    unit_code: str | None
    unit_name: str | None
    unit_kind: str | None
    granted_at: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who an update comes from: always a chat, perhaps a person, and that person's live roles in order of granting."""

    chat: ChatRow
    person: PersonRow | None
    roles: tuple[RoleRow, ...]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person who holds a live role in a unit."""

    role_id: int
    person_id: int
    name: str
    role: str
    granted_at: int


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to store; ``code`` decides whether it is new. ``folded_name`` is the name without accents, for search."""

    code: str
    name: str
    short_name: str
    kind: str
    folded_name: str
    position: int
    valid_from: int
    valid_to: int | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as stored."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    folded_name: str
    position: int
    valid_from: int
    valid_to: int | None
    email: str | None = None
    phone: str | None = None
    successor_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewInvite:
    """An invite to store; with ``cycle_id`` it is valid until that cycle closes, else until ``expires_at``."""

    code_hash: str
    role: str
    unit_id: int | None
    uses_left: int
    created_at: int
    expires_at: int | None = None
    cycle_id: int | None = None
    created_by: int | None = None


@dataclass(frozen=True, slots=True)
class InviteRow:
    """An invite with what its unit and cycle say today."""

    id: int
    code_hash: str
    role: str
    unit_id: int | None
    uses_left: int
    expires_at: int | None
    cycle_id: int | None
    created_at: int
    created_by: int | None
    revoked_at: int | None
    unit_code: str | None
    unit_name: str | None
    unit_kind: str | None
    cycle_closed_at: int | None

    def state(self, now: int) -> str:
        """unused (it can still be used), used, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        if self.uses_left <= 0:
            return "used"
        over = self.expires_at is not None and self.expires_at <= now
        return "expired" if over or self.cycle_closed_at is not None else "unused"


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One use of an invite."""

    invite_id: int
    person_id: int
    person_name: str
    at: int


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """A criterion that a colleague was asked about. `answer` is the decoded stored form, without its note."""

    id: int
    assessment_id: int
    criterion: str
    asked_by: int
    asked_by_name: str
    asked_at: int
    invite_id: int
    code_hash: str
    expires_at: int | None
    colleague_id: int | None
    colleague_name: str | None
    state: str
    answer: JsonObject | None
    note: str | None
    answered_at: int | None
    settled_at: int | None
