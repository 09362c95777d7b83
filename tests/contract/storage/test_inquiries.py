"""What colleagues are asked, as stored: found by its code, by its colleague and by its assessment, settled once.

Checked once against: `settle` and `propose` without their look at the state, `come` that lets anybody in after the
first, `inquiries_for` that forgets to look whether the cycle is open, notes that outlive their cycle: each failed here.
"""

from __future__ import annotations

from product_store.seeds import NOW, Office, seed_office, seed_officer
from sqlalchemy import Connection

from messages.render import spellings
from storage import cycles, erasure, inquiries, invites, retention
from storage.rows import InquiryRow, NewInvite
from storage.store import Store

DAY = 86_400_000
ANSWER = {"percent": "175/2"}


def asked(conn: Connection, office: Office, criterion: str = "2.1.1", code: str = "h1") -> int:
    new = NewInvite(code, "colleague", office.unit_id, 1, NOW, NOW + 7 * DAY, office.cycle_id, office.person_id)
    invite_id = invites.add_invite(conn, new)
    return inquiries.add_inquiry(conn, office.assessment_id, criterion, office.person_id, invite_id, NOW)


async def the_one(store: Store, office: Office) -> InquiryRow:
    (row,) = await store.read(inquiries.inquiries_of, office.assessment_id)
    return row


async def test_an_inquiry_is_found_by_its_code_with_who_asks(store: Store) -> None:
    office = await store.run(seed_office)
    new = await store.run(asked, office)
    found = await store.read(inquiries.inquiry_by_code, "h1")
    assert found is not None
    assert (found.id, found.criterion, found.asked_by_name, found.state) == (new, "2.1.1", "Nguyễn Thị Đào", "open")
    assert (found.expires_at, found.colleague_id, found.answer) == (NOW + 7 * DAY, None, None)
    assert await store.read(inquiries.inquiry_by_code, "h2") is None


async def test_one_colleague_has_it_until_it_is_settled(store: Store) -> None:
    office = await store.run(seed_office)
    new = await store.run(asked, office)
    mine, _ = await store.run(seed_officer, "Lê Thị Hoa", "1002", office.unit_id, "colleague")
    other, _ = await store.run(seed_officer, "Trần Bình", "1003", office.unit_id, "colleague")
    assert await store.run(inquiries.come, new, mine)
    assert not await store.run(inquiries.come, new, other)
    assert [row.id for row in await store.read(inquiries.inquiries_for, mine)] == [new]
    assert await store.read(inquiries.inquiries_for, other) == ()
    assert await store.run(inquiries.propose, new, ANSWER, "theo báo cáo", NOW + 1)
    row = await the_one(store, office)
    assert (row.state, row.answer, row.note, row.answered_at) == ("answered", ANSWER, "theo báo cáo", NOW + 1)
    assert row.colleague_name == "Lê Thị Hoa"
    assert await store.run(inquiries.propose, new, ANSWER, "", NOW + 2)
    assert (await the_one(store, office)).note is None
    assert await store.run(inquiries.settle, new, "taken", NOW + 3)
    assert not await store.run(inquiries.settle, new, "refused", NOW + 4)
    assert not await store.run(inquiries.propose, new, ANSWER, "", NOW + 5)
    row = await the_one(store, office)
    assert (row.state, row.settled_at, row.answered_at) == ("taken", NOW + 3, NOW + 2)
    assert await store.read(inquiries.inquiries_for, mine) == ()


async def test_nothing_waits_for_a_colleague_in_a_cycle_that_is_closed(store: Store) -> None:
    office = await store.run(seed_office)
    new = await store.run(asked, office)
    await store.run(inquiries.come, new, office.person_id)
    assert await store.read(inquiries.inquiries_for, office.person_id) != ()
    await store.run(cycles.close_cycle, office.cycle_id, NOW + 10)
    assert await store.read(inquiries.inquiries_for, office.person_id) == ()


async def test_a_note_is_forgotten_with_its_colleague_or_when_its_time_is_over(store: Store) -> None:
    office = await store.run(seed_office)
    one, two = await store.run(asked, office), await store.run(asked, office, "3.1", "h2")
    hoa, _ = await store.run(seed_officer, "Lê Thị Hoa", "1002", office.unit_id, "colleague")
    binh, _ = await store.run(seed_officer, "Trần Bình", "1003", office.unit_id, "colleague")
    for inquiry, who in ((one, hoa), (two, binh)):
        await store.run(inquiries.come, inquiry, who)
        await store.run(inquiries.propose, inquiry, ANSWER, "gọi chị Hoa", NOW)
    assert "gọi chị Hoa" in repr((await store.read(erasure.dossier, hoa))["inquiries"])
    await store.run(erasure.erase_person, hoa, "—", NOW, with_notes=True, spelled=spellings)
    rows = await store.read(inquiries.inquiries_of, office.assessment_id)
    assert [(row.note, row.answer) for row in rows] == [(None, ANSWER), ("gọi chị Hoa", ANSWER)]
    await store.run(cycles.close_cycle, office.cycle_id, NOW + 10)
    assert await store.run(retention.forget_texts, NOW + 10) == 0
    assert await store.run(retention.forget_texts, NOW + 11) == 1
    assert {row.note for row in await store.read(inquiries.inquiries_of, office.assessment_id)} == {None}
