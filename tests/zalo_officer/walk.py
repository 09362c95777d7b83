"""An officer whose phone shows no buttons: reads the chat and types what it says can be typed, up to the receipt."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from officer.plan import Pick, Plan, Planned
from product.opening import ID, scope_of
from zalo_officer.phone import Phone, next_of, say
from zalo_officer.screen import Screen

MOST_STRANGE = 8
GROUND = "Căn cứ tính điểm tối đa: "


@dataclass(slots=True)
class Typist:
    """Somebody with a plan. `given` holds what was answered, `claimed` the scopes of exemptions that were claimed,
    `acknowledged` the criteria that were said to be recorded; `typed` counts what was sent."""

    phone: Phone
    plan: Plan
    seed: int
    claims: float = 0.5
    given: dict[str, Planned] = field(default_factory=dict)
    claimed: list[str] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    typed: int = 0
    _screen: Screen = field(default_factory=lambda: Screen(""))
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    @property
    def screen(self) -> Screen:
        """What this person looks at."""
        return self._screen

    async def say(self, text: str) -> Screen:
        """Type something and look at what comes."""
        self.typed += 1
        return self.see(await say(self.phone, text))

    async def show(self, content: bytes, caption: str = "") -> Screen:
        """Send a picture and look at what comes."""
        self.typed += 1
        before = len(self.phone.said)
        self.phone.send_picture(content, caption)
        return self.see(await next_of(self.phone, before))

    def see(self, screen: Screen) -> Screen:
        """Look at a message."""
        self._screen = screen
        self.acknowledged.update(screen.recorded)
        return screen

    async def begin(self, code: str) -> Screen:
        """From the invite code to the first question."""
        await self.say(f"{code[:4].lower()} {code[4:]}")
        for words in ("đúng", "1", "bắt đầu"):
            await self.say(words)
        while self.screen.criterion is None:
            await self.answer_opening()
        return self.screen

    async def answer_opening(self) -> Screen:
        """Answer what is asked before the criteria, all in one message where it is asked so."""
        if asked := self.screen.openings:
            said = []
            for one in asked:
                claims = self._dice.random() < self.claims
                said.append(f"{one.number} {one.claim if claims else one.keep}")
                self.claimed += [scope_of(list(one.ids))] if claims else []
            return await self.say(", ".join(said))
        if self.screen.text.startswith(GROUND):
            self.claimed.append(scope_of(ID.findall(self.screen.first_line)))
            return await self.say(self.screen.code_of("Dùng căn cứ gợi ý"))
        if self.screen.text.startswith("Câu mở đầu"):
            return await self.say(self.screen.choices[self._dice.random() < self.claims][0])
        raise AssertionError(f"neither a question nor an opening: {self.screen.text!r}")

    async def walk(self, limit: int | None = None) -> Screen:
        """Answer whatever is asked until everything is, or until `limit` answers are given; what is shown then."""
        strange = 0
        while not self.screen.text.startswith("Bản tự chấm của"):
            if limit is not None and len(self.given) >= limit:
                return self.screen
            asked = self.screen.criterion
            if asked is None or self.screen.doubts:
                strange += 1
                assert strange <= MOST_STRANGE, f"no question for long; the last: {self.screen.text!r}"
                await (self.answer_opening() if asked is None else self.say(self.screen.choices[0][0]))
                continue
            await self.answer(asked)
        return self.screen

    async def answer(self, asked: str) -> Screen:
        """Answer the question that is shown."""
        self.given[asked] = self.plan.answer(asked)
        return await self.say(self.text_for(asked))

    async def answer_blindly(self, happening: Callable[[], Awaitable[None]]) -> Screen:
        """Answer, let something happen while nobody knows whether it was heard, and look what stands there then."""
        asked, before = self.screen.criterion, len(self.phone.said)
        assert asked is not None
        self.given[asked] = self.plan.answer(asked)
        self.typed += 1
        self.phone.write(self.text_for(asked))
        await happening()
        for text in self.phone.said[before:]:
            self.see(Screen(text))
        return self.screen

    def text_for(self, asked: str) -> str:
        """What this person types for the question that is shown: a number, the words, or either behind the id."""
        planned = self.plan.answer(asked)
        named = f"{asked} " if self._dice.random() < 0.25 else ""
        if not isinstance(planned, Pick):
            return named + planned.text
        code, label = self.screen.choices[planned.place]
        words = label.rpartition(" · ")[0]
        return named + self._dice.choice((code, words, words.lower()))

    async def submit(self) -> str:
        """Hand in and confirm; the receipt's number."""
        await self.say("nộp")
        await self.say(self.screen.choices[0][0])
        receipt = self.screen.receipt
        assert receipt, f"no receipt, but: {self.screen.text!r}"
        return receipt


@dataclass(slots=True)
class BlockTypist(Typist):
    """Somebody who answers many questions in each message."""

    async def walk(self, limit: int | None = None) -> Screen:
        """Answer list after list."""
        if not self.screen.asked:
            await self.say("nhiều câu")
        while asked := self.screen.asked:
            if limit is not None and len(self.given) >= limit:
                return self.screen
            entries = []
            for one in asked:
                planned = self.given[one.id] = self.plan.answer(one.id)
                entries.append(f"{one.id} {_worded(planned, one.how)}")
            await self.say(self._dice.choice(("\n", "; ", ", ")).join(entries))
            assert "Chưa dùng được" not in self.screen.text, self.screen.text
            await self.say(self.screen.choices[0][0])
        assert self.screen.text.startswith("Bản tự chấm của"), self.screen.text
        return self.screen


def _worded(planned: Planned, how: str) -> str:
    if not isinstance(planned, Pick):
        return planned.text
    return ("có", "không")[planned.place] if how == "yes_no" else str(planned.place + 1)
