"""Handouts that are due, and what became of those that were printed in one batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from tracker import plans
from tracker.charts import papers
from tracker.charts.checkins import next_contact
from tracker.charts.course import course_of
from tracker.charts.everyone import in_force
from tracker.charts.patients import PatientHead, patient_of, patients_of
from tracker.charts.plans import SignedVersion, signed_version
from tracker.dates import screen
from tracker.models import BatchSheet, Clinic, Handout, PlanVersion, PrintBatch, Staff, db

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


def due(clinic: Clinic, first: date, last: date, *, today: date) -> Iterator[Due]:
    """List the handouts due from one day to another, in the order of the patients' names.

    A handout of an active patient is due when the version in force was never printed; when what
    was printed is out of date; and when a step starts or the next check-in falls between the two
    days, unless a sheet that is still right was printed within 7 days.
    """
    for one in in_force(clinic.id):
        head = patient_of(clinic.id, one.patient_id)
        signed = signed_version(clinic.id, one.version_id)
        if head is None or signed is None:
            continue
        if why := _why_due(clinic, head, signed, first, last, today):
            yield Due(one.patient_id, one.version_id, why)


def _why_due(
    clinic: Clinic, head: PatientHead, signed: SignedVersion, first: date, last: date, today: date
) -> str:
    newest = next(iter(papers.printed(clinic.id, head.id)), None)
    if newest is None or newest.version_id != signed.id:
        return f"Version {signed.version.number} is not printed yet"
    latin_only = newest.sheet.patient.latin_only
    now = papers.sheet_now(clinic, head, signed, today=today, printed_by="", latin_only=latin_only)
    if why := papers.why_out_of_date(newest, now, course_of(clinic.id, head.id)):
        return f"Out of date: {why}"
    if newest.sheet.printed_on > today - STILL_FRESH:
        return ""
    return _coming(head, signed.version, first, last)


def _coming(head: PatientHead, version: plans.Version, first: date, last: date) -> str:
    for step in version.steps:
        if first <= step.starts_on <= last:
            return f"Step {step.number} starts {screen(step.starts_on)}"
    contact = next_contact(head.clinic_id, head.id, first)
    if contact is not None and contact.on <= last:
        return f"Check-in {screen(contact.on)}"
    return ""


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
        select(BatchSheet, PlanVersion.code)
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
    heads = {one.id: one for one in patients_of(clinic_id, [row.patient_id for row, _ in rows])}
    return tuple(
        Printed(
            row.place, heads[row.patient_id], code or "", row.handout_id, row.refused, row.plainly
        )
        for row, code in rows
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
