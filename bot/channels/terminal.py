"""The terminal as a channel: one address, plain text, buttons chosen by a letter; works on a pipe as well."""

from __future__ import annotations

import asyncio
import string
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count, product

from bot.channels.contract import Answer, Capabilities, KeepPoison, Outgoing, Sent, ShownButton, Take
from bot.channels.plain_text import harmless, to_text
from bot.conversation.events import Event, Incoming, Pressed, Typed

BOT = "terminal"
# A lone "k" is how many people write "no", so no button is called that.
LETTERS = string.ascii_lowercase.replace("k", "")


class TerminalChannel:
    """One person's terminal. `show` prints one message; lines come from `lines`; `failed` is shown when the database
    is away. Each address is a channel of its own, so that two terminals never send each other's messages.

    A button of the latest card is chosen by its letter ("a", "a)"). Everything else is typed text: a bare number is
    an answer, which the conversation itself reads as a percentage or as the number of an option. `plain` is how it is
    on a messenger without buttons: choices come in words.
    """

    def __init__(
        self,
        address: str,
        lines: AsyncIterator[str],
        show: Callable[[str], None],
        *,
        failed: str,
        display_name: str,
        bold: bool = False,
        plain: bool = False,
    ) -> None:
        self.name = f"terminal:{address}"
        self.bot = BOT
        self.address = address
        self._lines = lines
        self._show = show
        self._failed = failed
        self._display_name = display_name
        self._bold = bold
        self.capabilities = Capabilities(buttons=not plain, edits=False, text_limit=1_000_000)
        self._numbers = count(1)
        self._live: dict[str, tuple[ShownButton, str]] = {}
        self._expected: Counter[str] = Counter()
        self._caught_up = asyncio.Event()
        self._caught_up.set()

    async def send(self, outgoing: Outgoing) -> Sent:
        """Print a message; its buttons, if any, are the live ones from now on."""
        message_id = str(next(self._numbers))
        offered = () if self.capabilities.plain else outgoing.rows  # in words already
        buttons = [button for row in offered for button in row]
        if buttons:
            self._live = {letter: (button, message_id) for letter, button in zip(lettered(), buttons, strict=False)}
        letters = lettered()
        shown = ["   " + "    ".join(f"{next(letters)}) {harmless(button.label)}" for button in row) for row in offered]
        attached = [f"   [{harmless(outgoing.attachment.name)}]"] if outgoing.attachment else []
        self._show("\n".join([to_text(outgoing.html, bold=self._bold), *attached, *shown]))
        self._expected -= Counter([outgoing.html])
        if not self._expected:
            self._caught_up.set()
        return Sent(message_id)

    def expect(self, html: str) -> None:
        """A reply with this text was stored and will be sent at once."""
        self._expected[html] += 1
        self._caught_up.clear()

    async def caught_up(self) -> None:
        """Wait until every expected reply was printed."""
        await self._caught_up.wait()

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:  # noqa: ARG002 - a line can always be decoded
        """Take in line after line until there are no more."""
        async for line in self._lines:
            if line.strip():
                await self.enter(take, self.meaning(line))

    async def enter(self, take: Take, event: Event) -> None:
        """Take one event of this terminal's person in; say so when it could not be stored."""
        key = uuid.uuid4().hex
        incoming = Incoming(
            self.name,
            self.bot,
            key,
            self.address,
            event,
            display_name=self._display_name,
            plain=self.capabilities.plain,
            takes_files=self.capabilities.files_in,
        )
        if await take(incoming) is not Answer.TAKEN:
            self._show(self._failed)

    def meaning(self, line: str) -> Event:
        """What a line does: presses a live button when it is nothing but that button's letter, else it is typed."""
        text = line.strip()
        found = self._live.get(text.lower().rstrip(").")) if len(text) <= len("zz).") else None
        return Pressed(found[0].press, found[1]) if found else Typed(text)

    async def stop(self) -> None:
        """Nothing to stop: who reads the lines ends them."""

    async def close(self) -> None:
        """Nothing to let go of: the screen stays."""

    def link(self, code: str) -> str | None:  # noqa: ARG002 - the contract's signature
        """None: a code is typed here."""
        return None


def lettered() -> Iterator[str]:
    """a, b, c … z, then aa, ab … without the letters that mean something."""
    yield from LETTERS
    yield from map("".join, product(LETTERS, repeat=2))
