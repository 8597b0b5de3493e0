"""The ledger line that every fact about a patient has: whose, which stream, which place in it.

`(clinic, stream, seq)` is unique, so two people who write from the same view of a plan cannot both
win, whatever kind of fact each of them adds.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class Fact(FactRow, Base):
    """One line of a stream; its particulars stand in the table named by `kind`, under one id."""

    __tablename__ = "fact"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    stream: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]
    replaces_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "replaces_id"], ["fact.clinic_id", "fact.id"]),
        UniqueConstraint("clinic_id", "stream", "seq"),
        Index("ix_fact_clinic_id_patient_id_kind", "clinic_id", "patient_id", "kind"),
        # Few lines take the place of another one.
        Index(
            "ix_fact_clinic_id_replaces_id",
            "clinic_id",
            "replaces_id",
            sqlite_where=text("replaces_id IS NOT NULL"),
            postgresql_where=text("replaces_id IS NOT NULL"),
        ),
    )
