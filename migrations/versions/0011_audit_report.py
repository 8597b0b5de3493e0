"""The history by day and by person, for the audit report"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("event", "read_log"):
        op.create_index(f"ix_{table}_clinic_id_at", table, ["clinic_id", "at"], unique=False)
        op.create_index(f"ix_{table}_by_id_at", table, ["by_id", "at"], unique=False)


def downgrade() -> None:
    for table in ("event", "read_log"):
        op.drop_index(f"ix_{table}_clinic_id_at", table_name=table)
        op.drop_index(f"ix_{table}_by_id_at", table_name=table)
