"""The tables of the site: who is signed in from which browser, one-time links, and the files that were handed in."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from storage.columns import Whole, id_, metadata, of_, time_, words_

sign_ins = Table(
    "sign_ins",
    metadata,
    id_(),
    Column("code_hash", Text, nullable=False, unique=True),
    of_("person_id", "people.id"),
    of_("issued_by", "people.id", nullable=True),
    time_("issued_at"),
    time_("expires_at"),
    time_("used_at", nullable=True),
)

sessions = Table(
    "sessions",
    metadata,
    id_(),
    Column("token_hash", Text, nullable=False, unique=True),
    of_("chat_id", "chats.id"),
    words_("label"),
    time_("created_at"),
    time_("seen_at"),
    time_("expires_at"),
    time_("ended_at", nullable=True),
)
Index(None, sessions.c.chat_id)

files = Table(
    "files",
    metadata,
    Column("digest", Text, primary_key=True),
    words_("media"),
    Column("size", Whole, nullable=False),
    time_("at"),
    sqlite_with_rowid=False,
)
