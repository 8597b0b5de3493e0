"""Paper: what was printed, byte for byte, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class Handout(FactRow, Base):
    """One printing: its frozen input, its bytes and their SHA-256, and what drew them."""

    __tablename__ = "handout"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    version_id: Mapped[int]
    sheet: Mapped[str] = mapped_column(String(20))  # patient; more sheets join later
    language: Mapped[str] = mapped_column(String(8))
    size: Mapped[str] = mapped_column(String(10))
    paper: Mapped[str] = mapped_column(String(8))
    frozen: Mapped[str]  # JSON text
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    drawn_with: Mapped[str]  # JSON text: template, library and font versions
    printed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(
            ["clinic_id", "version_id"], ["plan_version.clinic_id", "plan_version.id"]
        ),
        Index("ix_handout_clinic_id_patient_id", "clinic_id", "patient_id"),
        Index("ix_handout_clinic_id_version_id", "clinic_id", "version_id"),
    )


class HandoutGiven(FactRow, Base):
    """A sheet handed over: to whom, explained by whom, and whether the old one is gone."""

    __tablename__ = "handout_given"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    handout_id: Mapped[int]
    given_on: Mapped[date]
    given_to: Mapped[str]
    explained_by: Mapped[str]
    old_sheet: Mapped[str] = mapped_column(String(12))  # gone, kept, unknown, none

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "handout_id"], ["handout.clinic_id", "handout.id"]),
        Index("ix_handout_given_clinic_id_handout_id", "clinic_id", "handout_id"),
    )


class CodeCheck(FactRow, Base):
    """One plan code read out to the clinic, and what was answered."""

    __tablename__ = "code_check"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    at: Mapped[datetime]
    by_id: Mapped[int]
    typed: Mapped[str] = mapped_column(String(40))
    answer: Mapped[str] = mapped_column(String(12))
    version_id: Mapped[int | None]

    __table_args__ = (
        Index("ix_code_check_clinic_id_by_id_at", "clinic_id", "by_id", "at"),
        Index("ix_code_check_clinic_id_version_id", "clinic_id", "version_id"),
    )
