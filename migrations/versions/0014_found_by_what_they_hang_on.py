"""Facts found by what they hang on: marks by their fact, paper and check-ins by their version"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_entered_in_error_clinic_id_fact_id": ("entered_in_error", ["clinic_id", "fact_id"]),
    "ix_planned_checkin_clinic_id_version_id": ("planned_checkin", ["clinic_id", "version_id"]),
    "ix_checkin_record_clinic_id_checkin_id": ("checkin_record", ["clinic_id", "checkin_id", "on"]),
    "ix_handout_clinic_id_version_id": ("handout", ["clinic_id", "version_id"]),
    "ix_code_check_clinic_id_version_id": ("code_check", ["clinic_id", "version_id"]),
}


def upgrade() -> None:
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
