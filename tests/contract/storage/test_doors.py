"""Sessions, one-time links and the pages people look at: each ends when it should, and shows what it should.

Checked once against: sessions found after they ended, ended for somebody else, a link used twice, a page without its
replaced cards or with another chat's: each failed here.
"""

from __future__ import annotations

import asyncio

import pytest
from product_store.seeds import NOW, Office, seed_office, seed_officer
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from storage import chats, history, outbox, sessions, sign_ins
from storage.rows import NewOutboxRow, NewSession, NewSignIn, OutboxKind
from storage.store import Store

MINUTE = 60_000


def let_in(conn: Connection, chat_id: int, token: str, until: int = NOW + MINUTE) -> int:
    return sessions.add_session(conn, NewSession(token, chat_id, "Firefox", NOW, until))


def say(conn: Connection, chat_id: int, text: str, kind: OutboxKind = "message") -> int:
    row = NewOutboxRow(chat_id, "reply", kind, {"html": text}, NOW, state="kept", settled_at=NOW)
    (new,) = outbox.put(conn, [row])
    assert new is not None
    return new


def page_of(conn: Connection, office: Office) -> int:
    chat = chats.arrive(conn, "web", "w1", "private", NOW, pulled=True).chat
    chats.bind_chat(conn, chat.id, office.person_id)
    return chat.id


async def test_a_session_lives_until_its_time_is_over_or_it_is_ended(store: Store) -> None:
    office = await store.run(seed_office)
    new = await store.run(let_in, office.chat_id, "t1")
    found = await store.read(sessions.find_session, "t1", NOW)
    assert found is not None
    assert (found.id, found.person_id, found.address, found.label) == (new, office.person_id, "1001", "Firefox")
    assert await store.read(sessions.find_session, "t2", NOW) is None
    assert await store.read(sessions.find_session, "t1", NOW + MINUTE) is None
    assert await store.run(sessions.end_sessions, office.person_id, [new], NOW) == (new,)
    assert await store.run(sessions.end_sessions, office.person_id, [new], NOW) == ()
    assert await store.read(sessions.find_session, "t1", NOW) is None


async def test_nobody_ends_the_sessions_of_others(store: Store) -> None:
    office = await store.run(seed_office)
    stranger, _ = await store.run(seed_officer, "Trần Bình", "1002", office.other_unit_id)
    new = await store.run(let_in, office.chat_id, "t1")
    assert await store.run(sessions.end_sessions, stranger, [new], NOW) == ()
    assert [one.id for one in await store.read(sessions.sessions_of, office.person_id, NOW)] == [new]
    assert await store.read(sessions.sessions_of, stranger, NOW) == ()


async def test_sessions_are_listed_by_last_use_and_a_token_is_never_given_twice(store: Store) -> None:
    office = await store.run(seed_office)
    first, second = await store.run(let_in, office.chat_id, "t1"), await store.run(let_in, office.chat_id, "t2")
    await store.run(sessions.see_session, first, NOW + 5)
    assert [one.id for one in await store.read(sessions.sessions_of, office.person_id, NOW)] == [first, second]
    assert await store.run(sessions.end_sessions, office.person_id, [first], NOW) == (first,)
    with pytest.raises(IntegrityError):
        await store.run(let_in, office.chat_id, "t1")


async def test_of_twenty_who_open_a_link_at_once_one_is_let_in(store: Store) -> None:
    office = await store.run(seed_office)
    link = await store.run(sign_ins.add_sign_in, NewSignIn("h1", office.person_id, None, NOW, NOW + MINUTE))
    found = await store.read(sign_ins.find_sign_in, "h1")
    assert found is not None
    assert (found.id, found.person_name, found.used_at) == (link, "Nguyễn Thị Đào", None)
    won = await asyncio.gather(*(store.run(sign_ins.use_sign_in, link, NOW + 1) for _ in range(20)))
    assert sum(won) == 1
    late = await store.run(sign_ins.add_sign_in, NewSignIn("h2", office.person_id, None, NOW, NOW + MINUTE))
    assert not await store.run(sign_ins.use_sign_in, late, NOW + MINUTE)
    assert await store.read(sign_ins.find_sign_in, "h3") is None


async def test_a_page_shows_its_own_messages_in_order_and_pages_back(store: Store) -> None:
    office = await store.run(seed_office)
    page = await store.run(page_of, office)
    other = await store.run(lambda conn: chats.arrive(conn, "web", "w2", "private", NOW, pulled=True).chat.id)
    ids = [await store.run(say, page, str(n)) for n in range(5)]
    await store.run(say, other, "another's")
    await store.run(lambda conn: outbox.put(conn, [NewOutboxRow(page, "notice", "message", {}, NOW)]))
    assert [row.id for row in await store.read(history.history, page)] == ids
    assert [row.body["html"] for row in await store.read(lambda conn: history.history(conn, page, most=2))] == [
        "3",
        "4",
    ]
    older = await store.read(lambda conn: history.history(conn, page, before=ids[3], most=2))
    assert [row.id for row in older] == ids[1:3]


async def test_one_card_lives_and_the_ones_before_stay_as_history(store: Store) -> None:
    office = await store.run(seed_office)
    page = await store.run(page_of, office)
    assert await store.read(history.live_card, page) is None
    first = await store.run(say, page, "1.1", "card")
    await store.run(history.replace_card, page)
    second = await store.run(say, page, "1.2", "card")
    live = await store.read(history.live_card, page)
    assert live is not None
    assert live.id == second
    shown = await store.read(history.history, page)
    assert [(row.id, row.state) for row in shown] == [(first, "replaced"), (second, "kept")]


async def test_what_waits_on_a_page_has_reached_nobody_so_the_messenger_is_told_too(store: Store) -> None:
    office = await store.run(seed_office)
    page = await store.run(page_of, office)
    await store.run(chats.touch_chat, page, NOW + 10)
    told = await store.read(chats.chats_of_unit, office.unit_id)
    assert [(chat.channel, chat.pulled) for chat in told] == [("telegram", False), ("web", True)]
    assert [chat.id for chat in await store.read(chats.chats_of_person, office.person_id)] == [office.chat_id, page]
