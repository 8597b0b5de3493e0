"""History: one event for every act, in a keyed chain; and a log of every opening of a record.

Neither table has foreign keys: history must not depend on, or get in the way of, what it tells of.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class Event(FactRow, Base):
    """One act: who, when, what, about whom, and the digests of the facts it made."""

    __tablename__ = "event"

    clinic_id: Mapped[int] = clinic_column()  # 0: the installation itself
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    by_name: Mapped[str]
    act: Mapped[str] = mapped_column(String(60))
    patient_id: Mapped[int | None]
    about: Mapped[str]  # JSON text: what the sentence of the act needs
    digests: Mapped[str]  # JSON text: {"table:key": sha256 of the row}
    previous: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_event_clinic_id_patient_id_seq", "clinic_id", "patient_id", "seq"),
        Index("ix_event_clinic_id_at", "clinic_id", "at"),
        Index("ix_event_by_id_at", "by_id", "at"),
    )


class EventHead(Base):
    """The end of one clinic's chain; its row is locked last in every act."""

    __tablename__ = "event_head"

    clinic_id: Mapped[int] = clinic_column()
    seq: Mapped[int]
    mac: Mapped[str] = mapped_column(String(64))


class ReadLog(FactRow, Base):
    """One opening of a patient's record."""

    __tablename__ = "read_log"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(BigInteger)
    act: Mapped[str] = mapped_column(String(60))
    patient_id: Mapped[int]

    __table_args__ = (
        Index("ix_read_log_clinic_id_patient_id_id", "clinic_id", "patient_id", "id"),
        Index("ix_read_log_clinic_id_at", "clinic_id", "at"),
        Index("ix_read_log_by_id_at", "by_id", "at"),
    )


class ReadSeal(FactRow, Base):
    """A keyed seal over a run of the read log, so that page views need not queue in the chain."""

    __tablename__ = "read_seal"

    clinic_id: Mapped[int] = clinic_column()
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_id: Mapped[int]
    to_id: Mapped[int]
    rows: Mapped[int]
    sealed_at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))
