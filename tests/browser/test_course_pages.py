"""The pages of what happens to a plan, in a browser: axe, no sideways scroll, keys alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import expect

from tests.harness import charts
from tests.harness.browser import Window, axe_faults, sideways_faults
from tests.harness.cast import Cast
from tracker.charts.course import course_of
from tracker.records import away, course

DEC_2 = datetime(2026, 12, 2, 18, tzinfo=UTC)
EMPTY = ("start", "differently", "complete", "hold", "pause", "close", "lift")


@pytest.fixture
def held(app: Flask, cast: Cast, clock: time_machine.Traveller) -> int:
    """Maria Rivera, whose first step was started and whose plan is on hold; she was away."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        clock.move_to(DEC_2)
        day = DEC_2.date()
        who: dict[str, Any] = {
            "by": cast["amara"].actor,
            "clinic_id": cast.hillside,
            "patient_id": patient_id,
        }
        course.start(**who, seen=1, on=day, today=day)
        course.hold(
            **who, seen=2, on=day, review_on=day.replace(day=20), today=day, reason="pain",
            words="Cannot sleep",
        )  # fmt: skip
        away.leave(**who, kind="hospital", place="St. Anne", left_on=day, until=None)
    return patient_id


def test_every_page_is_clean_and_fits(
    open_window: Callable[..., Window], app: Flask, cast: Cast, held: int
) -> None:
    with app.app_context():
        found = course_of(cast.hillside, held)
    window = open_window()
    page = window.arrive("amara")
    home = f"/c/{cast.hillside}/patients/{held}"
    paths = [
        "", "/course", *(f"/course/{act}" for act in (*EMPTY, "resume")), "/supply", "/away",
        f"/away/{found.away[0].id}/back", f"/course/undo/{found.happened[-1].id}",
    ]  # fmt: skip
    faults = []
    for path in paths:
        window.go(home + path)
        faults += [f"{path}: {fault}" for fault in (*axe_faults(page), *sideways_faults(page))]
    assert faults == []


def test_a_refused_form_takes_the_focus_and_keeps_what_was_typed(
    open_window: Callable[..., Window], cast: Cast, held: int
) -> None:
    window = open_window()
    page = window.arrive("amara")
    window.go(f"/c/{cast.hillside}/patients/{held}/course/close")
    page.fill("#takes_now", "As in step 1")
    page.fill("#birth_year", "1916")
    with page.expect_navigation():
        page.click("main button[type=submit]")
    expect(page.locator("#problems")).to_be_focused()
    assert page.input_value("#takes_now") == "As in step 1"
    assert page.inner_text("#birth_year-error").endswith(
        "Year of birth does not match. Check you have the right patient."
    )
    assert axe_faults(page) == [] and sideways_faults(page) == []


def test_pasted_rows_are_clean_and_fit(
    open_window: Callable[..., Window], app: Flask, cast: Cast
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        charts.record_regimen(cast["amara"], patient_id)
        charts.draft(cast["amara"], patient_id)
    window = open_window()
    page = window.arrive("amara")
    window.go(f"/c/{cast.hillside}/patients/{patient_id}/plan/draft")
    page.locator("summary", has_text="Paste rows from a spreadsheet").click()
    page.fill("#paste", "Start\tMorning\tBedtime\n12/1/2026\t9½\t5-10")
    with page.expect_navigation(url="**/draft/paste"):
        page.click("text=Read the rows")
    assert axe_faults(page) == [] and sideways_faults(page) == []
