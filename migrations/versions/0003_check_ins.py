"""Check-ins as they happen, and several drafts of one kind"""

import sqlalchemy as sa
from alembic import op

REFUSAL = "facts are added, never changed"
FACTS = (
    "checkin_alarm",
    "checkin_answer",
    "checkin_attempt",
    "checkin_booking",
    "checkin_cancelled",
    "checkin_record",
    "checkin_score",
)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    fact(
        "checkin_booking",
        sa.Column("checkin_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("grace_days", sa.BigInteger(), nullable=False),
    )
    fact(
        "checkin_attempt",
        sa.Column("checkin_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    fact("checkin_cancelled", sa.Column("checkin_id", sa.BigInteger(), nullable=False))
    fact(
        "checkin_record",
        sa.Column("checkin_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("spoke_with", sa.String(length=12), nullable=False),
        sa.Column("spoke_name", sa.Text(), nullable=False),
        sa.Column("identity_confirmed", sa.Boolean(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.Column("step_number", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "version_id"],
            ["plan_version.clinic_id", "plan_version.id"],
            name=op.f("fk_checkin_record_clinic_id_version_id"),
        ),
    )
    part_of_a_record(
        "checkin_answer",
        "question",
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
    part_of_a_record(
        "checkin_score",
        "instrument",
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.String(length=8), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.BigInteger(), nullable=False),
    )
    part_of_a_record(
        "checkin_alarm",
        "alarm",
        sa.Column("alarm", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=True),
        sa.Column("handled_by", sa.Text(), nullable=False),
        sa.Column("handled_how", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "escalation_id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_checkin_alarm_clinic_id_escalation_id"),
        ),
    )
    for table in ("checkin_booking", "checkin_attempt", "checkin_cancelled"):
        op.create_index(f"ix_{table}_clinic_id_patient_id", table, ["clinic_id", "patient_id"])
    op.create_index(
        "ix_checkin_record_clinic_id_patient_id",
        "checkin_record",
        ["clinic_id", "patient_id", "on"],
    )
    with op.batch_alter_table("draft") as batch:
        batch.add_column(
            sa.Column("about", sa.String(length=40), server_default="", nullable=False)
        )
        batch.drop_constraint("uq_draft_clinic_id_patient_id_kind", type_="unique")
        batch.create_unique_constraint(
            "uq_draft_clinic_id_patient_id_kind_about",
            ["clinic_id", "patient_id", "kind", "about"],
        )
    protect()


def fact(table: str, *columns: sa.schema.SchemaItem) -> None:
    """Make a table whose rows are the particulars of a line of a patient's stream."""
    op.create_table(
        table,
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        *columns,
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


def part_of_a_record(table: str, key: str, *columns: sa.schema.SchemaItem) -> None:
    """Make a table whose rows belong to one recorded check-in."""
    op.create_table(
        table,
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["clinic_id", "record_id"],
            ["checkin_record.clinic_id", "checkin_record.id"],
            name=op.f(f"fk_{table}_clinic_id_record_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "record_id", key, name=op.f(f"pk_{table}")),
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
