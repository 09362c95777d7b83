"""The story's officers with chats to write to, and something sent to them that ended in every way there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, update
from talk.stage import NAMES, ZONE, Stage, renderer, words

from bot.board.sending_look import Means
from bot.channels.contract import Quota
from bot.channels.quotas import Used
from bot.conversation.office_events import Broadcast
from bot.conversation.session import Rules
from bot.delivery.agenda import open_cycle
from bot.evidence.room import Evidence, FileRoom
from bot.intake.moments import to_ms
from bot.site.site import Site
from messages.letters import Letters
from storage import addressees, chats, mailings, outbox, units
from storage.blobs import Blobs
from storage.rows import OutboxState, Settled
from storage.schema import units as unit_table

LETTER = "Kính gửi anh/chị, còn 2 ngày đến hạn (trước ngày 15/01/2026). [Tên đơn vị] đã trả lời [Đã xong] tiêu chí."
ENDS: tuple[tuple[OutboxState, str | None], ...] = (
    ("uncertain", "no answer"),
    ("failed", "403 Forbidden: bot was blocked by the user"),
    ("failed", "400 Bad Request: wrong file"),
    *((("sent", None),) * 20),
)


def means_of(folder: Path, site: Site, alone: int = 50) -> Means:
    """What the pages of sending need, as the service has it; files lie in this folder."""
    files = FileRoom(site.store, Evidence(Blobs(folder)))
    used = Used("zalo_bot", "2026-01", 2410, Quota(3000, 50), 12)
    return Means(
        words(), Rules(ZONE, alone), renderer(), NAMES, open_cycle, files, Letters(NAMES), lambda _conn, _now: (used,)
    )


def give_chats(conn: Connection, at: datetime) -> None:
    """Every officer writes on Telegram, every second one a week before; the second one only looks at a page, the fourth
    one nowhere at all. The first six units have a telephone."""
    rows = list(units.every_unit(conn))
    served = addressees.served(conn)
    officers = [person for unit in rows for person in served.get(unit.id, ())]
    for place, person in enumerate(officers):
        if place == 3:
            continue
        used = to_ms(at - timedelta(days=7 * (place % 2)))
        channel, pulled = ("web", True) if place == 1 else ("telegram", False)
        arrival = chats.arrive(conn, channel, f"{5000 + place}", "private", used, pulled=pulled)
        chats.bind_chat(conn, arrival.chat.id, person.person_id)
    for place, unit in enumerate(rows[:6]):
        conn.execute(update(unit_table).where(unit_table.c.id == unit.id).values(phone=f"0232 3822 {100 + place}"))


async def send(stage: Stage, to: str = "all", text: str = LETTER, seen: int | None = None) -> int:
    """The office sends this letter; returns the mailing's number."""
    for count in range(60) if seen is None else (seen,):
        outcome = await stage.office(Broadcast(text, to, count, count=count))
        if outcome.refusal is None:
            (fact,) = outcome.facts
            row = await stage.store.read(mailings.mailing_by_key, fact.key)  # type: ignore[union-attr]
            assert row is not None
            return row.id
        assert outcome.refusal.code in ("count_changed", "nobody_reached"), outcome.refusal
    raise AssertionError("nobody is reached")


async def settle(stage: Stage, at: datetime, ends: Sequence[tuple[OutboxState, str | None]] = ENDS) -> None:
    """The sender tries as many as there are ends, in order; whoever blocked is known to have."""
    await stage.store.run(_settled, to_ms(at), ends)


def _settled(conn: Connection, at: int, ends: Sequence[tuple[OutboxState, str | None]]) -> None:
    rows = outbox.claim(conn, at, "sender", len(ends), 1000, lane="notice")
    for row, (state, error) in zip(rows, ends, strict=False):
        outbox.settle(conn, [Settled(row.id, "sender", state, at, str(row.id), error)])
        if error and "blocked" in error:
            chats.set_blocked(conn, row.chat_id, at)
