"""A patient's regimens: the current one, the earlier ones, and single lines to carry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Row, Select, select

from tracker.charts.patients import record_ids
from tracker.charts.products import product_of, schedule_of
from tracker.doses import DoseText
from tracker.models import EnteredInError, Fact, RegimenCell, RegimenLine, Staff, db
from tracker.models import Regimen as RegimenRow
from tracker.plans import Cell, Measure, cell_keys
from tracker.regimens import Line, Regimen, Source, stream

_Found = Row[RegimenRow, Fact, str, str]
_Select = Select[RegimenRow, Fact, str, str]


def current(clinic_id: int, patient_id: int) -> Regimen | None:
    """Give the patient's regimen: of those not entered in error the one as of the latest day.

    Two as of one day: the one recorded last. None when there is none.
    """
    found = db.session.execute(
        _in_order(_of_chart(clinic_id, patient_id).where(EnteredInError.id.is_(None))).limit(1)
    ).first()
    return _regimens(clinic_id, [found])[0] if found else None


def history(clinic_id: int, patient_id: int) -> tuple[Regimen, ...]:
    """List all of a patient's regimens, latest first, those entered in error among them."""
    chart = {patient_id: record_ids(clinic_id, patient_id)}
    return history_of_charts(clinic_id, chart)[patient_id]


def history_of_charts(
    clinic_id: int, charts: Mapping[int, tuple[int, ...]]
) -> dict[int, tuple[Regimen, ...]]:
    """List the regimens of several charts: each by its patient, with the ids of its records."""
    kept = {record_id: kept_id for kept_id, ids in charts.items() for record_id in ids}
    rows = db.session.execute(_in_order(_of_records(clinic_id, tuple(kept)))).all()
    found: dict[int, list[Regimen]] = {kept_id: [] for kept_id in charts}
    for one in _regimens(clinic_id, rows):
        found[kept[one.patient_id]].append(one)
    return {kept_id: tuple(regimens) for kept_id, regimens in found.items()}


def recorded_after(clinic_id: int, patient_id: int, seen: int) -> Regimen | None:
    """Give the last regimen written into this record after the place `seen`, or None.

    One that was entered in error is left out.
    """
    found = db.session.execute(
        _of_chart(clinic_id, patient_id)
        .where(Fact.stream == stream(patient_id), Fact.seq > seen, EnteredInError.id.is_(None))
        .order_by(Fact.seq.desc())
        .limit(1)
    ).first()
    return _regimens(clinic_id, [found])[0] if found else None


def recorded_until(clinic_id: int, patient_id: int, seen: int) -> Regimen | None:
    """Give the regimen that was current when the record's stream stood at the place `seen`."""
    found = db.session.execute(
        _in_order(
            _of_chart(clinic_id, patient_id).where(
                Fact.stream == stream(patient_id), Fact.seq <= seen
            )
        ).limit(1)
    ).first()
    return _regimens(clinic_id, [found])[0] if found else None


def lines(clinic_id: int, patient_id: int, ids: Collection[int]) -> dict[int, Line]:
    """Give lines of this chart by id; an id of another chart, or of an error, is left out."""
    rows = db.session.scalars(
        select(RegimenLine)
        .join(
            RegimenRow,
            (RegimenRow.clinic_id == RegimenLine.clinic_id)
            & (RegimenRow.id == RegimenLine.regimen_id),
        )
        .outerjoin(
            EnteredInError,
            (EnteredInError.clinic_id == RegimenRow.clinic_id)
            & (EnteredInError.fact_id == RegimenRow.id),
        )
        .where(
            RegimenLine.clinic_id == clinic_id,
            RegimenLine.id.in_(ids),
            RegimenRow.patient_id.in_(record_ids(clinic_id, patient_id)),
            EnteredInError.id.is_(None),
        )
    ).all()
    cells = _cells(clinic_id, [row.id for row in rows])
    return {row.id: _line(row, cells[row.id]) for row in rows}


def _of_chart(clinic_id: int, patient_id: int) -> _Select:
    return _of_records(clinic_id, record_ids(clinic_id, patient_id))


def _of_records(clinic_id: int, ids: tuple[int, ...]) -> _Select:
    return (
        select(RegimenRow, Fact, Staff.name, EnteredInError.reason)
        .join(Fact, (Fact.clinic_id == RegimenRow.clinic_id) & (Fact.id == RegimenRow.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .outerjoin(
            EnteredInError,
            (EnteredInError.clinic_id == RegimenRow.clinic_id)
            & (EnteredInError.fact_id == RegimenRow.id),
        )
        .where(
            RegimenRow.clinic_id == clinic_id,
            RegimenRow.patient_id.in_(ids),
        )
    )


def _in_order(
    found: _Select,
) -> _Select:
    return found.order_by(RegimenRow.as_of.desc(), Fact.recorded_at.desc(), Fact.id.desc())


def _regimens(clinic_id: int, found: Sequence[_Found]) -> tuple[Regimen, ...]:
    rows = db.session.scalars(
        select(RegimenLine)
        .where(
            RegimenLine.clinic_id == clinic_id,
            RegimenLine.regimen_id.in_([row.id for row, *_ in found]),
        )
        .order_by(RegimenLine.position)
    ).all()
    cells = _cells(clinic_id, [row.id for row in rows])
    by_regimen: dict[int, list[Line]] = defaultdict(list)
    for row in rows:
        by_regimen[row.regimen_id].append(_line(row, cells[row.id]))
    return tuple(
        Regimen(
            id=row.id,
            seq=fact.seq,
            patient_id=row.patient_id,
            as_of=row.as_of,
            source=Source(row.source),
            note=row.note,
            lines=tuple(by_regimen[row.id]),
            recorded_by=name,
            recorded_at=fact.recorded_at,
            in_error=wrong or "",
        )
        for row, fact, name, wrong in found
    )


def _cells(clinic_id: int, line_ids: Sequence[int]) -> dict[int, list[RegimenCell]]:
    found: dict[int, list[RegimenCell]] = defaultdict(list)
    for cell in db.session.scalars(
        select(RegimenCell).where(
            RegimenCell.clinic_id == clinic_id, RegimenCell.line_id.in_(line_ids)
        )
    ):
        found[cell.line_id].append(cell)
    return found


def _line(row: RegimenLine, cells: Sequence[RegimenCell]) -> Line:
    schedule = schedule_of(row)
    typed = {cell.slot: cell for cell in cells}
    return Line(
        id=row.id,
        product=product_of(row),
        measure=Measure(row.measure),
        unit=row.unit,
        unit_plural=row.unit_plural,
        schedule=schedule,
        cells=tuple(
            Cell(slot, DoseText(typed[slot].text), typed[slot].typed_by, typed[slot].typed_at)
            for slot in cell_keys(schedule)
        ),
        label_says=row.label_says,
        other_prescriber=row.other_prescriber,
        note=row.reason,
    )
