"""The list of channels: which are configured, and how each is introduced to its platform."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from aiohttp import web

from bot.channels.contract import Channel, KeepFiles, SendFailed, Window
from bot.conversation.menu import MENU
from bot.house import utcnow
from bot.postal import mail_server
from bot.settings import Settings
from bot.vault import Keeping, keeping_of
from bot.wording import texts

if TYPE_CHECKING:
    from bot.channels.zalo_bot import ZaloBotChannel
    from bot.channels.zalo_oa import ZaloOaChannel

log = logging.getLogger(__name__)

Commands = list[tuple[str, str]]
_AGAIN_S = (1.0, 5.0, 15.0, 60.0)


class Connectable(Channel, Protocol):
    """A channel as the service runs it: it may need addresses on our port."""

    def routes(self) -> Iterable[web.RouteDef]:
        """The addresses it needs on our port."""
        ...


@runtime_checkable
class Introducible(Protocol):
    """A channel whose platform shows a menu of commands and is told where updates go."""

    async def set_menu(self, everybody: Commands, by_role: dict[str, Commands]) -> None:
        """Tell the commands for everybody, and for each role. Raises SendFailed."""
        ...

    async def set_webhook(self) -> None:
        """Tell where updates go. Raises SendFailed."""
        ...


def configured_channels(
    settings: Settings, files: KeepFiles | None = None, keeping: Keeping | None = None
) -> dict[str, Connectable]:
    """The channels that have what they need, by name; `files` is where those put what people send, `keeping` where they
    keep what their platforms give them (the installation's database when nothing else is said)."""
    channels: dict[str, Connectable] = {}
    if settings.telegram_token is not None:
        # Only a service with Telegram pays for importing its client.
        from bot.channels.telegram import TelegramChannel

        secret, proxy = settings.telegram_webhook_secret, settings.telegram_proxy
        telegram = TelegramChannel(
            settings.telegram_token.get_secret_value(),
            api_base=settings.telegram_api_base,
            proxy=proxy.get_secret_value() if proxy else None,
            mode=settings.telegram_mode,
            webhook_secret=secret.get_secret_value() if secret else "",
            public_url=settings.public_url,
        )
        telegram.files = files
        channels[telegram.name] = telegram
    if (zalo := zalo_bot(settings)) is not None:
        zalo.files = files
        channels[zalo.name] = zalo
    if (account := zalo_oa(settings, keeping)) is not None:
        account.files = files
        channels[account.name] = account
    if settings.site_url:
        from bot.channels.web import WebChannel

        channels[WebChannel.name] = WebChannel(settings.site_url)
    if settings.smtp_url is not None:
        from bot.channels.mail import MailChannel
        from messages.letters import Letters

        server = mail_server(settings.smtp_url.get_secret_value())
        channels[MailChannel.name] = MailChannel(server, settings.mail_from, Letters(settings.names), utcnow)
    return channels


def zalo_bot(settings: Settings) -> ZaloBotChannel | None:
    """The channel of the Zalo Bot Platform, where it is configured."""
    if settings.zalo_bot_token is None:
        return None
    from bot.channels.zalo_bot import ZaloBotChannel

    secret = settings.zalo_bot_webhook_secret
    return ZaloBotChannel(
        settings.zalo_bot_token.get_secret_value(),
        api_base=settings.zalo_bot_api_base,
        mode=settings.zalo_bot_mode,
        webhook_secret=secret.get_secret_value() if secret else "",
        public_url=settings.public_url,
        link=settings.zalo_link,
        quota=settings.zalo_bot_quota,
        people=settings.zalo_bot_people,
    )


def zalo_oa(settings: Settings, keeping: Keeping | None = None) -> ZaloOaChannel | None:
    """The channel of the Zalo Official Account, where it is configured."""
    app_secret, secret_key = settings.zalo_oa_app_secret, settings.zalo_oa_secret_key
    if not settings.zalo_oa_app_id or app_secret is None or secret_key is None:
        return None
    from bot.channels.zalo_oa import Account, ZaloOaChannel

    kept, name = keeping or keeping_of(settings), ZaloOaChannel.name
    account = Account(
        settings.zalo_oa_app_id,
        app_secret.get_secret_value(),
        secret_key.get_secret_value(),
        settings.zalo_oa_api_base,
        settings.zalo_oa_oauth_base,
    )
    return ZaloOaChannel(
        account,
        vault=kept.vault(name, account.app_id),
        shelf=kept.shelf(name, account.app_id),
        journal=journal_of(settings),
        clock=utcnow,
        public_url=settings.public_url,
        link=settings.zalo_link,
    )


def journal_of(settings: Settings) -> Path:
    """The folder in which new credentials lie until the database has them: beside the files people hand in."""
    return settings.files.with_name("credentials")


def sending(channels: Mapping[str, Connectable]) -> dict[str, Connectable]:
    """Those of the channels that messages are sent through."""
    return {name: channel for name, channel in channels.items() if not channel.capabilities.pulled}


def windows_of(channels: Mapping[str, Channel]) -> dict[str, Window]:
    """The channels on which people can be written to only for a while after their last word."""
    found = {name: channel.capabilities.window for name, channel in channels.items()}
    return {name: window for name, window in found.items() if window is not None}


def free_of(channels: Mapping[str, Channel]) -> dict[str, timedelta]:
    """For how long writing there is free."""
    return {name: timedelta(seconds=window.free_s) for name, window in windows_of(channels).items()}


async def greet(channel: Connectable, settings: Settings) -> None:
    """Tell the platform the commands and how updates are to come; again and again until it has heard."""
    if not isinstance(channel, Introducible):
        return
    for wait in _waits():
        try:
            everybody, by_role = menus()
            await channel.set_menu(everybody, by_role)
            if settings.telegram_mode == "webhook":
                await channel.set_webhook()
        except SendFailed as error:
            log.warning("%s has not heard of us yet: %s", channel.name, error)
            await asyncio.sleep(max(wait, error.after))
        else:
            return


def menus() -> tuple[Commands, dict[str, Commands]]:
    """The commands shown to everybody, and those of each role."""
    words = texts("commands")
    by_role = {role: [(name, str(words[name]).capitalize()) for name in names] for role, names in MENU.items()}
    return by_role["none"], by_role


def _waits() -> Iterable[float]:
    yield from _AGAIN_S
    while True:
        yield _AGAIN_S[-1]
