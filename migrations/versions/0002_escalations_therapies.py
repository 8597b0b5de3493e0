"""Escalations, and therapies over time"""

import sqlalchemy as sa
from alembic import op

REFUSAL = "facts are added, never changed"
FACTS = (
    "escalation",
    "escalation_accepted",
    "escalation_note",
    "escalation_resolved",
    "escalation_told",
    "therapy_event",
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "escalation",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("needed_by", sa.String(length=10), nullable=False),
        sa.Column("needed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("spoken_to", sa.Text(), nullable=False),
        sa.Column("patient_is", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_escalation_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_escalation_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_escalation")),
    )
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_escalation_clinic_id_patient_id", ["clinic_id", "patient_id"], unique=False
        )

    op.create_table(
        "therapy_event",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("therapy_id", sa.BigInteger(), nullable=False),
        sa.Column("therapy", sa.String(length=100), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("barrier", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_therapy_event_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_therapy_event_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "therapy_id"],
            ["therapy_event.clinic_id", "therapy_event.id"],
            name=op.f("fk_therapy_event_clinic_id_therapy_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_therapy_event")),
    )
    with op.batch_alter_table("therapy_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_therapy_event_clinic_id_patient_id", ["clinic_id", "patient_id"], unique=False
        )

    op.create_table(
        "escalation_accepted",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "escalation_id"],
            ["escalation.clinic_id", "escalation.id"],
            name=op.f("fk_escalation_accepted_clinic_id_escalation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_escalation_accepted_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff.id"], name=op.f("fk_escalation_accepted_owner_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_escalation_accepted")),
    )
    with op.batch_alter_table("escalation_accepted", schema=None) as batch_op:
        batch_op.create_index(
            "ix_escalation_accepted_clinic_id_escalation_id",
            ["clinic_id", "escalation_id"],
            unique=False,
        )

    op.create_table(
        "escalation_note",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("spoken_to", sa.Text(), nullable=False),
        sa.Column("patient_is", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "escalation_id"],
            ["escalation.clinic_id", "escalation.id"],
            name=op.f("fk_escalation_note_clinic_id_escalation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_escalation_note_clinic_id_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_escalation_note")),
    )
    with op.batch_alter_table("escalation_note", schema=None) as batch_op:
        batch_op.create_index(
            "ix_escalation_note_clinic_id_escalation_id",
            ["clinic_id", "escalation_id"],
            unique=False,
        )

    op.create_table(
        "escalation_resolved",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("plan_fact_id", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.String(length=12), nullable=False),
        sa.Column("told_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "escalation_id"],
            ["escalation.clinic_id", "escalation.id"],
            name=op.f("fk_escalation_resolved_clinic_id_escalation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_escalation_resolved_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "plan_fact_id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_escalation_resolved_clinic_id_plan_fact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff.id"], name=op.f("fk_escalation_resolved_owner_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_escalation_resolved")),
    )
    with op.batch_alter_table("escalation_resolved", schema=None) as batch_op:
        batch_op.create_index(
            "ix_escalation_resolved_clinic_id_escalation_id",
            ["clinic_id", "escalation_id"],
            unique=False,
        )

    op.create_table(
        "escalation_told",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "escalation_id"],
            ["escalation.clinic_id", "escalation.id"],
            name=op.f("fk_escalation_told_clinic_id_escalation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_escalation_told_clinic_id_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_escalation_told")),
    )
    with op.batch_alter_table("escalation_told", schema=None) as batch_op:
        batch_op.create_index(
            "ix_escalation_told_clinic_id_escalation_id",
            ["clinic_id", "escalation_id"],
            unique=False,
        )

    protect()


def protect() -> None:
    """Keep facts as they were written: the triggers of this migration, frozen with it."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in FACTS:
        if postgresql:
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
    raise RuntimeError("Facts are never dropped. Restore a backup instead.")
