"""`tucham doctor`: what is wrong with this installation and what to do, whether the service runs or not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cli.shape import FAILED, command, json_option, tell
from bot.settings import Settings, SettingsInvalid, load_settings
from bot.wording import say

if TYPE_CHECKING:
    from bot.watching.found import Found


WIDTH = 6


@command("command.doctor")
@json_option
def doctor(as_json: bool) -> int:
    """Look at everything; returns 1 when anything is bad."""
    from bot.logs import redaction
    from bot.watching.found import found

    try:
        settings = load_settings()
    except SettingsInvalid as error:
        findings: tuple[Found, ...] = (found("settings", "bad", "wrong", text=str(error)),)
    else:
        redact = redaction(settings.secrets())
        told = (found("settings", "ok", "ok"), *_examined(settings))
        findings = tuple(replace(one, what=redact(one.what), cure=redact(one.cure)) for one in told)
    _tell_json(findings) if as_json else _tell_people(findings)
    return FAILED if any(one.state == "bad" for one in findings) else 0


def _examined(settings: Settings) -> tuple[Found, ...]:
    """Everything but the settings; the channels are made for this look alone and let go of."""
    from bot.connect import configured_channels
    from bot.house import utcnow
    from bot.logs import configure_logs
    from bot.premises import premises_of
    from bot.watching.checks import examine

    configure_logs("CRITICAL", settings.secrets())  # what goes wrong is a finding, told once

    async def look() -> tuple[Found, ...]:
        channels = configured_channels(settings)
        try:
            return await examine(premises_of(settings), channels, utcnow())
        finally:
            for channel in channels.values():
                await channel.close()

    return asyncio.run(look())


def _tell_json(findings: Sequence[Found]) -> None:
    shown = [{"name": one.name, "state": one.state, "what": one.what, "cure": one.cure} for one in findings]
    tell(json.dumps(shown, ensure_ascii=False, indent=2))


def _tell_people(findings: Sequence[Found]) -> None:
    from bot.watching.found import title

    for one in findings:
        state = say(f"doctor.{one.state}")
        tell(say("doctor.line", state=f"{state:<{WIDTH}}", title=title(one.name), what=one.what))
        if one.cure:
            tell(" " * (WIDTH + 1) + say("doctor.cure", cure=one.cure))
    counts = {state: sum(one.state == state for one in findings) for state in ("ok", "warn", "bad")}
    tell(say("doctor.sum", **counts))
