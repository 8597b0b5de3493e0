"""What happened to a plan and its steps, where the patient was, and what was wrong with the supply.

What happened stands in the plan's own stream, beside its versions: whoever starts a step from a
page that a hold has overtaken takes a place that is gone.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class Happening(FactRow, Base):
    """One thing that happened to a plan or to one of its steps; see `course.What`."""

    __tablename__ = "happening"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    plan_id: Mapped[int]
    version_id: Mapped[int]  # in force then
    what: Mapped[str] = mapped_column(String(12))
    step_key: Mapped[str] = mapped_column(String(12))  # "" for the whole plan
    on: Mapped[date]
    until: Mapped[date | None]
    why: Mapped[str] = mapped_column(String(16))
    words: Mapped[str]
    accepted_by: Mapped[str]
    takes_now: Mapped[str]
    no_contact: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "plan_id"], ["plan.clinic_id", "plan.id"]),
        ForeignKeyConstraint(
            ["clinic_id", "version_id"], ["plan_version.clinic_id", "plan_version.id"]
        ),
        Index("ix_happening_clinic_id_plan_id", "clinic_id", "plan_id"),
    )


class HappeningCell(FactRow, Base):
    """An amount that was really taken, as typed. Text; there is no numeric column."""

    __tablename__ = "happening_cell"

    clinic_id: Mapped[int] = clinic_column()
    happening_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    medicine: Mapped[str] = mapped_column(String(8), primary_key=True)
    slot: Mapped[str] = mapped_column(String(10), primary_key=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(20))

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "happening_id"], ["happening.clinic_id", "happening.id"]
        ),
    )


class Reversal(FactRow, Base):
    """The undoing of something that happened; it stays, and counts no more."""

    __tablename__ = "reversal"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    happening_id: Mapped[int]
    reason: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(
            ["clinic_id", "happening_id"], ["happening.clinic_id", "happening.id"]
        ),
        Index("ix_reversal_clinic_id_happening_id", "clinic_id", "happening_id"),
    )


class Away(FactRow, Base):
    """A time that the patient spends away; its return and review follow in its own stream."""

    __tablename__ = "away"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    place_kind: Mapped[str] = mapped_column(String(12))
    place: Mapped[str]
    left_on: Mapped[date]
    until: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        Index("ix_away_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class AwayNote(FactRow, Base):
    """What followed a time away: the return, or a physician's review before restarting."""

    __tablename__ = "away_note"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    away_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(8))  # back, reviewed
    on: Mapped[date]
    words: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "away_id"], ["away.clinic_id", "away.id"]),
        Index("ix_away_note_clinic_id_away_id", "clinic_id", "away_id"),
    )


class SupplyProblem(FactRow, Base):
    """Something wrong with what the patient has at home."""

    __tablename__ = "supply_problem"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(12))
    on: Mapped[date]
    words: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        Index("ix_supply_problem_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class CallBack(FactRow, Base):
    """The call that was promised when a plan code was read out, as it was made."""

    __tablename__ = "call_back"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    check_id: Mapped[int]
    words: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "check_id"], ["code_check.clinic_id", "code_check.id"]),
        Index("ix_call_back_clinic_id_check_id", "clinic_id", "check_id"),
    )
