"""The clinic's details: what its paper says, whom to call, its clock and its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import auth, dates
from tracker.charts import clinic as chart
from tracker.forms.clinic import PHONES, ClinicForm
from tracker.languages import said
from tracker.models import Clinic, utc_now
from tracker.page import moment
from tracker.policy import does
from tracker.records import clinics as records
from tracker.records.acts import Conflict

views = Blueprint("clinic", __name__, url_prefix="/c/<int:clinic_id>/clinic")


@views.get("")
@does("clinic.look")
def show(clinic_id: int) -> str:
    """Show the clinic's details."""
    clinic: Clinic = g.clinic
    changed = chart.revision(clinic_id, clinic.seq)
    return render_template("clinic/show.html", shown=_shown, changed=changed)


@views.get("/edit")
@does("clinic.edit")
def edit(clinic_id: int) -> str:
    """Show the form for the clinic's details."""
    now = chart.details(clinic_id)
    return _form_page(_filled(now), seen=now["seq"])


@views.post("/edit")
@does("clinic.edit")
def save(clinic_id: int) -> str | Response | tuple[str, int]:
    """Change the clinic's details; a changed phone needs its confirmation anew."""
    form = _with_choices(ClinicForm())
    seen = _seen()
    if not form.validate():
        return _form_page(form, seen=seen), 422
    day = dates.today_at(form.time_zone.data, utc_now())
    name = g.signed_in.actor.name
    confirmed = {
        f"{phone}_confirmed_{part}": value
        for phone in form.confirmed()
        for part, value in (("on", day), ("by", name))
    }
    try:
        records.edit(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            seen=seen,
            changes=form.details() | confirmed,
        )
    except Conflict:
        return _overtaken(form, seen), 409
    auth.tell(said("The clinic’s details are saved. Handouts printed from now on carry them."))
    return redirect(url_for("clinic.show", clinic_id=clinic_id), 303)


def _seen() -> int:
    typed = request.form.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _filled(values: Mapping[str, Any], **more: Any) -> ClinicForm:
    return _with_choices(ClinicForm(formdata=None, data={**values, **more}))


def _with_choices(form: ClinicForm) -> ClinicForm:
    form.offer(g.clinic.time_zone)
    return form


def _form_page(form: ClinicForm, *, seen: int, **more: Any) -> str:
    return render_template("clinic/edit.html", form=form, seen=seen, **more)


def _overtaken(form: ClinicForm, seen: int) -> str:
    """Show who was quicker, with nothing typed lost: own changes stay, other fields are as now."""
    now = chart.details(g.clinic.id)
    old = chart.revision(g.clinic.id, seen)
    opened = old.details if old else {name: None for name in now}
    mine = form.details()
    rows = [
        (form[name].label.text, *(_shown(name, v) for v in (opened[name], now[name], mine[name])))
        for name in mine
        if opened[name] != now[name]
    ]
    kept = {name: now[name] if mine[name] == opened[name] else mine[name] for name in mine}
    ticks = {f"{phone}_confirmed": phone in form.confirmed() for phone in PHONES}
    last = chart.revision(g.clinic.id, now["seq"])
    quicker = (
        said("{by_name} saved these details on {when}", by_name=last.by_name, when=moment(last.at))
        if last
        else said("Saved")
    )
    return _form_page(_filled({**kept, **ticks}), seen=now["seq"], rows=rows, quicker=quicker)


_WORDS: Mapping[str, Mapping[Any, str]] = {
    "paper": {"letter": said("US Letter"), "a4": "A4"},
    "language": {"en": said("English"), "es": said("Spanish")},
    "read_back": {True: said("Yes"), False: said("No")},
}


def _shown(name: str, value: Any) -> str:
    """Give one detail as people read it."""
    if name in _WORDS:
        return _WORDS[name].get(value, str(value))
    return "" if value is None else str(value)
