"""What arrived in a file: the file as a fact, and its lines, which wait until a person decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class ImportFile(FactRow, Base):
    """One uploaded file: what it was, and the lines of it that could not be taken."""

    __tablename__ = "import_file"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    sha256: Mapped[str] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(12))
    refused: Mapped[str]  # JSON text: [[line, reason], ...]; repeats nothing of the lines
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    uploaded_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id"], ["clinic.id"]),
        UniqueConstraint("clinic_id", "sha256"),
    )


class ImportRow(Base):
    """One patient of a file: a draft, until a person confirms it or leaves it out."""

    __tablename__ = "import_row"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    import_id: Mapped[int]
    line: Mapped[int]
    identity: Mapped[str] = mapped_column(String(64))  # SHA-256: the same person arrives once
    body: Mapped[str]  # JSON text: who the patient is, as read
    medicines: Mapped[str]  # JSON text: [[name, the file's own words], ...]
    state: Mapped[str] = mapped_column(String(10))  # waiting, confirmed, left_out
    patient_id: Mapped[int | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "import_id"], ["import_file.clinic_id", "import_file.id"]
        ),
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        UniqueConstraint("clinic_id", "identity"),
        Index("ix_import_row_clinic_id_import_id", "clinic_id", "import_id", "line"),
        Index("ix_import_row_clinic_id_patient_id", "clinic_id", "patient_id"),
    )
