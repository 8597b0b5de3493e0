"""Patients: the search that everything begins with, registering, the patient's page, changing.

Merging two records and marking what was put into a wrong chart are in `views.mistakes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import auth, dates
from tracker.charts import history as history_chart
from tracker.charts import patients as chart
from tracker.charts import search as finder
from tracker.charts.patients import PatientHead
from tracker.forms.patients import STATES, PatientForm, typed, visible
from tracker.languages import here, said
from tracker.page import today
from tracker.policy import can, does
from tracker.records import patients as records
from tracker.records.acts import Conflict

_STATES = dict(STATES)

views = Blueprint("patients", __name__, url_prefix="/c/<int:clinic_id>/patients")

Answer = str | Response | tuple[str, int]


def may(act: str) -> bool:
    """Tell whether the person behind this request may do an act at this clinic."""
    return can(g.signed_in.actor, act, g.clinic.id)


def number_typed(text: str | None) -> int | None:
    """Give an id as a form carries it, or None for anything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None


def question_typed() -> str:
    """Give what the search box was sent with."""
    return visible(request.form.get("q", ""))


def page_address(patient_id: int) -> str:
    """Give the address of a patient's page."""
    return url_for("patients.show", clinic_id=g.clinic.id, patient_id=patient_id)


# --- Search ---------------------------------------------------------------------------------------


@views.get("")
@does("patient.search")
def search(clinic_id: int) -> str:
    """Show the empty search."""
    return render_template("patients/search.html", typed="", everyone=False, found=None)


@views.post("")
@does("patient.search")
def find(clinic_id: int) -> Answer:
    """Find patients; a whole record number goes straight to the one patient who has it."""
    everyone = request.form.get("everyone") == "yes"
    typed_words = question_typed()
    held = finder.by_record_number(clinic_id, typed_words)
    if held is not None:
        return redirect(page_address(held), 303)
    question = finder.read_question(typed_words, today=today())
    words: dict[str, Any] = {"typed": typed_words, "everyone": everyone}
    if question.refusal:
        problems = [("q", question.refusal)]
        return render_template("patients/search.html", found=None, problems=problems, **words), 422
    found = finder.find(clinic_id, question, everyone=everyone)
    return render_template("patients/search.html", found=found, question=question, **words)


# --- Registering ----------------------------------------------------------------------------------


def _form(*, registering: bool, head: PatientHead | None = None, **rest: Any) -> PatientForm:
    return PatientForm(
        today=today(),
        physicians=chart.physicians(g.clinic.id, head.physician_id if head else None),
        clinical=may("regimen.read"),
        registering=registering,
        **rest,
    )


@views.get("/new")
@does("patient.register")
def new(clinic_id: int) -> Response:
    """Go to the search: a patient is registered only after looking for them."""
    return redirect(url_for("patients.search", clinic_id=clinic_id))


@views.post("/new")
@does("patient.register")
def begin(clinic_id: int) -> str:
    """Show the form for a patient whom the search did not find, with the date that was typed."""
    question = finder.read_question(question_typed(), today=today())
    known = {"birth_date": dates.born(question.birth_date)} if question.birth_date else {}
    form = _form(registering=True, formdata=None, data=known)
    return render_template("patients/new.html", form=form)


@views.post("/register")
@does("patient.register")
def register(clinic_id: int) -> Answer:
    """Register a patient, once it is known that none of those alike is the same person."""
    form = _form(registering=True)
    if not form.validate():
        return render_template("patients/new.html", form=form), 422
    if request.form.get("do") == "change":
        return render_template("patients/new.html", form=form)
    values = form.values()
    alike = finder.look_alikes(
        clinic_id,
        family_name=values["family_name"],
        given_names=values["given_names"],
        latin_name=values["latin_name"],
        birth_date=values["birth_date"],
        but=[i for i in map(number_typed, request.form.getlist("different")) if i],
    )
    if alike:
        return _ask_about(form, values, alike)
    try:
        patient_id = records.register(by=g.signed_in.actor, clinic_id=clinic_id, values=values)
    except records.RecordNumberTaken as taken:
        form.record_no.errors = [_who_has_it(taken)]
        return render_template("patients/new.html", form=form), 422
    auth.tell(said("{who}, born {day}, is registered.", **_named(values)))
    return redirect(page_address(patient_id), 303)


def _ask_about(
    form: PatientForm, values: Mapping[str, Any], alike: tuple[finder.LookAlike, ...]
) -> str:
    """Show those alike beside what was typed; nothing that was typed is lost."""
    kept = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    physicians = dict(chart.physicians(g.clinic.id))
    shown = ("preferred_name", "latin_name", "birth_date", "record_no", "phone", "address")
    return render_template(
        "patients/alike.html",
        form=form,
        kept=[(name, text) for name, text in kept if name != "do"],
        typed_name=_title(values),
        alike=[
            (
                one,
                [(said("Name"), _title(values), one.head.title)]
                + [
                    (
                        history_chart.field_name(name),
                        history_chart.in_words(name, values.get(name), physicians),
                        history_chart.in_words(name, getattr(one.head, name), physicians),
                    )
                    for name in shown
                ],
            )
            for one in alike
        ],
    )


def _who_has_it(taken: records.RecordNumberTaken) -> str:
    holder = chart.patient_of(g.clinic.id, taken.patient_id) if taken.patient_id else None
    whose = (
        said("{who}, born {day}", who=holder.title, day=dates.born(holder.birth_date))
        if holder
        else said("another patient")
    )
    return said(
        "This record number belongs to {whose}. Check the number, or leave it empty for now.",
        whose=whose,
    )


def _title(values: Mapping[str, Any]) -> str:
    family = values["family_name"].upper()
    return f"{family}, {values['given_names']}" if values["given_names"] else family


def _named(values: Mapping[str, Any]) -> dict[str, str]:
    return {"who": _title(values), "day": dates.born(values["birth_date"])}


# --- Changing -------------------------------------------------------------------------------------


@views.get("/<int:patient_id>/edit")
@does("patient.edit")
def edit(clinic_id: int, patient_id: int) -> Answer:
    """Show the form with what is recorded."""
    if g.patient.merged_into_id:
        return redirect(page_address(patient_id))
    form = _form(
        registering=False, head=g.patient, formdata=None, data=typed(asdict(g.patient), today())
    )
    return render_template("patients/edit.html", form=form, seen=g.patient.seq)


@views.post("/<int:patient_id>/edit")
@does("patient.edit")
def save(clinic_id: int, patient_id: int) -> Answer:
    """Save the details; on a conflict nothing typed is lost."""
    if g.patient.merged_into_id:
        return redirect(page_address(patient_id), 303)
    seen = number_typed(request.form.get("seen")) or 0
    form = _form(registering=False, head=g.patient)
    if not form.validate():
        return render_template("patients/edit.html", form=form, seen=seen), 422
    values = form.values()
    if seen == g.patient.seq and all(getattr(g.patient, n) == v for n, v in values.items()):
        auth.tell(said("Nothing was changed in the record of {who}.", who=g.patient.title))
        return redirect(page_address(patient_id), 303)
    try:
        records.edit(
            by=g.signed_in.actor, clinic_id=clinic_id, patient_id=patient_id, seen=seen,
            values=values,
        )  # fmt: skip
    except records.RecordNumberTaken as taken:
        form.record_no.errors = [_who_has_it(taken)]
        return render_template("patients/edit.html", form=form, seen=seen), 422
    except records.Refused:
        return redirect(page_address(patient_id), 303)
    except Conflict:
        return _overtaken(form, values, seen)
    auth.tell(said("The details of {who}, born {day}, are saved.", **_named(values)))
    return redirect(page_address(patient_id), 303)


def _overtaken(form: PatientForm, values: Mapping[str, Any], seen: int) -> tuple[str, int]:
    """Show when you opened it, now, and yours; saving again then takes yours."""
    head = chart.patient_of(g.clinic.id, g.patient.id)
    assert head is not None
    g.patient = head
    opened = chart.revision(g.clinic.id, head.id, seen)
    names = dict(chart.physicians(g.clinic.id, head.physician_id))
    rows = []
    for name, mine in values.items():
        then, current, yours = (
            history_chart.in_words(name, value, names)
            for value in (opened.get(name), getattr(head, name), mine)
        )
        if len({then, current, yours}) > 1 and then != current:
            rows.append((history_chart.field_name(name), then, current, yours))
    who = chart.changed_by(g.clinic.id, head.id, head.seq)
    return (
        render_template("patients/edit.html", form=form, seen=head.seq, conflict=rows, who=who),
        409,
    )


@views.app_template_filter("age")
def _age(birth_date: date) -> int:
    return dates.age(birth_date, today())


@views.app_template_filter("state_of")
def _state_of(head: PatientHead) -> str:
    if not head.state_since:
        return _STATES[head.state]
    day = dates.screen(head.state_since)
    return (
        said("Moved away {day}", day=day) if head.state == "moved" else said("Died {day}", day=day)
    )


@views.app_template_filter("capitalize_first")
def _capitalize_first(words: str) -> str:
    words = here(words)
    return words[:1].upper() + words[1:]
