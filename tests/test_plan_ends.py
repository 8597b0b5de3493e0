"""After the end of a plan, the list, both calendars, the paper and the page say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker.charts import calendars, papers, patient_of
from tracker.charts.checkins import next_contact
from tracker.charts.course import course_of
from tracker.charts.plans import in_force
from tracker.course import WhyClosed
from tracker.dates import screen
from tracker.exchange.calendar import Entry
from tracker.models import Clinic, WorklistRow, db
from tracker.records import checkins, course, worklist

FOLLOW_UP = {"mode": "phone", "when": "after", "day": "20", "again": "1", "unit": "months"}
OVERDUE, BESIDE, AFTER = date(2026, 12, 3), date(2026, 12, 31), date(2027, 3, 15)
AGREED, CLOSED_ON = date(2026, 12, 20), date(2026, 12, 10)


@pytest.fixture
def maria(app: Flask, cast: Cast, clock: time_machine.Traveller) -> int:
    """Sign a plan with check-ins beside its steps and after them, and one booked by a person."""
    amara = cast["amara"]
    with app.app_context():
        patient_id = charts.register(amara, physician_id=amara.staff_id)
        charts.record_regimen(amara, patient_id)
        charts.draft(
            amara, patient_id, rhythms=[charts.CHOICES["rhythms"][0], {**FOLLOW_UP, "months": "2"}]
        )
        charts.sign(amara, patient_id)
        checkins.book(
            by=amara.actor, clinic_id=cast.hillside, patient_id=patient_id,
            day=checkins.Day(AGREED, "", "phone"),
        )  # fmt: skip
    clock.move_to(datetime(2026, 12, 10, 18, tzinfo=UTC))
    return patient_id


def close(cast: Cast, patient_id: int, why: WhyClosed, **more: Any) -> None:
    values: dict[str, Any] = {
        "words": "She wants to", "takes_now": "As on the bottle", "accepted_by": "Dr. Bell", **more,
    }  # fmt: skip
    course.close(
        by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=patient_id,
        seen=course_of(cast.hillside, patient_id).seq, on=CLOSED_ON, today=CLOSED_ON, reason=why,
        **values,
    )  # fmt: skip


def confirmed(entries: list[Entry]) -> set[date]:
    return {one.on for one in entries if not one.withdrawn}


def everywhere(cast: Cast, patient_id: int) -> dict[str, set[date]]:
    """Give the days to be held as each place tells them."""
    clinic, head = db.session.get(Clinic, cast.hillside), patient_of(cast.hillside, patient_id)
    signed = in_force(cast.hillside, patient_id)
    assert clinic and head and signed
    moment: dict[str, Any] = {"today": CLOSED_ON, "now": datetime(2026, 12, 10, 18, tzinfo=UTC)}
    feed = calendars.entries_for_staff(clinic, cast["amara"].staff_id, **moment)
    sheet = papers.sheet_now(clinic, head, signed, today=CLOSED_ON, printed_by="")
    rows = select(WorklistRow.due).where(WorklistRow.kind == "checkin")
    assert next((found for *_, found in reversed([*worklist.differences()])), 0) == 0
    return {
        "today": set(db.session.scalars(rows)),
        "patient's calendar": confirmed(
            list(calendars.entries_for_patient(clinic, patient_id, **moment))
        ),
        "nurse's feed": confirmed([one.entry for one in feed]),
        "paper": {one.on for one in sheet.checkins},
    }


STEP_BY_STEP = {OVERDUE, BESIDE, date(2027, 1, 28)}
FOLLOWED_UP = {date(2027, 2, 15), AFTER}


@pytest.mark.parametrize(
    ("why", "left"),
    [
        (WhyClosed.COMPLETED, {OVERDUE, AGREED, *FOLLOWED_UP}),
        (WhyClosed.STOPPED, {OVERDUE, AGREED}),
        (WhyClosed.DECLINED, {OVERDUE, AGREED}),
        (WhyClosed.LOST, {OVERDUE, AGREED}),
        (WhyClosed.MOVED, set()),
        (WhyClosed.DIED, set()),
    ],
)
def test_every_place_agrees_on_what_is_left(
    app: Flask, cast: Cast, maria: int, why: WhyClosed, left: set[date], amara: Visitor
) -> None:
    with app.app_context():
        before = everywhere(cast, maria)
        assert set(map(frozenset, before.values())) == {
            frozenset({*STEP_BY_STEP, AGREED, *FOLLOWED_UP})
        }
        close(cast, maria, why)
        assert everywhere(cast, maria) == dict.fromkeys(before, left)
    page = amara.get(f"/c/{cast.hillside}/patients/{maria}").text
    assert f"check-in of {screen(BESIDE)}" not in page
    assert (f"check-in of {screen(AGREED)}" in page) is (AGREED in left)
    with app.app_context():
        closing = course_of(cast.hillside, maria).happened[-1]
        course.undo(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria,
            seen=course_of(cast.hillside, maria).seq, happening_id=closing.id, reason="A slip",
        )  # fmt: skip
        assert everywhere(cast, maria) == before


def test_what_is_agreed_after_a_transfer_stands(app: Flask, cast: Cast, maria: int) -> None:
    with app.app_context():
        close(cast, maria, WhyClosed.MOVED)
    with app.app_context(), time_machine.travel(datetime(2026, 12, 11, 18, tzinfo=UTC), tick=False):
        checkins.book(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria,
            day=checkins.Day(date(2026, 12, 30), "", "phone"),
        )  # fmt: skip
        assert everywhere(cast, maria)["today"] == {date(2026, 12, 30)}


def test_a_contact_that_ends_with_the_plan_is_no_next_contact(
    app: Flask, cast: Cast, maria: int, amara: Visitor
) -> None:
    asked: dict[str, Any] = {"by": cast["amara"].actor, "clinic_id": cast.hillside}
    with app.app_context():
        agreed = next_contact(cast.hillside, maria, CLOSED_ON)
        assert agreed is not None and agreed.on == AGREED
        checkins.cancel(
            **asked, patient_id=maria, checkin_id=agreed.id, seen=agreed.seq, reason="A holiday"
        )
        with pytest.raises(Exception, match="No next contact is booked"):
            close(cast, maria, WhyClosed.STOPPED)
    page = amara.get(f"/c/{cast.hillside}/patients/{maria}/course/close")
    assert "its follow-up stands, next on Mon Feb 15, 2027" in page.text
    with app.app_context():
        close(cast, maria, WhyClosed.COMPLETED)
        kept = next_contact(cast.hillside, maria, CLOSED_ON)
        assert kept is not None and kept.on == date(2027, 2, 15)
