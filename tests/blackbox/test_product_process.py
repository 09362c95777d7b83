"""The service as a process: one per file, drained by SIGTERM, and content without a token."""

import asyncio
import random

import pytest
from product.killing import check_ledgers, check_updates, walk_and_submit
from product.office import KINDS, Office, Open

pytestmark = pytest.mark.asyncio(loop_scope="session")
STOPS = 3


async def test_a_second_service_on_the_same_file_refuses(office: Open) -> None:
    """Caught when seeded: no lock on the file."""
    async with office() as here:
        second = await here.product.tucham("run", check=False, within=20)
        assert second.status != 0
        assert here.product.service is not None
        assert str(here.product.service.pid) in second.err
        officer = await here.joined("STC", 91)  # the first one goes on
        await officer.walk(limit=1)
        assert here.fake.updates.conflicts == 0


async def test_the_service_runs_without_a_token(office: Open) -> None:
    async with office(start=False, TUCHAM_TELEGRAM_TOKEN="") as here:
        log = here.product.log
        await here.product.start(
            ready=lambda: log.exists() and "started: channels []" in log.read_text(encoding="utf-8")
        )
        assert await here.product.stop() == 0
        assert here.fake.acts == []


def check_drained(office: Office) -> None:
    """What was confirmed to the platform was taken, and everything taken was answered before the end."""
    waiting = {str(update.id) for update in office.fake.updates.pending}
    taken = office.stored.updates()
    confirmed = {str(number) for number in office.fake.updates.all} - waiting
    assert confirmed <= taken
    assert [row for row in office.stored.outbox("reply") if row.state not in ("sent", "replaced")] == []


async def test_sigterm_finishes_what_was_taken_and_leaves_nothing_unanswered(office: Open) -> None:
    """Caught when seeded: an end that does not wait for the sender."""
    dice = random.Random(92)
    async with office() as here:
        walks = [asyncio.create_task(walk_and_submit(here, unit, 93 + n)) for n, unit in enumerate(KINDS)]
        for _ in range(STOPS):
            await asyncio.sleep(dice.uniform(0.1, 0.5))
            assert await here.product.stop() == 0
            check_drained(here)
            await here.product.start()
        await asyncio.gather(*walks)
        await check_updates(here)
        check_ledgers(here)
        assert not any(row.state == "uncertain" for row in here.stored.outbox())
