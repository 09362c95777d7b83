"""People who were silent for long on a channel that lets nobody write to them then: known before a letter goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.session import Addressee, Served
from bot.intake.moments import from_ms
from storage.rows.mailings import ServedRow


def with_silence(
    found: Iterable[Addressee], rows: Iterable[ServedRow], windows: Mapping[str, timedelta], now: datetime
) -> tuple[Addressee, ...]:
    """The same units; their people know whether writing to them costs a fee now, or waits until they write.
    `windows` says for how long writing is free after a person's last word, by channel."""
    if not windows:
        return tuple(found)
    by_person = {row.person_id: row for row in rows}

    def known(person: Served) -> Served:
        row = by_person[person.person_id]
        free = windows.get(row.channel) if row.way == "chat" else None
        is_paid = free is not None and row.spoke_at is not None and now - from_ms(row.spoke_at) > free
        hours = round(free / timedelta(hours=1)) if free is not None and is_paid else 0
        return replace(person, paid_after=hours, shut=row.way != "chat" and row.shut in windows)

    return tuple(replace(one, people=tuple(known(person) for person in one.people)) for one in found)
