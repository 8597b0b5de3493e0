"""A patient's requests to amend the record, and the answers; and what the law let be removed.

A request and its answer are two lines of one stream, `amendment:<id>`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, FactRow, clinic_column, id_column


class AmendmentRequest(FactRow, Base):
    """What a patient asks to have changed in the record, in their words."""

    __tablename__ = "amendment_request"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    asked_on: Mapped[date]
    how: Mapped[str] = mapped_column(String(12))  # in_person, phone, letter
    text: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index("ix_amendment_request_clinic_id_patient_id", "clinic_id", "patient_id"),
    )


class AmendmentAnswer(FactRow, Base):
    """How a request was answered: accepted, with the event that corrects; or denied, and why."""

    __tablename__ = "amendment_answer"

    clinic_id: Mapped[int] = clinic_column()
    id: Mapped[int] = id_column()
    patient_id: Mapped[int]
    request_id: Mapped[int]
    accepted: Mapped[bool]
    event_seq: Mapped[int | None]  # the correction, in the clinic's chain
    text: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "id"], ["fact.clinic_id", "fact.id"]),
        ForeignKeyConstraint(
            ["clinic_id", "request_id"], ["amendment_request.clinic_id", "amendment_request.id"]
        ),
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
    )


class Removal(FactRow, Base):
    """What stands in the place of one removed event or fact, so that the chain can be followed.

    `name` is `event:<seq>` or a fact's name as events speak of it; `digest` is the event's MAC or
    the fact's digest. Nothing of what it said is left.
    """

    __tablename__ = "removal"

    clinic_id: Mapped[int] = clinic_column()
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
