"""Reports of what waits, read from the worklist."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select

from tracker.charts.reports.parts import said_as
from tracker.charts.reports.values import report
from tracker.models import Staff, WorklistRow
from tracker.worklist import Kind, Lane

W = WorklistRow
NOBODY = "Nobody yet"


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
            W.patient_id, day.label("day"), W.what, W.tries, W.ref, W.part,
        )
        .outerjoin(Staff, Staff.id == person)
        .where(W.clinic_id == clinic_id, *conditions)
    )  # fmt: skip


def _what(row: Any) -> str:
    said: str = row.what
    return said


def _tried(row: Any) -> str:
    times = "once" if row.tries == 1 else f"{row.tries} times"
    return f"{row.what}, tried {times}"


@report(
    "overdue", "Overdue check-ins", of="Who spoke with the patient last", on="Planned for",
    says="Past the last day on which they were to be held.",
    none="No check-in is overdue.", kind="overdue", what=_what,
)  # fmt: skip
def overdue(clinic_id: int, today: date) -> Select[Any]:
    """Give the check-ins past their last day, by who spoke with the patient last."""
    late = _shown(today, W.lane == Lane.TASK.value, W.kind == Kind.CHECKIN.value,
                  W.late_from <= today)  # fmt: skip
    return _rows(clinic_id, W.owner_id, W.due, late)


@report(
    "unreached", "Not reached yet", of="Who tried last", on="Tried last",
    says="Tried at least once, not held and not cancelled.",
    none="Nobody waits to be reached.", kind="due", what=_tried,
)  # fmt: skip
def unreached(clinic_id: int, today: date) -> Select[Any]:
    """Give the check-ins that were tried in vain and still stand open, by who tried last."""
    tried = [W.kind == Kind.CHECKIN.value, W.tries > 0]
    return _rows(clinic_id, W.owner_id, W.tried_on, tried)


@report(
    "no-contact", "No next contact", of="Responsible physician", on="Since",
    says="A signed plan, and no contact booked from today on.",
    none="Everyone with a plan has a next contact.", kind="overdue", what=_what,
)  # fmt: skip
def no_contact(clinic_id: int, today: date) -> Select[Any]:
    """Give the patients for whom no next contact is booked, by responsible physician."""
    none = _shown(today, W.lane == Lane.NO_CONTACT.value)
    return _rows(clinic_id, W.physician_id, W.shows_from, none)


@report(
    "not-started", "Start not recorded", of="Responsible physician", on="On paper since",
    says="The date of a step has passed, and nobody recorded that it started.",
    none="Every step whose date has passed has its start recorded.", kind="due", what=_what,
)  # fmt: skip
def not_started(clinic_id: int, today: date) -> Select[Any]:
    """Give the steps on paper with no start recorded, by responsible physician."""
    passed = _shown(today, W.lane == Lane.START.value, W.late_from <= today)
    return _rows(clinic_id, W.physician_id, W.due, passed)


AGES = ((0, "Today"), (1, "1 day"), (3, "2 to 3 days"), (7, "4 to 7 days"))  # and longer


def _raised(row: Any) -> str:
    owner = f"accepted by {row.named}" if row.named else "not accepted yet"
    return f"{row.what}, {owner}"


@report(
    "escalations", "Open escalations", of="Raised", on="Raised on",
    says="Waiting for a physician’s answer, by the days since they were raised.",
    none="No escalation is open.", kind="escalated", what=_raised,
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
    words = {place: said for place, (_, said) in enumerate((*AGES, (None, "Longer")))}
    return (
        select(key.label("key"), said_as(key, words).label("words"), W.patient_id,
               W.shows_from.label("day"), W.what, Staff.name.label("named"), W.ref)
        .outerjoin(Staff, Staff.id == W.owner_id)
        .where(W.clinic_id == clinic_id, W.lane == Lane.ESCALATION.value)
    )  # fmt: skip
