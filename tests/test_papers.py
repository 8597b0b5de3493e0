"""The paper's pages: the checklist before printing, the printing, the handing over, the code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker import codes
from tracker.charts import papers as paper_chart
from tracker.charts import plans as plan_chart
from tracker.models import CodeCheck, Event, Handout, db
from tracker.records import clinics, patients


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    """Maria Rivera with a signed plan."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    return patient_id


@pytest.fixture
def code(app: Flask, cast: Cast, maria: int) -> str:
    """The code of Maria Rivera's plan."""
    with app.app_context():
        signed = plan_chart.in_force(cast.hillside, maria)
        assert signed is not None
        return signed.version.code


def handout(cast: Cast, patient_id: int) -> str:
    """Give the address of the handout's page."""
    return f"/c/{cast.hillside}/patients/{patient_id}/handout"


def printed(who: Visitor, cast: Cast, patient_id: int) -> Page:
    """Print the handout, and give the page of the printing."""
    page = who.get(handout(cast, patient_id))
    return who.follow(page.form("/handout").submit("Print handout"))


@pytest.mark.parametrize("who", ["amara", "bo", "cleo"])
def test_the_handout_is_printed_and_kept_byte_for_byte(
    sign_in: Callable[[str], Visitor], app: Flask, cast: Cast, maria: int, who: str
) -> None:
    visitor = sign_in(who)
    page = printed(visitor, cast, maria)
    pdf = visitor.get(page.links["Open the PDF"])
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"] == 'inline; filename="handout.pdf"'
    with app.app_context():
        kept = db.session.scalars(select(Handout)).one()
        event = db.session.scalars(select(Event).where(Event.act == "handout.print")).one()
    assert hashlib.sha256(pdf.data).hexdigest() == kept.sha256
    assert kept.sha256 in page.text
    assert event.patient_id == maria and event.by_name == cast[who].name
    assert visitor.get(page.links["Open the PDF"]).data == pdf.data


def test_a_reprint_is_what_the_patient_was_given(
    amara: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = printed(amara, cast, maria)
    before = amara.get(page.links["Open the PDF"]).data
    with app.app_context():
        clinics.edit(
            by=cast["dee"].actor,
            clinic_id=cast.hillside,
            seen=1,
            changes={"day_phone": "(303) 555-0199"},
        )
    again = amara.get(page.path)
    assert "A phone number has changed." in again.text
    assert amara.get(again.links["Open the PDF"]).data == before


def test_given_to_the_patient(cleo: Visitor, app: Flask, cast: Cast, maria: int) -> None:
    page = printed(cleo, cast, maria)
    refused = page.form("/given").submit("Record that it was given", status=422)
    assert "Type who was given the sheet." in refused.text
    assert "Choose what became of the old sheet." in refused.text
    after = cleo.follow(
        refused.form("/given").submit(
            "Record that it was given",
            given_to="Maria Rivera",
            explained_by="Bo Lindqvist, RN",
            old_sheet="none",
        )
    )
    assert "To Maria Rivera, Tue Nov 24, 2026, explained by Bo Lindqvist, RN." in after.text
    with app.app_context():
        (line,) = paper_chart.printed(cast.hillside, maria)
    assert [g.given_on for g in line.given] == [date(2026, 11, 24)]


def test_two_people_record_one_handing_over(
    cleo: Visitor, bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = printed(cleo, cast, maria)
    first, second = page.form("/given"), bo.get(page.path).form("/given")
    first.submit("Record", given_to="Maria Rivera", old_sheet="none")
    answer = second.submit("Record", status=409, given_to="Her son", old_sheet="none")
    assert "meanwhile" in answer.text and "To Maria Rivera" in answer.text
    answer.form("/given").submit("Record")  # what was typed still stands there
    with app.app_context():
        (line,) = paper_chart.printed(cast.hillside, maria)
    assert [g.given_to for g in line.given] == ["Maria Rivera", "Her son"]


@pytest.mark.parametrize(("typed", "told"), [("+3", "still to come"), ("blue", "Type")])
def test_a_wrong_day_keeps_what_was_typed(
    cleo: Visitor, cast: Cast, maria: int, typed: str, told: str
) -> None:
    page = printed(cleo, cast, maria)
    answer = page.form("/given").submit(
        "Record", status=422, given_to="Maria Rivera", old_sheet="gone", given_on=typed
    )
    assert told in answer.words_of("given_on-error")
    assert f'value="{typed}"' in answer.html and "Maria Rivera" in answer.html


def test_a_name_no_font_has_stops_the_print(
    amara: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        patients.edit(
            by=cast["amara"].actor,
            clinic_id=cast.hillside,
            patient_id=maria,
            seen=1,
            values={"family_name": "王"},
        )
    page = amara.get(handout(cast, maria))
    assert "Stops the print" in page.text and "王" in page.text
    assert "Latin letters" in page.text
    assert not [b for b in page.document.all("button") if "Print handout" in "".join(b.itertext())]
    with app.app_context():
        signed = plan_chart.in_force(cast.hillside, maria)
        assert signed is not None
        patients.edit(
            by=cast["amara"].actor,
            clinic_id=cast.hillside,
            patient_id=maria,
            seen=2,
            values={"latin_name": "Maria Wang"},
        )
    offered = amara.get(handout(cast, maria))
    latin = amara.get(offered.links["Print the name in Latin letters: Maria Wang"])
    page = amara.follow(latin.form("/handout").submit("Print handout"))
    assert amara.get(page.links["Open the PDF"]).data.startswith(b"%PDF-")


def test_without_a_signed_plan_there_is_nothing_to_print(
    amara: Visitor, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"])
    page = amara.get(handout(cast, patient_id))
    assert "No signed plan" in page.text
    amara.post(handout(cast, patient_id), {"version_id": "1"}, status=409)


def test_a_version_signed_meanwhile_is_not_printed_unseen(
    amara: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    form = amara.get(handout(cast, maria)).form("/handout")
    with app.app_context():
        charts.draft(cast["amara"], maria, change_reason="Slower, as agreed")
        charts.sign(cast["amara"], maria)
    answer = form.submit("Print handout", status=409)
    assert "Handout of version 2" in answer.h1


def test_an_older_printing_offers_a_stamped_copy(
    amara: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = printed(amara, cast, maria)
    amara.get(page.path + "/stamped", status=404)
    with app.app_context():
        charts.draft(cast["amara"], maria, change_reason="Slower, as agreed")
        charts.sign(cast["amara"], maria)
    again = amara.get(page.path)
    assert "Version 2 is in force." in again.text
    stamped = amara.get(again.links["Open a copy stamped as replaced"])
    assert stamped.data.startswith(b"%PDF-")
    assert stamped.data != amara.get(again.links["Open the PDF"]).data


@pytest.mark.parametrize("shape", [str, str.lower, codes.shown])
@pytest.mark.parametrize("who", ["amara", "bo", "cleo"])
def test_a_current_code(
    sign_in: Callable[[str], Visitor], cast: Cast, code: str, who: str, shape: Callable[[str], str]
) -> None:
    page = sign_in(who).get(f"/c/{cast.hillside}/code")
    answer = page.form("/code").submit("Check the code", status=200, code=shape(code))
    assert "Current – version 1." in answer.text
    assert "RIVERA, M., born 1961" in answer.text


def test_a_code_is_answered_in_the_language_of_whoever_reads_it_out(
    app: Flask, cast: Cast, code: str
) -> None:
    visitor = Visitor(app)
    visitor.http.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
    visitor.arrive("cleo")
    form = visitor.get(f"/c/{cast.hillside}/code").form("/code")
    answer = form.submit("Comprobar", status=200, code=code)
    assert "Vigente" in answer.text and "Current" not in answer.text


def test_an_old_code_and_no_such_code(
    cleo: Visitor, app: Flask, cast: Cast, maria: int, code: str
) -> None:
    with app.app_context():
        charts.draft(cast["amara"], maria, change_reason="Slower, as agreed")
        charts.sign(cast["amara"], maria)
    form = cleo.get(f"/c/{cast.hillside}/code").form("/code")
    old = form.submit("Check", status=200, code=code)
    assert "Old – replaced by version 2; do not change anything until a nurse calls" in old.text
    none = old.form("/code").submit("Check", status=200, code="22222222")
    assert "No such code." in none.text and "RIVERA" not in none.text
    with app.app_context():
        answers = [row.answer for row in db.session.scalars(select(CodeCheck).order_by("id"))]
    assert answers == ["old", "none"]


def test_a_code_of_another_clinic_is_no_code(eli: Visitor, cast: Cast, code: str) -> None:
    page = eli.get(f"/c/{cast.prairie}/code")
    assert "No such code." in page.form("/code").submit("Check", status=200, code=code).text


def test_guessing_is_stopped(cleo: Visitor, cast: Cast) -> None:
    form = cleo.get(f"/c/{cast.hillside}/code").form("/code")
    for _ in range(30):
        form.submit("Check", status=200, code="22222222")
    form.submit("Check", status=429, code="22222222")
