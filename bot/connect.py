"""The list of channels: which are configured, and how each is introduced to its platform."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from aiohttp import web

from bot.channels.contract import Channel, KeepFiles, SendFailed
from bot.conversation.menu import MENU
from bot.house import utcnow
from bot.postal import mail_server
from bot.settings import Settings
from bot.wording import texts

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


def configured_channels(settings: Settings, files: KeepFiles | None = None) -> dict[str, Connectable]:
    """The channels that have what they need, by name; `files` is where those put what people send."""
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
    if settings.site_url:
        from bot.channels.web import WebChannel

        channels[WebChannel.name] = WebChannel(settings.site_url)
    if settings.smtp_url is not None:
        from bot.channels.mail import MailChannel
        from messages.letters import Letters

        server = mail_server(settings.smtp_url.get_secret_value())
        channels[MailChannel.name] = MailChannel(server, settings.mail_from, Letters(settings.names), utcnow)
    return channels


def sending(channels: Mapping[str, Connectable]) -> dict[str, Connectable]:
    """Those of the channels that messages are sent through."""
    return {name: channel for name, channel in channels.items() if not channel.capabilities.pulled}


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
