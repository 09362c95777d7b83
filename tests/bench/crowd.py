"""Officers without think time: each presses or types as soon as the next question stands on the screen."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench.lean_api import DATE, Json, LeanApi

CARD = re.compile(r"^<b>(\d+(?:\.\d+)+)\. ")
MOST_STRANGERS = 25
Plan = Mapping[str, int | str]
"""Per criterion: which button to press, or what to type."""


class Astray(AssertionError):
    """An officer met screens that lead to no question."""


@dataclass(slots=True)
class Officer:
    """One officer: joins until the first question stands there, waits for `go`, answers until all is answered.

    `waits` are the seconds from each act to the screen that follows it.
    """

    chat_id: int
    code: str
    plan: Plan
    api: LeanApi
    settled: Callable[[Officer], None]
    waits: list[float] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    pressed: int = 0
    first_screen_at: float | None = None
    ready: bool = False
    _going: bool = False
    _screen: Json = field(default_factory=dict)
    _asked: str | None = None
    _acted_at: float = 0.0
    _strangers: int = 0

    def join(self) -> None:
        """Follow the invite link."""
        self._type(f"/start {self.code}")

    def go(self) -> None:
        """Answer the question that stands there, and all that follow."""
        self._going = True
        self._answer()

    def look(self, message: Json) -> None:
        """A message was sent or changed; act on it when it is a screen of ours."""
        self.first_screen_at = self.first_screen_at or time.perf_counter()
        found = CARD.match(message["text"])
        card = found[1] if found else None
        buttons = "reply_markup" in message and bool(message["reply_markup"].get("inline_keyboard"))
        if self._going and self._asked is not None and card != self._asked and (buttons or self._is_last()):
            self.waits.append(time.perf_counter() - self._acted_at)
            self.given.append(self._asked)
            self._asked, self._strangers = None, 0
        if self._going and len(self.given) == len(self.plan):
            self._going = False
            self.settled(self)
        elif buttons:
            self._screen = message
            self._go_on(card)

    def _go_on(self, card: str | None) -> None:
        if card is None or card == self._asked:
            self._strangers += 1
            if self._strangers > MOST_STRANGERS:
                raise Astray(
                    f"{self._strangers} screens without a new question, the last: {self._screen['text'][:300]}"
                )
            self._press(0)
        elif self._going:
            self._answer()
        elif not self.ready:
            self.ready = True
            self.settled(self)

    def _answer(self) -> None:
        found = CARD.match(self._screen["text"])
        assert found is not None
        self._asked = found[1]
        planned = self.plan[self._asked]
        if isinstance(planned, int):
            self.pressed += 1
            self._press(planned)
        else:
            self._type(planned)

    def _is_last(self) -> bool:
        return len(self.given) + 1 == len(self.plan)

    def _press(self, place: int) -> None:
        buttons = [one for row in self._screen["reply_markup"]["inline_keyboard"] for one in row]
        data = [one["callback_data"] for one in buttons if "callback_data" in one][place]
        self._acted_at = time.perf_counter()
        number = str(self.api.next_message_id())
        press = {"id": number, "from": self._user(), "message": self._screen, "chat_instance": "1", "data": data}
        self.api.bring("callback_query", press)

    def _type(self, text: str) -> None:
        self._acted_at = time.perf_counter()
        chat = {"id": self.chat_id, "type": "private", "first_name": "Officer"}
        message = {"message_id": self.api.next_message_id(), "from": self._user(), "chat": chat, "text": text}
        self.api.bring("message", message | {"date": DATE})

    def _user(self) -> Json:
        return {"id": self.chat_id, "is_bot": False, "first_name": "Officer", "language_code": "vi"}


class Crowd:
    """All officers of a round; `look` is what the platform shows them."""

    def __init__(self) -> None:
        self.officers: dict[int, Officer] = {}
        self._left: set[int] = set()
        self._all_settled: asyncio.Future[None] | None = None

    def look(self, message: Json) -> None:
        """Hand a message to whoever it is for; what goes wrong there ends the waiting."""
        try:
            self.officers[message["chat"]["id"]].look(message)
        except Exception as error:  # noqa: BLE001 - raised where the round waits
            if self._all_settled is not None and not self._all_settled.done():
                self._all_settled.set_exception(error)

    async def settle(self, officers: list[Officer], act: Callable[[Officer], None], within: float) -> None:
        """Let officers act and wait until each is ready, or done; TimeoutError, Astray."""
        self._left = {officer.chat_id for officer in officers}
        self._all_settled = asyncio.get_running_loop().create_future()
        for officer in officers:
            act(officer)
        try:
            async with asyncio.timeout(within):
                await self._all_settled
        except TimeoutError:
            stuck = [self.officers[chat] for chat in sorted(self._left)]
            told = "; ".join(f"{one.chat_id} after {len(one.given)}" for one in stuck[:5])
            raise TimeoutError(f"{len(stuck)} officers wait for an answer: {told}") from None

    def settled(self, officer: Officer) -> None:
        """One officer less to wait for."""
        self._left.discard(officer.chat_id)
        if not self._left and self._all_settled is not None and not self._all_settled.done():
            self._all_settled.set_result(None)
