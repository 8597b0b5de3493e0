"""Files that arrive, and tokens of programs"""

import sqlalchemy as sa
from alembic import op

REFUSAL = "facts are added, never changed"
FACTS = ("import_file",)

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_access_token_staff_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_token_token_hash")),
    )
    op.create_index("ix_access_token_staff_id", "access_token", ["staff_id"], unique=False)

    op.create_table(
        "import_file",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_import_file_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["staff.id"], name=op.f("fk_import_file_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("clinic_id", "sha256", name=op.f("uq_import_file_clinic_id_sha256")),
    )
    op.create_table(
        "import_row",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("medicines", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "import_id"],
            ["import_file.clinic_id", "import_file.id"],
            name=op.f("fk_import_row_clinic_id_import_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_import_row_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_import_row_decided_by")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("clinic_id", "identity", name=op.f("uq_import_row_clinic_id_identity")),
    )
    op.create_index(
        "ix_import_row_clinic_id_import_id",
        "import_row",
        ["clinic_id", "import_id", "line"],
        unique=False,
    )
    op.create_index(
        "ix_import_row_clinic_id_patient_id",
        "import_row",
        ["clinic_id", "patient_id"],
        unique=False,
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
