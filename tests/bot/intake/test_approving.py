"""The leader's approval on a real file: rows, ledger and notices; rebuilt by `verify` after every turn of it.

Checked against: `keep_totals` without `awaiting_since`, `submissions.approved_by` left empty, a `remark` stored as a
`reason`, `SetApproval` that tells nobody: each failed here.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from talk.stage import DUE, SDL, Stage, criteria, sqlite_of, staged

from bot.cli.status import _state
from bot.conversation.office_events import CloseCycle, OpenCycle, RemindersDue, ReopenCycle, SetApproval
from storage import addressees, board, cycles, progress, submissions
from storage.rows import CycleRow, SubmissionRow
from storage.rows.board import BoardRow


@pytest.fixture(scope="module")
def ready_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a cycle in which leaders approve, two officers, two leaders, and every answer given."""
    path = tmp_path_factory.mktemp("approving") / "ready.db"
    shutil.copy(sqlite_template, path)
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, _fill(path)).result()
    return path


async def _fill(path: Path) -> None:
    async with staged(sqlite_of(path)) as stage:
        await stage.open_office(SDL)
        await stage.office(SetApproval(True))
        people = (("An", "officer"), ("Bảo", "officer"), ("Dũng", "leader"), ("Em", "leader"), ("Giang", "reviewer"))
        for n, (who, role) in enumerate(people):
            code = f"K7Q29XP{'MNPQR'[n]}"
            await stage.invite(code, role, None if role == "reviewer" else "SDL")
            await stage.joins(who, code)
        while missing := (await stage.assessment("SDL")).card.missing:
            await stage.says("An", f"sửa {missing[0]}")
            await stage.says("An", "1" if criteria().criterion(missing[0]).options else "90%")
        await stage.notices()


@pytest.fixture
async def ready(ready_file: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """A copy of that file, opened."""
    copy = tmp_path / "t.db"
    await asyncio.to_thread(lambda: shutil.copy(ready_file, copy))
    async with staged(sqlite_of(copy)) as stage:
        stage.updates = 1000
        for who in ("An", "Bảo", "Dũng", "Em", "Giang"):
            stage.actor(who)
        yield stage


@pytest.fixture
async def asked(ready: Stage) -> Stage:
    """The officer asked; both leaders were told."""
    await ready.says("An", "/nop")
    await ready.presses("An", "Gửi lãnh đạo phê duyệt")
    assert [one.to for one in await ready.notices()] == ["Dũng", "Em"]
    return ready


async def handed_in(stage: Stage) -> tuple[SubmissionRow, ...]:
    number = (await stage.assessment("SDL")).id
    return await stage.store.run(submissions.submissions_of, number)


async def row_of(stage: Stage) -> BoardRow:
    def only(conn: Connection) -> BoardRow:
        cycle = cycles.latest_cycle(conn)
        assert cycle is not None
        (row,) = board.board_rows(conn, cycle.id)
        (line,), (unit,) = progress.assessment_rows(conn, cycle.id), addressees.addressee_rows(conn, cycle.id)
        assert row.awaiting_since == line.awaiting_since == unit.awaiting_since
        return row

    return await stage.store.run(only)


async def test_asked_is_kept_since_when_and_by_whom(asked: Stage) -> None:
    now = await asked.assessment("SDL")
    assert now.awaits
    assert now.awaiting is not None
    assert now.awaiting.by_name == "An"
    row = await row_of(asked)
    assert (row.state, row.awaiting_since) == ("open", round(now.awaiting.since.timestamp() * 1000))
    assert await asked.differences() == ()


async def test_whoever_oversees_sees_for_whom_it_waits(asked: Stage) -> None:
    (table,) = await asked.says("Giang", "/tonghop")
    assert "chờ lãnh đạo phê duyệt (1): Sở Du lịch" in table.text
    cycle = await asked.store.run(_latest)
    (line,) = await asked.store.run(progress.assessment_rows, cycle.id)
    assert _state(line, cycle) == "awaiting"
    assert _state(line, replace(cycle, approval=False)) == "open"


async def test_of_two_leaders_one_word_counts_and_the_other_sees_it(asked: Stage) -> None:
    await asked.presses("Dũng", "Phê duyệt")
    await asked.presses("Em", "Phê duyệt")
    await asked.presses("Em", "Xác nhận phê duyệt")
    (late,) = await asked.presses("Dũng", "Xác nhận phê duyệt")
    assert "đã nộp" in late.text
    (again,) = await asked.presses("Em", "Xác nhận phê duyệt", old=True)
    assert "đã nộp" in again.text
    (row,) = await handed_in(asked)
    assert (row.receipt, row.approved_name, row.by_name) == ("QB-2025-001", "Em", "Em")
    assert row.snapshot["approval"]["by"] == row.approved_by
    told = {one.to: one.text for one in await asked.notices() if not one.title.startswith("Tình hình")}
    assert set(told) == {"An", "Bảo", "Dũng", "Giang"}
    assert all("Lãnh đạo phê duyệt: Em, lúc" in text for text in told.values())
    assert (await row_of(asked)).awaiting_since is None
    assert await asked.differences() == ()


async def test_a_remark_comes_back_and_numbers_have_no_holes(asked: Stage) -> None:
    await asked.presses("Dũng", "Phê duyệt")
    await asked.presses("Em", "Trả lại để sửa")
    await asked.says("Em", "Câu 1.1: bổ sung số văn bản")
    await asked.presses("Em", "Xác nhận trả lại để sửa")
    told = await asked.notices()
    assert [one.to for one in told] == ["An", "Bảo"]
    assert all("bổ sung số văn bản" in one.text for one in told)
    (gone,) = await asked.presses("Dũng", "Xác nhận phê duyệt")
    assert "không chờ phê duyệt" in gone.text
    back = await asked.assessment("SDL")
    assert (back.state, back.awaits, back.remark, back.reason) == ("open", False, "Câu 1.1: bổ sung số văn bản", "")
    assert await asked.differences() == ()
    await asked.presses("An", "Tiếp tục")
    for said in ("sửa 1.1", "tài liệu", "Kế hoạch số 125/KH-SDL ngày 20/12/2024", "/nop"):
        await asked.says("An", said)
    await asked.presses("An", "Gửi lãnh đạo phê duyệt")
    await asked.notices()
    await asked.presses("Em", "Phê duyệt")
    await asked.presses("Em", "Xác nhận phê duyệt")
    assert [row.receipt for row in await handed_in(asked)] == ["QB-2025-001"]
    assert (await asked.assessment("SDL")).remark == ""
    assert await asked.differences() == ()


async def test_a_leader_without_the_role_any_more_decides_nothing(asked: Stage) -> None:
    await asked.presses("Dũng", "Phê duyệt")
    await asked.store.run(
        lambda conn: conn.exec_driver_sql("UPDATE roles SET revoked_at = 1 WHERE role = 'leader'").close()
    )
    (denied,) = await asked.presses("Dũng", "Xác nhận phê duyệt")
    assert "quyền" in denied.text
    assert await handed_in(asked) == ()
    (card,) = await asked.says("An", "/tieptuc")
    assert "không còn lãnh đạo nào" in card.text
    (review, *_) = await asked.presses("An", "Rút lại để sửa")
    assert "Nộp kết quả" in dict(review.buttons)


async def test_not_asked_for_any_more_both_hear_it_and_the_officer_hands_in(asked: Stage) -> None:
    assert (await asked.office(SetApproval(False))).refusal is None
    assert sorted(one.to for one in await asked.notices()) == ["An", "Bảo", "Dũng", "Em"]
    refused = await asked.office(SetApproval(False))
    assert refused.refusal is not None
    assert refused.refusal.code == "approval_as_it_is"
    (gone,) = await asked.presses("Dũng", "Phê duyệt", old=True)
    assert "không yêu cầu lãnh đạo phê duyệt" in gone.text
    await asked.presses("Bảo", "Xem lại")
    await asked.presses("Bảo", "Nộp kết quả")
    await asked.presses("Bảo", "Xác nhận nộp")
    (row,) = await handed_in(asked)
    assert (row.by_name, row.approved_by) == ("Bảo", None)
    assert await asked.differences() == ()


async def test_asked_for_again_before_anything_changed_it_waits_on(asked: Stage) -> None:
    await asked.office(SetApproval(False))
    await asked.notices()
    await asked.office(SetApproval(True))
    assert sorted(one.to for one in await asked.notices()) == ["An", "Bảo", "Dũng", "Em"]
    assert (await asked.assessment("SDL")).awaits


async def test_a_closed_cycle_takes_no_word_and_one_opened_again_does(asked: Stage) -> None:
    await asked.presses("Dũng", "Phê duyệt")
    await asked.office(CloseCycle())
    told = [one.to for one in await asked.notices()]
    assert sorted(told) == ["An", "Bảo", "Dũng", "Em", "Giang"]
    await asked.presses("Dũng", "Xác nhận phê duyệt", old=True)
    assert await handed_in(asked) == ()
    await asked.office(ReopenCycle("Bổ sung"))
    assert {"Dũng", "Em"} <= {one.to for one in await asked.notices()}
    await asked.presses("Dũng", "Xem lại")
    await asked.presses("Dũng", "Phê duyệt")
    await asked.presses("Dũng", "Xác nhận phê duyệt")
    assert [row.approved_name for row in await handed_in(asked)] == ["Dũng"]
    assert await asked.differences() == ()


async def test_the_reminder_goes_to_the_leaders_as_well_and_says_whom_it_waits_for(asked: Stage) -> None:
    asked.clock.now = DUE - timedelta(days=7, hours=15)
    await asked.office(RemindersDue("submit", 7))
    told = {one.to: one for one in await asked.notices()}
    assert set(told) == {"An", "Bảo", "Dũng", "Em"}
    assert "đang chờ lãnh đạo cơ quan phê duyệt từ" in told["An"].text
    assert "đang chờ anh/chị phê duyệt từ" in told["Dũng"].text
    assert "Xem lại" in dict(told["An"].buttons)
    (review,) = await asked.presses("Dũng", "Xem lại")
    assert "Phê duyệt" in dict(review.buttons)


async def test_a_cycle_can_be_opened_with_approval(stage: Stage) -> None:
    await stage.office(CloseCycle())
    digest = (await stage.store.run(_latest)).set_digest
    text = await stage.store.run(cycles.set_text, digest)
    event = OpenCycle(2026, "qd-3270-2020", digest, DUE + timedelta(days=365), approval=True)
    await stage.office(event, set_text=text)
    assert (await stage.store.run(_latest)).approval


def _latest(conn: Connection) -> CycleRow:
    row = cycles.latest_cycle(conn)
    assert row is not None
    return row
