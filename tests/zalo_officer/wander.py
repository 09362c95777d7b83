"""One person on two messengers: goes on now here and now there, and sometimes does something on both at once."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fake_zalo_bot.server import FakeZaloBot
from officer.plan import Pick, Planned, Typed
from officer.walk import Officer, card_id
from zalo_officer.phone import until
from zalo_officer.screen import Screen
from zalo_officer.walk import Typist

Where = Literal["telegram", "zalo"]
_CODE = re.compile(r"<code>([^<]+)</code>")
LINKED = "Đã liên kết với"
WRONG = "12,34%"
TOLD = "vừa được liên kết với tên của anh/chị"


@dataclass(slots=True)
class Wanderer:
    """`officer` holds the Telegram chat, `typist` the Zalo chat; both know the same plan and what was given. `at` is
    where this person looks just now."""

    officer: Officer
    typist: Typist
    seed: int
    zalo: FakeZaloBot
    criteria: Sequence[Mapping[str, Any]]
    at: Where = "telegram"
    switches: int = 0
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self.typist.given = self.officer.given

    @property
    def given(self) -> dict[str, Planned]:
        """What was answered, wherever."""
        return self.officer.given

    @property
    def asked(self) -> str | None:
        """The criterion that stands where this person looks."""
        return card_id(self.officer.screen) if self.at == "telegram" else self.typist.screen.criterion

    async def link(self) -> Screen:
        """Ask for a code on Telegram, type it on Zalo; what is shown there."""
        user = self.officer.user
        user.send("/lienket")
        shown = await user.expect(lambda one: bool(_CODE.search(one.html)))
        found = _CODE.search(shown.html)
        assert found
        screen = await self.typist.say(found[1].lower())
        user.has_seen(await user.expect(TOLD))
        self.at = "zalo"
        self.typist.see(Screen(screen.text.partition("\n\n")[2]))  # below the word that it is linked
        return screen

    async def look(self, where: Where) -> None:
        """Look at one of the chats, and ask there where things stand if this person was elsewhere."""
        if where != self.at:
            self.switches += 1
            self.at = where
            await (self.officer.say("/tieptuc") if where == "telegram" else self.typist.say("tiếp tục"))

    async def walk(self, limit: int | None = None) -> None:
        """Answer whatever is asked, each time in one of the chats, until nothing is or `limit` answers are given."""
        while limit is None or len(self.given) < limit:
            await self.look(self._dice.choice(("telegram", "zalo")))
            if self.asked is None:
                return
            await self._answer()

    async def answer_on_both(self, *, button_first: bool) -> None:
        """Both chats show one question; answer by a button on Telegram, and otherwise on Zalo, at the same moment: one
        of the two is recorded and said to be, the other one is said not to be."""
        await self._until(Pick, "zalo")
        await self.look("telegram")
        asked, places = self._options()
        button, code = self.officer.screen.buttons[places[0]], self.typist.screen.choices[places[1]][0]
        on_telegram, on_zalo = await self._at_once(lambda: self.officer.user.press(button), code, button_first)
        told = [asked in recorded(on_telegram), asked in recorded(on_zalo)]
        assert sorted(told) == [False, True], (told, on_telegram, on_zalo)
        self.given[asked] = self._picked(asked, places[told.index(True)])

    async def answer_beside_an_old_card(self, *, button_first: bool) -> None:
        """Answer by a button on Telegram while Zalo shows an older question, whose number is typed there at the same
        moment: it changes nothing."""
        await self._until(Pick, "zalo")
        _, wrong = self._options()
        code = self.typist.screen.choices[wrong[1]][0]
        await self.look("telegram")
        await self._answer()
        await self._until(Pick, "telegram")
        asked, places = self._options()
        button = self.officer.screen.buttons[places[0]]
        on_telegram, on_zalo = await self._at_once(lambda: self.officer.user.press(button), code, button_first)
        assert (recorded(on_telegram), recorded(on_zalo)) == ({asked}, set()), (on_telegram, on_zalo)
        self.given[asked] = self._picked(asked, places[0])

    async def type_on_both(self, *, there_first: bool) -> None:
        """A percentage is asked on Zalo: type it there, and another one on Telegram at the same moment. That one is
        never taken; the right one is, or is asked for once more because the question was shown elsewhere meanwhile."""
        await self._until(Typed, "zalo")
        asked, planned = self.asked, self.typist.plan.answer(self.asked or "")
        assert asked is not None
        assert isinstance(planned, Typed)
        act = lambda: self.officer.user.send(WRONG)  # noqa: E731
        on_telegram, on_zalo = await self._at_once(act, planned.text, there_first)
        assert recorded(on_telegram) == set(), on_telegram
        assert recorded(on_zalo) <= {asked}, on_zalo
        if recorded(on_zalo):
            self.given[asked] = planned

    async def type_where_nothing_was_shown(self) -> None:
        """A percentage is asked on Telegram; one that is typed on Zalo is no answer, the question is shown there."""
        await self._until(Typed, "telegram")
        asked, self.at = self.asked, "zalo"
        screen = await self.typist.say(WRONG)
        assert (screen.criterion, screen.recorded) == (asked, ())

    async def _at_once(
        self, on_telegram: Callable[[], object], on_zalo: str, telegram_first: bool
    ) -> tuple[list[str], list[str]]:
        """Do something on Telegram and type something on Zalo, the second as soon as the service was handed the first;
        what each chat shows of it. Then this person looks at Telegram."""
        user, phone = self.officer.user, self.typist.phone
        before, seen = len(phone.said), len(user.chat.shown)

        async def there() -> None:
            on_telegram()
            await until(lambda: all(one.handed for one in user.world.updates.pending))

        async def here() -> None:
            phone.write(on_zalo)
            await until(lambda: not self.zalo.events)

        await (there() if telegram_first else here())
        await (here() if telegram_first else there())
        await until(lambda: len(phone.said) > before and any(one.buttons for one in user.chat.shown[seen:]))
        told = [one.text for one in user.chat.shown[seen:] if one.buttons], list(phone.said[before:])
        self.at = "telegram"
        await self.officer.say("/tieptuc")
        return told

    def _options(self) -> tuple[str, tuple[int, int]]:
        """The question at hand, the place of the option that is planned, and that of another one."""
        asked = self.asked
        assert asked is not None
        planned = self.officer.plan.answer(asked)
        assert isinstance(planned, Pick)
        return asked, (planned.place, 1 - min(planned.place, 1))

    def _picked(self, asked: str, place: int) -> Pick:
        leaf = next(one for one in self.criteria if one["id"] == asked)
        return Pick(place, str(leaf["options"][place]["id"]))

    async def _answer(self) -> None:
        asked = self.asked
        assert asked is not None
        await (self.officer if self.at == "telegram" else self.typist).answer(asked)

    async def _until(self, kind: type[Planned], where: Where) -> None:
        """Go on to a question of this kind, and look at it in this chat."""
        await self.look(where)
        while not isinstance(self.officer.plan.answer(self.asked or ""), kind):
            await self._answer()


def recorded(texts: Sequence[str]) -> set[str]:
    """The criteria that are said to be recorded in these messages."""
    return {one for text in texts for one in Screen(text).recorded}
