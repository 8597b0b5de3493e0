"""A season of care in a browser: starts, a hold, a night call, a hospital stay, a transfer.

The doses were typed before; here it counts what each person does with the plan, and what a caller
hears who reads out the code of the sheet at home.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from tests.harness import charts
from tests.harness.browser import Window
from tests.harness.cast import Cast
from tracker.charts.course import course_of
from tracker.charts.escalations import open_for
from tracker.course import What


@dataclass
class Season:
    """The people at their windows, and the days going by."""

    open_window: Callable[..., Window]
    cast: Cast
    clock: time_machine.Traveller
    patient_id: int
    code: str
    window: Window | None = None

    def on(self, day: date, who: str, hour: int = 17) -> Season:
        """Let a day come, and one person sign in on it, at an hour of UTC."""
        at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        self.clock.move_to(at)
        self.window = self.open_window()
        self.window.context.clock.set_fixed_time(at)
        self.window.sign_in(who, self.cast[who].password)
        return self

    def do(self, path: str, button: str, **typed: str) -> str:
        """Open a page of the patient, fill it in, press its button, and give what it answers."""
        assert self.window is not None
        self.window.go(f"/c/{self.cast.hillside}/patients/{self.patient_id}{path}")
        page = self.window.page
        for name, text in typed.items():
            box = page.locator(f"main [name='{name}']")
            if box.first.get_attribute("type") == "radio":
                page.check(f"main [name='{name}'][value='{text}']")
            elif box.evaluate("e => e.tagName") == "SELECT":
                box.select_option(text)
            else:
                box.fill(text)
        with page.expect_navigation():
            page.get_by_role("button", name=button).click()
        return str(page.inner_text("main"))

    def caller_hears(self, code: str | None = None) -> str:
        """Read the code of the sheet at home to the clinic, and give the script."""
        assert self.window is not None
        self.window.go(f"/c/{self.cast.hillside}/code")
        page = self.window.page
        page.fill("[name=code]", code or self.code)
        with page.expect_navigation():
            page.get_by_role("button", name="Check the code").click()
        return str(page.inner_text("blockquote.script"))


@pytest.fixture
def season(
    app: Flask, cast: Cast, open_window: Callable[..., Window], clock: time_machine.Traveller
) -> Season:
    """Maria Rivera's plan, signed on November 24: steps on December 1, 29 and January 26."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        version = course_of(cast.hillside, patient_id).version
    assert version is not None
    return Season(open_window, cast, clock, patient_id, version.code)


def test_a_season_of_care(app: Flask, cast: Cast, season: Season) -> None:
    care = season.on(date(2026, 12, 1), "bo")
    assert "as started" in care.do("/course/start", "Start step 1 as written")
    assert care.caller_hears() == "Current – version 1."

    care.on(date(2026, 12, 10), "amara")
    told = care.do(
        "/course/hold", "Hold the plan", reason="withdrawal", review_on="+14", birth_year="1961"
    )
    assert "is on hold" in told
    assert care.caller_hears().startswith("On hold since Thu Dec 10, 2026: stay on step 1")

    care.on(date(2026, 12, 24), "amara")
    told = care.do("/course/resume", "Resume the plan", dates="moved", first="1/4/2027", every="28")
    assert "Signing resumes the plan on Thu Dec 24, 2026" in told
    told = care.do(
        "/plan/draft/review", "Sign version 2", birth_year="1961", password="lantern-moss"
    )
    assert "Version 2 of the plan for RIVERA, Maria is signed." in told
    assert care.caller_hears().startswith("Old – replaced by version 2;")
    with app.app_context():
        course = course_of(cast.hillside, care.patient_id)
    assert course.version is not None and course.happened[-1].what is What.RESUMED
    current = course.version.code
    assert care.caller_hears(current) == "Current – version 2."

    care.on(date(2027, 1, 4), "bo")
    assert "as started" in care.do("/course/start", "Start step 2 as written")
    care.do("/supply", "Record the supply problem", what="lost", words="Bus", needed_by="today")
    with app.app_context():
        assert [one.about for one in open_for(cast.hillside, care.patient_id)] == [
            "Supply problem: lost"
        ]

    care.on(date(2027, 1, 6), "bo", hour=9)  # two at night in Denver: the clinic is closed
    told = care.do(
        "/escalations/new", "Raise the escalation", about="Very sleepy or confused",
        needed_by="now", text="Hard to wake", spoken_to="Dr. Okafor at home, by phone",
        patient_is="In the ambulance",
    )  # fmt: skip
    with app.app_context():
        night = open_for(cast.hillside, care.patient_id)[-1]
        assert night.needed_on == date(2027, 1, 6)
    thread = f"/escalations/{night.id}"
    care.on(date(2027, 1, 6), "amara", hour=14)
    care.do(thread, "Accept this escalation")
    told = care.do(thread, "Resolve the escalation", decision="Stay on step 2", told="to_tell")
    assert "is resolved" in told
    care.on(date(2027, 1, 6), "bo")
    assert "was told" in care.do(thread, "Record that the patient was told")
    with app.app_context():
        assert night.id not in {one.id for one in open_for(cast.hillside, care.patient_id)}

    care.on(date(2027, 1, 11), "amara")
    care.do("/away", "Record the time away", kind="hospital", place="St. Anne", left_on="1/9/2027")
    with app.app_context():
        stay = course_of(cast.hillside, care.patient_id).away[0].id
    care.on(date(2027, 2, 1), "amara")
    care.do(f"/away/{stay}/back", "Record the return", on="1/30/2027", words="Nothing changed")
    told = care.do(f"/away/{stay}/review", "Record the review", words="Go on as planned")
    assert "Go on as planned" in told
    assert "as started" in care.do("/course/start", "Start step 3 as written")

    care.on(date(2027, 2, 20), "amara")
    told = care.do(
        "/course/close", "Close the plan", why="moved", accepted_by="Dr. Lee, Lakeside",
        takes_now="As in step 3", birth_year="1961",
    )  # fmt: skip
    assert "The plan of RIVERA, Maria is closed: moved to other care." in told
    assert care.caller_hears(current) == (
        "Plan ended. This does not mean stop the medicine. A nurse will call."
    )
    with app.app_context():
        owed = course_of(cast.hillside, care.patient_id).calls
    assert [call.answer for call in owed] == ["old", "ended"]
