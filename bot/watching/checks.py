"""The doctor: looks at everything side by side, changes nothing, and needs no running service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime

from bot.channels.contract import Channel
from bot.watching.found import Found, found
from bot.watching.of_database import of_database
from bot.watching.of_machine import of_machine
from bot.watching.of_network import of_channels, of_listener, of_web
from bot.watching.of_quotas import of_quotas
from bot.watching.premises import Premises

PATIENCE_S = 120.0
"""A database of years is read through to the end."""


async def examine(premises: Premises, channels: Mapping[str, Channel], now: datetime) -> tuple[Found, ...]:
    """Every finding, in the order people read them: what all rests on first."""
    looks: Sequence[Awaitable[Found | tuple[Found, ...]]] = (
        of_database(premises, now),
        of_machine(premises, now),
        of_channels(premises, channels, now),
        of_quotas(premises, channels, now),
        of_web(premises),
        of_listener(premises),
    )
    told = await asyncio.gather(*(_patiently(look) for look in looks))
    return tuple(one for of_one in told for one in of_one)


async def _patiently(look: Awaitable[Found | tuple[Found, ...]]) -> tuple[Found, ...]:
    """One look; a bug in it, or one that never ends, is a finding and hides none of the others."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            seen = await look
    except TimeoutError:
        return (found("failed", "warn", "slow", seconds=round(PATIENCE_S)),)
    except Exception as error:  # noqa: BLE001 - the doctor reports whatever it meets
        return (found("failed", "bad", "error", error=type(error).__name__),)
    return seen if isinstance(seen, tuple) else (seen,)
