"""Passes and the chats of one person: used once, within their time, nobody else's; two people become one.

Checked against: a pass found under another kind, used after its time, an unlinked chat that kept what waits for it, a
merge that moved a second page: each failed here.
"""

from __future__ import annotations

import asyncio
import time

import pytest
from product_store.seeds import DAY, NOW, Office, seed_office, seed_officer
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from messages.render import spellings
from storage import chats, erasure, links, outbox, passes, people, retention, sessions
from storage.rows import NewOutboxRow, NewPass, NewSession
from storage.schema import outbox as outbox_table
from storage.store import Store

MINUTE = 60_000


def give(conn: Connection, person_id: int, code: str = "d1", kind: str = "chat") -> int:
    return passes.add_pass(conn, NewPass(code, kind, person_id, NOW, NOW + MINUTE, {"criterion": "1.1"}))


def usable(conn: Connection) -> list[str]:
    """The codes that still open something."""
    given = (("a", "chat"), ("b", "chat"), ("c", "upload"), ("d", "chat"))
    found = {code: passes.find_pass(conn, kind, code) for code, kind in given}
    return [code for code, one in found.items() if one is not None and one.usable(NOW)]


async def test_a_pass_opens_one_thing_once_within_its_time(store: Store) -> None:
    office = await store.run(seed_office)
    new = await store.run(give, office.person_id)
    found = await store.read(passes.find_pass, "chat", "d1")
    assert found is not None
    assert (found.id, found.person_id, found.subject) == (new, office.person_id, {"criterion": "1.1"})
    assert (found.usable(NOW), found.usable(NOW + MINUTE)) == (True, False)
    assert await store.read(passes.find_pass, "upload", "d1") is None
    assert await store.read(passes.find_pass, "chat", "d2") is None
    assert await store.run(passes.use_pass, new, NOW + MINUTE) is False
    assert await store.run(passes.use_pass, new, NOW) is True
    assert await store.run(passes.use_pass, new, NOW) is False
    with pytest.raises(IntegrityError):
        await store.run(give, office.person_id)


async def test_of_many_that_use_a_pass_at_once_one_has_it(store: Store) -> None:
    office = await store.run(seed_office)
    new = await store.run(give, office.person_id)
    used = await asyncio.gather(*(store.run(passes.use_pass, new, NOW) for _ in range(5)))
    assert sorted(used) == [False] * 4 + [True]


async def test_a_persons_passes_are_ended_by_kind_and_forgotten_in_time(store: Store) -> None:
    office = await store.run(seed_office)
    other, _ = await store.run(seed_officer, "Bình", "1002", office.other_unit_id)
    for code, kind in (("a", "chat"), ("b", "chat"), ("c", "upload")):
        await store.run(give, office.person_id, code, kind)
    await store.run(give, other, "d")
    assert await store.run(passes.end_passes, office.person_id, "chat", NOW) == 2
    assert await store.read(usable) == ["c", "d"]
    await store.run(erasure.end_everything, office.person_id, NOW)
    assert await store.read(usable) == ["d"]
    await store.run(retention.forget_sessions, NOW + DAY)
    assert await store.read(passes.find_pass, "chat", "d") is None


async def test_an_unlinked_chat_is_nobodys_and_nothing_waits_there(store: Store) -> None:
    office = await store.run(seed_office)
    other, _ = await store.run(seed_officer, "Bình", "1002", office.other_unit_id)
    (row,) = await store.run(outbox.put, [NewOutboxRow(office.chat_id, "notice", "message", {"html": "x"}, NOW)])
    assert await store.run(links.unlink_chat, office.chat_id, other, NOW) is False
    assert await store.run(links.unlink_chat, office.chat_id, office.person_id, NOW) is True
    assert await store.run(links.unlink_chat, office.chat_id, office.person_id, NOW) is False
    arrival = await store.run(chats.arrive, "telegram", "1001", "private", NOW)
    assert (arrival.person, arrival.roles) == (None, ())
    assert await store.read(links.chats_linked, office.person_id) == ()
    assert await store.read(lambda conn: _state(conn, row)) == "dropped"


async def test_chats_are_told_by_their_last_use_and_pages_are_not_among_them(store: Store) -> None:
    office = await store.run(seed_office)

    def more(conn: Connection) -> tuple[int, int]:
        page = chats.arrive(conn, "web", "w1", "private", NOW + 2, pulled=True).chat.id
        newer = chats.arrive(conn, "zalo_oa", "z1", "private", NOW + 1, plain=True).chat.id
        for chat in (page, newer):
            chats.bind_chat(conn, chat, office.person_id)
        return page, newer

    page, newer = await store.run(more)
    assert [one.id for one in await store.read(links.chats_linked, office.person_id)] == [newer, office.chat_id]
    shown = await store.read(links.chat_by_id, page)
    assert shown is not None
    assert (shown.channel, shown.pulled, shown.plain) == ("web", True, False)
    assert await store.read(links.chat_by_id, 999) is None


async def test_two_people_become_one_with_one_page_and_all_roles(store: Store) -> None:
    office = await store.run(seed_office)
    gone, chat = await store.run(seed_officer, "Đào Nguyễn", "1002", office.other_unit_id)

    def pages(conn: Connection, office: Office) -> None:
        people.grant_role(conn, gone, "officer", office.unit_id, NOW)
        people.put_place(conn, gone, {"schema": 1, "step": "note"}, office.assessment_id)
        for n, person in enumerate((office.person_id, gone)):
            page = chats.arrive(conn, "web", f"w{n}", "private", NOW, pulled=True).chat.id
            chats.bind_chat(conn, page, person)
            sessions.add_session(conn, NewSession(f"t{n}", page, "", NOW, NOW + MINUTE))

    await store.run(pages, office)
    await store.run(links.merge_people, office.person_id, gone, NOW)
    assert {one.id for one in await store.read(links.chats_linked, office.person_id)} == {office.chat_id, chat}
    held = await store.read(people.roles_of, office.person_id)
    assert {(one.role, one.unit_id) for one in held} == {("officer", office.unit_id), ("officer", office.other_unit_id)}
    assert await store.read(people.roles_of, gone) == ()
    kept = await store.read(people.person_by_id, office.person_id)
    assert kept is not None
    assert (kept.assessment_id, kept.place) == (office.assessment_id, {"schema": 1, "step": "note"})
    live = [await store.read(sessions.find_session, token, NOW) for token in ("t0", "t1")]
    assert [one is None for one in live] == [False, True]
    pulled = [one for one in await store.read(chats.chats_of_person, office.person_id) if one.pulled]
    assert [one.address for one in pulled] == ["w0"]


async def test_who_was_found_to_be_the_same_person_is_told_of_and_forgotten_with_them(store: Store) -> None:
    office = await store.run(seed_office)
    first, _ = await store.run(seed_officer, "Đào Nguyễn", "1002", office.other_unit_id)
    second, _ = await store.run(seed_officer, "Đào Thị Nguyễn", "1003", office.other_unit_id)
    await store.run(links.merge_people, first, second, NOW)
    await store.run(links.merge_people, office.person_id, first, NOW)
    told = await store.read(erasure.dossier, office.person_id)
    assert [one["name"] for one in told["person"]] == ["Nguyễn Thị Đào", "Đào Nguyễn", "Đào Thị Nguyễn"]

    def erase(conn: Connection) -> None:
        erasure.erase_person(conn, office.person_id, "—", NOW, with_notes=True, spelled=spellings)

    await store.run(erase)
    names = [await store.read(people.person_by_id, one) for one in (office.person_id, first, second)]
    assert [one.name for one in names if one] == ["—", "—", "—"]


def _state(conn: Connection, row: int | None) -> str:
    return str(conn.execute(select(outbox_table.c.state).where(outbox_table.c.id == row)).scalar_one())


async def test_whoever_wrote_while_two_people_became_one_is_loaded_as_the_one_who_stays(store: Store) -> None:
    office = await store.run(seed_office)
    gone, _ = await store.run(seed_officer, "Đào Nguyễn", "1002", office.other_unit_id)

    def merge(conn: Connection) -> None:
        links.merge_people(conn, office.person_id, gone, NOW)
        time.sleep(0.2)  # the other one has begun to wait for the lock meanwhile

    merging = asyncio.create_task(store.run(merge))
    await asyncio.sleep(0.05)
    arrivals = await asyncio.gather(
        *(store.run(chats.arrive, "telegram", address, "private", NOW) for address in ("1001", "1002"))
    )
    await merging
    assert [one.person.id if one.person else None for one in arrivals] == [office.person_id] * 2
    assert [len(one.roles) for one in arrivals] == [2, 2]
