"""Printing for the whole clinic in a browser: a batch that goes on by itself, and access."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.harness import charts
from tests.harness.browser import Window, axe_faults, go_by, sideways_faults
from tests.harness.cast import Cast
from tracker.records import patients
from tracker.views import printing


def test_a_batch_goes_on_by_itself_and_every_page_is_accessible(
    app: Flask, open_window: Callable[..., Window], cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(printing, "AT_ONCE", 1)
    with app.app_context():
        by = cast["amara"]
        for number, name in enumerate(("Abel", "Chu王", "Dina")):
            born = date(1960, 1, 1 + number)
            charts.signed_plan(by, family_name=name, record_no=f"77{number}", birth_date=born)
    window = open_window()
    window.arrive("cleo")
    page = window.go(f"/c/{cast.hillside}/printing")
    page.get_by_text("Which handouts are due").click()
    assert [*axe_faults(page), *sideways_faults(page)] == []
    go_by(page.get_by_role("button", name="Print 3 handouts"))
    page.get_by_text("0 of 3 handouts done").wait_for()
    assert page.locator("progress").get_attribute("value") == "0"
    page.get_by_role("button", name="Print the next 1").click()  # once; then it goes on
    page.get_by_role("link", name="All in one PDF").wait_for()
    assert page.get_by_text("3 of 3 handouts done, 1 not printed").is_visible()
    assert [*axe_faults(page), *sideways_faults(page)] == []
    go_by(page.locator("ol a").first)
    go_by(page.get_by_role("link", name="Password-protected copy"))
    go_by(page.get_by_role("button", name="Make the copy"))
    page.locator("#problems").wait_for()
    assert [*axe_faults(page), *sideways_faults(page)] == []


def test_the_other_sheets_stand_on_the_page_of_the_handout(
    app: Flask, open_window: Callable[..., Window], cast: Cast
) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=patient_id, seen=1,
            values={"latin_name": "Maria R."},
        )  # fmt: skip
    window = open_window()
    window.arrive("bo")
    page = window.go(f"/c/{cast.hillside}/patients/{patient_id}/handout")
    for sheet in ("Print a blank check-in form", "Print the supervision sheet"):
        assert page.get_by_role("button", name=sheet).is_visible()
    assert [*axe_faults(page), *sideways_faults(page)] == []


def test_the_preview_prints_as_the_sheet_alone(
    app: Flask, open_window: Callable[..., Window], cast: Cast, tmp_path: Path
) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    window = open_window()
    window.arrive("bo")
    page = window.go(f"/c/{cast.hillside}/patients/{patient_id}/handout")
    printed = tmp_path / "preview.pdf"
    page.pdf(path=printed, format="Letter")
    first, second, *_ = (" ".join(one.split()) for one in pdftotext(printed).split("\f"))
    assert first.startswith("My opioid taper plan")
    for words in ("Call 911 now", "Do not stop suddenly.", "Step 1:", "Step 2:", "9½", "6½",
                  "Next contact"):  # fmt: skip
        assert words in first
    assert second.startswith("All steps")  # a page of the sheet begins a page of paper
    whole = pdftotext(printed)
    for words in ("Before printing", "Print handout", "Other sheets", "What will be printed"):
        assert words not in whole


def pdftotext(path: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
    )
    return done.stdout
