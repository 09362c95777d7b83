"""The tables, as SQLAlchemy sees them; the migrations make them.

Times are epoch milliseconds UTC. JSON is canonical text, decoded and encoded by the queries. Points are exact text
``n/d``; beside them an integer in millionths, only to sort by.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)

from storage.columns import Whole, count_, id_, of_, time_, words_
from storage.columns import metadata as metadata
from storage.schema_channels import credentials as credentials
from storage.schema_channels import quotas as quotas
from storage.schema_doors import invite_claims as invite_claims
from storage.schema_doors import invites as invites
from storage.schema_doors import passes as passes
from storage.schema_doors import sessions as sessions
from storage.schema_doors import sign_ins as sign_ins
from storage.schema_mailings import mailings as mailings
from storage.schema_mailings import marks as marks
from storage.schema_mailings import recipients as recipients
from storage.schema_outbox import outbox as outbox

units = Table(
    "units",
    metadata,
    id_(),
    Column("code", Text, nullable=False, unique=True),
    words_("name"),
    words_("short_name"),
    words_("kind"),
    words_("folded_name"),
    Column("position", Integer, nullable=False),
    time_("valid_from"),
    time_("valid_to", nullable=True),
    words_("email", nullable=True),
    words_("phone", nullable=True),
    Column("successor_id", Whole, nullable=True),  # of units; merged into it, counted there from then on
)

criteria_sets = Table(
    "criteria_sets", metadata, Column("digest", Text, primary_key=True), words_("name"), words_("text")
)

cycles = Table(
    "cycles",
    metadata,
    id_(),
    Column("year", Integer, nullable=False),
    Column("set_digest", Text, ForeignKey("criteria_sets.digest"), nullable=False),
    time_("opens_at"),
    time_("due_at"),
    time_("publish_at", nullable=True),
    time_("closed_at", nullable=True),
    count_("receipts"),
    words_("reminders", default="{}"),
    Column("approval", Boolean, nullable=False, server_default=false()),  # a unit's leader approves before it goes out
)
Index(
    "uq_cycles_open_year",
    cycles.c.year,
    unique=True,
    sqlite_where=cycles.c.closed_at.is_(None),
    postgresql_where=cycles.c.closed_at.is_(None),
)

streams = Table(
    "streams",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", Whole, nullable=False),
    words_("head"),
    sqlite_with_rowid=False,
)

ledger = Table(
    "ledger",
    metadata,
    Column("stream", Text, ForeignKey("streams.name"), nullable=False),
    Column("seq", Whole, nullable=False),
    time_("at"),
    Column("by_person", Whole, nullable=True),  # no foreign key: a fact outlives the person it names
    words_("kind"),
    words_("body"),
    words_("hash"),
    PrimaryKeyConstraint("stream", "seq"),
    sqlite_with_rowid=False,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    words_("stream"),  # by name, without a foreign key: a checkpoint must notice that its stream is gone
    Column("seq", Whole, nullable=False),
    words_("head"),
    time_("at"),
    PrimaryKeyConstraint("stream", "seq"),
)

people = Table(
    "people",
    metadata,
    id_(),
    words_("name"),
    time_("created_at"),
    time_("accepted_at", nullable=True),
    time_("snoozed_until", nullable=True),
    time_("erased_at", nullable=True),
    Column("merged_into", Whole, nullable=True),  # of people: the same person, who is known by that row now
    of_("assessment_id", "assessments.id", nullable=True),
    words_("place", default="{}"),
)

assessments = Table(
    "assessments",
    metadata,
    id_(),
    of_("unit_id", "units.id"),
    of_("cycle_id", "cycles.id"),
    Column("stream", Text, ForeignKey("streams.name"), nullable=False),
    words_("state"),
    words_("opening", default="{}"),
    words_("reopened", nullable=True),
    words_("lines", default="{}"),
    words_("total", default="0/1"),
    Column("total_millionths", Whole, nullable=False, server_default="0"),
    count_("decided"),
    words_("class_letter", nullable=True),
    words_("class_floor", nullable=True),
    words_("class_ceiling", nullable=True),
    count_("revision"),
    time_("last_at", nullable=True),
    Column("last_by", Whole, nullable=True),  # no foreign key: people point here already
    time_("due_at", nullable=True),  # this unit's own deadline, where it was given a longer one
    time_("back_due_at", nullable=True),  # until when what was given back is expected again
    words_("inherits", nullable=True),
    time_("awaiting_since", nullable=True),  # since when the unit's leader is asked to approve
    Column("awaiting_by", Whole, nullable=True),  # no foreign key, as above
    words_("asked_since", nullable=True),  # the ledger number from which on an amended criterion reads as it does
    UniqueConstraint("unit_id", "cycle_id"),
)
Index(None, assessments.c.cycle_id)

roles = Table(
    "roles",
    metadata,
    id_(),
    of_("person_id", "people.id"),
    words_("role"),
    of_("unit_id", "units.id", nullable=True),
    time_("granted_at"),
    time_("revoked_at", nullable=True),
)
Index(
    "uq_roles_live",
    roles.c.person_id,
    roles.c.role,
    func.coalesce(roles.c.unit_id, text("0")),  # two NULLs are not equal, two zeros are
    unique=True,
    sqlite_where=roles.c.revoked_at.is_(None),
    postgresql_where=roles.c.revoked_at.is_(None),
)
Index(None, roles.c.unit_id)

chats = Table(
    "chats",
    metadata,
    id_(),
    words_("channel"),
    words_("address"),
    words_("kind"),
    of_("person_id", "people.id", nullable=True),
    words_("role", nullable=True),
    words_("card_message_id", nullable=True),
    Column("card_is_last", Boolean, nullable=False, server_default=false()),
    time_("passed_at", nullable=True),  # since when the card is not last: a late acknowledgement must not undo it
    time_("blocked_at", nullable=True),
    count_("wrong_codes"),
    time_("locked_until", nullable=True),
    time_("last_used_at"),
    Column("pulled", Boolean, nullable=False, server_default=false()),  # nothing is pushed there: people look
    Column("plain", Boolean, nullable=False, server_default=false()),  # no buttons there: choices are typed
    words_("offers", nullable=True),  # what can be typed there, and which button it stands for
    UniqueConstraint("channel", "address"),
    sqlite_autoincrement=True,  # chats can be merged: an id is never given twice
)
Index(None, chats.c.person_id)

answers = Table(
    "answers",
    metadata,
    of_("assessment_id", "assessments.id"),
    words_("criterion"),
    words_("value"),
    Column("revision", Integer, nullable=False),
    of_("by_person", "people.id"),
    time_("at"),
    PrimaryKeyConstraint("assessment_id", "criterion"),
    sqlite_with_rowid=False,  # the answers of an assessment lie together
)

texts = Table(
    "texts",
    metadata,
    id_(),
    of_("assessment_id", "assessments.id"),
    words_("criterion"),
    words_("kind"),
    words_("digest"),
    words_("body", nullable=True),
    of_("by_person", "people.id"),
    time_("at"),
    sqlite_autoincrement=True,  # the ledger names texts by id: an id is never given twice
)
Index(None, texts.c.assessment_id)

files = Table(
    "files",
    metadata,
    Column("digest", Text, primary_key=True),
    words_("media"),
    Column("size", Whole, nullable=False),
    time_("at"),
    sqlite_with_rowid=False,
)

submissions = Table(
    "submissions",
    metadata,
    id_(),
    of_("assessment_id", "assessments.id"),
    Column("revision", Integer, nullable=False),
    Column("receipt", Text, nullable=False, unique=True),
    time_("at"),
    Column("late", Boolean, nullable=False),
    of_("by_person", "people.id"),
    words_("set_digest"),
    words_("total"),
    words_("class_letter"),
    words_("snapshot"),
    Column("approved_by", Whole, nullable=True),  # no foreign key, as in the ledger
    UniqueConstraint("assessment_id", "revision"),
)

inquiries = Table(
    "inquiries",
    metadata,
    id_(),
    of_("assessment_id", "assessments.id"),
    words_("criterion"),
    of_("asked_by", "people.id"),
    time_("asked_at"),
    of_("invite_id", "invites.id"),
    of_("colleague_id", "people.id", nullable=True),
    words_("state"),  # open, answered, taken, refused, withdrawn
    words_("answer", nullable=True),
    words_("note", nullable=True),
    time_("answered_at", nullable=True),
    time_("settled_at", nullable=True),
)
Index(None, inquiries.c.assessment_id)
Index(None, inquiries.c.invite_id)
Index(None, inquiries.c.colleague_id)

updates = Table(
    "updates",
    metadata,
    words_("channel"),
    words_("bot"),
    words_("key"),
    time_("at"),
    words_("state"),
    words_("error", nullable=True),
    words_("raw", nullable=True),
    PrimaryKeyConstraint("channel", "bot", "key"),
    sqlite_with_rowid=False,
)
Index(
    "ix_updates_poison",
    updates.c.at,
    sqlite_where=updates.c.state == text("'poison'"),
    postgresql_where=updates.c.state == text("'poison'"),
)
