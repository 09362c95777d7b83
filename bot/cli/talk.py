"""`tucham talk`: the whole conversation in this terminal."""

from __future__ import annotations

import asyncio
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.shape import MISUSED, Stopped, command, option, tell
from bot.cli.start import configured, refusals
from bot.settings import Settings
from bot.wording import say

if TYPE_CHECKING:
    from bot.talking import Who


@command("command.talk")
@option("--as", "code", key="command.talk.as", metavar="CODE")
@option("--unit", key="command.talk.unit", metavar="CODE")
@option("--plain", key="command.talk.plain", is_flag=True)
@option("--demo", "folder", key="command.talk.demo", type=click.Path(path_type=Path), metavar="DIR")
def talk(code: str | None, unit: str | None, folder: Path | None, *, plain: bool) -> int:
    """Talk as whoever the code or the unit names; in a demo, as the officer of its unit when nothing is named."""
    if code and unit:
        raise Stopped(say("refusal.code_or_unit"), MISUSED)
    if folder is not None:
        return _talk_in_demo(folder, code, unit, plain=plain)
    return talk_as(configured(), who(_name(), code=code, unit=unit, plain=plain))


def _talk_in_demo(folder: Path, code: str | None, unit: str | None, *, plain: bool) -> int:
    from bot.cli.demo import sample_in, settings_of

    settings = settings_of(folder).model_copy(update={"telegram_token": None})
    sample = sample_in(settings, folder)
    if code:
        return talk_as(settings, who(say("talk.guest"), code=code, plain=plain))
    if not unit or unit == sample.unit:
        tell(say("demo.here", unit=sample.unit_name))
    return talk_as(settings, who(say("talk.name"), unit=unit or sample.unit, plain=plain))


def talk_as(settings: Settings, person: Who) -> int:
    """Talk until the input ends; returns the status."""
    from bot.logs import configure_logs
    from bot.talking import talk as talk_here

    configure_logs("ERROR", settings.secrets())
    with refusals():
        return asyncio.run(talk_here(settings, person))


def who(name: str, *, code: str | None = None, unit: str | None = None, plain: bool = False) -> Who:
    """Whoever talks here, under an address that is the same each time; `plain` as on a messenger without buttons."""
    from bot.conversation.codes import hash_code
    from bot.conversation.reading.outcomes import Refused
    from bot.conversation.reading.text import read_code
    from bot.talking import Who

    kind = "plain" if plain else "term"
    if code:
        found = read_code(code)
        if isinstance(found, Refused):
            raise Stopped(say("talk.bad_code", code=code[:40]), MISUSED)
        return Who(f"{kind}:{hash_code(found.value)[:16]}", name, code=found.value, plain=plain)
    own = f"unit:{unit}" if unit else f"user:{name}"
    return Who(f"{kind}:{hash_code(own)[:16]}", name, unit=unit, plain=plain)


def _name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "terminal"
