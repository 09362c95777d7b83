"""The office's own reminder, of publication: reviewers, else admins, else the agency's mailbox; nobody is never silent.

Checked against: reminders that go to reviewers alone (whatever is about admins fails), a mailbox that is only a unit's
(the letters fail), a diverted letter that asks for reviewers alone (the last one fails).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select, update
from talk.stage import SDL, ZONE, Stage, staged

from bot.conversation.codes import hash_code
from bot.conversation.events import Agreed, Incoming
from bot.conversation.office_events import NoticesFailed, RemindersDue
from bot.intake.late import Late, NotNow
from bot.intake.mailbox import MailPolicy
from bot.intake.moments import to_ms
from storage import mailings, outbox
from storage.rows import OutboxRow, OutboxState
from storage.schema import cycles
from storage.schema import outbox as outbox_table

ADMIN, REVIEWER = "M3P8WXYZ", "R7Q29XPM"
AGENCY_MAIL = "stttt@quangbinh.gov.vn"
PUBLISHED = datetime(2026, 3, 31, tzinfo=ZONE)
MORNING = datetime(2026, 3, 16, 8, 0, tzinfo=ZONE)


@pytest.fixture
async def office(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """An office two weeks before it publishes; letters can go out."""
    async with staged(sqlite_file_url) as stage:
        await stage.open_office(SDL)
        await stage.store.run(lambda conn: conn.execute(update(cycles).values(publish_at=to_ms(PUBLISHED))))
        await stage.invite(ADMIN, "admin", uses=9)
        await stage.invite(REVIEWER, "reviewer", uses=9)
        stage.pen = replace(stage.pen, mail=MailPolicy(enabled=True, agency=AGENCY_MAIL))
        stage.intake = stage.door()
        yield stage


async def looks(stage: Stage, name: str, code: str) -> None:
    """Somebody joins who has only a page."""
    stage.updates += 1
    agreed = Agreed(hash_code(code), f"session of {name}".ljust(64, "x"), "Firefox")
    incoming = Incoming("web", "site", str(stage.updates), f"w-{name}", agreed, display_name=name, pulled=True)
    assert (await stage.intake.settle(incoming)).refusal is None


async def reminded(stage: Stage) -> tuple[list[OutboxRow], dict[str, int]]:
    """The reminder goes out two weeks before: the late rows it becomes, and what is counted of whom it is for."""
    stage.clock.now = MORNING
    assert (await stage.office(RemindersDue("publish", 14))).refusal is None
    return await stage.store.run(_rows), dict(await stage.store.run(_counts))


def _rows(conn: Connection) -> list[OutboxRow]:
    wanted = select(outbox_table.c.id).where(outbox_table.c.late == "reminder").order_by(outbox_table.c.id)
    return list(outbox.load_rows(conn, conn.execute(wanted).scalars().all()))


def _counts(conn: Connection) -> dict[str, int]:
    (row,) = mailings.list_mailings(conn, 5)
    counts = dict(mailings.counts_of(conn, row.id))
    assert sum(counts.values()) == row.size
    return counts


def _end(conn: Connection, row_id: int, state: OutboxState) -> None:
    ended = {"state": state, "settled_at": to_ms(MORNING)}
    conn.execute(update(outbox_table).where(outbox_table.c.id == row_id).values(**ended))


async def html(stage: Stage, row: OutboxRow) -> str:
    late = Late(stage.pen.renderer, ZONE, lambda: stage.clock.now.astimezone(UTC))
    said = await stage.store.run(late, row)
    assert said is not None
    assert not isinstance(said, NotNow)
    return str(said["html"])


async def test_reviewers_hear_of_publication_and_admins_beside_them_do_not(office: Stage) -> None:
    await office.joins("Quản", ADMIN)
    await office.joins("Giang", REVIEWER)
    (row,), counts = await reminded(office)
    assert (row.address, counts) == (office.actor("Giang").address, {"queued": 1})
    assert "Nhắn /tonghop" in await html(office, row)


async def test_an_office_of_one_admin_hears_of_publication(office: Stage) -> None:
    await office.joins("Quản", ADMIN)
    (row,), counts = await reminded(office)
    assert (row.address, counts) == (office.actor("Quản").address, {"queued": 1})
    assert "đến hạn công bố kết quả năm 2025" in await html(office, row)


@pytest.mark.parametrize("somebody", [True, False])
async def test_where_no_chat_reaches_anybody_the_agencys_mailbox_gets_a_letter(office: Stage, somebody: bool) -> None:
    if somebody:
        await looks(office, "Quản", ADMIN)
    (row,), counts = await reminded(office)
    assert (row.address, row.channel) == (AGENCY_MAIL, "mail")
    assert counts == ({"queued": 1, "page": 1} if somebody else {"queued": 1})
    letter = await html(office, row)
    assert "đến hạn công bố kết quả năm 2025" in letter
    assert "/tonghop" not in letter
    await office.store.run(_end, row.id, "sent")
    assert (await office.store.run(_counts))["mail"] == 1


async def test_where_really_nobody_can_be_told_the_log_says_so_once(
    office: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    office.pen = replace(office.pen, mail=MailPolicy(enabled=True))
    office.intake = office.door()
    with caplog.at_level(logging.WARNING):
        rows, counts = await reminded(office)
    assert (rows, counts) == ([], {"unreached": 1})
    assert ["reaches nobody" in record.getMessage() for record in caplog.records] == [True]


async def test_of_two_admins_whose_chats_fail_the_last_hands_over_to_the_mailbox_and_the_first_does_not(
    office: Stage,
) -> None:
    await office.joins("Quản", ADMIN)
    await office.joins("Lý", ADMIN)
    first, second = (await reminded(office))[0]
    for row, left in ((first, 0), (second, 1)):
        await office.store.run(_end, row.id, "failed")
        event = NoticesFailed((row.id,))
        await office.intake.settle(Incoming("clock", "office", f"failed:{row.id}", "sender", event))
        assert sum(one.channel == "mail" for one in await office.store.run(_rows)) == left
