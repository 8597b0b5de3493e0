"""The worklist, a projection"""

import sqlalchemy as sa
from alembic import op

FOLDED = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worklist",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.String(length=12), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("shows_from", sa.Date(), nullable=False),
        sa.Column("late_from", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", FOLDED, nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("record_no", sa.Text(), nullable=False),
        sa.Column("physician_id", sa.BigInteger(), nullable=True),
        sa.Column("on_step", sa.Text(), nullable=False),
        sa.Column("last_contact", sa.Text(), nullable=False),
        sa.Column("therapies", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_worklist_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "kind", "ref", "part", name=op.f("pk_worklist")),
    )
    with op.batch_alter_table("worklist", schema=None) as batch_op:
        batch_op.create_index(
            "ix_worklist_late",
            ["clinic_id", "lane", "late_from", "ref", "kind", "part"],
            unique=False,
        )
        batch_op.create_index("ix_worklist_patient", ["clinic_id", "patient_id"], unique=False)
        batch_op.create_index(
            "ix_worklist_shows",
            ["clinic_id", "lane", "shows_from", "ref", "kind", "part"],
            unique=False,
        )
        batch_op.create_index(
            "ix_worklist_tried", ["clinic_id", "tried_on", "ref", "kind", "part"], unique=False
        )


def downgrade() -> None:
    op.drop_table("worklist")
