"""When people were here last: the later of a chat's last use and a session's."""

from __future__ import annotations

from product_store.seeds import DAY, NOW, seed_office
from sqlalchemy import Connection

from storage import chats, presence, sessions
from storage.rows import NewSession
from storage.store import Store


async def test_the_latest_use_of_any_chat_or_page_counts(store: Store) -> None:
    office = await store.run(seed_office)

    def come(conn: Connection, channel: str, at: int) -> int:
        chat = chats.arrive(conn, channel, "somewhere", "private", at).chat.id
        chats.bind_chat(conn, chat, office.person_id)
        return chat

    await store.run(come, "telegram", NOW + DAY)
    assert (await store.run(presence.last_here))[office.person_id] == NOW + DAY
    page = await store.run(come, "web", NOW)
    await store.run(chats.arrive, "telegram", "of nobody", "private", NOW + 9 * DAY)
    assert await store.run(presence.last_here) == {office.person_id: NOW + DAY}
    await store.run(sessions.add_session, NewSession("hash", page, "", NOW + 3 * DAY, NOW + 9 * DAY))
    assert await store.run(presence.last_here) == {office.person_id: NOW + 3 * DAY}
