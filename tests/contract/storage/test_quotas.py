"""Quotas are counted by channel, bot and month; people by their chats; shut windows stay shut until somebody writes."""

from __future__ import annotations

from product_store.seeds import DAY, NOW, seed_office
from sqlalchemy import Connection

from storage import chats, quotas
from storage.store import Store
from storage.windows import close_windows


async def test_what_is_spent_adds_up_by_channel_bot_and_month(store: Store) -> None:
    await store.run(quotas.spend, {("zalo_bot", "1", "2026-11"): 3, ("zalo_bot", "2", "2026-11"): 1})
    await store.run(quotas.spend, {("zalo_bot", "1", "2026-11"): 2, ("zalo_bot", "1", "2026-12"): 7})
    await store.run(quotas.spend, {})
    asked = [("1", "2026-11"), ("2", "2026-11"), ("1", "2026-12"), ("3", "2026-11")]
    assert [await store.read(quotas.used, "zalo_bot", bot, month) for bot, month in asked] == [5, 1, 7, 0]
    assert await store.read(quotas.used, "other", "1", "2026-11") == 0


async def test_people_count_once_and_only_with_a_chat_of_their_own(store: Store) -> None:
    def play(conn: Connection) -> dict[str, int]:
        office = seed_office(conn)
        for address in ("a", "b"):
            chats.bind_chat(conn, chats.arrive(conn, "zalo_bot", address, "private", NOW).chat.id, office.person_id)
        chats.arrive(conn, "zalo_bot", "nobody", "private", NOW)
        chats.arrive(conn, "zalo_bot", "group", "group", NOW)
        return dict(quotas.people_on(conn, ("zalo_bot", "zalo_oa")))

    assert await store.run(play) == {"zalo_bot": 1, "zalo_oa": 0}


async def test_a_window_closes_after_silence_and_opens_with_the_next_word(store: Store) -> None:
    def play(conn: Connection) -> list[object]:
        silent = chats.arrive(conn, "zalo_oa", "silent", "private", NOW - 8 * DAY).chat.id
        chats.arrive(conn, "zalo_oa", "lately", "private", NOW - DAY)
        chats.arrive(conn, "telegram", "silent", "private", NOW - 8 * DAY)
        chats.arrive(conn, "zalo_oa", "group", "group", NOW - 8 * DAY)
        closed = [close_windows(conn, "zalo_oa", NOW - 7 * DAY, NOW + turn) for turn in (0, 1)]

        def blocked() -> int | None:
            found = chats.look(conn, "zalo_oa", "silent")
            return found.chat.blocked_at if found else -1

        before = blocked()
        chats.touch_chat(conn, silent, NOW + 5)
        return [*closed, before, blocked()]

    assert await store.run(play) == [1, 0, NOW, None]
