"""The tables of the doors: who may come in by what, and who is in: invites, one-time links, passes, sessions."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from storage.columns import id_, metadata, of_, time_, words_

invites = Table(
    "invites",
    metadata,
    id_(),
    Column("code_hash", Text, nullable=False, unique=True),
    words_("role"),
    of_("unit_id", "units.id", nullable=True),
    Column("uses_left", Integer, nullable=False),
    time_("expires_at", nullable=True),
    of_("cycle_id", "cycles.id", nullable=True),
    time_("created_at"),
    of_("created_by", "people.id", nullable=True),
    time_("revoked_at", nullable=True),
)

invite_claims = Table(
    "invite_claims",
    metadata,
    id_(),
    of_("invite_id", "invites.id"),
    of_("person_id", "people.id"),
    time_("at"),
)
Index(None, invite_claims.c.invite_id)

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

passes = Table(
    "passes",
    metadata,
    id_(),
    Column("code_hash", Text, nullable=False, unique=True),
    words_("kind"),  # chat, upload, download
    of_("person_id", "people.id"),
    words_("subject", default="{}"),
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
