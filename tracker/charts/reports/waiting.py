"""Reports of what waits, read from the worklist: one query each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from tracker.charts.reports.values import Line
from tracker.dates import today_at
from tracker.models import Clinic, Staff, WorklistRow, db
from tracker.worklist import Kind, Lane

W = WorklistRow
NOBODY = "Nobody yet"


def _shown(today: date, *conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    return [W.shows_from <= today, W.until >= today, *conditions]


def _rows(clinic_id: int, person: Any, conditions: list[ColumnElement[bool]]) -> Iterator[Any]:
    """Give rows of the list with the person they count for, by id and name."""
    yield from db.session.execute(
        select(W.patient_id, W.due, W.shows_from, W.late_from, W.at, W.tried_on, W.tries, W.what,
               Staff.id.label("who"), Staff.name.label("named"))
        .outerjoin(Staff, Staff.id == person)
        .where(W.clinic_id == clinic_id, *conditions)
    )  # fmt: skip


def _of(row: Any, on: date | None, what: str) -> Line:
    return Line(str(row.who or "nobody"), row.named or NOBODY, row.patient_id, on, what)


def overdue(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the check-ins past their last day, by who spoke with the patient last."""
    late = _shown(today, W.lane == Lane.TASK.value, W.kind == Kind.CHECKIN.value,
                  W.late_from <= today)  # fmt: skip
    for row in _rows(clinic_id, W.owner_id, late):
        yield _of(row, row.due, row.what)


def unreached(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the check-ins that were tried in vain and still stand open, by who tried last."""
    tried = [W.kind == Kind.CHECKIN.value, W.tries > 0]
    for row in _rows(clinic_id, W.owner_id, tried):
        times = "once" if row.tries == 1 else f"{row.tries} times"
        yield _of(row, row.tried_on, f"{row.what}, tried {times}")


def no_contact(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the patients for whom no next contact is booked, by responsible physician."""
    for row in _rows(clinic_id, W.physician_id, _shown(today, W.lane == Lane.NO_CONTACT.value)):
        yield _of(row, row.shows_from, row.what)


def not_started(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the steps on paper with no start recorded, by responsible physician."""
    passed = _shown(today, W.lane == Lane.START.value, W.late_from <= today)
    for row in _rows(clinic_id, W.physician_id, passed):
        yield _of(row, row.due, row.what)


AGES = ((0, "Today"), (1, "1 day"), (3, "2 to 3 days"), (7, "4 to 7 days"), (None, "Longer"))


def escalations(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the open escalations by the days since they were raised."""
    zone = db.session.get_one(Clinic, clinic_id).time_zone
    for row in _rows(clinic_id, W.owner_id, [W.lane == Lane.ESCALATION.value]):
        raised = today_at(zone, row.at) if row.at else row.shows_from
        key, words = next(
            (str(at), words)
            for at, (most, words) in enumerate(AGES)
            if most is None or (today - raised).days <= most
        )
        owner = f"accepted by {row.named}" if row.named else "not accepted yet"
        yield Line(key, words, row.patient_id, raised, f"{row.what}, {owner}")
