"""The main job once more on a real PostgreSQL, with a crash in the middle."""

from pathlib import Path

import pytest
from fake_bot_api.server import FakeBotApi
from product.killing import acknowledged
from product.office import Office, prepare
from product.warm import WarmProduct, Zygote
from product_store.databases import Postgres

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_officer_walks_on_postgresql_over_a_crash(postgres: Postgres, mother: Zygote, tmp_path: Path) -> None:
    async with FakeBotApi() as fake:
        url = await postgres.new_database()
        async with WarmProduct.of(mother, fake, tmp_path, TUCHAM_DATABASE_URL=url) as product:
            here = Office(fake, product, await prepare(product))
            await product.start()
            reviewer = await here.staff("reviewer")
            officer = await here.joined("TPDH", 101)
            await officer.walk(limit=20)
            await product.restart(hard=True)
            await officer.walk()
            receipt = await officer.submit()
            await reviewer.expect(receipt, since=0)
            (scored,) = await here.scored("TPDH")
            status = (await here.status())["TPDH"]
            assert (status["points"], status["class"], status["receipt"]) == (scored["total"], scored["class"], receipt)
            assert set(officer.given) <= acknowledged(officer.user.chat)
            await here.verify()
            assert await product.stop() == 0
