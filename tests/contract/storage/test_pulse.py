"""Numbers that only grow: one with every fact, and one per chat with what is said there and done in its units."""

from __future__ import annotations

from product_store.seeds import NOW, Office, seed_office, seed_officer
from sqlalchemy import Connection

from storage import assessments, history, outbox, people
from storage.ledger import append
from storage.pulse import pulse, pulses
from storage.rows import NewOutboxRow, OutboxState
from storage.store import Store

AT = 1_760_000_000_000


def add(conn: Connection, stream: str, count: int) -> None:
    append(conn, stream, [("Something", {"number": number}) for number in range(count)], AT, None)


def chats_of_two_units(conn: Connection) -> tuple[Office, int, int]:
    """An office; the chats of a colleague in its unit and of somebody in another unit."""
    office = seed_office(conn)
    _, colleague = seed_officer(conn, "Ân Thị Bé", "1002", office.unit_id, "colleague")
    _, other = seed_officer(conn, "Cao Thị Dung", "1003", office.other_unit_id)
    return office, colleague, other


def say(conn: Connection, chat_id: int, state: OutboxState = "kept") -> None:
    row = NewOutboxRow(chat_id, "reply", "card", {"html": "x"}, NOW, state=state, settled_at=NOW)
    outbox.put(conn, [row])


def answer(conn: Connection, assessment_id: int) -> None:
    add(conn, assessments.view_assessment(conn, assessment_id).row.stream, 1)


async def test_the_pulse_counts_the_facts_of_all_streams(store: Store) -> None:
    assert await store.read(pulse) == 0
    await store.run(add, "office", 2)
    await store.run(add, "a:1", 3)
    assert await store.read(pulse) == 5
    await store.run(add, "office", 1)
    assert await store.read(pulse) == 6


async def test_a_chat_grows_with_what_is_said_there_and_with_no_other(store: Store) -> None:
    office, colleague, _ = await store.run(chats_of_two_units)
    mine = (office.chat_id,)
    before = await store.read(pulses, mine)
    await store.run(say, colleague)
    await store.run(say, office.chat_id, "queued")  # on its way to a messenger: no page shows it
    assert await store.read(pulses, mine) == before
    await store.run(say, office.chat_id)
    ((_, first),) = before
    ((_, said),) = await store.read(pulses, mine)
    assert said > first
    await store.run(history.replace_card, office.chat_id)
    assert await store.read(pulses, mine) == ((office.chat_id, said),)


async def test_a_fact_of_a_unit_grows_the_chats_of_its_people_and_no_other(store: Store) -> None:
    office, colleague, other = await store.run(chats_of_two_units)
    ids = (office.chat_id, colleague, other)
    before = dict(await store.read(pulses, ids))
    await store.run(answer, office.assessment_id)
    after = dict(await store.read(pulses, ids))
    assert {one: after[one] - before[one] for one in ids} == {office.chat_id: 1, colleague: 1, other: 0}


async def test_a_chat_does_not_shrink_when_a_role_is_taken_back(store: Store) -> None:
    office, colleague, _ = await store.run(chats_of_two_units)
    await store.run(answer, office.assessment_id)
    before = await store.read(pulses, (colleague,))
    (role,) = (one for one in await store.read(people.people_of_unit, office.unit_id) if one.role == "colleague")
    assert await store.run(people.revoke_role, role.role_id, NOW)
    assert await store.read(pulses, (colleague,)) == before


async def test_only_the_chats_asked_for_are_looked_at(store: Store) -> None:
    office, colleague, _ = await store.run(chats_of_two_units)
    assert await store.read(pulses, ()) == ()
    assert {one for one, _ in await store.read(pulses, (colleague, office.chat_id, 999))} == {colleague, office.chat_id}
