"""A thousand ends at random moments, most by kill -9: nothing acknowledged is lost, nothing happens twice."""

import os
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from officer.plan import Typed
from officer.walk import Officer, card_id
from product.killing import check_ledgers, check_notices, check_order, check_updates, kill_while_walking
from product.office import Open, has_button

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
KILLS = int(os.environ.get("FAULTS_KILLS", "1000"))
COLD_KILLS = 10
SOFT = 0.2
EVER = 10_000


async def one_round(office: Open, seed: int, most: int = EVER, *, warm: bool = True) -> int:
    """One officer of each unit from the invite to the receipt, killed all the way; returns the number of kills."""
    async with office(warm=warm) as here:
        await here.staff("reviewer")
        kills = await kill_while_walking(here, seed, most, SOFT)
        await here.settled(90)
        await check_updates(here)
        check_ledgers(here)
        check_order(here)
        check_notices(here)
        await here.verify()
        assert await here.product.stop() == 0
    return kills


async def test_a_thousand_ends_lose_nothing_and_repeat_nothing(office: Open) -> None:
    """Caught when seeded: updates confirmed before they are taken."""
    kills, rounds = 0, 0
    while kills < KILLS:
        rounds += 1
        kills += await one_round(office, seed=rounds)


async def test_a_cold_start_is_no_different(office: Open) -> None:
    """The same with processes that import everything themselves, as an installed service does.

    Caught when seeded: updates confirmed before they are taken.
    """
    assert await one_round(office, seed=7, most=COLD_KILLS, warm=False) >= 1


async def test_a_return_after_an_end_is_to_the_same_question_and_the_same_step(office: Open) -> None:
    """Killed at each question, in the middle of a note, before a doubt is settled, at the review, before handing in.

    Caught when seeded: a place kept without what was typed and waits for a word.
    """
    async with office() as here:
        officer, end = await here.joined("STC", 5), partial(here.product.restart, hard=True)
        while (asked := card_id(officer.screen)) is not None and asked not in officer.given:
            await end()
            assert card_id(await officer.say("/tieptuc")) == asked
            officer.user.press(officer.screen.button("Thêm ghi chú"))
            await officer.user.expect(f"{asked}. ")
            await end()
            officer.user.send(f"Theo báo cáo quý của {asked}")
            officer.screens.append(await officer.user.expect(f"Đã lưu ghi chú cho {asked}"))
            if isinstance(officer.plan.answer(asked), Typed):
                await doubt(officer, end)
            await officer.answer(asked)
        assert officer.screen.text.startswith("Bản tự chấm")
        await end()
        officer.user.send("/nop")
        shown = await officer.user.expect("sắp nộp")
        await end()
        officer.user.press(shown.buttons[0])
        await officer.user.expect("Mã biên nhận")
        assert set(here.stored.times_given("STC").values()) == {1}


async def doubt(officer: Officer, end: Callable[[], Awaitable[None]]) -> None:
    """Give a doubtful percentage, meet the end of the service, and take it back."""
    officer.user.send("0,85")
    await officer.user.expect(lambda s: has_button(s, "Nhập lại"))
    await end()
    officer.user.send("/tieptuc")
    shown = await officer.user.expect(lambda s: has_button(s, "Nhập lại"))
    officer.user.press(shown.button("Nhập lại"))
    officer.screens.append(await officer.user.expect(lambda s: has_button(s, "Bỏ qua")))
