"""Therapies over time: one therapy's lines, and recording what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, g, render_template, request

from tracker import auth
from tracker import therapies as rules
from tracker.catalogue import Therapy
from tracker.charts import therapies as chart
from tracker.forms.days import today_typed
from tracker.forms.therapies import TherapyForm
from tracker.languages import said
from tracker.page import today
from tracker.policy import does
from tracker.records import therapies as records
from tracker.records.acts import Conflict
from tracker.therapies import BARRIERS, KIND_WORDS, Kind, Standing
from tracker.views.back import go_back
from tracker.views.patients import Answer, number_typed

views = Blueprint("therapies", __name__)
ADDRESS = "/c/<int:clinic_id>/patients/<int:patient_id>/therapies"


def _form(**more: Any) -> TherapyForm:
    form = TherapyForm(today(), **more)
    form.offer((one.id, one.words) for one in current_app.extensions["catalogue"].therapies)
    return form


@views.get(f"{ADDRESS}/new")
@does("therapy.record")
def new(clinic_id: int, patient_id: int) -> Answer:
    """Ask what happened with a therapy that has no line yet."""
    named = request.args.get("therapy", "")
    return _show(None, _form(formdata=None, therapy=named, on=today_typed(), seen="0"))


@views.get(f"{ADDRESS}/<int:therapy_id>")
@does("therapy.read")
def show(clinic_id: int, patient_id: int, therapy_id: int) -> Answer:
    """Show what became of a therapy, and ask what happened since."""
    one = _the_one(therapy_id)
    return _show(one, _form(formdata=None, on=today_typed(), seen=str(one.seq)))


@views.post(f"{ADDRESS}/new")
@does("therapy.record")
def begin(clinic_id: int, patient_id: int) -> Answer:
    """Record the first line of a therapy."""
    form = _form()
    named = _therapy(form.therapy.data)
    if named is None:
        form.validate()
        form.therapy.errors = [said("Choose a therapy.")]
        return _show(None, form, 422)
    return _record(None, form, named.id, named.words)


@views.post(f"{ADDRESS}/<int:therapy_id>")
@does("therapy.record")
def record(clinic_id: int, patient_id: int, therapy_id: int) -> Answer:
    """Record one more line of a therapy."""
    one = _the_one(therapy_id)
    return _record(one, _form(), one.therapy, one.words)


def _record(one: Standing | None, form: TherapyForm, therapy: str, words: str) -> Answer:
    valid = form.validate()
    wrong = rules.why_not(
        one.lines if one else (),
        kind=form.kind.data or "",
        on=form.on.day,
        today=today(),
        times=form.sessions(),
        barrier=form.barrier.data or "",
    )
    form.take(wrong)
    if wrong or not valid or form.on.day is None:
        return _show(one, form, 422)
    try:
        records.record(
            by=g.signed_in.actor,
            clinic_id=g.clinic.id,
            patient_id=g.patient.id,
            therapy=therapy,
            words=words,
            kind=form.kind.data,
            on=form.on.day,
            today=today(),
            therapy_id=one.id if one else None,
            seen=number_typed(form.seen.data) or 0,
            times=form.sessions() or 0,
            barrier=form.barrier.data or "",
            text=form.text.data or "",
        )
    except Conflict:
        return _overtaken(one, form)
    auth.tell(said("{therapy}: recorded for {who}.", therapy=words, who=g.patient.title))
    return go_back("therapies")


def _overtaken(one: Standing | None, form: TherapyForm) -> Answer:
    """Say who recorded what meanwhile; what was typed stays."""
    fresh = _the_one(one.id) if one and one.id else None
    words = said("Somebody recorded this therapy meanwhile.")
    if fresh is not None:
        last = fresh.lines[-1]
        words = said(
            "{by} recorded meanwhile: {kind}.", by=last.by, kind=KIND_WORDS[last.kind].lower()
        )
        form.seen.data = str(fresh.seq)
    return _show(fresh, form, 409, words)


def _show(
    one: Standing | None, form: TherapyForm, code: int = 200, conflict: str = ""
) -> tuple[str, int]:
    return (
        render_template(
            "therapies/show.html", one=one, form=form, conflict=conflict, barriers=BARRIERS,
            kinds=KIND_WORDS, attended=Kind.ATTENDED, most=rules.MOST_SESSIONS,
        ),
        code,
    )  # fmt: skip


def _the_one(therapy_id: int) -> Standing:
    one = chart.one_of(g.clinic.id, g.patient.id, therapy_id)
    if one is None:
        abort(404)
    return one


def _therapy(named: str | None) -> Therapy | None:
    found: Therapy | None = current_app.extensions["catalogue"].therapy(named or "")
    return found
