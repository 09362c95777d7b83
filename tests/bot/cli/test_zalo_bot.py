"""`tucham zalo-bot`: the webhook is changed by these commands alone, and what the platform then says is what is told.

Checked against: a set that trusts setWebhook without asking again: the webhook that did not stay was told as set.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from fake_zalo_bot.server import FakeZaloBot
from product.command import Printed, Tucham

SECRET = "a-secret_of-the-webhook"
ADDRESS = "https://tucham.example.vn/zalo-bot/webhook"
Ask = Callable[..., Awaitable[Printed]]


@pytest.fixture
async def platform() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot() as fake:
        yield fake


@pytest.fixture
def ask(platform: FakeZaloBot, tucham: Tucham, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command beside the platform, with a bot configured."""
    given = {
        "ZALO_BOT_TOKEN": platform.token,
        "ZALO_BOT_API_BASE": platform.base_url,
        "ZALO_BOT_WEBHOOK_SECRET": SECRET,
        "PUBLIC_URL": "https://tucham.example.vn",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"TUCHAM_{name}", value)

    async def run(*arguments: str) -> Printed:
        printed = await asyncio.to_thread(tucham, "zalo-bot", *arguments)
        assert platform.token.partition(":")[2] not in printed.out + printed.err
        assert SECRET not in printed.out + printed.err
        return printed

    return run


async def test_the_webhook_is_set_shown_and_taken_away(platform: FakeZaloBot, ask: Ask) -> None:
    assert "Chưa đăng ký webhook nào" in (await ask("webhook", "show")).out
    done = await ask("webhook", "set")
    assert (done.status, platform.webhook["url"]) == (0, ADDRESS)
    assert f"Zalo gửi tin vào {ADDRESS}." in done.out
    assert "TUCHAM_ZALO_BOT_MODE=polling" in done.out
    assert ADDRESS in (await ask("webhook", "show")).out
    checked = await ask("check")
    assert (checked.status, ADDRESS in checked.out) == (1, True)
    assert "Chưa đăng ký webhook nào" in (await ask("webhook", "delete")).out
    assert platform.webhook == {}
    assert (await ask("check")).status == 0


async def test_a_webhook_that_did_not_stay_is_told(
    platform: FakeZaloBot, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(_self: FakeZaloBot, _webhook: dict[str, str]) -> None:
        """The platform keeps no webhook."""

    monkeypatch.setattr(FakeZaloBot, "webhook", property(lambda _self: {}, forget), raising=False)
    failed = await ask("webhook", "set")
    assert (failed.status, ADDRESS in failed.err, failed.out) == (1, True, "")


@pytest.mark.parametrize("missing", ["ZALO_BOT_TOKEN", "ZALO_BOT_WEBHOOK_SECRET", "PUBLIC_URL"])
async def test_what_is_missing_is_named(
    platform: FakeZaloBot, ask: Ask, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(f"TUCHAM_{missing}")
    refused = await ask("webhook", "set")
    assert refused.status == 1
    assert missing in refused.err
    assert platform.calls == []


async def test_a_refused_token_is_told_in_words(
    platform: FakeZaloBot, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUCHAM_ZALO_BOT_TOKEN", "1:nobody")
    assert "401" in (await ask("webhook", "set")).err
    assert "Không nhận mã bot này" in (await ask("check")).out
    assert (await ask("webhook", "wave")).status == 2
