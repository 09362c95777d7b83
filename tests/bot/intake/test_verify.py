"""Rebuilding from the ledger finds every row that somebody changed behind the door's back.

Each row of `TAMPERINGS` is a seeded bug of its own: it is found, and was not found with its check removed.
"""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from talk.stage import Stage

from bot.intake.verify import Difference

TAMPERINGS = {
    # what somebody does to the file: what is found
    """UPDATE answers SET value = '{"option":"no"}' WHERE criterion = '1.3'""": "answer",
    "DELETE FROM answers WHERE criterion = '1.3'": "answer",
    """INSERT INTO answers SELECT assessment_id, '2.3', '{"exempt":true}', revision, by_person, at FROM answers
       WHERE criterion = '1.3'""": "answer",
    "UPDATE answers SET by_person = by_person + 1 WHERE criterion = '1.3'": "answer",
    "UPDATE answers SET at = at + 1 WHERE criterion = '1.3'": "answer",
    "UPDATE answers SET revision = revision + 1 WHERE criterion = '1.3'": "answer",
    """UPDATE ledger SET body = replace(body, '"yes"', '"no"') WHERE kind = 'AnswerGiven'""": "chain_altered",
    "UPDATE ledger SET by_person = 99 WHERE seq = 3": "chain_altered",
    "DELETE FROM ledger WHERE seq = 3 AND stream LIKE 'assessment%'": "chain_missing",
    "DELETE FROM ledger WHERE kind = 'Submitted'": "chain_head",
    "UPDATE streams SET head = 'f' || substr(head, 2)": "chain_head",
    "UPDATE submissions SET snapshot = replace(snapshot, 'yes', 'no')": "snapshot",
    "UPDATE submissions SET total = '100'": "submission",
    "UPDATE submissions SET late = 1": "submission",
    "UPDATE submissions SET by_person = 2": "submission",
    "DELETE FROM submissions": "submission_missing",
    "UPDATE assessments SET total = '100'": "total",
    "UPDATE assessments SET decided = 37": "decided",
    "UPDATE assessments SET class_letter = 'D'": "class",
    "UPDATE assessments SET state = 'open'": "state",
    "UPDATE assessments SET revision = 7": "submissions",
    "UPDATE submissions SET approved_by = 1": "approver",
    "UPDATE assessments SET awaiting_since = 5": "awaiting",
    """UPDATE assessments SET opening = '{"2.7":false}'""": "opening",
    "UPDATE texts SET body = 'khác' WHERE kind = 'note'": "text",
    "UPDATE texts SET body = 'khác', digest = 'x' WHERE kind = 'ground'": "text",
    "UPDATE texts SET body = 'khac.pdf' WHERE kind = 'file' AND body = 'anh.jpg'": "text",
    "UPDATE texts SET body = 'ke-hoach.pdf' WHERE kind = 'file' AND body = 'anh.jpg'": "text",
    "UPDATE texts SET digest = 'x' WHERE kind = 'file'": "text",
    "UPDATE texts SET kind = 'file' WHERE kind = 'note'": "text",
}


async def tampered(stage: Stage, sql: str) -> tuple[Difference, ...]:
    """What is found after somebody did this to the file."""
    changed = await stage.store.run(_do, sql)
    assert changed > 0, "the tampering hit no row, so it proves nothing"
    return await stage.differences()


def _do(conn: Connection, sql: str) -> int:
    conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    return conn.exec_driver_sql(sql).rowcount


async def test_an_honest_file_holds(handed_in: Stage) -> None:
    assert await handed_in.differences() == ()


@pytest.mark.parametrize("sql", TAMPERINGS, ids=lambda sql: " ".join(sql.split())[:60])
async def test_a_changed_row_is_found(handed_in: Stage, sql: str) -> None:
    found = await tampered(handed_in, sql)
    assert TAMPERINGS[sql] in {one.what for one in found}, found


async def test_an_erased_text_is_no_difference(handed_in: Stage) -> None:
    assert await tampered(handed_in, "UPDATE texts SET body = NULL") == ()


async def test_a_fact_of_no_known_kind_is_told(handed_in: Stage) -> None:
    found = await tampered(handed_in, "UPDATE ledger SET kind = 'Magic' WHERE kind = 'Submitted'")
    assert {"unreadable", "chain_altered"} <= {one.what for one in found}


async def test_what_stands_again_after_a_return_and_a_change_of_mind_holds(handed_in: Stage) -> None:
    await handed_in.invite("R7Q29XPM", "reviewer")
    await handed_in.joins("Giang", "R7Q29XPM")
    await handed_in.says("Giang", "/tralai SDL 2.7, 1.1: xem lại")
    await handed_in.presses("Giang", "Xác nhận trả lại")
    for said in ("sửa 2.7", "có", "hoàn tác", "sửa 1.1", "chưa", "sửa 2.7", "không", "/nop"):
        await handed_in.says("An", said)
    await handed_in.presses("An", "Xác nhận nộp")
    assert (await handed_in.assessment("SDL")).submissions == 2
    assert await handed_in.differences() == ()
