"""`tucham units`: the list of units goes in and can be looked at."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.shape import Stopped, json_option, noun, tell, verb
from bot.cli.start import at_the_desk, settle
from bot.wording import say


@noun("units")
def units() -> None:
    """A noun."""


@verb(units, "import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    """Import a file, all of it or nothing."""
    from bot.cli.unit_rows import ImportRefused, read_units
    from bot.conversation.events import ImportUnits

    try:
        rows = read_units(file)
    except ImportRefused as error:
        raise Stopped("\n".join([*error.problems, say("import.nothing", problems=len(error.problems))])) from None
    at_the_desk(lambda office: settle(office, ImportUnits(rows)))
    tell(say("import.done", units=len(rows)))


@verb(units, "list")
@json_option
def list_(as_json: bool) -> None:
    """Print the units of today."""
    import json

    from bot.house import epoch_ms
    from storage import units as stored

    rows = at_the_desk(lambda office: office.store.read(stored.list_units, epoch_ms()))
    if as_json:
        told = [{"code": one.code, "name": one.name, "short_name": one.short_name, "kind": one.kind} for one in rows]
        tell(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for row in rows:
        tell(f"{row.code:<16} {row.kind:<16} {row.name}")
    tell(say("units.sum", units=len(rows)))
