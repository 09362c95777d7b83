"""Updates that come twice, late, or in another order, and buttons tapped many times: the same end state."""

import asyncio
import random
from dataclasses import dataclass, field

import pytest
from fake_bot_api.chats import Shown
from fake_bot_api.markup import Button
from officer.walk import Officer
from product.killing import is_same
from product.office import Office, Open

pytestmark = pytest.mark.asyncio(loop_scope="session")
WINDOW = 5
MOST_TAPS = 10


@dataclass(slots=True)
class Unlucky(Officer):
    """An officer whose taps come several times and whose updates the platform brings again, late and shuffled."""

    dice: random.Random = field(default_factory=random.Random)
    taps: list[int] = field(default_factory=list)

    async def press(self, button: Button) -> Shown:
        """Tap two to ten times."""
        self._act_on(self.screens[-1] if self.screens else None)
        self.taps += [self.user.press(button).update_id for _ in range(self.dice.randint(2, MOST_TAPS))]
        return await self.look()

    async def look(self) -> Shown:
        """Let the platform bring the last few updates once or twice more, in any order, before the answer comes."""
        updates = self.user.world.updates
        mine = [number for number, update in updates.all.items() if update.chat_id == self.user.id and update.handed]
        again = self.dice.choices(mine[-WINDOW:], k=self.dice.randint(0, 4)) if mine else []
        updates.redeliver(*again)
        updates.reorder(self.dice.sample(range(len(updates.pending)), len(updates.pending)))
        await Officer.look(self)
        # the answer to the last tap is what a person looks at in the end
        await self.user.world.until(lambda: not updates.pending, what="updates are left")  # type: ignore[attr-defined]
        await self._until_quiet()
        return self.screen

    async def _until_quiet(self) -> None:
        """Every tap shows the question once more; a person looks when that is over, or would take it for a doubt."""
        shown = -1
        while shown != len(self.user.chat.shown):
            shown = len(self.user.chat.shown)
            await asyncio.sleep(QUIET_S)


QUIET_S = 0.1


async def unlucky(office: Office, unit: str, seed: int) -> Unlucky:
    """An unlucky officer who has walked to the review."""
    plain = office.officer(unit, seed)
    officer = Unlucky(plain.user, plain.plan, plain.before, plain.doubt, plain.after)
    officer.dice = random.Random(seed)
    office.officers[unit] = officer
    await officer.join(office.template.codes[unit])
    await officer.walk()
    return officer


async def test_taps_and_updates_that_come_again_in_any_order_change_nothing(office: Open) -> None:
    """Caught when seeded: a tap that is recorded whatever was recorded since; update keys that are not kept."""
    async with office() as here:
        lucky = await here.joined("STC", 21)
        await lucky.walk()
        officer = await unlucky(here, "SYT", 21)
        assert len(officer.taps) > 100
        kept = here.stored.answers("SYT")
        assert kept == here.stored.answers("STC")
        assert all(is_same(planned, kept[one]) for one, planned in officer.given.items())
        assert set(here.stored.times_given("SYT").values()) == {1}
        assert not [s.text for s in officer.user.chat.shown if "gián đoạn" in s.text or "không còn hiệu lực" in s.text]
        assert all(press.is_answered for press in here.fake.presses.values())
        assert here.stored.poison() == []
        await here.verify()


async def test_a_result_is_handed_in_once_however_often_the_button_is_tapped(office: Open) -> None:
    async with office() as here:
        reviewer = await here.staff("reviewer")
        officers = [await here.joined("STC", 22), await here.joined("STC", 23)]
        await officers[0].walk()
        for officer in officers:
            officer.user.send("/nop")
        asked = [await officer.user.expect("sắp nộp") for officer in officers]
        for _ in range(MOST_TAPS):
            for officer, shown in zip(officers, asked, strict=True):
                officer.user.press(shown.buttons[0])
        for officer in officers:
            await officer.user.expect("Mã biên nhận", since=0)
        await here.settled()
        assert [kind for kind, _body in here.stored.facts("STC")].count("Submitted") == 1
        assert sum("đã nộp kết quả tự chấm năm" in shown.text for shown in reviewer.chat.shown) == 1
