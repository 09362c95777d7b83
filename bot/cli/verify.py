"""`tucham verify`: the ledger holds, what is stored is what follows from it, and the files are the ones handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.figures import coded
from bot.cli.shape import FAILED, command, tell
from bot.cli.start import at_the_desk, configured
from bot.wording import say

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.intake.verify import Difference


@command("command.verify")
def verify() -> int:
    """Recompute every chain, rebuild every state, read every file; returns 1 when anything differs."""
    folder = configured().files
    streams, differences, unsound = at_the_desk(lambda office: office.store.read(_look, folder))
    for one in differences:
        told = coded("verify.what", one.what, {"detail": one.detail})
        tell(say("verify.difference", stream=one.stream, text=told))
    for digest in unsound:
        tell(say("verify.file", digest=digest, folder=folder))
    if differences or unsound:
        tell(say("verify.bad", differences=len(differences) + len(unsound)))
        return FAILED
    tell(say("verify.good", streams=streams))
    return 0


def _look(conn: Connection, folder: Path) -> tuple[int, tuple[Difference, ...], tuple[str, ...]]:
    """Everything on one state of the database, beside whoever writes."""
    from bot.evidence.room import unsound_files
    from bot.intake.verify import verify as rebuild_and_compare
    from storage import ledger
    from storage.blobs import Blobs

    return len(ledger.stream_names(conn)), rebuild_and_compare(conn), unsound_files(conn, Blobs(folder))
