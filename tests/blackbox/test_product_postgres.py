"""The main job once more on a real PostgreSQL, with a crash in the middle; and what a crash leaves behind there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from fake_bot_api.server import FakeBotApi
from product.killing import acknowledged
from product.office import NAMES, Office, Template, prepare
from product.warm import WarmProduct, Zygote
from product_store.databases import Postgres

pytestmark = pytest.mark.asyncio(loop_scope="session")
SUMMARY = "đã nộp kết quả tự chấm năm"
DOUBT = "chưa rõ đã đến người nhận"
TOLD_WITHIN = 10.0  # seconds; a lease is a minute


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database made by commands, to be copied, and what it takes to run an office on a copy."""

    postgres: Postgres
    mother: Zygote
    name: str
    template: Template

    @asynccontextmanager
    async def office(self, home: Path) -> AsyncIterator[Office]:
        """An office that runs on a PostgreSQL database of its own."""
        async with FakeBotApi() as fake:
            url = await self.postgres.new_database(self.name)
            async with WarmProduct.of(self.mother, fake, home, TUCHAM_DATABASE_URL=url) as product:
                await product.start()
                yield Office(fake, product, self.template)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def prepared(postgres: Postgres, mother: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Units, a cycle and invites on PostgreSQL."""
    url = await postgres.new_database()
    product = WarmProduct(tmp_path_factory.mktemp("prepared"), {"TUCHAM_DATABASE_URL": url})
    product.mother = mother
    return Prepared(postgres, mother, urlsplit(url).path[1:], await prepare(product))


async def test_an_officer_walks_on_postgresql_over_a_crash(prepared: Prepared, tmp_path: Path) -> None:
    """Caught when seeded: JSON that PostgreSQL nests as text; a stored total one point too high."""
    async with prepared.office(tmp_path) as here:
        reviewer = await here.staff("reviewer")
        officer = await here.joined("TPDH", 101)
        await officer.walk(limit=20)
        await here.product.restart(hard=True)
        await officer.walk()
        receipt = await officer.submit()
        await reviewer.expect(receipt, since=0)
        (scored,) = await here.scored("TPDH")
        status = (await here.status())["TPDH"]
        assert (status["points"], status["class"], status["receipt"]) == (scored["total"], scored["class"], receipt)
        assert set(officer.given) <= acknowledged(officer.user.chat)
        await here.verify()
        assert await here.product.stop() == 0


async def test_a_summary_under_way_in_a_crash_is_in_doubt_at_once_and_never_repeated(
    prepared: Prepared, tmp_path: Path
) -> None:
    """Caught when seeded: leases of the dead that are waited for; notices in doubt put back into the queue."""
    async with prepared.office(tmp_path) as here:
        admin, reviewer = await here.staff("admin"), await here.staff("reviewer")
        officer = await here.joined("STC", 102)
        await officer.walk()
        here.fake.faults.put("sendMessage", "slow", seconds=30, chat_id=reviewer.id)
        await officer.submit()
        await reviewer.expect(f"{NAMES['STC']} {SUMMARY}", since=0)
        await here.product.restart(hard=True)
        await admin.expect(DOUBT, TOLD_WITHIN, since=0)
        await asyncio.sleep(1)
        assert sum(SUMMARY in shown.text for shown in reviewer.chat.shown) == 1
        assert await here.product.stop() == 0
