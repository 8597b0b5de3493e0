"""Therapies over time: referred, started, attended, stopped, and what stands in the way.

Each row is one line of a stream, `therapy:<id>`; the id is that of the stream's first line.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class TherapyEvent(FactRow, Base):
    """One thing that happened with a therapy, the catalogue's words copied."""

    __tablename__ = "therapy_event"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    therapy_id: Mapped[int]  # the stream's first line
    therapy: Mapped[str] = mapped_column(String(100))  # catalogue id
    words: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10))  # referred, started, attended, stopped, barrier
    on: Mapped[date]
    times: Mapped[int]  # sessions attended; 0 for every other kind
    barrier: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]  # with whom, why, what is done about it

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(
            ["clinic_id", "therapy_id"], ["therapy_event.clinic_id", "therapy_event.id"]
        ),
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index("ix_therapy_event_clinic_id_patient_id", "clinic_id", "patient_id"),
    )
