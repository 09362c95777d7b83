"""The site: chats that people look at, sessions, one-time links, files, and the points of each criterion."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("chats", sa.Column("pulled", sa.Boolean(), server_default=sa.text("0 = 1"), nullable=False))
    op.add_column("assessments", sa.Column("lines", sa.Text(), server_default="{}", nullable=False))
    op.create_index(
        "ix_outbox_kept",
        "outbox",
        ["chat_id", "id"],
        sqlite_where=sa.text("state IN ('kept', 'replaced')"),
        postgresql_where=sa.text("state IN ('kept', 'replaced')"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", Whole, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("person_id", Whole, nullable=False),
        sa.Column("issued_by", Whole, nullable=True),
        sa.Column("issued_at", Whole, nullable=False),
        sa.Column("expires_at", Whole, nullable=False),
        sa.Column("used_at", Whole, nullable=True),
        sa.ForeignKeyConstraint(["issued_by"], ["people.id"], name=op.f("fk_sign_ins_issued_by_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_sign_ins_code_hash")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", Whole, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("chat_id", Whole, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", Whole, nullable=False),
        sa.Column("seen_at", Whole, nullable=False),
        sa.Column("expires_at", Whole, nullable=False),
        sa.Column("ended_at", Whole, nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_sessions_chat_id_chats")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index("ix_sessions_chat_id", "sessions", ["chat_id"])
    op.create_table(
        "files",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("size", Whole, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_files")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("rows of the ledger would be lost; restore a backup instead")
