"""Tokens by which a program reads for a person: the table holds their hashes alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, clinic_column, id_column


class AccessToken(Base):
    """One token of one person for one clinic: a calendar's address, or the key of a program."""

    __tablename__ = "access_token"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(10))  # calendar, fhir
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    words: Mapped[str]  # which program it is for, as typed
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # a calendar's address has no end of its own
    ended_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_access_token_staff_id", "staff_id"),)
