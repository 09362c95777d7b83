"""What was seen, what happened, what is to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from storage.rows.words import BreakKind, ChatKind, JsonObject, Lane, OutboxKind, OutboxState


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One fact in the append-only ledger."""

    stream: str
    seq: int
    at: int
    by_person: int | None
    kind: str
    body: JsonObject
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a stream does not hold: a row was altered or is missing, or the head or a checkpoint disagrees."""

    stream: str
    seq: int
    what: BreakKind


@dataclass(frozen=True, slots=True)
class PoisonRow:
    """An update that failed by a bug and was set aside."""

    channel: str
    bot: str
    key: str
    at: int
    error: str | None
    raw: str | None


class NewOutboxRow(NamedTuple):
    """A message to send.

    ``due_at`` is the schedule. With ``owner`` the row is stored already claimed by that process until ``not_before``
    (its lease), with ``first_try_at`` the moment of claiming. ``late`` names what is rendered only when sending.
    A row whose ``key`` is stored already is not stored again. A row for a chat that people look at is ``kept`` at once.
    """

    chat_id: int
    lane: Lane
    kind: OutboxKind
    body: JsonObject
    due_at: int
    late: str | None = None
    key: str | None = None
    owner: str | None = None
    not_before: int = 0
    first_try_at: int | None = None
    state: OutboxState = "queued"
    settled_at: int | None = None
    mailing_id: int | None = None


class OutboxRow(NamedTuple):
    """A message to send, or one sent, with the chat it goes to as it stands now."""

    id: int
    key: str | None
    chat_id: int
    lane: Lane
    kind: OutboxKind
    body: JsonObject
    late: str | None
    state: OutboxState
    owner: str | None
    tries: int
    due_at: int
    not_before: int
    first_try_at: int | None
    settled_at: int | None
    message_id: str | None
    last_error: str | None
    channel: str
    address: str
    chat_kind: ChatKind
    person_id: int | None
    card_message_id: str | None
    card_is_last: bool
    blocked_at: int | None
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed row: the state it ends in, the platform's message id, or the error."""

    id: int
    owner: str
    state: OutboxState
    at: int
    message_id: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxCount:
    """How many rows of a lane are in a state, and since when the oldest of them was due."""

    lane: Lane
    state: OutboxState
    rows: int
    oldest_due_at: int


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry of a chat that people look at: what the service said, or (``echo``) what the person did."""

    id: int
    kind: OutboxKind
    state: OutboxState
    body: JsonObject
    at: int
