"""What the clock looks at: the duties that are owed now, each since when its date stands, and the office's plan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, update
from talk.stage import DUE, LT, SDL, START, ZONE, Stage, staged

from bot.conversation.office_events import CloseCycle, ExtendCycle, PlanReminders
from bot.conversation.plan import USUAL, Plan
from bot.delivery.agenda import OpenCycle, open_cycle
from bot.intake.moments import to_ms
from bot.views.duties import Duty
from storage import assessments
from storage.rows import NewText
from storage.schema import assessments as table
from storage.schema import cycles

LATER = datetime(2026, 1, 22, tzinfo=ZONE)


@pytest.fixture
async def office(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """Two units and an open cycle."""
    async with staged(sqlite_file_url) as made:
        await made.open_office(SDL, LT)
        yield made


async def agenda(office: Stage) -> OpenCycle:
    found = await office.store.run(open_cycle)
    assert found is not None
    return found


async def test_at_first_everybody_owes_the_same_since_the_cycle_opened(office: Stage) -> None:
    found = await agenda(office)
    assert (found.due_at, found.plan, found.closed) == (DUE.astimezone(UTC), USUAL, False)
    assert found.duties == (Duty("submit", found.due_at, found.opened_at),)


async def test_more_time_for_all_counts_from_when_it_was_given(office: Stage) -> None:
    office.clock.now = START + timedelta(days=2)
    await office.office(ExtendCycle(LATER.astimezone(UTC), reason="Tết"))
    (duty,) = (await agenda(office)).duties
    assert (duty.due_at, duty.unit_id) == (LATER, None)
    assert START + timedelta(days=2) <= duty.since < START + timedelta(days=2, minutes=2)


async def test_a_unit_with_more_time_has_a_duty_of_its_own(office: Stage) -> None:
    office.clock.now = START + timedelta(days=2)
    await office.office(ExtendCycle(LATER.astimezone(UTC), ("LT",), "bão lũ"))
    everybody, own = (await agenda(office)).duties
    assert (everybody.due_at, everybody.unit_id) == (DUE, None)
    assert (own.kind, own.due_at, own.unit_id) == ("submit", LATER, 2)
    assert everybody.since < own.since


async def test_what_was_given_back_is_owed_by_its_own_date_since_then(office: Stage) -> None:
    at = START + timedelta(days=3)

    def give_back(conn: Connection) -> None:
        first = assessments.ensure_assessment(conn, 1, 1)
        conn.execute(update(table).where(table.c.id == first).values(state="returned", back_due_at=to_ms(LATER)))
        assessments.add_text(conn, NewText(first, "", "reason", "d", "thiếu", 1, to_ms(at)))

    await office.invite("K7Q29XPM", "officer", "SDL")
    await office.joins("An", "K7Q29XPM")
    await office.store.run(give_back)
    _, back = (await agenda(office)).duties
    assert back == Duty("resubmit", LATER.astimezone(UTC), at.astimezone(UTC), 1)


async def test_the_offices_plan_is_followed_and_one_that_cannot_be_read_is_told(
    office: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await office.office(PlanReminders({"days_before": [5]}))
    assert (await agenda(office)).plan == Plan(days_before=(5,))
    await office.store.run(lambda conn: conn.execute(update(cycles).values(reminders="{")) and None)
    assert (await agenda(office)).plan == USUAL
    assert "cannot be read" in caplog.text


async def test_once_closed_only_publication_is_left(office: Stage) -> None:
    await office.office(CloseCycle())
    assert await office.store.run(open_cycle) is None
    publish = datetime(2026, 3, 31, tzinfo=ZONE)
    await office.store.run(lambda conn: conn.execute(update(cycles).values(publish_at=to_ms(publish))) and None)
    found = await agenda(office)
    assert found.closed
    assert [(duty.kind, duty.due_at) for duty in found.duties] == [("publish", publish)]
