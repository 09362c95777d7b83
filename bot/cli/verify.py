"""`tucham verify`: the ledger holds, and what is stored is what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.figures import coded
from bot.cli.shape import FAILED, command, tell
from bot.cli.start import at_the_desk
from bot.wording import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.intake.verify import Difference


@command("command.verify")
def verify() -> int:
    """Recompute every chain and rebuild every state; returns 1 when anything differs."""
    streams, differences = at_the_desk(lambda office: office.store.read(_look))
    for one in differences:
        told = coded("verify.what", one.what, {"detail": one.detail})
        tell(say("verify.difference", stream=one.stream, text=told))
    if differences:
        tell(say("verify.bad", differences=len(differences)))
        return FAILED
    tell(say("verify.good", streams=streams))
    return 0


def _look(conn: Connection) -> tuple[int, tuple[Difference, ...]]:
    """Everything on one state of the database, beside whoever writes."""
    from bot.intake.verify import verify as rebuild_and_compare
    from storage import ledger

    return len(ledger.stream_names(conn)), rebuild_and_compare(conn)
