"""What criteria issued anew would change in the open cycle, looked at before anything is done."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.conversation.amending import Outlook, outlook
from bot.intake.building import build
from bot.intake.shelf import Shelf
from scoring.criteria_set import CriteriaSet
from storage import assessments, cycles


def outlook_of(conn: Connection, new: CriteriaSet) -> Outlook | None:
    """The outlook on one state of the database, nothing locked; None when no cycle is open."""
    row = cycles.open_cycle(conn)
    if row is None:
        return None
    shelf = Shelf()
    every = tuple(
        build(conn, shelf, assessments.view_assessment(conn, one)) for one in assessments.assessments_of(conn, row.id)
    )
    return outlook(every, shelf.criteria(conn, row.set_digest), new)
