"""Escalations: a worry raised, noted upon, accepted by a physician, resolved, the patient told.

Each table's rows are lines of one stream, `escalation:<id>`; the id is that of its first line.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from tracker.models.base import Base, FactRow, clinic_column, id_column


def _line_of_an_escalation(table: str) -> tuple[SchemaItem, ...]:
    ours: Any = ["clinic_id", "escalation_id"]
    return (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(ours, ["escalation.clinic_id", "escalation.id"]),
        Index(f"ix_{table}_clinic_id_escalation_id", *ours),
    )


class Escalation(FactRow, Base):
    """A worry raised: by when an answer is needed, what it is about, whom it was said to."""

    __tablename__ = "escalation"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    about: Mapped[str]
    needed_by: Mapped[str] = mapped_column(String(10))  # now, today, next_day
    needed_on: Mapped[date]  # the clinic's day, its closed days passed over
    source: Mapped[str] = mapped_column(String(20))  # page, checkin, plan, supply ...
    source_id: Mapped[int | None]  # the fact it was raised with
    text: Mapped[str]
    spoken_to: Mapped[str]
    patient_is: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index("ix_escalation_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class EscalationNote(FactRow, Base):
    """Something added to an escalation while it waits."""

    __tablename__ = "escalation_note"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    escalation_id: Mapped[int]
    text: Mapped[str]
    spoken_to: Mapped[str]
    patient_is: Mapped[str]

    __table_args__ = _line_of_an_escalation("escalation_note")


class EscalationAccepted(FactRow, Base):
    """A physician took the escalation; a later row hands it to another one."""

    __tablename__ = "escalation_accepted"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    escalation_id: Mapped[int]
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    __table_args__ = _line_of_an_escalation("escalation_accepted")


class EscalationResolved(FactRow, Base):
    """The decision, the act upon the plan that followed, and whether the patient knows."""

    __tablename__ = "escalation_resolved"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    escalation_id: Mapped[int]
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decision: Mapped[str]
    plan_fact_id: Mapped[int | None]
    told: Mapped[str] = mapped_column(String(12))  # told, to_tell, not_needed
    told_text: Mapped[str]  # by whom, or why not

    __table_args__ = (
        *_line_of_an_escalation("escalation_resolved"),
        ForeignKeyConstraint(["clinic_id", "plan_fact_id"], ["fact.clinic_id", "fact.id"]),
    )


class EscalationTold(FactRow, Base):
    """The patient was told of the decision."""

    __tablename__ = "escalation_told"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    escalation_id: Mapped[int]
    told_by: Mapped[str]
    told_on: Mapped[date]
    text: Mapped[str]

    __table_args__ = _line_of_an_escalation("escalation_told")
