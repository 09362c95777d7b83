"""No secret in any artefact: a whole service at DEBUG, with a platform that fails in every way, and then its files."""

import asyncio
from pathlib import Path

import pytest
from fake_bot_api.server import FakeBotApi
from product.office import Open
from product.process import Product

pytestmark = pytest.mark.asyncio(loop_scope="session")
CANARY = "AAF-canary-token-that-must-not-leak"
STARTING = {"getMe": ("redirect", "drop_before"), "deleteWebhook": ("html_page",)}
WALKING = ("redirect", "drop_before", "do_then_truncate", "html_page")


async def logged(product: Product, words: str, within: float = 10.0) -> None:
    """Wait until the service has logged these words."""
    for _ in range(int(within * 20)):
        if words in product.log.read_text(encoding="utf-8"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never logged: {words}\n{product.tail()}")


def leaks(home: Path, secret: str) -> list[str]:
    """The files under a folder that hold a secret: the log, the database, and what commands have printed."""
    files = [file for file in home.rglob("*") if file.is_file()]
    assert {"service.log", "tucham.db", "tucham.db-wal"} <= {file.name for file in files}
    assert any(file.suffix == ".out" for file in files)
    return [str(file) for file in files if secret.encode() in file.read_bytes()]


async def test_the_token_is_in_no_output_log_or_database(office: Open) -> None:
    """While the platform refuses, redirects, breaks off and goes away, at the most talkative log level.

    Caught when seeded: a warning that shows the client, with the redaction of the log switched off.
    """
    fake = FakeBotApi(f"123456789:{CANARY}", strict=False)
    for method, kinds in STARTING.items():
        for kind in kinds:
            fake.faults.put(method, kind)
    async with office(fake=fake, TUCHAM_LOG_LEVEL="DEBUG") as here:
        officer = await here.joined("STC", 97)
        for kind in WALKING:
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
        told = here.product.log.read_text(encoding="utf-8")
        assert '"level": "debug"' in told
        assert "getUpdates failed" in told
        assert leaks(here.product.home, CANARY) == []
        assert leaks(here.product.home, CANARY.replace("-", "%2D")) == []
