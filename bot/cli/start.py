"""How a command gets what it works on: the settings, and the office desk; whatever is in the way, in one line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from bot.cli.figures import coded
from bot.cli.moments import spelled
from bot.cli.shape import MISUSED, Stopped
from bot.settings import Settings, SettingsInvalid, load_settings
from bot.wording import say

if TYPE_CHECKING:
    from bot.conversation.office_events import OfficeEvent
    from bot.house import Office
    from bot.intake.take import Outcome

T = TypeVar("T")


def configured() -> Settings:
    """The settings; Stopped with the one line that names what is wrong."""
    try:
        return load_settings()
    except SettingsInvalid as error:
        raise Stopped(str(error), MISUSED) from None


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what keeps the store from opening or writing into a line."""
    from storage.errors import DatabaseInUse, StoreNotReady, StoreUnavailable

    try:
        yield
    except DatabaseInUse as error:
        raise Stopped(say("start.in_use", path=error.path, pid=error.pid or "?")) from None
    except StoreNotReady as error:
        raise Stopped(say("start.not_ready", reason=error)) from None
    except StoreUnavailable:
        raise Stopped(say("start.unavailable")) from None


def at_the_desk(work: Callable[[Office], Awaitable[T]]) -> T:
    """Do one piece of office work beside a running service."""
    from bot.house import open_office
    from bot.logs import configure_logs

    settings = configured()
    configure_logs("ERROR", settings.secrets())

    async def open_and_work() -> T:
        async with open_office(settings) as office:
            return await work(office)

    with refusals():
        return asyncio.run(open_and_work())


async def settle(office: Office, event: OfficeEvent, **extra: str) -> Outcome:
    """Let an office event happen; Stopped with the reason when it was refused or could not be stored."""
    outcome = await office.settle(event, **extra)
    if outcome.answer != "taken":
        raise Stopped(say("start.unavailable"))
    if outcome.refusal is not None:
        raise Stopped(coded("refusal", outcome.refusal.code, _told(outcome.refusal.args, office.settings.zone)))
    if not outcome.facts:
        raise Stopped(say("start.bug"))
    return outcome


def _told(args: Mapping[str, object], zone: ZoneInfo) -> Mapping[str, object]:
    """What a refusal names, its moments as people write them."""
    return {name: spelled(value, zone) if isinstance(value, datetime) else value for name, value in args.items()}
