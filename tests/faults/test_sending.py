"""Summaries under a bad network and a service that dies: one row each, none shown twice, every doubt known."""

import os
import random

import pytest
from fake_bot_api.faults import Faults
from fake_bot_api.server import TOKEN, FakeBotApi
from product.killing import check_acknowledged, check_notices, kill_while_walking
from product.office import KINDS, NAMES, Open

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "20"))
REVIEWERS = 3
MOST_KILLS = 6
SUMMARY = "đã nộp kết quả tự chấm năm"
RATES = {"do_then_drop": 0.08, "drop_before": 0.05, "do_then_truncate": 0.04, "do_then_502": 0.04, "too_many": 0.02}


async def one_round(office: Open, seed: int) -> tuple[int, int]:
    """Four summaries for each reviewer; returns how many were shown and how many are in doubt."""
    fake = FakeBotApi(TOKEN, seed=seed)
    async with office(fake=fake) as here:
        reviewers = [await here.staff("reviewer", f"Thẩm định {n}") for n in range(REVIEWERS)]
        fake.faults.rules = Faults.of({"sendMessage": RATES, "editMessageText": RATES}).rules
        await kill_while_walking(here, seed, random.Random(seed).randint(0, MOST_KILLS))
        await here.settled(120)
        doubtful = check_notices(here)
        for officer in here.officers.values():
            assert len(officer.user.chat.shown) > 38
        check_acknowledged(here, {unit: set(officer.given) for unit, officer in here.officers.items()})
        shown = [sum(f"{NAMES[u]} {SUMMARY}" in s.text for s in one.chat.shown) for one in reviewers for u in KINDS]
        assert max(shown) <= 1
        fake.faults.clear()
        reviewers[0].send("/tonghop")
        assert "Đã nộp 4/4" in (await reviewers[0].expect("Tình hình tự chấm")).text
        await here.verify()
        return sum(shown), doubtful


async def test_summaries_are_never_repeated_and_every_doubt_is_known(office: Open) -> None:
    """Caught when seeded: notices in doubt tried again."""
    shown, doubtful = 0, 0
    for number in range(1, ROUNDS + 1):
        seen, unsure = await one_round(office, seed=number)
        shown, doubtful = shown + seen, doubtful + unsure
    assert doubtful > 0, "no send was ever in doubt: the faults do not strike"
    assert shown + doubtful >= ROUNDS * REVIEWERS * len(KINDS)
