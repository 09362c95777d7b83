"""Credentials: one text under a name, changed by whoever knows what stood there, renewed by one owner at a time.

Checked against: a hold that looks at nobody's lease; a swap that ignores what stood there.
"""

from __future__ import annotations

from product_store.seeds import NOW

from storage import credentials, updates
from storage.store import Store

NAME = "platform:1"


async def test_only_who_knows_what_stood_there_replaces_it(store: Store) -> None:
    assert await store.read(credentials.load, NAME) is None
    assert await store.run(credentials.hold, NAME, "a", NOW + 10, NOW)  # a lease alone is not a text
    assert await store.run(credentials.swap, NAME, None, "một", NOW)
    assert not await store.run(credentials.swap, NAME, None, "hai", NOW)
    assert not await store.run(credentials.swap, NAME, "không", "hai", NOW)
    assert await store.run(credentials.swap, NAME, "một", "hai", NOW)
    assert not await store.run(credentials.swap, "other", "một", "hai", NOW)
    assert await store.run(credentials.swap, "other", None, "ba", NOW)
    assert await store.read(credentials.load, NAME) == "hai"


async def test_one_owner_renews_until_it_lets_go_or_its_time_is_over(store: Store) -> None:
    assert await store.run(credentials.swap, NAME, None, "một", NOW)
    assert await store.run(credentials.hold, NAME, "a", NOW + 10, NOW)
    assert await store.run(credentials.hold, NAME, "a", NOW + 20, NOW + 1)
    assert not await store.run(credentials.hold, NAME, "b", NOW + 30, NOW + 19)
    await store.run(credentials.release, NAME, "b")
    assert not await store.run(credentials.hold, NAME, "b", NOW + 30, NOW + 19)
    assert await store.run(credentials.swap, NAME, "một", "hai", NOW + 19)  # saving lets nobody go
    assert not await store.run(credentials.hold, NAME, "b", NOW + 30, NOW + 19)
    assert await store.run(credentials.hold, NAME, "b", NOW + 30, NOW + 20)
    await store.run(credentials.release, NAME, "b")
    assert await store.run(credentials.hold, NAME, "a", NOW + 40, NOW + 21)
    assert await store.read(credentials.load, NAME) == "hai"


async def test_a_name_can_be_held_before_anything_is_saved(store: Store) -> None:
    assert await store.run(credentials.hold, NAME, "a", NOW + 10, NOW)
    assert not await store.run(credentials.hold, NAME, "b", NOW + 10, NOW)
    assert await store.read(credentials.load, NAME) is None


async def test_held_updates_wait_in_order_until_they_are_let_go(store: Store) -> None:
    for key, at in (("held:2", NOW), ("held:1", NOW + 1), ("held:2", NOW + 2)):
        await store.run(updates.hold, "c", "b1", key, at, f'{{"k": "{key}"}}')
    await store.run(updates.hold, "c", "b2", "held:3", NOW, "{}")
    assert await store.run(updates.note_update, "c", "b1", "2", NOW)  # its own key is another one
    assert await store.read(updates.held, "c", "b1") == (("held:2", '{"k": "held:2"}'), ("held:1", '{"k": "held:1"}'))
    await store.run(updates.let_go, "c", "b1", "held:2")
    await store.run(updates.let_go, "c", "b1", "2")  # an update that was taken stays known
    assert [key for key, _ in await store.read(updates.held, "c", "b1")] == ["held:1"]
    assert not await store.run(updates.note_update, "c", "b1", "2", NOW)
