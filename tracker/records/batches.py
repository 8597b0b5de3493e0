"""Acts of printing many handouts at once: the batch is begun, then each sheet is an act of its own.

A sheet of a batch is kept like a single printing. One that cannot be printed leaves its reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date
from pathlib import Path

from sqlalchemy import select

from tracker import dates, handouts
from tracker.charts.batches import Batch, Due
from tracker.charts.course import course_of
from tracker.charts.papers import sheet_now
from tracker.charts.patients import PatientHead, patient_of
from tracker.charts.plans import SignedVersion, in_force
from tracker.charts.sheets import hold_slip
from tracker.course import held
from tracker.course.refusals import why_ended
from tracker.handouts import PatientSheet, kinds
from tracker.languages import said
from tracker.models import BatchSheet, Clinic, PrintBatch, db, new_id
from tracker.policy import Actor
from tracker.records import papers
from tracker.records.acts import Conflict, act


def begin(*, by: Actor, clinic_id: int, first: date, last: date, wanted: Iterable[Due]) -> int:
    """Begin a batch with the list of what is due, and give its id."""
    rows = [astuple(one) for one in wanted]
    with act(
        "batch.print", by=by, clinic_id=clinic_id, count=str(len(rows)),
        first=dates.screen(first), last=dates.screen(last),
    ) as entry:  # fmt: skip
        batch_id = new_id()
        db.session.add(
            PrintBatch(
                clinic_id=clinic_id,
                id=batch_id,
                begun_at=entry.at,
                begun_by=by.staff_id,
                first_day=first,
                last_day=last,
                wanted=json.dumps(rows),
            )
        )
    return batch_id


def print_next(
    *, by: Actor, clinic: Clinic, batch: Batch, today: date, fonts: Path | None, at_most: int
) -> int:
    """Print the next sheets of a batch and give how many were dealt with.

    A sheet that somebody else's turn has just taken is left to them.
    """
    taken = set(
        db.session.scalars(
            select(BatchSheet.place).where(
                BatchSheet.clinic_id == clinic.id, BatchSheet.batch_id == batch.id
            )
        )
    )
    places = [place for place in range(len(batch.wanted)) if place not in taken][:at_most]
    for place in places:
        try:
            _print_one(by, clinic, batch, place, today, fonts)
        except Conflict:
            continue
    return len(places)


def _print_one(
    by: Actor, clinic: Clinic, batch: Batch, place: int, today: date, fonts: Path | None
) -> None:
    one = batch.wanted[place]
    head, signed = patient_of(clinic.id, one.patient_id), in_force(clinic.id, one.patient_id)
    course = course_of(clinic.id, one.patient_id, signed)
    if head is None or signed is None or head.merged_into_id is not None or why_ended(course):
        gone = said("There is no plan any more that goes on.")
        _refuse(by, clinic.id, batch, place, gone, gone)
        return
    if held(course) is not None:
        _print_slip(by, clinic, batch, place, head, signed, today, fonts)
        return
    sheet = sheet_now(clinic, head, signed, today=today, printed_by=by.name)
    if _stopped(by, clinic.id, batch, place, sheet, fonts):
        return
    papers.print_handout(
        by=by,
        clinic_id=clinic.id,
        patient_id=one.patient_id,
        version_id=signed.id,
        sheet=sheet,
        pdf=handouts.draw(sheet, fonts),
        drawn_with=handouts.made_with(fonts, sheet.language),
        batch=(batch.id, place),
    )


def _print_slip(
    by: Actor, clinic: Clinic, batch: Batch, place: int, head: PatientHead,
    signed: SignedVersion, today: date, fonts: Path | None,
) -> None:  # fmt: skip
    """Print the hold slip: a sheet of steps would tell a patient on hold to go on."""
    slip = hold_slip(clinic, head, today=today, printed_by=by.name)
    if slip is None or _stopped(by, clinic.id, batch, place, slip.sheet, fonts):
        return
    papers.print_sheet(
        by=by,
        clinic_id=clinic.id,
        patient_id=head.id,
        version=(signed.id, signed.version.number),
        sheet=slip,
        pdf=kinds.draw(slip, fonts),
        drawn_with=kinds.made_with(slip, fonts),
        batch=(batch.id, place),
    )


def _stopped(
    by: Actor, clinic_id: int, batch: Batch, place: int, sheet: PatientSheet, fonts: Path | None
) -> bool:
    """Record what stops a sheet, and tell whether something does."""
    stops = [problem for problem in handouts.printable(sheet, fonts) if problem.stops]
    if stops:
        why = " ".join(problem.sentence for problem in stops)
        _refuse(by, clinic_id, batch, place, why, " ".join(p.plainly for p in stops))
    return bool(stops)


def _refuse(by: Actor, clinic_id: int, batch: Batch, place: int, why: str, plainly: str) -> None:
    patient_id, of = batch.wanted[place].patient_id, (batch.id, place)
    with act("handout.refused", by=by, clinic_id=clinic_id, patient_id=patient_id, why=why):
        db.session.add(papers.batch_row(clinic_id, of, patient_id, None, why, plainly))
