"""The language of a person's pages, and what the rows of the Today list say in it"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("language", sa.String(length=2), nullable=True))
    op.add_column("worklist", sa.Column("said", sa.Text(), server_default="{}", nullable=False))


def downgrade() -> None:
    raise RuntimeError("Facts are not thrown away. Restore a backup from before this migration.")
