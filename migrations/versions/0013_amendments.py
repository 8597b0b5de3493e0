"""Requests to amend a record, and what stands in the place of removed records"""

import sqlalchemy as sa
from alembic import op

REFUSAL = "facts are added, never changed"
FACTS = ("amendment_answer", "amendment_request", "removal")

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amendment_request",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *_keys("amendment_request"),
    )
    op.create_index(
        "ix_amendment_request_clinic_id_patient_id",
        "amendment_request",
        ["clinic_id", "patient_id"],
        unique=False,
    )
    op.create_table(
        "amendment_answer",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("event_seq", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "request_id"],
            ["amendment_request.clinic_id", "amendment_request.id"],
            name=op.f("fk_amendment_answer_clinic_id_request_id"),
        ),
        *_keys("amendment_answer"),
    )
    op.create_table(
        "removal",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "name", name=op.f("pk_removal")),
    )
    protect()


def _keys(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f(f"fk_{table}_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f(f"fk_{table}_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f(f"pk_{table}")),
    )


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
