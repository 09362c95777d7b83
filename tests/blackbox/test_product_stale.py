"""Buttons from the past, from other people and from nowhere: answered, and never obeyed."""

import random

import pytest
from product.office import KINDS, Open
from product.stale import forged, past_buttons, press_all

pytestmark = pytest.mark.asyncio(loop_scope="session")
PRESSES = 200


async def test_a_stale_press_is_answered_and_writes_nothing(office: Open) -> None:
    """Some before and some after a restart, and after the result was handed in.

    Caught when seeded: answers recorded without a look at the revision that the button was made for.
    """
    dice = random.Random(31)
    async with office() as here:
        officer = await here.joined("STC", 31)
        await officer.walk()
        kept, facts = here.stored.answers("STC"), here.stored.facts("STC")
        buttons = dice.choices(past_buttons(officer.user.chat), k=PRESSES)
        await press_all(here, officer.user, buttons[: PRESSES // 2], dice)
        await here.product.restart()
        await press_all(here, officer.user, buttons[PRESSES // 2 :], dice)
        assert here.stored.facts("STC") == facts
        await officer.submit()
        handed_in = here.stored.facts("STC")
        await press_all(here, officer.user, past_buttons(officer.user.chat)[:40], dice)
        assert here.stored.facts("STC") == handed_in
        assert here.stored.answers("STC") == kept
        assert here.stored.poison() == []


async def test_a_press_is_judged_by_who_presses_and_a_forged_one_is_nobodys(office: Open) -> None:
    """Buttons of the unit's officer and of the reviewer, pressed by an officer of another unit and by strangers.

    Caught when seeded: the access table without its question whether it is that unit.
    """
    dice = random.Random(32)
    async with office() as here:
        reviewer = await here.staff("reviewer")
        theirs = await here.joined("STC", 32)
        await theirs.walk()
        await theirs.submit()
        await reviewer.expect("đã nộp", since=0)
        mine = await here.joined("TPDH", 33)
        await mine.walk(limit=10)
        before = {unit: here.stored.facts(unit) for unit in KINDS}
        shown = [*theirs.user.chat.shown, *reviewer.chat.shown]
        # who has the button of an invite has its code, and may join with it
        foreign = [button for one in shown for button in one.buttons if button.label != "Đúng"]
        stranger = here.fake.user("Người lạ")
        stranger.send("/start")
        await stranger.expect("mã mời")
        await press_all(here, mine.user, dice.sample(foreign, 60), dice)
        await press_all(here, stranger, dice.sample(foreign, 60), dice)
        own = [button for shown in mine.user.chat.shown for button in shown.buttons]
        for user, known in ((stranger, foreign), (reviewer, foreign + own)):
            await press_all(here, user, [forged(dice, dice.choice(known)) for _ in range(40)], dice)
        assert {unit: here.stored.facts(unit) for unit in KINDS} == before
        assert "Sở Tài chính" not in "\n".join(s.text for s in (*stranger.chat.shown, *mine.user.chat.shown))
        assert here.stored.poison() == []
