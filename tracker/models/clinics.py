"""The clinic: a head that changes in place, and a revision for every change."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, new_id


class Clinic(Base):
    """A practice: what its paper says, its clock, its defaults."""

    __tablename__ = "clinic"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, default=new_id
    )
    seq: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    day_phone: Mapped[str] = mapped_column(default="")
    day_phone_confirmed_on: Mapped[date | None]
    day_phone_confirmed_by: Mapped[str] = mapped_column(default="")
    night_phone: Mapped[str] = mapped_column(default="")
    night_phone_confirmed_on: Mapped[date | None]
    night_phone_confirmed_by: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    closed_days: Mapped[str] = mapped_column(default="")
    emergency_phone: Mapped[str] = mapped_column(default="911")
    crisis_phone: Mapped[str] = mapped_column(default="988")
    poison_phone: Mapped[str] = mapped_column(default="1-800-222-1222")
    time_zone: Mapped[str]
    paper: Mapped[str] = mapped_column(String(8), default="letter")
    language: Mapped[str] = mapped_column(String(8), default="en")
    idle_minutes: Mapped[int] = mapped_column(default=15)
    read_back: Mapped[bool] = mapped_column(default=False)
    flare_text: Mapped[str] = mapped_column(default="")
    leftover_text: Mapped[str] = mapped_column(default="")
    mood_protocol: Mapped[str] = mapped_column(default="")


class ClinicRevision(FactRow, Base):
    """The clinic's head as it was after one change."""

    __tablename__ = "clinic_revision"

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinic.id"), primary_key=True, autoincrement=False
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    recorded_by: Mapped[int]
    recorded_at: Mapped[datetime]
