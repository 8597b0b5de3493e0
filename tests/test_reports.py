"""Reports: counts that are their lists, for the people who may see them, and as inert tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tests.rules.test_checkins_reading import typed
from tests.test_contacts import reading
from tests.test_provenance import STEPS, TYPED
from tests.test_provenance import signed as signed_with_odd_doses
from tests.test_queries import counted
from tracker.charts import reports
from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.charts.therapies import all_of
from tracker.course import WhyClosed, WhyHeld
from tracker.demo.people import PASSWORD
from tracker.models import Clinic, Event, Patient, db
from tracker.records import (
    checkins,
    contacts,
    course,
    escalations,
    papers,
    patients,
    therapies,
    tokens,
)
from tracker.therapies import Kind

DAY = date(2026, 12, 8)  # step 1 began on Dec 1; the call of Dec 3 has a day of grace


@pytest.fixture
def maria(app: Flask, cast: Cast, clock: time_machine.Traveller) -> int:
    """Maria Rivera, a week into a plan of which nothing was recorded since it was signed."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"], family_name="=Rivera")
    clock.move_to(datetime(2026, 12, 8, 18, tzinfo=UTC))
    return patient_id


def said(app: Flask, cast: Cast, name: str) -> list[tuple[str, date | None, str]]:
    with app.app_context():
        lines = reports.lines(reports.REPORTS[name], cast.hillside, DAY)
        return [(one.group, one.on, one.what) for one in lines]


def who(cast: Cast, patient_id: int, name: str = "amara") -> dict[str, Any]:
    return {"by": cast[name].actor, "clinic_id": cast.hillside, "patient_id": patient_id}


def address(cast: Cast, name: str = "") -> str:
    return f"/c/{cast.hillside}/reports" + (f"/{name}" if name else "")


def test_a_week_in_which_nothing_was_recorded(app: Flask, cast: Cast, maria: int) -> None:
    assert said(app, cast, "overdue") == [
        ("Nobody yet", date(2026, 12, 3), "Phone check-in, step 1")
    ]
    assert said(app, cast, "not-started") == [("Nobody yet", date(2026, 12, 1), "Step 1")]
    assert said(app, cast, "plans") == [("Signed, not started", charts.TODAY, "Version 1")]
    assert said(app, cast, "paper") == [("Not printed", charts.TODAY, "Version 1")]
    assert said(app, cast, "paired") == [("Physical therapy", charts.TODAY, "Paired with 3 steps")]
    for name in ("unreached", "no-contact", "escalations", "started", "attended", "barriers",
                 "checklist", "on-time"):  # fmt: skip
        assert said(app, cast, name) == [], name


def test_what_happens_moves_a_plan_between_the_states(app: Flask, cast: Cast, maria: int) -> None:
    asked: dict[str, Any] = {**who(cast, maria), "today": DAY, "on": DAY}

    def seen() -> int:
        return course_of(cast.hillside, maria).seq

    def state() -> str:
        return said(app, cast, "plans")[0][0]

    with app.app_context():
        course.start(**asked, seen=seen())
    assert state() == "Active"
    with app.app_context():
        course.hold(
            **asked, seen=seen(), reason=WhyHeld.PAIN, words="", review_on=date(2026, 12, 20)
        )
    assert state() == "On hold"
    with app.app_context():
        course.close(
            **asked, seen=seen(), reason=WhyClosed.DECLINED, words="Wants no more of it",
            takes_now="As on the bottle", no_contact="Wants none",
        )  # fmt: skip
    assert state() == "Closed"
    assert said(app, cast, "paper") == []


def test_a_draft_is_a_state_until_something_is_signed(app: Flask, cast: Cast) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        charts.record_regimen(cast["amara"], patient_id)
        charts.draft(cast["amara"], patient_id)
    assert said(app, cast, "plans") == [("Draft, nothing signed", charts.TODAY, "Draft plan")]


def test_a_sheet_is_not_handed_over_until_it_was_given(app: Flask, cast: Cast, maria: int) -> None:
    with app.app_context():
        handout_id = charts.printed_handout(cast["amara"], maria)
    assert said(app, cast, "paper") == [("Printed", charts.TODAY, "Version 1")]
    with app.app_context():
        papers.give(
            **who(cast, maria), handout_id=handout_id, number=1, seen=0, given_on=DAY,
            given_to="The patient", explained_by="Bo", old_sheet="none",
        )  # fmt: skip
    assert said(app, cast, "paper") == []


def test_a_therapy_is_started_attended_and_in_the_way(app: Flask, cast: Cast, maria: int) -> None:
    words = "Physical therapy"
    asked: dict[str, Any] = {
        **who(cast, maria), "therapy": "physical-therapy", "words": words, "today": DAY,
    }  # fmt: skip

    def line(kind: Kind, on: date, seen: int, **more: Any) -> None:
        with app.app_context():
            known = all_of(cast.hillside, maria)
            therapies.record(
                **asked, kind=kind.value, on=on, seen=seen,
                therapy_id=known[0].id if known else None, **more,
            )  # fmt: skip

    line(Kind.STARTED, date(2026, 12, 2), 0)
    line(Kind.ATTENDED, date(2026, 12, 3), 1, times=2)
    line(Kind.ATTENDED, date(2026, 12, 4), 2, times=1)
    line(Kind.BARRIER, date(2026, 12, 6), 3, barrier="transport", text="No bus")
    assert said(app, cast, "started") == [(words, date(2026, 12, 2), "Started")]
    assert said(app, cast, "attended") == [(words, date(2026, 12, 4), "3 sessions")]
    assert said(app, cast, "barriers") == [
        ("Transport", date(2026, 12, 6), "Physical therapy: No bus")
    ]
    line(Kind.ATTENDED, date(2026, 12, 7), 4, times=1)
    assert said(app, cast, "barriers") == []


def test_who_was_tried_waits_under_the_nurse_who_tried(app: Flask, cast: Cast, maria: int) -> None:
    with app.app_context():
        first = checkins_of(cast.hillside, maria)[0]
        checkins.not_reached(
            **who(cast, maria, "bo"), checkin_id=first.id, seen=first.seq, on=DAY, mode="phone",
            outcome="no_answer",
        )  # fmt: skip
    (line,) = said(app, cast, "unreached")
    assert line == ("Bo Lindqvist, RN", DAY, "Phone check-in, step 1, tried once")
    assert said(app, cast, "overdue")[0][0] == "Bo Lindqvist, RN"


@pytest.mark.parametrize(("on", "group"), [(4, "On time"), (5, "Late")])
def test_a_check_in_is_held_within_its_days_or_after_them(
    app: Flask, cast: Cast, maria: int, on: int, group: str, clock: time_machine.Traveller
) -> None:
    day = date(2026, 12, on)
    clock.move_to(datetime(2026, 12, on, 18, tzinfo=UTC))
    with app.app_context():
        first = checkins_of(cast.hillside, maria)[0]
        said_then = reading(typed(on=day.isoformat()), today=day)
        contacts.record(
            **who(cast, maria, "bo"), checkin_id=first.id, seen=first.seq, reading=said_then,
            today=day,
        )  # fmt: skip
    assert said(app, cast, "on-time") == [(group, day, "Planned for Thu Dec 3, 2026")]
    assert said(app, cast, "overdue") == []


@pytest.mark.parametrize(("on", "group"), [(8, "On time"), (9, "Late")])
def test_a_check_in_that_was_moved_counts_by_its_new_day(
    app: Flask, cast: Cast, maria: int, on: int, group: str, clock: time_machine.Traveller
) -> None:
    asked, day = who(cast, maria, "bo"), date(2026, 12, on)
    with app.app_context():
        for moved_to in (5, 7):  # with a day of grace
            first = checkins_of(cast.hillside, maria)[0]
            checkins.move(
                **asked, checkin_id=first.id, seen=first.seq, reason="Works then",
                day=checkins.Day(date(2026, 12, moved_to), "", first.mode, (), 1),
            )  # fmt: skip
    clock.move_to(datetime(2026, 12, on, 18, tzinfo=UTC))
    with app.app_context():
        first = checkins_of(cast.hillside, maria)[0]
        said_then = reading(typed(on=day.isoformat()), today=day)
        contacts.record(
            **asked, checkin_id=first.id, seen=first.seq, reading=said_then, today=day
        )  # fmt: skip
        lines = reports.lines(reports.REPORTS["on-time"], cast.hillside, day)
        assert [(one.group, one.what) for one in lines] == [(group, "Planned for Mon Dec 7, 2026")]


@pytest.mark.parametrize(
    ("days", "group"), [(0, "Today"), (1, "1 day"), (3, "2 to 3 days"), (7, "4 to 7 days"),
                        (8, "Longer")],
)  # fmt: skip
def test_an_escalation_has_its_age(
    app: Flask, cast: Cast, maria: int, days: int, group: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 12, 8, 18, tzinfo=UTC) - timedelta(days=days))
    with app.app_context():
        escalations.raise_one(
            **who(cast, maria, "bo"), about="pain", needed_by="next_day", text="Worse at night"
        )
    clock.move_to(datetime(2026, 12, 8, 18, tzinfo=UTC))
    ((found, on, what),) = said(app, cast, "escalations")
    assert (found, on) == (group, DAY - timedelta(days=days))
    assert "not accepted yet" in what and "Worse" not in what


def test_the_checklist_says_what_was_not_done_and_why(app: Flask, cast: Cast) -> None:
    answers = {**charts.CHOICES["checklist"]}
    answers["pdmp"] = {"answer": "not_done", "on": "", "why": "The site was down"}
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        charts.record_regimen(cast["amara"], patient_id)
        charts.draft(cast["amara"], patient_id, checklist=answers)
        charts.sign(cast["amara"], patient_id)
    assert said(app, cast, "checklist") == [
        (
            "Prescription monitoring program (PDMP) checked",
            charts.TODAY,
            "The site was down",
        )
    ]


def test_every_count_opens_its_list(cast: Cast, maria: int, bo: Visitor) -> None:
    page = bo.get(address(cast))
    opened = [(words, href) for words, href in page.links.items() if "/reports/" in href]
    assert len(opened) == 5
    for words, href in opened:
        number = int(words.split()[0])
        shown = bo.get(href)
        assert len(shown.table(1)) - 1 == number
        assert shown.h1 in words
        assert f"/c/{cast.hillside}/patients/{maria}" in shown.links.values()
    bo.get(address(cast, "nothing"), status=404)


def test_every_number_of_a_busy_clinic_is_its_list(demo_app: Flask) -> None:
    bo = Visitor(demo_app).sign_in("bo", PASSWORD)
    with demo_app.app_context():
        clinic = db.session.scalars(select(Clinic.id).where(Clinic.name == "Hillside Spine")).one()
    page = bo.get(f"/c/{clinic}/reports")
    opened = [(words, href) for words, href in page.links.items() if "/reports/" in href]
    assert len({href.partition("?")[0] for _, href in opened}) >= 8
    for words, href in opened:
        told = bo.get(href)
        number, group = words.split()[0], words.split(": ", 1)[1].removesuffix(". See the list")
        _, *lines = told.table(1)
        assert len(lines) == int(number), words
        assert {line[1] for line in lines} == {group}, words


def test_a_record_that_was_merged_counts_under_the_last_one(app: Flask, cast: Cast) -> None:
    def seen(record: int) -> int:
        return db.session.get_one(Patient, (cast.hillside, record)).seq

    with app.app_context():
        first, _ = charts.signed_plan(cast["amara"])
        second, third = (charts.register(cast["amara"], record_no=f"TEST-{n}") for n in (8, 9))
        for merged, kept in ((first, second), (second, third)):
            patients.merge(
                by=cast["amara"].actor, clinic_id=cast.hillside, kept_id=kept, merged_id=merged,
                seen=seen(kept), seen_merged=seen(merged), reason="One person",
            )  # fmt: skip
        for name in ("plans", "paired", "paper"):
            (line,) = reports.lines(reports.REPORTS[name], cast.hillside, DAY)
            assert line.patient_id == third, name


@pytest.mark.parametrize("name", reports.REPORTS)
def test_no_report_walks_the_clinic_once_for_each_line(app: Flask, cast: Cast, name: str) -> None:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            return  # PostgreSQL plans by what the tables hold
        with counted(app) as asked:
            reports.counts(reports.REPORTS[name], cast.hillside, DAY)
        (query,) = [one for one in asked if one.startswith(("SELECT", "WITH"))]
        parameters = [1] * query.count("?")
        plan = db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query}", tuple(parameters)
        )
        steps = {row[0]: (row[1], row[3]) for row in plan}
    for above, step in steps.values():
        if step.startswith("SCAN") and step.endswith("LEFT-JOIN"):
            raise AssertionError(step)  # the whole of one for each line of the other
        if step.endswith("(clinic_id=?)"):
            while above in steps:
                above, outer = steps[above]
                assert not outer.startswith("CORRELATED"), f"{outer}: {step}"


def test_an_administrator_sees_counts_and_nobody(cast: Cast, maria: int, dee: Visitor) -> None:
    page = dee.get(address(cast))
    assert ["Not printed", "", "1"] in page.table(4) + page.table(3)
    assert "RIVERA" not in page.text and not [h for h in page.links.values() if "/reports/" in h]
    assert "Nobody has confirmed the daytime number." in page.links
    dee.get(address(cast, "overdue"), status=403)
    rows = read(page.form("/reports/csv").submit(None, status=200))
    assert rows[0] == ["As of", "Report", "Group", "Count"]
    assert ["2026-12-08", "Plans by state", "Signed, not started", "1"] in rows


def read(page: Page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.data.decode().removeprefix("\ufeff"), newline="")))


def test_a_list_leaves_as_an_inert_table_and_is_disclosed(
    app: Flask, cast: Cast, maria: int, bo: Visitor
) -> None:
    left = bo.get(address(cast, "overdue")).form("/csv").submit(None, status=200)
    assert left.headers["Content-Disposition"] == 'attachment; filename="report-overdue.csv"'
    assert read(left)[1] == [
        "Nobody yet", "'=RIVERA, Maria", "1961-03-14", "TEST-004512", "2026-12-03",
        "Phone check-in, step 1",
    ]  # fmt: skip
    sentence = "exported the report “Overdue check-ins” as a spreadsheet"
    assert sentence in bo.get(f"/c/{cast.hillside}/patients/{maria}/exports").text
    with app.app_context():
        other = charts.register(cast["amara"], record_no="TEST-9")
        assert (
            db.session.scalar(select(Event.patient_id).where(Event.act == "export.report")) is None
        )
    assert sentence not in bo.get(f"/c/{cast.hillside}/patients/{other}/exports").text


def test_another_clinic_finds_no_report(cast: Cast, maria: int, eli: Visitor) -> None:
    eli.get(address(cast), status=404)
    page = eli.get(f"/c/{cast.prairie}/reports")
    assert "No check-in is overdue." in page.text


def test_no_report_audit_or_calendar_holds_a_dose(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor], clock: time_machine.Traveller
) -> None:
    with app.app_context():
        signed_with_odd_doses(cast, STEPS, physician_id=cast["amara"].staff_id)
        token = tokens.make(
            by=cast["amara"].actor, clinic_id=cast.hillside, kind="calendar", words="x", days=None
        )
    clock.move_to(datetime(2026, 12, 8, 18, tzinfo=UTC))
    bo = sign_in("bo")
    texts = [bo.get(address(cast)).text]
    for name in reports.REPORTS:
        page = bo.get(address(cast, name))
        texts.append(page.text)
        if any(form.get("action", "").endswith("/csv") for form in page.document.all("form")):
            texts.append(page.form("/csv").submit(None, status=200).data.decode())
    texts.append(bo.get(address(cast)).form("/reports/csv").submit(None, status=200).data.decode())
    audit = sign_in("dee").get(f"/c/{cast.hillside}/audit").form("/audit")
    texts.append(audit.submit("Take it along", status=200, first="", last="").data.decode())
    texts.append(app.test_client().get(f"/feeds/{token}.ics").get_data(as_text=True))
    assert "BEGIN:VEVENT" in texts[-1] and len(texts[-2].splitlines()) > 5
    words = set(re.split(r"[\s,:;\"]+", " ".join(texts)))
    assert words & (TYPED - {"7", "37", "53", "59", "61"}) == set()
    assert not words & {"tablet", "tablets", "mg", "mL"}
