"""The table of what goes out: one row for each message to one chat."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, text

from storage.columns import Whole, count_, id_, metadata, of_, time_, words_

outbox = Table(
    "outbox",
    metadata,
    id_(),
    Column("key", Text, nullable=True, unique=True),
    of_("chat_id", "chats.id"),
    words_("lane"),
    words_("kind"),
    words_("body"),
    words_("late", nullable=True),
    words_("state", default="queued"),
    words_("owner", nullable=True),
    count_("tries"),
    time_("due_at"),
    time_("not_before"),
    time_("first_try_at", nullable=True),
    time_("settled_at", nullable=True),
    words_("message_id", nullable=True),
    words_("last_error", nullable=True),
    Column("mailing_id", Whole, nullable=True),  # of mailings
)
_QUEUED = outbox.c.state == text("'queued'")
_LOOKED_AT = text("state IN ('kept', 'replaced')")
Index("ix_outbox_kept", outbox.c.chat_id, outbox.c.id, sqlite_where=_LOOKED_AT, postgresql_where=_LOOKED_AT)
Index(
    "ix_outbox_queued_heads",
    outbox.c.chat_id,
    outbox.c.lane,
    outbox.c.id,
    sqlite_where=_QUEUED,
    postgresql_where=_QUEUED,
)
Index(
    "ix_outbox_uncertain",
    outbox.c.id,
    sqlite_where=outbox.c.state == text("'uncertain'"),
    postgresql_where=outbox.c.state == text("'uncertain'"),
)
Index(
    "ix_outbox_mailing",
    outbox.c.mailing_id,
    sqlite_where=outbox.c.mailing_id.is_not(None),
    postgresql_where=outbox.c.mailing_id.is_not(None),
)
