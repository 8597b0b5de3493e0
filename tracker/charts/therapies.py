"""A patient's therapies: where each one stands, and those that the plan pairs with its steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import func, select

from tracker import plans
from tracker.charts.patients import record_ids
from tracker.charts.plans import in_force
from tracker.models import EnteredInError, Fact, Staff, TherapyEvent, db
from tracker.therapies import Kind, Line, Standing


def stream_of(therapy_id: int) -> str:
    """Name the stream of a therapy's lines."""
    return f"therapy:{therapy_id}"


def in_place(clinic_id: int, patient_id: int) -> tuple[Standing, ...]:
    """List what is in place or planned: not what was stopped, and not what was put in by error.

    A therapy of the version in force with nothing recorded comes last, without an id.
    """
    signed = in_force(clinic_id, patient_id)
    return now(all_of(clinic_id, patient_id), signed.version if signed else None)


def now(recorded: Iterable[Standing], version: plans.Version | None) -> tuple[Standing, ...]:
    """Give those of the recorded therapies that are in place, then those only paired with steps."""
    paired = {
        therapy.therapy: therapy.words
        for step in (version.steps if version else ())
        for therapy in step.therapies
    }
    going = [
        replace(one, planned=one.therapy in paired) for one in recorded if one.state != "stopped"
    ]
    known = {one.therapy for one in recorded}
    return (
        *going,
        *(
            Standing(None, therapy, words, planned=True)
            for therapy, words in paired.items()
            if therapy not in known
        ),
    )


def paired_with(
    clinic_id: int, patient_id: int, step: plans.Step
) -> tuple[tuple[plans.PairedTherapy, Standing], ...]:
    """Give where each therapy paired with a step stands: "Physical therapy: referred ..."."""
    newest = {one.therapy: one for one in all_of(clinic_id, patient_id)}
    return tuple(
        (
            pairing,
            newest.get(
                pairing.therapy, Standing(None, pairing.therapy, pairing.words, planned=True)
            ),
        )
        for pairing in step.therapies
    )


def all_of(clinic_id: int, patient_id: int) -> tuple[Standing, ...]:
    """List a chart's therapies in the order of their beginning, the stopped among them."""
    rows = db.session.execute(
        select(TherapyEvent, Fact, Staff.name, EnteredInError.reason)
        .join(Fact, (Fact.clinic_id == TherapyEvent.clinic_id) & (Fact.id == TherapyEvent.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .outerjoin(
            EnteredInError,
            (EnteredInError.clinic_id == TherapyEvent.clinic_id)
            & (EnteredInError.fact_id == TherapyEvent.id),
        )
        .where(
            TherapyEvent.clinic_id == clinic_id,
            TherapyEvent.patient_id.in_(record_ids(clinic_id, patient_id)),
        )
        .order_by(TherapyEvent.therapy_id, TherapyEvent.id)
    ).all()
    found: dict[int, list[tuple[TherapyEvent, Line]]] = defaultdict(list)
    for row, fact, by, wrong in rows:
        found[row.therapy_id].append((row, _line(row, fact, by, wrong or "")))
    ends = _ends(clinic_id, found)
    return tuple(
        Standing(
            id=therapy_id,
            therapy=lines[0][0].therapy,
            words=lines[0][0].words,
            lines=tuple(line for _, line in lines),
            seq=ends[stream_of(therapy_id)],
            patient_id=lines[0][0].patient_id,
        )
        for therapy_id, lines in found.items()
        if not all(line.in_error for _, line in lines)
    )


def one_of(clinic_id: int, patient_id: int, therapy_id: int) -> Standing | None:
    """Give one therapy of this chart, or None."""
    return next((one for one in all_of(clinic_id, patient_id) if one.id == therapy_id), None)


def _line(row: TherapyEvent, fact: Fact, by: str, wrong: str) -> Line:
    return Line(
        fact_id=row.id,
        kind=Kind(row.kind),
        on=row.on,
        by=by,
        at=fact.recorded_at,
        times=row.times,
        barrier=row.barrier,
        text=row.text,
        in_error=wrong,
    )


def _ends(clinic_id: int, ids: Iterable[int]) -> dict[str, int]:
    rows = db.session.execute(
        select(Fact.stream, func.max(Fact.seq))
        .where(Fact.clinic_id == clinic_id, Fact.stream.in_([stream_of(one) for one in ids]))
        .group_by(Fact.stream)
    )
    return {stream: seq for stream, seq in rows}
