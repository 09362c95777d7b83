"""The fake platform notices what no correct bot does, and is as odd as the real one was measured to be."""

from __future__ import annotations

import asyncio

import pytest
from fake_zalo_bot.server import TOKEN, FakeZaloBot

from bot.channels.zalo_bot.wire import BotApi, Refused, Unanswered


async def test_what_no_correct_bot_does_is_found_out() -> None:
    async with FakeZaloBot(strict=False, longest_poll=0.1) as platform:
        api, lan = BotApi(TOKEN, platform.base_url), platform.person(started=True)
        await asyncio.gather(api.get_updates(1), api.get_updates(1))
        for wrong in (
            api.send_message(lan.id, "x" * 2001),
            api.send_message(lan.id, "\U0001f600" * 1001),
            api.send_message(lan.id, ""),
            api.set_webhook("http://x.example", "s" * 8),
            api.set_webhook("https://x.example", "short"),
        ):
            with pytest.raises(Refused):
                await wrong
        assert len(platform.violations) == 6
        await api.send_message(lan.id, "\U0001f600" * 1000)
        await api.close()


async def test_what_was_handed_out_never_comes_again_and_a_poll_left_early_is_counted() -> None:
    async with FakeZaloBot(longest_poll=1.0) as platform:
        api, hasty = BotApi(TOKEN, platform.base_url), BotApi(TOKEN, platform.base_url, seconds=0.1)
        poll = asyncio.create_task(api.get_updates(1))
        platform.person().write("1")
        assert await poll is not None
        with pytest.raises(Unanswered):
            await hasty.get_updates(0)
        await asyncio.sleep(0.02)
        assert (len(platform.events), platform.left_polls) == (0, 1)
        for one in (api, hasty):
            await one.close()


async def test_a_month_has_its_quota() -> None:
    async with FakeZaloBot(quota=2) as platform:
        api, lan = BotApi(TOKEN, platform.base_url), platform.person(started=True)
        for text in ("một", "hai"):
            await api.send_message(lan.id, text)
        with pytest.raises(Refused) as caught:
            await api.send_message(lan.id, "ba")
        assert caught.value.code == 429
        platform.new_month()
        await api.send_message(lan.id, "ba")
        assert platform.outgoing == 3
        await api.close()
