"""Where the patient is and what they have: times away, supply problems, calls that are owed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g

from tracker import course as rules
from tracker import dates
from tracker.course import Away, CallBack, Course
from tracker.course.words import AWAY_WORDS, SUPPLY_WORDS
from tracker.forms import course as forms
from tracker.languages import joined, said
from tracker.page import moment, today
from tracker.policy import does
from tracker.records import away as records
from tracker.records.course import Worry
from tracker.views.happening import Sheet, course_now, links, may, opened, posted, whose, worry_of

views = Blueprint("away", __name__, url_prefix="/c/<int:clinic_id>/patients/<int:patient_id>")

_ESCALATES = said("This raises an escalation.")


def _died(course: Course) -> str:
    return said("This patient died.") if course.patient_state == "died" else ""


# --- Away -----------------------------------------------------------------------------------------


def _leave_sheet(course: Course) -> Sheet:
    return Sheet(
        said("Patient is away"),
        said("Record the time away"),
        lead=(
            said(
                "Check-ins are not due while the patient is away. On the return a physician "
                "reviews the plan before it restarts."
            ),
            *(() if may("plan.hold") else (_ESCALATES,)),
        ),
        stop=_died(course),
    )


def _leave_form(**more: Any) -> forms.AwayForm:
    form = forms.AwayForm(today(), **more)
    if may("plan.hold"):
        form.without_worry()
    return form


@views.get("/away")
@does("away.record")
def leave(clinic_id: int, patient_id: int) -> Any:
    """Ask where the patient is, and since when."""
    return opened(_leave_form(formdata=None), _leave_sheet)


@views.post("/away")
@does("away.record")
def do_leave(clinic_id: int, patient_id: int) -> Any:
    """Record a time away."""
    form = _leave_form()
    return posted(
        form,
        _leave_sheet,
        lambda: records.leave(
            **whose(), kind=form.kind.data, place=form.place.data,
            left_on=form.left_on.day or today(), until=form.until.day, worry=worry_of(form),
        ),
        said("{title} is recorded as away.", title=g.patient.title),
    )  # fmt: skip


def _one(course: Course, away_id: int) -> Away:
    found = next((one for one in course.away if one.id == away_id), None)
    if found is None:
        abort(404)
    return found


def _line(one: Away) -> str:
    where, day = AWAY_WORDS[one.where], dates.screen(one.left_on)
    if one.place:
        return said("{where}, {place}, since {day}.", where=where, place=one.place, day=day)
    return said("{where}, since {day}.", where=where, day=day)


def _back_sheet(one: Away) -> Sheet:
    stop = (
        said("The return on {day} is recorded.", day=dates.screen(one.back_on))
        if one.back_on
        else ""
    )
    return Sheet(
        said("Patient is back"),
        said("Record the return"),
        lead=(_line(one), said("The next step waits until a physician has reviewed the plan.")),
        stop=stop,
    )


@views.get("/away/<int:away_id>/back")
@does("away.back")
def back(clinic_id: int, patient_id: int, away_id: int) -> Any:
    """Ask since when the patient is back."""
    one = _one(course_now(), away_id)
    return opened(
        forms.BackForm(today(), formdata=None), lambda course: _back_sheet(_one(course, away_id)),
        seen=one.seq,
    )  # fmt: skip


@views.post("/away/<int:away_id>/back")
@does("away.back")
def do_back(clinic_id: int, patient_id: int, away_id: int) -> Any:
    """Record the return."""
    _one(course_now(), away_id)
    form = forms.BackForm(today())
    return posted(
        form,
        lambda course: _back_sheet(_one(course, away_id)),
        lambda: records.back(
            **whose(), away_id=away_id, seen=form.place, on=form.on.day or today(),
            words=form.words.data,
        ),
        said("The return of {title} is recorded.", title=g.patient.title),
        seen_now=lambda course: _one(course, away_id).seq,
    )  # fmt: skip


def _review_sheet(one: Away) -> Sheet:
    stop = ""
    if one.reviewed_on:
        stop = said(
            "{reviewed_by} reviewed this on {day}.",
            reviewed_by=one.reviewed_by,
            day=dates.screen(one.reviewed_on),
        )
    lead = [_line(one)]
    if one.back_on:
        since = said("Back on {day}.", day=dates.screen(one.back_on))
        lead.append(joined(" ", (since, one.back_words)) if one.back_words else since)
    return Sheet(
        said("Review before restarting"),
        said("Record the review"),
        lead=(
            *lead,
            said(
                "A body gets used to less within days: an older, higher amount can then stop the "
                "breathing."
            ),
        ),
        links=links(
            (said("Hold the plan"), "course.hold"), (said("Change the plan"), "plans.draft")
        ),
        stop=stop,
    )


@views.get("/away/<int:away_id>/review")
@does("away.review")
def review(clinic_id: int, patient_id: int, away_id: int) -> Any:
    """Show the time away, and ask what was decided."""
    one = _one(course_now(), away_id)
    return opened(
        forms.ReviewForm(today(), formdata=None),
        lambda course: _review_sheet(_one(course, away_id)),
        seen=one.seq,
    )


@views.post("/away/<int:away_id>/review")
@does("away.review")
def do_review(clinic_id: int, patient_id: int, away_id: int) -> Any:
    """Record the decision."""
    _one(course_now(), away_id)
    form = forms.ReviewForm(today())
    return posted(
        form,
        lambda course: _review_sheet(_one(course, away_id)),
        lambda: records.review(
            **whose(), away_id=away_id, seen=form.place, on=today(), words=form.words.data
        ),
        said("The plan of {title} is reviewed.", title=g.patient.title),
        seen_now=lambda course: _one(course, away_id).seq,
    )


# --- Supply ---------------------------------------------------------------------------------------


def _supply_sheet(course: Course) -> Sheet:
    return Sheet(
        said("Supply problem"),
        said("Record the supply problem"),
        lead=(_ESCALATES, said("What the patient takes meanwhile is a physician’s decision.")),
        stop=_died(course),
    )


@views.get("/supply")
@does("supply.record")
def supply(clinic_id: int, patient_id: int) -> Any:
    """Ask what is wrong with the supply."""
    return opened(forms.SupplyForm(today(), formdata=None), _supply_sheet)


@views.post("/supply")
@does("supply.record")
def do_supply(clinic_id: int, patient_id: int) -> Any:
    """Record the problem and raise the escalation."""
    form = forms.SupplyForm(today())
    return posted(
        form,
        _supply_sheet,
        lambda: records.supply(
            **whose(), what=form.what.data, on=form.on.day or today(), today=today(),
            words=form.words.data, worry=worry_of(form) or Worry(""),
        ),
        said(
            "The supply problem of {patient} is recorded: {what}.",
            patient=g.patient.title,
            what=SUPPLY_WORDS.get(form.what.data or "", "").lower(),
        ),
    )  # fmt: skip


# --- Calls ----------------------------------------------------------------------------------------


def _owed(course: Course, check_id: int) -> CallBack:
    found = next((one for one in course.calls if one.check_id == check_id), None)
    if found is None:
        abort(404)
    return found


def _call_sheet(course: Course, check_id: int) -> Sheet:
    one = next((one for one in course.calls if one.check_id == check_id), None)
    state = rules.plan_state(course)
    if one is None:
        return Sheet(
            said("Call back"), said("Record the call"), stop=said("This call is recorded already.")
        )
    heard = (
        said("an old plan code") if one.answer == "old" else said("the code of a plan that ended")
    )
    return Sheet(
        said("Call back"),
        said("Record the call"),
        lead=(
            said(
                "{by} answered {heard} on {when}: a nurse calls.",
                by=one.by,
                heard=heard,
                when=moment(one.at),
            ),
            said("Ask which sheet is at home, and how the medicine is taken."),
        ),
        links=links((said("Print the current handout"), "handouts.show")) if state else (),
    )


@views.get("/calls/<int:check_id>")
@does("call.back")
def call(clinic_id: int, patient_id: int, check_id: int) -> Any:
    """Show which call is owed."""
    _owed(course_now(), check_id)
    return opened(
        forms.CallForm(today(), formdata=None), lambda course: _call_sheet(course, check_id), seen=0
    )


@views.post("/calls/<int:check_id>")
@does("call.back")
def do_call(clinic_id: int, patient_id: int, check_id: int) -> Any:
    """Record the call that was made."""
    form = forms.CallForm(today())
    return posted(
        form,
        lambda course: _call_sheet(course, check_id),
        lambda: records.call_back(**whose(), check_id=check_id, words=form.words.data),
        said("The call to {title} is recorded.", title=g.patient.title),
        seen_now=lambda course: 0,
    )
