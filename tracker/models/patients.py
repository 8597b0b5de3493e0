"""Patients: a head with revisions, search keys, entered-in-error marks and merges."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import FOLDED, Base, FactRow, clinic_column, id_column


class Patient(Base):
    """Who the patient is, as now known; every change leaves a revision."""

    __tablename__ = "patient"

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinic.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[int] = id_column()
    seq: Mapped[int] = mapped_column(default=1)
    family_name: Mapped[str]
    given_names: Mapped[str] = mapped_column(default="")
    preferred_name: Mapped[str] = mapped_column(default="")
    latin_name: Mapped[str] = mapped_column(default="")
    birth_date: Mapped[date]
    record_no: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    leave_message: Mapped[str] = mapped_column(String(12), default="")
    other_phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    emergency_name: Mapped[str] = mapped_column(default="")
    emergency_phone: Mapped[str] = mapped_column(default="")
    supporter_name: Mapped[str] = mapped_column(default="")
    supporter_phone: Mapped[str] = mapped_column(default="")
    supporter_permission: Mapped[str] = mapped_column(String(12), default="")
    language: Mapped[str] = mapped_column(String(40), default="English")
    interpreter: Mapped[bool] = mapped_column(default=False)
    large_print: Mapped[bool] = mapped_column(default=False)
    allergies_state: Mapped[str] = mapped_column(String(12), default="not_recorded")
    allergies: Mapped[str] = mapped_column(default="")
    physician_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    goal: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(8), default="active")  # active, moved, died
    state_since: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger)
    name_folded: Mapped[str] = mapped_column(FOLDED)
    record_no_folded: Mapped[str] = mapped_column(FOLDED)
    registered_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_patient_clinic_id_birth_date", "clinic_id", "birth_date"),
        Index("ix_patient_clinic_id_name_folded", "clinic_id", "name_folded"),
        Index("ix_patient_clinic_id_merged_into_id", "clinic_id", "merged_into_id"),
        Index(
            "uq_patient_clinic_id_record_no_folded",
            "clinic_id",
            "record_no_folded",
            unique=True,
            sqlite_where=text("record_no_folded <> ''"),
            postgresql_where=text("record_no_folded <> ''"),
        ),
    )


class PatientRevision(FactRow, Base):
    """The patient's head as it was after one change."""

    __tablename__ = "patient_revision"

    clinic_id: Mapped[int] = clinic_column()
    patient_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    recorded_by: Mapped[int]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
    )


class PatientSearch(Base):
    """One folded key by which a patient is found: `n:` name part, `r:` record, `p:` phone ..."""

    __tablename__ = "patient_search"

    clinic_id: Mapped[int] = clinic_column()
    key: Mapped[str] = mapped_column(FOLDED, primary_key=True)
    patient_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        # With the key: whether a patient fits a second term is read from this index alone.
        Index("ix_patient_search_clinic_id_patient_id", "clinic_id", "patient_id", "key"),
    )


class EnteredInError(FactRow, Base):
    """A fact that was put into the wrong chart; it stays visible, struck through."""

    __tablename__ = "entered_in_error"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()  # its own line in the stream, see `stream.Fact`
    patient_id: Mapped[int]
    fact_id: Mapped[int]
    reason: Mapped[str]
    right_patient_id: Mapped[int | None]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "fact_id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(
            ["clinic_id", "right_patient_id"], ["patient.clinic_id", "patient.id"]
        ),
        Index("ix_entered_in_error_clinic_id_fact_id", "clinic_id", "fact_id"),
        Index("ix_entered_in_error_clinic_id_patient_id", "clinic_id", "patient_id"),
        Index("ix_entered_in_error_clinic_id_right_patient_id", "clinic_id", "right_patient_id"),
    )


class PatientMerge(FactRow, Base):
    """Two records of one person became one, or that was undone."""

    __tablename__ = "patient_merge"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    kept_id: Mapped[int]
    merged_id: Mapped[int]
    undone: Mapped[bool]
    reason: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "kept_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "merged_id"], ["patient.clinic_id", "patient.id"]),
    )
