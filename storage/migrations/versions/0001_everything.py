"""Everything the main job needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "criteria_sets",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_criteria_sets")),
    )
    op.create_table(
        "streams",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_streams")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "units",
        sa.Column("id", Whole, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", Whole, nullable=False),
        sa.Column("valid_to", Whole, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "updates",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("channel", "bot", "key", name=op.f("pk_updates")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_updates_poison",
        "updates",
        ["at"],
        unique=False,
        sqlite_where=sa.text("state = 'poison'"),
        postgresql_where=sa.text("state = 'poison'"),
    )
    op.create_table(
        "cycles",
        sa.Column("id", Whole, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("set_digest", sa.Text(), nullable=False),
        sa.Column("opens_at", Whole, nullable=False),
        sa.Column("due_at", Whole, nullable=False),
        sa.Column("publish_at", Whole, nullable=True),
        sa.Column("closed_at", Whole, nullable=True),
        sa.Column("receipts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["set_digest"], ["criteria_sets.digest"], name=op.f("fk_cycles_set_digest_criteria_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
    )
    op.create_index(
        "uq_cycles_open_year",
        "cycles",
        ["year"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "ledger",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("by_person", Whole, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["stream"], ["streams.name"], name=op.f("fk_ledger_stream_streams")),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_ledger")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "assessments",
        sa.Column("id", Whole, nullable=False),
        sa.Column("unit_id", Whole, nullable=False),
        sa.Column("cycle_id", Whole, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opening", sa.Text(), server_default="{}", nullable=False),
        sa.Column("reopened", sa.Text(), nullable=True),
        sa.Column("total", sa.Text(), server_default="0/1", nullable=False),
        sa.Column("total_millionths", Whole, server_default="0", nullable=False),
        sa.Column("decided", sa.Integer(), server_default="0", nullable=False),
        sa.Column("class_letter", sa.Text(), nullable=True),
        sa.Column("class_floor", sa.Text(), nullable=True),
        sa.Column("class_ceiling", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_at", Whole, nullable=True),
        sa.Column("last_by", Whole, nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_assessments_cycle_id_cycles")),
        sa.ForeignKeyConstraint(["stream"], ["streams.name"], name=op.f("fk_assessments_stream_streams")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_assessments_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("unit_id", "cycle_id", name=op.f("uq_assessments_unit_id_cycle_id")),
    )
    op.create_index(op.f("ix_assessments_cycle_id"), "assessments", ["cycle_id"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", Whole, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Whole, nullable=False),
        sa.Column("accepted_at", Whole, nullable=True),
        sa.Column("assessment_id", Whole, nullable=True),
        sa.Column("place", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_people_assessment_id_assessments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "answers",
        sa.Column("assessment_id", Whole, nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by_person", Whole, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_answers_assessment_id_assessments")
        ),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_answers_by_person_people")),
        sa.PrimaryKeyConstraint("assessment_id", "criterion", name=op.f("pk_answers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chats",
        sa.Column("id", Whole, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", Whole, nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("card_message_id", sa.Text(), nullable=True),
        sa.Column("card_is_last", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("passed_at", Whole, nullable=True),
        sa.Column("blocked_at", Whole, nullable=True),
        sa.Column("wrong_codes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", Whole, nullable=True),
        sa.Column("last_used_at", Whole, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_chats_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_chats_channel_address")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chats_person_id"), "chats", ["person_id"], unique=False)
    op.create_table(
        "invites",
        sa.Column("id", Whole, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", Whole, nullable=True),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", Whole, nullable=True),
        sa.Column("cycle_id", Whole, nullable=True),
        sa.Column("created_at", Whole, nullable=False),
        sa.Column("created_by", Whole, nullable=True),
        sa.Column("revoked_at", Whole, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_invites_created_by_people")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_invites_cycle_id_cycles")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_invites_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invites_code_hash")),
    )
    op.create_table(
        "roles",
        sa.Column("id", Whole, nullable=False),
        sa.Column("person_id", Whole, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", Whole, nullable=True),
        sa.Column("granted_at", Whole, nullable=False),
        sa.Column("revoked_at", Whole, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_roles_person_id_people")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_roles_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
    )
    op.create_index(
        "uq_roles_live",
        "roles",
        ["person_id", "role", sa.text("coalesce(unit_id, 0)")],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index(op.f("ix_roles_unit_id"), "roles", ["unit_id"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("id", Whole, nullable=False),
        sa.Column("assessment_id", Whole, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("by_person", Whole, nullable=False),
        sa.Column("set_digest", sa.Text(), nullable=False),
        sa.Column("total", sa.Text(), nullable=False),
        sa.Column("class_letter", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_submissions_assessment_id_assessments")
        ),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_submissions_by_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("assessment_id", "revision", name=op.f("uq_submissions_assessment_id_revision")),
        sa.UniqueConstraint("receipt", name=op.f("uq_submissions_receipt")),
    )
    op.create_table(
        "texts",
        sa.Column("id", Whole, nullable=False),
        sa.Column("assessment_id", Whole, nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("by_person", Whole, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"], name=op.f("fk_texts_assessment_id_assessments")),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_texts_by_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_texts_assessment_id"), "texts", ["assessment_id"], unique=False)
    op.create_table(
        "invite_claims",
        sa.Column("id", Whole, nullable=False),
        sa.Column("invite_id", Whole, nullable=False),
        sa.Column("person_id", Whole, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.ForeignKeyConstraint(["invite_id"], ["invites.id"], name=op.f("fk_invite_claims_invite_id_invites")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invite_claims_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_claims")),
    )
    op.create_index(op.f("ix_invite_claims_invite_id"), "invite_claims", ["invite_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Whole, nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("chat_id", Whole, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("late", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", Whole, nullable=False),
        sa.Column("not_before", Whole, nullable=False),
        sa.Column("first_try_at", Whole, nullable=True),
        sa.Column("settled_at", Whole, nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_outbox_chat_id_chats")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_queued_heads",
        "outbox",
        ["chat_id", "lane", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_outbox_uncertain",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'uncertain'"),
        postgresql_where=sa.text("state = 'uncertain'"),
    )
