"""The worklist: a projection of facts, made again for a patient by each act upon their record.

It is no truth of its own: `worklist.rows_for` gives the same rows from the facts at any time, and a
command compares the two. It holds dates and never a group. One row is all the Today page needs of
it, so the page reads this table alone.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import FOLDED, Base, clinic_column

PLACE = ("ref", "kind", "part")  # among the rows of one day
# A lane, or what was tried, in order; and what else decides whether a row is shown, so that rows
# are counted in the index alone.
LANE = ("lane", "late_from", *PLACE, "shows_from", "until", "tried_on")
TRIED = ("tried_on", *PLACE, "until")


def _of_tried(name: str, *columns: str) -> Index:
    tried = text("tried_on IS NOT NULL")
    return Index(name, *columns, sqlite_where=tried, postgresql_where=tried)


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
        # Each group of the page is a range of one of these, already in the page's order: of all
        # rows, of one physician's, and of those that one person answers for.
        Index("ix_worklist_late", "clinic_id", *LANE),
        Index("ix_worklist_physician", "clinic_id", "physician_id", *LANE),
        Index("ix_worklist_owner", "clinic_id", "owner_id", *LANE),
        # Few rows were tried in vain, so these are small.
        _of_tried("ix_worklist_tried", "clinic_id", *TRIED),
        _of_tried("ix_worklist_physician_tried", "clinic_id", "physician_id", *TRIED),
        _of_tried("ix_worklist_owner_tried", "clinic_id", "owner_id", *TRIED),
        # By the date itself: what is ahead, and the paper that is due.
        Index("ix_worklist_due", "clinic_id", "kind", "due"),
        Index("ix_worklist_patient", "clinic_id", "patient_id"),
    )


class WorklistTherapy(Base):
    """A row of the worklist once more for each therapy of its patient, for the list's filter.

    Only what decides whether and where a row is shown; it is made with its row and goes with it.
    """

    __tablename__ = "worklist_therapy"

    clinic_id: Mapped[int] = clinic_column()
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    ref: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    therapy: Mapped[str] = mapped_column(String(60), primary_key=True)
    lane: Mapped[str] = mapped_column(String(12))
    shows_from: Mapped[date]
    late_from: Mapped[date]
    until: Mapped[date]
    tried_on: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "kind", "ref", "part"],
            ["worklist.clinic_id", "worklist.kind", "worklist.ref", "worklist.part"],
            ondelete="CASCADE",
        ),
        Index("ix_worklist_therapy_late", "clinic_id", "therapy", *LANE),
        _of_tried("ix_worklist_therapy_tried", "clinic_id", "therapy", *TRIED),
    )
