"""What a channel must be able to do, and the few ways in which sending can fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from bot.conversation.events import Incoming
from bot.evidence.kept import Kept
from bot.intake.answer import Answer
from bot.values import value

__all__ = [
    "Answer",
    "Attachment",
    "Capabilities",
    "Channel",
    "Failure",
    "KeepFiles",
    "KeepPoison",
    "Outgoing",
    "Pace",
    "Quota",
    "SendFailed",
    "Sent",
    "ShownButton",
    "Take",
    "Window",
]


@value(frozen=True, slots=True)
class Quota:
    """How much a platform lets a bot say: messages in a calendar month, and to how many people at all."""

    messages: int
    people: int | None = None


@value(frozen=True, slots=True)
class Window:
    """For how many seconds after a person's last word the platform lets us write to them at all, and without a fee."""

    closes_s: int
    free_s: int


class Pace(NamedTuple):
    """How fast a platform lets a bot write: messages a second, a second to one chat, a minute to one group."""

    second: float
    chat_second: float
    group_minute: float


@value(frozen=True, slots=True)
class Capabilities:
    """What the platform offers. What it does not is said in words: nobody else asks which platform it is."""

    buttons: bool
    """Whether every button of a message is shown; where not, the message lists them in words."""
    edits: bool
    text_limit: int
    """UTF-16 units of a message's text, composed (NFC); the channel cuts longer ones into parts. Nobody else need ask:
    the contract's tests hold the channel to it."""
    pulled: bool = False
    """Nothing can be sent there: people come and look, so a message there has reached nobody."""
    markup: bool = True
    """Whether bold, links and the like are shown as such; where not, the channel makes plain text of them, and the
    contract's tests hold it to that."""
    files_in: bool = True
    """Whether people can send documents there; where not, they are given a page to put them on. The channel says so of
    everything it brings in (`Incoming.takes_files`)."""
    files_out: bool = True
    """Whether a file can go with a message; where not, a link to it does."""
    quota: Quota | None = None
    window: Window | None = None
    pace: Pace | None = None
    """None where the platform does not say how fast it can be written to."""

    @property
    def plain(self) -> bool:
        """Whether choices are told in words, each with what to type for it."""
        return not self.buttons


class ShownButton(NamedTuple):
    """One button as a person sees it: its label and the payload it carries."""

    label: str
    press: str


@value(frozen=True, slots=True)
class Attachment:
    """A kept file that goes with a message: what people see it called, its type, the digest of its bytes, where it
    lies."""

    name: str
    media: str
    digest: str
    path: Path


@value(frozen=True, slots=True)
class Outgoing:
    """One message to one chat. `html` is the small subset (b i u s code a) and is already escaped.

    `edit` names a message to be changed in place; when that proves impossible the channel sends a new one.
    `retire` names an older card whose buttons are taken away after this message stands. `subject` is for platforms
    that have such a line ("": the channel finds one in the text). `reference` is the same for every try of one message
    and never another's; platforms where the sender names the message take the name from it.
    """

    address: str
    html: str
    rows: tuple[tuple[ShownButton, ...], ...] = ()
    edit: str | None = None
    retire: str | None = None
    menu_role: str | None = None
    attachment: Attachment | None = None
    subject: str = ""
    reference: str = ""


@value(frozen=True, slots=True)
class Sent:
    """The platform took the message; `message_id` is how the platform names it, `parts` how many it counts it as."""

    message_id: str | None
    parts: int = 1


class Failure(StrEnum):
    """How a send can fail, told apart once, inside the channel."""

    RETRY = "retry"
    """Surely not sent (refused, DNS, TLS, throttled): may be tried again."""
    UNREACHABLE = "unreachable"
    """The person blocked the channel or the chat is gone: stop writing there."""
    REJECTED = "rejected"
    """The platform refuses this message for good: a bug of ours, an admin should know."""
    UNCERTAIN = "uncertain"
    """Nobody can tell whether it arrived: never repeated without a person's word."""
    MOVED = "moved"
    """The chat has another address now (`detail` names it): surely not sent."""


class SendFailed(Exception):
    """A send that did not surely succeed. `detail` is safe to store: no token, no personal data."""

    def __init__(
        self, failure: Failure, detail: str, *, after: float = 0.0, hold_all: bool = False, throttled: bool = False
    ) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail
        self.after = after
        """Seconds to wait before the next try, for RETRY."""
        self.hold_all = hold_all
        """Whether the wait holds the whole channel (the platform's own limit) or only this chat."""
        self.throttled = throttled
        """Whether the platform answered that it wants a pause, or no more this month: it is well, and not cut off."""


Take = Callable[[Incoming], Awaitable[Answer]]
KeepPoison = Callable[[str, str, str, str, str], Awaitable[Answer]]
"""(channel, bot, update_key, error, raw text) of an update that could not even be decoded."""


class KeepFiles(Protocol):
    """Where a channel puts the files people send, before it hands in the event that names them."""

    async def expects(self, channel: str, address: str) -> bool:
        """Whether whoever writes from there may file anything; else nothing is fetched. Raises FilesAway."""
        ...

    async def keep(self, name: str, data: bytes) -> Kept:
        """Check and keep a file, named as the person's device did ("" for none). Raises FileRefused, FilesAway."""
        ...


class Channel(Protocol):
    """A messenger. `receive` runs until `stop` is called and lets what is under way finish."""

    name: str
    bot: str
    capabilities: Capabilities

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one message. Raises SendFailed, never anything of the platform's."""
        ...

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:
        """Take in updates until stopped; one address in order, addresses side by side."""
        ...

    async def stop(self) -> None:
        """Stop receiving and finish what was taken in; sending still works."""
        ...

    async def close(self) -> None:
        """Let go of connections, after the last message was sent."""
        ...

    def link(self, code: str) -> str | None:
        """The link that joins by an invite code, or (with "") to the private chat; None where there is no such link."""
        ...
