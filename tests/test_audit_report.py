"""The administrator's audit report: what stands in it, what never does, and what was refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import auditing, disclosures
from tracker.models import Event, db
from tracker.policy import ACTS
from tracker.records import audit, refusals

SignIn = Callable[[str], Visitor]
DATES = {"first": "", "last": ""}


@pytest.fixture
def patient(app: Flask, cast: Cast) -> int:
    """Maria Rivera with a signed plan."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    return patient_id


def report(dee: Visitor, cast: Cast, **asked: str) -> Page:
    form = dee.get(f"/c/{cast.hillside}/audit").form("/audit")
    return form.submit("Show the report", status=200, **{**DATES, **asked})


def lines(page: Page) -> list[list[str]]:
    return page.table()[1:] if "Nothing was done" not in page.text else []


def test_it_tells_acts_openings_and_refusals_without_a_clinical_word(
    app: Flask, cast: Cast, patient: int, sign_in: SignIn, dee: Visitor
) -> None:
    base = f"/c/{cast.hillside}/patients/{patient}"
    sign_in("amara").get(base)
    sign_in("cleo").get(f"{base}/history", status=403)
    page = report(dee, cast)
    told = {(row[1], row[2]): row for row in lines(page)}
    assert told["Dr. Amara Okafor", "Open a patient's page"][3] == "TEST-004512"
    assert told["Dr. Amara Okafor", "Sign a version of a plan"][4] == "–"
    refused = told["Cleo Marsh", "Be refused an act"]
    assert refused[3:] == ["TEST-004512", "Cleo Marsh was refused: read a patient's history"]
    assert ("Dee Novak", "Sign in") in told
    for clinical in ("Rivera", "grandson", "tablet", "mg"):
        assert clinical not in page.text
    reading = [row for row in lines(report(dee, cast)) if row[2] == "Read the audit report"]
    assert len(reading) == 2
    assert reading[1][4].endswith("from the beginning, until now, everybody, every act")
    with app.app_context():
        assert audit.verify() == ()


def test_each_filter_leaves_only_what_fits(
    app: Flask, cast: Cast, patient: int, sign_in: SignIn, dee: Visitor
) -> None:
    with app.app_context():
        other = charts.register(cast["bo"], family_name="Nakamura", record_no="TEST-009")
    bo = sign_in("bo")
    for one in (patient, other):
        bo.get(f"/c/{cast.hillside}/patients/{one}")
    of_bo = lines(report(dee, cast, person=str(cast["bo"].staff_id)))
    assert {row[1] for row in of_bo} == {"Bo Lindqvist, RN"} and len(of_bo) == 5
    of_one = lines(report(dee, cast, record_no="test-009"))
    assert sorted(row[2] for row in of_one) == [
        "Open a patient's page", "Read the audit report", "Register a patient",
    ]  # fmt: skip
    openings = lines(report(dee, cast, act="opened"))
    assert {row[2] for row in openings} == {"Open a patient's page"} and len(openings) == 2
    one_act = lines(report(dee, cast, act="plan.sign"))
    assert [row[1] for row in one_act] == ["Dr. Amara Okafor"]
    assert lines(report(dee, cast, first="11/25/2026", last="11/26/2026")) == []
    assert lines(report(dee, cast, first="11/24/2026", last="11/24/2026", act="plan.sign"))


def test_what_cannot_be_asked_is_said_beside_the_field(cast: Cast, dee: Visitor) -> None:
    form = dee.get(f"/c/{cast.hillside}/audit").form("/audit")
    page = form.submit("Show the report", status=422, **{**DATES, "record_no": "NOBODY-1"})
    assert "No patient of this clinic has this record number." in page.text
    page = page.form("/audit").submit(
        "Show the report", status=422, first="11/24/2026", last="11/1/2026", record_no=""
    )
    assert "The last day is before the first" in page.text
    assert "NOBODY-1" not in page.html


def test_pages_follow_each_other_without_a_gap_or_a_repeat(app: Flask, cast: Cast) -> None:
    with app.app_context():
        for number in range(7):
            charts.register(cast["bo"], family_name=f"Patient {number}", record_no=f"T-{number}")
        question = auditing.Question(cast.hillside, "America/Denver")
        whole = [line.place for line in auditing.page_of(question, 500).lines]
        found, before = [], None
        while True:
            part = auditing.page_of(
                auditing.Question(cast.hillside, "America/Denver", before=before), 3
            )
            found += [line.place for line in part.lines]
            if part.older is None:
                break
            before = auditing.place(str(part.older))
            assert before == part.older
    assert found == whole and len(set(found)) == len(found) > 12
    assert auditing.place("yesterday 1 2") is auditing.place("") is None


def test_the_table_has_every_line_and_no_formula(
    cast: Cast, patient: int, sign_in: SignIn, dee: Visitor
) -> None:
    sign_in("bo").get(f"/c/{cast.hillside}/patients/{patient}")
    form = dee.get(f"/c/{cast.hillside}/audit").form("/audit")
    answer = form.submit("Take it along", status=200, **DATES)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:3] == ["when (UTC)", "who", "act"]
    assert {"audit.csv", "patient.read", "sign_in.done"} <= {r[2] for r in rows}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_a_failed_sign_in_names_the_account_and_never_what_was_typed(
    cast: Cast, visitor: Callable[[], Visitor], dee: Visitor
) -> None:
    for name in ("bo", "my-secret-password"):
        visitor().get("/sign-in").form("/sign-in").submit(
            status=422, username=name, password="wrong-wrong-wrong"
        )
    page = report(dee, cast, act="failed")
    assert [row[2:] for row in lines(page)] == [
        ["Fail to sign in", "–", "a sign-in failed"],
        ["Have a wrong password typed for their name", "–",
         "somebody typed a wrong password for Bo Lindqvist, RN"],
    ]  # fmt: skip
    assert "my-secret" not in page.html


def test_another_clinics_people_stay_out_and_their_tries_stand_here(
    app: Flask, cast: Cast, patient: int, eli: Visitor, dee: Visitor
) -> None:
    eli.get(f"/c/{cast.hillside}/patients/{patient}", status=404)
    page = report(dee, cast)
    of_eli = [row for row in lines(page) if row[1] == "Dr. Eli Stone"]
    assert [row[2:4] for row in of_eli] == [["Ask for what is not there for them", "TEST-004512"]]
    with app.app_context():
        own = db.session.execute(
            select(Event.act, Event.by_id, Event.patient_id, Event.about).where(
                Event.clinic_id == cast.prairie, Event.act.like("refused.%")
            )
        ).all()
    asked = '{"what": "open a patient\'s page"}'
    assert own == [("refused.elsewhere", cast["eli"].staff_id, None, asked)]


def test_refusals_are_written_up_to_a_limit(
    app: Flask, cast: Cast, cleo: Visitor, clock: time_machine.Traveller
) -> None:
    def written() -> int:
        with app.app_context():
            of_refusals = select(func.count()).where(Event.act.like("refused.%"))
            return db.session.scalar(of_refusals) or 0

    for _ in range(refusals.MOST + 5):
        cleo.get(f"/c/{cast.hillside}/staff", status=403)
    assert written() == refusals.MOST + 1
    clock.shift(refusals.WITHIN + timedelta(seconds=1))
    cleo.get(f"/c/{cast.hillside}/staff", status=403)
    assert written() == refusals.MOST + 2


def test_every_way_out_of_a_record_is_a_disclosure(app: Flask, cast: Cast, patient: int) -> None:
    with app.app_context():
        charts.printed_handout(cast["cleo"], patient)
        told = [one.sentence for one in disclosures.left(cast.hillside, patient)]
    assert told == ["Cleo Marsh printed the handout of version 1"]
    # A report names its patients in its event, and is looked up by them; counts name nobody.
    out = {name for name in ACTS if name.endswith((".print", ".lock", ".give"))}
    out |= {name for name in ACTS if name.startswith("export.") and not name.endswith("look")}
    assert out - {"batch.print", "open.lock", "export.counts", "export.report"} <= {
        *disclosures.LEFT,
        *disclosures.LEFT_WITH_ALL,
    }
