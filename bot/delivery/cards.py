"""Where each chat's card stands, as far as this process has sent it and the database may not know yet."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.values import value
from storage.rows import OutboxRow

REMEMBERED_S = 600.0


@value(frozen=True, slots=True)
class Standing:
    """A chat's card: the message it is, None when there is none, and whether it is the chat's last message."""

    message_id: str | None
    is_last: bool


@dataclass(slots=True)
class _Known:
    message_id: str | None
    is_last: bool
    at: float
    row_id: int = 0
    passed: int = 0
    before: set[str | None] = field(default_factory=set)


class Cards:
    """Corrects what a row says about its chat by what was sent since the row was loaded.

    A row that names a card which this process has replaced is behind; one that names an unknown card is ahead
    (another process replaced it) and is believed.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[int, _Known] = {}

    def __len__(self) -> int:
        return len(self._known)

    def standing(self, row: OutboxRow, *, typed: bool = False) -> Standing:
        """Where the chat's card stands now; `typed` says that the person has written below it since."""
        known = self._known.get(row.chat_id)
        if known is None:
            return Standing(row.card_message_id, row.card_is_last and not typed)
        if row.card_message_id in known.before:
            known.is_last = known.is_last and not typed
        elif row.card_message_id == known.message_id:
            known.is_last = known.is_last and row.card_is_last and not typed
        else:
            del self._known[row.chat_id]
            return Standing(row.card_message_id, row.card_is_last and not typed)
        return Standing(known.message_id, known.is_last)

    def is_outdated(self, row: OutboxRow) -> bool:
        """Say whether a newer card of the chat went out already, so that this one must not follow it."""
        known = self._known.get(row.chat_id)
        return row.kind == "card" and known is not None and row.id < known.row_id

    def passes(self, row: OutboxRow) -> int:
        """How often something went below the chat's card; compared before and after a send."""
        known = self._known.get(row.chat_id)
        return known.passed if known else 0

    def card_sent(self, row: OutboxRow, stood: Standing, message_id: str | None, passes: int) -> None:
        """The row's card stands as `message_id`; `stood` and `passes` are as they were before it was sent."""
        known = self._known_of(row)
        known.row_id = max(known.row_id, row.id)
        if message_id == stood.message_id:
            return  # edited in place: it is where it was
        known.before |= {row.card_message_id, stood.message_id, known.message_id} - {message_id}
        known.message_id = message_id
        known.is_last = known.passed == passes

    def message_sent(self, row: OutboxRow) -> None:
        """Something else went below the chat's card."""
        known = self._known_of(row)
        known.is_last = False
        known.passed += 1

    def forget(self, chat_id: int) -> None:
        """The chat has no card any more (it moved)."""
        self._known.pop(chat_id, None)

    def _known_of(self, row: OutboxRow) -> _Known:
        now = self._clock()
        known = self._known.pop(row.chat_id, None) or _Known(row.card_message_id, row.card_is_last, now)
        known.at = now
        self._known[row.chat_id] = known  # at the end: what was used longest ago stands first
        while self._known[oldest := next(iter(self._known))].at < now - REMEMBERED_S:
            del self._known[oldest]
        return known
