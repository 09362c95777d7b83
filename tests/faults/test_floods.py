"""The short proofs at length: stale and forged presses, bent updates, claims, random walks, second services."""

import asyncio
import json
import random

import pytest
from product.claims import claim_together
from product.mutants import mutant
from product.office import KINDS, Open
from product.saying import say_all, strange_texts
from product.stale import forged, past_buttons, press_all

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
STALE, FORGED, MUTANTS, TEXTS = 1000, 5000, 10_000, 1000
CLAIMS, CLAIMANTS = 20, 50
WALKS = 25
SECOND_SERVICES = 100


async def test_a_thousand_stale_presses_write_nothing(office: Open) -> None:
    """Caught when seeded: answers recorded without a look at the revision that the button was made for."""
    dice = random.Random(1)
    async with office() as here:
        officer = await here.joined("STC", 1)
        await officer.walk()
        facts = here.stored.facts("STC")
        past = past_buttons(officer.user.chat)
        for _ in range(10):
            await press_all(here, officer.user, dice.choices(past, k=STALE // 10), dice)
            await here.product.restart(hard=True)
        assert here.stored.facts("STC") == facts
        assert here.stored.poison() == []


async def test_forged_presses_write_nothing_for_a_stranger_and_a_reviewer(office: Open) -> None:
    """Caught when seeded: buttons that ask nobody for a right."""
    dice = random.Random(2)
    async with office() as here:
        reviewer, stranger = await here.staff("reviewer"), here.fake.user("Người lạ")
        officer = await here.joined("TPDH", 2)
        await officer.walk(limit=3)  # an open question with buttons is left, which a forged answer would fit
        stranger.send("/start")
        await stranger.expect("mã mời")
        known = [button for shown in officer.user.chat.shown for button in shown.buttons]
        facts = here.stored.facts("TPDH")
        for user in (stranger, reviewer):
            await press_all(here, user, [forged(dice, dice.choice(known)) for _ in range(FORGED)], dice)
        assert here.stored.facts("TPDH") == facts
        assert here.stored.poison() == []


async def test_ten_thousand_bent_updates_never_stop_the_service(office: Open) -> None:
    """Caught when seeded: errors of decoding that are not set aside."""
    dice = random.Random(3)
    async with office() as here:
        for start in range(0, MUTANTS, 500):
            for _ in range(500):
                here.fake.push_raw(json.loads(json.dumps(mutant(dice))))
            await here.fake.until(lambda: not here.fake.updates.pending, 60, f"updates are left behind {start}")
        officer = await here.joined("STC", 3)
        await officer.walk(limit=3)
        assert await here.product.stop() == 0


async def test_every_one_of_thousands_of_texts_gets_one_reply(office: Open) -> None:
    """Caught when seeded: a command that is met with silence."""
    dice = random.Random(4)
    async with office() as here:
        officers = [await here.joined(unit, 4) for unit in KINDS]
        await asyncio.gather(*(say_all(here, one.user, strange_texts(dice, TEXTS)) for one in officers))
        assert here.stored.poison() == []
        await here.verify()


async def test_fifty_claim_one_invite_and_one_wins_again_and_again(office: Open) -> None:
    """Caught when seeded: an invite looked at when it is offered and not when it is taken."""
    async with office() as here:
        for _ in range(CLAIMS):
            await claim_together(here, CLAIMANTS)
        assert here.stored.rows("SELECT count(*) FROM roles")[0][0] == CLAIMS


async def test_the_totals_of_a_hundred_random_officers_are_the_scorers(office: Open) -> None:
    """Caught when seeded: a stored total one point too high."""
    for number in range(1, WALKS + 1):
        async with office() as here:
            officers = [await here.joined(unit, 1000 * number + n) for n, unit in enumerate(KINDS)]
            await asyncio.gather(*(officer.walk() for officer in officers))
            receipts = await asyncio.gather(*(officer.submit() for officer in officers))
            statuses, scored = await here.status(), await here.scored(*KINDS)
            for unit, receipt, score in zip(KINDS, receipts, scored, strict=True):
                found = (statuses[unit]["points"], statuses[unit]["class"], statuses[unit]["receipt"])
                assert found == (score["total"], score["class"], receipt), f"{unit}, round {number}"
            await here.verify()


async def test_a_hundred_second_services_are_refused(office: Open) -> None:
    """Caught when seeded: no lock on the file."""
    async with office() as here:
        for _ in range(SECOND_SERVICES):
            assert (await here.product.tucham("run", check=False, within=20)).status != 0
        officer = await here.joined("STC", 5)
        await officer.walk(limit=1)
