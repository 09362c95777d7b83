"""Who writes from where, and where they can be reached."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from jinja2 import Environment
from product_store.seeds import NOW, seed_office, seed_officer, unit
from sqlalchemy import Connection

from messages.render import spellings
from storage import chats, erasure, outbox, people, units
from storage.rows import Arrival, NewOutboxRow, RoleRow
from storage.store import Store


async def test_a_stranger_gets_a_chat_and_keeps_it(store: Store) -> None:
    first = await store.run(chats.arrive, "telegram", "7", "private", NOW)
    again = await store.run(chats.arrive, "telegram", "7", "private", NOW + 5)
    assert first == again
    assert first.person is None
    assert first.roles == ()
    assert first.chat.last_used_at == NOW
    assert (await store.run(chats.arrive, "zalo", "7", "private", NOW)).chat.id != first.chat.id


async def test_twenty_first_messages_at_once_make_one_chat(store: Store) -> None:
    arrivals = await asyncio.gather(*(store.run(chats.arrive, "telegram", "8", "private", NOW) for _ in range(20)))
    assert len({arrival.chat.id for arrival in arrivals}) == 1


async def test_an_officer_arrives_with_place_and_roles_of_several_units(store: Store) -> None:
    office = await store.run(seed_office)

    def more(conn: Connection) -> Arrival:
        people.grant_role(conn, office.person_id, "reviewer", None, NOW + 1)
        gone = people.grant_role(conn, office.person_id, "leader", office.unit_id, NOW + 2)
        assert people.revoke_role(conn, gone, NOW + 3)
        assert not people.revoke_role(conn, gone, NOW + 4)
        people.put_place(conn, office.person_id, {"focus": "2.1.1", "tên": "Đắk Lắk"}, office.assessment_id)
        people.accept_notice(conn, office.person_id, NOW + 5)
        people.accept_notice(conn, office.person_id, NOW + 6)
        return chats.arrive(conn, "telegram", "1001", "private", NOW + 7)

    here = await store.run(more)
    assert here.person is not None
    assert here.person.name == "Nguyễn Thị Đào"
    assert here.person.accepted_at == NOW + 5
    assert here.person.assessment_id == office.assessment_id
    assert here.person.place == {"focus": "2.1.1", "tên": "Đắk Lắk"}
    assert [(r.role, r.unit_code, r.unit_kind) for r in here.roles] == [
        ("officer", "GTVT", "so_ban_nganh"),
        ("reviewer", None, None),
    ]
    assert isinstance(here.roles[0], RoleRow)
    assert await store.read(chats.look, "telegram", "1001") == here
    assert await store.read(chats.look, "telegram", "nobody") is None
    person = await store.read(people.person_by_id, office.person_id)
    assert person == here.person


async def test_the_same_role_twice_is_one_role_and_can_be_given_again_after_revoking(store: Store) -> None:
    office = await store.run(seed_office)
    asked = (office.person_id, "admin", None)
    first = await store.run(people.grant_role, *asked, NOW)
    assert await store.run(people.grant_role, *asked, NOW + 1) == first
    await store.run(people.revoke_role, first, NOW + 2)
    second = await store.run(people.grant_role, *asked, NOW + 3)
    assert second != first
    members = await store.read(people.people_of_unit, None, "admin")
    assert [(m.role_id, m.name) for m in members] == [(second, "Nguyễn Thị Đào")]


async def test_people_are_reached_where_they_wrote_last_and_are_not_blocked(store: Store) -> None:
    office = await store.run(seed_office)

    def scene(conn: Connection) -> tuple[int, int]:
        second = chats.arrive(conn, "zalo", "z1", "private", NOW).chat.id
        chats.bind_chat(conn, second, office.person_id)
        chats.touch_chat(conn, second, NOW + 10)
        other, _ = seed_officer(conn, "Trần Văn Ân", "1002", office.unit_id, "leader")
        seed_officer(conn, "Lê Thị Ý", "1003", office.other_unit_id)
        return second, other

    second, other = await store.run(scene)
    reached = await store.read(chats.chats_of_unit, office.unit_id)
    assert [(c.person_id, c.channel) for c in reached] == [(office.person_id, "zalo"), (other, "telegram")]
    assert [c.person_id for c in await store.read(chats.chats_of_unit, office.unit_id, "leader")] == [other]
    assert len(await store.read(chats.chats_of_role, "officer")) == 2
    await store.run(chats.set_blocked, second, NOW + 11)
    assert [chat.id for chat in await store.read(chats.chats_of_person, office.person_id)] == [office.chat_id]
    await store.run(chats.touch_chat, second, NOW + 12)  # who writes to us has unblocked us
    assert [chat.id for chat in await store.read(chats.chats_of_person, office.person_id)] == [second]


async def test_a_group_keeps_its_role_and_its_messages_when_it_moves_to_a_new_address(store: Store) -> None:
    def scene(conn: Connection) -> int:
        group = chats.arrive(conn, "telegram", "-5", "group", NOW).chat.id
        chats.bind_group(conn, group, "reviewer")
        young = chats.arrive(conn, "telegram", "-1005", "group", NOW).chat.id
        outbox.put(conn, [NewOutboxRow(young, "notice", "message", {}, NOW)])
        return group

    group = await store.run(scene)
    assert await store.run(chats.move_chat, "telegram", "-5", "-1005")
    assert not await store.run(chats.move_chat, "telegram", "-5", "-1005")
    groups = await store.read(chats.groups_of_role, "reviewer")
    assert [(g.id, g.address) for g in groups] == [(group, "-1005")]
    claimed = await store.run(outbox.claim, NOW, "me", 5, 1000)
    assert [row.address for row in claimed] == ["-1005"]
    await store.run(chats.bind_group, group, None)
    assert await store.read(chats.groups_of_role, "reviewer") == ()


async def test_wrong_codes_are_counted_until_the_chat_is_bound(store: Store) -> None:
    stranger = (await store.run(chats.arrive, "telegram", "9", "private", NOW)).chat
    await store.run(chats.note_wrong_code, stranger.id, 5, NOW + 900_000)
    locked = (await store.run(chats.arrive, "telegram", "9", "private", NOW)).chat
    assert (locked.wrong_codes, locked.locked_until) == (5, NOW + 900_000)
    person = await store.run(people.add_person, "Ê Đê", NOW)
    await store.run(chats.bind_chat, stranger.id, person)
    bound = await store.run(chats.arrive, "telegram", "9", "private", NOW)
    assert (bound.chat.wrong_codes, bound.chat.locked_until, bound.chat.person_id) == (0, None, person)


async def test_what_several_offer_in_one_chat_at_once_is_all_kept_and_forgotten_with_the_person(store: Store) -> None:
    """Checked against: offers read without waiting for whoever adds to them."""
    office = await store.run(seed_office)
    chat = (await store.run(chats.arrive, "telegram", "1001", "private", NOW)).chat

    def offering(code: str) -> Callable[[Connection], None]:
        def unit(conn: Connection) -> None:
            known = chats.offers_of(conn, chat.id) or {}
            time.sleep(0.02)
            chats.put_offers(conn, chat.id, {**known, code: "press"})

        return unit

    await asyncio.gather(*(store.run(offering(f"T{n}")) for n in range(6)))
    assert sorted(await store.run(chats.offers_of, chat.id) or ()) == [f"T{n}" for n in range(6)]
    await store.run(erasure.erase_person, office.person_id, "—", NOW, with_notes=False, spelled=spellings)
    assert await store.run(chats.offers_of, chat.id) is None


async def test_what_was_or_is_to_be_said_to_others_names_a_forgotten_person_no_more(store: Store) -> None:
    """Checked against: only what was said already being rewritten; the name taken out of other words, too."""
    other = (await store.run(chats.arrive, "telegram", "1002", "private", NOW)).chat
    who = await store.run(people.add_person, "An", NOW)
    body = {"html": "Anh/chị An & <b>An</b> đã tham gia", "rows": [["An", "An"]]}
    late = NewOutboxRow(other.id, "notice", "message", {"person": "An"}, NOW, late="reminder")
    said = NewOutboxRow(other.id, "notice", "message", body, NOW, state="kept", settled_at=NOW)
    ids = await store.run(outbox.put, [NewOutboxRow(other.id, "notice", "message", body, NOW), late, said])
    await store.run(erasure.erase_person, who, "—", NOW, with_notes=False, spelled=spellings)
    waiting, asked, kept = await store.read(outbox.load_rows, [one for one in ids if one is not None])
    assert kept.body == {"html": "Anh/chị — & <b>—</b> đã tham gia", "rows": [["—", "—"]]}
    assert waiting.body == body | {"html": "Anh/chị — & <b>—</b> đã tham gia"}
    assert asked.body == {"person": "An"}


async def test_a_name_with_an_apostrophe_is_forgotten_as_templates_write_it(store: Store) -> None:
    """Checked against: another spelling of the apostrophe in HTML than the templates'."""
    other = (await store.run(chats.arrive, "telegram", "1002", "private", NOW)).chat
    who = await store.run(people.add_person, "H'Hen Niê", NOW)
    html = str(Environment(autoescape=True).from_string("{{ name }} đã tham gia").render(name="H'Hen Niê"))
    said = NewOutboxRow(other.id, "notice", "message", {"html": html}, NOW, state="kept", settled_at=NOW)
    (row,) = await store.run(outbox.put, [said])
    await store.run(erasure.erase_person, who, "—", NOW, with_notes=False, spelled=spellings)
    (kept,) = await store.read(outbox.load_rows, [row or 0])
    assert kept.body == {"html": "— đã tham gia"}


async def test_units_are_found_by_code_and_listed_while_they_are_valid(store: Store) -> None:
    office = await store.run(seed_office)
    renamed = unit("GTVT", 3)
    assert await store.run(units.put_unit, renamed) == office.unit_id
    assert [u.code for u in await store.read(units.list_units, NOW)] == ["YT", "GTVT"]
    assert await store.read(units.list_units, renamed.valid_from - 1) == ()
    found = await store.read(units.unit_by_code, "GTVT")
    assert found is not None
    assert found == await store.read(units.unit_by_id, office.unit_id)
    assert await store.read(units.unit_by_code, "gtvt") is None
