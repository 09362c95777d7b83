"""The service as a process: one per file, drained by SIGTERM, content without a token, and silent about secrets."""

import asyncio
import random
import re
from pathlib import Path

import pytest
from fake_bot_api.server import FakeBotApi
from product.killing import check_ledgers, check_updates, walk_and_submit
from product.office import KINDS, Office, Open
from product.process import Product

pytestmark = pytest.mark.asyncio(loop_scope="session")
CANARY = "AAF-canary-token-that-must-not-leak"
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


async def logged(product: Product, words: str, within: float = 10.0) -> None:
    """Wait until the service has logged these words."""
    for _ in range(int(within * 20)):
        if words in product.log.read_text(encoding="utf-8"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never logged: {words}\n{product.tail()}")


def leaks(home: Path, secret: str) -> list[str]:
    """The files under a folder that hold a secret."""
    return [str(file) for file in home.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]


async def test_the_token_is_in_no_log_and_no_database(office: Open) -> None:
    """While the platform refuses, redirects, breaks off and goes away, at the most talkative log level.

    Caught when seeded: a warning that shows the client, with the redaction of the log switched off.
    """
    fake = FakeBotApi(f"123456789:{CANARY}", strict=False)
    async with office(fake=fake, TUCHAM_LOG_LEVEL="DEBUG") as here:
        officer = await here.joined("STC", 97)
        for kind in ("redirect", "drop_before", "do_then_truncate", "html_page"):
            for method in ("sendMessage", "editMessageText", "answerCallbackQuery", "getUpdates"):
                fake.faults.put(method, kind)
            await officer.walk(limit=len(officer.given) + 1)
        fake.faults.clear()
        async with fake.outage():
            officer.user.send("/diem")
            await here.product.tucham("invite", "--unit", "STC")
        await officer.user.expect("Điểm tạm tính")
        fake.token = "123456789:another"
        officer.user.send("/diem")  # ends the poll that waits
        await logged(here.product, "Unauthorized")
        await here.product.kill()
        assert here.product.database.with_name("tucham.db-wal").exists()
        assert leaks(here.product.home, CANARY) == []
        assert leaks(here.product.home, re.sub("-", "%2D", CANARY)) == []
