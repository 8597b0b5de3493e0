"""A patient's requests to amend the record: written down, accepted and linked, or denied."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker import auth
from tracker.charts import amendments as chart
from tracker.charts.amendments import Request
from tracker.forms.amendments import AnswerForm, RequestForm
from tracker.forms.days import today_typed
from tracker.languages import said
from tracker.page import today
from tracker.policy import does
from tracker.records import amendments as records
from tracker.records.acts import Conflict

views = Blueprint(
    "amendment_requests",
    __name__,
    url_prefix="/c/<int:clinic_id>/patients/<int:patient_id>/amendments",
)

Answer = str | Response | tuple[str, int]


@views.get("")
@does("amendment.look")
def show(clinic_id: int, patient_id: int) -> str:
    """Show every request with its answer, and the form for a new one."""
    return _page(RequestForm(today(), formdata=None, asked_on=today_typed()))


@views.post("")
@does("amendment.ask")
def ask(clinic_id: int, patient_id: int) -> Answer:
    """Write a request down."""
    form = RequestForm(today())
    if not form.validate() or form.asked_on.day is None:
        return _page(form), 422
    if form.asked_on.day > today():
        form.asked_on.errors = [said("This day is still to come.")]
        return _page(form), 422
    records.ask(
        by=g.signed_in.actor, clinic_id=clinic_id, patient_id=patient_id,
        asked_on=form.asked_on.day, how=form.how.data, text=form.text.data or "",
    )  # fmt: skip
    auth.tell(said("The request of {who} is recorded.", who=g.patient.title))
    return redirect(_here(), 303)


@views.get("/<int:request_id>")
@does("amendment.answer")
def decide(clinic_id: int, patient_id: int, request_id: int) -> str:
    """Show one open request and the form for its answer."""
    one = _request(request_id)
    if one.accepted is not None:
        abort(404)
    return _decision(one, _form(one, formdata=None, seen=str(one.seq)))


@views.post("/<int:request_id>")
@does("amendment.answer")
def answer(clinic_id: int, patient_id: int, request_id: int) -> Answer:
    """Answer it."""
    one = _request(request_id)
    form = _form(one)
    if one.accepted is not None:
        return _overtaken(one, form)
    if not form.validate():
        return _decision(one, form), 422
    accepted = form.answer.data == "accepted"
    try:
        records.answer(
            by=g.signed_in.actor, clinic_id=clinic_id, patient_id=patient_id,
            request_id=request_id, seen=one.seq, accepted=accepted, text=form.text.data or "",
            event_seq=int(form.correction.data) if form.correction.data else None,
        )  # fmt: skip
    except records.Refused as missing:
        (form.correction if accepted else form.text).errors = [str(missing)]
        return _decision(one, form), 422
    except Conflict:
        return _overtaken(one, form)
    auth.tell(said("The request of {who} is answered.", who=g.patient.title))
    return redirect(_here(), 303)


def _here() -> str:
    return url_for("amendment_requests.show", clinic_id=g.clinic.id, patient_id=g.patient.id)


def _request(request_id: int) -> Request:
    found = {one.id: one for one in chart.requests_of(g.clinic.id, g.patient.id)}.get(request_id)
    return found or abort(404)


def _overtaken(one: Request, form: AnswerForm) -> Answer:
    form.answer.errors = [said("Somebody answered it meanwhile. What you typed stands below.")]
    return _decision(one, form), 409


def _form(one: Request, **more: object) -> AnswerForm:
    return AnswerForm(chart.corrections(g.clinic.id, g.patient.id, one.recorded_at), **more)


def _page(form: RequestForm) -> str:
    requests = chart.requests_of(g.clinic.id, g.patient.id)
    return render_template("amendments/show.html", form=form, requests=requests, how=records.HOW)


def _decision(one: Request, form: AnswerForm) -> str:
    return render_template("amendments/answer.html", form=form, one=one, how=records.HOW)
