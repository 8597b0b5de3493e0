"""Escalations: the inbox, raising one, and its thread with what is done next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import auth
from tracker.charts import escalations as chart
from tracker.charts import today as list_chart
from tracker.charts.course import course_of
from tracker.charts.cover import on_cover, people
from tracker.charts.today import Filters
from tracker.course.words import happening_title
from tracker.dates import screen
from tracker.escalations import ABOUT, Escalation, NeededBy, State, is_past_due, needed_on
from tracker.forms.days import today_typed
from tracker.forms.escalations import NoteForm, RaiseForm, ResolveForm, ToldForm
from tracker.languages import counted, joined, said, said_as
from tracker.models import utc_now
from tracker.page import moment, today
from tracker.policy import does
from tracker.records import escalations as records
from tracker.records.acts import Conflict
from tracker.views import conflicts
from tracker.views.back import go_back, list_typed
from tracker.views.patients import Answer, number_typed
from tracker.views.today_drawn import drawn, page_around
from tracker.worklist import Group

views = Blueprint("escalations", __name__)
ADDRESS = "/c/<int:clinic_id>/patients/<int:patient_id>/escalations"
MOST = 200


# --- Lists ----------------------------------------------------------------------------------------


@views.get("/c/<int:clinic_id>/escalations")
@does("escalation.list")
def index(clinic_id: int) -> bytes:
    """Show what waits for a physician, the most urgent first."""
    day = today()
    staff = people(clinic_id, day)
    waiting = Filters(group=Group.WAITING)
    found = list_chart.found(clinic_id, day, waiting, me=(), drafts=False, most=MOST)
    return page_around(
        drawn(found, staff, filters=waiting, day=day),
        "escalations/index.html",
        last=chart.last_resolved(clinic_id),
    )


@views.get("/c/<int:clinic_id>/escalations/late")
@does("escalation.late")
def late(clinic_id: int) -> str:
    """Show an administrator what is past due: since when and whose, no patient and no text."""
    day = today()
    staff = people(clinic_id, day)
    rows = [
        (
            screen(row.due),
            moment(row.at),
            staff[row.owner_id].name if row.owner_id in staff else said("Nobody yet"),
            ", ".join(one.name for one in on_cover(row.physician_id, staff)),
        )
        for row in list_chart.past_due(clinic_id, day)
    ]
    return render_template("escalations/late.html", rows=rows)


# --- Raising --------------------------------------------------------------------------------------


def _raise_form(**more: Any) -> RaiseForm:
    form = RaiseForm(**more)
    on = needed_on(
        NeededBy.NEXT_DAY, today(), hours=g.clinic.hours, closed_days=g.clinic.closed_days
    )
    form.offer(said("Next working day ({day})", day=screen(on)))
    return form


def _ask(form: RaiseForm, code: int = 200) -> tuple[str, int]:
    staff = people(g.clinic.id, today())
    names = [
        one.name
        + (
            said(", covering for {name}", name=staff[g.patient.physician_id].name)
            if g.patient.physician_id in one.covers
            else ""
        )
        for one in on_cover(g.patient.physician_id, staff)
    ]
    return (
        render_template("escalations/new.html", form=form, goes_to=names, back=list_typed()),
        code,
    )


@views.get(f"{ADDRESS}/new")
@does("escalation.raise")
def new(clinic_id: int, patient_id: int) -> tuple[str, int]:
    """Ask what the worry is, and by when an answer is needed."""
    return _ask(_raise_form(formdata=None))


@views.post(f"{ADDRESS}/new")
@does("escalation.raise")
def raise_one(clinic_id: int, patient_id: int) -> Answer:
    """Raise an escalation."""
    form = _raise_form()
    if not form.validate():
        return _ask(form, 422)
    if form.about.data not in ABOUT:
        form.about.data = ""
    try:
        records.raise_one(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            patient_id=patient_id,
            **form.texts("about", "needed_by", "text", "spoken_to", "patient_is"),
        )
    except records.Refused as refused:
        form.take(refused.fields)
        return _ask(form, 422)
    auth.tell(
        said(
            "The escalation about {who} is raised. It waits on the Today list.",
            who=g.patient.title,
        )
    )
    return go_back("escalations")


# --- The thread -----------------------------------------------------------------------------------


def _the_one(escalation_id: int) -> Escalation:
    one = chart.one_of(g.clinic.id, g.patient.id, escalation_id)
    if one is None:
        abort(404)
    return one


@views.get(f"{ADDRESS}/<int:escalation_id>")
@does("escalation.read")
def show(clinic_id: int, patient_id: int, escalation_id: int) -> Answer:
    """Show the thread, and what may be done next."""
    return _show(_the_one(escalation_id))


def _show(
    one: Escalation, code: int = 200, *, note: NoteForm | None = None,
    resolve: ResolveForm | None = None, told: ToldForm | None = None, conflict: str = "",
    rows: Sequence[conflicts.Row] = (),
) -> tuple[str, int]:  # fmt: skip
    staff = people(g.clinic.id, today())
    resolving = resolve or ResolveForm(formdata=None)
    resolving.offer(_acts_since(one))
    forms: dict[str, Any] = {
        "note": note or NoteForm(formdata=None),
        "resolve": resolving,
        "told": told or ToldForm(today(), formdata=None, told_on=today_typed()),
    }
    for form in forms.values():
        form.seen.data = str(one.seq)
    return (
        render_template(
            "escalations/show.html",
            one=one,
            goes_to=[person.name for person in on_cover(g.patient.physician_id, staff)],
            past_due=is_past_due(one, today()),
            past_day=today() > one.needed_on,
            is_mine=one.owner_id == g.signed_in.actor.staff_id,
            acts={fact_id: words for fact_id, words in _acts_since(one)},
            conflict=conflict,
            rows=rows,
            back=list_typed(),
            **forms,
        ),
        code,
    )


def _acts_since(one: Escalation) -> list[tuple[int, str]]:
    """List what was done to the plan since the worry was raised, the newest first."""
    course = course_of(g.clinic.id, g.patient.id)
    found = [
        (signing.version_id, signing.at, said("Version {number} signed", number=signing.number))
        for signing in course.signings
    ] + [(happened.id, happened.at, happening_title(happened)) for happened in course.happened]
    later = sorted((act for act in found if act[1] >= one.raised_at), key=lambda act: act[1])
    return [(fact_id, joined(", ", [words, moment(at)])) for fact_id, at, words in reversed(later)]


def _overtaken(escalation_id: int, **forms: Any) -> tuple[str, int]:
    """Say who wrote to it meanwhile and what; what was typed stays."""
    one = _the_one(escalation_id)
    last = one.lines[-1]
    words = said("{by} {kind} at {when}.", by=last.by, kind=_DID[last.kind], when=moment(last.at))
    seen = number_typed(request.form.get("seen")) or 0
    rows = conflicts.rows(
        conflicts.of_escalation(one, seen), conflicts.of_escalation(one), _typed_words(**forms)
    )
    return _show(one, 409, conflict=words, rows=rows, **forms)


def _typed_words(
    *, note: NoteForm | None = None, resolve: ResolveForm | None = None,
    told: ToldForm | None = None,
) -> dict[str, str]:  # fmt: skip
    """Give what was typed into a form of the thread, by the names that the thread has for it."""
    if resolve is not None:
        how = conflicts.TOLD.get(resolve.told.data or "", "")
        patient = joined(". ", [part for part in (how, resolve.told_text.data) if part])
        return {said("What was decided"): resolve.decision.data or "", said("The patient"): patient}
    if told is not None:
        return {said("The patient was told"): told.text.data or ""}
    return {said("Added"): note.text.data or ""} if note is not None else {}


_DID = {
    "raised": said("raised it"),
    "note": said("added to it"),
    "accepted": said("accepted it"),
    "resolved": said("resolved it"),
    "told": said("recorded that the patient was told"),
}


def _whose(escalation_id: int) -> dict[str, Any]:
    return {
        "by": g.signed_in.actor,
        "clinic_id": g.clinic.id,
        "patient_id": g.patient.id,
        "escalation_id": escalation_id,
        "seen": number_typed(request.form.get("seen")) or 0,
    }


def _to(escalation_id: int) -> Response:
    return redirect(
        url_for(
            "escalations.show", clinic_id=g.clinic.id, patient_id=g.patient.id,
            escalation_id=escalation_id, back=list_typed() or None,
        ),
        303,
    )  # fmt: skip


@views.post(f"{ADDRESS}/<int:escalation_id>/accept")
@does("escalation.accept")
def accept(clinic_id: int, patient_id: int, escalation_id: int) -> Answer:
    """Take the escalation."""
    one = _the_one(escalation_id)
    try:
        records.accept(**_whose(escalation_id))
    except Conflict:
        return _overtaken(escalation_id)
    auth.tell(
        said("You have the escalation about {who}: {about}.", who=g.patient.title, about=one.about)
    )
    return _to(escalation_id)


@views.post(f"{ADDRESS}/<int:escalation_id>/note")
@does("escalation.note")
def add_note(clinic_id: int, patient_id: int, escalation_id: int) -> Answer:
    """Add to the thread."""
    one, form = _the_one(escalation_id), NoteForm()
    if not one.is_open:
        return _overtaken(escalation_id, note=form)
    if not form.validate():
        return _show(one, 422, note=form)
    try:
        records.add_note(**_whose(escalation_id), **form.texts("text"))
    except records.Refused as refused:
        form.take(refused.fields)
        return _show(one, 422, note=form)
    except Conflict:
        return _overtaken(escalation_id, note=form)
    auth.tell(said("Added to the escalation about {who}.", who=g.patient.title))
    return _to(escalation_id)


@views.post(f"{ADDRESS}/<int:escalation_id>/resolve")
@does("escalation.resolve")
def resolve(clinic_id: int, patient_id: int, escalation_id: int) -> Answer:
    """Resolve it: the decision, what was done to the plan, and whether the patient knows."""
    one, form = _the_one(escalation_id), ResolveForm()
    form.offer(_acts_since(one))
    if not one.is_open:
        return _overtaken(escalation_id, resolve=form)
    if not form.validate():
        return _show(one, 422, resolve=form)
    try:
        records.resolve(
            **_whose(escalation_id),
            **form.texts("decision", "told", "told_text"),
            plan_fact_id=number_typed(form.plan_fact_id.data),
        )
    except records.Refused as refused:
        form.take(refused.fields)
        return _show(one, 422, resolve=form)
    except Conflict:
        return _overtaken(escalation_id, resolve=form)
    auth.tell(
        said(
            "The escalation about {who} is resolved: {about}.", who=g.patient.title, about=one.about
        )
    )
    return go_back("escalations")


@views.post(f"{ADDRESS}/<int:escalation_id>/told")
@does("escalation.told")
def told(clinic_id: int, patient_id: int, escalation_id: int) -> Answer:
    """Record that the patient was told."""
    one, form = _the_one(escalation_id), ToldForm(today())
    if one.state is not State.TO_TELL:
        return _overtaken(escalation_id, told=form)
    if not form.validate() or form.told_on.day is None:
        return _show(one, 422, told=form)
    if form.told_on.day > today():
        form.told_on.errors = [said("This day is still to come. Record it when it has happened.")]
        return _show(one, 422, told=form)
    try:
        records.patient_told(
            **_whose(escalation_id), told_on=form.told_on.day, text=form.text.data or ""
        )
    except Conflict:
        return _overtaken(escalation_id, told=form)
    auth.tell(said("It is recorded that {who} was told.", who=g.patient.title))
    return go_back("escalations")


# --- Words ----------------------------------------------------------------------------------------

_CHIPS = {
    State.OPEN: (said_as("state", "Open"), "escalated"),
    State.ACCEPTED: (said("Accepted"), "active"),
    State.TO_TELL: (said("Patient to be told"), "due"),
    State.RESOLVED: (said("Resolved"), "done"),
}


def chip_of(one: Escalation) -> tuple[str, str]:
    """Give the word for where an escalation stands, and the kind of its chip."""
    return (said("Entered in error"), "replaced") if one.in_error else _CHIPS[one.state]


def age_of(one: Escalation) -> str:
    """Say how long it has waited, in whole hours and then in days."""
    until = one.decision.at if one.decision else utc_now()
    hours = int((until - one.raised_at).total_seconds() // 3600)
    if hours < 1:
        return said("less than an hour")
    if hours < 48:
        return counted("{n} hour", "{n} hours", hours)
    return counted("{n} day", "{n} days", hours // 24)


@views.app_context_processor
def _common() -> dict[str, Any]:
    return {"state_chip": chip_of, "age_of": age_of}
