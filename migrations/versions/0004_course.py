"""What happened to plans and steps, times away, supply problems, promised calls"""

import sqlalchemy as sa
from alembic import op

REFUSAL = "facts are added, never changed"
FACTS = (
    "away",
    "away_note",
    "call_back",
    "happening",
    "happening_cell",
    "reversal",
    "supply_problem",
)

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "away",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("place_kind", sa.String(length=12), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"], ["fact.clinic_id", "fact.id"], name=op.f("fk_away_clinic_id_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_away")),
    )
    with op.batch_alter_table("away", schema=None) as batch_op:
        batch_op.create_index(
            "ix_away_clinic_id_patient_id", ["clinic_id", "patient_id"], unique=False
        )

    op.create_table(
        "call_back",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("check_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "check_id"],
            ["code_check.clinic_id", "code_check.id"],
            name=op.f("fk_call_back_clinic_id_check_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_call_back_clinic_id_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_call_back")),
    )
    with op.batch_alter_table("call_back", schema=None) as batch_op:
        batch_op.create_index(
            "ix_call_back_clinic_id_check_id", ["clinic_id", "check_id"], unique=False
        )

    op.create_table(
        "supply_problem",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_supply_problem_clinic_id_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_supply_problem")),
    )
    with op.batch_alter_table("supply_problem", schema=None) as batch_op:
        batch_op.create_index(
            "ix_supply_problem_clinic_id_patient_id", ["clinic_id", "patient_id"], unique=False
        )

    op.create_table(
        "away_note",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("away_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "away_id"],
            ["away.clinic_id", "away.id"],
            name=op.f("fk_away_note_clinic_id_away_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_away_note_clinic_id_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_away_note")),
    )
    with op.batch_alter_table("away_note", schema=None) as batch_op:
        batch_op.create_index(
            "ix_away_note_clinic_id_away_id", ["clinic_id", "away_id"], unique=False
        )

    op.create_table(
        "happening",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("step_key", sa.String(length=12), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("takes_now", sa.Text(), nullable=False),
        sa.Column("no_contact", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_happening_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "plan_id"],
            ["plan.clinic_id", "plan.id"],
            name=op.f("fk_happening_clinic_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "version_id"],
            ["plan_version.clinic_id", "plan_version.id"],
            name=op.f("fk_happening_clinic_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_happening")),
    )
    with op.batch_alter_table("happening", schema=None) as batch_op:
        batch_op.create_index(
            "ix_happening_clinic_id_plan_id", ["clinic_id", "plan_id"], unique=False
        )

    op.create_table(
        "happening_cell",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("happening_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("medicine", sa.String(length=8), nullable=False),
        sa.Column("slot", sa.String(length=10), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "happening_id"],
            ["happening.clinic_id", "happening.id"],
            name=op.f("fk_happening_cell_clinic_id_happening_id"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "happening_id", "medicine", "slot", name=op.f("pk_happening_cell")
        ),
    )
    op.create_table(
        "reversal",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("happening_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "happening_id"],
            ["happening.clinic_id", "happening.id"],
            name=op.f("fk_reversal_clinic_id_happening_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_reversal_clinic_id_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_reversal")),
    )
    with op.batch_alter_table("reversal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reversal_clinic_id_happening_id", ["clinic_id", "happening_id"], unique=False
        )
    protect()


def protect() -> None:
    """Keep facts as they were written: the triggers of this migration, frozen with it."""
    if op.get_bind().dialect.name == "postgresql":
        for table in FACTS:
            op.execute(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in FACTS:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def downgrade() -> None:
    raise RuntimeError("A migration of facts is not taken back. Restore a backup instead.")
