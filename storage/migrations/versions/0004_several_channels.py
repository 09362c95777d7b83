"""Several channels and several people: plain chats, passes, inquiries, approval, credentials, quotas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NEW = {
    "chats": (("offers", sa.Text()),),
    "people": (("merged_into", Whole),),
    "assessments": (("awaiting_since", Whole), ("awaiting_by", Whole)),
    "submissions": (("approved_by", Whole),),
}


def upgrade() -> None:
    for table, columns in _NEW.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column("chats", sa.Column("plain", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cycles", sa.Column("approval", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "passes",
        sa.Column("id", Whole, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", Whole, nullable=False),
        sa.Column("subject", sa.Text(), server_default="{}", nullable=False),
        sa.Column("issued_at", Whole, nullable=False),
        sa.Column("expires_at", Whole, nullable=False),
        sa.Column("used_at", Whole, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passes_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_passes_code_hash")),
    )
    op.create_table(
        "inquiries",
        sa.Column("id", Whole, nullable=False),
        sa.Column("assessment_id", Whole, nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("asked_by", Whole, nullable=False),
        sa.Column("asked_at", Whole, nullable=False),
        sa.Column("invite_id", Whole, nullable=False),
        sa.Column("colleague_id", Whole, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("answered_at", Whole, nullable=True),
        sa.Column("settled_at", Whole, nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_inquiries_assessment_id_assessments")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_inquiries_asked_by_people")),
        sa.ForeignKeyConstraint(["invite_id"], ["invites.id"], name=op.f("fk_inquiries_invite_id_invites")),
        sa.ForeignKeyConstraint(["colleague_id"], ["people.id"], name=op.f("fk_inquiries_colleague_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )
    for column in ("assessment_id", "invite_id", "colleague_id"):
        op.create_index(op.f(f"ix_inquiries_{column}"), "inquiries", [column])
    op.create_table(
        "credentials",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_until", Whole, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_credentials")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quotas",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("sent", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("channel", "bot", "month", name=op.f("pk_quotas")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("rows of the ledger would be lost; restore a backup instead")
