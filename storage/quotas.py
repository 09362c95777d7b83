"""How much of a platform's monthly quota is used: messages counted per channel, bot and calendar month."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, distinct, func, select

from storage.dialect import PerDialect
from storage.schema import chats, quotas

_SPEND = PerDialect(
    quotas,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["channel", "bot", "month"], set_={"sent": quotas.c.sent + insert.excluded.sent}
    ),
)
_USED = select(quotas.c.sent).where(
    quotas.c.channel == bindparam("of_channel"),
    quotas.c.bot == bindparam("of_bot"),
    quotas.c.month == bindparam("of_month"),
)
_PEOPLE = select(chats.c.channel, func.count(distinct(chats.c.person_id))).where(
    chats.c.kind == "private",
    chats.c.person_id.is_not(None),
    chats.c.channel.in_(bindparam("channels", expanding=True)),
)


def spend(conn: Connection, spent: Mapping[tuple[str, str, str], int]) -> None:
    """Count messages that went out (or may have), by (channel, bot, month YYYY-MM)."""
    for channel, bot, month in sorted(spent):  # in one order everywhere, so that nobody waits for each other
        sent = spent[channel, bot, month]
        conn.execute(_SPEND(conn), {"channel": channel, "bot": bot, "month": month, "sent": sent})


def used(conn: Connection, channel: str, bot: str, month: str) -> int:
    """How many messages a bot has sent in a month."""
    return conn.execute(_USED, {"of_channel": channel, "of_bot": bot, "of_month": month}).scalar() or 0


def people_on(conn: Connection, channels: tuple[str, ...]) -> Mapping[str, int]:
    """How many people have a chat of theirs on each of these channels."""
    found = dict.fromkeys(channels, 0)
    rows = conn.execute(_PEOPLE.group_by(chats.c.channel), {"channels": list(channels)})
    return found | {str(channel): int(count) for channel, count in rows}
