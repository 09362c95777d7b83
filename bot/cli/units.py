"""`tucham units`: a list of units is compared, shown, and entered when somebody says so; and can be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.on_word import on_word
from bot.cli.shape import Stopped, json_option, noun, option, reason_of, tell, verb
from bot.cli.start import at_the_desk, settle
from bot.wording import say

if TYPE_CHECKING:
    from bot.conversation.restructuring import Changes
    from bot.house import Office

MOST_SHOWN = 100
"""Problems that are told one by one."""


@noun("units")
def units() -> None:
    """A noun."""


@verb(units, "import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@option("--close-missing", key="command.units.import.close_missing", is_flag=True)
@option("--yes", key="command.units.import.yes", is_flag=True)
def import_(file: Path, close_missing: bool, yes: bool) -> None:
    """Show what a file changes; do it, all or nothing, on a person's word."""
    from bot.cli.preview_list import preview

    data = _bytes_of(file)

    async def work(office: Office) -> None:
        changes, skipped, known = await _compared(office, data, file, close_missing=close_missing)
        tell("\n".join(preview(changes, skipped, known, close_missing=close_missing)))
        if changes.nothing:
            return
        if not yes and not on_word():
            tell(say("import.nothing_yet", file=file))
            return
        await settle(office, changes.event())
        merged, closed = len(changes.merged), len(changes.closed)
        done = "import.done_ended" if merged or closed else "import.done"
        tell(say(done, units=len(changes.units), merged=merged, closed=closed))

    at_the_desk(work)


async def _compared(
    office: Office, data: bytes, file: Path, *, close_missing: bool
) -> tuple[Changes, tuple[int, ...], dict[str, str]]:
    from bot.conversation.restructuring import compare
    from bot.house import epoch_ms
    from bot.intake.known import known_units
    from bot.lists.refused import ListRefused, problem
    from bot.lists.units import read_list

    known = await office.store.read(known_units, epoch_ms())
    try:
        read = read_list(data, file.name, [unit.code for unit in known])
    except ListRefused as error:
        raise _refused(error.problems) from None
    changes = compare(read.units, known, close_missing=close_missing)
    if changes.problems:
        raise _refused([problem(one.code, row=one.row, **one.args) for one in changes.problems])
    return changes, read.skipped, {unit.code: unit.name for unit in known}


def _refused(problems: list[str] | tuple[str, ...]) -> Stopped:
    more = len(problems) - MOST_SHOWN
    rest = [say("import.more", more=more)] if more > 0 else []
    return Stopped("\n".join([*problems[:MOST_SHOWN], *rest, say("import.nothing", problems=len(problems))]))


def _bytes_of(file: Path) -> bytes:
    from bot.lists.tables import FILE_CAP

    try:
        with file.open("rb") as source:
            return source.read(FILE_CAP + 1)
    except OSError as error:
        raise Stopped(say("refusal.file", file=file, reason=reason_of(error))) from None


@verb(units, "list")
@json_option
def list_(as_json: bool) -> None:
    """Print the units of today."""
    import json

    from bot.house import epoch_ms
    from bot.lists.between import kind_name
    from storage import units as stored

    rows = at_the_desk(lambda office: office.store.read(stored.list_units, epoch_ms()))
    if as_json:
        told = [{"code": one.code, "name": one.name, "short_name": one.short_name, "kind": one.kind} for one in rows]
        tell(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for row in rows:
        tell(f"{row.code:<16} {kind_name(row.kind):<16} {row.name}")
    tell(say("units.sum", units=len(rows)))
