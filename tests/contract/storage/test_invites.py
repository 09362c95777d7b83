"""Invites are used up exactly, whoever hurries."""

from __future__ import annotations

import asyncio

from product_store.seeds import DAY, NOW, Office, seed_office
from sqlalchemy import Connection

from storage import cycles, invites
from storage.rows import NewInvite
from storage.store import Store


def invite(office: Office, code: str = "h1", uses: int = 1) -> NewInvite:
    return NewInvite(code, "officer", office.unit_id, uses, NOW, expires_at=NOW + 3 * DAY)


def claim(conn: Connection, code: str, person_id: int, at: int = NOW) -> bool:
    found = invites.find_invite(conn, code)
    return found is not None and invites.use_invite(conn, found.id, person_id, at)


async def test_of_fifty_who_claim_at_once_one_wins(store: Store) -> None:
    office = await store.run(seed_office)
    new = await store.run(invites.add_invite, invite(office))
    won = await asyncio.gather(*(store.run(claim, "h1", office.person_id) for _ in range(50)))
    assert sum(won) == 1
    claims = await store.read(invites.all_claims)
    assert list(claims) == [new]
    assert [(c.person_id, c.person_name) for c in claims[new]] == [(office.person_id, "Nguyễn Thị Đào")]


async def test_an_invite_for_three_is_used_three_times(store: Store) -> None:
    office = await store.run(seed_office)
    await store.run(invites.add_invite, invite(office, uses=3))
    won = [await store.run(claim, "h1", office.person_id) for _ in range(5)]
    assert won == [True, True, True, False, False]


async def test_an_expired_revoked_or_unknown_invite_is_not_used(store: Store) -> None:
    office = await store.run(seed_office)
    new = await store.run(invites.add_invite, invite(office))
    assert not await store.run(claim, "h1", office.person_id, NOW + 3 * DAY)
    assert await store.run(invites.revoke_invite, new, NOW)
    assert not await store.run(invites.revoke_invite, new, NOW)
    assert not await store.run(claim, "h1", office.person_id)
    assert not await store.run(claim, "other", office.person_id)


async def test_a_printed_code_lives_until_its_cycle_closes(store: Store) -> None:
    office = await store.run(seed_office)
    printed = NewInvite("p1", "officer", office.unit_id, 5, NOW, cycle_id=office.cycle_id)
    await store.run(invites.add_invite, printed)
    assert await store.run(claim, "p1", office.person_id, NOW + 1000 * DAY)
    await store.run(cycles.close_cycle, office.cycle_id, NOW + 5)
    assert not await store.run(claim, "p1", office.person_id)
    (listed,) = await store.read(invites.list_invites)
    assert (listed.uses_left, listed.cycle_closed_at, listed.unit_code) == (4, NOW + 5, "GTVT")
