"""What the doctor asks of the network: the channels' platforms, the public address, and our own port."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from bot.channels.checked import Checkable, Checked, Dated
from bot.channels.contract import Channel, SendFailed
from bot.watching.found import Found, found, title
from bot.watching.page import is_here
from bot.watching.premises import Premises

SECONDS = 8.0
MANY = 5000
CLOCK_IS_WRONG_S = 60.0


async def of_channels(
    premises: Premises, channels: Mapping[str, Channel], now: datetime | None = None
) -> tuple[Found, ...]:
    """What each channel says about itself, side by side; and whether `now` is the time its platform has."""
    began = time.monotonic()
    if not channels:
        return (found("channels", "warn", "none"),)
    told = await asyncio.gather(*(_of_channel(name, channel) for name, channel in channels.items()))
    clocks = (one for name in channels for one in _clock(name, channels[name], now, began)) if now else ()
    return (*(one for of_one in told for one in of_one), *clocks, *_pace(premises, channels))


async def _of_channel(name: str, channel: Channel) -> tuple[Found, ...]:
    if not isinstance(channel, Checkable):
        return (found("channels", "ok", "unasked", channel=name),)
    try:
        told = await channel.check()
    except SendFailed as failed:
        told = (Checked("login", "bad", "failed", {"reason": failed.detail}),)
    return tuple(_in_words(name, checked) for checked in told or (Checked("login", "ok", "ok"),))


def _clock(name: str, channel: Channel, now: datetime, began: float) -> Iterator[Found]:
    """Our clock beside the Date of the platform's answer; a platform that was not reached says nothing."""
    if not isinstance(channel, Dated) or channel.dated is None:
        return
    date, came = channel.dated
    try:
        shown = parsedate_to_datetime(date)
    except ValueError:
        return
    if shown.tzinfo is None:
        return
    seconds = abs((now + timedelta(seconds=came - began) - shown).total_seconds())
    if seconds > CLOCK_IS_WRONG_S:
        yield found("clock", "bad", "platform", seconds=round(seconds), channel=title(f"{name}_token"))


def _in_words(channel: str, checked: Checked) -> Found:
    return found(f"{channel}_{checked.part}", checked.state, checked.code, **checked.args)


def _pace(premises: Premises, channels: Mapping[str, Channel]) -> Iterator[Found]:
    """Whether we are set to write faster than a platform lets us; not a word where none of them says how fast."""
    paces = {name: pace for name, channel in channels.items() if (pace := channel.capabilities.pace) is not None}
    notices, chat, group = _spelled(premises.rates)
    for name, pace in paces.items():
        if any(ours > theirs for ours, theirs in zip(premises.rates, pace, strict=True)):
            shown = {"channel": title(f"{name}_token"), "most": ", ".join(_spelled(pace))}
            yield found("quota", "warn", "high", notices=notices, chat=chat, group=group, **shown)
            return
    if paces:
        minutes = max(1, round(MANY / premises.rates[0] / 60))
        yield found("quota", "ok", "ok", notices=notices, minutes=minutes)


def _spelled(rates: Iterable[float]) -> list[str]:
    return [f"{rate:g}".replace(".", ",") for rate in rates]


async def of_web(premises: Premises) -> Found:
    """Whether people can open the pages, and safely."""
    url = premises.public_url
    if not (premises.site and url):
        return found("web", "ok", "off")
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_here(parts.hostname):
        return found("web", "bad", "plain", url=url)
    if parts.scheme == "https" and not premises.trusted_proxies:
        return found("web", "warn", "direct", url=url)
    try:
        status, _ = await _get(url)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return found("web", "warn", "away", url=url, reason=type(error).__name__)
    return found("web", "ok", "ok", url=url) if status < 500 else found("web", "bad", "behind", url=url, status=status)


async def of_listener(premises: Premises) -> Found:
    """Whether the service answers at its port, or could have it."""
    address = premises.listen
    if not address:
        return found("listener", "ok", "off")
    host, _, port = address.rpartition(":")
    reached = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)  # noqa: S104 - not bound to
    try:
        status, text = await _get(f"http://{reached}:{port}/healthz")
    except (aiohttp.ClientError, TimeoutError, OSError):
        return await _unheard(address, host.strip("[]"), int(port))
    if not _is_ours(text):
        return found("listener", "bad", "taken", address=address)
    return (
        found("listener", "ok", "ok", address=address)
        if status == 200
        else found("listener", "bad", "ill", address=address)
    )


async def _unheard(address: str, host: str, port: int) -> Found:
    """Nobody speaks HTTP there: then the port must be free for us."""
    try:
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), host or None, port)
    except OSError as error:
        taken = "in use" in str(error)
        code = "taken" if taken else "impossible"
        return found("listener", "bad", code, address=address, reason=error.strerror or type(error).__name__)
    server.close()
    await server.wait_closed()
    return found("listener", "ok", "free", address=address)


def _is_ours(text: str) -> bool:
    try:
        told = json.loads(text)
    except ValueError:
        return False
    return isinstance(told, dict) and "status" in told and "channels" in told


async def _get(url: str) -> tuple[int, str]:
    """What an address answers; nothing is followed, and not more than a page is read."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.get(url, allow_redirects=False) as answer,
    ):
        return answer.status, (await answer.content.read(65_536)).decode("utf-8", "replace")
