"""The outbox: in order per chat and lane, one owner per row, nothing twice and nothing forgotten."""

from __future__ import annotations

import asyncio
import random

from product_store.seeds import NOW
from sqlalchemy import Connection

from storage import chats, leases, outbox
from storage.rows import ChatRow, Lane, NewOutboxRow, OutboxKind, OutboxRow, Settled
from storage.store import Store

LEASE = 60_000


def new(
    chat_id: int, text: str = "x", lane: Lane = "notice", kind: OutboxKind = "message", due_at: int = NOW
) -> NewOutboxRow:
    return NewOutboxRow(chat_id, lane, kind, {"text": text}, due_at)


def make_chats(conn: Connection, count: int) -> list[int]:
    return [chats.arrive(conn, "telegram", str(n), "private", NOW).chat.id for n in range(count)]


def chat_now(conn: Connection, number: int) -> ChatRow:
    return chats.arrive(conn, "telegram", str(number), "private", NOW).chat


async def claim(store: Store, owner: str = "me", n: int = 10, now: int = NOW) -> list[OutboxRow]:
    return list(await store.run(outbox.claim, now, owner, n, LEASE))


def texts(rows: list[OutboxRow]) -> list[str]:
    return [row.body["text"] for row in rows]


async def settle(store: Store, row: OutboxRow, message_id: str = "m") -> tuple[int, ...]:
    assert row.owner is not None
    return await store.run(outbox.settle, [Settled(row.id, row.owner, "sent", NOW, message_id)])


async def test_a_chats_lane_is_sent_in_order_one_at_a_time(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    await store.run(outbox.put, [new(chat, "one"), new(chat, "two"), new(chat, "three")])
    sent = []
    for _ in range(3):
        (row,) = await claim(store)
        assert await claim(store, "other") == []
        sent.append(row.body["text"])
        assert (row.tries, row.first_try_at, row.not_before, row.owner) == (1, NOW, NOW + LEASE, "me")
        assert await settle(store, row) == ()
    assert sent == ["one", "two", "three"]
    assert await claim(store) == []


async def test_a_reply_waits_for_no_notice(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    await store.run(outbox.put, [new(chat, "broadcast"), new(chat, "answer", "reply")])
    assert sorted(texts(await claim(store))) == ["answer", "broadcast"]


async def test_lanes_and_channels_can_be_claimed_apart(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    zalo = (await store.run(chats.arrive, "zalo", "z", "private", NOW)).chat.id
    await store.run(outbox.put, [new(chat, "tn"), new(chat, "tr", "reply"), new(zalo, "zn"), new(zalo, "zr", "reply")])
    found = await store.run(outbox.claim, NOW, "me", 9, LEASE, lane="reply", channel="zalo")
    assert texts(list(found)) == ["zr"]
    found = await store.run(outbox.claim, NOW, "me", 9, LEASE, channel="zalo")
    assert texts(list(found)) == ["zn"]
    found = await store.run(outbox.claim, NOW, "me", 9, LEASE, lane="notice")
    assert [(row.body["text"], row.channel, row.address) for row in found] == [("tn", "telegram", "0")]


async def test_a_reminder_for_next_week_does_not_hold_back_today(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    await store.run(outbox.put, [new(chat, "next week", due_at=NOW + 1000), new(chat, "today")])
    (today,) = await claim(store)
    assert today.body["text"] == "today"
    assert await claim(store, now=NOW + 1000) == []  # the older row is due now, but the lane has one in flight
    await settle(store, today)
    assert texts(await claim(store, now=NOW + 1000)) == ["next week"]


async def test_several_claimers_never_share_a_row_and_keep_every_chats_order(store: Store) -> None:
    ids = await store.run(make_chats, 8)
    rows = [new(ids[n % 8], str(n)) for n in range(160)]
    await store.run(outbox.put, rows)
    sent: list[OutboxRow] = []

    async def sender(owner: str) -> None:
        chance = random.Random(owner)
        while found := await claim(store, owner, 3):
            for row in found:
                await asyncio.sleep(chance.random() / 2000)
                sent.append(row)
                assert await settle(store, row) == ()

    while len(sent) < 160:
        await asyncio.gather(*(sender(f"owner {n}") for n in range(6)))
    assert len({row.id for row in sent}) == len(sent) == 160
    for chat in ids:
        of_chat = [row.id for row in sent if row.chat_id == chat]
        assert of_chat == sorted(of_chat)


async def test_a_row_whose_key_is_known_is_not_stored_again(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    keyed = NewOutboxRow(chat, "notice", "message", {}, NOW, key="summary:7:1:reviewer", late="table")
    first, plain, again = await store.run(outbox.put, [keyed, new(chat), keyed])
    assert first is not None
    assert plain is not None
    assert again is None
    (row, other) = await store.read(outbox.load_rows, [first, plain])
    assert (row.key, row.late, row.state, other.key) == ("summary:7:1:reviewer", "table", "queued", None)


async def test_many_rows_get_their_ids_in_the_order_they_were_given(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    ids = [new_id for new_id in await store.run(outbox.put, [new(chat, str(n)) for n in range(300)]) if new_id]
    assert texts(list(await store.read(outbox.load_rows, ids))) == [str(n) for n in range(300)]
    assert ids == sorted(ids)


async def test_what_was_surely_not_sent_is_claimed_again_later_and_first_in_line(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    await store.run(outbox.put, [new(chat, "one"), new(chat, "two")])
    (row,) = await claim(store)
    assert not await store.run(outbox.retry, row.id, "somebody else", NOW + 5)
    assert await store.run(outbox.retry, row.id, "me", NOW + 5, "429")
    assert await claim(store) == []
    (again,) = await claim(store, "other", now=NOW + 5)
    assert (again.body["text"], again.tries, again.first_try_at, again.last_error) == ("one", 2, NOW + 5, "429")
    assert await settle(store, row) == (row.id,)  # the first owner comes too late


async def test_after_a_crash_replies_and_cards_go_again_and_notices_are_in_doubt(store: Store) -> None:
    first, second, third = await store.run(make_chats, 3)
    await store.run(outbox.put, [new(first, "reply", "reply"), new(second, "card", kind="card"), new(third, "notice")])
    claimed = await claim(store)
    assert len(claimed) == 3
    assert await store.run(leases.sweep, NOW + LEASE - 1) == ()
    (doubtful,) = await store.run(leases.sweep, NOW + LEASE)
    assert texts(list(await store.read(outbox.uncertain))) == ["notice"]
    again = await claim(store, "next process", now=NOW + LEASE)
    assert sorted(texts(again)) == ["card", "reply"]
    assert {row.first_try_at for row in again} == {NOW}
    notice = next(row for row in claimed if row.id == doubtful)
    assert await settle(store, notice) == ()  # a late acknowledgement settles the doubt
    assert await store.read(outbox.uncertain) == ()
    assert not await store.run(outbox.resolve, doubtful, "dropped", NOW)


async def test_a_doubt_is_ended_by_a_person_once(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    await store.run(outbox.put, [new(chat)])
    (row,) = await claim(store)
    assert await store.run(leases.sweep, NOW + LEASE) == (row.id,)
    assert await store.run(outbox.resolve, row.id, "dropped", NOW)
    assert not await store.run(outbox.resolve, row.id, "sent", NOW)


async def test_a_reply_is_stored_already_claimed(store: Store) -> None:
    mine = [
        NewOutboxRow(chat, "reply", "message", {}, NOW, owner="me", not_before=NOW + LEASE, first_try_at=NOW)
        for chat in await store.run(make_chats, 2)
    ]
    stored = await store.run(outbox.put, mine)
    assert await claim(store, "other") == []
    rows = await store.read(outbox.load_rows, [one or 0 for one in stored])
    assert [row.owner for row in rows] == ["me", "me"]


async def test_a_new_card_replaces_those_nobody_is_sending(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    await store.run(outbox.put, [new(chat, str(n), "reply", "card") for n in range(3)] + [new(chat, "m", "reply")])
    (flying,) = await claim(store)
    assert await store.run(outbox.replace_cards, chat, NOW) == 2
    await settle(store, flying)
    assert texts(await claim(store)) == ["m"]
    states = {(c.lane, c.state): c.rows for c in await store.read(outbox.counts)}
    assert states == {("reply", "sent"): 1, ("reply", "replaced"): 2, ("reply", "queued"): 1}


async def test_a_sent_card_is_the_chats_card_until_something_comes_after_it(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    await store.run(outbox.put, [new(chat, kind="card"), new(chat)])
    (card,) = await claim(store)
    await settle(store, card, "77")
    here = await store.run(chat_now, 0)
    assert (here.card_message_id, here.card_is_last) == ("77", True)
    (message,) = await claim(store)
    await settle(store, message, "78")
    here = await store.run(chat_now, 0)
    assert (here.card_message_id, here.card_is_last) == ("77", False)


async def test_cards_and_messages_settled_together_count_in_the_order_they_were_sent(store: Store) -> None:
    one, two = await store.run(make_chats, 2)
    await store.run(outbox.put, [new(one, "m", "reply"), new(one, "c", kind="card")])
    await store.run(outbox.put, [new(two, "c", "reply", "card"), new(two, "m")])
    rows = {(row.chat_id, row.kind): row for row in await claim(store)}
    order = [rows[one, "message"], rows[one, "card"], rows[two, "card"], rows[two, "message"]]
    settled = [Settled(row.id, "me", "sent", NOW, f"{row.kind}{row.chat_id}") for row in order]
    assert await store.run(outbox.settle, settled) == ()
    assert (await store.run(chat_now, 0)).card_is_last
    second = await store.run(chat_now, 1)
    assert (second.card_message_id, second.card_is_last) == (f"card{two}", False)


async def test_an_acknowledgement_that_comes_after_the_persons_next_message_does_not_undo_it(store: Store) -> None:
    (chat,) = await store.run(make_chats, 1)
    await store.run(outbox.put, [new(chat, kind="card")])
    (card,) = await claim(store)
    await store.run(chats.touch_chat, chat, NOW + 1, False)
    await settle(store, card, "77")
    here = await store.run(chat_now, 0)
    assert (here.card_message_id, here.card_is_last) == ("77", False)


async def test_after_a_restore_everything_unsent_is_in_doubt(store: Store) -> None:
    ids = await store.run(make_chats, 3)
    await store.run(outbox.put, [new(chat) for chat in ids])
    (row, *_) = await claim(store, n=1)
    await settle(store, row)
    assert await store.run(outbox.make_unsent_uncertain, NOW) == 2
    assert await claim(store) == []
    assert len(await store.read(outbox.uncertain)) == 2


async def test_after_a_crash_a_card_that_was_followed_by_another_is_not_sent_again(store: Store) -> None:
    """Seeded bug: put back, it would stand below the newer card and ask an old question."""
    (chat,) = await store.run(make_chats, 1)
    older, newer = (
        NewOutboxRow(chat, "reply", "card", {"text": text}, NOW, owner="dead", not_before=NOW + LEASE, first_try_at=NOW)
        for text in ("older", "newer")
    )
    await store.run(outbox.put, [older])
    (row_id,) = await store.run(outbox.put, [newer])
    await store.run(outbox.settle, [Settled(row_id or 0, "dead", "sent", NOW, "m2")])
    assert await store.run(leases.sweep, NOW + LEASE) == ()
    assert await claim(store, "next", now=NOW + LEASE) == []
