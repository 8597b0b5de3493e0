"""Ranges for what is asked all day: the worklist's filters, and what a chart is read by"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PLACE = ["ref", "kind", "part"]
SHOWN = ["shows_from", "until", "tried_on"]
TRIED = sa.text("tried_on IS NOT NULL")
OF_A_THERAPY = "clinic_id, kind, ref, part, lane, shows_from, late_from, until, tried_on"

OF_CHARTS = {
    "draft": ["kind", "id"],
    "version_step": ["content_id"],
}
REPLACES = "ix_fact_clinic_id_replaces_id"


def upgrade() -> None:
    # A row that is never late has the first day it is shown: every lane is in one order.
    op.execute(
        "UPDATE worklist SET late_from = shows_from WHERE lane IN ('no_contact', 'paper', 'done')"
    )
    with op.batch_alter_table("worklist", schema=None) as batch_op:
        batch_op.drop_index("ix_worklist_shows")
        batch_op.drop_index("ix_worklist_tried")
        batch_op.drop_index("ix_worklist_late")
        batch_op.create_index(
            "ix_worklist_late",
            ["clinic_id", "lane", "late_from", *PLACE, *SHOWN],
            unique=False,
        )
        for whose in ("physician", "owner"):
            batch_op.create_index(
                f"ix_worklist_{whose}",
                ["clinic_id", f"{whose}_id", "lane", "late_from", *PLACE, *SHOWN],
                unique=False,
            )
        batch_op.create_index("ix_worklist_due", ["clinic_id", "kind", "due"], unique=False)
    _tried("ix_worklist_tried", "worklist", "clinic_id")
    _tried("ix_worklist_physician_tried", "worklist", "clinic_id", "physician_id")
    _tried("ix_worklist_owner_tried", "worklist", "clinic_id", "owner_id")
    op.create_table(
        "worklist_therapy",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("therapy", sa.String(length=60), nullable=False),
        sa.Column("lane", sa.String(length=12), nullable=False),
        sa.Column("shows_from", sa.Date(), nullable=False),
        sa.Column("late_from", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "kind", "ref", "part"],
            ["worklist.clinic_id", "worklist.kind", "worklist.ref", "worklist.part"],
            name=op.f("fk_worklist_therapy_clinic_id_kind_ref_part"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "kind", "ref", "part", "therapy", name=op.f("pk_worklist_therapy")
        ),
    )
    with op.batch_alter_table("worklist_therapy", schema=None) as batch_op:
        batch_op.create_index(
            "ix_worklist_therapy_late",
            ["clinic_id", "therapy", "lane", "late_from", *PLACE, *SHOWN],
            unique=False,
        )
    _tried("ix_worklist_therapy_tried", "worklist_therapy", "clinic_id", "therapy")
    _copy_therapies()
    for table, columns in OF_CHARTS.items():
        op.create_index(_name(table, columns), table, ["clinic_id", *columns])
    replacing = sa.text("replaces_id IS NOT NULL")
    op.create_index(
        REPLACES,
        "fact",
        ["clinic_id", "replaces_id"],
        sqlite_where=replacing,
        postgresql_where=replacing,
    )


def _name(table: str, columns: list[str]) -> str:
    return f"ix_{table}_clinic_id_{'_'.join(columns)}"


def _tried(name: str, table: str, *columns: str) -> None:
    op.create_index(
        name,
        table,
        [*columns, "tried_on", *PLACE, "until"],
        sqlite_where=TRIED,
        postgresql_where=TRIED,
    )


def _copy_therapies() -> None:
    """Write each row once more for each therapy in its text: ",massage,yoga,"."""
    connection = op.get_bind()
    listed = {
        name.strip(",")
        for (name,) in connection.execute(sa.text("SELECT DISTINCT therapies FROM worklist"))
    }
    for therapy in sorted({one for names in listed for one in names.split(",") if one}):
        connection.execute(
            sa.text(
                f"INSERT INTO worklist_therapy ({OF_A_THERAPY}, therapy) "
                f"SELECT {OF_A_THERAPY}, :therapy FROM worklist WHERE therapies LIKE :listed"
            ),
            {"therapy": therapy, "listed": f"%,{therapy},%"},
        )


def downgrade() -> None:
    op.drop_index(REPLACES, "fact")
    for table, columns in OF_CHARTS.items():
        op.drop_index(_name(table, columns), table)
    op.drop_table("worklist_therapy")
    with op.batch_alter_table("worklist", schema=None) as batch_op:
        for name in (
            "due", "owner_tried", "physician_tried", "tried", "owner", "physician", "late"
        ):  # fmt: skip
            batch_op.drop_index(f"ix_worklist_{name}")
        batch_op.create_index(
            "ix_worklist_late", ["clinic_id", "lane", "late_from", *PLACE], unique=False
        )
        batch_op.create_index("ix_worklist_tried", ["clinic_id", "tried_on", *PLACE], unique=False)
        batch_op.create_index(
            "ix_worklist_shows", ["clinic_id", "lane", "shows_from", *PLACE], unique=False
        )
