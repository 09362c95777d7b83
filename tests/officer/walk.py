"""An officer as a driver: walks an assessment through messages and buttons only, from the invite to the receipt."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from fake_bot_api.chats import Shown
from fake_bot_api.markup import Button
from fake_bot_api.people import User
from fake_bot_api.pulse import SilenceError
from officer.plan import Pick, Plan, Planned

CARD = re.compile(r"^<b>(\d+(?:\.\d+)+)\. ")
RECEIPT = re.compile(r"<code>([^<]+)</code>")
PATIENCE = 10.0  # seconds
MOST_SCREENS = 25

Choose = Callable[["Officer", Shown], Button | None]


def card_id(shown: Shown) -> str | None:
    """The criterion a screen asks about, None when it asks about none."""
    found = CARD.match(shown.first_line)
    return found[1] if found else None


def press_first(_officer: "Officer", shown: Shown) -> Button | None:
    """The first button that calls back."""
    return next((button for button in shown.buttons if button.data is not None), None)


def stop(_officer: "Officer", _shown: Shown) -> Button | None:
    """Press nothing: the walk ends here."""
    return None


@dataclass(slots=True)
class Officer:
    """One officer with a plan. `given` holds what was answered, in the order of asking.

    Screens without a criterion in their first line go to `before` until the first card (join, notice, opening
    questions) and to `after` behind it; a screen that asks the criterion just answered once more goes to `doubt`.
    A hook returns the button to press, or None to end the walk. When nothing comes for `patience` seconds, `nudge`
    (a command such as "/tieptuc") is sent once; without a nudge SilenceError is raised.
    """

    user: User
    plan: Plan
    before: Choose = press_first
    doubt: Choose = press_first
    after: Choose = stop
    patience: float = PATIENCE
    nudge: str | None = None
    given: dict[str, Planned] = field(default_factory=dict)
    screens: list[Shown] = field(default_factory=list)
    _acted_on: Shown | None = None

    @property
    def screen(self) -> Shown:
        """The screen this officer looks at."""
        return self.screens[-1]

    async def join(self, code: str) -> Shown:
        """Follow an invite link; return the first screen."""
        return await self.say(f"/start {code}")

    async def say(self, text: str) -> Shown:
        """Type something and return the screen that answers it."""
        self._act_on(None)
        self.user.send(text)
        return await self.look()

    async def press(self, button: Button) -> Shown:
        """Press something and return the screen that answers it."""
        self._act_on(self.screens[-1] if self.screens else None)
        self.user.press(button)
        return await self.look()

    async def walk(self, limit: int | None = None) -> Shown:
        """Answer whatever is asked until a hook ends it or `limit` criteria are answered; return the last screen."""
        strangers = 0
        while True:
            shown, asked = self.screen, card_id(self.screen)
            if asked is not None and self._is_fresh(asked):
                if limit is not None and len(self.given) >= limit:
                    return shown
                await self.answer(asked)
                strangers = 0
                continue
            choose = self.doubt if asked is not None else self.after if self.given else self.before
            button = choose(self, shown)
            if button is None:
                return shown
            strangers += 1
            if strangers > MOST_SCREENS:
                raise AssertionError(f"{strangers} screens without a new question; the last: {shown.text[:300]!r}")
            await self.press(button)

    async def answer(self, criterion_id: str) -> Shown:
        """Answer the criterion on the screen as planned; return the screen that follows."""
        planned = self.plan.answer(criterion_id)
        self.given.pop(criterion_id, None)
        self.given[criterion_id] = planned
        if isinstance(planned, Pick):
            return await self.press(self.screen.buttons[planned.place])
        self._act_on(self.screen)
        self.user.send(planned.text)
        return await self.look()

    async def submit(self) -> str:
        """Hand in and confirm; return the receipt's number; raise AssertionError when there is something left to do."""
        self._act_on(None)
        self.user.send("/nop")
        for _ in range(3):
            shown = await self.user.expect(lambda s: self._is_news(s) or bool(RECEIPT.search(s.html)), self.patience)
            if found := RECEIPT.search(shown.html):
                return found[1]
            button = None if card_id(shown) else press_first(self, shown)
            if button is None:
                break
            self.screens.append(shown)
            self._act_on(shown)
            self.user.press(button)
        raise AssertionError(f"no receipt, but: {shown.text[:300]!r}")

    async def look(self) -> Shown:
        """Wait for the screen that follows the last act: the newest with buttons that is no copy of the old one."""
        try:
            await self.user.expect(self._is_news, self.patience)
        except SilenceError:
            if self.nudge is None:
                raise
            self._acted_on = None
            self.user.send(self.nudge)
            await self.user.expect(self._is_news, self.patience)
        newest = next(s for s in reversed(self.user.chat.shown) if self._is_news(s))
        self.user.has_seen(newest)
        self.screens.append(newest)
        return newest

    def _act_on(self, shown: Shown | None) -> None:
        self._acted_on = shown

    def _is_fresh(self, asked: str) -> bool:
        """Whether this is a new question and not a question back about the last answer."""
        return self._acted_on is None or card_id(self._acted_on) != asked

    def _is_news(self, shown: Shown) -> bool:
        old = self._acted_on
        is_copy = old is not None and _face(old) == _face(shown)
        return any(button.data is not None for button in shown.buttons) and not is_copy


def _face(shown: Shown) -> tuple[str, tuple[tuple[str, str | None], ...]]:
    return shown.html, tuple((button.label, button.data) for button in shown.buttons)
