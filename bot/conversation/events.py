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


@dataclass(frozen=True, slots=True)
class Filed:
    """A person sent a file that was checked and is kept already: `digest` of its bytes, its cleaned name, the type its
    bytes show, its size in bytes; for which criterion, when that was said; what was written beside it."""

    digest: str
    name: str
    media: str
    size: int
    criterion: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Somebody read who invites, to which unit and what is stored, all on one page, and agreed. Code and session are
    known by digest only; `label` says which browser it is."""

    code_hash: str
    session_hash: str
    label: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody opened a one-time link to a person's own page."""

    code_hash: str
    session_hash: str
    label: str


@dataclass(frozen=True, slots=True)
class SignedOut:
    """A person ends sessions of theirs, the one they are in included or not."""

    session_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IssueSignIn:
    """The office makes a one-time link for a person, named by number."""

    person_id: int
    code_hash: str


PersonEvent = Typed | Pressed | Edited | Unreadable | Blocked | Moved | Filed | Agreed | SignedIn | SignedOut
OfficeEvent = ImportUnits | OpenCycle | CloseCycle | IssueInvite | IssueSignIn | ConsolidatedDue | NoticesDoubtful
Event = PersonEvent | OfficeEvent


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of one channel: who wrote (an address the channel understands), under which key, and what.

    `update_key` is unique within (channel, bot): the same key twice is the same update and has no second effect.
    `pulled`: nothing can be pushed to this chat, the person looks at it. `extra` holds what only the door itself needs:
    `set_text` of a cycle's criteria; `said`, the words on the button pressed; `about`, the stamp of the question seen.
    """

    channel: str
    bot: str
    update_key: str
    address: str
    event: Event
    chat_kind: str = "private"
    display_name: str = ""
    pulled: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
