"""What a platform counts is counted with the outcomes; towards its end what can go elsewhere does, replies go on.

Checked against: parts of a long message counted as one; a refused message counted; reminders held back only with other
notices; the month of UTC instead of the service's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from many_channels.desk import Desk, desk, refused
from scripted_channel.channel import uncertain
from talk.stage import ZONE

from bot.channels.contract import Quota
from bot.channels.quotas import Used, month_of
from bot.conversation.office_events import Broadcast
from storage import chats, mailings, outbox, quotas
from storage.rows import NewOutboxRow

QUOTA = Quota(100, 50)
MONTH = "2026-01"
SPENT = ("zalo_bot", "1", MONTH)


@pytest.mark.parametrize(
    ("sent", "many", "other"),
    [(0, True, True), (89, True, True), (90, False, True), (96, False, True), (97, False, False)],
)
def test_what_goes_to_many_yields_first_and_notices_next(sent: int, many: bool, other: bool) -> None:
    used = Used("zalo_bot", MONTH, sent, QUOTA)
    assert (used.allows(many=True), used.allows(many=False)) == (many, other)


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 1, 31, 16, 59, tzinfo=UTC), "2026-01"),
        (datetime(2026, 1, 31, 17, 0, tzinfo=UTC), "2026-02"),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "2027-01"),
    ],
)
def test_a_month_is_that_of_where_the_service_lives(at: datetime, month: str) -> None:
    assert month_of(at, ZONE) == month


def test_what_is_left_is_never_less_than_nothing() -> None:
    used = Used("zalo_bot", MONTH, 120, QUOTA, people=45)
    assert (used.left, used.percent, used.crowded) == (0, 120, True)
    assert not replace(used, people=44).crowded
    assert not replace(used, quota=Quota(100)).crowded


@pytest.fixture
async def office(sqlite_file_url: str) -> AsyncIterator[Desk]:
    """An officer whose chats are on Zalo (counted, used last) and Telegram."""
    async with desk(sqlite_file_url, "zalo_bot", quota=QUOTA) as made:
        await made.joins("An")
        await made.also("An", "zalo_bot", later=0, plain=True)
        yield made


async def used(office: Desk) -> int:
    return await office.store.read(quotas.used, *SPENT)


async def zalo(office: Desk) -> int:
    found = await office.store.read(chats.look, "zalo_bot", office.address("An"))
    assert found is not None
    return found.chat.id


async def test_every_part_that_went_out_is_counted_and_what_may_have_as_one(office: Desk) -> None:
    chat, line = await zalo(office), office.lines["zalo_bot"]
    line.parts = 3
    await office.put(chat, "long")
    async with office.running():
        await office.until_quiet()
    assert await used(office) == 3
    line.steps[office.address("An")] += [uncertain(), refused()]
    await office.put(chat, "doubtful")
    await office.put(chat, "refused")
    async with office.running():
        await office.until_quiet()
    assert await used(office) == 4
    assert await office.store.read(quotas.used, "telegram", "1", MONTH) == 0


@pytest.mark.parametrize(("spent", "many", "other"), [(89, "zalo_bot", "zalo_bot"), (91, "telegram", "zalo_bot"),
                                                      (98, "telegram", "telegram")])  # fmt: skip
async def test_towards_the_end_notices_go_to_the_next_chat_and_replies_stay(
    office: Desk, spent: int, many: str, other: str
) -> None:
    chat, address = await zalo(office), office.address("An")
    async with office.running():
        await office.until_quiet()
    for line in office.lines.values():
        line.shown.clear()
    await office.store.run(quotas.spend, {SPENT: spent - await used(office)})
    assert (await office.stage.office(Broadcast("Mời họp.", "units:SDL", 1))).refusal is None
    (mailing,) = await office.store.read(mailings.list_mailings)
    async with office.running():
        await office.until_quiet()
        await office.put(chat, "n", "Riêng anh/chị")
        reply = NewOutboxRow(chat, "reply", "message", {"html": "Trả lời", "rows": []}, office.now_ms())
        await office.store.run(outbox.put, [reply])
        await office.until_quiet()
    assert office.shown("Mời họp.") == [(many, address)]
    assert office.shown("Riêng anh/chị") == [(other, address)]
    assert [name for name, _ in office.shown("Trả lời")] == ["zalo_bot"]
    assert await office.store.read(mailings.counts_of, mailing.id) == {"sent": 1}
    errors = {row.last_error for row in await office.rows() if row.state == "failed"}
    assert errors == ({"quota"} if "telegram" in (many, other) else set())


async def test_a_new_month_begins_with_nothing_spent(office: Desk) -> None:
    await office.store.run(quotas.spend, {SPENT: 100})
    office.clock.ahead = timedelta(days=30)
    chat = await zalo(office)
    async with office.running():
        await office.put(chat, "n", "Đầu tháng")
        await office.until_quiet()
    assert office.shown("Đầu tháng") == [("zalo_bot", office.address("An"))]
    assert await office.store.read(quotas.used, "zalo_bot", "1", "2026-02") >= 1
