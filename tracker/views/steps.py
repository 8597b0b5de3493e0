"""What happens to a step: a page for each act. It starts as written, differs, ends, is skipped."""

from __future__ import annotations

from typing import Any

from flask import g

from tracker import course as rules
from tracker import dates
from tracker.charts import escalations as escalation_chart
from tracker.charts import therapies as therapy_chart
from tracker.charts.checkins import last_contact
from tracker.course import Course, refusals
from tracker.forms import course as forms
from tracker.languages import joined, said
from tracker.page import today
from tracker.plans import Step
from tracker.policy import does
from tracker.records import course as records
from tracker.views import taken
from tracker.views.course import views
from tracker.views.happening import (
    Sheet,
    course_now,
    links,
    may,
    opened,
    posted,
    refused,
    whose,
    worry_of,
)

__all__ = ["views"]


def _about_start() -> dict[str, Any]:
    found = last_contact(g.clinic.id, g.patient.id)
    return {
        "open_escalations": len(escalation_chart.open_for(g.clinic.id, g.patient.id)),
        "last_contact": found.on if found else None,
    }


def _asks_contact(course: Course) -> bool:
    return refusals.needs_contact(course, _about_start()["last_contact"])


def _therapies(step: Step) -> tuple[str, ...]:
    """Say where each therapy paired with the step stands."""
    paired = therapy_chart.paired_with(g.clinic.id, g.patient.id, step)
    return tuple(
        joined("", (pairing.words, ": ", standing.says, ".")) for pairing, standing in paired
    )


def _start_sheet(course: Course) -> Sheet:
    step = rules.next_step(course)
    now = today()
    stop = refusals.why_not_start(
        course, on=now, today=now, is_physician=may("plan.hold"), **_about_start()
    )
    if step is None or course.version is None:
        return Sheet(
            said("Start a step"), said("Start"), stop=stop.sentence if stop else refusals.NO_PLAN
        )
    return Sheet(
        said("Start step {number}", number=step.number),
        said("Start step {number} as written", number=step.number),
        lead=(said("Planned for {day}.", day=dates.screen(step.starts_on)), *_therapies(step)),
        picture=taken.doses_of(course.version, step),
        stop=stop.sentence if stop else "",
        links=links(
            *(((said("Record a contact"), "checkins.ask_new"),) if _asks_contact(course) else ()),
            (said("It was taken differently"), "course.differently"),
        ),
    )


@views.get("/start")
@does("step.start")
def start(clinic_id: int, patient_id: int) -> Any:
    """Show the next step and the day it started."""
    return opened(forms.StartForm(today(), formdata=None), _start_sheet)


@views.post("/start")
@does("step.start")
def do_start(clinic_id: int, patient_id: int) -> Any:
    """Record that the next step started as written."""
    form = forms.StartForm(today())
    step = rules.next_step(course_now())
    return posted(
        form,
        _start_sheet,
        lambda: records.start(
            **whose(), seen=form.place, on=form.on.day or today(), today=today(), **_about_start()
        ),
        said(
            "Step {number} for {patient} is recorded as started.",
            number=step.number if step else "",
            patient=g.patient.title,
        ),
    )


def _complete_sheet(course: Course) -> Sheet:
    step = rules.current_step(course)
    stop = refusals.why_not_complete(course, on=today(), today=today())
    title = said("Complete step {number}", number=step.number) if step else said("Complete a step")
    return Sheet(
        title,
        title,
        lead=(said("The next step is offered then, and never started by itself."),),
        stop=stop.sentence if stop else "",
    )


@views.get("/complete")
@does("step.complete")
def complete(clinic_id: int, patient_id: int) -> Any:
    """Show the step that is active and its last day."""
    return opened(forms.CompleteForm(today(), formdata=None), _complete_sheet)


@views.post("/complete")
@does("step.complete")
def do_complete(clinic_id: int, patient_id: int) -> Any:
    """Record that the active step was completed."""
    form = forms.CompleteForm(today())
    return posted(
        form,
        _complete_sheet,
        lambda: records.complete(
            **whose(), seen=form.place, on=form.on.day or today(), today=today()
        ),
        said("The step of {title} is recorded as completed.", title=g.patient.title),
    )


def _skip_sheet(course: Course) -> Sheet:
    step = rules.next_step(course)
    stop = refusals.why_not_skip(course, on=today(), today=today(), words="-")
    title = said("Skip step {number}", number=step.number) if step else said("Skip a step")
    return Sheet(
        title,
        title,
        lead=(
            said("The step is left out; the one after it comes next, on its planned date."),
            said("To change dates or doses as well, change the plan instead."),
        ),
        stop=stop.sentence if stop else "",
    )


@views.get("/skip")
@does("step.skip")
def skip(clinic_id: int, patient_id: int) -> Any:
    """Ask why the next step is skipped."""
    return opened(forms.SkipForm(today(), formdata=None), _skip_sheet)


@views.post("/skip")
@does("step.skip")
def do_skip(clinic_id: int, patient_id: int) -> Any:
    """Record that the next step is skipped."""
    form = forms.SkipForm(today())
    return posted(
        form,
        _skip_sheet,
        lambda: records.skip(
            **whose(), seen=form.place, on=form.on.day or today(), today=today(),
            words=form.words.data,
        ),
        said("The step of {title} is recorded as skipped.", title=g.patient.title),
    )  # fmt: skip


@views.get("/differently")
@does("step.differently")
def differently(clinic_id: int, patient_id: int) -> Any:
    """Ask how a step was taken."""
    form = taken.form_for(course_now(), opening=True)
    return opened(form, taken.sheet_of(form))


@views.post("/differently")
@does("step.differently")
def do_differently(clinic_id: int, patient_id: int) -> Any:
    """Record how a step was taken, with the typed amounts."""
    course = course_now()
    form = taken.form_for(course)
    amounts, wrong = taken.amounts_typed(course)
    sheet_of = taken.sheet_of(form, wrong)
    if wrong:
        form.validate()
        form.refusals += wrong.items()
        return refused(form, sheet_of)
    return posted(
        form,
        sheet_of,
        lambda: records.differently(
            **whose(), seen=form.place, key=form.key.data, on=form.on.day or today(),
            until=form.until.day, today=today(), how=form.how.data, amounts=amounts,
            words=form.words.data, worry=worry_of(form),
        ),
        said("How {title} took the step is recorded.", title=g.patient.title),
    )  # fmt: skip
