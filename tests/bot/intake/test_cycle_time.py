"""A cycle in time: more of it for all or for some, opened again, and what cannot be done with it.

Checked against: a timetable that takes any deadline in the future (opening, extending and opening again fail), one that
is bound by a date of publication in the past.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection
from talk.stage import DUE, LT, SDL, SET, START, SYT, ZONE, Stage, staged

from bot.conversation.office_events import CloseCycle, ExtendCycle, ImportUnits, OpenCycle, PlanReminders, ReopenCycle
from bot.conversation.plan import Plan
from scoring.library import digest, set_text
from storage import cycles
from storage.rows import CycleRow

LATER = datetime(2026, 1, 21, tzinfo=ZONE).astimezone(UTC)
LATEST = datetime(2026, 1, 26, tzinfo=ZONE).astimezone(UTC)
DUE_UTC = DUE.astimezone(UTC)


@pytest.fixture
async def office(stage: Stage) -> Stage:
    """Three units: one under way, one handed in, one not begun; a reviewer."""
    await stage.open_office(SDL, SYT, LT)
    await stage.joins("An", "K7Q29XPM")
    await stage.says("An", "sửa 1.1")
    await stage.says("An", "1")
    await stage.invite("R7Q29XPM", "reviewer")
    await stage.joins("Giang", "R7Q29XPM")
    await stage.notices()
    return stage


async def due_of(stage: Stage, unit: str) -> datetime:
    return (await stage.assessment(unit)).cycle.due_at


async def cycle(stage: Stage) -> CycleRow:
    def latest(conn: Connection) -> CycleRow:
        row = cycles.latest_cycle(conn)
        assert row is not None
        return row

    return await stage.store.run(latest)


async def refused(stage: Stage, event: ExtendCycle | OpenCycle | ReopenCycle | PlanReminders, **extra: str) -> str:
    outcome = await stage.office(event, **extra)
    assert not outcome.facts
    return outcome.refusal.code if outcome.refusal else ""


async def test_more_time_for_one_unit_is_that_units_alone(office: Stage) -> None:
    outcome = await office.office(ExtendCycle(LATER, ("SYT",), "Hệ thống gián đoạn"))
    assert outcome.refusal is None
    assert (await due_of(office, "SYT"), await due_of(office, "SDL")) == (LATER, DUE_UTC)
    assert (await cycle(office)).due_at == DUE_UTC.timestamp() * 1000
    (told,) = await office.notices()
    assert (told.to, "01 cơ quan: Sở Y tế" in told.text, "trước ngày 21/01/2026" in told.text) == ("Giang", True, True)
    assert await office.differences() == ()


async def test_more_time_for_all_leaves_longer_ones_alone_and_tells_whoever_gains(office: Stage) -> None:
    await office.office(ExtendCycle(LATEST, ("SDL",)))
    await office.office(ExtendCycle(DUE_UTC + timedelta(days=1), ("LT",)))
    await office.notices()
    await office.office(ExtendCycle(LATER, (), "Theo đề nghị"))
    assert await due_of(office, "SDL") == LATEST
    assert await due_of(office, "LT") == LATER
    told = await office.notices()
    assert [one.to for one in told] == ["Giang"]
    await office.office(ExtendCycle(LATEST + timedelta(days=1)))
    assert [one.to for one in await office.notices()] == ["An", "Giang"]
    assert await due_of(office, "SDL") == LATEST + timedelta(days=1)


async def test_what_a_unit_hands_in_is_late_by_its_own_date(office: Stage) -> None:
    await office.office(ExtendCycle(LATER, ("SDL",)))
    await office.notices()
    office.clock.now = DUE + timedelta(days=2)
    for leaf in (await office.assessment("SDL")).card.missing:
        await office.says("An", f"sửa {leaf}")
        await office.says("An", "1" if (await office.assessment("SDL")).criteria.criterion(leaf).options else "90%")
    await office.says("An", "/nop")
    await office.presses("An", "Xác nhận nộp")
    (summary,) = (one for one in await office.notices() if one.to == "Giang")
    assert "đúng hạn" in summary.text
    await office.office(ExtendCycle(LATEST))
    assert [one.to for one in await office.notices()] == ["Giang"]  # nobody reminds who has handed in


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (ExtendCycle(START.astimezone(UTC) - timedelta(days=1)), "due_passed"),
        (ExtendCycle(DUE_UTC), "due_not_later"),
        (ExtendCycle(DUE_UTC - timedelta(days=1)), "due_not_later"),
        (ExtendCycle(DUE_UTC, ("SYT",)), "due_not_later"),
        (ExtendCycle(LATER, ("SYT", "NONE")), "unknown_unit"),
        (ReopenCycle("vì"), "cycle_already_open"),
        (PlanReminders({"days_before": ["x"], "at": "23:00"}), "plan"),
    ],
)
async def test_what_cannot_be_is_refused(office: Stage, event: ExtendCycle, code: str) -> None:
    assert await refused(office, event) == code
    assert await office.notices() == []


PUBLISHED = datetime(2026, 3, 31, tzinfo=ZONE).astimezone(UTC)
SLIPPED = DUE_UTC.replace(year=2072)


def opening(due_at: datetime, publish_at: datetime | None = PUBLISHED) -> OpenCycle:
    return OpenCycle(2026, SET, digest(set_text(SET)), due_at, publish_at)


async def publishing(stage: Stage) -> Stage:
    """Two units in a cycle whose result is published by the end of March, after three slips of the pen."""
    await stage.office(CloseCycle())
    await stage.office(ImportUnits((SDL, SYT)))
    assert await refused(stage, opening(SLIPPED), set_text=set_text(SET)) == "due_too_far"
    assert await refused(stage, opening(SLIPPED, SLIPPED), set_text=set_text(SET)) == "due_too_far"
    assert await refused(stage, opening(PUBLISHED + timedelta(days=1)), set_text=set_text(SET)) == (
        "due_after_publication"
    )
    await stage.office(opening(DUE_UTC), set_text=set_text(SET))
    return stage


async def test_a_deadline_that_could_never_be_corrected_opens_no_cycle(stage: Stage) -> None:
    assert (await cycle(await publishing(stage))).due_at == DUE_UTC.timestamp() * 1000


@pytest.mark.parametrize("codes", [(), ("SYT",)])
async def test_no_more_time_is_given_than_there_is_before_publication(stage: Stage, codes: tuple[str, ...]) -> None:
    office = await publishing(stage)
    assert await refused(office, ExtendCycle(SLIPPED, codes)) == "due_too_far"
    assert await refused(office, ExtendCycle(PUBLISHED + timedelta(days=1), codes)) == "due_after_publication"
    assert (await office.office(ExtendCycle(PUBLISHED, codes))).refusal is None


async def test_a_date_of_publication_that_has_passed_binds_no_deadline(stage: Stage) -> None:
    office = await publishing(stage)
    await office.office(CloseCycle())
    assert await refused(office, ReopenCycle("vì", SLIPPED)) == "due_too_far"
    assert await refused(office, ReopenCycle("vì", PUBLISHED + timedelta(days=1))) == "due_after_publication"
    office.clock.now = PUBLISHED.astimezone(ZONE) + timedelta(days=1)
    assert (await office.office(ReopenCycle("vì", PUBLISHED + timedelta(days=20)))).refusal is None


async def test_a_closed_cycle_opens_again_with_a_new_date_or_the_old_one(office: Stage) -> None:
    await office.office(CloseCycle())
    await office.notices()
    assert await refused(office, ExtendCycle(LATER)) == "no_open_cycle"
    assert await refused(office, ReopenCycle("vì", DUE_UTC - timedelta(days=1))) == "due_not_later"
    assert await refused(office, ReopenCycle("vì", START.astimezone(UTC) - timedelta(days=9))) == "due_passed"
    await office.office(ReopenCycle("Bổ sung", LATER))
    assert (await cycle(office)).closed_at is None
    assert await due_of(office, "SDL") == LATER
    mine, reviewers = await office.notices()
    assert (mine.to, reviewers.to) == ("An", "Giang")
    assert "trước ngày 21/01/2026" in mine.text
    await office.presses("An", "Tiếp tục")
    office.clock.now = LATEST.astimezone(ZONE)
    await office.office(CloseCycle())
    assert "khóa" in (await office.notices())[0].text
    await office.office(ReopenCycle("Lần nữa"))
    assert "đã qua" in (await office.notices())[0].text
    assert (await cycle(office)).due_at == LATER.timestamp() * 1000
    assert await office.differences() == ()


async def test_there_is_nothing_to_open_again_before_the_first_cycle(sqlite_file_url: str) -> None:
    async with staged(sqlite_file_url) as bare:
        assert await refused(bare, ReopenCycle("vì")) == "no_cycle"
        assert await refused(bare, ExtendCycle(LATER)) == "no_open_cycle"
        assert await refused(bare, PlanReminders({})) == "no_open_cycle"


async def test_a_plan_of_reminders_is_kept_whole(office: Stage) -> None:
    await office.office(PlanReminders({"days_before": [5, 1], "at": "09:00", "holidays": ["2026-01-01"]}))
    stored = json.loads((await cycle(office)).reminders)
    assert stored["days_before"] == [5, 1]
    assert Plan.from_mapping(stored).to_mapping() == stored
    assert await office.differences() == ()
