"""The tables of what goes out to many: mailings with everyone they are for; and marks, the office's own memory."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from storage.columns import Whole, count_, id_, metadata, of_, time_, words_

mailings = Table(
    "mailings",
    metadata,
    id_(),
    Column("key", Text, nullable=True, unique=True),
    words_("kind"),  # broadcast, reminder
    words_("state"),  # proposed, going, paused, cancelled
    of_("cycle_id", "cycles.id", nullable=True),
    words_("audience"),
    words_("body"),
    count_("size"),
    Column("created_by", Whole, nullable=True),  # no foreign key: what was sent outlives who sent it
    time_("created_at"),
    time_("due_at"),
    Column("approved_by", Whole, nullable=True),
    time_("approved_at", nullable=True),
    time_("told_at", nullable=True),
)

recipients = Table(
    "recipients",
    metadata,
    id_(),
    of_("mailing_id", "mailings.id"),
    of_("unit_id", "units.id", nullable=True),
    of_("person_id", "people.id", nullable=True),
    words_("way"),  # chat, page, mail, none
    of_("outbox_id", "outbox.id", nullable=True),
    of_("mail_id", "outbox.id", nullable=True),
)
Index(None, recipients.c.mailing_id)
Index(None, recipients.c.outbox_id)

marks = Table(
    "marks",
    metadata,
    Column("name", Text, primary_key=True),
    time_("at"),
    words_("body", default="{}"),
    sqlite_with_rowid=False,
)
