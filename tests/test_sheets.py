"""The sheets beside the patient's own through the pages, and password-protected copies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pikepdf
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.handouts.reading import Reading
from tests.handouts.ua import problems
from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts.course import course_of
from tracker.handouts import Problem, kinds
from tracker.models import Event, Handout, db
from tracker.records import course, patients


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    """Maria Rivera with a signed plan."""
    with app.app_context():
        return charts.signed_plan(cast["amara"])[0]


def handout(cast: Cast, patient_id: int) -> str:
    return f"/c/{cast.hillside}/patients/{patient_id}/handout"


def other(visitor: Visitor, cast: Cast, patient_id: int, button: str, action: str) -> Page:
    """Press the button of another sheet, and give its PDF."""
    page = visitor.get(handout(cast, patient_id))
    return visitor.follow(page.form(action).submit(button))


def hold(app: Flask, cast: Cast, patient_id: int) -> None:
    with app.app_context():
        course.hold(
            by=cast["amara"].actor,
            clinic_id=cast.hillside,
            patient_id=patient_id,
            seen=course_of(cast.hillside, patient_id).seq,
            on=charts.TODAY,
            review_on=date(2026, 12, 8),
            today=charts.TODAY,
            reason="pain",
            words="",
        )


# -- the check-in form ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["amara", "bo"])
def test_a_check_in_form_asks_what_the_screen_asks_and_is_kept(
    sign_in: Callable[[str], Visitor], app: Flask, cast: Cast, maria: int, who: str
) -> None:
    with time_machine.travel(datetime(2026, 12, 2, 16, tzinfo=UTC), tick=False):
        made = other(sign_in(who), cast, maria, "Print a blank check-in form", "/checkin-form")
    assert problems(made.data) == []
    said = Reading(made.data).texts()
    asked = "\n".join(said)
    first = asked.index("How have you been taking your pain medicine since we last spoke?")
    # The planned step is read only after the patient has said how the medicine is taken.
    assert first < asked.index("The plan on paper") < asked.index("9½ (nine and a half) tablets")
    for question in ("What number best describes your pain", "Any signs of withdrawal",
                     "Have you felt very low", "Is the pace too fast", "Next contact"):  # fmt: skip
        assert question in asked
    assert "Clinical Opiate Withdrawal Scale" not in asked  # the next contact is by phone
    with app.app_context():
        kept = db.session.scalars(select(Handout)).one()
        event = db.session.scalars(select(Event).where(Event.act == "sheet.print")).one()
    assert (kept.sheet, kept.patient_id) == ("checkin", maria)
    assert hashlib.sha256(made.data).hexdigest() == kept.sha256
    assert json.loads(kept.drawn_with)["template"].startswith("checkin-")
    assert json.loads(event.about)["what"] == "check-in form"


def test_a_form_for_anybody_names_nobody_and_has_the_scale_for_a_visit(
    bo: Visitor, app: Flask, cast: Cast
) -> None:
    page = bo.get(f"/c/{cast.hillside}/printing")
    made = bo.get(page.links["Blank check-in form, for anybody"])
    assert problems(made.data) == []
    said = "\n".join(Reading(made.data).texts())
    assert "Name" in said and "Date of birth" in said and "COWS" in said
    assert "The plan on paper" not in said
    with app.app_context():
        assert db.session.scalars(select(Handout)).all() == []


def test_other_sheets_leave_the_handout_as_it_was(
    bo: Visitor, cleo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    other(bo, cast, maria, "Print a blank check-in form", "/checkin-form")
    page = bo.get(handout(cast, maria))
    assert "Printed before" not in page.text
    link = next(words for words in page.links if words.startswith("Check-in form of version 1"))
    assert bo.get(page.links[link]).data.startswith(b"%PDF-")
    told = bo.get(f"/c/{cast.hillside}/patients/{maria}/history").text
    assert "printed a check-in form, version 1" in told
    # The front desk neither sees it nor opens it by its address.
    assert "Check-in form" not in cleo.get(handout(cast, maria)).text
    cleo.get(page.links[link], status=403)
    number = page.links[link].split("/")[-2]
    cleo.get(f"{handout(cast, maria)}/{number}/pdf", status=404)


def test_a_name_without_its_font_does_not_stop_a_form(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
            values={"family_name": "王", "latin_name": "Maria Wang"},
        )  # fmt: skip
    made = other(bo, cast, maria, "Print a blank check-in form", "/checkin-form")
    assert "(U+738B), Maria (Maria Wang)" in "\n".join(Reading(made.data).texts())


# -- the hold slip ---------------------------------------------------------------------------------


def test_the_hold_slip_says_to_stay_and_since_when(
    cleo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    assert "hold slip" not in cleo.get(handout(cast, maria)).text
    cleo.post(f"/c/{cast.hillside}/patients/{maria}/sheets/hold-slip", status=409)
    hold(app, cast, maria)
    made = other(cleo, cast, maria, "Print the hold slip", "/hold-slip")
    assert problems(made.data) == []
    reading = Reading(made.data)
    assert len(reading.sizes) == 1
    said = "\n".join(reading.texts())
    assert "My plan is on hold" in said and "On hold since November 24, 2026." in said
    assert "Maria Rivera" in said and "Do not start step 1 until we call you." in said
    assert "Rivera" not in reading.title
    with app.app_context():
        kept = db.session.scalars(select(Handout)).one()
        event = db.session.scalars(select(Event).where(Event.act == "hold_slip.print")).one()
    assert kept.sheet == "hold" and hashlib.sha256(made.data).hexdigest() == kept.sha256
    assert event.by_name == cast["cleo"].name
    again = cleo.get(handout(cast, maria))
    link = next(words for words in again.links if words.startswith("Hold slip of version 1"))
    assert cleo.get(again.links[link]).data == made.data


def test_a_name_no_font_has_stops_the_slip(
    cleo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    hold(app, cast, maria)
    form = cleo.get(handout(cast, maria)).form("/hold-slip")
    with app.app_context():
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
            values={"family_name": "王"},
        )  # fmt: skip
    refused = form.submit("Print the hold slip", status=422)
    assert "王 (U+738B)" in refused.text and "Latin letters" in refused.text
    with app.app_context():
        assert db.session.scalars(select(Handout)).all() == []


# -- password-protected copies ---------------------------------------------------------------------


def printed(visitor: Visitor, cast: Cast, patient_id: int) -> Page:
    page = visitor.get(handout(cast, patient_id))
    return visitor.follow(page.form("/handout").submit("Print handout"))


def test_a_copy_opens_with_its_password_alone_and_keeps_its_words(
    cleo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = printed(cleo, cast, maria)
    kept = cleo.get(page.links["Open the PDF"]).data
    form = cleo.get(page.links["Password-protected copy"]).form("/locked")
    typed = {"password": "amber lake seven", "again": "amber lake seven", "where": "portal"}
    made = form.submit("Make the copy", typed, status=200)
    assert made.headers["Content-Disposition"] == 'attachment; filename="handout-locked.pdf"'
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(made.data))
    with pikepdf.open(BytesIO(made.data), password="amber lake seven") as pdf:
        lock = pdf.encryption
        assert (lock.R, lock.bits) == (6, 256) and pdf.allow.accessibility
        assert pdf.allow.print_highres and not pdf.allow.modify_other
        opened = BytesIO()
        pdf.save(opened)
    assert problems(opened.getvalue()) == []
    assert Reading(opened.getvalue()).texts() == Reading(kept).texts()
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.act == "handout.lock")).one()
        everything = " ".join(row.about for row in db.session.scalars(select(Event)))
        assert len(db.session.scalars(select(Handout)).all()) == 1  # no copy is kept
    assert json.loads(event.about) == {"number": "1", "where": "a portal"}
    assert event.patient_id == maria and "amber" not in everything
    assert cleo.get(page.links["Open the PDF"]).data == kept


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("short", "short", "at least 10 characters"),
        ("amber lake seven", "amber lake eight", "The two passwords differ"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "more different characters"),
        (" amber lake seven", " amber lake seven", "no space at its ends"),
        ("ä" * 50 + "bcdef" * 20, "ä" * 50 + "bcdef" * 20, "too long for a PDF"),
    ],
)
def test_a_weak_password_is_refused_and_never_shown(
    cleo: Visitor, app: Flask, cast: Cast, maria: int, password: str, again: str, told: str
) -> None:
    page = printed(cleo, cast, maria)
    form = cleo.get(page.links["Password-protected copy"]).form("/locked")
    typed = {"password": password, "again": again, "where": "email"}
    refused = form.submit("Make the copy", typed, status=422)
    assert told in refused.words_of("password-error") and password not in refused.html
    with app.app_context():
        assert db.session.scalars(select(Event).where(Event.act == "handout.lock")).all() == []


def test_what_the_copy_is_for_must_be_chosen(cleo: Visitor, cast: Cast, maria: int) -> None:
    page = printed(cleo, cast, maria)
    form = cleo.get(page.links["Password-protected copy"]).form("/locked")
    typed = {"password": "amber lake seven", "again": "amber lake seven"}
    assert "Choose what the copy is for." in form.submit("Make", typed, status=422).text
    cleo.get(f"{handout(cast, maria)}/1/locked", status=404)


# -- the supervision sheet -------------------------------------------------------------------------


def test_the_supervision_sheet_sets_what_happened_beside_the_plan(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with time_machine.travel(datetime(2026, 12, 2, 16, tzinfo=UTC), tick=False):
        today = date(2026, 12, 2)
        with app.app_context():
            course.start(
                by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria,
                seen=course_of(cast.hillside, maria).seq,
                on=date(2026, 12, 1), today=today,
            )  # fmt: skip
        nurse = Visitor(app).arrive("bo")
        made = other(nurse, cast, maria, "Print the supervision sheet", "/supervision")
    assert problems(made.data, private=("RIVERA", "Rivera", "1961")) == []
    reading = Reading(made.data)
    said = "\n".join(reading.texts())
    steps = next(table for table in reading.tables() if table[0][0] == "Step")
    assert [row[0] for row in steps] == ["Step", "1", "2", "3"]
    assert "9½ / none / none / 8" in steps[1][2].replace("\u00a0", " ")
    assert "Started as written Tue Dec 1, 2026" in steps[1][3]
    assert steps[2][3] == "To come"
    assert "Regimen, as signed upon" in said and "Naloxone at home: Not recorded" in said
    assert "Physical therapy: planned, nothing recorded yet" in said
    assert "Contact: Thu, Dec 3, by phone" in said.replace("\u00a0", " ")
    with app.app_context():
        kept = db.session.scalars(select(Handout)).one()
    assert kept.sheet == "supervision" and kept.pdf == made.data


@pytest.mark.parametrize("sheet", ["supervision", "checkin-form"])
def test_paper_for_staff_is_english_though_the_page_is_in_spanish(
    app: Flask, cast: Cast, maria: int, sheet: str
) -> None:
    printed = []
    with time_machine.travel(datetime(2026, 12, 2, 16, tzinfo=UTC), tick=False):
        for language in ("en", "es"):
            nurse = Visitor(app)
            nurse.http.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
            nurse.arrive("bo")
            assert f'<html lang="{language}">' in nurse.get(handout(cast, maria)).html
            path = f"/c/{cast.hillside}/patients/{maria}/sheets/{sheet}"
            printed.append(Reading(nurse.follow(nurse.post(path)).data).texts())
    assert printed[0] == printed[1]


def test_without_a_plan_there_is_no_sheet(bo: Visitor, app: Flask, cast: Cast) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"])
    for sheet in ("supervision", "checkin-form"):
        bo.get(handout(cast, patient_id))
        answer = bo.post(f"/c/{cast.hillside}/patients/{patient_id}/sheets/{sheet}", status=409)
        assert "Nothing was printed" in answer.text


def test_a_slip_of_several_pages_is_told_beside_its_button(
    app: Flask, cast: Cast, maria: int, bo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(app, cast, maria)
    assert "The hold slip takes" not in bo.get(handout(cast, maria)).text
    told = (Problem("slip", "The hold slip takes 3 pages. Keep them together.", False),)
    monkeypatch.setattr(kinds, "before_printing", lambda slip, fonts: told)
    assert "Look at this The hold slip takes 3 pages." in bo.get(handout(cast, maria)).text


def test_a_hold_slip_is_recorded_as_given(app: Flask, cast: Cast, maria: int, bo: Visitor) -> None:
    hold(app, cast, maria)
    pages = handout(cast, maria)
    bo.get(pages).form("/sheets/hold-slip").submit()
    listed = bo.get(pages)
    assert "Not recorded as given." in listed.text
    (ask,) = [href for href in listed.links.values() if href.endswith("/given")]
    form = bo.get(ask).form("/given")
    again = form.submit(given_to="Maria", given_on="+3", old_sheet="kept", status=422)
    assert "This day is still to come" in again.text
    told = bo.follow(again.form("/given").submit(given_on="today"))
    assert "the hold slip for RIVERA, Maria was given to Maria" in told.text
    assert "Given to Maria" in told.text
    late = form.submit(given_to="Ana", given_on="today", old_sheet="gone", status=409)
    assert "Somebody else recorded this handing-over meanwhile" in late.text
    bo.get(ask.replace("/given", "0/given"), status=404)
