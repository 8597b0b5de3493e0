"""A year of care in a browser, from the first sheet of paper to the transfer.

Starts, a hold, a lost bottle, an escalation at night that goes to whoever is on cover, a rotation
to another medicine, a hospital stay, a transfer. At each turning point: what the paper says cell by
cell, what stands on the Today list, and what a caller hears who reads out the code of a sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from tests.handouts.reading import Reading
from tests.harness import charts
from tests.harness.browser import Window
from tests.harness.cast import Cast
from tests.harness.passkey import SoftKey
from tests.stories.physician import Physician, Tapered, tables_on_paper
from tracker import auth
from tracker.charts.course import course_of
from tracker.charts.escalations import open_for
from tracker.course import What
from tracker.policy import Actor, Role
from tracker.records import factors, staff

ON_COVER = "Dr. Fay Moon"
OXY = "oxyCODONE 5 mg tablet"
MORPHINE = Tapered(
    "morphine 15 mg extended-release tablet",
    ("Morning", "Bedtime"),
    ("2 3",),
    "Stay on the last step until reviewed",
    first=3,
    shelf=True,
)
ENDING = Tapered(
    OXY, ("Morning", "Bedtime"), (), "Change to", f"{MORPHINE.name}s, from step 3 on", last=2
)


@dataclass
class Year:
    """The people at their windows, and the days going by."""

    open_window: Callable[..., Window]
    cast: Cast
    clock: time_machine.Traveller
    patient_id: int
    code: str
    window: Window | None = None

    def on(self, day: date, who: str, hour: int = 17) -> Year:
        """Let a day come, and one person sign in on it, at an hour of UTC."""
        at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        self.clock.move_to(at)
        self.window = self.open_window()
        self.window.context.clock.set_fixed_time(at)
        self.window.arrive(who)
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

    def physician(self, day: date) -> Physician:
        """Let a day come, and Dr Amara sit down at the chart."""
        self.on(day, "amara")
        assert self.window is not None
        chart = f"/c/{self.cast.hillside}/patients/{self.patient_id}"
        return Physician(self.window, self.cast["amara"], chart, is_in=True)

    def paper(self, *tables: tuple[str, ...]) -> None:
        """Print the handout; its tables of all steps must say this, cell by cell."""
        assert self.window is not None
        chart = f"/c/{self.cast.hillside}/patients/{self.patient_id}"
        sheet = Reading(Physician(self.window, self.cast["amara"], chart, is_in=True).prints())
        _, found = tables_on_paper(sheet)
        said = [tuple("|".join(row[2:-1]) for row in table[1:]) for table in found]
        assert said == list(tables)

    def today(self) -> dict[str, str]:
        """Give the groups of the Today list, of everybody's patients, and the words in each."""
        assert self.window is not None
        self.window.go(f"/c/{self.cast.hillside}/today?whose=")
        found: dict[str, str] = self.window.page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('main section:has([data-row])')]"
            ".map(s => [s.querySelector('h2').firstChild.textContent.trim(), s.innerText]))"
        )
        return found

    def goes_to(self) -> str:
        """Open the form for a worry, and give whom it says it goes to."""
        assert self.window is not None
        self.window.go(f"/c/{self.cast.hillside}/patients/{self.patient_id}/escalations/new")
        return str(self.window.page.inner_text("main"))

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
def year(
    app: Flask, cast: Cast, open_window: Callable[..., Window], clock: time_machine.Traveller
) -> Year:
    """Maria Rivera's plan, signed on November 24: steps on December 1, 29 and January 26."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"], physician_id=cast["amara"].staff_id)
        version = course_of(cast.hillside, patient_id).version
    assert version is not None
    return Year(open_window, cast, clock, patient_id, version.code)


OXY_ROWS = ("9½|none|none|8", "7|none|none|6½", "4|none|none|3")


def on_cover(app: Flask, cast: Cast) -> None:
    """Let Dr Amara be away for a week, and Dr Fay answer for her."""
    dee, amara = cast["dee"].actor, cast["amara"]
    with app.app_context():
        fay = staff.add(
            by=dee, clinic_id=cast.hillside, username="fay", name=ON_COVER,
            roles={Role.PHYSICIAN}, password_hash=auth.hasher().hash(amara.password),
            must_change_password=False,
        )  # fmt: skip
        key = SoftKey("fay")
        factors.add_passkey(
            by=Actor(fay, ON_COVER, {cast.hillside: frozenset({Role.PHYSICIAN})}), name="Hers",
            credential_id=key.credential_id, public_key=key.public_key, sign_count=0,
        )  # fmt: skip
        staff.set_cover(
            by=dee, clinic_id=cast.hillside, staff_id=amara.staff_id,
            away_from=date(2027, 1, 5), away_until=date(2027, 1, 7), covered_by=fay, words="away",
        )  # fmt: skip


def test_a_year_of_care(app: Flask, cast: Cast, year: Year) -> None:
    care = year.on(date(2026, 12, 1), "bo")
    care.paper(OXY_ROWS)
    assert "as started" in care.do("/course/start", "Start step 1 as written")
    assert care.caller_hears() == "Current – version 1."
    assert "Handout out of date" not in care.today()

    care.on(date(2026, 12, 10), "amara")
    told = care.do(
        "/course/hold", "Hold the plan", reason="withdrawal", review_on="+14", birth_year="1961"
    )
    assert "is on hold" in told
    assert care.caller_hears().startswith("On hold since Thu Dec 10, 2026: stay on step 1")
    assert "Handout out of date" in care.today()

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

    care.paper(OXY_ROWS)  # the dates moved, and not one dose

    care.on(date(2027, 1, 4), "bo")
    assert "as started" in care.do("/course/start", "Start step 2 as written")
    care.do("/supply", "Record the supply problem", what="lost", words="Bus", needed_by="today")
    with app.app_context():
        assert [one.about for one in open_for(cast.hillside, care.patient_id)] == [
            "Supply problem: lost"
        ]

    assert "Supply problem: lost" in care.today()["Escalations waiting"]

    on_cover(app, cast)
    care.on(date(2027, 1, 6), "bo", hour=9)  # two at night in Denver: the clinic is closed
    assert f"It goes to {ON_COVER}, covering for Dr. Amara Okafor." in care.goes_to()
    told = care.do(
        "/escalations/new", "Raise the escalation", about="Very sleepy or confused",
        needed_by="now", text="Hard to wake", spoken_to="Dr. Okafor at home, by phone",
        patient_is="In the ambulance",
    )  # fmt: skip
    with app.app_context():
        night = open_for(cast.hillside, care.patient_id)[-1]
        assert night.needed_on == date(2027, 1, 6)
    thread = f"/escalations/{night.id}"
    care.on(date(2027, 1, 6), "fay", hour=14)
    assert "Very sleepy or confused" in care.today()["Escalations waiting"]
    care.do(thread, "Accept this escalation")
    told = care.do(thread, "Resolve the escalation", decision="Stay on step 2", told="to_tell")
    assert "is resolved" in told
    care.on(date(2027, 1, 6), "bo")
    assert "was told" in care.do(thread, "Record that the patient was told")
    with app.app_context():
        assert night.id not in {one.id for one in open_for(cast.hillside, care.patient_id)}

    doctor = care.physician(date(2027, 1, 8))
    doctor.rotates(ENDING, MORPHINE, 3, "Constipation: another medicine from step 3 on")
    doctor.reviews()
    doctor.signs("1961", "Intended increase, benefits", version=3)
    assert care.caller_hears(current).startswith("Old – replaced by version 3;")
    with app.app_context():
        rotated = course_of(cast.hillside, care.patient_id).version
    assert rotated is not None and rotated.last_day is None
    care.paper(OXY_ROWS[:2], ("2|none|none|3",))
    current = rotated.code

    care.on(date(2027, 2, 1), "amara")
    assert "as started" in care.do("/course/start", "Start step 3 as written")

    care.on(date(2027, 6, 11), "amara")
    care.do("/away", "Record the time away", kind="hospital", place="St. Anne", left_on="6/9/2027")
    with app.app_context():
        stay = course_of(cast.hillside, care.patient_id).away[0].id
    assert "no return is known" in "".join(care.today().values())
    care.on(date(2027, 7, 1), "amara")
    care.do(f"/away/{stay}/back", "Record the return", on="6/30/2027", words="Nothing changed")
    assert "review before restarting" in "".join(care.today().values())
    told = care.do(f"/away/{stay}/review", "Record the review", words="Go on as planned")
    assert "Go on as planned" in told

    care.on(date(2027, 11, 20), "amara")
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
    assert [call.answer for call in owed] == ["old", "old", "ended"]
    assert "".join(care.today().values()).count("Call back:") == 3
