"""Many handouts printed at once: what was asked for, and what became of each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class PrintBatch(FactRow, Base):
    """One batch: the days it was asked for, and the patients whose paper was due then."""

    __tablename__ = "print_batch"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    begun_at: Mapped[datetime]
    begun_by: Mapped[int] = mapped_column(BigInteger)
    first_day: Mapped[date]
    last_day: Mapped[date]
    wanted: Mapped[str]  # JSON text: [patient id, version id, why it is due] for each sheet

    __table_args__ = (Index("ix_print_batch_clinic_id_begun_at", "clinic_id", "begun_at"),)


class BatchSheet(FactRow, Base):
    """One sheet of a batch: the handout that was printed, or why it could not be."""

    __tablename__ = "batch_sheet"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    batch_id: Mapped[int]
    place: Mapped[int]  # in the batch's list, from 0
    patient_id: Mapped[int]
    handout_id: Mapped[int | None]
    refused: Mapped[str]  # why not, in a sentence; "" where it was printed
    plainly: Mapped[str]  # the same without anything of the record, for a terminal

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "batch_id"], ["print_batch.clinic_id", "print_batch.id"]
        ),
        ForeignKeyConstraint(["clinic_id", "handout_id"], ["handout.clinic_id", "handout.id"]),
        UniqueConstraint("clinic_id", "batch_id", "place"),
    )
