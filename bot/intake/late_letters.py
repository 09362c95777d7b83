"""A letter to many as one recipient gets it: whether they are still meant, and what its fields say by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.conversation import mailing
from bot.conversation.assessment import Cycle
from bot.conversation.audience import Audience, chosen
from bot.conversation.session import Addressee
from bot.conversation.turn import Reply
from bot.intake.desk import some_addressees
from bot.intake.moments import from_ms
from storage import cycles, mailings, recipients
from storage.rows.mailings import MailingRow

if TYPE_CHECKING:
    from bot.intake.late import Asked, Late


def letter(late: Late, conn: Connection, asked: Asked, _now: datetime) -> Reply | None:
    """The letter for one recipient; None for whoever is not meant any more: they submitted, or serve others now."""
    row = _mailing(conn, asked.body)
    if row is None or row.state == "cancelled" or row.cycle_id is None:
        return None
    audience = Audience.from_text(row.audience)
    served = _units_of(conn, asked, audience)
    meant = chosen(_addressees(late, conn, row.cycle_id, list(served)), audience)
    if not meant:
        return None
    first = next((one for one in meant if one.unit.id == asked.body.get("unit")), meant[0])
    return mailing.letter_to(row.body, first, served[first.unit.id])


def trial(late: Late, conn: Connection, asked: Asked, _now: datetime) -> Reply | None:
    """The letter as the first of its recipients would get it, for whoever wrote it to look at."""
    row = _mailing(conn, asked.body)
    sample = row.body.get("sample") if row is not None else None
    if row is None or row.cycle_id is None or not isinstance(sample, list):
        return None
    unit, role = sample
    found = _addressees(late, conn, row.cycle_id, [unit])
    return mailing.letter_to(row.body, found[0], role) if found else None


def _mailing(conn: Connection, body: Mapping[str, object]) -> MailingRow | None:
    named = body.get("mailing")
    return mailings.mailing_by_id(conn, named) if isinstance(named, int) else None


def _units_of(conn: Connection, asked: Asked, audience: Audience) -> dict[int, str]:
    """The units the recipient stands for, each with the role; "" for a unit's own mailbox."""
    if asked.person_id is None:
        unit = asked.body.get("unit")
        return {unit: ""} if isinstance(unit, int) else {}
    roles = ("leader", "officer") if audience.leaders else ("officer",)
    held = recipients.serves(conn, asked.person_id)
    return {unit: role for name in roles for unit, role in held if role == name}


def _addressees(late: Late, conn: Connection, cycle_id: int, unit_ids: Sequence[int]) -> tuple[Addressee, ...]:
    row = cycles.cycle_by_id(conn, cycle_id)
    if row is None or not unit_ids:
        return ()
    criteria = late.shelf.criteria(conn, row.set_digest)
    cycle = Cycle(row.id, row.year, from_ms(row.due_at), row.closed_at is not None, criteria)
    return some_addressees(conn, cycle, unit_ids)
