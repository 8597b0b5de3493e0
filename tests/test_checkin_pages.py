"""The pages of check-ins: recorded as it is spoken, not reached, moved, cancelled, amended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker.charts import checkins as chart
from tracker.charts import contacts as contact_chart
from tracker.checkins import CheckIn

DEC_3 = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
ROUTINE = {
    "spoke_with": "patient",
    "identity": "yes",
    "taking.words": "Two in the morning, as it says",
    "taking.as": "as_written",
    "peg.pain": "6",
    "peg.enjoyment": "7",
    "peg.activity": "6",
    "withdrawal-signs.any": "none",
    "alertness.state": "clear",
    "mood.low": "no",
    "events.any": "none",
    "pace.view": "right",
    "therapies.going": "going",
    "next.way": "planned",
}


@pytest.fixture
def maria(app: Flask, cast: Cast, clock: time_machine.Traveller) -> int:
    """Maria Rivera on the day of her first check-in."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    clock.move_to(DEC_3)
    return patient_id


@pytest.fixture
def bo(maria: int, sign_in: Callable[[str], Visitor]) -> Visitor:
    """Nurse Bo, signed in on that day."""
    return sign_in("bo")


def first(app: Flask, cast: Cast, maria: int) -> CheckIn:
    with app.app_context():
        return chart.checkins_of(cast.hillside, maria)[0]


@pytest.fixture
def address(app: Flask, cast: Cast, maria: int) -> str:
    """The address of her first check-in."""
    return f"/c/{cast.hillside}/patients/{maria}/checkins/{first(app, cast, maria).id}"


def test_a_routine_check_in_from_the_list(
    app: Flask, cast: Cast, bo: Visitor, maria: int, address: str
) -> None:
    back = f"/c/{cast.hillside}/today?mine=yes"
    page = bo.get(f"{address}/record", query={"back": back})
    assert page.h1 == "Record the check-in"
    form = page.form("/record")
    assert {n for n in form.fields if form.fields[n]} == {
        "mode",
        "on",
        "seen",
        "back",
        "csrf_token",
        "form_version",
    }
    answer = form.submit("Save check-in", ROUTINE)
    assert answer.status == 303 and answer.location.endswith(back)
    said = bo.get(back).text
    assert "RIVERA, Maria" in said and "PEG 6.3" in said
    with app.app_context():
        (kept,) = contact_chart.latest(cast.hillside, maria)
        assert kept.contact.on == date(2026, 12, 3)
    shown = bo.get(address)
    assert "Mean of its items" in shown.text and "Krebs" in shown.text
