"""What it costs to start a step, to hold a plan and to paste one, counted in a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from tests.browser.test_budgets import BEDTIMES, MORNINGS
from tests.harness import charts
from tests.harness.browser import Window, press, type_in
from tests.harness.cast import Cast
from tracker.charts import plans as plan_chart
from tracker.charts.course import course_of
from tracker.course import held, started_on

DEC_2 = datetime(2026, 12, 2, 18, tzinfo=UTC)


@pytest.fixture
def tapering(app: Flask, cast: Cast, clock: time_machine.Traveller) -> int:
    """Maria Rivera on the second day of her plan, its start not recorded."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    clock.move_to(DEC_2)
    return patient_id


def test_starting_the_next_step_as_written(
    open_window: Callable[..., Window], app: Flask, cast: Cast, tapering: int
) -> None:
    window = open_window()
    page = window.arrive("bo")
    window.go(f"/c/{cast.hillside}/patients/{tapering}")
    window.keys.start_again()
    with page.expect_navigation(url="**/course/start"):
        window.alt("g")
    with page.expect_navigation():
        press(page, "Enter")
    assert "is recorded as started" in page.inner_text("main")
    assert window.keys.count <= 6, f"{window.keys.count} keys"
    with app.app_context():
        assert started_on(course_of(cast.hillside, tapering), "s1") == DEC_2.date()


def test_holding_a_plan(
    open_window: Callable[..., Window], app: Flask, cast: Cast, tapering: int
) -> None:
    window = open_window()
    page = window.arrive("amara")
    window.go(f"/c/{cast.hillside}/patients/{tapering}")
    window.keys.start_again()
    with page.expect_navigation(url="**/course/hold"):
        window.alt("h")
    type_in(page, "w")
    press(page, "Tab")
    type_in(page, "+14")
    window.alt("y")
    type_in(page, "1961")
    with page.expect_navigation():
        press(page, "Enter")
    assert "is on hold" in page.inner_text("main")
    assert window.keys.count <= 25, f"{window.keys.count} keys"
    with app.app_context():
        hold = held(course_of(cast.hillside, tapering))
    assert hold is not None and hold.why == "withdrawal"


def test_a_pasted_plan_of_twelve_steps(
    open_window: Callable[..., Window], app: Flask, cast: Cast
) -> None:
    with app.app_context():
        amara = cast["amara"]
        patient_id = charts.register(amara)
        charts.record_regimen(
            amara,
            patient_id,
            charts.line("oxycodone-tablet-5-mg", {"morning": "15", "bedtime": "14"}),
        )
        charts.draft(amara, patient_id, count="12", steps=[])
    days = ["12/1/2026", *(f"{month}/1/2027" for month in range(1, 12))]
    rows = "\n".join(map("\t".join, zip(days, MORNINGS, BEDTIMES, strict=True)))
    window = open_window()
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = window.arrive("amara")
    window.go(f"/c/{cast.hillside}/patients/{patient_id}/plan/draft")
    page.evaluate("text => navigator.clipboard.writeText(text)", f"Start\tMorning\tBedtime\n{rows}")
    page.locator("summary", has_text="Paste rows from a spreadsheet").click()
    page.focus("#paste")
    window.keys.start_again()
    press(page, "Control+v", "Tab")
    with page.expect_navigation(url="**/draft/paste"):
        press(page, "Enter")
    with page.expect_navigation(url="**/plan/draft*"):
        press(page, "Enter")
    with page.expect_navigation(url="**/draft/review"):
        window.alt("k")
    window.alt("y")
    type_in(page, "1961")
    press(page, "Tab")
    type_in(page, cast["amara"].password)
    with page.expect_navigation():
        press(page, "Enter")
    assert page.inner_text("h1") == "Plan, version 1", page.inner_text("main")[:800]
    assert window.keys.count <= 40, f"{window.keys.count} keys"
    with app.app_context():
        signed = plan_chart.in_force(cast.hillside, patient_id)
    assert signed is not None
    typed = [[str(c.text) for p in s.medicines for c in p.cells] for s in signed.version.steps]
    assert typed == [list(row) for row in zip(MORNINGS, BEDTIMES, strict=True)]
