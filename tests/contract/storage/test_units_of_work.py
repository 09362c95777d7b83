"""What the queue and its writers promise about units of work."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from product_store.databases import Postgres
from product_store.fixtures import opened
from product_store.seeds import NOW, seed_office, seed_officer
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import IntegrityError

from storage.assessments import open_assessment, put_answer, view_assessment
from storage.chats import arrive
from storage.cycles import add_cycle
from storage.errors import StoreFailed, StoreUnavailable
from storage.ledger import append, verify_chain
from storage.people import put_place
from storage.store import Store
from storage.units import unit_by_code
from storage.updates import note_update


def note(conn: Connection, key: str) -> bool:
    return note_update(conn, "telegram", "bot", key, NOW)


def keys(conn: Connection) -> set[str]:
    return set(conn.execute(text("SELECT key FROM updates")).scalars())


async def test_a_unit_returns_its_value_and_what_it_wrote_can_be_read(store: Store) -> None:
    assert await store.run(note, "1")
    assert await store.read(keys) == {"1"}


async def test_units_that_fail_in_a_group_leave_nothing_and_take_nobody_with_them(store: Store) -> None:
    def press(conn: Connection, number: int) -> int:
        note(conn, f"a{number}")
        if number % 7 == 3:
            raise ValueError(number)
        if number % 7 == 5:
            conn.execute(text("INSERT INTO chats (channel, address) VALUES ('x', 'y')"))
        note(conn, f"b{number}")
        return number

    outcomes = await asyncio.gather(*(store.run(press, n) for n in range(60)), return_exceptions=True)
    good = [n for n in range(60) if n % 7 not in (3, 5)]
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == good
    assert {type(outcomes[n]) for n in range(60) if n % 7 == 3} == {ValueError}
    assert {type(outcomes[n]) for n in range(60) if n % 7 == 5} == {IntegrityError}
    assert await store.read(keys) == {f"{letter}{n}" for letter in "ab" for n in good}


async def test_the_same_update_brought_twenty_times_at_once_takes_effect_once(store: Store) -> None:
    won = await asyncio.gather(*(store.run(note, "same") for _ in range(20)))
    assert sorted(won) == [False] * 19 + [True]


async def test_thirty_presses_of_one_person_at_once_lose_nothing(store: Store) -> None:
    office = await store.run(seed_office)

    def press(conn: Connection, number: int) -> None:
        here = arrive(conn, "telegram", "1001", "private", NOW)
        opened = open_assessment(conn, office.assessment_id)
        assert here.person is not None
        place = here.person.place | {str(number): len(opened.answers)}
        put_answer(conn, office.assessment_id, f"{number}", {"percent": "5"}, 1, office.person_id, NOW)
        put_place(conn, office.person_id, place, office.assessment_id)

    await asyncio.gather(*(store.run(press, n) for n in range(30)))
    answers = (await store.read(view_assessment, office.assessment_id)).answers
    assert len(answers) == 30
    person = (await store.run(arrive, "telegram", "1001", "private", NOW)).person
    assert person is not None
    assert sorted(person.place.values()) == list(range(30))  # each saw what all before it had stored


async def test_colleagues_who_answer_the_same_assessment_at_once_keep_one_chain(store: Store) -> None:
    office = await store.run(seed_office)
    addresses = [str(2000 + n) for n in range(6)]
    for address in addresses:
        await store.run(seed_officer, f"Trần {address}", address, office.unit_id)

    def press(conn: Connection, address: str, number: int) -> None:
        here = arrive(conn, "telegram", address, "private", NOW)
        opened = open_assessment(conn, office.assessment_id)
        assert here.person is not None
        row, known = opened.row, (opened.row.stream_seq, opened.row.stream_head)
        revision = len(opened.answers)
        put_answer(conn, row.id, f"{address}-{number}", {"after": revision}, 1, here.person.id, NOW)
        append(conn, row.stream, [("AnswerGiven", {"after": revision})], NOW, here.person.id, known)

    await asyncio.gather(*(store.run(press, address, n) for n in range(5) for address in addresses))
    answers = (await store.read(view_assessment, office.assessment_id)).answers
    assert sorted(answer.value["after"] for answer in answers) == list(range(30))
    stream = (await store.run(open_assessment, office.assessment_id)).row.stream
    assert await store.read(verify_chain, stream) == ()


async def test_a_cancelled_caller_does_not_cancel_the_unit(store: Store) -> None:
    tasks = [asyncio.create_task(store.run(note, str(n))) for n in range(50)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    assert all(isinstance(e, asyncio.CancelledError) for e in await asyncio.gather(*tasks, return_exceptions=True))
    await store.close()
    await store.open()
    assert await store.read(keys) == {str(n) for n in range(50)}


async def test_a_cancelled_caller_does_not_cancel_the_read_and_close_waits_for_it(store: Store) -> None:
    """Checked against: a read cancelled with its caller, whose half made connection kept the process from ending."""
    ended: list[int] = []

    def slowly(_: Connection, number: int) -> None:
        time.sleep(0.05)
        ended.append(number)

    tasks = [asyncio.create_task(store.read(slowly, n)) for n in range(3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    assert all(isinstance(e, asyncio.CancelledError) for e in await asyncio.gather(*tasks, return_exceptions=True))
    await store.close()
    assert sorted(ended) == [0, 1, 2]
    await store.open()


async def test_close_finishes_what_was_taken_and_then_refuses(store: Store) -> None:
    tasks = [asyncio.create_task(store.run(note, str(n))) for n in range(200)]
    await asyncio.sleep(0)
    await store.close()
    assert all(await asyncio.gather(*tasks))
    with pytest.raises(StoreFailed):
        await store.run(note, "late")
    await store.close()


async def test_a_dead_writer_is_noticed_by_all_who_wait_and_by_the_process(store_url: str) -> None:
    class Boom(BaseException):
        """Not an Exception: nothing a unit may raise."""

    def explode(_: Connection) -> None:
        raise Boom

    async with opened(store_url, writers=1) as store:
        outcomes = await asyncio.gather(
            store.run(explode), *(store.run(note, str(n)) for n in range(100)), return_exceptions=True
        )
        assert store.failed.is_set()
        assert sum(isinstance(outcome, StoreFailed) for outcome in outcomes) >= 36
        with pytest.raises(StoreFailed):
            await store.run(note, "later")
    stored = {str(n) for n, outcome in enumerate(outcomes[1:]) if outcome is True}
    async with opened(store_url) as again:
        assert await again.read(keys) == stored


async def test_a_unit_that_stops_iteration_fails_alone_instead_of_hanging(store: Store) -> None:
    def stop(_: Connection) -> None:
        next(iter(()))

    with pytest.raises(RuntimeError):
        await asyncio.wait_for(store.run(stop), 5)


async def test_what_reads_cannot_write(store: Store) -> None:
    with pytest.raises((StoreUnavailable, Exception), match=r"read-?only"):
        await store.read(note, "1")
    assert await store.read(keys) == set()


async def test_a_wrong_value_is_the_units_fault_and_not_an_outage(store: Store) -> None:
    office = await store.run(seed_office)
    with pytest.raises(IntegrityError):
        await store.run(put_answer, 999_999, "1.1", {}, 1, office.person_id, NOW)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the driver's own type
        await store.run(unit_by_code, {"not": "text"})  # type: ignore[arg-type]
    assert not isinstance(caught.value, StoreUnavailable)


async def test_a_second_open_cycle_of_a_year_is_refused(store: Store) -> None:
    office = await store.run(seed_office)
    with pytest.raises(IntegrityError):
        await store.run(add_cycle, year=2025, set_digest="d1", opens_at=NOW, due_at=NOW)
    await store.run(add_cycle, year=2026, set_digest="d1", opens_at=NOW, due_at=NOW)
    assert office.cycle_id


async def test_killed_backends_are_replaced_and_no_unit_is_lost_or_torn(postgres: Postgres) -> None:
    url = await postgres.new_database()
    async with opened(url) as store:
        office = await store.run(seed_office)

        def press(conn: Connection, number: int) -> None:
            open_assessment(conn, office.assessment_id)
            note(conn, f"a{number}")
            put_answer(conn, office.assessment_id, str(number), number, 1, office.person_id, NOW)

        async def kill() -> Any:
            name = make_url(url).database
            return await postgres.command(
                f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
            )

        presses = [asyncio.create_task(store.run(press, n)) for n in range(300)]
        killed = 0
        for _ in range(2):  # a unit is tried three times
            await asyncio.sleep(0.1)
            assert not all(task.done() for task in presses)
            killed += await kill()
        await asyncio.gather(*presses)
        assert killed > 0
        assert len((await store.read(view_assessment, office.assessment_id)).answers) == 300
        assert await store.read(keys) == {f"a{n}" for n in range(300)}
