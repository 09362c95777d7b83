"""A reminder at the moment of sending: asked again who owes, as whom they are reminded, and whether it is the hour."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text, update
from talk.stage import SDL, SYT, ZONE, Stage, renderer

from bot.conversation.office_events import CloseCycle, ImportUnits
from bot.conversation.plan import Plan
from bot.conversation.turn import Reply
from bot.intake.late import Asked, Late, NotNow, Said
from bot.intake.moments import to_ms
from storage import outbox, people
from storage.rows import OutboxRow
from storage.schema import chats, cycles, roles

OFFICER = "An"
WEDNESDAY = datetime(2026, 1, 7, 8, 0, tzinfo=ZONE)
SUBMIT: Mapping[str, object] = {"duty": "submit", "cycle": 1, "days_left": 7, "unit": 1}


def clocked(now: datetime) -> Late:
    return Late(renderer(), ZONE, lambda: now.astimezone(UTC))


async def said(
    stage: Stage, now: datetime = WEDNESDAY, body: Mapping[str, object] = SUBMIT, person: int | None = 1
) -> Said:
    asked = Asked("reminder", body, person, WEDNESDAY)
    return await stage.store.run(clocked(now).say, asked, now.astimezone(UTC))


async def rest(stage: Stage) -> None:
    for one in (await stage.assessment("SDL")).card.missing:
        await stage.says(OFFICER, f"sửa {one}")
        await stage.says(OFFICER, "1" if (await stage.assessment("SDL")).criteria.criterion(one).options else "90%")


async def test_an_officer_is_told_what_remains(joined: Stage) -> None:
    await joined.says(OFFICER, "có")
    reply = await said(joined)
    assert isinstance(reply, Reply)
    assert (reply.template, reply.data["unit"], reply.data["done"], reply.data["count"]) == (
        "reminder",
        "Sở Du lịch",
        1,
        37,
    )
    assert [one.press[:2] for row in reply.rows for one in row] == ["rs", "sz"]


async def test_a_unit_that_has_not_begun_gets_a_button_that_leads_to_it(stage: Stage) -> None:
    await stage.joins(OFFICER, "K7Q29XPM")
    await stage.store.run(_forget_assessments)
    reply = await said(stage)
    assert isinstance(reply, Reply)
    assert reply.data["done"] == 0
    assert "Tiếp tục" in str((await stage.payload(OFFICER, reply.rows[0][0].press))[-1].rows) or reply.rows


def _forget_assessments(conn: Connection) -> None:
    conn.execute(text("UPDATE people SET assessment_id = NULL"))
    conn.execute(text("DELETE FROM answers"))
    conn.execute(text("DELETE FROM assessments"))


async def test_nothing_is_said_once_it_is_handed_in(joined: Stage) -> None:
    await rest(joined)
    assert isinstance(await said(joined), Reply)
    await joined.says(OFFICER, "/nop")
    await joined.presses(OFFICER, "Xác nhận nộp")
    assert (await joined.assessment("SDL")).state == "submitted"
    assert await said(joined) is None


async def test_nothing_is_said_in_a_closed_cycle(joined: Stage) -> None:
    await joined.office(CloseCycle())
    assert await said(joined) is None


async def test_whoever_serves_the_unit_no_more_hears_nothing(joined: Stage) -> None:
    await joined.store.run(_revoke)
    assert await said(joined) is None


def _revoke(conn: Connection) -> None:
    conn.execute(update(roles).values(revoked_at=1))


async def test_a_leader_is_reminded_as_a_leader_and_a_mailbox_without_buttons(joined: Stage) -> None:
    leader = await joined.store.run(_leader)
    as_leader, as_mailbox = await said(joined, person=leader), await said(joined, person=None)
    assert isinstance(as_leader, Reply)
    assert isinstance(as_mailbox, Reply)
    assert [one.press[:2] for row in as_leader.rows for one in row] == ["rv", "sz"]
    assert as_mailbox.rows == ()


def _leader(conn: Connection) -> int:
    person = people.add_person(conn, "Dũng", 1)
    people.grant_role(conn, person, "leader", 1, 1)
    return person


async def test_at_night_it_waits_for_the_morning(joined: Stage) -> None:
    evening = WEDNESDAY.replace(hour=21)
    assert await said(joined, evening) == NotNow(datetime(2026, 1, 8, 7, 30, tzinfo=ZONE))


async def test_it_waits_for_no_working_day_at_the_end(joined: Stage) -> None:
    await joined.store.run(_due, datetime(2026, 1, 11, tzinfo=ZONE))  # the last good day is a Saturday
    saturday = datetime(2026, 1, 10, 8, 0, tzinfo=ZONE)
    asked = Asked("reminder", SUBMIT, 1, saturday)
    assert isinstance(await joined.store.run(clocked(saturday).say, asked, saturday), Reply)


def _due(conn: Connection, due_at: datetime) -> None:
    conn.execute(update(cycles).values(due_at=to_ms(due_at)))


async def test_one_that_could_not_be_sent_for_a_day_is_let_be(joined: Stage, caplog: pytest.LogCaptureFixture) -> None:
    assert isinstance(await said(joined, WEDNESDAY + timedelta(hours=24)), Reply)
    with caplog.at_level(logging.WARNING):
        assert await said(joined, WEDNESDAY + timedelta(hours=24, seconds=1)) is None
    assert ["was not sent" in record.getMessage() for record in caplog.records] == [True]


async def test_publication_is_said_to_reviewers_while_there_is_a_date(joined: Stage) -> None:
    body = {"duty": "publish", "cycle": 1, "days_left": 14}
    reviewer = await joined.store.run(_reviewer)
    assert await said(joined, body=body, person=reviewer) is None
    await joined.store.run(_publish, datetime(2026, 1, 21, tzinfo=ZONE))
    await joined.office(CloseCycle())
    reply = await said(joined, body=body, person=reviewer)
    assert isinstance(reply, Reply)
    assert (reply.data["days"], reply.data["submitted"], reply.data["units"]) == (13, 0, 1)
    assert await said(joined, body=body, person=1) is None


def _reviewer(conn: Connection) -> int:
    person = people.add_person(conn, "Giang", 1)
    people.grant_role(conn, person, "reviewer", None, 1)
    return person


def _publish(conn: Connection, at: datetime) -> None:
    conn.execute(update(cycles).values(publish_at=to_ms(at)))


async def test_what_was_put_off_comes_in_its_time_if_anything_is_owed_still(joined: Stage) -> None:
    joined.clock.now = WEDNESDAY
    assessment = await joined.assessment("SDL")
    for _ in range(2):
        (answer,) = await joined.payload(OFFICER, f"sz:{assessment.id}:::0")
    assert "lúc 08:00 ngày 09/01/2026" in answer.text
    assert await joined.notices() == []
    joined.clock.now = WEDNESDAY + timedelta(days=2, minutes=-1)
    assert await joined.notices() == []
    joined.clock.now = WEDNESDAY + timedelta(days=2)
    (reminder,) = await joined.notices()
    assert "còn 5 ngày đến hạn (trước ngày 15/01/2026)" in reminder.text
    assert [label for label, _ in reminder.buttons] == ["Tiếp tục", "Nhắc lại sau 2 ngày"]
    assert await joined.notices() == []


async def test_putting_off_for_one_unit_loses_no_reminder_of_another(joined: Stage) -> None:
    await joined.office(ImportUnits((SDL, SYT)))
    await joined.invite("M7Q29XPM", "officer", "SYT")
    await joined.says(OFFICER, "/start M7Q29XPM")
    await joined.presses(OFFICER, "Đúng")
    joined.clock.now = WEDNESDAY
    await joined.payload(OFFICER, f"sz:{(await joined.assessment('SDL')).id}:::0")
    await joined.strikes()
    assert await joined.notices() == []
    joined.clock.now = WEDNESDAY + timedelta(days=2)
    await joined.strikes()
    assert sorted(one.text.split(" chưa trả")[0].rsplit("\n", 1)[-1] for one in await joined.notices()) == [
        "Sở Du lịch",
        "Sở Y tế",
    ]


async def test_what_was_put_off_is_silent_after_handing_in(joined: Stage) -> None:
    joined.clock.now = WEDNESDAY
    await joined.payload(OFFICER, f"sz:{(await joined.assessment('SDL')).id}:::0")
    await rest(joined)
    await joined.says(OFFICER, "/nop")
    await joined.presses(OFFICER, "Xác nhận nộp")
    joined.clock.now = WEDNESDAY + timedelta(days=2)
    assert await joined.notices() == []
    assert [row.state for row in await joined.store.run(_late)] == ["dropped"]


def _late(conn: Connection) -> tuple[OutboxRow, ...]:
    return tuple(row for row in outbox.load_rows(conn, range(1, 1000)) if row.late)


async def test_the_offices_own_plan_decides_about_the_hour(joined: Stage) -> None:
    plan = Plan.from_mapping({"at": "06:00", "quiet": ["05:00", "07:00"]})
    await joined.store.run(lambda conn: conn.execute(update(cycles).values(reminders=plan.to_json())) and None)
    assert await said(joined, WEDNESDAY) == NotNow(datetime(2026, 1, 8, 5, 0, tzinfo=ZONE))


async def test_a_run_that_is_half_sent_is_silent_for_a_unit_that_hands_in_meanwhile(joined: Stage) -> None:
    await joined.invite("M7Q29XPM", "officer", "SDL")
    await joined.joins("Bình", "M7Q29XPM")
    joined.clock.now = WEDNESDAY
    await joined.strikes()
    first, second = await joined.store.run(_late)
    late = clocked(WEDNESDAY)
    assert await joined.store.run(late, first) is not None
    await rest(joined)
    await joined.says(OFFICER, "/nop")
    await joined.presses(OFFICER, "Xác nhận nộp")
    assert await joined.store.run(late, second) is None


async def test_on_a_page_it_is_kept_at_once_and_twice_is_once(joined: Stage) -> None:
    await joined.store.run(lambda conn: conn.execute(update(chats).values(pulled=True)) and None)
    joined.clock.now = WEDNESDAY
    await joined.strikes()
    await joined.strikes()
    rows = await joined.store.run(lambda conn: outbox.load_rows(conn, range(1, 1000)))
    kept = [row.body for row in rows if row.state == "kept"]
    assert len(kept) == 1
    assert "còn 7 ngày đến hạn" in kept[0]["html"]
    assert 'class="card"' in kept[0]["card"]
