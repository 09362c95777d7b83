"""What goes to many: each recipient is in exactly one state whatever happened, so that totals always add up.

Caught when seeded: rows in doubt counted as dropped; blocked ones as failed; a mailing told as ended while some of it
is paused, or not on everybody's page.
"""

from __future__ import annotations

import pytest
from product_store.seeds import NOW, Office, seed_office, seed_officer
from sqlalchemy import Connection

from storage import addressees, chats, mailings, outbox, recipients
from storage.rows import NewOutboxRow, OutboxState, Settled
from storage.rows.mailings import NewMailing
from storage.store import Store

LATER = NOW + 60_000


def new(office: Office, *, state: str = "going", key: str | None = None, kind: str = "broadcast") -> NewMailing:
    return NewMailing(kind, state, office.cycle_id, "all", {"text": "Mời họp."}, 0, office.person_id, NOW, NOW, key)


def begin(conn: Connection, office: Office, *ways: str, state: str = "going") -> tuple[int, tuple[int, ...]]:
    """A mailing with a recipient for each way; the first person stands for all of them."""
    mailing = mailings.add_mailing(conn, new(office, state=state))
    assert mailing is not None
    whom = [(office.unit_id, None if way in ("mail", "none") else office.person_id, way) for way in ways]
    return mailing, mailings.add_recipients(conn, mailing, whom)


def put(conn: Connection, office: Office, mailing: int, recipient: int, state: OutboxState = "queued") -> int:
    """The message of a recipient, in a state."""
    at = None if state in ("queued", "paused") else NOW
    row = NewOutboxRow(
        office.chat_id, "notice", "message", {}, NOW, late="broadcast", state=state, settled_at=at, mailing_id=mailing
    )
    (number,) = outbox.put(conn, [row])
    assert number is not None
    mailings.attach(conn, [(recipient, number)])
    return number


async def test_every_recipient_is_in_one_state_and_together_they_are_all(store: Store) -> None:
    def play(conn: Connection) -> tuple[dict[str, int], dict[str, int]]:
        office = seed_office(conn)
        states: tuple[OutboxState, ...] = ("queued", "paused", "sent", "uncertain", "failed", "dropped", "kept")
        mailing, ids = begin(conn, office, *["chat"] * 6, "page", "chat", "mail", "none", "chat")
        for recipient, state in zip(ids, states, strict=False):
            put(conn, office, mailing, recipient, state)
        put(conn, office, mailing, ids[8], "sent")
        _person, blocked = seed_officer(conn, "Bị chặn", "2002", office.unit_id)
        row = NewOutboxRow(blocked, "notice", "message", {}, NOW, state="failed", settled_at=NOW, mailing_id=mailing)
        (number,) = outbox.put(conn, [row])
        mailings.attach(conn, [(ids[10], number or 0)])
        chats.set_blocked(conn, blocked, NOW)
        told = dict(mailings.counts_of(conn, mailing))
        listed = [one.state for one in mailings.recipients_of(conn, mailing)]
        return told, {state: listed.count(state) for state in set(listed)}

    counts, listed = await store.run(play)
    assert counts == listed
    assert counts == {
        "queued": 2,
        "paused": 1,
        "sent": 1,
        "uncertain": 1,
        "failed": 1,
        "dropped": 1,
        "page": 1,
        "mail": 1,
        "unreached": 1,
        "blocked": 1,
    }


async def test_who_acts_after_it_came_has_seen_it(store: Store) -> None:
    def play(conn: Connection) -> list[dict[str, int]]:
        office = seed_office(conn)
        mailing, (first,) = begin(conn, office, "chat")
        put(conn, office, mailing, first, "sent")
        before = dict(mailings.counts_of(conn, mailing))
        chats.touch_chat(conn, office.chat_id, NOW + 1)
        return [before, dict(mailings.counts_of(conn, mailing))]

    assert await store.run(play) == [{"sent": 1}, {"seen": 1}]


async def test_pausing_resuming_and_cancelling_leave_alone_what_is_on_its_way(store: Store) -> None:
    def play(conn: Connection) -> list[dict[str, int]]:
        office = seed_office(conn)
        mailing, ids = begin(conn, office, "chat", "chat", "page", "none")
        on_its_way = put(conn, office, mailing, ids[0])
        (claimed,) = outbox.claim(conn, NOW, "me", 9, 60_000)
        assert claimed.id == on_its_way
        put(conn, office, mailing, ids[1])
        seen = []
        for act in (mailings.pause, mailings.resume, mailings.pause):
            act(conn, mailing)
            seen.append(dict(mailings.counts_of(conn, mailing)))
        mailings.cancel(conn, mailing, LATER)
        seen.append(dict(mailings.counts_of(conn, mailing)))
        outbox.settle(conn, [Settled(on_its_way, "me", "sent", LATER, "1")])
        return [*seen, dict(mailings.counts_of(conn, mailing))]

    assert await store.run(play) == [
        {"queued": 2, "paused": 1, "unreached": 1},
        {"queued": 3, "unreached": 1},
        {"queued": 2, "paused": 1, "unreached": 1},
        {"queued": 1, "dropped": 2, "unreached": 1},
        {"sent": 1, "dropped": 2, "unreached": 1},
    ]


async def test_one_key_is_one_mailing(store: Store) -> None:
    def play(conn: Connection) -> tuple[bool, int | None, bool]:
        office = seed_office(conn)
        first, second = (mailings.add_mailing(conn, new(office, key="17-5")) for _ in range(2))
        found = mailings.mailing_by_key(conn, "17-5")
        return first is not None, second, found is not None and found.id == first

    assert await store.run(play) == (True, None, True)


async def test_an_end_is_told_once_everything_was_tried_and_stands_on_every_page(store: Store) -> None:
    def play(conn: Connection) -> list[tuple[int, ...]]:
        office = seed_office(conn)
        mailing, ids = begin(conn, office, "chat", "page")
        first = put(conn, office, mailing, ids[0])
        steps = [mailings.ended(conn, NOW)]
        mailings.pause(conn, mailing)
        steps.append(mailings.ended(conn, NOW))
        mailings.resume(conn, mailing)
        outbox.claim(conn, NOW, "me", 9, 60_000)
        outbox.settle(conn, [Settled(first, "me", "uncertain", NOW)])
        steps += [mailings.ended(conn, NOW), recipients.pages_due(conn, NOW)]
        put(conn, office, mailing, ids[1], "kept")
        steps += [recipients.pages_due(conn, NOW), mailings.ended(conn, NOW - 1), mailings.ended(conn, NOW)]
        mailings.note_told(conn, mailing, NOW)
        return [*steps, mailings.ended(conn, NOW)]

    assert await store.run(play) == [(), (), (), (1,), (), (), (1,), ()]


async def test_a_trial_is_nobodys_business(store: Store) -> None:
    def play(conn: Connection) -> tuple[int, tuple[int, ...]]:
        office = seed_office(conn)
        mailings.add_mailing(conn, new(office, kind="trial"))
        return len(mailings.list_mailings(conn)), mailings.ended(conn, NOW)

    assert await store.run(play) == (0, ())


async def test_ways_lead_to_the_chat_used_last_and_not_to_a_blocked_one(store: Store) -> None:
    def play(conn: Connection) -> list[int | None]:
        office = seed_office(conn)
        mailing, _ids = begin(conn, office, "chat")
        newer = chats.arrive(conn, "telegram", "2002", "private", LATER).chat.id
        chats.bind_chat(conn, newer, office.person_id)
        found = [recipients.ways(conn, mailing)[0].chat_id == newer]
        chats.set_blocked(conn, newer, LATER)
        found.append(recipients.ways(conn, mailing)[0].chat_id == office.chat_id)
        chats.set_blocked(conn, office.chat_id, LATER)
        return [*found, recipients.ways(conn, mailing)[0].chat_id]

    assert await store.run(play) == [True, True, None]


async def test_the_open_ones_are_those_in_doubt_and_those_that_failed(store: Store) -> None:
    def play(conn: Connection) -> tuple[tuple[int, ...], tuple[int, ...], list[tuple[int, str]]]:
        office = seed_office(conn)
        states: tuple[OutboxState, ...] = ("sent", "uncertain", "failed", "dropped", "queued")
        mailing, ids = begin(conn, office, *["chat"] * len(states))
        for recipient, state in zip(ids, states, strict=True):
            put(conn, office, mailing, recipient, state)
        found = tuple(recipient for recipient, _row in recipients.open_recipients(conn, mailing))
        served = recipients.serves(conn, office.person_id)
        return found, ids[1:3], [(unit - office.unit_id, role) for unit, role in served]

    found, expected, served = await store.run(play)
    assert found == expected
    assert served == [(0, "officer")]


async def test_some_units_are_loaded_as_all_are(store: Store) -> None:
    def play(conn: Connection) -> bool:
        office = seed_office(conn)
        every = addressees.addressee_rows(conn, office.cycle_id)
        some = addressees.some_addressee_rows(conn, office.cycle_id, [office.other_unit_id])
        return some == tuple(one for one in every if one.unit_id == office.other_unit_id)

    assert await store.run(play)


@pytest.mark.parametrize("count", [5000])
async def test_thousands_are_put_down_in_one_short_transaction(store: Store, count: int) -> None:
    def play(conn: Connection) -> int:
        office = seed_office(conn)
        mailing, ids = begin(conn, office, *["chat"] * count)
        rows = [
            NewOutboxRow(office.chat_id, "notice", "message", {"mailing": mailing}, NOW, late="broadcast")
            for _ in range(count)
        ]
        numbers = outbox.put(conn, rows)
        mailings.attach(conn, [(one, number or 0) for one, number in zip(ids, numbers, strict=True)])
        return mailings.counts_of(conn, mailing)["queued"]

    assert await store.run(play) == count
