"""`tucham verify`: the ledger holds, and what is stored is what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.cli.figures import plain
from bot.cli.shape import FAILED, command, tell
from bot.cli.start import at_the_desk
from bot.wording import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.rows import Break


@command("command.verify")
def verify() -> int:
    """Recompute every chain and rebuild every state; returns 1 when anything differs."""
    streams, breaks, differences = at_the_desk(lambda office: office.store.read(_look))
    for one in breaks:
        tell(say("verify.break", stream=one.stream, seq=one.seq, what=say(f"verify.what.{one.what.replace(' ', '_')}")))
    for difference in differences:
        tell(say("verify.difference", text=plain(difference)))
    if breaks or differences:
        tell(say("verify.bad", breaks=len(breaks), differences=len(differences)))
        return FAILED
    tell(say("verify.good", streams=streams))
    return 0


def _look(conn: Connection) -> tuple[int, list[Break], tuple[Any, ...]]:
    """Both on one state of the database, beside whoever writes."""
    from bot.intake.verify import verify as rebuild_and_compare
    from storage import ledger

    names = ledger.stream_names(conn)
    breaks = [one for name in names for one in ledger.verify_chain(conn, name)]
    return len(names), breaks, tuple(rebuild_and_compare(conn))
