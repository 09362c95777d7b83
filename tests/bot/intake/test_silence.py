"""Before a letter goes out it is said for whom it costs a fee, and who cannot be written to until they write.

Checked against: people of other channels counted; those still in the free hours charged.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from sqlalchemy import Connection, update
from talk.stage import SDL, SYT, ZONE, Stage, renderer, staged, words

from bot.conversation.audience import Audience, reach
from bot.conversation.events import Incoming
from bot.conversation.mailing_cards import reached
from bot.conversation.office_events import Broadcast
from bot.conversation.session import Rules, Session
from bot.intake.load import load
from bot.intake.moments import to_ms
from bot.intake.shelf import Shelf
from storage.schema import chats

RULES = Rules(ZONE, windows={"zalo_oa": timedelta(hours=48)})


@pytest.fixture
async def office(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """Three officers; who is on which channel is set by the test."""
    async with staged(sqlite_file_url) as stage:
        await stage.open_office(SDL, SYT)
        for name, unit, code in (("An", "SDL", "AAAAAAA2"), ("Bình", "SDL", "BBBBBBB2"), ("Cúc", "SYT", "CCCCCCC2")):
            await stage.invite(code, "officer", unit)
            await stage.joins(name, code)
        yield stage


async def stands(stage: Stage, name: str, channel: str, hours: float, *, shut: bool = False) -> None:
    """Somebody's chat is there, last used so long ago."""
    at = to_ms(stage.clock.now.astimezone(UTC))
    used = at - round(hours * 3_600_000)
    where = chats.c.address == stage.actor(name).address
    values = {"channel": channel, "last_used_at": used, "blocked_at": at if shut else None}

    def put(conn: Connection) -> None:
        conn.execute(update(chats).where(where).values(values))

    await stage.store.run(put)


async def preview(stage: Stage, rules: Rules = RULES) -> dict[str, object]:
    incoming = Incoming("cli", "office", "", "shell", Broadcast("Mời họp.", "all", 0))
    now = stage.clock.now.astimezone(UTC)
    session: Session = (await stage.store.run(load, incoming, words(), Shelf(), "", rules, now)).session
    return reached(reach(session.addressees, Audience(), rules), Audience())


async def test_a_fee_and_silence_are_counted_by_channel(office: Stage) -> None:
    await stands(office, "An", "zalo_oa", 48.1)
    await stands(office, "Bình", "zalo_oa", 47.9)
    await stands(office, "Cúc", "telegram", 400)
    found = await preview(office)
    assert (found["paid"], found["shut"]) == (({"channel": "zalo_oa", "hours": 48, "count": 1},), 0)
    await stands(office, "Bình", "zalo_oa", 170, shut=True)
    await stands(office, "Cúc", "telegram", 400, shut=True)
    found = await preview(office)
    assert ([one["count"] for one in found["paid"]], found["shut"]) == ([1], 1)  # type: ignore[attr-defined]
    text = renderer().render("broadcast_preview", _shown(found))
    assert "1 người đã im lặng quá 48 giờ trên Zalo OA: tin gửi cho họ có thể bị tính phí." in text
    assert "1 người chưa nhắn được cho đến khi họ nhắn lại." in text


async def test_where_no_channel_has_a_window_nothing_is_said(office: Stage) -> None:
    await stands(office, "An", "zalo_oa", 480, shut=True)
    found = await preview(office, replace(RULES, windows={}))
    assert (found["paid"], found["shut"]) == ((), 0)


def _shown(found: dict[str, object]) -> dict[str, object]:
    return found | {"letter": None, "file": "", "due_at": None, "needed": "free", "note": ""}
