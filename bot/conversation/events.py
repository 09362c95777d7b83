"""What somebody did, as every channel tells it: the only way into the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bot.conversation.office_events import OfficeEvent
from bot.values import value


@value(frozen=True, slots=True)
class Typed:
    """A person typed a text, a command or a code included (`/start CODE` arrives as typed)."""

    text: str


@value(frozen=True, slots=True)
class Pressed:
    """A person pressed a button; `press` is the button's own payload, `message_id` the message it stands on."""

    press: str
    message_id: str | None = None


@value(frozen=True, slots=True)
class Edited:
    """A person changed a text sent earlier; never applied by itself."""

    text: str


@value(frozen=True, slots=True)
class Unreadable:
    """A person sent what the service cannot read yet: a picture, a voice message, a sticker, a file."""

    kind: str


@value(frozen=True, slots=True)
class Blocked:
    """The person stopped this channel, or took that back (`blocked` False)."""

    blocked: bool


@value(frozen=True, slots=True)
class Moved:
    """The chat lives at another address from now on (a group that became a supergroup)."""

    address: str


@value(frozen=True, slots=True)
class Filed:
    """A person sent a file that was checked and is kept already: `digest` of its bytes, its cleaned name, the type its
    bytes show, its size in bytes; for which criterion, when that was said; what was written beside it."""

    digest: str
    name: str
    media: str
    size: int
    criterion: str = ""
    caption: str = ""
    more: tuple[Filed, ...] = ()
    """Those that came together with it, and belong to the same criterion."""
    assessment: int = 0
    """Whose criterion it is, when that was said."""


@value(frozen=True, slots=True)
class Agreed:
    """Somebody read who invites, to which unit and what is stored, all on one page, and agreed. Code and session are
    known by digest only; `label` says which browser it is."""

    code_hash: str
    session_hash: str
    label: str


@value(frozen=True, slots=True)
class SignedIn:
    """Somebody opened a one-time link to a person's own page."""

    code_hash: str
    session_hash: str
    label: str


@value(frozen=True, slots=True)
class SignedOut:
    """A person ends sessions of theirs, the one they are in included or not."""

    session_ids: tuple[int, ...]


PersonEvent = Typed | Pressed | Edited | Unreadable | Blocked | Moved | Filed | Agreed | SignedIn | SignedOut
Event = PersonEvent | OfficeEvent


@value(frozen=True, slots=True)
class Incoming:
    """One update of one channel: who wrote (an address the channel understands), under which key, and what.

    `update_key` is unique within (channel, bot): the same key twice is the same update and has no second effect.
    `pulled`: nothing can be pushed to this chat, the person looks at it. `plain`: no buttons are shown there, choices
    are told in words. `takes_files`: documents can be sent there. `extra` holds what only the door itself needs:
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
    plain: bool = False
    takes_files: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)
