"""The pages of check-ins: recorded as it is spoken, not reached, moved, cancelled, amended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker.charts import checkins as chart
from tracker.charts import contacts as contact_chart
from tracker.charts import therapies
from tracker.charts.course import course_of
from tracker.charts.plans import in_force
from tracker.checkins import CheckIn
from tracker.models import CodeCheck, Event, db
from tracker.records import course as course_records
from tracker.records import patients
from tracker.records import therapies as therapy_records

DEC_3 = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
PAIN = "What number best describes your pain on average in the past week?"
ROUTINE = {
    "spoke_with": "patient",
    "identity": "yes",
    "taking.words": "Two in the morning, as it says",
    "taking.as": "as_written",
    "peg.pain": "6",
    "peg.enjoyment": "7",
    "peg.activity": "6",
    "withdrawal-signs.any": "none",
    "alertness.state": "clear",
    "mood.low": "no",
    "events.any": "none",
    "pace.view": "right",
    "therapies.going": "going",
    "next.way": "planned",
}


@pytest.fixture
def maria(app: Flask, cast: Cast, clock: time_machine.Traveller) -> int:
    """Maria Rivera on the day of her first check-in."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    clock.move_to(DEC_3)
    return patient_id


@pytest.fixture
def bo(maria: int, sign_in: Callable[[str], Visitor]) -> Visitor:
    """Nurse Bo, signed in on that day."""
    return sign_in("bo")


def first(app: Flask, cast: Cast, maria: int) -> CheckIn:
    with app.app_context():
        return chart.checkins_of(cast.hillside, maria)[0]


@pytest.fixture
def address(app: Flask, cast: Cast, maria: int) -> str:
    """The address of her first check-in."""
    return f"/c/{cast.hillside}/patients/{maria}/checkins/{first(app, cast, maria).id}"


def test_a_routine_check_in_from_the_list(
    app: Flask, cast: Cast, bo: Visitor, maria: int, address: str
) -> None:
    back = f"/c/{cast.hillside}/today?mine=yes"
    page = bo.get(f"{address}/record", query={"back": back})
    assert page.h1 == "Record the check-in"
    form = page.form("/record")
    assert {n for n in form.fields if form.fields[n]} == {
        "mode",
        "on",
        "therapy.physical-therapy.seen",
        "seen",
        "back",
        "csrf_token",
        "form_version",
    }
    answer = form.submit("Save check-in", ROUTINE)
    assert answer.status == 303 and answer.location.endswith(back)
    said = bo.get(back).text
    assert "RIVERA, Maria" in said and "PEG 6.3" in said
    with app.app_context():
        (kept,) = contact_chart.latest(cast.hillside, maria)
        assert kept.contact.on == date(2026, 12, 3)
    shown = bo.get(address)
    assert "Mean of its items" in shown.text and "Krebs" in shown.text


def test_nothing_is_preselected_and_the_last_summary_stands_above(
    app: Flask, cast: Cast, bo: Visitor, maria: int, address: str
) -> None:
    page = bo.get(f"{address}/record")
    assert "Last check-in: none yet" in page.text
    checked = [e.get("name") for e in page.document.all("input") if e.get("checked") is not None]
    assert checked == ["mode"]
    page.form("/record").submit("Save check-in", ROUTINE, status=303)
    again = bo.get(f"/c/{cast.hillside}/patients/{maria}/checkins/new")
    assert "Last check-in: Thu Dec 3, 2026, phone" in again.text and "PEG 6.3" in again.text


def test_what_is_missing_is_said_and_nothing_typed_is_lost(bo: Visitor, address: str) -> None:
    form = bo.get(f"{address}/record").form("/record")
    typed = {"taking.words": "As it says <b>here</b>", "note": "Call after six", "peg.pain": "12"}
    page = form.submit("Save check-in", typed, status=422)
    assert page.title.startswith("Error:")
    assert "Type a whole number from 0 to 10." in page.text
    kept = page.form("/record").fields
    assert {name: kept[name] for name in typed} == typed
    assert "Mood: choose an answer, or “Not asked”." in page.text


def test_an_alarm_is_not_saved_unhandled(
    app: Flask, cast: Cast, bo: Visitor, maria: int, address: str
) -> None:
    page = bo.get(f"{address}/record")
    assert "988" in page.text  # the clinic's own protocol and numbers stand by the question
    page = page.form("/record").submit("Save check-in", {**ROUTINE, "mood.low": "yes"}, status=422)
    assert "escalate it, or say who handled it and how" in page.text
    assert first(app, cast, maria).open
    done = {
        "alarm.self-harm.way": "handled",
        "alarm.self-harm.by": "Dr. Amara Okafor",
        "alarm.self-harm.how": "Spoke with her, safe plan made, sister is there",
    }
    page.form("/record").submit("Save check-in", done, status=303)
    assert "Spoke with her, safe plan made" in bo.get(address).text


def test_two_nurses_record_one_check_in_and_the_second_loses_nothing(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor], bo: Visitor, maria: int, address: str
) -> None:
    mine = bo.get(f"{address}/record").form("/record")
    sign_in("amara").get(f"{address}/record").form("/record").submit(
        "Save check-in", {**ROUTINE, "peg.pain": "2"}, status=303
    )
    page = mine.submit("Save check-in", {**ROUTINE, "note": "Asked about driving"}, status=409)
    assert "Dr. Amara Okafor recorded this check-in at Thu Dec 3, 2026" in page.text
    assert "nothing you typed is lost" in page.text
    assert [PAIN, "Not recorded", "2", "6"] in page.table()
    assert ["Note", "Not recorded", "Not recorded", "Asked about driving"] in page.table()
    form = page.form("/checkins/new")
    assert form.fields["note"] == "Asked about driving" and form.fields["peg.pain"] == "6"
    form.submit("Save as another contact", status=303)
    with app.app_context():
        assert len(contact_chart.latest(cast.hillside, maria, most=9)) == 2


def test_a_try_of_a_colleague_is_told_and_the_form_goes_on(
    cast: Cast, sign_in: Callable[[str], Visitor], bo: Visitor, address: str
) -> None:
    mine = bo.get(f"{address}/record").form("/record")
    sign_in("amara").get(f"{address}/not-reached").form("/not-reached").submit(
        "Save the try", outcome="message"
    )
    page = mine.submit("Save check-in", ROUTINE, status=409)
    assert "Dr. Amara Okafor tried to reach the patient" in page.text
    page.form("/record").submit("Save check-in", status=303)


def test_a_draft_is_kept_on_the_server_for_its_person_alone(
    cast: Cast, sign_in: Callable[[str], Visitor], bo: Visitor, address: str
) -> None:
    form = bo.get(f"{address}/record").form("/record")
    page = form.submit("Keep as a draft", {"note": "Half a story"}, status=200)
    assert "not recorded" in page.text
    again = bo.get(f"{address}/record")
    assert again.form("/record").fields["note"] == "Half a story"
    assert "This is your draft, saved at Thu Dec 3, 2026" in again.text
    other = sign_in("amara").get(f"{address}/record")
    assert other.form("/record").fields["note"] == ""
    assert "Bo Lindqvist, RN has a draft of this check-in" in other.text
    stale = form.submit("Keep as a draft", {"note": "From the other tab"}, status=409)
    assert stale.form("/record").fields["note"] == "From the other tab"
    saved = bo.post(
        f"{address}/record/draft", {"note": "By script", "form_version": "1"}, status=200
    )
    assert b'"form_version":"2"' in saved.data.replace(b" ", b"")
    bo.post(f"{address}/record/draft", {"note": "Late", "form_version": "1"}, status=409)


def test_a_draft_outlives_a_colleagues_record(
    cast: Cast, sign_in: Callable[[str], Visitor], bo: Visitor, address: str
) -> None:
    bo.get(f"{address}/record").form("/record").submit(
        "Keep as a draft", {"note": "Half a story"}, status=200
    )
    sign_in("amara").get(f"{address}/record").form("/record").submit("Save check-in", ROUTINE)
    page = bo.get(f"{address}/record")
    assert "recorded this check-in" in page.text
    assert page.form("/checkins/new").fields["note"] == "Half a story"
    seen = sign_in("amara").get(f"{address}/record", status=303)
    assert seen.location.endswith(address)


def test_a_supporter_is_not_asked_about_mood(bo: Visitor, address: str) -> None:
    form = bo.get(f"{address}/record").form("/record")
    typed = {**ROUTINE, "mood.low": None, "spoke_with": "supporter"}
    page = form.submit("Save check-in", typed, status=422)
    assert "Type the name of the person you spoke with." in page.text
    page.form("/record").submit("Save check-in", spoke_name="Ana Rivera", status=303)
    shown = bo.get(address).text
    assert "a supporter: Ana Rivera" in shown and "Not asked" in shown


def test_a_late_entry_wears_its_chip(bo: Visitor, address: str) -> None:
    form = bo.get(f"{address}/record").form("/record")
    typed = {**ROUTINE, "on": "12/1/2026", "taking.as": "differently"}
    page = form.submit("Save check-in", {**typed, "identity": None}, status=422)
    assert "Late entry for Tue Dec 1, 2026" in page.text
    assert "Late" not in form.submit("Save check-in", on="whenever", status=422).text
    answer = form.submit("Save check-in", typed, status=303)
    assert "Record what was taken" in bo.get(answer.location).text
    assert "Late entry for Tue Dec 1, 2026" in bo.get(address).text


def test_blank_is_shown_as_not_recorded(bo: Visitor, address: str) -> None:
    bo.get(f"{address}/record").form("/record").submit(
        "Save check-in", {**ROUTINE, "peg.activity": ""}, status=303
    )
    page = bo.get(address)
    assert "no total, 2 of 3 answered" in page.text
    shown = {
        " ".join("".join(dt.itertext()).split()): " ".join("".join(dd.itertext()).split())
        for dt, dd in zip(page.document.all("dt"), page.document.all("dd"), strict=False)
    }
    assert any("Not recorded" in words for words in shown.values())


def test_amending_keeps_the_copy_before(bo: Visitor, address: str) -> None:
    bo.get(f"{address}/record").form("/record").submit("Save check-in", ROUTINE, status=303)
    page = bo.get(f"{address}/amend")
    form = page.form("/amend")
    assert form.fields["peg.pain"] == "6" and form.fields["pace.view"] == "right"
    assert "next.way" not in form.names
    page = form.submit("Save the amended copy", {"peg.pain": "9"}, status=422)
    assert "Say why this check-in is amended." in page.text
    second = page.form("/amend")
    second.submit("Save the amended copy", reason="Misheard the number", status=303)
    shown = bo.get(address)
    assert "Amended: Misheard the number" in shown.text and "The copy before" in shown.text
    again = second.submit("Save the amended copy", {"peg.pain": "8"}, status=409)
    assert "amended this check-in after you opened this page" in again.text
    assert again.form("/amend").fields["peg.pain"] == "8"
    assert [PAIN, "6", "9", "8"] in again.table()
    assert bo.get(f"{address}/record", status=303).location.endswith(address)


def test_not_reached_counts_and_stays(
    app: Flask, cast: Cast, bo: Visitor, maria: int, address: str
) -> None:
    form = bo.get(f"{address}/not-reached").form("/not-reached")
    page = form.submit("Save the try", status=422)
    assert "Choose what came of the try." in page.text
    back = f"/c/{cast.hillside}/today"
    page = bo.get(f"{address}/not-reached", query={"back": back})
    answer = page.form("/not-reached").submit("Save the try", outcome="no_answer")
    assert answer.location.endswith(back)
    assert first(app, cast, maria).tries == 1
    stale = page.form("/not-reached").submit("Save the try", outcome="no_answer", status=409)
    assert "tried to reach the patient" in stale.text
    assert "Tried once" in bo.get(f"/c/{cast.hillside}/patients/{maria}").text


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/c/1/today", "/account", "//x/today", "//[", "http://[::1"]
)
def test_no_form_leads_elsewhere(cast: Cast, bo: Visitor, address: str, back: str) -> None:
    page = bo.get(f"{address}/not-reached", query={"back": back})
    answer = page.form("/not-reached").submit("Save the try", outcome="message")
    assert answer.location.endswith("#checkins")


def test_the_front_desk_books_and_moves_and_reads_no_answer(
    app: Flask, cast: Cast, bo: Visitor, sign_in: Callable[[str], Visitor], maria: int, address: str
) -> None:
    cleo = sign_in("cleo")
    page = cleo.get(f"{address}/move")
    assert "Topics" not in page.text
    form = page.form("/move")
    assert "Say why it is moved." in form.submit("Move", on="+1", status=422).text
    cleo.get(f"{address}/move").form("/move").submit(
        "Move the check-in", on="+1", at="2:30 pm", reason="Works mornings"
    )
    assert (first(app, cast, maria).on, first(app, cast, maria).at) == (date(2026, 12, 4), "14:30")
    late = form.submit("Move the check-in", on="+2", reason="Again", status=409)
    assert "moved this check-in; it is now Fri Dec 4, 2026 at 2:30 PM, phone" in late.text
    cleo.get(address, status=403)
    home = f"/c/{cast.hillside}/patients/{maria}"
    page = (
        cleo.get(f"{home}/checkins/book").form("/book").submit("Book", on="12/1/2026", status=422)
    )
    assert "is past. Type a day to come." in page.text
    page.form("/book").submit("Book the check-in", on="+9", mode="video")
    assert "Sat Dec 12, 2026, video" in cleo.get(home).text


def test_follow_up_after_the_taper_is_booked_to_a_typed_number_of_months(
    app: Flask, cast: Cast, bo: Visitor, maria: int
) -> None:
    home = f"/c/{cast.hillside}/patients/{maria}"
    form = bo.get(f"{home}/checkins/book").form("/book")
    typed = {"on": "3/31/2027", "mode": "phone", "every": "1", "months": "3"}
    page = form.submit("Book the check-in", typed, status=422)
    assert "Choose days, weeks or months." in page.text
    page = page.form("/book").submit("Book the check-in", unit="months", months="often", status=422)
    assert "Type for how many months" in page.text
    page.form("/book").submit("Book the check-in", months="3")
    assert "and 3 more through Wed Jun 30, 2027" in bo.get(home).text
    with app.app_context():
        booked = [one.on for one in chart.checkins_of(cast.hillside, maria) if one.booked]
    assert [day.isoformat()[5:] for day in booked] == ["03-31", "04-30", "05-31", "06-30"]


def test_cancelling_says_why(app: Flask, cast: Cast, bo: Visitor, maria: int, address: str) -> None:
    form = bo.get(f"{address}/cancel").form("/cancel")
    assert "Say why" in form.submit("Cancel", status=422).text
    form.submit("Cancel this check-in", reason="In hospital")
    assert "cancelled this check-in" in form.submit("Cancel", reason="Twice", status=409).text
    assert "In hospital" in bo.get(address).text
    assert "not to be held any more: it was cancelled" in bo.get(f"{address}/not-reached").text
    bo.get(f"/c/{cast.hillside}/patients/{maria}/checkins/1", status=404)


def test_a_merged_records_check_in_leads_on(
    app: Flask, cast: Cast, bo: Visitor, maria: int, address: str
) -> None:
    with app.app_context():
        kept = charts.register(cast["amara"], record_no="TEST-9", given_names="Mary")
        patients.merge(
            by=cast["amara"].actor, clinic_id=cast.hillside, kept_id=kept, merged_id=maria,
            seen=1, seen_merged=1, reason="One person",
        )  # fmt: skip
    bo.get("/account")
    for name in ("record", "not-reached", "move", "cancel", "amend"):
        assert bo.get(f"{address}/{name}", status=303).location.endswith(f"/patients/{kept}")
        assert bo.post(f"{address}/{name}", {}, status=303).location.endswith(f"/patients/{kept}")
    saved = bo.post(f"{address}/record/draft", {"note": "Too late"}, status=409)
    assert b"merged into another one" in saved.data
    for name in ("new", "book"):
        home = f"/c/{cast.hillside}/patients/{maria}/checkins/{name}"
        assert bo.get(home, status=303).location.endswith(f"/patients/{kept}")
        assert bo.post(home, {}, status=303).location.endswith(f"/patients/{kept}")


def test_an_amended_copy_begins_as_the_one_before_was_typed(bo: Visitor, address: str) -> None:
    bo.get(f"{address}/amend", status=303)  # nothing is recorded yet
    typed: dict[str, str | list[str] | None] = {
        **ROUTINE,
        "peg.pain": "", "peg.enjoyment": "", "peg.activity": "", "peg.not_asked": "yes",
        "events.any": "yes", "events.which": ["supply", "sedative"],
        "alarm.supply.way": "handled", "alarm.supply.by": "Bo", "alarm.supply.how": "Found it",
        "alarm.sedative.way": "escalate",
        "escalate.needed_by": "today", "escalate.text": "Sleeping pills from a friend",
    }  # fmt: skip
    bo.get(f"{address}/record").form("/record").submit("Save check-in", typed, status=303)
    page = bo.get(f"{address}/amend")
    form = page.form("/amend")
    assert form.fields.getlist("events.which") == ["supply", "sedative"]
    assert form.fields["peg.not_asked"] == "yes"
    assert form.fields["alarm.supply.how"] == "Found it"
    assert "Escalated before" in page.text and "alarm.sedative.way" not in form.names
    form.submit("Save the amended copy", reason="Date was wrong", on="12/2/2026", status=303)
    assert "Late entry for Wed Dec 2, 2026" in bo.get(address).text


def test_the_form_says_the_step_as_it_was_recorded_also_on_hold(
    app: Flask, cast: Cast, bo: Visitor, maria: int, address: str
) -> None:
    page = bo.get(f"{address}/record")
    assert "On paper now: Step 1 of" in page.text
    assert "start not recorded" in page.text
    with app.app_context():
        course_records.hold(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria,
            seen=course_of(cast.hillside, maria).seq, on=DEC_3.date(),
            review_on=date(2026, 12, 10), today=DEC_3.date(), reason="withdrawal", words="",
        )  # fmt: skip
    assert "On hold: Step 1 of" in bo.get(f"{address}/record").text


def test_after_a_death_nothing_is_booked_tried_or_escalated(
    app: Flask, cast: Cast, bo: Visitor, maria: int, address: str
) -> None:
    patient = f"/c/{cast.hillside}/patients/{maria}"
    booking, trying = (
        bo.get(f"{patient}/checkins/book"), bo.get(f"{address}/not-reached")
    )  # fmt: skip
    contact = bo.get(f"{patient}/checkins/new")
    with app.app_context():
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
            values={"state": "died", "state_since": DEC_3.date()},
        )  # fmt: skip
    answer = booking.form("/book").submit(on="+7", mode="phone", status=422)
    assert "this patient died" in answer.text
    answer = trying.form("/not-reached").submit(outcome="no_answer", status=409)
    assert "this patient died" in answer.text
    told = {**ROUTINE, "spoke_with": "other", "spoke_name": "Her daughter", "mood.low": ""}
    told |= {"next.way": "book", "next.on": "+7", "next.mode": "phone"}
    assert "this patient died" in contact.form("/new").submit(**told, status=409).text
    told |= {"next.way": "none", "next.because": "She died", "escalate.needed_by": "today"}
    told |= {"escalate.text": "What of the pills at home?"}
    assert "no list would show this" in contact.form("/new").submit(**told, status=422).text
    page = bo.get(patient)
    assert "nothing is due" in page.text
    offered = ("Book a check-in", "Not reached", "Move the check-in", "Record the check-in")
    assert not [link for link in page.links if link.startswith(offered)]


def test_an_answer_that_may_stay_open_can_be_taken_back(
    app: Flask, cast: Cast, bo: Visitor, maria: int, address: str
) -> None:
    form = bo.get(f"{address}/record").form("/record")
    taken_back = {"naloxone.home": "", "escalate.needed_by": ""}
    bo.follow(form.submit(**ROUTINE, **taken_back))
    with app.app_context():
        (copy,) = contact_chart.latest(cast.hillside, maria)
        assert {one.value for one in copy.answers if one.question == "naloxone.home"} == {""}
    assert "Leave unanswered" in bo.get(f"{address}/amend").text


def test_what_became_of_a_therapy_is_recorded_with_the_check_in(
    app: Flask, cast: Cast, maria: int, bo: Visitor, address: str
) -> None:
    form = bo.get(f"{address}/record").form("/record").fill(ROUTINE)
    field = "therapy.physical-therapy"
    refused = form.fill({f"{field}.kind": "attended", f"{field}.text": "Tuesdays"}).submit(
        status=422
    )
    assert "Physical therapy: Type how many sessions, 1 to 99." in refused.text
    assert refused.document.by_id[f"{field}.text"].get("value") == "Tuesdays"
    page = bo.follow(refused.form("/record").fill({f"{field}.times": "3"}).submit())
    assert "Physical therapy: recorded" in page.text
    with app.app_context():
        (one,) = therapies.all_of(cast.hillside, maria)
        assert one.says == "attended 3 times, last Thu Dec 3, 2026"
        assert db.session.query(Event).filter_by(act="checkin.record").count() == 1
        assert db.session.query(Event).filter_by(act="therapy.record").count() == 0


def test_a_therapy_that_somebody_recorded_meanwhile_keeps_the_whole_check_in_back(
    app: Flask, cast: Cast, maria: int, bo: Visitor, address: str
) -> None:
    field = "therapy.physical-therapy"
    form = bo.get(f"{address}/record").form("/record").fill(ROUTINE)
    form = form.fill({f"{field}.kind": "started"})
    with app.app_context():
        therapy_records.record(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria,
            therapy="physical-therapy", words="Physical therapy", kind="referred",
            on=DEC_3.date(), today=DEC_3.date(),
        )  # fmt: skip
    lost = form.submit("Save check-in", status=409)
    assert "Somebody recorded something of Physical therapy meanwhile" in lost.text
    assert first(app, cast, maria).contact is None
    bo.follow(lost.form("/record").submit("Save check-in"))  # what was typed is still there
    with app.app_context():
        (one,) = therapies.all_of(cast.hillside, maria)
        assert one.state == "started" and first(app, cast, maria).contact


def test_the_code_on_the_paper_is_answered_inside_the_check_in(
    app: Flask, cast: Cast, maria: int, bo: Visitor, address: str
) -> None:
    with app.app_context():
        signed = in_force(cast.hillside, maria)
        assert signed is not None
    form = bo.get(f"{address}/record").form("/record").fill(ROUTINE)
    asked = form.fill({"plan.code": signed.version.code.lower()}).submit(
        "Check the code", status=200
    )
    assert "Current – version 1." in asked.text
    spoiled = {
        **form.fields.to_dict(),
        "plan.code": "\x00<b>" * 20,
        "note": "\x07Half",
        "do": "code",
    }
    assert "No such code." in bo.post(form.action, spoiled, status=200).text
    focused = [e.get("name") for e in asked.document.all("input") if e.get("autofocus") is not None]
    assert focused == ["plan.code"]
    assert asked.document.by_id["peg.pain"].get("value") == "6"
    bo.follow(asked.form("/record").submit("Save check-in"))
    with app.app_context():
        (kept,) = contact_chart.latest(cast.hillside, maria)
        told = kept.answer("plan.code")
        assert told is not None and told.words == "Current – version 1."
        assert db.session.query(CodeCheck).count() == 2
