"""What each job costs, counted in a browser: a key is one keydown without modifiers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.harness import charts
from tests.harness.browser import Window, press, type_in
from tests.harness.cast import Cast, Person
from tracker import drafts
from tracker.charts import plans as plan_chart
from tracker.records import drafts as draft_records

MORNINGS = ("14", "13", "12", "11", "10", "9", "8", "7", "6", "5", "4", "3")
BEDTIMES = ("13", "12", "11", "10", "9", "8", "7", "6", "5", "4", "3", "2")
NOONS = ("9", "9", "8", "8", "7", "7", "6", "6", "5", "5", "4", "4")
EVENINGS = ("8", "8", "7", "7", "6", "6", "5", "5", "4", "4", "3", "3")


def column(page: Page, doses: Sequence[str]) -> None:
    """Type one column of the grid; Enter goes down, and to the top of the next."""
    for dose in doses:
        type_in(page, dose)
        press(page, "Enter")


def before_the_taper(by: Person, patient_id: int) -> None:
    """Keep a draft in which only the checklist before the taper is done."""
    begun = charts.desk(by, patient_id)
    draft_records.save(
        by=by.actor,
        clinic_id=by.clinic_id,
        patient_id=patient_id,
        kind="plan",
        form_version=0,
        body=drafts.tidy({**begun.raw, "checklist": charts.CHOICES["checklist"]}),
    )


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    """Maria Rivera, who takes one medicine; her checklist is done."""
    with app.app_context():
        amara = cast["amara"]
        patient_id = charts.register(amara, record_no="T-4512")
        cells = {"morning": "15", "noon": "10", "evening": "9", "bedtime": "14"}
        charts.record_regimen(amara, patient_id, charts.line("oxycodone-tablet-5-mg", cells))
        before_the_taper(amara, patient_id)
    return patient_id


@pytest.mark.parametrize(
    ("ticks", "columns", "budget"),
    [
        (("Space", "Tab", "Tab", "Tab", "Space"), (MORNINGS, BEDTIMES), 120),
        (
            ("Space", "Tab", "Space", "Tab", "Space", "Tab", "Space"),
            (MORNINGS, NOONS, EVENINGS, BEDTIMES),
            175,
        ),
    ],
    ids=["twice a day", "four times a day"],
)
def test_a_plan_of_twelve_steps(
    open_window: Callable[..., Window],
    app: Flask,
    cast: Cast,
    maria: int,
    ticks: Sequence[str],
    columns: Sequence[Sequence[str]],
    budget: int,
) -> None:
    window = open_window()
    page = window.arrive("amara")
    window.go(f"/c/{cast.hillside}/patients/{maria}")
    window.keys.start_again()
    with page.expect_navigation(url="**/plan/draft*"):
        window.alt("n")
    press(page, *ticks)
    press(page, "Tab")
    type_in(page, "sta")
    window.alt("l")
    type_in(page, "+7")
    press(page, "Tab")
    type_in(page, "28")
    press(page, "Tab")
    type_in(page, "12")
    with page.expect_navigation():
        press(page, "Enter")
    for doses in columns[:-1]:
        column(page, doses)
    column(page, columns[-1][:-1])
    type_in(page, columns[-1][-1])
    window.alt("t")
    type_in(page, "p")
    press(page, "Tab", "Tab")
    type_in(page, "a")
    press(page, "Tab")
    type_in(page, "p")
    press(page, "Tab")
    type_in(page, "3")
    window.alt("w")
    type_in(page, "p")
    press(page, "Tab")
    type_in(page, "ok")
    press(page, "Tab")
    type_in(page, "l")
    press(page, "Tab")
    type_in(page, "o")
    press(page, "Tab")
    type_in(page, "n")
    with page.expect_navigation():
        window.alt("k")
    assert urlsplit(page.url).path.endswith("/draft/review"), page.inner_text("main")[:800]
    window.alt("y")
    type_in(page, "1961")
    press(page, "Tab")
    type_in(page, cast["amara"].password)
    with page.expect_navigation():
        press(page, "Enter")
    assert page.inner_text("h1") == "Plan, version 1", page.inner_text("main")[:800]
    assert window.keys.count <= budget, f"{window.keys.count} keys"
    with app.app_context():
        signed = plan_chart.in_force(cast.hillside, maria)
    assert signed is not None
    typed = [[str(c.text) for p in s.medicines for c in p.cells] for s in signed.version.steps]
    assert typed == [list(row) for row in zip(*columns, strict=True)]


def test_printing_the_current_handout(
    open_window: Callable[..., Window], app: Flask, cast: Cast
) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    window = open_window()
    page = window.arrive("cleo")
    window.go(f"/c/{cast.hillside}/patients/{patient_id}")
    window.keys.start_again()
    for _ in range(2):
        with page.expect_navigation():
            window.alt("p")
    assert page.inner_text("h1") == "Printed handout, version 1"
    with page.expect_request(lambda request: request.url.endswith("/pdf")):
        window.alt("p")
    assert window.keys.count <= 3, f"{window.keys.count} interactions"


def test_finding_a_patient_by_record_number(
    open_window: Callable[..., Window], cast: Cast, maria: int
) -> None:
    window = open_window()
    page = window.arrive("cleo")
    window.go(f"/c/{cast.hillside}/today")
    window.keys.start_again()
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    window.alt("s")
    type_in(page, "T-4512")
    with page.expect_navigation(url=f"**/patients/{maria}"):
        press(page, "Enter")
    assert window.keys.count <= 9, f"{window.keys.count} keys"
    assert len(loads) == 1, loads


def test_checking_a_plan_code(open_window: Callable[..., Window], app: Flask, cast: Cast) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        signed = plan_chart.in_force(cast.hillside, patient_id)
    assert signed is not None
    window = open_window()
    page = window.arrive("cleo")
    window.go(f"/c/{cast.hillside}/today")
    window.keys.start_again()
    with page.expect_navigation():
        window.alt("c")
    type_in(page, signed.version.code)
    with page.expect_navigation():
        press(page, "Enter")
    assert "Current – version 1." in page.inner_text("main")
    assert window.keys.count <= 11, f"{window.keys.count} keys"
