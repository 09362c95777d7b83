"""Other ways for a notice: which chats are left, who else was told, and which notices may be moved at all."""

from __future__ import annotations

from product_store.seeds import NOW, Office, seed_office, seed_officer
from sqlalchemy import Connection

from storage import chats, detours, mailings, outbox
from storage.rows import Lane, NewOutboxRow, OutboxState, Settled
from storage.rows.mailings import NewMailing
from storage.store import Store


def also(conn: Connection, person: int, channel: str, ago: int = 0, *, pulled: bool = False) -> int:
    """Another chat of somebody, used so long ago."""
    chat = chats.arrive(conn, channel, f"{person}-{channel}", "private", NOW - ago, pulled=pulled).chat.id
    chats.bind_chat(conn, chat, person)
    return chat


def put(conn: Connection, chat: int, key: str | None = None, due_at: int = NOW, lane: Lane = "notice") -> int:
    (number,) = outbox.put(conn, [NewOutboxRow(chat, lane, "message", {"html": "x"}, due_at, key=key)])
    assert number is not None
    return number


def end(conn: Connection, row: int, state: OutboxState, at: int = NOW) -> None:
    outbox.claim(conn, NOW, "me", 99, 1000)
    outbox.settle(conn, [Settled(row, "me", state, at)])


async def test_the_chats_of_a_person_come_by_last_use_without_blocked_ones_and_pages(store: Store) -> None:
    def play(conn: Connection) -> tuple[list[str], list[str]]:
        office = seed_office(conn)
        also(conn, office.person_id, "zalo_oa", 5)
        blocked = also(conn, office.person_id, "zalo_bot", 1)
        also(conn, office.person_id, "web", pulled=True)
        before = [one.channel for one in detours.usable_chats(conn, office.person_id)]
        chats.set_blocked(conn, blocked, NOW)
        return before, [one.channel for one in detours.usable_chats(conn, office.person_id)]

    assert await store.run(play) == (["telegram", "zalo_bot", "zalo_oa"], ["telegram", "zalo_oa"])


async def test_a_notice_is_known_in_the_chats_of_its_person_and_of_those_who_hold_the_role(store: Store) -> None:
    def play(conn: Connection) -> tuple[object, ...]:
        office = seed_office(conn)
        other = also(conn, office.person_id, "zalo_oa")
        mine = put(conn, office.chat_id, f"n:{office.chat_id}")
        end(conn, mine, "failed")
        _binh, his = seed_officer(conn, "Bình", "2002", office.unit_id)
        row = put(conn, his, f"n:{his}")
        _elsewhere, chat = seed_officer(conn, "Cúc", "2003", office.other_unit_id)
        put(conn, chat, f"n:{chat}")
        put(conn, other, f"n2:{other}")
        tried = dict(detours.tried(conn, office.person_id, "n"))
        told = detours.told(conn, "n", "officer", office.unit_id, [office.person_id])
        nobody = detours.told(conn, "n", "officer", office.unit_id, [office.person_id, _binh])
        role = detours.told(conn, "n", "officer", None, [])
        return tried == {office.chat_id: "failed"}, [(t.state, t.row_id == row) for t in told], nobody, len(role)

    assert await store.run(play) == (True, [("queued", True)], (), 3)


def mailed(conn: Connection, office: Office, row: int) -> int:
    new = NewMailing("reminder", "going", office.cycle_id, "submit:3", {}, 1, None, NOW, NOW)
    mailing = mailings.add_mailing(conn, new)
    assert mailing is not None
    (recipient,) = mailings.add_recipients(conn, mailing, [(office.unit_id, office.person_id, "chat")])
    mailings.attach(conn, [(recipient, row)])
    return mailing


async def test_a_recipient_follows_to_another_row_and_is_counted_there(store: Store) -> None:
    def play(conn: Connection) -> tuple[object, ...]:
        office = seed_office(conn)
        old = put(conn, office.chat_id)
        mailing = mailed(conn, office, old)
        end(conn, old, "failed")
        before = dict(mailings.counts_of(conn, mailing))
        new = put(conn, also(conn, office.person_id, "zalo_oa"))
        detours.follow(conn, old, new)
        told = detours.told_of_many(conn, mailing, "officer", office.unit_id, [])
        found = detours.of_many(conn, new)
        of = (found.mailing_id == mailing, found.unit_id == office.unit_id, found.kind, found.state) if found else ()
        return before, dict(mailings.counts_of(conn, mailing)), detours.of_many(conn, old), of, len(told)

    assert await store.run(play) == (
        {"failed": 1},
        {"queued": 1},
        None,
        (True, True, "reminder", "going"),
        1,
    )


async def test_only_due_notices_nobody_has_claimed_of_people_with_another_way_may_move(store: Store) -> None:
    def play(conn: Connection) -> tuple[object, ...]:
        office = seed_office(conn)
        also(conn, office.person_id, "zalo_oa")
        claimed = put(conn, office.chat_id)
        outbox.claim(conn, NOW, "other", 1, 60_000)
        waits = put(conn, office.chat_id)
        put(conn, office.chat_id, due_at=NOW + 1)
        put(conn, office.chat_id, lane="reply")
        _person, alone = seed_officer(conn, "Bình", "2002", office.unit_id)
        put(conn, alone)
        found = detours.waiting(conn, "telegram", {"telegram"}, NOW, 0, 9)
        none = (
            detours.waiting(conn, "telegram", {"telegram", "zalo_oa"}, NOW, 0, 9),
            detours.waiting(conn, "telegram", {"telegram"}, NOW, waits, 9),
        )
        given_up = [detours.give_up(conn, row, NOW, "cut off") for row in (claimed, waits, waits)]
        return found == (waits,), none, given_up, list(detours.lately_failed(conn, NOW)) == [waits]

    assert await store.run(play) == (True, ((), ()), [False, True, False], True)
    assert await store.read(detours.lately_failed, NOW + 1) == ()


async def test_a_role_is_rather_written_to_on_a_channel_that_works(store: Store) -> None:
    def play(conn: Connection) -> list[list[str]]:
        office = seed_office(conn)
        also(conn, office.person_id, "zalo_oa", 5)
        asked: tuple[tuple[str, ...], ...] = ((), ("telegram",), ("zalo_oa",), ("telegram", "zalo_oa"))
        return [[one.channel for one in chats.chats_of_role(conn, "officer", down)] for down in asked]

    assert await store.run(play) == [["telegram"], ["zalo_oa"], ["telegram"], ["telegram"]]
