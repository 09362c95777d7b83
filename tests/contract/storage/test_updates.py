"""Updates: seen once, or set aside."""

from __future__ import annotations

from product_store.seeds import NOW
from product_store.set_aside import set_aside

from storage import updates
from storage.store import Store


async def test_an_update_is_new_once_per_channel_and_bot(store: Store) -> None:
    assert await store.run(updates.note_update, "telegram", "b1", "5", NOW)
    assert not await store.run(updates.note_update, "telegram", "b1", "5", NOW + 1)
    assert await store.run(updates.note_update, "telegram", "b2", "5", NOW)
    assert await store.run(updates.note_update, "zalo", "b1", "5", NOW)


async def test_poison_is_kept_with_its_error_and_is_not_new_again(store: Store) -> None:
    await store.run(updates.mark_poison, "telegram", "b1", "6", NOW, "KeyError: 'x'", '{"update_id": 6}')
    await store.run(updates.mark_poison, "telegram", "b1", "6", NOW + 1, "ValueError", "{}")
    assert not await store.run(updates.note_update, "telegram", "b1", "6", NOW + 2)
    (poison,) = await store.read(set_aside)
    assert (poison.key, poison.at, poison.error, poison.raw) == ("6", NOW + 1, "ValueError", "{}")


async def test_old_keys_are_forgotten(store: Store) -> None:
    for age in range(5):
        await store.run(updates.note_update, "telegram", "b1", str(age), NOW - age)
    assert await store.run(updates.forget_updates, NOW - 2) == 2
    assert not await store.run(updates.note_update, "telegram", "b1", "2", NOW)
    assert await store.run(updates.note_update, "telegram", "b1", "3", NOW)
