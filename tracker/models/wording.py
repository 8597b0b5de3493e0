"""A clinic's paper in another language: its own texts, and which drafts it allows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class ClinicWords(FactRow, Base):
    """A clinic's own texts in one language, as they were after one change."""

    __tablename__ = "clinic_words"

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinic.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[int] = id_column()
    language: Mapped[str] = mapped_column(String(8))
    seq: Mapped[int]
    body: Mapped[str]  # JSON text: each text as it stands in the clinic's details -> translated
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("clinic_id", "language", "seq"),)


class DraftWordsAllowed(FactRow, Base):
    """An administrator's word on phrases that no translator has approved; the newest one holds."""

    __tablename__ = "draft_words_allowed"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    language: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(String(64))  # the SHA-256 of the phrases that were shown
    allowed: Mapped[bool]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]


class PhraseApproval(FactRow, Base):
    """That a named translator approved the words of one phrase, or that this is taken back.

    The newest row of a phrase holds, and only for the words that it was given for.
    """

    __tablename__ = "phrase_approval"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    language: Mapped[str] = mapped_column(String(8))
    phrase: Mapped[str] = mapped_column(String(80))  # its id
    words: Mapped[str] = mapped_column(String(64))  # the SHA-256 of its words
    approved: Mapped[bool]
    translator: Mapped[str]
    qualification: Mapped[str]
    approved_on: Mapped[date | None]  # None where it is taken back
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]
