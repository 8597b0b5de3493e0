"""Check-ins as they happen: booked or moved, tried, recorded, cancelled.

Each row is the particulars of one line in the check-in's own stream, `checkin:<number>`. The first
line of a stream gives the check-in its id: the planned one of a version (`models.plans`), a
booking, or the record of a contact that nobody had planned.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column

_PATIENT = (["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"])
_FACT = (["clinic_id", "id"], ["fact.clinic_id", "fact.id"])


class CheckInBooking(FactRow, Base):
    """A day agreed with the patient: a new check-in, or another day for one there is."""

    __tablename__ = "checkin_booking"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    checkin_id: Mapped[int]  # the check-in that is moved; its own id for a new one
    on: Mapped[date]
    at: Mapped[str] = mapped_column(String(5))  # "14:30" by the clinic's clock, or ""
    mode: Mapped[str] = mapped_column(String(12))
    topics: Mapped[str]  # catalogue ids, comma between
    grace_days: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(*_FACT),
        ForeignKeyConstraint(*_PATIENT),
        Index("ix_checkin_booking_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class CheckInAttempt(FactRow, Base):
    """A try that did not reach the patient."""

    __tablename__ = "checkin_attempt"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    checkin_id: Mapped[int]
    on: Mapped[date]
    mode: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(12))  # no_answer, message, declined
    note: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(*_FACT),
        ForeignKeyConstraint(*_PATIENT),
        Index("ix_checkin_attempt_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class CheckInCancelled(FactRow, Base):
    """The end of a check-in that will not be held; the reason stands in its ledger line."""

    __tablename__ = "checkin_cancelled"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    checkin_id: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(*_FACT),
        ForeignKeyConstraint(*_PATIENT),
        Index("ix_checkin_cancelled_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class CheckInRecord(FactRow, Base):
    """A contact that took place; a correction is a whole new row that names the one it replaces."""

    __tablename__ = "checkin_record"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    checkin_id: Mapped[int]  # its own id for a contact that nobody had planned
    on: Mapped[date]
    entered_on: Mapped[date]  # the clinic's day when it was typed; later than `on`: a late entry
    mode: Mapped[str] = mapped_column(String(12))
    spoke_with: Mapped[str] = mapped_column(String(12))  # patient, supporter, interpreter, other
    spoke_name: Mapped[str]
    identity_confirmed: Mapped[bool]
    version_id: Mapped[int | None]  # in force on that day, with the step by its date
    step_number: Mapped[int | None]
    note: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(*_FACT),
        ForeignKeyConstraint(*_PATIENT),
        ForeignKeyConstraint(
            ["clinic_id", "version_id"], ["plan_version.clinic_id", "plan_version.id"]
        ),
        Index("ix_checkin_record_clinic_id_patient_id", "clinic_id", "patient_id", "on"),
        Index("ix_checkin_record_clinic_id_checkin_id", "clinic_id", "checkin_id", "on"),
    )


class CheckInAnswer(FactRow, Base):
    """One question as it was asked, with its catalogue id and version, beside its answer."""

    __tablename__ = "checkin_answer"

    clinic_id: Mapped[int] = clinic_column()
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(String(80), primary_key=True)  # "peg.pain"
    position: Mapped[int]
    version: Mapped[int]  # of its instrument in the catalogue
    asked: Mapped[str]
    value: Mapped[str]  # ids of choices, a whole number, or text as typed; "": not recorded
    words: Mapped[str]  # the answer as the page showed it

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "record_id"], ["checkin_record.clinic_id", "checkin_record.id"]
        ),
    )


class CheckInScore(FactRow, Base):
    """The total of an instrument by its published rule; empty while an item is not answered."""

    __tablename__ = "checkin_score"

    clinic_id: Mapped[int] = clinic_column()
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instrument: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int]
    total: Mapped[str] = mapped_column(String(8))  # "6.3", "17"; "" for an incomplete scale
    answered: Mapped[int]
    items: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "record_id"], ["checkin_record.clinic_id", "checkin_record.id"]
        ),
    )


class CheckInAlarm(FactRow, Base):
    """A fact that is not saved unhandled: escalated, or handled now by whom and how."""

    __tablename__ = "checkin_alarm"

    clinic_id: Mapped[int] = clinic_column()
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alarm: Mapped[str] = mapped_column(String(40), primary_key=True)
    words: Mapped[str]
    escalated: Mapped[bool]
    escalation_id: Mapped[int | None]  # the fact that raised it
    handled_by: Mapped[str]
    handled_how: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "record_id"], ["checkin_record.clinic_id", "checkin_record.id"]
        ),
        ForeignKeyConstraint(["clinic_id", "escalation_id"], ["fact.clinic_id", "fact.id"]),
    )
