"""What happens to a plan, as care reads: steps start, differ and are held; two people at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts.course import course_of
from tracker.charts.escalations import open_for
from tracker.course import PlanState, plan_state
from tracker.models import Event, Patient, db

DEC_2 = datetime(2026, 12, 2, 18, tzinfo=UTC)
DEC_30 = datetime(2026, 12, 30, 18, tzinfo=UTC)


@pytest.fixture
def tapering(app: Flask, cast: Cast, clock: time_machine.Traveller) -> int:
    """Maria Rivera on the second day of her plan, its start not recorded."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    clock.move_to(DEC_2)
    return patient_id


@pytest.fixture
def physician(tapering: int, sign_in: Callable[[str], Visitor]) -> Visitor:
    """Dr Amara, signed in on that day."""
    return sign_in("amara")


@pytest.fixture
def nurse(tapering: int, sign_in: Callable[[str], Visitor]) -> Visitor:
    """Nurse Bo, signed in on that day."""
    return sign_in("bo")


def at(cast: Cast, patient_id: int, path: str = "") -> str:
    """Give an address of the patient."""
    return f"/c/{cast.hillside}/patients/{patient_id}{path}"


def facts(page: Page) -> dict[str, str]:
    """Give the card of the patient's page."""
    found = {}
    for term in page.document.all("dt"):
        row = next(iter(page.document.ancestors(term)))
        found["".join(term.itertext())] = "".join(
            "".join(d.itertext()) for d in row if d.tag == "dd"
        )
    return found


def hold(who: Visitor, cast: Cast, patient_id: int, **changed: str) -> Page:
    """Hold the plan, and give the page that follows."""
    typed = {"reason": "withdrawal", "review_on": "+14", "on": "today", "birth_year": "1961"}
    form = who.get(at(cast, patient_id, "/course/hold")).form("/course/hold")
    return who.follow(form.submit("Hold the plan", {**typed, **changed}))


def start(who: Visitor, cast: Cast, patient_id: int, number: int = 1, **typed: str) -> Page:
    """Start the next step as written, and give the page that follows."""
    form = who.get(at(cast, patient_id, "/course/start")).form("/course/start")
    return who.follow(form.submit(f"Start step {number} as written", typed))


def events(app: Flask, act: str) -> int:
    """Count the events of an act."""
    with app.app_context():
        return db.session.query(Event).filter(Event.act == act).count()


def test_a_nurse_starts_the_step_and_the_card_follows(
    nurse: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    page = nurse.get(at(cast, tapering))
    assert facts(page)["On paper now"].endswith("start not recorded")
    page = nurse.follow(
        nurse.get(page.links["Start step 1"]).form("/course/start").submit(on="12/1/2026")
    )
    assert "Step 1 for RIVERA, Maria is recorded as started." in page.text
    assert facts(page)["Now"] == "Step 1 of 3since Tue Dec 1, 2026, as written"
    assert "Step 1 started as written, Tue Dec 1, 2026" in page.text
    assert events(app, "step.start") == 1
    history = nurse.get(at(cast, tapering, "/history"))
    assert "recorded that step 1 started on Tue Dec 1, 2026, as written" in history.text


def test_a_hold_stops_the_paper_the_code_and_the_start(
    physician: Visitor, nurse: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    with app.app_context():
        signed = course_of(cast.hillside, tapering).version
    assert signed is not None
    start(nurse, cast, tapering)
    page = hold(physician, cast, tapering)
    assert "The plan of RIVERA, Maria is on hold." in page.text
    told = facts(page)
    assert told["On hold"] == "Step 1 of 3since Wed Dec 2, 2026, review Wed Dec 16, 2026"
    assert told["Next step"].startswith("Do not start")
    refused = nurse.get(at(cast, tapering, "/course/start"))
    assert "The plan is on hold since Wed Dec 2, 2026, recorded by Dr. Amara Okafor" in refused.text
    code = nurse.get(f"/c/{cast.hillside}/code").form("/code").submit(code=signed.code, status=200)
    assert (
        "On hold since Wed Dec 2, 2026: stay on step 1, do not start the next. Call us."
        in code.text
    )


def test_a_hold_makes_the_paper_at_home_out_of_date(
    physician: Visitor, app: Flask, cast: Cast, tapering: int, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        handout_id = charts.printed_handout(cast["amara"], tapering)
    clock.shift(60)
    printed = at(cast, tapering, f"/handout/{handout_id}")
    assert "Plan held" not in physician.get(printed).text
    hold(physician, cast, tapering)
    assert "Plan held, Wed Dec 2, 2026." in physician.get(printed).text


def test_a_nurse_starts_while_the_physician_holds(
    physician: Visitor, nurse: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    form = nurse.get(at(cast, tapering, "/course/start")).form("/course/start")
    hold(physician, cast, tapering)
    answer = form.submit("Start step 1", on="12/1/2026", status=409)
    assert "Dr. Amara Okafor recorded “Plan held” on Wed Dec 2, 2026, 11:00 AM." in answer.text
    assert answer.document.by_id["on"].get("value") == "12/1/2026"
    again = answer.form("/course/start").submit(status=422)
    assert "The plan is on hold" in again.text
    assert events(app, "step.start") == 0


@pytest.mark.parametrize(
    ("year", "told"),
    [("1962", "Year of birth does not match"), ("", "Type the patient’s year of birth.")],
)
def test_a_wrong_year_holds_nothing(
    physician: Visitor, app: Flask, cast: Cast, tapering: int, year: str, told: str
) -> None:
    form = physician.get(at(cast, tapering, "/course/hold")).form("/course/hold")
    answer = form.submit(reason="pain", review_on="+7", birth_year=year, status=422)
    assert told in answer.words_of("birth_year-error")
    assert answer.document.by_id["review_on"].get("value") == "+7"
    assert events(app, "plan.hold") == 0
    assert events(app, "plan.re_entry_refused") == (1 if year else 0)


def test_only_a_physician_holds_resumes_skips_and_closes(
    nurse: Visitor, cast: Cast, tapering: int
) -> None:
    for act in ("hold", "resume", "skip", "close", "lift"):
        nurse.get(at(cast, tapering, f"/course/{act}"), status=403)
    page = nurse.get(at(cast, tapering))
    assert "Hold the plan" not in page.links and "Close the plan" not in page.links


def test_a_nurse_pauses_the_next_step_and_a_physician_answers(
    physician: Visitor, nurse: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    form = nurse.get(at(cast, tapering, "/course/pause")).form("/course/pause")
    refused = form.submit(words="Sweats at night", needed_by="now", status=422)
    assert "Speak to a person first" in refused.words_of("spoken_to-error")
    form = refused.form("/course/pause")
    page = nurse.follow(form.submit(needed_by="today"))
    assert facts(page)["Next step paused"].startswith("Not started") or "Step 1" in page.text
    with app.app_context():
        (worry,) = open_for(cast.hillside, tapering)
    assert worry.about == "Next step paused"
    page = physician.get(at(cast, tapering))
    lift = physician.get(page.links["Answer the pause"])
    assert "Sweats at night" in lift.text
    page = physician.follow(lift.form("/course/lift").submit("Go on as planned"))
    assert facts(page)["On paper now"].startswith("Step 1 of 3")


def test_a_nurse_waits_for_an_open_escalation(
    physician: Visitor, nurse: Visitor, cast: Cast, tapering: int
) -> None:
    form = nurse.get(at(cast, tapering, "/supply")).form("/supply")
    nurse.follow(form.submit(what="lost", words="On the bus", needed_by="today"))
    page = nurse.get(at(cast, tapering, "/course/start"))
    assert "There is an open escalation." in page.text
    page = start(physician, cast, tapering)
    assert facts(page)["Now"].startswith("Step 1 of 3")


def test_what_was_really_taken_is_typed(
    nurse: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    start(nurse, cast, tapering)
    page = nurse.get(at(cast, tapering, "/course/differently"), empty_doses=True)
    form = page.form("/course/differently").fill(
        {
            "how": "less",
            "on": "today",
            "words": "Slept through",
            "needed_by": "next_day",
            "cells.m1.bedtime": "5.0",
        }
    )
    refused = form.submit(status=422)
    assert refused.document.by_id["cells.m1.bedtime"].get("value") == "5.0"
    assert "zero at the end" in refused.text
    assert (refused.document.by_id["words"].text or "").strip() == "Slept through"
    form = refused.form("/course/differently").fill({"cells.m1.bedtime": "7¾"})
    page = nurse.follow(form.submit())
    text = page.text.replace("\xa0", " ")
    assert "Step 1 taken differently: less than written, Wed Dec 2, 2026: Slept through" in text
    assert "bedtime 7¾ (seven and three quarters) tablets" in text
    assert facts(page)["Now"].endswith("taken differently")
    with app.app_context():
        assert [w.about for w in open_for(cast.hillside, tapering)] == [
            "Step 1 taken differently: less than written"
        ]


def test_undo_is_a_recorded_reversal(
    physician: Visitor, nurse: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    page = start(nurse, cast, tapering)
    undo = nurse.get(page.links["Undo “Step 1 started as written”"])
    page = nurse.follow(undo.form(undo.path).submit(words="Wrong patient on the phone"))
    assert "Undone: Wrong patient on the phone (Bo Lindqvist, RN" in page.text
    assert facts(page)["On paper now"].startswith("Step 1 of 3")
    with app.app_context():
        course = course_of(cast.hillside, tapering)
    assert course.happened == () and len(course.struck) == 1
    page = hold(physician, cast, tapering)
    assert not any(words.startswith("Undo") for words in nurse.get(at(cast, tapering)).links)


def test_a_death_closes_the_plan_and_marks_the_patient(
    physician: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    form = physician.get(at(cast, tapering, "/course/close")).form("/course/close")
    page = physician.follow(form.submit(why="died", birth_year="1961"))
    assert facts(page)["Plan ended"] == "ClosedClosed Wed Dec 2, 2026: the patient died"
    assert "Died Wed Dec 2, 2026" in page.text
    with app.app_context():
        patient = db.session.get(Patient, (cast.hillside, tapering))
        assert patient is not None and patient.state == "died"
    assert "RIVERA" not in physician.get(f"/c/{cast.hillside}/today").text
    assert "Nothing more happens" in physician.get(at(cast, tapering, "/handout")).text
    undo = physician.get(page.links["Undo “Plan closed: the patient died”"])
    page = physician.follow(undo.form(undo.path).submit(words="Another Maria Rivera"))
    assert "On paper now" in facts(page)


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"why": "moved"}, "accepted_by", "Type who has accepted"),
        ({"why": "completed"}, "takes_now", "Type what the patient takes"),
        ({"why": "stopped", "takes_now": "As in step 1"}, "words", "Type the reason"),
    ],
)
def test_each_reason_for_closing_asks_for_its_own(
    physician: Visitor, cast: Cast, tapering: int, typed: dict[str, str], field: str, told: str
) -> None:
    form = physician.get(at(cast, tapering, "/course/close")).form("/course/close")
    answer = form.submit(None, {**typed, "birth_year": "1961"}, status=422)
    assert told in answer.words_of(f"{field}-error")


def test_after_closing_a_new_plan_begins_at_version_1(
    physician: Visitor, nurse: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    with app.app_context():
        old = course_of(cast.hillside, tapering).version
    assert old is not None
    start(nurse, cast, tapering)
    form = physician.get(at(cast, tapering, "/course/close")).form("/course/close")
    physician.follow(
        form.submit(
            why="moved", accepted_by="Dr. Lee, Lakeside", takes_now="As in step 1",
            birth_year="1961",
        )
    )  # fmt: skip
    code = nurse.get(f"/c/{cast.hillside}/code").form("/code").submit(code=old.code, status=200)
    assert "Plan ended. This does not mean stop the medicine. A nurse will call." in code.text
    page = nurse.get(at(cast, tapering))
    call = nurse.get(page.links["Record the call"])
    page = nurse.follow(call.form(call.path).submit(words="Told her to stay on step 1"))
    assert "Record the call" not in page.links
    page = physician.get(at(cast, tapering))
    assert "New plan" in page.links and "Print handout" not in page.links
    assert "Nothing to print: the plan is closed." in page.text
    with app.app_context():
        assert charts.desk(cast["amara"], tapering).old is None
        assert plan_state(course_of(cast.hillside, tapering)) is PlanState.CLOSED


def test_a_hospital_stay_asks_for_a_review(
    physician: Visitor, nurse: Visitor, cast: Cast, tapering: int
) -> None:
    form = nurse.get(at(cast, tapering, "/away")).form("/away")
    page = nurse.follow(
        form.submit(kind="hospital", place="St. Anne", left_on="12/1/2026", needed_by="next_day")
    )
    assert "In hospital, St. Anne: Tue Dec 1, 2026" in page.text
    assert "The patient is away" in nurse.get(at(cast, tapering, "/course/start")).text
    back = nurse.get(page.links["Record the return"])
    page = nurse.follow(back.form(back.path).submit(words="Nothing changed"))
    assert "Review before restarting" in page.text
    page = physician.get(at(cast, tapering))
    review = physician.get(page.links["Review"])
    assert "Nothing changed" in review.text
    page = physician.follow(review.form(review.path).submit(words="Go on as planned"))
    assert "Reviewed Wed Dec 2, 2026 by Dr. Amara Okafor: Go on as planned" in page.text
    start(physician, cast, tapering)


def test_two_people_record_one_return(
    physician: Visitor, nurse: Visitor, cast: Cast, tapering: int
) -> None:
    form = nurse.get(at(cast, tapering, "/away")).form("/away")
    page = nurse.follow(form.submit(kind="travel", left_on="12/1/2026", needed_by="next_day"))
    back = page.links["Record the return"]
    mine, theirs = physician.get(back).form(back), nurse.get(back).form(back)
    nurse.follow(theirs.submit(words="Back early"))
    answer = mine.submit(words="Called from home", status=422)
    assert "The return on Wed Dec 2, 2026 is recorded already." in answer.text
    assert "Called from home" in answer.html


def test_a_change_leaves_what_has_begun_as_it_was(
    physician: Visitor, nurse: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    start(nurse, cast, tapering)
    draft = at(cast, tapering, "/plan/draft")
    page = physician.get(draft)
    assert page.document.by_id["steps.0.cells.m1.morning"].get("readonly") is not None
    form = page.form("/plan/draft").fill(
        {"steps.0.cells.m1.morning": "8½", "change_reason": "Slower"}
    )
    refused = form.submit("Check and sign", status=422)
    assert "Step 1 has begun. Its doses and words stay as in version 1" in refused.text
    form = refused.form("/plan/draft").fill(
        {"steps.0.cells.m1.morning": "9½", "steps.1.start": "1/5/2027"}
    )
    review = physician.follow(form.submit("Check and sign"))
    signed = physician.follow(
        review.form("/draft/sign").submit(birth_year="1961", password="lantern-moss")
    )
    assert signed.h1 == "Plan, version 2"
    page = nurse.get(at(cast, tapering))
    assert facts(page)["Now"].startswith("Step 1 of 3")
    assert facts(page)["Next step"] == "Tue Jan 5, 2027step 2"
    with app.app_context():
        version = course_of(cast.hillside, tapering).version
    assert version is not None
    assert {c.typed_in_version for s in version.steps for m in s.medicines for c in m.cells} == {1}


def test_a_start_between_review_and_signature_is_told(
    physician: Visitor, nurse: Visitor, cast: Cast, tapering: int
) -> None:
    page = physician.get(at(cast, tapering, "/plan/draft"))
    form = page.form("/plan/draft").fill({"change_reason": "Slower"})
    review = physician.follow(form.submit("Check and sign"))
    start(nurse, cast, tapering)
    answer = review.form("/draft/sign").submit(
        birth_year="1961", password="lantern-moss", status=409
    )
    assert "Bo Lindqvist, RN recorded “Step 1 started as written”" in answer.text
    again = physician.get(answer.links["Check the draft again"])
    signed = again.form("/draft/sign").submit(birth_year="1961", password="lantern-moss")
    assert physician.follow(signed).h1 == "Plan, version 2"


def test_resuming_keeps_the_dates_or_lays_them_out_anew(
    physician: Visitor, nurse: Visitor, app: Flask, cast: Cast, tapering: int,
    clock: time_machine.Traveller, sign_in: Callable[[str], Visitor],
) -> None:  # fmt: skip
    start(nurse, cast, tapering)
    hold(physician, cast, tapering)
    clock.move_to(DEC_30)
    physician = sign_in("amara")
    page = physician.get(at(cast, tapering, "/course/resume"))
    assert "Step 2 was planned for Tue Dec 29, 2026." in page.text
    form = page.form("/course/resume").fill({"dates": "moved", "on": "today"})
    refused = form.submit(status=422)
    assert "Type the day on which the next step starts." in refused.words_of("first-error")
    form = refused.form("/course/resume").fill({"first": "1/4/2027", "every": "14"})
    review = physician.follow(form.submit())
    assert "Signing resumes the plan on Wed Dec 30, 2026" in review.text
    assert "Mon Jan 4, 2027" in review.text and "Mon Jan 18, 2027" in review.text
    signed = physician.follow(
        review.form("/draft/sign").submit(birth_year="1961", password="lantern-moss")
    )
    assert signed.h1 == "Plan, version 2"
    told = facts(physician.get(at(cast, tapering)))
    assert told["Now"] == "Step 1 of 3since Wed Dec 2, 2026, as written"
    assert told["Next step"] == "Mon Jan 4, 2027step 2"
    with app.app_context():
        course = course_of(cast.hillside, tapering)
    assert plan_state(course) is PlanState.ACTIVE
    assert course.happened[-1].why == "moved"


def test_resuming_with_the_dates_kept(physician: Visitor, cast: Cast, tapering: int) -> None:
    hold(physician, cast, tapering)
    form = physician.get(at(cast, tapering, "/course/resume")).form("/course/resume")
    page = physician.follow(form.submit(dates="kept"))
    assert "is resumed, with its planned dates" in page.text
    assert facts(page)["On paper now"].startswith("Step 1 of 3")
    assert "Plan resumed, dates kept" in physician.get(at(cast, tapering, "/course")).text


def test_completing_and_skipping_steps(
    physician: Visitor, nurse: Visitor, cast: Cast, tapering: int
) -> None:
    start(nurse, cast, tapering)
    form = nurse.get(at(cast, tapering, "/course/complete")).form("/course/complete")
    nurse.follow(form.submit("Complete step 1"))
    form = physician.get(at(cast, tapering, "/course/skip")).form("/course/skip")
    physician.follow(form.submit("Skip step 2", words="No tablets of this strength"))
    page = nurse.get(at(cast, tapering, "/course"))
    assert [row[2] for row in page.table()[1:]] == ["Done", "Skipped", "Planned"]


def test_a_start_in_the_wrong_chart_is_struck_through(
    physician: Visitor, nurse: Visitor, cast: Cast, tapering: int
) -> None:
    start(nurse, cast, tapering)
    hold(physician, cast, tapering)
    page = physician.get(at(cast, tapering, "/course"))
    mark = page.links["Entered in error: “Step 1 started as written”"]
    asked = physician.get(mark)
    assert "“Step 1 started as written, Wed Dec 2, 2026”" in asked.text
    physician.follow(asked.form(mark).submit("Mark", reason="Another Maria"))
    page = physician.get(at(cast, tapering, "/course"))
    assert "Entered in error: Another Maria (Dr. Amara Okafor" in page.text
    assert facts(physician.get(at(cast, tapering)))["On hold"].startswith("Step 1 of 3")


def test_a_version_says_where_it_stands(
    physician: Visitor, nurse: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    with app.app_context():
        version_id = course_of(cast.hillside, tapering).version_id
    page = nurse.get(at(cast, tapering, f"/plan/versions/{version_id}"))
    assert "Step 1 on paper since Tue Dec 1, 2026, start not recorded" in page.text
    hold(physician, cast, tapering)
    page = nurse.get(at(cast, tapering, f"/plan/versions/{version_id}"))
    assert facts(page)["State"] == "On holdOn hold since Wed Dec 2, 2026"


def test_no_plan_is_signed_for_someone_who_died(
    physician: Visitor, app: Flask, cast: Cast, tapering: int
) -> None:
    with app.app_context():
        charts.draft(cast["amara"], tapering, change_reason="Slower")
    review = physician.get(at(cast, tapering, "/plan/draft/review"))
    form = physician.get(at(cast, tapering, "/course/close")).form("/course/close")
    page = physician.follow(form.submit(why="died", birth_year="1961"))
    assert not {"Change the plan", "New plan", "Hold the plan"} & set(page.links)
    answer = review.form("/draft/sign").submit(
        birth_year="1961", password="lantern-moss", status=422
    )
    assert "This patient died." in answer.text
