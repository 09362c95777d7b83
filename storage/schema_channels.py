"""The tables of what platforms give us: credentials that change by themselves, and how much of a quota is used."""

from __future__ import annotations

from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text

from storage.columns import count_, metadata, time_, words_

credentials = Table(
    "credentials",
    metadata,
    Column("name", Text, primary_key=True),
    words_("body"),
    time_("at"),
    words_("held_by", nullable=True),  # whoever is renewing them
    time_("held_until", nullable=True),
    sqlite_with_rowid=False,
)

quotas = Table(
    "quotas",
    metadata,
    words_("channel"),
    words_("bot"),
    words_("month"),  # YYYY-MM where the service lives
    count_("sent"),
    PrimaryKeyConstraint("channel", "bot", "month"),
    sqlite_with_rowid=False,
)
