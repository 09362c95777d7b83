"""What the doctor asks of monthly quotas: how much each bot has used, and how many people it may still write to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.channels.contract import Channel, Quota
from bot.channels.quotas import WARN_AT, Used, counted, month_of
from bot.watching.found import Found, found
from bot.watching.premises import Premises
from bot.wording import texts
from storage import quotas
from storage.condition import ask
from storage.errors import StoreUnavailable


async def of_quotas(premises: Premises, channels: Mapping[str, Channel], now: datetime) -> tuple[Found, ...]:
    """One finding for each channel whose platform counts, and one more where few people can still be added."""
    counted_by = counted(channels)
    if not counted_by:
        return ()
    try:
        used = await ask(premises.database_url, used_now, counted_by, month_of(now, premises.zone))
    except StoreUnavailable:  # which is found out, and said, elsewhere
        return ()
    return tuple(one for each in used for one in _found(each))


def used_now(conn: Connection, counted_by: Mapping[str, tuple[str, Quota]], month: str) -> tuple[Used, ...]:
    """How much of each quota is gone in the month, and how many people have a chat on each of these channels."""
    people = quotas.people_on(conn, tuple(counted_by))
    return tuple(
        Used(name, month, quotas.used(conn, name, bot, month), quota, people[name])
        for name, (bot, quota) in sorted(counted_by.items())
    )


def _found(used: Used) -> Iterator[Found]:
    words = texts("doctor")["quota"]["words"]
    year, month = used.month.split("-")
    figures = {
        "channel": words.get(used.channel, used.channel),
        "sent": _count(used.sent),
        "most": _count(used.quota.messages),
        "left": _count(used.left),
        "month": f"{int(month)}/{year}",
    }
    yield (
        found("quota", "warn", "scarce", **figures)
        if used.percent >= WARN_AT
        else found("quota", "ok", "used", **figures)
    )
    if used.crowded:
        yield found("quota", "warn", "crowded", **figures, people=used.people, seats=used.quota.people)


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
