"""kill -9 at random moments while officers type over the Zalo Bot's webhook: nothing acknowledged is lost, nothing
happens twice.

Caught when seeded: posts confirmed before they are taken.
"""

import asyncio
import os
import random
from pathlib import Path

import pytest
from fake_zalo_bot.server import FakeZaloBot
from officer.plan import RandomPlan
from product.office import Template
from product.warm import Zygote
from zalo_officer.killing import Patient, kill_while, through
from zalo_officer.office import by_webhook, zalo_office

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
KILLS = int(os.environ.get("FAULTS_ZALO_KILLS", "60"))
KILLS_OF_A_WALK = 25
UNITS = ("STC", "TPDH")


async def test_kills_amid_posts_lose_nothing_and_repeat_nothing(
    template: Template, mother: Zygote, tmp_path: Path
) -> None:
    kills = rounds = 0
    while kills < KILLS:
        rounds += 1
        home = tmp_path / str(rounds)
        await asyncio.to_thread(home.mkdir)
        async with FakeZaloBot() as fake, zalo_office(template, mother, home, by_webhook(fake)) as here:
            fake.push_to(*here.hook)
            dice = random.Random(rounds)
            people = {unit: Patient(fake.person(), RandomPlan(rounds, template.criteria), rounds) for unit in UNITS}
            for officer in people.values():
                officer.office, officer.platform = here, fake
            walking = asyncio.gather(*(through(officer, template.codes[unit]) for unit, officer in people.items()))
            kills += await kill_while(here, walking, dice, KILLS_OF_A_WALK)
            receipts = dict(zip(people, await walking, strict=True))
            await here.check(people, receipts)
            await here.verify()
            keys = {str(key) for (key,) in here.stored.rows("SELECT key FROM updates WHERE channel = 'zalo_bot'")}
            assert len(keys) == sum(officer.typed for officer in people.values())
