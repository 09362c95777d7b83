"""Every channel's bench by name; the channel contract runs over all of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from channel_benches.bench import Bench
from channel_benches.mail import mail_bench
from channel_benches.telegram import telegram_bench
from channel_benches.terminal import plain_terminal_bench, terminal_bench
from channel_benches.web import web_bench
from channel_benches.zalo_bot import zalo_bot_bench, zalo_bot_under_200_bench
from channel_benches.zalo_oa import zalo_oa_bench

BENCHES: dict[str, Callable[[], AbstractAsyncContextManager[Bench]]] = {
    "mail": mail_bench,
    "telegram": telegram_bench,
    "terminal": terminal_bench,
    "terminal, plain": plain_terminal_bench,
    "web": web_bench,
    "zalo_bot": zalo_bot_bench,
    "zalo_bot, refusals under HTTP 200": zalo_bot_under_200_bench,
    "zalo_oa": zalo_oa_bench,
}
