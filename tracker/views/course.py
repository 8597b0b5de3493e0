"""What happened to a plan: reading it, and one page for each act upon the plan as a whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, abort, g, render_template

from tracker import course as rules
from tracker import dates
from tracker.charts.checkins import left_by_closing
from tracker.checkins import Ended
from tracker.course import Course, What, WhyClosed, refusals
from tracker.course.words import CLOSED_WORDS, happening_day, happening_title
from tracker.forms import course as forms
from tracker.languages import said
from tracker.page import today
from tracker.policy import does
from tracker.records import course as records
from tracker.views.happening import (
    Sheet,
    course_now,
    links,
    opened,
    posted,
    refused,
    whose,
    worry_of,
    wrong_year,
)
from tracker.views.whathappened import story

views = Blueprint(
    "course", __name__, url_prefix="/c/<int:clinic_id>/patients/<int:patient_id>/course"
)


@views.get("")
@does("course.read")
def show(clinic_id: int, patient_id: int) -> str:
    """Show all that happened, and what may be recorded now."""
    return render_template("course/show.html", **story(course_now()))


# --- The whole plan -------------------------------------------------------------------------------


def _pause_sheet(course: Course) -> Sheet:
    stop = refusals.why_not_pause(course)
    return Sheet(
        said("Pause the next step and ask a physician"),
        said("Pause the next step"),
        lead=(
            said(
                "The paper at home is stopped by phone: whoever reads out the plan code hears to "
                "stay on the step they are on."
            ),
            said("This raises an escalation. A physician answers it, holds or changes the plan."),
        ),
        stop=stop.sentence if stop else "",
    )


@views.get("/pause")
@does("plan.pause")
def pause(clinic_id: int, patient_id: int) -> Any:
    """Ask what the physician is to decide."""
    return opened(forms.PauseForm(today(), formdata=None), _pause_sheet)


@views.post("/pause")
@does("plan.pause")
def do_pause(clinic_id: int, patient_id: int) -> Any:
    """Pause the next step and raise the escalation."""
    form = forms.PauseForm(today())
    return posted(
        form,
        _pause_sheet,
        lambda: records.pause(
            **whose(), seen=form.place, today=today(), words=form.words.data,
            worry=worry_of(form) or records.Worry(""),
        ),
        said(
            "The next step of {title} is paused, and a physician is asked.",
            title=g.patient.title,
        ),
    )  # fmt: skip


def _lift_sheet(course: Course) -> Sheet:
    pause = rules.paused(course)
    stop = refusals.why_not_lift(course)
    return Sheet(
        said("Answer the pause: go on as planned"),
        said("Go on as planned"),
        lead=(said("Asked by {by}: {words}", by=pause.by, words=pause.words),) if pause else (),
        links=links((said("Hold the plan instead"), "course.hold")),
        stop=stop.sentence if stop else "",
    )


@views.get("/lift")
@does("plan.lift")
def lift(clinic_id: int, patient_id: int) -> Any:
    """Show what was asked."""
    return opened(forms.LiftForm(today(), formdata=None), _lift_sheet)


@views.post("/lift")
@does("plan.lift")
def do_lift(clinic_id: int, patient_id: int) -> Any:
    """Record that the plan goes on as planned."""
    form = forms.LiftForm(today())
    return posted(
        form,
        _lift_sheet,
        lambda: records.lift(**whose(), seen=form.place, today=today(), words=form.words.data),
        said("The plan of {title} goes on as planned.", title=g.patient.title),
    )


def _hold_sheet(course: Course) -> Sheet:
    step = rules.stay_on(course, today())
    stop = refusals.why_not_hold(
        course, on=today(), review_on=today() + timedelta(days=1), today=today()
    )
    stay = (
        said(
            "The patient stays on step {number} and does not start the next step until the plan "
            "is resumed.",
            number=step.number,
        )
        if step
        else said(
            "The patient stays on what is taken now and does not start the next step until the "
            "plan is resumed."
        )
    )
    return Sheet(
        said("Hold the plan"),
        said("Hold the plan"),
        lead=(
            stay,
            said("Sheets printed before are out of date; the plan code answers “on hold”."),
        ),
        stop=stop.sentence if stop else "",
    )


@views.get("/hold")
@does("plan.hold")
def hold(clinic_id: int, patient_id: int) -> Any:
    """Ask why, from when, and when it is reviewed."""
    return opened(forms.HoldForm(today(), formdata=None), _hold_sheet)


@views.post("/hold")
@does("plan.hold")
def do_hold(clinic_id: int, patient_id: int) -> Any:
    """Hold the plan; the year of birth is typed again."""
    form = forms.HoldForm(today())
    valid = form.validate()
    if wrong_year(form, "holding the plan") or not valid:
        return refused(form, _hold_sheet)
    return posted(
        form,
        _hold_sheet,
        lambda: records.hold(
            **whose(), seen=form.place, on=form.on.day or today(),
            review_on=form.review_on.day or today(), today=today(), reason=form.reason.data,
            words=form.words.data,
        ),
        said("The plan of {title} is on hold.", title=g.patient.title),
    )  # fmt: skip


def _contact_left() -> str:
    """Say which next contact the end of the plan leaves: follow-up stands only once completed."""
    day, at = today(), datetime.now(UTC)
    completed, otherwise = (
        left_by_closing(g.clinic.id, g.patient.id, Ended(day, at, why), day)
        for why in (WhyClosed.COMPLETED, WhyClosed.STOPPED)
    )
    if otherwise:
        return said("The next contact is booked for {day}.", day=dates.screen(otherwise.on))
    if completed:
        return said(
            "No next contact is booked. Where the taper is completed, its follow-up stands, "
            "next on {day}.",
            day=dates.screen(completed.on),
        )
    return said("No next contact is booked. What the plan laid ends with it.")


def _close_sheet(course: Course) -> Sheet:
    stop = refusals.why_ended(course)
    return Sheet(
        said("Close the plan"),
        said("Close the plan"),
        lead=(
            said(
                "Closing ends the plan’s lists and paper. It does not mean that the medicine stops."
            ),
            _contact_left(),
        ),
        kind="danger",
        stop=stop or "",
    )


@views.get("/close")
@does("plan.close")
def close(clinic_id: int, patient_id: int) -> Any:
    """Ask why the plan ends and what the patient takes from now on."""
    return opened(forms.CloseForm(today(), formdata=None), _close_sheet)


@views.post("/close")
@does("plan.close")
def do_close(clinic_id: int, patient_id: int) -> Any:
    """Close the plan; the year of birth is typed again."""
    form = forms.CloseForm(today())
    valid = form.validate()
    if wrong_year(form, "closing the plan") or not valid:
        return refused(form, _close_sheet)
    return posted(
        form,
        _close_sheet,
        lambda: records.close(
            **whose(), seen=form.place, on=form.on.day or today(), today=today(),
            reason=form.why.data, words=form.words.data, accepted_by=form.accepted_by.data,
            takes_now=form.takes_now.data, no_contact=form.no_contact.data,
        ),
        said(
            "The plan of {title} is closed: {why}.",
            title=g.patient.title,
            why=CLOSED_WORDS[form.why.data].lower(),
        )
        if valid else "",
    )  # fmt: skip


# --- Undoing --------------------------------------------------------------------------------------


def _undo_sheet(course: Course, happening_id: int) -> Sheet:
    one = next((h for h in course.happened if h.id == happening_id), None)
    stop = refusals.why_not_undo(course, one)
    what = happening_title(one) if one else said("what was recorded")
    lead = (
        (said("{what}, {day}, recorded by {by}.", what=what, day=happening_day(one), by=one.by),)
        if one
        else ()
    )
    if one and one.what is What.CLOSED and one.why == "died":
        lead = (*lead, said("The patient’s record becomes active again."))
    return Sheet(
        said("Undo"),
        said("Undo “{what}”", what=what),
        lead=(*lead, said("It stays on record, struck through, with your reason.")),
        stop=stop.sentence if stop else "",
    )


def _known(happening_id: int) -> None:
    course = course_now()
    known = {h.id for h in course.happened} | {s.happening.id for s in course.struck}
    if happening_id not in known:
        abort(404)


@views.get("/undo/<int:happening_id>")
@does("course.undo")
def undo(clinic_id: int, patient_id: int, happening_id: int) -> Any:
    """Ask why the last thing is undone."""
    _known(happening_id)
    return opened(
        forms.UndoForm(today(), formdata=None), lambda course: _undo_sheet(course, happening_id)
    )


@views.post("/undo/<int:happening_id>")
@does("course.undo")
def do_undo(clinic_id: int, patient_id: int, happening_id: int) -> Any:
    """Undo the last thing that happened, by a reversal that is recorded."""
    _known(happening_id)
    form = forms.UndoForm(today())
    return posted(
        form,
        lambda course: _undo_sheet(course, happening_id),
        lambda: records.undo(
            **whose(), seen=form.place, happening_id=happening_id, reason=form.words.data
        ),
        said("Undone, for {title}.", title=g.patient.title),
    )
