"""Many handouts printed at once"""

import sqlalchemy as sa
from alembic import op

REFUSAL = "facts are added, never changed"
FACTS = ("batch_sheet", "print_batch")

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "print_batch",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_print_batch")),
    )
    op.create_index("ix_print_batch_clinic_id_begun_at", "print_batch", ["clinic_id", "begun_at"])
    op.create_table(
        "batch_sheet",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("handout_id", sa.BigInteger(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("plainly", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "batch_id"],
            ["print_batch.clinic_id", "print_batch.id"],
            name=op.f("fk_batch_sheet_clinic_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "handout_id"],
            ["handout.clinic_id", "handout.id"],
            name=op.f("fk_batch_sheet_clinic_id_handout_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_batch_sheet")),
        sa.UniqueConstraint(
            "clinic_id", "batch_id", "place", name=op.f("uq_batch_sheet_clinic_id_batch_id_place")
        ),
    )
    protect()


def protect() -> None:
    """Keep facts as they were written: the triggers of this migration, frozen with it."""
    for table in FACTS:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def downgrade() -> None:
    raise RuntimeError("Facts are not thrown away. Restore a backup from before this migration.")
