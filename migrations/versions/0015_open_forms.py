"""Which long form a session has open, so that others who open it are told"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff_session", sa.Column("form", sa.Text()))
    op.add_column("staff_session", sa.Column("form_since", sa.DateTime(timezone=True)))
    op.create_index("ix_staff_session_form", "staff_session", ["form"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_staff_session_form", table_name="staff_session")
    op.drop_column("staff_session", "form_since")
    op.drop_column("staff_session", "form")
