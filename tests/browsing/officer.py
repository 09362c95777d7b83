"""An officer in a browser: walks an assessment by what the page offers, by touch, by mouse or without any script."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from browsing.cards import Card, read_card
from officer.plan import Pick, Plan, Planned, Typed
from playwright.async_api import Locator, Page, Response

PATIENCE_MS = 8000
MOST_STEPS = 120
LIVE = "#nay"
NEWEST = re.compile(r'data-newest="(\d+)"')
ARRIVED = """([key, newest]) => document.getElementById('press').elements.key.value !== key
  && Number(document.getElementById('p-log').dataset.newest) >= newest"""


@dataclass(slots=True)
class WebOfficer:
    """One officer with a plan; `given` holds what was answered and `claimed` the scopes taken as exempt.

    `claims` are words of opening questions that are answered with the exemption; `doubts` are texts to type for a
    criterion, with the words of the reading that is meant. `look` is called with every card once it stands there.
    """

    page: Page
    plan: Plan
    touch: bool = True
    script: bool = True
    claims: str = ""
    doubts: dict[str, tuple[str, str]] = field(default_factory=dict)
    look: Callable[[Card], Awaitable[None]] | None = None
    given: dict[str, Planned] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)

    @property
    def card(self) -> Card:
        """The card this officer looks at."""
        return self.cards[-1]

    async def see(self) -> Card:
        """Look at the page."""
        self.cards.append(await read_card(self.page))
        if self.look:
            await self.look(self.card)
        return self.card

    async def join(self, link: str, name: str) -> Card:
        """Follow an invite, say who one is, agree."""
        await self.page.goto(link)
        await self.page.fill("#name", name)
        await self.touch_or_click(self.page.locator("button.main"))
        await self.page.wait_for_selector(LIVE)
        return await self.see()

    async def press(self, words: str) -> Card:
        """Press the button of the live card with these words."""
        return await self._do(self.page.locator(f"{LIVE} button", has_text=words).first)

    async def choose(self, place: int) -> Card:
        """Choose the option at this place."""
        return await self._do(self.page.locator(f"{LIVE} button.option").nth(place))

    async def say(self, text: str) -> Card:
        """Type into the field at the foot and send."""
        await self.page.fill("#f-text", text)
        return await self._do(self.page.locator("#say button.send"))

    async def fill(self, typed: Typed) -> Card:
        """Fill in the figures of a ratio and record them."""
        if typed.counts is not None and "f-n" in self.card.boxes:
            await self.page.fill("#f-n", str(typed.counts[0]))
            await self.page.fill("#f-d", str(typed.counts[1]))
        else:
            await self.page.fill("#f-p", typed.text)
        return await self._do(self.page.locator(f"{LIVE} button.primary"))

    async def answer(self) -> Card:
        """Answer the question on the page as planned."""
        asked = self.card.id
        planned = self.plan.answer(asked)
        self.given.pop(asked, None)
        self.given[asked] = planned
        if asked in self.doubts:
            text, meant = self.doubts[asked]
            await self.fill(Typed(text))
            assert "doubt" in self.card.looks, self.card
            return await self.press(meant)
        return await (self.choose(planned.place) if isinstance(planned, Pick) else self.fill(planned))

    async def go_on(self) -> Card:
        """Press on at a card that is no question of the decision."""
        if "Câu mở đầu" in self.card.text:
            return await self.choose(1 if self.claims and self.claims in self.card.text else 0)
        if self.card.options:
            return await self.choose(0)
        primary = self.page.locator(f"{LIVE} button.primary")
        return await self._do(primary if await primary.count() else self.page.locator(f"{LIVE} button").first)

    async def walk(self, until: Callable[[Card], bool]) -> Card:
        """Answer and go on until a card is what was looked for."""
        for _ in range(MOST_STEPS):
            if until(self.card):
                return self.card
            await (self.answer() if self.card.asks else self.go_on())
        raise AssertionError(f"{MOST_STEPS} steps, and still: {self.card.text[:300]}")

    async def press_more(self, words: str) -> Card:
        """Open what is folded below the card and press the button with these words."""
        await self.touch_or_click(self.page.locator(f"{LIVE} details.more summary"))
        return await self.press(words)

    async def look_again(self) -> Card:
        """Load the page anew."""
        await self.page.goto("/chat")
        return await self.see()

    async def touch_or_click(self, button: Locator) -> None:
        """Press it as this officer does."""
        await (button.tap(timeout=PATIENCE_MS) if self.touch else button.click(timeout=PATIENCE_MS))

    async def _do(self, button: Locator) -> Card:
        """Press, and wait for the page after the press, which may change by itself meanwhile as well."""
        key = self.card.key
        if self.script:
            async with self.page.expect_response(_is_ours, timeout=PATIENCE_MS) as coming:
                await self.touch_or_click(button)
            answer = await coming.value
            if 300 <= answer.status < 400:  # pressed before the script was there: a plain form, and a new page
                await self._other_page(key)
                return await self.see()
            newest = NEWEST.search(await answer.text())
            assert newest, "the answer to a press is the page's changed part"
            await self.page.wait_for_function(ARRIVED, arg=[key, int(newest[1])], timeout=PATIENCE_MS)
        else:
            await self.touch_or_click(button)
            await self._other_page(key)
        return await self.see()

    async def _other_page(self, key: str) -> None:
        other = self.page.locator(f'#press input[name="key"]:not([value="{key}"])')
        await other.wait_for(state="attached", timeout=PATIENCE_MS)


def _is_ours(response: Response) -> bool:
    return response.request.method == "POST"


def is_question(card: Card) -> bool:
    """Whether the officer stands at a question of the decision."""
    return card.asks


def is_review(card: Card) -> bool:
    """Whether everything is answered and the review stands there."""
    return "sheet" in card.looks and card.title.startswith("Bản tự chấm của")


def is_receipt(card: Card) -> bool:
    """Whether the receipt stands there."""
    return "ticket" in card.looks
