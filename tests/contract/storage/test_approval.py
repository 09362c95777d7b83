"""What a leader's approval keeps: the cycle's setting, since when who is asked, and who approved a submission."""

from __future__ import annotations

from product_store.seeds import NOW, seed_office
from sqlalchemy import Connection

from storage import addressees, assessments, board, cycles, progress, submissions
from storage.rows import NewSubmission
from storage.store import Store


async def test_the_setting_of_a_cycle_is_kept_and_changed(store: Store) -> None:
    def change(conn: Connection) -> list[bool]:
        office = seed_office(conn)
        seen = []
        for wanted in (True, False):
            cycles.set_approval(conn, office.cycle_id, wanted)
            row = cycles.cycle_by_id(conn, office.cycle_id)
            opened = assessments.view_assessment(conn, office.assessment_id).row
            assert row is not None
            assert row.approval is opened.cycle_approval
            seen.append(row.approval)
        return seen

    assert await store.run(change) == [True, False]


async def test_since_when_a_leader_is_asked_is_read_wherever_units_are_listed(store: Store) -> None:
    def ask(conn: Connection) -> set[int | None]:
        office = seed_office(conn)
        assessments.put_progress(conn, office.assessment_id, awaiting_since=NOW, awaiting_by=office.person_id)
        opened = assessments.open_assessment(conn, office.assessment_id)
        assert opened.row.awaiting_by == office.person_id
        (seen,) = (one for one in board.board_rows(conn, office.cycle_id) if one.assessment_id)
        (line,) = (one for one in progress.assessment_rows(conn, office.cycle_id) if one.assessment_id)
        (unit,) = (one for one in addressees.addressee_rows(conn, office.cycle_id) if one.assessment_id)
        return {one.awaiting_since for one in (opened.row, line, unit)} | {seen.awaiting_since}

    assert await store.run(ask) == {NOW}


async def test_who_approved_is_named_and_nobody_where_nobody_did(store: Store) -> None:
    def submit(conn: Connection) -> list[tuple[int | None, bool]]:
        office = seed_office(conn)
        for revision, approver in ((1, None), (2, office.person_id)):
            row = NewSubmission(
                assessment_id=office.assessment_id, revision=revision, receipt=f"QB-{revision}", at=NOW, late=False,
                by_person=office.person_id, set_digest="d1", total="1", class_letter="D", snapshot={},
                approved_by=approver,
            )  # fmt: skip
            submissions.add_submission(conn, row)
        found = submissions.submissions_of(conn, office.assessment_id)
        return [(one.approved_by, one.approved_name == one.by_name) for one in found]

    first, second = await store.run(submit)
    assert first == (None, False)
    assert second[0] is not None
    assert second[1]
