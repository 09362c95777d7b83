"""`tucham zalo-bot …`: the webhook of the Zalo bot, set and taken away by hand only, and how the platform takes us."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import click

from bot.cli.moments import at_hour
from bot.cli.shape import FAILED, Stopped, noun, tell, verb
from bot.cli.start import configured
from bot.settings import OFFICIAL_ZALO_BOT_API, Settings
from bot.wording import say

if TYPE_CHECKING:
    from bot.channels.zalo_bot import WebhookInfo, ZaloBotChannel

T = TypeVar("T")


@noun("zalo-bot")
def zalo_bot() -> None:
    """What only this channel has."""


@verb(zalo_bot, "webhook")
@click.argument("what", metavar="set|delete|show", type=click.Choice(["set", "delete", "show"]))
def webhook(what: str) -> int:
    """Change the webhook or look at it, and tell what the platform then says; 1 when that is not what was wanted."""
    settings = configured()
    if what == "set":
        return _set(settings)
    if what == "delete":
        return _delete(settings)
    _tell_set(_with_channel(settings, lambda channel: channel.webhook_info()), settings.zone)
    return 0


@verb(zalo_bot, "check")
def check() -> int:
    """Ask the platform for the bot and its webhook; 1 when something is bad."""
    from bot.watching.found import found, title

    bad = False
    for one in _with_channel(configured(), lambda channel: channel.check()):
        told = found(f"zalo_bot_{one.part}", one.state, one.code, **one.args)
        tell(say("doctor.line", state=say(f"doctor.{one.state}"), title=title(told.name), what=told.what))
        if told.cure:
            tell(say("doctor.cure", cure=told.cure))
        bad = bad or one.state == "bad"
    return FAILED if bad else 0


def _set(settings: Settings) -> int:
    if settings.zalo_bot_token is not None and not (settings.zalo_bot_webhook_secret and settings.public_url):
        raise Stopped(say("zalo_bot.incomplete"))
    if settings.zalo_bot_api_base == OFFICIAL_ZALO_BOT_API and settings.public_url.startswith("http://"):
        raise Stopped(say("zalo_bot.https"))

    async def register(channel: ZaloBotChannel) -> tuple[WebhookInfo | None, str]:
        return await channel.register_webhook(), channel.webhook_address

    info, wanted = _with_channel(settings, register)
    if info is None:
        raise Stopped(say("zalo_bot.missing", wanted=wanted))
    if info.url != wanted:
        raise Stopped(say("zalo_bot.elsewhere", url=info.url, wanted=wanted))
    _tell_set(info, settings.zone)
    _tell_mode(settings, "webhook")
    return 0


def _delete(settings: Settings) -> int:
    info = _with_channel(settings, lambda channel: channel.remove_webhook())
    if info is not None:
        raise Stopped(say("zalo_bot.left", url=info.url))
    _tell_set(info, settings.zone)
    _tell_mode(settings, "polling")
    return 0


def _tell_set(info: WebhookInfo | None, zone: ZoneInfo) -> None:
    tell(say("zalo_bot.none") if info is None else say("zalo_bot.set", url=info.url))
    if info is not None and info.updated_at is not None:
        tell(say("zalo_bot.at", at=at_hour(datetime.fromtimestamp(info.updated_at / 1000, UTC), zone)))


def _tell_mode(settings: Settings, wanted: str) -> None:
    if settings.zalo_bot_mode != wanted:
        tell(say("zalo_bot.mode", mode=settings.zalo_bot_mode, wanted=wanted))


def _with_channel(settings: Settings, work: Callable[[ZaloBotChannel], Awaitable[T]]) -> T:
    """Do something with the configured bot; Stopped when there is none, or the platform refuses."""
    from bot.channels.contract import SendFailed
    from bot.connect import zalo_bot as made
    from bot.logs import configure_logs

    configure_logs("ERROR", settings.secrets())

    async def run() -> T:
        channel = made(settings)
        if channel is None:
            raise Stopped(say("zalo_bot.unset"))
        try:
            return await work(channel)
        except SendFailed as failed:
            raise Stopped(say("zalo_bot.failed", reason=failed.detail)) from None
        finally:
            await channel.close()

    return asyncio.run(run())
