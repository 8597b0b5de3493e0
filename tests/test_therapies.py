"""Therapies over time on the page: what happened is recorded, and stands where it is needed."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker.charts import therapies as chart
from tracker.records import therapies


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.signed_plan(cast["amara"])[0]


def at(cast: Cast, maria: int, more: str = "") -> str:
    return f"/c/{cast.hillside}/patients/{maria}{more}"


def test_a_planned_therapy_is_referred_attended_and_barred(
    cast: Cast, maria: int, bo: Visitor
) -> None:
    page = bo.get(at(cast, maria))
    assert "Planned planned, nothing recorded yet" in page.text
    page = bo.get(page.links["Record what became of Physical therapy"])
    done = page.form("/new").submit(kind="referred", on="11/20/2026", text="Cedar Road gym")
    page = bo.follow(done)
    assert "Physical therapy: recorded for RIVERA, Maria." in page.text
    assert "referred Fri Nov 20, 2026, not started" in page.text
    page = bo.get(page.links["Record what became of Physical therapy"])
    bo.follow(page.form(page.path).submit(kind="attended", on="today", times="3"))
    page = bo.get(bo.get(at(cast, maria)).links["Record what became of Physical therapy"])
    bo.follow(page.form(page.path).submit(kind="barrier", on="today", barrier="transport"))
    text = bo.get(at(cast, maria)).text
    assert "attended 3 times, last Tue Nov 24, 2026; in the way: transport" in text
    start = bo.get(at(cast, maria, "/course/start"))
    assert "Physical therapy: attended 3 times" in start.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"therapy": "yoga", "kind": None, "on": "today"}, "kind"),
        ({"therapy": "yoga", "kind": "started", "on": "+3"}, "on"),
        ({"therapy": "yoga", "kind": "attended", "on": "today", "times": "many"}, "times"),
        ({"therapy": "yoga", "kind": "barrier", "on": "today"}, "barrier"),
        ({"therapy": "", "kind": "started", "on": "today"}, "therapy"),
    ],
)
def test_a_slip_is_said_beside_its_field_and_loses_nothing(
    cast: Cast, maria: int, bo: Visitor, typed: dict[str, str | None], field: str
) -> None:
    form = bo.get(at(cast, maria, "/therapies/new")).form("/new")
    page = form.submit(None, {**typed, "text": "With Dana"}, status=422)
    assert f"{field}-error" in page.document.by_id
    assert page.form("/new").fields["text"] == "With Dana"


def test_two_who_record_one_therapy_and_the_second_is_told(
    app: Flask, cast: Cast, maria: int, bo: Visitor
) -> None:
    one = {
        "by": cast["amara"].actor, "clinic_id": cast.hillside, "patient_id": maria,
        "therapy": "yoga", "words": "Yoga", "on": charts.TODAY, "today": charts.TODAY,
    }  # fmt: skip
    with app.app_context():
        therapy_id = therapies.record(kind="referred", **one)  # type: ignore[arg-type]
    form = bo.get(at(cast, maria, f"/therapies/{therapy_id}")).form(f"/{therapy_id}")
    with app.app_context():
        therapies.record(kind="started", therapy_id=therapy_id, seen=1, **one)  # type: ignore[arg-type]
    page = form.submit(kind="stopped", on="today", text="No bus", status=409)
    assert "Dr. Amara Okafor recorded meanwhile: started." in page.text
    assert page.form(f"/{therapy_id}").fields["text"] == "No bus"
    page.form(f"/{therapy_id}").submit()
    with app.app_context():
        assert [one.state for one in chart.all_of(cast.hillside, maria)] == ["stopped"]
        assert "yoga" not in [one.therapy for one in chart.in_place(cast.hillside, maria)]
    assert "Stopped (1)" in bo.get(at(cast, maria)).text


def test_the_front_desk_does_not_see_them(cast: Cast, maria: int, cleo: Visitor) -> None:
    assert "Physical therapy" not in cleo.get(at(cast, maria)).text
    cleo.get(at(cast, maria, "/therapies/new"), status=403)
