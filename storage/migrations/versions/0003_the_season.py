"""The season: what goes out to many, units that merge, deadlines of single units, the office's memory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NEW = {
    "units": (("email", sa.Text()), ("phone", sa.Text()), ("successor_id", Whole)),
    "people": (("snoozed_until", Whole), ("erased_at", Whole)),
    "assessments": (("due_at", Whole), ("back_due_at", Whole), ("inherits", sa.Text()), ("asked_since", sa.Text())),
    "outbox": (("mailing_id", Whole),),
}


def upgrade() -> None:
    for table, columns in _NEW.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column("cycles", sa.Column("reminders", sa.Text(), server_default="{}", nullable=False))
    op.create_index(
        "ix_outbox_mailing",
        "outbox",
        ["mailing_id"],
        sqlite_where=sa.text("mailing_id IS NOT NULL"),
        postgresql_where=sa.text("mailing_id IS NOT NULL"),
    )
    op.create_table(
        "mailings",
        sa.Column("id", Whole, nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cycle_id", Whole, nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by", Whole, nullable=True),
        sa.Column("created_at", Whole, nullable=False),
        sa.Column("due_at", Whole, nullable=False),
        sa.Column("approved_by", Whole, nullable=True),
        sa.Column("approved_at", Whole, nullable=True),
        sa.Column("told_at", Whole, nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_mailings_cycle_id_cycles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailings")),
        sa.UniqueConstraint("key", name=op.f("uq_mailings_key")),
    )
    op.create_table(
        "recipients",
        sa.Column("id", Whole, nullable=False),
        sa.Column("mailing_id", Whole, nullable=False),
        sa.Column("unit_id", Whole, nullable=True),
        sa.Column("person_id", Whole, nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("outbox_id", Whole, nullable=True),
        sa.Column("mail_id", Whole, nullable=True),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name=op.f("fk_recipients_mailing_id_mailings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_recipients_unit_id_units")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recipients_person_id_people")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_recipients_outbox_id_outbox")),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox.id"], name=op.f("fk_recipients_mail_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
    )
    op.create_index("ix_recipients_mailing_id", "recipients", ["mailing_id"])
    op.create_index("ix_recipients_outbox_id", "recipients", ["outbox_id"])
    op.create_table(
        "marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("body", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("rows of the ledger would be lost; restore a backup instead")
