"""What has had its time is gone, what has not is there, by time travel, on both databases.

Checked once against: the open cycle's messages emptied, a page's standing card emptied, somebody with a role forgotten,
and rows on the very edge left over: each failed here.
"""

from __future__ import annotations

from product_store.seeds import NOW, Office, seed_office, seed_officer
from sqlalchemy import Connection, select, update

from storage import assessments, chats, cycles, outbox, people, retention, sessions, sign_ins
from storage.rows import NewOutboxRow, NewSession, NewSignIn, NewText, OutboxKind, OutboxState
from storage.schema import chats as chat_table
from storage.schema import outbox as outbox_table
from storage.schema import texts
from storage.store import Store

DAY = 86_400_000
YEAR = 365 * DAY


def said(conn: Connection, chat_id: int, at: int, state: OutboxState = "sent", kind: OutboxKind = "message") -> int:
    row = NewOutboxRow(chat_id, "reply", kind, {"html": "Kính gửi"}, at, state=state, settled_at=at)
    (new,) = outbox.put(conn, [row])
    assert new is not None
    return new


def with_body(conn: Connection) -> set[int]:
    return set(conn.execute(select(outbox_table.c.id).where(outbox_table.c.body != "{}")).scalars())


def close(conn: Connection, office: Office) -> None:
    cycles.close_cycle(conn, office.cycle_id, NOW + 10)


async def test_messages_of_closed_cycles_are_emptied_when_their_time_is_over(store: Store) -> None:
    office = await store.run(seed_office)
    page = (await store.run(chats.arrive, "web", "w1", "private", NOW, pulled=True)).chat.id
    old = [await store.run(said, office.chat_id, NOW + 1), await store.run(said, office.chat_id, NOW + 2, "failed")]
    waiting = await store.run(said, office.chat_id, NOW + 3, "queued")
    echo = await store.run(said, page, NOW + 4, "kept", "echo")
    card = await store.run(said, page, NOW + 5, "kept", "card")
    young = await store.run(said, office.chat_id, NOW + 2 * YEAR)
    assert await store.run(retention.forget_messages, NOW + YEAR) == 0  # the cycle is open
    await store.run(close, office)
    assert await store.run(retention.forget_messages, NOW + YEAR) == len(old) + 1
    assert await store.read(with_body) == {waiting, card, young}
    assert echo not in {row.id for row in await store.read(outbox.load_rows, [echo]) if row.state == "kept"}
    assert await store.run(retention.forget_messages, NOW + YEAR) == 0


async def test_sessions_and_links_that_are_over_go_and_others_stay(store: Store) -> None:
    office = await store.run(seed_office)
    for token, until in (("old", NOW + 1), ("young", NOW + YEAR)):
        await store.run(sessions.add_session, NewSession(token, office.chat_id, "Firefox", NOW, until))
        await store.run(sign_ins.add_sign_in, NewSignIn(token, office.person_id, None, NOW, until))
    assert await store.run(retention.forget_sessions, NOW + DAY) == 2
    assert await store.read(sign_ins.find_sign_in, "old") is None
    assert await store.read(sign_ins.find_sign_in, "young") is not None
    assert await store.read(sessions.find_session, "young", NOW) is not None


async def test_texts_of_cycles_long_closed_are_erased_and_answers_stay(store: Store) -> None:
    office = await store.run(seed_office)
    mine = await store.run(assessments.ensure_assessment, office.unit_id, office.cycle_id)
    await store.run(assessments.add_text, NewText(mine, "1.1", "note", "0" * 64, "Ghi chú", office.person_id, NOW))
    await store.run(assessments.put_answer, mine, "1.1", {"option": "yes"}, 1, office.person_id, NOW)
    assert await store.run(retention.forget_texts, NOW + 5 * YEAR) == 0
    await store.run(close, office)
    assert await store.run(retention.forget_texts, NOW + 10) == 0  # on the edge it has not had its time
    assert await store.run(retention.forget_texts, NOW + 11) == 1
    assert await store.read(lambda conn: list(conn.execute(select(texts.c.body)).scalars())) == [None]
    assert len((await store.read(assessments.view_assessment, mine)).answers) == 1


async def test_only_who_is_without_a_role_and_long_gone_is_named(store: Store) -> None:
    office = await store.run(seed_office)
    gone, chat = await store.run(seed_officer, "Trần Bình", "1002", office.other_unit_id)
    here, _ = await store.run(seed_officer, "Lê Lan", "1003", office.other_unit_id)

    def revoke(conn: Connection) -> None:
        for member in people.people_of_unit(conn, office.other_unit_id):
            if member.person_id == gone:
                people.revoke_role(conn, member.role_id, NOW + DAY)

    assert await store.read(retention.long_gone, NOW + 5 * YEAR) == ()
    await store.run(revoke)
    assert await store.read(retention.long_gone, NOW + DAY) == ()
    assert await store.read(retention.long_gone, NOW + 5 * YEAR) == (gone,)

    def write(conn: Connection) -> None:
        conn.execute(update(chat_table).where(chat_table.c.id == chat).values(last_used_at=NOW + 6 * YEAR))

    await store.run(write)
    assert await store.read(retention.long_gone, NOW + 5 * YEAR) == ()
    assert here not in await store.read(retention.long_gone, NOW + 9 * YEAR)
