"""Resuming a held plan: its dates kept, or the later ones laid out anew as a draft to be signed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, g, redirect

from tracker import course as rules
from tracker import dates, drafts
from tracker.charts import drafts as desk_chart
from tracker.course import Course, refusals
from tracker.drafts.typed import Unreadable, days_of, typed_day
from tracker.forms.course import MOVED, ResumeForm
from tracker.languages import said
from tracker.models import utc_now
from tracker.page import today
from tracker.policy import does
from tracker.records import course as records
from tracker.records import drafts as draft_records
from tracker.views.course import views
from tracker.views.happening import (
    Sheet,
    address,
    course_now,
    opened,
    overtaken,
    posted,
    refused,
    whose,
)

__all__ = ["views"]


def _sheet(course: Course) -> Sheet:
    hold, step = rules.held(course), rules.next_step(course)
    stop = refusals.why_not_resume(course, on=today(), today=today())
    lead = []
    if hold:
        lead.append(
            said("On hold since {day}, recorded by {who}.", day=dates.screen(hold.on), who=hold.by)
        )
    if step:
        lead.append(
            said(
                "Step {number} was planned for {day}.",
                number=step.number,
                day=dates.screen(step.starts_on),
            )
        )
        if step.starts_on <= today():
            lead.append(
                said(
                    "That day has passed: with the dates kept, the step stands on paper from now "
                    "on."
                )
            )
    return Sheet(
        said("Resume the plan"),
        said("Resume the plan"),
        lead=tuple(lead),
        stop=stop.sentence if stop else "",
    )


@views.get("/resume")
@does("plan.resume")
def resume(clinic_id: int, patient_id: int) -> Any:
    """Ask from when, and what becomes of the later dates."""
    return opened(ResumeForm(today(), formdata=None), _sheet)


@views.post("/resume")
@does("plan.resume")
def do_resume(clinic_id: int, patient_id: int) -> Any:
    """Resume with the dates kept, or lay the later ones out as a draft and show it for signing."""
    form = ResumeForm(today())
    if form.validate() and form.dates.data == MOVED:
        return _moved(form)
    return posted(
        form,
        _sheet,
        lambda: records.resume(
            **whose(), seen=form.place, on=form.on.day or today(), today=today()
        ),
        said("The plan of {who} is resumed, with its planned dates.", who=g.patient.title),
    )


def _moved(form: ResumeForm) -> Any:
    course = course_now()
    if course.seq != form.place:
        return overtaken(form, _sheet)
    problem = refusals.why_not_resume(course, on=form.on.day or today(), today=today())
    if problem:
        form.blame(problem.field, problem.sentence)
        return refused(form, _sheet)
    first, every = _typed(form, course)
    if first is None or every is None:
        return refused(form, _sheet)
    desk = desk_chart.lay(
        g.patient, None, catalogue=current_app.extensions["catalogue"], today=today(),
        by=g.signed_in.actor.name, at=utc_now(),
    )  # fmt: skip
    if desk.head is not None:
        form.blame(
            "dates",
            said(
                "{who} has a draft of this plan. Lay the dates out in it, or discard it first.",
                who=desk.head.saved_by,
            ),
        )
        return refused(form, _sheet)
    raw = drafts.lay_out_later(desk.raw, desk.locked, first, every)
    raw["resume_on"] = typed_day(form.on.day or today())
    raw["change_reason"] = said("Resumed after a hold, later dates moved")
    try:
        draft_records.save(
            **whose(), kind="plan", form_version=0, body=drafts.settle(raw, today()),
            plan_id=course.plan_id, stream_seq=course.seq,
        )  # fmt: skip
    except draft_records.Stale:
        return overtaken(form, _sheet)
    return redirect(address("plans.review"), 303)


def _typed(form: ResumeForm, course: Course) -> tuple[date | None, int | None]:
    """Read the first day and the interval; what is wrong stands beside its field."""
    first = form.first.day
    if first is None:
        form.blame("first", said("Type the day on which the next step starts."))
    elif form.on.day and first < form.on.day:
        form.blame("first", said("The next step starts on the day of resuming or later."))
        first = None
    every = None
    try:
        every = days_of((form.every.data or "").strip())
    except Unreadable as wrong:
        form.blame("every", said("Days for each step: {why}", why=wrong.sentence))
    if rules.next_step(course) is None:
        form.blame("dates", said("There is no later step. Keep the dates."))
        return None, None
    return first, every
