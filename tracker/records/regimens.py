"""Recording a regimen: a new dated snapshot, whole; an earlier one is never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker import charts, dates
from tracker.charts.products import columns_for
from tracker.charts.regimens import lines as chart_lines
from tracker.charts.streams import stream_seq
from tracker.models import Regimen, RegimenCell, RegimenLine, db, new_id
from tracker.policy import Actor
from tracker.records.acts import Conflict, Entry, act
from tracker.regimens import MOST_LINES, Line, Source, stream, why_not_line, with_origins


def record(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, as_of: date, source: Source,
    note: str, lines: Sequence[Line],
) -> int:  # fmt: skip
    """Record a regimen as of a date and give its id.

    `seen` is the place in the stream that the form showed; when somebody recorded another regimen
    meanwhile, raises Conflict. A cell of a line with `carried_from` keeps who typed it and when,
    if that earlier line of the same chart has the same text for the same product, unit and
    pattern; every other cell was typed now, by `by`. Raises ValueError for what the form should
    have refused: no line, too many, a cell that does not fit, a patient who is not of this clinic
    or whose record was merged into another.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValueError(f"a regimen has 1 to {MOST_LINES} medicines")
    for line in lines:
        if refused := why_not_line(line):
            raise ValueError(refused)
    with act("regimen.write", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        patient = charts.patient_of(clinic_id, patient_id)
        if patient is None or patient.merged_into_id is not None:
            raise ValueError("there is no such record to write into")
        if stream_seq(clinic_id, stream(patient_id)) != seen:
            raise Conflict("another regimen was recorded meanwhile")
        entry.about["as_of"] = dates.screen(as_of)
        regimen_id = entry.fact(kind="regimen", stream=stream(patient_id), seen=seen)
        db.session.add(
            Regimen(
                clinic_id=clinic_id,
                id=regimen_id,
                patient_id=patient_id,
                as_of=as_of,
                source=source.value,
                note=note,
            )
        )
        db.session.flush()
        ids = [line.carried_from for line in lines if line.carried_from is not None]
        before = chart_lines(clinic_id, patient_id, ids)
        for position, line in enumerate(lines):
            _add_line(entry, regimen_id, position, line, before.get(line.carried_from or 0))
    return regimen_id


def _add_line(
    entry: Entry, regimen_id: int, position: int, line: Line, before: Line | None
) -> None:
    row = RegimenLine(
        clinic_id=entry.clinic_id,
        id=new_id(),
        regimen_id=regimen_id,
        position=position,
        label_says=line.label_says,
        other_prescriber=line.other_prescriber,
        reason=line.note,
        **columns_for(line.product, line.measure, line.unit, line.unit_plural, line.schedule),
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        RegimenCell(
            clinic_id=entry.clinic_id,
            line_id=row.id,
            slot=cell.slot,
            text=str(cell.text),
            typed_by=cell.typed_by or entry.by.name,
            typed_at=cell.typed_at or entry.at,
        )
        for cell in with_origins(line, before)
    )
