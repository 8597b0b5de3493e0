"""Handouts that are due, and what became of those that were printed in one batch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from tracker import course as courses
from tracker.charts.course import courses_of_charts
from tracker.charts.everyone import in_force
from tracker.charts.patients import PatientHead, charts_of, patients_of
from tracker.charts.plans import in_force_of_charts
from tracker.dates import screen
from tracker.models import (
    BatchSheet,
    Handout,
    PlanVersion,
    PrintBatch,
    Staff,
    WorklistRow,
    db,
)
from tracker.worklist import Kind

# A sheet that is still right and this young is not printed again for a date that comes.
STILL_FRESH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Due:
    """A patient whose handout is due, and why."""

    patient_id: int
    version_id: int
    why: str


@dataclass(frozen=True, slots=True)
class Printed:
    """One sheet of a batch: printed, or not and why."""

    place: int
    patient: PatientHead
    code: str
    sheet: str  # "patient", or "hold" for a slip; "" where nothing was printed
    handout_id: int | None
    refused: str
    plainly: str  # the refusal without anything of the record


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and how far it is."""

    id: int
    begun_at: datetime
    begun_by: str
    first_day: date
    last_day: date
    wanted: tuple[Due, ...]
    done: int
    refused: int

    @property
    def left(self) -> int:
        """How many sheets are still to be printed."""
        return len(self.wanted) - self.done


def due(clinic_id: int, first: date, last: date, *, today: date) -> tuple[Due, ...]:
    """List the handouts due from one day to another, in the order of the patients' names.

    A handout of an active patient whose plan is not closed is due when the version in force was
    never printed; when what was printed is out of date; and when a step starts or the next
    check-in falls between the two days, unless a sheet was printed within 7 days. A plan on hold
    gets its slip, and has it for as long. The list of what needs a person (the worklist) knows all
    of it.
    """
    known = {one.patient_id: one.version_id for one in in_force(clinic_id)}
    fresh = _printed_since(clinic_id, today - STILL_FRESH)
    found: dict[int, str] = {}
    by_date: set[int] = set()
    for row in _rows(clinic_id, first, last):
        if row.kind == Kind.PAPER:
            found[row.patient_id] = row.what
        elif row.patient_id not in fresh and row.patient_id not in found:
            starts = " starts" if row.kind == Kind.START else ","
            found[row.patient_id] = f"{row.what}{starts} {screen(row.due)}"
            if row.kind == Kind.CHECKIN:
                by_date.add(row.patient_id)
    slips = _slips(clinic_id, found, today - STILL_FRESH)
    done = _without_paper(clinic_id, by_date | slips.keys(), slips)
    return tuple(
        Due(patient_id, version_id, found[patient_id])
        for patient_id, version_id in known.items()
        if patient_id in found and patient_id not in done
    )


def _rows(clinic_id: int, first: date, last: date) -> Sequence[Any]:
    W = WorklistRow
    # The clinic stands with each kind: each is then a range of the index by date.
    of_kinds = [
        and_(W.clinic_id == clinic_id, W.kind == Kind.PAPER),
        *(
            and_(W.clinic_id == clinic_id, W.kind == kind, W.due.between(first, last))
            for kind in (Kind.START, Kind.CHECKIN)
        ),
    ]
    return db.session.execute(
        select(W.patient_id, W.kind, W.due, W.what)
        .where(or_(*of_kinds))
        .order_by(W.due, W.kind.desc())
    ).all()


def _printed_since(clinic_id: int, day: date) -> set[int]:
    """Give the patients whose own sheet was printed after the end of a day."""
    since = datetime.combine(day + timedelta(days=1), time(), UTC)
    printed = select(Handout.patient_id).where(
        Handout.clinic_id == clinic_id,
        Handout.sheet == "patient",
        Handout.printed_at >= since,
    )
    return set(db.session.scalars(printed))


def _slips(clinic_id: int, candidates: Iterable[int], day: date) -> dict[int, date]:
    """Give the day of the newest hold slip of each patient who got one after the end of a day."""
    since = datetime.combine(day + timedelta(days=1), time(), UTC)
    rows = db.session.execute(
        select(Handout.patient_id, func.max(Handout.printed_at))
        .where(
            Handout.clinic_id == clinic_id,
            Handout.sheet == "hold",
            Handout.printed_at >= since,
            Handout.patient_id.in_(list(candidates)),
        )
        .group_by(Handout.patient_id)
    )
    return {patient_id: printed_at.date() for patient_id, printed_at in rows}


def _without_paper(
    clinic_id: int, candidates: Iterable[int], slips: Mapping[int, date]
) -> set[int]:
    """Give those of the patients who get no paper: their plan is closed, or its slip is printed."""
    charts = charts_of(clinic_id, candidates)
    known = courses_of_charts(clinic_id, charts, in_force_of_charts(clinic_id, charts))
    return {
        one
        for one, course in known.items()
        if courses.closed(course) is not None
        or ((hold := courses.held(course)) and one in slips and slips[one] >= hold.on)
    }


def batch_of(clinic_id: int, batch_id: int) -> Batch | None:
    """Give one batch of this clinic, or None."""
    return next(iter(_batches(clinic_id, batch_id)), None)


def batches(clinic_id: int) -> tuple[Batch, ...]:
    """List the clinic's newest ten batches, newest first."""
    return tuple(_batches(clinic_id))


def _batches(clinic_id: int, only: int | None = None) -> Iterator[Batch]:
    rows = db.session.execute(
        select(PrintBatch, Staff.name)
        .join(Staff, Staff.id == PrintBatch.begun_by)
        .where(PrintBatch.clinic_id == clinic_id, *([PrintBatch.id == only] if only else []))
        .order_by(PrintBatch.begun_at.desc(), PrintBatch.id.desc())
        .limit(10)
    ).all()
    counts = {
        batch_id: (done, printed)
        for batch_id, done, printed in db.session.execute(
            select(BatchSheet.batch_id, func.count(), func.count(BatchSheet.handout_id))
            .where(BatchSheet.clinic_id == clinic_id)
            .where(BatchSheet.batch_id.in_([row.id for row, _ in rows]))
            .group_by(BatchSheet.batch_id)
        )
    }
    for row, name in rows:
        done, printed = counts.get(row.id, (0, 0))
        yield Batch(
            id=row.id,
            begun_at=row.begun_at,
            begun_by=name,
            first_day=row.first_day,
            last_day=row.last_day,
            wanted=tuple(Due(*one) for one in json.loads(row.wanted)),
            done=done,
            refused=done - printed,
        )


def printed_in(batch_id: int, clinic_id: int) -> tuple[Printed, ...]:
    """List a batch's sheets so far, in its order, without their bytes."""
    rows = db.session.execute(
        select(BatchSheet, PlanVersion.code, Handout.sheet)
        .outerjoin(
            Handout,
            (Handout.clinic_id == BatchSheet.clinic_id) & (Handout.id == BatchSheet.handout_id),
        )
        .outerjoin(
            PlanVersion,
            (PlanVersion.clinic_id == Handout.clinic_id) & (PlanVersion.id == Handout.version_id),
        )
        .where(BatchSheet.clinic_id == clinic_id, BatchSheet.batch_id == batch_id)
        .order_by(BatchSheet.place)
    ).all()
    heads = {one.id: one for one in patients_of(clinic_id, [row.patient_id for row, _, _ in rows])}
    return tuple(
        Printed(
            place=row.place,
            patient=heads[row.patient_id],
            code=code or "",
            sheet=sheet or "",
            handout_id=row.handout_id,
            refused=row.refused,
            plainly=row.plainly,
        )
        for row, code, sheet in rows
    )


def kept_sheets(sheets: tuple[Printed, ...], clinic_id: int) -> Iterator[tuple[Printed, bytes]]:
    """Give the kept bytes of each printed sheet, one at a time, so that memory stays flat."""
    for one in sheets:
        if one.handout_id is not None:
            kept = db.session.scalar(
                select(Handout.pdf).where(
                    Handout.clinic_id == clinic_id, Handout.id == one.handout_id
                )
            )
            if kept is not None:
                yield one, kept
