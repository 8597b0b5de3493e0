"""Keeps the worklist equal to the facts: made again for a patient by each act, or for everyone.

The rows are a projection: `charts.worklist.rows_of` makes them from facts, here they are only put
into the table. An act does so in its own transaction, after it has locked the end of the clinic's
history, so two acts upon one patient never miss each other's facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import delete, insert, select

from tracker.charts.patients import kept_record
from tracker.charts.reading import read_once
from tracker.charts.worklist import COLUMNS, rows_of
from tracker.models import Patient, WorklistRow, WorklistTherapy, begin_writing, db

AT_ONCE = 200  # patients in one transaction of a rebuild
_OF_A_THERAPY = tuple(c.key for c in WorklistTherapy.__table__.columns if c.key != "therapy")


def refresh(clinic_id: int, patient_ids: Iterable[int]) -> None:
    """Make the rows of these patients again, inside the transaction under way.

    For a record that was merged into another one, the rows stand under the one that was kept.
    """
    touched = {*patient_ids}
    touched |= {kept_record(clinic_id, one) for one in touched}
    made = {one: _made(clinic_id, one) for one in sorted(touched)}
    _put(clinic_id, {one: rows for one, rows in made.items() if _differ(clinic_id, one, rows)})


def refresh_clinic(clinic_id: int) -> None:
    """Make the rows of a whole clinic again: its clock or its phones were changed."""
    refresh(clinic_id, _listed(clinic_id))


def rebuild() -> Iterator[tuple[int, int]]:
    """Make every row of every clinic again; yield how many patients are done, and of how many."""
    everyone = _everyone()
    for start in range(0, len(everyone), AT_ONCE):
        begin_writing()
        some = everyone[start : start + AT_ONCE]
        for clinic_id in sorted({clinic_id for clinic_id, _ in some}):
            refresh(clinic_id, [patient_id for clinic, patient_id in some if clinic == clinic_id])
        db.session.commit()
        yield start + len(some), len(everyone)


def differences() -> Iterator[tuple[int, int, int]]:
    """Compare the table with the facts; yield patients done, of how many, and rows that differ.

    A row that is missing, one too many, and one with another content each count as one. Writes
    nothing.
    """
    everyone, found = _everyone(), 0
    for place, (clinic_id, patient_id) in enumerate(everyone, 1):
        found += differ(clinic_id, patient_id)
        if place % AT_ONCE == 0 or place == len(everyone):
            db.session.rollback()  # each read of the facts sees them as they are by then
            yield place, len(everyone), found


def differ(clinic_id: int, patient_id: int) -> int:
    """Count the rows of one patient in which table and facts differ; writes nothing."""
    return _differ(clinic_id, patient_id, _made(clinic_id, patient_id))


def _made(clinic_id: int, patient_id: int) -> list[dict[str, Any]]:
    """Make a patient's rows; several of them ask for the same chart, and it is read once."""
    with read_once():
        return rows_of(clinic_id, patient_id)


def _differ(clinic_id: int, patient_id: int, rows: list[dict[str, Any]]) -> int:
    """Count the rows that are missing, one too many, or other than these."""
    kept = {_key(row): row for row in _kept(clinic_id, patient_id)}
    made = {_key(row): row for row in rows}
    return sum(1 for key in {*kept, *made} if kept.get(key) != made.get(key))


def _key(row: dict[str, Any]) -> tuple[str, int, int]:
    return row["kind"], row["ref"], row["part"]


def _kept(clinic_id: int, patient_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(*(getattr(WorklistRow, name) for name in COLUMNS)).where(
            WorklistRow.clinic_id == clinic_id, WorklistRow.patient_id == patient_id
        )
    )
    return [dict(row._mapping) for row in rows]


def _put(clinic_id: int, made: dict[int, list[dict[str, Any]]]) -> None:
    """Put new rows in the place of the old: all old ones first, for a merge moves rows.

    The lines by therapy go with their rows: the database deletes them.
    """
    if not made:
        return
    db.session.execute(
        delete(WorklistRow).where(
            WorklistRow.clinic_id == clinic_id, WorklistRow.patient_id.in_(made)
        )
    )
    rows = [row for of_one in made.values() for row in of_one]
    if rows:
        db.session.execute(insert(WorklistRow), rows)
    by_therapy = [
        {**{name: row[name] for name in _OF_A_THERAPY}, "therapy": therapy}
        for row in rows
        for therapy in row["therapies"].strip(",").split(",")
        if therapy
    ]
    if by_therapy:
        db.session.execute(insert(WorklistTherapy), by_therapy)


def _listed(clinic_id: int) -> list[int]:
    return list(
        db.session.scalars(
            select(Patient.id).where(
                Patient.clinic_id == clinic_id, Patient.merged_into_id.is_(None)
            )
        )
    )


def _everyone() -> list[tuple[int, int]]:
    rows = db.session.execute(
        select(Patient.clinic_id, Patient.id).order_by(Patient.clinic_id, Patient.id)
    )
    return [(clinic_id, patient_id) for clinic_id, patient_id in rows]
