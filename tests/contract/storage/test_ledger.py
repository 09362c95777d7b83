"""The ledger notices any row that was altered, deleted, reordered or cut off."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest
from product_store.seeds import NOW, seed_office
from sqlalchemy import Connection, text

from storage import assessments, ledger
from storage.errors import StreamMoved
from storage.store import Store

SIZE = 40
STREAM = "office"


def fill(conn: Connection) -> None:
    for start in range(0, SIZE, 4):
        entries = [("AnswerGiven", {"criterion": f"1.{n}", "giá trị": n}) for n in range(start, start + 4)]
        ledger.append(conn, STREAM, entries, NOW + start, 7)


def tamper(conn: Connection, sql: str, seq: int) -> int:
    """Spoil something, verify, and give everything back; return how many breaks were seen."""
    spoiled = conn.begin_nested()
    conn.execute(text(sql), {"seq": seq})
    seen = len(ledger.verify_chain(conn, STREAM))
    spoiled.rollback()
    return seen


async def test_an_untouched_chain_holds_and_reads_back(store: Store) -> None:
    await store.run(fill)
    assert await store.read(ledger.verify_chain, STREAM) == ()
    rows = await store.read(ledger.read_stream, STREAM)
    assert [row.seq for row in rows] == list(range(1, SIZE + 1))
    assert (rows[4].kind, rows[4].body, rows[4].at, rows[4].by_person) == (
        "AnswerGiven",
        {"criterion": "1.4", "giá trị": 4},
        NOW + 4,
        7,
    )
    assert await store.read(ledger.stream_names) == (STREAM,)


SPOILED = {
    "body": "UPDATE ledger SET body = replace(body, '1.', '2.') WHERE seq = :seq",
    "blanks in the body": "UPDATE ledger SET body = replace(body, ',', ', ') WHERE seq = :seq",
    "not json": "UPDATE ledger SET body = '{' WHERE seq = :seq",
    "time": "UPDATE ledger SET at = at + 1 WHERE seq = :seq",
    "person": "UPDATE ledger SET by_person = NULL WHERE seq = :seq",
    "kind": "UPDATE ledger SET kind = 'Undone' WHERE seq = :seq",
    "hash": "UPDATE ledger SET hash = 'f' || substr(hash, 2, 62) || 'g' WHERE seq = :seq",
    "deleted": "DELETE FROM ledger WHERE seq = :seq",
    "cut off": "DELETE FROM ledger WHERE seq >= :seq",
    "moved to the end": "UPDATE ledger SET seq = 1000 WHERE seq = :seq",
}


@pytest.mark.parametrize("what", SPOILED)
async def test_any_single_row_that_was_touched_is_noticed(store: Store, what: str) -> None:
    await store.run(fill)
    seen = await store.run(lambda conn: [tamper(conn, SPOILED[what], seq) for seq in range(1, SIZE + 1)])
    assert all(seen)


async def test_two_rows_that_changed_places_are_noticed(store: Store) -> None:
    await store.run(fill)

    def swap(conn: Connection, one: int, other: int) -> int:
        spoiled = conn.begin_nested()
        for old, new in ((one, 5000), (other, one), (5000, other)):
            conn.execute(text("UPDATE ledger SET seq = :new WHERE seq = :old"), {"old": old, "new": new})
        seen = len(ledger.verify_chain(conn, STREAM))
        spoiled.rollback()
        return seen

    pairs = [random.Random(n).sample(range(1, SIZE + 1), 2) for n in range(20)]
    assert all(await store.run(lambda conn: [swap(conn, *pair) for pair in pairs]))


def rewrite(conn: Connection) -> None:
    """What somebody who knows the rule would do: cut the end off and set the head right."""
    conn.execute(text("DELETE FROM ledger WHERE seq > 30"))
    conn.execute(text("UPDATE streams SET seq = 30, head = (SELECT hash FROM ledger WHERE seq = 30)"))


def forget(conn: Connection) -> None:
    conn.execute(text("DELETE FROM ledger"))
    conn.execute(text("DELETE FROM streams"))


@pytest.mark.parametrize(("spoil", "what"), [(rewrite, "checkpoint"), (forget, "no stream")])
async def test_a_checkpoint_remembers_what_a_well_made_forgery_hides(
    store: Store, spoil: Callable[[Connection], None], what: str
) -> None:
    await store.run(fill)
    assert await store.run(ledger.checkpoint, NOW) == 1
    assert await store.run(ledger.checkpoint, NOW + 1) == 0
    assert await store.read(ledger.verify_chain, STREAM) == ()
    await store.run(spoil)
    assert [one.what for one in await store.read(ledger.verify_chain, STREAM)] == [what]
    assert STREAM in await store.read(ledger.stream_names)


async def test_appends_at_once_keep_one_chain(store: Store) -> None:
    await asyncio.gather(*(store.run(ledger.append, STREAM, [("Fact", {"n": n})], NOW, None) for n in range(40)))
    assert await store.read(ledger.verify_chain, STREAM) == ()
    assert len(await store.read(ledger.read_stream, STREAM)) == 40


async def test_the_head_that_came_with_the_assessment_is_used_and_a_stale_one_refused(store: Store) -> None:
    office = await store.run(seed_office)

    def answer(conn: Connection) -> tuple[int, str]:
        row = assessments.lock_assessment(conn, office.assessment_id)
        known = (row.stream_seq, row.stream_head)
        assert ledger.append(conn, row.stream, [], NOW, 7, known) == known
        return ledger.append(conn, row.stream, [("AnswerGiven", {}), ("Scored", {})], NOW, 7, known)

    seq, head = await store.run(answer)
    row = await store.run(assessments.lock_assessment, office.assessment_id)
    assert (seq, head) == (2, row.stream_head)
    assert await store.read(ledger.verify_chain, row.stream) == ()
    with pytest.raises(StreamMoved):
        await store.run(ledger.append, row.stream, [("AnswerGiven", {})], NOW, 7, (0, ledger.START))


async def test_what_is_not_json_is_refused_before_anything_is_stored(store: Store) -> None:
    for bad in ({"x": float("nan")}, {"x": object()}):
        with pytest.raises((ValueError, TypeError)):
            await store.run(ledger.append, STREAM, [("Fact", bad)], NOW, None)
    assert await store.read(ledger.stream_names) == ()
