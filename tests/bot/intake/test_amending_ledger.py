"""The ledger across amendments: random seasons, people who answer meanwhile, and a set that was swapped."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from amended_sets.season import amend, answer, hand_in, peopled, poisoned
from amended_sets.texts import (
    HIGHER_TARGET,
    MERGED,
    NO_EXEMPTION,
    RATIO,
    RENAMED_BUTTON,
    RETITLED,
    SPLIT,
    issued_anew,
)
from talk.stage import SDL, Stage, staged

from bot.conversation.office_events import CloseCycle, ExtendCycle, ReopenCycle
from scoring.library import digest, set_text
from storage import cycles


@pytest.fixture
async def office(stage: Stage) -> Stage:
    """Two units with an officer each, one without; a reviewer."""
    return await peopled(stage)


@pytest.fixture
async def anywhere(store_url: str) -> AsyncIterator[Stage]:
    """The same on SQLite and on PostgreSQL."""
    async with staged(store_url) as stage:
        await stage.open_office(SDL)
        await stage.invite("K7Q29XPM", "officer", "SDL")
        yield await peopled(stage)


@pytest.mark.parametrize("seed", range(3))
async def test_the_ledger_tells_every_assessment_across_amendments(office: Stage, seed: int) -> None:
    dice = random.Random(seed)
    texts = [issued_anew(*one) for one in ((RETITLED,), MERGED, SPLIT, (NO_EXEMPTION, HIGHER_TARGET), RATIO)]
    for turn in range(2):
        for who, unit in (("An", "SDL"), ("Bình", "LT")):
            criteria = (await office.assessment(unit)).criteria if turn else None
            ids = [leaf.id for leaf in criteria.leaves] if criteria else ["1.1", "2.3.1", "2.3.2", "2.7", "2.8.1"]
            for one in dice.sample(ids, min(5, len(ids))):
                await office.says(who, f"sửa {one}")
                await office.says(who, dice.choice(["1", "2", "40%", "không áp dụng", "Không có bộ phận này"]))
        if dice.random() < 0.4:
            await hand_in(office, "An", "SDL")
        assert await office.differences() == ()
        await amend(office, text=dice.choice(texts) + f"# {turn}\n")
        assert await office.differences() == ()
    assert await office.store.run(poisoned) == 0


async def test_a_cycle_scored_by_another_set_than_its_assessments_went_over_to_is_found(office: Stage) -> None:
    await answer(office, "An", c1_1="1")
    await amend(office, RENAMED_BUTTON)
    await office.store.run(lambda conn: cycles.amend_cycle(conn, 1, digest(set_text("qd-3270-2020"))))
    assert "set" in {one.what for one in await office.differences()}


async def test_a_cycle_is_extended_amended_and_opened_again_while_people_answer(anywhere: Stage) -> None:
    await hand_in(anywhere, "An", "SDL")
    due = (await anywhere.assessment("LT")).cycle.due_at
    acts = [
        amend(anywhere, HIGHER_TARGET),
        *(anywhere.says("Bình", text) for text in ("sửa 2.3.2", "35%", "sửa 1.1", "1", "/xemlai", "sửa 1.3", "2")),
        anywhere.office(ExtendCycle(due + timedelta(days=2), ("SYT",), "vì")),
        anywhere.says("An", "/xemlai"),
        anywhere.office(ExtendCycle(due + timedelta(days=1))),
        amend(anywhere, *SPLIT),
        anywhere.says("Bình", "2"),
    ]
    outcomes = await asyncio.gather(*acts)
    assert len(outcomes) == len(acts)
    await anywhere.office(CloseCycle())
    await anywhere.office(ReopenCycle("tiếp", due + timedelta(days=3)))
    assert (await anywhere.assessment("LT")).cycle.due_at == due + timedelta(days=3)
    assert (await anywhere.assessment("SDL")).state == "returned"
    assert await anywhere.store.run(poisoned) == 0
    assert await anywhere.differences() == ()
