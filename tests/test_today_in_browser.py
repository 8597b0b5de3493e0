"""The Today list by keys, the word of what was recorded since, and the pages of a worry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.harness import charts
from tests.harness.browser import Window, axe_faults, go_by, press, sideways_faults
from tests.harness.cast import Cast
from tracker.records import escalations, therapies


@pytest.fixture
def worry(app: Flask, cast: Cast) -> str:
    """The address of a patient's escalations, with one that waits and a therapy in place."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        one: dict[str, Any] = {
            "by": cast["bo"].actor,
            "clinic_id": cast.hillside,
            "patient_id": patient_id,
        }
        raised = escalations.raise_one(
            **one, about="Mood or safety", needed_by="today", text="She sees no point."
        )
        therapies.record(
            **one, therapy="yoga", words="Yoga", kind="started", on=charts.TODAY,
            today=charts.TODAY,
        )  # fmt: skip
    return f"/c/{cast.hillside}/patients/{patient_id}/escalations/{raised}"


def test_arrows_go_from_row_to_row_and_changes_are_told_without_moving_a_row(
    open_window: Callable[..., Window], app: Flask, cast: Cast, worry: str
) -> None:
    window = open_window()
    page = window.arrive("bo")
    window.go(f"/c/{cast.hillside}/today")
    focused = "document.activeElement.id"
    press(page, "ArrowDown")
    assert page.evaluate(focused).startswith("go-start-")
    press(page, "ArrowUp")
    assert page.evaluate(focused).startswith("go-escalation-")
    with app.app_context():
        charts.register(cast["amara"], record_no="TEST-2")
    rows = page.locator("[data-row]").count()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("[data-changes].changed").wait_for()
    assert page.inner_text("[data-changes]") == "As of 8:42 AM, 1 change since."
    assert page.locator("[data-row]").count() == rows


def test_the_pages_of_a_worry_and_a_therapy(
    open_window: Callable[..., Window], cast: Cast, worry: str
) -> None:
    window = open_window()
    window.arrive("amara")
    patient = worry.rsplit("/", 2)[0]
    for address in (
        worry, f"{patient}/escalations/new", f"{patient}/therapies/new",
        f"/c/{cast.hillside}/escalations",
    ):  # fmt: skip
        page = window.go(address)
        assert [*axe_faults(page), *sideways_faults(page)] == [], address
    page = window.go(worry)
    go_by(page.get_by_role("button", name="Resolve the escalation"))
    page.locator("#problems").wait_for()
    assert axe_faults(page) == []
