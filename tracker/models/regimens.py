"""The regimen: what the patient takes now, as a dated snapshot with the product's words copied."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class Regimen(FactRow, Base):
    """One snapshot; the newest that is not entered in error is the patient's regimen."""

    __tablename__ = "regimen"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    as_of: Mapped[date]
    source: Mapped[str] = mapped_column(String(12))  # patient, bottle, pharmacy, record
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index("ix_regimen_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class ProductColumns:
    """The columns that copy a product and its pattern, as text, into a line or a plan."""

    catalogue_id: Mapped[str | None]
    name: Mapped[str]
    label_name: Mapped[str]
    form: Mapped[str]
    form_plural: Mapped[str]
    strength: Mapped[str]
    concentration: Mapped[str]
    route: Mapped[str]
    kinds: Mapped[str]  # comma between
    whole_units_only: Mapped[bool]
    measure: Mapped[str] = mapped_column(String(8))
    unit: Mapped[str]
    unit_plural: Mapped[str]
    pattern: Mapped[str] = mapped_column(String(12))
    uses: Mapped[str]  # cell keys in use, comma between
    at_slot: Mapped[str] = mapped_column(String(10))
    every_unit: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str]


class RegimenLine(FactRow, ProductColumns, Base):
    """One medicine as taken, tapered or not."""

    __tablename__ = "regimen_line"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    regimen_id: Mapped[int]
    position: Mapped[int]
    label_says: Mapped[str]  # the bottle's words, verbatim; never reaches a step or the paper
    other_prescriber: Mapped[bool]  # supplied by another prescriber: not changed here
    reason: Mapped[str]  # why a medicine outside the catalogue, or any note on the line

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "regimen_id"], ["regimen.clinic_id", "regimen.id"]),
        Index("ix_regimen_line_clinic_id_regimen_id", "clinic_id", "regimen_id"),
    )


class RegimenCell(FactRow, Base):
    """One typed dose (or interval number) of a regimen line. Text; there is no numeric column."""

    __tablename__ = "regimen_cell"

    clinic_id: Mapped[int] = clinic_column()
    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slot: Mapped[str] = mapped_column(String(10), primary_key=True)
    text: Mapped[str] = mapped_column(String(20))
    typed_by: Mapped[str]
    typed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "line_id"], ["regimen_line.clinic_id", "regimen_line.id"]
        ),
    )
