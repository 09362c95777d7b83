"""`tucham cycle amend`: criteria issued anew in mid-season; first what would change, then on a person's word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from bot.cli.shape import Stopped, command, option, tell
from bot.cli.start import at_the_desk, settle
from bot.wording import say

if TYPE_CHECKING:
    from bot.conversation.amending import Outlook
    from bot.house import Office
    from scoring.criteria_set import CriteriaSet

MOST_UNITS = 60
"""Units that are told one by one."""


@command("command.cycle.amend")
@click.argument("name", metavar="FILE")
@option("--reason", key="command.cycle.amend.reason", required=True, metavar="TEXT")
@option("--yes", key="command.cycle.amend.yes", is_flag=True)
def amend(name: str, reason: str, yes: bool) -> None:
    """Show what changes and whom it concerns; do it on a person's word."""
    from bot.cli.criteria import told
    from bot.cli.on_word import on_word
    from bot.conversation.office_events import AmendCycle
    from scoring.errors import CriteriaSetInvalid
    from scoring.library import digest, parse_set, read_set

    if not reason.strip():
        raise Stopped(say("refusal.reason"))
    try:
        text = read_set(name)
        found = parse_set(text, name)
    except CriteriaSetInvalid as error:
        raise Stopped(told(error)) from None

    async def work(office: Office) -> None:
        from bot.intake.outlook import outlook_of

        seen = await office.store.read(outlook_of, found)
        if seen is not None:  # nothing is open: the refusal says so
            tell("\n".join(_lines(seen, found)))
        if seen is not None and not yes and not on_word():
            tell(say("amend.nothing_yet", file=name))
            return
        await settle(office, AmendCycle(found.id, digest(text), reason), set_text=text)
        tell(say("amend.done"))

    at_the_desk(work)


def _lines(seen: Outlook, new: CriteriaSet) -> Iterator[str]:
    old, change = seen.old, seen.change
    yield say("amend.unchanged", criteria=len(change.unchanged))
    yield from _listed("amend.changed", ((one, new.criterion(one).short_title) for one in change.changed))
    yield from _listed("amend.added", ((one, new.criterion(one).short_title) for one in change.added))
    yield from _listed("amend.removed", ((one, old.criterion(one).short_title) for one in change.removed))
    yield say("amend.sum", units=len(seen.units), answers=seen.answers, returned=seen.returned)
    for unit in seen.units[:MOST_UNITS]:
        ids = ", ".join(unit.set_aside) or say("amend.nothing_aside")
        yield "  " + say("amend.unit_again" if unit.again else "amend.unit", unit=unit.name, ids=ids)
    if len(seen.units) > MOST_UNITS:
        yield "  " + say("amend.more", more=len(seen.units) - MOST_UNITS)


def _listed(key: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    listed = list(rows)
    if listed:
        yield say(key, criteria=len(listed))
    for one, title in listed:
        yield "  " + say("amend.criterion", id=one, title=title)
