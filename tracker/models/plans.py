"""Plans: the draft that changes in place, and signed versions that never do.

A version is an ordered list of (start date, step content). Step content is immutable and shared
between versions: a moved date points at the same content, and untouched cells keep their origin.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column
from tracker.models.regimens import ProductColumns


class Draft(Base):
    """A form on its way: JSON text as typed. It changes in place and makes no history."""

    __tablename__ = "draft"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))  # plan, regimen, checkin
    about: Mapped[str] = mapped_column(String(40), server_default="")  # where a kind has several
    plan_id: Mapped[int | None]  # None: a new plan
    stream_seq: Mapped[int]  # the stream's place when the draft was opened
    body: Mapped[str]
    form_version: Mapped[int] = mapped_column(default=1)
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    saved_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    saved_at: Mapped[datetime]
    read_back_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    read_back_at: Mapped[datetime | None]
    read_back_digest: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        UniqueConstraint("clinic_id", "patient_id", "kind", "about"),
        Index("ix_draft_clinic_id_saved_by", "clinic_id", "saved_by"),
        Index("ix_draft_clinic_id_kind_id", "clinic_id", "kind", "id"),
    )


class Plan(FactRow, Base):
    """A plan's identity; everything else about it is in its versions and what happened."""

    __tablename__ = "plan"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index("ix_plan_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class PlanVersion(FactRow, Base):
    """One signed version; its id is that of its fact in the plan's stream."""

    __tablename__ = "plan_version"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    plan_id: Mapped[int]
    patient_id: Mapped[int]
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(8))
    regimen_id: Mapped[int]
    signed_at: Mapped[datetime]
    signed_on: Mapped[date]
    signed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    signed_name: Mapped[str]
    read_back_name: Mapped[str]
    reason: Mapped[str]
    goal: Mapped[str]
    agreed: Mapped[str]
    target: Mapped[str] = mapped_column(String(8))
    target_text: Mapped[str]
    starts: Mapped[str] = mapped_column(String(8))
    contact_before_step: Mapped[bool]
    checklist: Mapped[str]  # JSON text
    psychological: Mapped[str]  # JSON text
    new_medicines: Mapped[str]  # JSON text
    unchanged: Mapped[str]  # JSON text
    last_day: Mapped[date | None]
    therapy_none_because: Mapped[str]
    checkin_none_because: Mapped[str]
    change_reason: Mapped[str]
    answers: Mapped[str]  # JSON text: the questions before signing, as asked, with their answers
    typed: Mapped[str]  # JSON text: the draft as it was signed

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "plan_id"], ["plan.clinic_id", "plan.id"]),
        ForeignKeyConstraint(["clinic_id", "regimen_id"], ["regimen.clinic_id", "regimen.id"]),
        UniqueConstraint("clinic_id", "plan_id", "number"),
        UniqueConstraint("clinic_id", "code"),
        Index("ix_plan_version_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class VersionMedicine(FactRow, ProductColumns, Base):
    """A medicine of a version: its product and pattern copied, its steps, what comes after."""

    __tablename__ = "version_medicine"

    clinic_id: Mapped[int] = clinic_column()
    version_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(8), primary_key=True)
    position: Mapped[int]
    from_step: Mapped[int]
    through_step: Mapped[int]
    after_last: Mapped[str] = mapped_column(String(8))
    after_last_text: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "version_id"], ["plan_version.clinic_id", "plan_version.id"]
        ),
    )


class StepContent(FactRow, Base):
    """What a step says, apart from its date."""

    __tablename__ = "step_content"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    plan_id: Mapped[int]
    step_key: Mapped[str] = mapped_column(String(12))
    instruction: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "plan_id"], ["plan.clinic_id", "plan.id"]),
        Index("ix_step_content_clinic_id_plan_id", "clinic_id", "plan_id"),
    )


class StepCell(FactRow, Base):
    """One typed dose (or interval number) of a step. Text; there is no numeric column."""

    __tablename__ = "step_cell"

    clinic_id: Mapped[int] = clinic_column()
    content_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    medicine: Mapped[str] = mapped_column(String(8), primary_key=True)
    slot: Mapped[str] = mapped_column(String(10), primary_key=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(20))
    typed_by: Mapped[str]
    typed_at: Mapped[datetime]
    typed_in_version: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "content_id"], ["step_content.clinic_id", "step_content.id"]
        ),
    )


class VersionStep(FactRow, Base):
    """The place and start date of one step content in one version."""

    __tablename__ = "version_step"

    clinic_id: Mapped[int] = clinic_column()
    version_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_on: Mapped[date]
    content_id: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "version_id"], ["plan_version.clinic_id", "plan_version.id"]
        ),
        ForeignKeyConstraint(
            ["clinic_id", "content_id"], ["step_content.clinic_id", "step_content.id"]
        ),
        Index("ix_version_step_clinic_id_content_id", "clinic_id", "content_id"),
    )


class VersionPairing(FactRow, Base):
    """A therapy that stands beside one step of a version, with the catalogue's words copied."""

    __tablename__ = "version_pairing"

    clinic_id: Mapped[int] = clinic_column()
    version_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    therapy: Mapped[str] = mapped_column(String(100), primary_key=True)
    position: Mapped[int]
    words: Mapped[str]
    note: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "version_id"], ["plan_version.clinic_id", "plan_version.id"]
        ),
    )


class VersionTranslation(FactRow, Base):
    """A text of a version as typed, and the same in the patient's language."""

    __tablename__ = "version_translation"

    clinic_id: Mapped[int] = clinic_column()
    version_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    of: Mapped[str]
    text: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "version_id"], ["plan_version.clinic_id", "plan_version.id"]
        ),
    )


class PlannedCheckIn(FactRow, Base):
    """A check-in that a version plans; its id is that of its fact in the check-in's stream."""

    __tablename__ = "planned_checkin"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    version_id: Mapped[int]
    step_number: Mapped[int]  # 0: after the taper
    on: Mapped[date]
    mode: Mapped[str] = mapped_column(String(12))
    topics: Mapped[str]  # catalogue ids, comma between
    grace_days: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(
            ["clinic_id", "version_id"], ["plan_version.clinic_id", "plan_version.id"]
        ),
        Index("ix_planned_checkin_clinic_id_on", "clinic_id", "on"),
        Index("ix_planned_checkin_clinic_id_patient_id", "clinic_id", "patient_id", "on"),
        Index("ix_planned_checkin_clinic_id_version_id", "clinic_id", "version_id"),
    )
