"""The worklist: a projection of facts, made again for a patient by each act upon their record.

It is no truth of its own: `worklist.rows_for` gives the same rows from the facts at any time, and a
command compares the two. It holds dates and never a group. One row is all the Today page needs of
it, so the page reads this table alone.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import FOLDED, Base, clinic_column


class WorklistRow(Base):
    """One reason for which one patient is on the list, and between which days."""

    __tablename__ = "worklist"

    clinic_id: Mapped[int] = clinic_column()
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    ref: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    patient_id: Mapped[int]
    lane: Mapped[str] = mapped_column(String(12))
    due: Mapped[date]
    shows_from: Mapped[date]
    late_from: Mapped[date]
    until: Mapped[date]
    tried_on: Mapped[date | None]
    tries: Mapped[int]
    seq: Mapped[int]
    owner_id: Mapped[int | None]
    at: Mapped[datetime | None]
    what: Mapped[str]
    detail: Mapped[str]
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(FOLDED)
    born: Mapped[date]
    record_no: Mapped[str]
    physician_id: Mapped[int | None]
    on_step: Mapped[str]
    last_contact: Mapped[str]
    therapies: Mapped[str]  # ",yoga,massage,": catalogue ids, for the filter
    said: Mapped[str] = mapped_column(
        server_default="{}"
    )  # the row's sentences, for other languages

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        # Each group of the page is a range of one of these, already in the page's order.
        Index("ix_worklist_late", "clinic_id", "lane", "late_from", "ref", "kind", "part"),
        Index("ix_worklist_shows", "clinic_id", "lane", "shows_from", "ref", "kind", "part"),
        Index("ix_worklist_tried", "clinic_id", "tried_on", "ref", "kind", "part"),
        Index("ix_worklist_patient", "clinic_id", "patient_id"),
    )
