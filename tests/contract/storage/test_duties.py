"""Dated duties: which units have a date of their own, since when a date stands, rows that are due later after all."""

from __future__ import annotations

from product_store.seeds import DAY, NOW, seed_office
from sqlalchemy import Connection, update

from storage import assessments, duties, ledger, outbox
from storage.rows import NewOutboxRow, NewText, Settled
from storage.schema import assessments as table
from storage.schema import units
from storage.store import Store

LEASE = 60_000


def set_assessment(conn: Connection, assessment_id: int, **columns: object) -> None:
    conn.execute(update(table).where(table.c.id == assessment_id).values(**columns))


async def test_only_units_that_still_owe_by_a_date_of_their_own_are_named(store: Store) -> None:
    office = await store.run(seed_office)
    assert await store.run(duties.own_dates, office.cycle_id) == ()
    await store.run(lambda conn: set_assessment(conn, office.assessment_id, due_at=NOW + 40 * DAY))
    (own,) = await store.run(duties.own_dates, office.cycle_id)
    assert own == (office.unit_id, "open", NOW + 40 * DAY, None, None)
    await store.run(lambda conn: set_assessment(conn, office.assessment_id, state="submitted"))
    assert await store.run(duties.own_dates, office.cycle_id) == ()


async def test_what_was_given_back_tells_when(store: Store) -> None:
    office = await store.run(seed_office)

    def give_back(conn: Connection) -> None:
        set_assessment(conn, office.assessment_id, state="returned", back_due_at=NOW + 5 * DAY)
        for at in (NOW - DAY, NOW):
            text = NewText(office.assessment_id, "", "reason", "d", "thiếu số", office.person_id, at)
            assessments.add_text(conn, text)

    await store.run(give_back)
    (own,) = await store.run(duties.own_dates, office.cycle_id)
    assert (own.state, own.back_due_at, own.returned_at) == ("returned", NOW + 5 * DAY, NOW)


async def test_a_unit_that_is_no_more_owes_nothing(store: Store) -> None:
    office = await store.run(seed_office)

    def end(conn: Connection) -> None:
        set_assessment(conn, office.assessment_id, due_at=NOW + 40 * DAY)
        conn.execute(update(units).where(units.c.id == office.unit_id).values(valid_to=NOW))

    await store.run(end)
    assert await store.run(duties.own_dates, office.cycle_id) == ()


async def test_a_date_stands_since_it_was_named_last(store: Store) -> None:
    def tell(conn: Connection) -> None:
        for at, kind, due_at in ((1, "CycleOpened", 100), (2, "CycleExtended", 200), (3, "CycleReopened", None)):
            ledger.append(conn, "office", [(kind, {"due_at": due_at})], at, None)
        ledger.append(conn, "office", [("CycleExtended", {"due_at": 100}), ("InviteIssued", {"due_at": 300})], 4, None)

    await store.run(tell)
    assert await store.run(duties.since_when, "office") == {100: 4, 200: 2}


async def test_a_row_that_is_due_later_holds_up_nothing_behind_it(store: Store) -> None:
    office = await store.run(seed_office)
    rows = [NewOutboxRow(office.chat_id, "notice", "message", {"n": n}, NOW) for n in (1, 2)]
    await store.run(outbox.put, rows)
    (first,) = await store.run(outbox.claim, NOW, "me", 10, LEASE)
    assert not await store.run(outbox.postpone, first.id, "somebody else", NOW + DAY)
    assert await store.run(outbox.postpone, first.id, "me", NOW + DAY)
    (second,) = await store.run(outbox.claim, NOW, "me", 10, LEASE)
    assert second.body == {"n": 2}
    await store.run(outbox.settle, [Settled(second.id, "me", "sent", NOW)])
    assert await store.run(outbox.claim, NOW + DAY - 1, "me", 10, LEASE) == ()
    (again,) = await store.run(outbox.claim, NOW + DAY, "me", 10, LEASE)
    assert (again.id, again.due_at, again.tries) == (first.id, NOW + DAY, 2)
