"""First tables"""

import sqlalchemy as sa
from alembic import op

FOLDED = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")
REFUSAL = "facts are added, never changed"
FACTS = (
    "clinic_revision",
    "code_check",
    "entered_in_error",
    "event",
    "fact",
    "handout",
    "handout_given",
    "patient_merge",
    "patient_revision",
    "plan",
    "plan_version",
    "planned_checkin",
    "read_log",
    "read_seal",
    "regimen",
    "regimen_cell",
    "regimen_line",
    "staff_revision",
    "step_cell",
    "step_content",
    "version_medicine",
    "version_pairing",
    "version_step",
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clinic",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("day_phone", sa.Text(), nullable=False),
        sa.Column("day_phone_confirmed_on", sa.Date(), nullable=True),
        sa.Column("day_phone_confirmed_by", sa.Text(), nullable=False),
        sa.Column("night_phone", sa.Text(), nullable=False),
        sa.Column("night_phone_confirmed_on", sa.Date(), nullable=True),
        sa.Column("night_phone_confirmed_by", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("closed_days", sa.Text(), nullable=False),
        sa.Column("emergency_phone", sa.Text(), nullable=False),
        sa.Column("crisis_phone", sa.Text(), nullable=False),
        sa.Column("poison_phone", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("paper", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("idle_minutes", sa.BigInteger(), nullable=False),
        sa.Column("read_back", sa.Boolean(), nullable=False),
        sa.Column("flare_text", sa.Text(), nullable=False),
        sa.Column("leftover_text", sa.Text(), nullable=False),
        sa.Column("mood_protocol", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
    )
    op.create_table(
        "code_check",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("typed", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_code_check")),
    )
    with op.batch_alter_table("code_check", schema=None) as batch_op:
        batch_op.create_index(
            "ix_code_check_clinic_id_by_id_at", ["clinic_id", "by_id", "at"], unique=False
        )

    op.create_table(
        "event",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("digests", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "seq", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_event_clinic_id_patient_id_seq", ["clinic_id", "patient_id", "seq"], unique=False
        )

    op.create_table(
        "event_head",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_event_head")),
    )
    op.create_table(
        "read_log",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_read_log")),
    )
    with op.batch_alter_table("read_log", schema=None) as batch_op:
        batch_op.create_index(
            "ix_read_log_clinic_id_patient_id_id", ["clinic_id", "patient_id", "id"], unique=False
        )

    op.create_table(
        "read_seal",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "seq", name=op.f("pk_read_seal")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", FOLDED, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_key_at", ["key", "at"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("username", FOLDED, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "clinic_revision",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinic.id"], name=op.f("fk_clinic_revision_clinic_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "seq", name=op.f("pk_clinic_revision")),
    )
    op.create_table(
        "membership",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("covered_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_membership_clinic_id")),
        sa.ForeignKeyConstraint(
            ["covered_by"], ["staff.id"], name=op.f("fk_membership_covered_by")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_membership_staff_id")),
        sa.PrimaryKeyConstraint("clinic_id", "staff_id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_staff_id", ["staff_id"], unique=False)

    op.create_table(
        "patient",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_names", sa.Text(), nullable=False),
        sa.Column("preferred_name", sa.Text(), nullable=False),
        sa.Column("latin_name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("record_no", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("leave_message", sa.String(length=12), nullable=False),
        sa.Column("other_phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("emergency_name", sa.Text(), nullable=False),
        sa.Column("emergency_phone", sa.Text(), nullable=False),
        sa.Column("supporter_name", sa.Text(), nullable=False),
        sa.Column("supporter_phone", sa.Text(), nullable=False),
        sa.Column("supporter_permission", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("large_print", sa.Boolean(), nullable=False),
        sa.Column("allergies_state", sa.String(length=12), nullable=False),
        sa.Column("allergies", sa.Text(), nullable=False),
        sa.Column("physician_id", sa.BigInteger(), nullable=True),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("state_since", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("name_folded", FOLDED, nullable=False),
        sa.Column("record_no_folded", FOLDED, nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_patient_clinic_id")),
        sa.ForeignKeyConstraint(
            ["physician_id"], ["staff.id"], name=op.f("fk_patient_physician_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_patient")),
    )
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.create_index(
            "ix_patient_clinic_id_birth_date", ["clinic_id", "birth_date"], unique=False
        )
        batch_op.create_index(
            "ix_patient_clinic_id_merged_into_id", ["clinic_id", "merged_into_id"], unique=False
        )
        batch_op.create_index(
            "ix_patient_clinic_id_name_folded", ["clinic_id", "name_folded"], unique=False
        )
        batch_op.create_index(
            "uq_patient_clinic_id_record_no_folded",
            ["clinic_id", "record_no_folded"],
            unique=True,
            sqlite_where=sa.text("record_no_folded <> ''"),
            postgresql_where=sa.text("record_no_folded <> ''"),
        )

    op.create_table(
        "staff_revision",
        sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_revision_staff_id")
        ),
        sa.PrimaryKeyConstraint("staff_id", "seq", name=op.f("pk_staff_revision")),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("notices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("stream_seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("form_version", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_back_by", sa.BigInteger(), nullable=True),
        sa.Column("read_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_back_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_draft_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_draft_opened_by")),
        sa.ForeignKeyConstraint(["read_back_by"], ["staff.id"], name=op.f("fk_draft_read_back_by")),
        sa.ForeignKeyConstraint(["saved_by"], ["staff.id"], name=op.f("fk_draft_saved_by")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_draft")),
        sa.UniqueConstraint(
            "clinic_id", "patient_id", "kind", name=op.f("uq_draft_clinic_id_patient_id_kind")
        ),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(
            "ix_draft_clinic_id_saved_by", ["clinic_id", "saved_by"], unique=False
        )

    op.create_table(
        "fact",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("stream", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_fact_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "replaces_id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_fact_clinic_id_replaces_id"),
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff.id"], name=op.f("fk_fact_recorded_by")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_fact")),
        sa.UniqueConstraint(
            "clinic_id", "stream", "seq", name=op.f("uq_fact_clinic_id_stream_seq")
        ),
    )
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fact_clinic_id_patient_id_kind", ["clinic_id", "patient_id", "kind"], unique=False
        )

    op.create_table(
        "patient_revision",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_patient_revision_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "patient_id", "seq", name=op.f("pk_patient_revision")),
    )
    op.create_table(
        "patient_search",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", FOLDED, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_patient_search_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "key", "patient_id", name=op.f("pk_patient_search")),
    )
    with op.batch_alter_table("patient_search", schema=None) as batch_op:
        batch_op.create_index(
            "ix_patient_search_clinic_id_patient_id",
            ["clinic_id", "patient_id", "key"],
            unique=False,
        )

    op.create_table(
        "plan",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_plan_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_plan")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(
            "ix_plan_clinic_id_patient_id", ["clinic_id", "patient_id"], unique=False
        )

    op.create_table(
        "entered_in_error",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("fact_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("right_patient_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "fact_id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_entered_in_error_clinic_id_fact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_entered_in_error_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_entered_in_error_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "right_patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_entered_in_error_clinic_id_right_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_entered_in_error")),
    )
    with op.batch_alter_table("entered_in_error", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entered_in_error_clinic_id_patient_id", ["clinic_id", "patient_id"], unique=False
        )
        batch_op.create_index(
            "ix_entered_in_error_clinic_id_right_patient_id",
            ["clinic_id", "right_patient_id"],
            unique=False,
        )

    op.create_table(
        "patient_merge",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("merged_id", sa.BigInteger(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_patient_merge_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "kept_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_patient_merge_clinic_id_kept_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "merged_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_patient_merge_clinic_id_merged_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_patient_merge")),
    )
    op.create_table(
        "regimen",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"], ["fact.clinic_id", "fact.id"], name=op.f("fk_regimen_clinic_id_id")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_regimen_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_regimen")),
    )
    with op.batch_alter_table("regimen", schema=None) as batch_op:
        batch_op.create_index(
            "ix_regimen_clinic_id_patient_id", ["clinic_id", "patient_id"], unique=False
        )

    op.create_table(
        "step_content",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("step_key", sa.String(length=12), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "plan_id"],
            ["plan.clinic_id", "plan.id"],
            name=op.f("fk_step_content_clinic_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_step_content")),
    )
    with op.batch_alter_table("step_content", schema=None) as batch_op:
        batch_op.create_index(
            "ix_step_content_clinic_id_plan_id", ["clinic_id", "plan_id"], unique=False
        )

    op.create_table(
        "plan_version",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("regimen_id", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=False),
        sa.Column("signed_name", sa.Text(), nullable=False),
        sa.Column("read_back_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=False),
        sa.Column("target", sa.String(length=8), nullable=False),
        sa.Column("target_text", sa.Text(), nullable=False),
        sa.Column("starts", sa.String(length=8), nullable=False),
        sa.Column("contact_before_step", sa.Boolean(), nullable=False),
        sa.Column("checklist", sa.Text(), nullable=False),
        sa.Column("psychological", sa.Text(), nullable=False),
        sa.Column("new_medicines", sa.Text(), nullable=False),
        sa.Column("unchanged", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("therapy_none_because", sa.Text(), nullable=False),
        sa.Column("checkin_none_because", sa.Text(), nullable=False),
        sa.Column("change_reason", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_plan_version_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "plan_id"],
            ["plan.clinic_id", "plan.id"],
            name=op.f("fk_plan_version_clinic_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "regimen_id"],
            ["regimen.clinic_id", "regimen.id"],
            name=op.f("fk_plan_version_clinic_id_regimen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["staff.id"], name=op.f("fk_plan_version_signed_by")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("clinic_id", "code", name=op.f("uq_plan_version_clinic_id_code")),
        sa.UniqueConstraint(
            "clinic_id", "plan_id", "number", name=op.f("uq_plan_version_clinic_id_plan_id_number")
        ),
    )
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_plan_version_clinic_id_patient_id", ["clinic_id", "patient_id"], unique=False
        )

    op.create_table(
        "regimen_line",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("regimen_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("label_says", sa.Text(), nullable=False),
        sa.Column("other_prescriber", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("catalogue_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label_name", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("form_plural", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("concentration", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("whole_units_only", sa.Boolean(), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_plural", sa.Text(), nullable=False),
        sa.Column("pattern", sa.String(length=12), nullable=False),
        sa.Column("uses", sa.Text(), nullable=False),
        sa.Column("at_slot", sa.String(length=10), nullable=False),
        sa.Column("every_unit", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "regimen_id"],
            ["regimen.clinic_id", "regimen.id"],
            name=op.f("fk_regimen_line_clinic_id_regimen_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_regimen_line")),
    )
    with op.batch_alter_table("regimen_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_regimen_line_clinic_id_regimen_id", ["clinic_id", "regimen_id"], unique=False
        )

    op.create_table(
        "step_cell",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("medicine", sa.String(length=8), nullable=False),
        sa.Column("slot", sa.String(length=10), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=20), nullable=False),
        sa.Column("typed_by", sa.Text(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed_in_version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "content_id"],
            ["step_content.clinic_id", "step_content.id"],
            name=op.f("fk_step_cell_clinic_id_content_id"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "content_id", "medicine", "slot", name=op.f("pk_step_cell")
        ),
    )
    op.create_table(
        "handout",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("sheet", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("size", sa.String(length=10), nullable=False),
        sa.Column("paper", sa.String(length=8), nullable=False),
        sa.Column("frozen", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("drawn_with", sa.Text(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"], ["fact.clinic_id", "fact.id"], name=op.f("fk_handout_clinic_id_id")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "version_id"],
            ["plan_version.clinic_id", "plan_version.id"],
            name=op.f("fk_handout_clinic_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_handout")),
    )
    with op.batch_alter_table("handout", schema=None) as batch_op:
        batch_op.create_index(
            "ix_handout_clinic_id_patient_id", ["clinic_id", "patient_id"], unique=False
        )

    op.create_table(
        "planned_checkin",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("step_number", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("grace_days", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_planned_checkin_clinic_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "version_id"],
            ["plan_version.clinic_id", "plan_version.id"],
            name=op.f("fk_planned_checkin_clinic_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_planned_checkin")),
    )
    with op.batch_alter_table("planned_checkin", schema=None) as batch_op:
        batch_op.create_index("ix_planned_checkin_clinic_id_on", ["clinic_id", "on"], unique=False)
        batch_op.create_index(
            "ix_planned_checkin_clinic_id_patient_id",
            ["clinic_id", "patient_id", "on"],
            unique=False,
        )

    op.create_table(
        "regimen_cell",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=20), nullable=False),
        sa.Column("typed_by", sa.Text(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "line_id"],
            ["regimen_line.clinic_id", "regimen_line.id"],
            name=op.f("fk_regimen_cell_clinic_id_line_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "line_id", "slot", name=op.f("pk_regimen_cell")),
    )
    op.create_table(
        "version_medicine",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("from_step", sa.BigInteger(), nullable=False),
        sa.Column("through_step", sa.BigInteger(), nullable=False),
        sa.Column("after_last", sa.String(length=8), nullable=False),
        sa.Column("after_last_text", sa.Text(), nullable=False),
        sa.Column("catalogue_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label_name", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("form_plural", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("concentration", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("whole_units_only", sa.Boolean(), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_plural", sa.Text(), nullable=False),
        sa.Column("pattern", sa.String(length=12), nullable=False),
        sa.Column("uses", sa.Text(), nullable=False),
        sa.Column("at_slot", sa.String(length=10), nullable=False),
        sa.Column("every_unit", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "version_id"],
            ["plan_version.clinic_id", "plan_version.id"],
            name=op.f("fk_version_medicine_clinic_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "version_id", "key", name=op.f("pk_version_medicine")),
    )
    op.create_table(
        "version_pairing",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("therapy", sa.String(length=100), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "version_id"],
            ["plan_version.clinic_id", "plan_version.id"],
            name=op.f("fk_version_pairing_clinic_id_version_id"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "version_id", "number", "therapy", name=op.f("pk_version_pairing")
        ),
    )
    op.create_table(
        "version_step",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "content_id"],
            ["step_content.clinic_id", "step_content.id"],
            name=op.f("fk_version_step_clinic_id_content_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "version_id"],
            ["plan_version.clinic_id", "plan_version.id"],
            name=op.f("fk_version_step_clinic_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "version_id", "number", name=op.f("pk_version_step")),
    )
    op.create_table(
        "handout_given",
        sa.Column("clinic_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient_id", sa.BigInteger(), nullable=False),
        sa.Column("handout_id", sa.BigInteger(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_to", sa.Text(), nullable=False),
        sa.Column("explained_by", sa.Text(), nullable=False),
        sa.Column("old_sheet", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "handout_id"],
            ["handout.clinic_id", "handout.id"],
            name=op.f("fk_handout_given_clinic_id_handout_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "id"],
            ["fact.clinic_id", "fact.id"],
            name=op.f("fk_handout_given_clinic_id_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_handout_given")),
    )
    with op.batch_alter_table("handout_given", schema=None) as batch_op:
        batch_op.create_index(
            "ix_handout_given_clinic_id_handout_id", ["clinic_id", "handout_id"], unique=False
        )
    protect()


def protect() -> None:
    """Keep facts as they were written: the triggers of this migration, frozen with it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
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
    raise RuntimeError("The first migration is where the record begins. Restore a backup instead.")
