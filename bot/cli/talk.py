"""`tucham talk`: the whole conversation in this terminal."""

from __future__ import annotations

import asyncio
import getpass
from typing import TYPE_CHECKING

from bot.cli.shape import MISUSED, Stopped, command, option
from bot.cli.start import configured, refusals
from bot.settings import Settings
from bot.wording import say

if TYPE_CHECKING:
    from bot.talking import Who


@command("command.talk")
@option("--as", "code", key="command.talk.as", metavar="CODE")
@option("--unit", key="command.talk.unit", metavar="CODE")
def talk(code: str | None, unit: str | None) -> int:
    """Talk as whoever the code or the unit names."""
    if code and unit:
        raise Stopped(say("refusal.code_or_unit"), MISUSED)
    return talk_as(configured(), who(_name(), code=code, unit=unit))


def talk_as(settings: Settings, person: Who) -> int:
    """Talk until the input ends; returns the status."""
    from bot.logs import configure_logs
    from bot.talking import talk as talk_here

    configure_logs("ERROR", settings.secrets())
    with refusals():
        return asyncio.run(talk_here(settings, person))


def who(name: str, *, code: str | None = None, unit: str | None = None) -> Who:
    """Whoever talks here, under an address that is the same each time."""
    from bot.conversation.codes import hash_code
    from bot.conversation.reading.outcomes import Refused
    from bot.conversation.reading.text import read_code
    from bot.talking import Who

    if code:
        found = read_code(code)
        if isinstance(found, Refused):
            raise Stopped(say("talk.bad_code", code=code[:40]), MISUSED)
        return Who(f"term:{hash_code(found.value)[:16]}", name, code=found.value)
    own = f"unit:{unit}" if unit else f"user:{name}"
    return Who(f"term:{hash_code(own)[:16]}", name, unit=unit)


def _name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "terminal"
