"""A patient's therapies: where each one stands, and those that the plan pairs with its steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select

from tracker import plans
from tracker.charts.patients import record_ids
from tracker.charts.plans import in_force
from tracker.charts.reading import once_a_page
from tracker.charts.streams import stream_seqs
from tracker.languages import said
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


@once_a_page
def all_of(clinic_id: int, patient_id: int) -> tuple[Standing, ...]:
    """List a chart's therapies in the order of their beginning, the stopped among them."""
    chart = {patient_id: record_ids(clinic_id, patient_id)}
    return all_of_charts(clinic_id, chart)[patient_id]


def all_of_charts(
    clinic_id: int, charts: Mapping[int, tuple[int, ...]]
) -> dict[int, tuple[Standing, ...]]:
    """List the therapies of several charts: each by its patient, with the ids of its records."""
    kept = {record_id: kept_id for kept_id, ids in charts.items() for record_id in ids}
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
            TherapyEvent.patient_id.in_(kept),
        )
        .order_by(TherapyEvent.therapy_id, TherapyEvent.id)
    ).all()
    lines: dict[int, list[tuple[TherapyEvent, Line]]] = defaultdict(list)
    for row, fact, by, wrong in rows:
        lines[row.therapy_id].append((row, _line(row, fact, by, wrong or "")))
    ends = stream_seqs(clinic_id, map(stream_of, lines))
    found: dict[int, list[Standing]] = {kept_id: [] for kept_id in charts}
    for therapy_id, recorded in lines.items():
        first = recorded[0][0]
        if not all(line.in_error for _, line in recorded):
            found[kept[first.patient_id]].append(
                Standing(
                    id=therapy_id,
                    therapy=first.therapy,
                    words=said(first.words),
                    lines=tuple(line for _, line in recorded),
                    seq=ends[stream_of(therapy_id)],
                    patient_id=first.patient_id,
                )
            )
    return {kept_id: tuple(standings) for kept_id, standings in found.items()}


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
