"""What somebody did, as every channel tells it: the only way into the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Typed:
    """A person typed a text, a command or a code included (`/start CODE` arrives as typed)."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A person pressed a button; `press` is the button's own payload, `message_id` the message it stands on."""

    press: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A person changed a text sent earlier; never applied by itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A person sent what the service cannot read yet: a picture, a voice message, a sticker, a file."""

    kind: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person stopped this channel, or took that back (`blocked` False)."""

    blocked: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat lives at another address from now on (a group that became a supergroup)."""

    address: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as an import names it."""

    code: str
    name: str
    short_name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ImportUnits:
    """The office gives the list of units; checked before, all or nothing."""

    units: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class OpenCycle:
    """The office opens a cycle: the year assessed, the set by digest, the first instant that is too late."""

    year: int
    set_name: str
    set_digest: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CloseCycle:
    """The office closes the open cycle for entry."""


@dataclass(frozen=True, slots=True)
class IssueInvite:
    """The office issues an invite; the code itself is known only to whoever asked, here stands its digest."""

    role: str
    code_hash: str
    unit_code: str | None = None
    uses: int = 1
    printed: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConsolidatedDue:
    """The clock says that the consolidated table goes out; `reason` is deadline or daily."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoticesDoubtful:
    """The sender cannot tell whether these messages arrived; admins are to know. They are named by number."""

    ids: tuple[int, ...]


PersonEvent = Typed | Pressed | Edited | Unreadable | Blocked | Moved
OfficeEvent = ImportUnits | OpenCycle | CloseCycle | IssueInvite | ConsolidatedDue | NoticesDoubtful
Event = PersonEvent | OfficeEvent


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of one channel: who wrote (an address the channel understands), under which key, and what.

    `update_key` is unique within (channel, bot): the same key twice is the same update and has no second effect.
    """

    channel: str
    bot: str
    update_key: str
    address: str
    event: Event
    chat_kind: str = "private"
    display_name: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
