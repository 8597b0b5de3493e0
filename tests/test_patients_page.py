"""The patient's page: what each role sees of it, where the patient stands, and who is alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.browser import Window, axe_faults, go_by, sideways_faults
from tests.harness.cast import Cast
from tests.harness.pages import words as read
from tests.harness.visitor import Page, Visitor
from tracker.charts import course as course_chart
from tracker.charts import now as now_chart
from tracker.charts import plans as plan_chart
from tracker.models import ReadLog, db
from tracker.records import patients as records

DOSES = ("9½", "6½", "nine and a half", "11", "13", "eleven")


def at(cast: Cast, *parts: object) -> str:
    return "/".join([f"/c/{cast.hillside}/patients", *map(str, parts)])


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.register(cast["amara"])


@pytest.fixture
def tapering(app: Flask, cast: Cast) -> int:
    """Maria Rivera with a signed plan: step 1 from Dec 1, step 2 from Dec 29, 2026."""
    with app.app_context():
        return charts.signed_plan(cast["amara"])[0]


def facts(page: Page) -> dict[str, str]:
    """Give the card at the top: what each fact is called, and what it says."""
    found: dict[str, str] = {}
    for row in page.document.all("dl"):
        if row.get("class") == "facts":
            for pair in row:
                term, told = ("".join(part.itertext()) for part in pair)
                found[term] = told
    return found


def buttons(page: Page) -> list[str]:
    return [
        "".join(link.itertext())
        for link in page.document.all("a")
        if "button" in (link.get("class") or "").split()
    ]


def primary(page: Page) -> list[str]:
    return [
        "".join(link.itertext())
        for link in page.document.all("a")
        if "primary" in (link.get("class") or "").split()
    ]


# ---- before there is anything


def test_a_new_patients_page_says_what_comes_next(bo: Visitor, cast: Cast, maria: int) -> None:
    page = bo.get(at(cast, maria))
    assert page.title.startswith("Patient’s page – RIVERA, Maria, born Mar 14, 1961")
    assert "No plan is signed yet." in page.text
    assert "No regimen yet." in page.text
    assert "No plan yet." in page.text
    assert "Nothing to print yet: no plan is signed." in page.text
    assert primary(page) == ["Record the regimen"]
    assert page.links["Begin a plan"].endswith("/plan/draft")


def test_with_a_regimen_the_plan_comes_next(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        charts.record_regimen(cast["bo"], maria)
    assert primary(bo.get(at(cast, maria))) == ["New plan"]
    with app.app_context():
        charts.draft(cast["bo"], maria)
    page = bo.get(at(cast, maria))
    assert primary(page) == ["Go on with the draft plan"]
    assert "A draft plan is begun; nothing is signed yet." in page.text
    assert "Begun by Bo Lindqvist, RN on Tue Nov 24, 2026, 8:42 AM" in page.text


# ---- where the patient stands


@pytest.mark.parametrize(
    ("interpreter", "told"), [(True, "Spanish, interpreter needed"), (False, "Spanish")]
)
def test_the_details_name_the_patients_language_as_the_banner_does(
    app: Flask, cast: Cast, bo: Visitor, interpreter: bool, told: str
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"], language="Spanish", interpreter=interpreter)
    page = bo.get(at(cast, patient_id))
    rows = [term for term in page.document.all("dt") if read(term) == "Language"]
    values = [read(one) for one in page.document.all("dd")]
    assert len(rows) == 2 and values.count(told) == 2


def test_the_card_says_step_next_step_and_next_contact(
    amara: Visitor, cast: Cast, tapering: int, clock: time_machine.Traveller
) -> None:
    page = amara.get(at(cast, tapering))
    assert facts(page)["On paper now"] == "Not startedsigned Tue Nov 24, 2026"
    assert facts(page)["Next step"] == "Tue Dec 1, 2026step 1"
    assert facts(page)["Next contact"] == "Thu Dec 3, 2026by phone"
    assert facts(page)["Plan"].startswith("Version 1code ")
    assert facts(page)["Plan"].endswith(", not printed")
    assert primary(page) == ["Print handout"]


@pytest.mark.parametrize(
    ("now", "step", "following", "contact"),
    [
        ((2026, 12, 1, 18), "Step 1 of 3", "Tue Dec 29, 2026step 2", "Thu Dec 3, 2026by phone"),
        ((2026, 12, 29, 6), "Step 1 of 3", "Tue Dec 29, 2026step 2", "Thu Dec 31, 2026by phone"),
        ((2026, 12, 29, 18), "Step 2 of 3", "Tue Jan 26, 2027step 3", "Thu Dec 31, 2026by phone"),
        ((2027, 2, 1, 18), "Step 3 of 3", "None planned", "None planned"),
    ],
)
def test_the_card_follows_the_clinics_day(
    cast: Cast, tapering: int, clock: time_machine.Traveller,
    sign_in: Callable[[str], Visitor], now: tuple[int, int, int, int],
    step: str, following: str, contact: str,
) -> None:  # fmt: skip
    clock.move_to(datetime(*now, tzinfo=UTC))
    told = facts(sign_in("bo").get(at(cast, tapering)))
    assert told["On paper now"].startswith(step)
    assert told["On paper now"].endswith("start not recorded")
    assert told["Next step"] == following
    assert told["Next contact"] == contact


def test_what_stands_on_paper_is_said_as_it_was_typed(
    bo: Visitor, cast: Cast, tapering: int, sign_in: Callable[[str], Visitor],
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    clock.move_to(datetime(2026, 12, 2, 18, tzinfo=UTC))
    page = sign_in("bo").get(at(cast, tapering))
    assert "9½ (nine and a half) tablets in the morning" in page.text.replace("\xa0", " ")


def test_after_the_last_day_the_card_says_so(
    app: Flask, cast: Cast, tapering: int, bo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        signed = plan_chart.in_force(cast.hillside, tapering)
    assert signed is not None
    steps = tuple(
        replace(step, starts_on=step.starts_on - timedelta(days=300), checkins=())
        for step in signed.version.steps
    )
    ended = replace(signed.version, steps=steps, last_day=date(2026, 5, 31))
    for chart in (now_chart, course_chart):
        monkeypatch.setattr(chart, "in_force", lambda *_: replace(signed, version=ended))
    told = facts(bo.get(at(cast, tapering)))
    assert told["On paper now"] == (
        "Past the last dayThe last day on paper was Sun May 31, 2026, end not recorded"
    )


# ---- who sees what


def test_the_front_desk_sees_identity_dates_and_paper_alone(
    cleo: Visitor, cast: Cast, tapering: int, clock: time_machine.Traveller,
    sign_in: Callable[[str], Visitor],
) -> None:  # fmt: skip
    clock.move_to(datetime(2026, 12, 2, 18, tzinfo=UTC))
    page = sign_in("cleo").get(at(cast, tapering))
    headings = ["".join(h.itertext()) for h in page.document.all("h2")]
    assert headings == ["Now", "Check-ins", "Paper", "Details"]
    assert facts(page)["On paper now"].startswith("Step 1 of 3")
    assert "Step 2: Tue Dec 29, 2026" in page.text
    text = page.text.replace("\xa0", " ")
    assert [dose for dose in DOSES if f"{dose} tablet" in text or f"{dose} (" in text] == []
    for clinical in ("oxyCODONE", charts.RIVERA["goal"], "Allergies", "signed version 1"):
        assert clinical not in page.text
    assert primary(page) == ["Print handout"]
    assert buttons(page) == ["Print handout", "Edit details", "Book a check-in"]


def test_the_administrator_and_the_stranger_do_not_open_it(
    dee: Visitor, eli: Visitor, cast: Cast, tapering: int
) -> None:
    dee.get(at(cast, tapering), status=403)
    eli.get(at(cast, tapering), status=404)
    assert "Rivera" not in eli.get(f"/c/{cast.prairie}/patients/{tapering}", status=404).text


def test_opening_the_page_goes_to_the_read_log(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    bo.get(at(cast, maria))
    with app.app_context():
        rows = db.session.execute(select(ReadLog.by_id, ReadLog.act, ReadLog.patient_id)).all()
    assert [tuple(row) for row in rows] == [(cast["bo"].staff_id, "patient.read", maria)]


def test_markup_in_a_patients_words_stays_text(bo: Visitor, app: Flask, cast: Cast) -> None:
    script = "<script>alert(1)</script>"
    with app.app_context():
        patient_id = charts.register(
            cast["bo"], family_name=script, goal=script, address=script, supporter_name=script,
            language=script[:20], allergies_state="recorded", allergies=script,
        )  # fmt: skip
    page = bo.get(at(cast, patient_id))
    assert page.text.count(script) >= 4
    assert "<script>alert" not in page.html


def test_someone_who_moved_or_died_is_marked_by_word(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        records.edit(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
            values={"state": "died", "state_since": date(2026, 11, 3)},
        )  # fmt: skip
    page = bo.get(at(cast, maria))
    assert "Died Tue Nov 3, 2026" in page.text
    assert "(65y)" not in page.text


# ---- who is alike


def test_the_banner_names_other_active_patients_with_a_similar_name(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    assert "Similar name" not in bo.get(at(cast, maria)).text
    with app.app_context():
        charts.register(cast["bo"], given_names="Mario", birth_date=date(1961, 3, 2), record_no="2")
        charts.register(cast["bo"], given_names="Marya", record_no="3", state="moved")
        charts.register(cast["bo"], family_name="Oak", given_names="Maria", record_no="4")
        charts.register(cast["eli"])
    page = bo.get(at(cast, maria))
    assert "Similar name RIVERA, Mario, born Mar 2, 1961 Patient’s page" in page.text
    assert "Similar name RIVERA, Mario" in bo.get(at(cast, maria, "edit")).text


def test_names_in_latin_letters_count_as_alike(bo: Visitor, app: Flask, cast: Cast) -> None:
    with app.app_context():
        one = charts.register(
            cast["bo"],
            family_name="王",
            given_names="小明",
            latin_name="Wang Xiaoming",
            record_no="",
        )
        charts.register(
            cast["bo"], family_name="Wang", given_names="Xiao Ming", record_no="",
            birth_date=date(1970, 1, 1),
        )  # fmt: skip
    assert "WANG, Xiao Ming, born Jan 1, 1970" in bo.get(at(cast, one)).text


# ---- in a browser


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_where_the_patient_stands_is_seen_without_scrolling(
    open_window: Callable[..., Window], cast: Cast, app: Flask, tapering: int,
    clock: time_machine.Traveller, width: int, height: int,
) -> None:  # fmt: skip
    clock.move_to(datetime(2026, 12, 2, 18, tzinfo=UTC))
    window = open_window(width=width, height=height)
    window.arrive("amara")
    page = window.go(at(cast, tapering))
    for words in ("Step 1 of 3", "since Tue Dec 1, 2026", "Tue Dec 29, 2026", "Thu Dec 3, 2026"):
        box = page.locator("dl.facts").get_by_text(words).first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= height, words


def test_the_pages_are_open_to_everyone_who_may(
    open_window: Callable[..., Window], cast: Cast, app: Flask, tapering: int
) -> None:
    with app.app_context():
        charts.register(cast["bo"], given_names="Mario", record_no="2")
    window = open_window()
    window.arrive("amara")
    for part in ("", "/edit", "/history", "/merge"):
        page = window.go(at(cast, tapering) + part)
        assert [*axe_faults(page), *sideways_faults(page)] == [], part
    go_by(page.locator("main").get_by_role("button", name="Compare").first)
    assert [*axe_faults(page), *sideways_faults(page)] == []
    page = window.go(at(cast))
    page.fill("#q", "riv")
    go_by(page.locator("main").get_by_role("button", name="Find patients"))
    assert [*axe_faults(page), *sideways_faults(page)] == []
    go_by(page.get_by_role("button", name="New patient"))
    page.fill("#family_name", "Rivera")
    page.fill("#given_names", "Marie")
    page.fill("#birth_date", "3/14/1961")
    assert [*axe_faults(page), *sideways_faults(page)] == []
    go_by(page.get_by_role("button", name="Register patient"))
    assert [*axe_faults(page), *sideways_faults(page)] == []
    go_by(page.get_by_role("button", name="Different person"))
    assert "RIVERA, Marie, born Mar 14, 1961, is registered." in page.inner_text("main")
