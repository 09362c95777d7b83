"""A database that is locked, cut off or gone for a while: nothing is confirmed too early, nothing is lost."""

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fake_bot_api.server import FakeBotApi
from officer.walk import card_id
from product.killing import walk_and_submit
from product.office import KINDS, Office, Open, prepare
from product.pushing import webhook_office
from product.warm import WarmProduct, Zygote
from product_store.databases import Postgres

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
LOCKED = 45.0  # seconds, longer than the product waits for a lock, with other work queued before
LONGEST = 90.0
CUT = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE application_name = 'tucham' AND datname = '{database}'
"""


async def lock_for(path: Path, seconds: float) -> None:
    """Hold the write lock of an SQLite file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)
        connection.execute("ROLLBACK")


async def test_a_locked_database_is_503_for_the_webhook_and_the_answer_comes_later(office: Open) -> None:
    """Caught when seeded: 200 for what could not be stored."""
    async with webhook_office(office) as (here, _url):
        officer = await here.joined("STC", 1)
        await officer.walk(limit=3)
        officer.patience = LONGEST
        locking = asyncio.create_task(lock_for(here.product.database, LOCKED))
        await asyncio.sleep(0.1)
        asked = card_id(officer.screen)
        assert asked is not None
        await officer.answer(asked)
        await locking
        assert 503 in {status for _number, status in here.fake.pushes}
        await officer.walk()
        assert not [shown.text for shown in officer.user.chat.shown if "gián đoạn" in shown.text]
        assert set(here.stored.times_given("STC").values()) == {1}
        await here.verify()


async def test_a_locked_database_keeps_a_polled_update_unconfirmed_until_it_is_taken(office: Open) -> None:
    """Caught when seeded: what could not be stored confirmed all the same."""
    async with office() as here:
        officer = await here.joined("STC", 2)
        await officer.walk(limit=3)
        officer.patience = LONGEST
        locking = asyncio.create_task(lock_for(here.product.database, LOCKED))
        await asyncio.sleep(0.1)
        asked = card_id(officer.screen)
        assert asked is not None
        await officer.answer(asked)
        await locking
        assert not [shown.text for shown in officer.user.chat.shown if "gián đoạn" in shown.text]
        assert set(here.stored.times_given("STC").values()) == {1}
        assert here.stored.poison() == []


async def test_postgresql_connections_may_be_cut_at_any_moment(
    postgres: Postgres, mother: Zygote, tmp_path: Path
) -> None:
    """Caught when seeded: a connection that was cut taken for a bug in the unit of work."""
    dice = random.Random(3)
    async with FakeBotApi() as fake:
        url = await postgres.new_database()
        cut = CUT.format(database=url.split("?")[0].rsplit("/", 1)[1])
        async with WarmProduct.of(mother, fake, tmp_path, TUCHAM_DATABASE_URL=url) as product:
            here = Office(fake, product, await prepare(product))
            await product.start()
            walks = [asyncio.create_task(walk_and_submit(here, unit, 30 + n)) for n, unit in enumerate(KINDS)]
            cuts = 0
            while not all(walk.done() for walk in walks):
                await asyncio.sleep(dice.uniform(0.05, 0.4))
                cuts += bool(await postgres.command(cut))
            receipts = await asyncio.gather(*walks)
            assert cuts > 3
            shown = [shown.text for officer in here.officers.values() for shown in officer.user.chat.shown]
            assert not [text for text in shown if "gián đoạn" in text]
            statuses = await here.status()
            for unit, receipt, score in zip(KINDS, receipts, await here.scored(*KINDS), strict=True):
                assert (statuses[unit]["points"], statuses[unit]["receipt"]) == (score["total"], receipt)
            await here.verify()
            assert await product.stop() == 0
