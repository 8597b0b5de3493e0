"""Reports of what waits, read from the worklist."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select

from tracker.charts.reports.parts import said_as
from tracker.charts.reports.values import report
from tracker.languages import counted, read, said
from tracker.models import Staff, WorklistRow
from tracker.worklist import Kind, Lane

W = WorklistRow
NOBODY = said("Nobody yet")


def _shown(today: date, *conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    return [W.shows_from <= today, W.until >= today, *conditions]


def _rows(
    clinic_id: int, person: Any, day: Any, conditions: list[ColumnElement[bool]]
) -> Select[Any]:
    """Give rows of the list with the person they count for; equal ones stay apart."""
    return (
        select(
            func.coalesce(cast(Staff.id, String), "nobody").label("key"),
            func.coalesce(Staff.name, NOBODY).label("words"),
            W.patient_id, day.label("day"), W.what, W.said, W.tries, W.ref, W.part,
        )
        .outerjoin(Staff, Staff.id == person)
        .where(W.clinic_id == clinic_id, *conditions)
    )  # fmt: skip


def _what(row: Any) -> str:
    told: dict[str, str] = json.loads(row.said)
    english: str = row.what
    return read(told["what"]) if "what" in told else english


def _tried(row: Any) -> str:
    return counted("{what}, tried once", "{what}, tried {n} times", row.tries, what=_what(row))


@report(
    "overdue", said("Overdue check-ins"), of=said("Who spoke with the patient last"),
    on=said("Planned for"),
    says=said("Past the last day on which they were to be held."),
    none=said("No check-in is overdue."), kind="overdue", what=_what,
)  # fmt: skip
def overdue(clinic_id: int, today: date) -> Select[Any]:
    """Give the check-ins past their last day, by who spoke with the patient last."""
    late = _shown(today, W.lane == Lane.TASK.value, W.kind == Kind.CHECKIN.value,
                  W.late_from <= today)  # fmt: skip
    return _rows(clinic_id, W.owner_id, W.due, late)


@report(
    "unreached", said("Not reached yet"), of=said("Who tried last"), on=said("Tried last"),
    says=said("Tried at least once, not held and not cancelled."),
    none=said("Nobody waits to be reached."), kind="due", what=_tried,
)  # fmt: skip
def unreached(clinic_id: int, today: date) -> Select[Any]:
    """Give the check-ins that were tried in vain and still stand open, by who tried last."""
    tried = [W.kind == Kind.CHECKIN.value, W.tries > 0]
    return _rows(clinic_id, W.owner_id, W.tried_on, tried)


@report(
    "no-contact", said("No next contact"), of=said("Responsible physician"), on=said("Since"),
    says=said("A signed plan, and no contact booked from today on."),
    none=said("Everyone with a plan has a next contact."), kind="overdue", what=_what,
)  # fmt: skip
def no_contact(clinic_id: int, today: date) -> Select[Any]:
    """Give the patients for whom no next contact is booked, by responsible physician."""
    none = _shown(today, W.lane == Lane.NO_CONTACT.value)
    return _rows(clinic_id, W.physician_id, W.shows_from, none)


@report(
    "not-started", said("Start not recorded"), of=said("Responsible physician"),
    on=said("On paper since"),
    says=said("The date of a step has passed, and nobody recorded that it started."),
    none=said("Every step whose date has passed has its start recorded."), kind="due", what=_what,
)  # fmt: skip
def not_started(clinic_id: int, today: date) -> Select[Any]:
    """Give the steps on paper with no start recorded, by responsible physician."""
    passed = _shown(today, W.lane == Lane.START.value, W.late_from <= today)
    return _rows(clinic_id, W.physician_id, W.due, passed)


AGES = (
    (0, said("Today")),
    (1, said("1 day")),
    (3, said("2 to 3 days")),
    (7, said("4 to 7 days")),
)  # and longer


def _raised(row: Any) -> str:
    if row.named:
        return said("{what}, accepted by {named}", what=_what(row), named=row.named)
    return said("{what}, not accepted yet", what=_what(row))


@report(
    "escalations", said("Open escalations"), of=said("Raised"), on=said("Raised on"),
    says=said("Waiting for a physician’s answer, by the days since they were raised."),
    none=said("No escalation is open."), kind="escalated", what=_raised,
)  # fmt: skip
def escalations(clinic_id: int, today: date) -> Select[Any]:
    """Give the open escalations by the days since they were raised."""
    key = case(
        *(
            (W.shows_from >= today - timedelta(days=most), str(place))  # the day it was raised
            for place, (most, _) in enumerate(AGES)
        ),
        else_=str(len(AGES)),
    )
    words = {place: age for place, (_, age) in enumerate((*AGES, (None, said("Longer"))))}
    return (
        select(key.label("key"), said_as(key, words).label("words"), W.patient_id,
               W.shows_from.label("day"), W.what, W.said, Staff.name.label("named"), W.ref)
        .outerjoin(Staff, Staff.id == W.owner_id)
        .where(W.clinic_id == clinic_id, W.lane == Lane.ESCALATION.value)
    )  # fmt: skip
