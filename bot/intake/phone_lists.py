"""Who was not reached by something that went to many, as the rows of a list to telephone by; or all its recipients."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.conversation.mailing_cards import NEEDS_A_HAND
from bot.intake.moments import from_ms
from storage import mailings
from storage.rows.mailings import RecipientRow

if TYPE_CHECKING:
    from messages.documents import PhoneRow

_REASON = 120


def phone_rows(conn: Connection, mailing_id: int, zone: tzinfo, *, everybody: bool = False) -> tuple[PhoneRow, ...]:
    """The rows of those whom nothing surely reached, or of `everybody`, in the order of the mailing."""
    found = mailings.recipients_of(conn, mailing_id)
    return tuple(_row(one, zone) for one in found if everybody or one.state in NEEDS_A_HAND)


def _row(one: RecipientRow, zone: tzinfo) -> PhoneRow:
    from messages.documents import PhoneRow

    seen = f"{from_ms(one.seen_at).astimezone(zone):%H:%M %d/%m/%Y}" if one.seen_at is not None else ""
    return PhoneRow(
        unit=one.unit_name or "",
        person=one.person_name or "",
        phone=one.unit_phone or "",
        channel=one.channel or one.way,
        state=one.state,
        reason=(one.error or "")[:_REASON] if one.state in ("failed", "uncertain") else "",
        last_seen=seen,
    )
