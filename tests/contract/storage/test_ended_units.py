"""Units that are no more, on every database: out of the counts and the lists, their answers and people still known."""

from __future__ import annotations

from product_store.seeds import NOW, Office, seed_office, unit
from sqlalchemy import Connection

from storage import assessments, board, chats, inheriting, invites, people, progress, units
from storage.cycles import close_cycle
from storage.rows import NewInvite, NewUnit
from storage.store import Store

END = NOW + 5


def codes(conn: Connection, cycle_id: int) -> list[list[str]]:
    """Whom each list of the cycle names: what counts, what the board counts, what is no more."""
    lists = (progress.assessment_rows, board.board_rows, board.ended_rows)
    return [[row.unit_code for row in rows(conn, cycle_id)] for rows in lists]


def merge(conn: Connection, office: Office) -> None:
    """GTVT, with an answer, becomes part of YT."""
    assessments.put_answer(conn, office.assessment_id, "1.1", {"option": "yes"}, 1, office.person_id, NOW)
    assert units.end_unit(conn, office.unit_id, END, office.other_unit_id)
    for member in people.people_of_unit(conn, office.unit_id):
        people.revoke_role(conn, member.role_id, END)
    assessments.put_progress(conn, office.assessment_id, state="merged")
    successor = assessments.ensure_assessment(conn, office.other_unit_id, office.cycle_id)
    inheriting.put_inherits(conn, successor, [office.assessment_id])


async def test_a_merged_unit_leaves_the_counts_and_hands_its_answers_on(store: Store) -> None:
    office = await store.run(seed_office)
    await store.run(merge, office)
    assert await store.read(codes, office.cycle_id) == [["YT"], ["YT"], ["GTVT"]]
    assert [row.code for row in await store.read(units.list_units, END)] == ["YT"]
    gone, _ = await store.read(units.every_unit)
    assert (gone.valid_to, gone.successor_id) == (END, office.other_unit_id)
    successor = await store.read(assessments.find_assessment, office.other_unit_id, office.cycle_id)
    assert successor is not None
    opened = await store.run(assessments.open_assessment, successor)
    assert opened.row.inherits == (office.assessment_id,)
    (left,) = await store.read(inheriting.inherited, opened.row.inherits)
    assert (left.unit_name, left.criterion, left.value) == ("Sở GTVT", "1.1", {"option": "yes"})


async def test_a_unit_ends_once_and_is_not_brought_back_by_a_list(store: Store) -> None:
    office = await store.run(seed_office)
    assert await store.run(units.end_unit, office.unit_id, END)
    assert not await store.run(units.end_unit, office.unit_id, END + 1)
    await store.run(units.put_unit, unit("GTVT", 3))
    found = await store.read(units.unit_by_id, office.unit_id)
    assert found is not None
    assert (found.position, found.valid_to) == (3, END)


async def test_who_served_it_to_its_end_is_still_reached_and_nobody_before(store: Store) -> None:
    office = await store.run(seed_office)
    assert [chat.id for chat in await store.read(chats.chats_of_unit, office.unit_id, "officer")] == [office.chat_id]
    await store.run(merge, office)
    assert [chat.id for chat in await store.read(chats.chats_of_unit, office.unit_id, "officer")] == [office.chat_id]

    def leave_earlier(conn: Connection) -> None:
        role = people.grant_role(conn, office.person_id, "officer", office.other_unit_id, NOW)
        people.revoke_role(conn, role, NOW + 1)
        units.end_unit(conn, office.other_unit_id, END)

    await store.run(leave_earlier)
    assert await store.read(chats.chats_of_unit, office.other_unit_id, "officer") == ()


async def test_its_unused_invites_are_taken_back(store: Store) -> None:
    office = await store.run(seed_office)
    for code, unit_id in (("a", office.unit_id), ("b", office.other_unit_id)):
        await store.run(invites.add_invite, NewInvite(code, "officer", unit_id, 1, NOW))
    await store.run(units.end_unit, office.unit_id, END)
    assert [row.revoked_at for row in await store.read(invites.list_invites)] == [END, None]


async def test_a_cycle_that_was_over_before_keeps_the_unit(store: Store) -> None:
    office = await store.run(seed_office)
    await store.run(units.put_unit, NewUnit("SAU", "Sau", "S", "so_ban_nganh", "sau", 9, NOW + 99 * 86_400_000))
    await store.run(close_cycle, office.cycle_id, NOW + 1)
    await store.run(units.end_unit, office.other_unit_id, END)
    assert await store.read(codes, office.cycle_id) == [["GTVT", "YT"], ["GTVT", "YT"], []]
