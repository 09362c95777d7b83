"""Assessments, answers, texts, submissions and the table of all units."""

from __future__ import annotations

import asyncio

import pytest
from product_store.seeds import DAY, NOW, seed_office, unit
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from storage import assessments, cycles, progress, submissions, units
from storage.errors import RowMissing
from storage.ledger import START
from storage.rows import NewSubmission, NewText
from storage.schema import texts
from storage.store import Store


async def test_an_assessment_is_made_once_and_opens_with_unit_cycle_and_stream(store: Store) -> None:
    office = await store.run(seed_office)
    asked = (office.other_unit_id, office.cycle_id)
    assert await store.read(assessments.find_assessment, *asked) is None
    made = await asyncio.gather(*(store.run(assessments.ensure_assessment, *asked) for _ in range(10)))
    assert len(set(made)) == 1
    assert await store.read(assessments.find_assessment, *asked) == made[0]
    opened = await store.run(assessments.open_assessment, made[0])
    row = opened.row
    assert (row.state, row.opening, row.reopened, row.total, row.revision) == ("open", {}, None, "0/1", 0)
    assert (row.unit_code, row.unit_name, row.unit_kind) == ("YT", "Sở YT", "so_ban_nganh")
    assert (row.cycle_year, row.cycle_due_at, row.cycle_closed_at) == (2025, NOW + 30 * DAY, None)
    assert (row.set_digest, row.stream_seq, row.stream_head) == ("d1", 0, START)
    assert row == await store.run(assessments.lock_assessment, made[0])
    assert (opened.answers, opened.texts) == ((), ())
    with pytest.raises(RowMissing):
        await store.run(assessments.open_assessment, 999)
    with pytest.raises(RowMissing):
        await store.run(assessments.ensure_assessment, 999, office.cycle_id)


async def test_answers_and_texts_come_back_as_they_were_given(store: Store) -> None:
    office = await store.run(seed_office)
    value = {"numerator": "45", "denominator": "50", "ghi": 'ừ "thế" \\ \n', "none": None, "ok": True, "list": [1]}

    def scene(conn: Connection) -> tuple[int, int]:
        given = (office.assessment_id, "2.1.1")
        assessments.put_answer(conn, *given, {"percent": "1"}, 1, office.person_id, NOW)
        assessments.put_answer(conn, *given, value, 2, office.person_id, NOW + 1)
        assessments.put_answer(conn, office.assessment_id, "1.1", "plain", 1, office.person_id, NOW)
        assessments.put_answer(conn, office.assessment_id, "9", 5, 1, office.person_id, NOW)
        assessments.drop_answer(conn, office.assessment_id, "9")
        kept, erased, dropped = (
            assessments.add_text(conn, NewText(office.assessment_id, "2.1.1", "note", "d", body, office.person_id, NOW))
            for body in ("Số 12/QĐ-UBND", "bí mật", "nhầm")
        )
        conn.execute(update(texts).where(texts.c.id == erased).values(body=None))
        assessments.drop_text(conn, dropped)
        again = NewText(office.assessment_id, "1.1", "reason", "e", "khác", office.person_id, NOW)
        assert assessments.add_text(conn, again) > dropped  # an id is never given twice
        return kept, erased

    kept, erased = await store.run(scene)
    opened = await store.run(assessments.open_assessment, office.assessment_id)
    assert [(a.criterion, a.value, a.revision) for a in opened.answers] == [("1.1", "plain", 1), ("2.1.1", value, 2)]
    assert {a.by_name for a in opened.answers} == {"Nguyễn Thị Đào"}
    said = {t.id: (t.kind, t.body) for t in opened.texts}
    assert said[kept] == ("note", "Số 12/QĐ-UBND")
    assert said[erased] == ("note", None)
    assert len(said) == 3
    assert await store.read(assessments.view_assessment, office.assessment_id) == opened


async def test_progress_is_set_by_name_and_an_unknown_name_is_refused(store: Store) -> None:
    office = await store.run(seed_office)

    def scene(conn: Connection) -> None:
        assessments.put_progress(
            conn,
            office.assessment_id,
            state="returned",
            opening={"has_inspection": False},
            reopened=["1.1", "2.3.2"],
            total="337/4",
            total_millionths=84_250_000,
        )
        assessments.put_progress(conn, office.assessment_id, decided=12, class_floor="D", last_by=office.person_id)

    await store.run(scene)
    row = await store.run(assessments.lock_assessment, office.assessment_id)
    assert (row.state, row.opening, row.reopened) == ("returned", {"has_inspection": False}, ("1.1", "2.3.2"))
    assert (row.total, row.total_millionths, row.decided, row.class_floor) == ("337/4", 84_250_000, 12, "D")
    await store.run(assessments.put_progress, office.assessment_id, reopened=None)
    assert (await store.run(assessments.lock_assessment, office.assessment_id)).reopened is None
    with pytest.raises(ValueError, match="unit_id"):
        await store.run(assessments.put_progress, office.assessment_id, unit_id=5)


def submission(assessment_id: int, person_id: int, receipt: str, revision: int = 1) -> NewSubmission:
    return NewSubmission(
        assessment_id, revision, receipt, NOW, False, person_id, "d1", "337/4", "A", {"1.1": {"option": "có"}}
    )


async def test_a_revision_is_submitted_once_and_receipts_have_no_holes(store: Store) -> None:
    office = await store.run(seed_office)

    def submit(conn: Connection, revision: int) -> str:
        number = submissions.next_receipt(conn, office.cycle_id)
        receipt = f"2025-{number:03}"
        row = submission(office.assessment_id, office.person_id, receipt, revision)
        submissions.add_submission(conn, row)
        assessments.put_progress(conn, office.assessment_id, revision=revision)
        return receipt

    outcomes = await asyncio.gather(*(store.run(submit, 1) for _ in range(10)), return_exceptions=True)
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["2025-001"]
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 9
    assert await store.run(submit, 2) == "2025-002"
    latest = await store.read(submissions.submission_of, office.assessment_id)
    assert latest is not None
    assert (latest.revision, latest.snapshot, latest.late) == (2, {"1.1": {"option": "có"}}, False)
    assert (latest.by_name, latest.unit_code, latest.cycle_id) == ("Nguyễn Thị Đào", "GTVT", office.cycle_id)
    assert [s.revision for s in await store.read(submissions.submissions_of, office.assessment_id)] == [1, 2]
    with pytest.raises(RowMissing):
        await store.run(submissions.next_receipt, 999)


async def test_the_table_of_all_units_is_complete_before_anybody_began(store: Store) -> None:
    office = await store.run(seed_office)

    def scene(conn: Connection) -> None:
        gone = unit("CU", 9)
        units.put_unit(conn, type(gone)("CU", "Cũ", "C", "so_ban_nganh", "cu", 9, 0, NOW - 300 * DAY))
        submissions.add_submission(conn, submission(office.assessment_id, office.person_id, "2025-001"))
        assessments.put_progress(
            conn, office.assessment_id, state="submitted", revision=1, decided=38, class_letter="A", last_at=NOW
        )

    await store.run(scene)
    rows = await store.read(progress.assessment_rows, office.cycle_id)
    assert [(r.unit_code, r.state, r.decided, r.officers, r.receipt, r.late) for r in rows] == [
        ("GTVT", "submitted", 38, 1, "2025-001", False),
        ("YT", None, 0, 0, None, None),
    ]


async def test_cycles_open_close_and_keep_the_text_they_were_opened_with(store: Store) -> None:
    office = await store.run(seed_office)
    opened = await store.read(cycles.open_cycle)
    assert opened is not None
    assert (opened.id, opened.year) == (office.cycle_id, 2025)
    assert await store.read(cycles.cycle_by_id, office.cycle_id) == opened
    await store.run(cycles.put_set, "d1", "other", "other")
    assert await store.read(cycles.set_text, "d1") == "title = 'Quyết định 3270'"
    with pytest.raises(RowMissing):
        await store.read(cycles.set_text, "none")
    assert await store.run(cycles.close_cycle, office.cycle_id, NOW)
    assert not await store.run(cycles.close_cycle, office.cycle_id, NOW + 1)
    assert await store.read(cycles.open_cycle) is None
    latest = await store.read(cycles.latest_cycle)
    assert latest is not None
    assert latest.closed_at == NOW
