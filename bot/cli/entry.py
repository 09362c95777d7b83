"""Where every command starts: finds it, runs it, and turns whatever stops it into one Vietnamese line and a status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from bot.cli.shape import FAILED, MISUSED, Noun, Stopped
from bot.wording import find, say

VERBS = {
    "run": "bot.cli.run:run",
    "talk": "bot.cli.talk:talk",
    "demo": "bot.cli.demo:demo",
    "units": "bot.cli.units:units",
    "cycle": "bot.cli.cycle:cycle",
    "invite": "bot.cli.invite:invite",
    "invites": "bot.cli.invites:invites",
    "person": "bot.cli.person:person",
    "signin": "bot.cli.signin:signin",
    "broadcast": "bot.cli.broadcast:broadcast",
    "status": "bot.cli.status:status",
    "zalo-bot": "bot.cli.zalo_bot:zalo_bot",
    "zalo-oa": "bot.cli.zalo_oa:zalo_oa",
    "criteria": "bot.cli.criteria:criteria",
    "score": "bot.cli.score:score",
    "read": "bot.cli.read:read",
    "preview": "bot.cli.preview:preview",
    "verify": "bot.cli.verify:verify",
    "backup": "bot.cli.backup:backup",
    "restore": "bot.cli.restore:restore",
    "migrate": "bot.cli.migrate:migrate",
    "doctor": "bot.cli.doctor:doctor",
}


def run_command(arguments: Sequence[str]) -> int:
    """Run one command; returns the status the process ends with: 0 done, 1 could not, 2 misused or misconfigured."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    program = Noun("tucham", key="program", verbs=VERBS)
    try:
        outcome = program.main(list(arguments), prog_name="tucham", standalone_mode=False)
    except Stopped as stopped:
        return _refuse(stopped.text, stopped.status)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        return MISUSED
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "tucham"
        return _refuse(f"{_misuse(error)} {say('usage.try', command=path)}", MISUSED)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # Whoever read our output has enough; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return outcome if isinstance(outcome, int) else 0


def _refuse(text: str, status: int) -> int:
    click.echo(text, err=True)
    return status


def _misuse(error: click.UsageError) -> str:
    """What is wrong with the arguments, in our words where we have them."""
    match error:
        case click.NoSuchOption():
            return say("usage.no_such_option", name=error.option_name)
        case click.MissingParameter():
            return say("usage.missing", name=_parameter(error))
        case click.BadParameter():
            return say("usage.bad_value", name=_parameter(error))
    if error.ctx is not None and isinstance(error.ctx.command, click.Group) and find("usage.no_such_command"):
        return say("usage.no_such_command")
    return say("usage.wrong")


def _parameter(error: click.BadParameter) -> str:
    if error.param is None:
        return error.param_hint if isinstance(error.param_hint, str) else ""
    return (
        error.param.opts[0]
        if isinstance(error.param, click.Option)
        else (error.param.metavar or error.param.name or "")
    )
