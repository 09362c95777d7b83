"""Measures how many whole units of an answered question storage runs in a second on SQLite.

Run it by: PYTHONPATH=.:tests python tests/bench/hot_unit.py. Everything take() does in storage is in the unit;
conversation, scoring and templates are not. 30 persons, each waiting for the answer before the next press.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from product_store.databases import sqlite_url
from product_store.seeds import NOW, seed_office, seed_officer, unit
from sqlalchemy import Connection

from storage import assessments, chats, ledger, outbox, people, units, updates
from storage.migrate import migrate
from storage.rows import NewOutboxRow
from storage.store import Store

PERSONS = 30
CRITERIA = [f"{section}.{number}" for section in range(1, 5) for number in range(1, 11)][:38]


def seed(conn: Connection) -> list[int]:
    """An office of PERSONS officers, each with an assessment whose 38 answers are all given."""
    office = seed_office(conn)
    made = []
    for number in range(PERSONS):
        unit_id = units.put_unit(conn, unit(f"U{number}", number))
        person_id, _ = seed_officer(conn, f"Nguyễn Văn {number}", f"p{number}", unit_id)
        assessment_id = assessments.ensure_assessment(conn, unit_id, office.cycle_id)
        people.put_place(conn, person_id, {"focus": "1.1"}, assessment_id)
        for criterion in CRITERIA:
            assessments.put_answer(conn, assessment_id, criterion, {"option": "co"}, 1, person_id, NOW)
        made.append(assessment_id)
    return made


def press(conn: Connection, key: str, number: int, turn: int) -> int:
    """What one answered question does to the database."""
    at = NOW + turn
    if not updates.note_update(conn, "telegram", "bot", key, at):
        return 0
    here = chats.arrive(conn, "telegram", f"p{number}", "private", at)
    assert here.person is not None
    assert here.person.assessment_id is not None
    opened = assessments.open_assessment(conn, here.person.assessment_id)
    row, person = opened.row, here.person.id
    criterion = CRITERIA[turn % len(CRITERIA)]
    value = {"numerator": str(turn), "denominator": "50"}
    assessments.put_answer(conn, row.id, criterion, value, turn, person, at)
    facts = [("AnswerGiven", {"criterion": criterion, "value": value, "revision": turn})]
    ledger.append(conn, row.stream, facts, at, person, (row.stream_seq, row.stream_head))
    assessments.put_progress(
        conn, row.id, total="337/4", total_millionths=84_250_000, decided=38, class_floor="B", class_ceiling="A",
        class_letter=None, last_at=at, last_by=person,
    )  # fmt: skip
    people.put_place(conn, person, {"focus": criterion, "skipped": []}, row.id)
    outbox.replace_cards(conn, here.chat.id, at)
    card = NewOutboxRow(here.chat.id, "reply", "card", {"text": "Đã ghi nhận. " * 20, "buttons": [["a", "b"]] * 6}, at)
    (new,) = outbox.put(conn, [card])
    chats.touch_chat(conn, here.chat.id, at)
    return new or 0


async def main(seconds: float = 5.0) -> None:
    """Run the closed loop and print what it did."""
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "bench.db")
        await migrate(url)
        store = Store(url)
        await store.open()
        await store.run(seed)
        waits: list[float] = []
        end = time.perf_counter() + seconds

        async def person(number: int) -> None:
            turn = 0
            while (start := time.perf_counter()) < end:
                turn += 1
                await store.run(press, f"{number}-{turn}", number, turn)
                waits.append(time.perf_counter() - start)

        cpu = time.process_time()
        await asyncio.gather(*(person(number) for number in range(PERSONS)))
        cpu = time.process_time() - cpu
        await store.close()
    cuts = statistics.quantiles(waits, n=100)
    print(  # noqa: T201
        f"{len(waits) / seconds:.0f} units/s, p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms, "
        f"{cpu / len(waits) * 1000:.2f} ms CPU per unit"
    )


if __name__ == "__main__":
    asyncio.run(main())
