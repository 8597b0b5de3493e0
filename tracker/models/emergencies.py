"""Emergency access: who opened a record of another clinic, why, for how long, and who was told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class EmergencyAccess(FactRow, Base):
    """One emergency access, under the clinic that the patient belongs to."""

    __tablename__ = "emergency_access"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    from_clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    reason: Mapped[str]
    hours: Mapped[int]
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index("ix_emergency_access_from_clinic_id_staff_id", "from_clinic_id", "staff_id"),
    )


class EmergencyAcknowledged(FactRow, Base):
    """An administrator of the patient's clinic has seen an emergency access, or ended it."""

    __tablename__ = "emergency_acknowledged"

    clinic_id: Mapped[int] = clinic_column()
    access_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ended: Mapped[bool]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "access_id"], ["emergency_access.clinic_id", "emergency_access.id"]
        ),
    )
