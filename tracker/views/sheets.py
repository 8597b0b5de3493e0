"""The sheets beside the patient's own: check-in form, hold slip, supervision sheet; locked copies.

Each press prints one, keeps it, and leads to its PDF.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    url_for,
)

from tracker import auth, dates
from tracker.charts import papers as paper_chart
from tracker.charts import sheets as chart
from tracker.charts.plans import SignedVersion
from tracker.charts.plans import in_force as plan_in_force
from tracker.charts.supervision import supervision_sheet
from tracker.forms.papers import GivenForm, LockForm
from tracker.handouts import DoesNotFit, MissingGlyph, kinds, lock, printable
from tracker.languages import joined, said
from tracker.page import today
from tracker.policy import does
from tracker.records import papers
from tracker.records.acts import Conflict

GIVEN_MEANWHILE = said(
    "Somebody else recorded this handing-over meanwhile. Look below, and send it again."
)

views = Blueprint("sheets", __name__, url_prefix="/c/<int:clinic_id>/patients/<int:patient_id>")


@views.post("/sheets/checkin-form")
@does("sheet.print")
def checkin_form(clinic_id: int, patient_id: int) -> Any:
    """Print a blank check-in form with the topics paired to the step."""
    form = chart.checkin_form(
        g.clinic,
        g.patient,
        current_app.extensions["catalogue"],
        today=today(),
        made_by=g.signed_in.actor.name,
    )
    return _printed(form)


@views.post("/sheets/supervision")
@does("sheet.print")
def supervision(clinic_id: int, patient_id: int) -> Any:
    """Print the supervision sheet: the plan beside what happened, for the chart."""
    return _printed(
        supervision_sheet(g.clinic, g.patient, today=today(), made_by=g.signed_in.actor.name)
    )


@views.post("/sheets/hold-slip")
@does("hold_slip.print")
def hold_slip(clinic_id: int, patient_id: int) -> Any:
    """Print the slip that says to stay on a step; there is one while the plan is on hold."""
    slip = chart.hold_slip(g.clinic, g.patient, today=today(), printed_by=g.signed_in.actor.name)
    if slip is not None:
        stops = [p for p in printable(slip.sheet, current_app.config["FONTS"]) if p.stops]
        if stops:
            return _refused(joined(" ", [problem.sentence for problem in stops]))
    return _printed(slip)


@views.get("/sheets/<int:handout_id>/given")
@does("handout.give")
def ask_given(clinic_id: int, patient_id: int, handout_id: int) -> str:
    """Ask to whom a hold slip was given."""
    line = _slip(handout_id)
    form = GivenForm(formdata=None)
    form.seen.data = str(line.given_seq)
    return _given_page(line, form)


@views.post("/sheets/<int:handout_id>/given")
@does("handout.give")
def give(clinic_id: int, patient_id: int, handout_id: int) -> Any:
    """Record to whom a hold slip was given, and what became of the sheet it stands for."""
    line = _slip(handout_id)
    form = GivenForm()
    try:
        if not record_given(form, handout_id, line.version, "hold slip"):
            return _given_page(line, form), 422
    except Conflict:
        line = _slip(handout_id)
        form.seen.data = str(line.given_seq)
        return _given_page(line, form, GIVEN_MEANWHILE), 409
    auth.tell(
        said(
            "Recorded: the hold slip for {who} was given to {whom}.",
            who=g.patient.title,
            whom=form.given_to.data,
        )
    )
    return redirect(url_for("handouts.show", clinic_id=clinic_id, patient_id=patient_id), 303)


def _slip(handout_id: int) -> chart.OtherLine:
    lines = chart.others(g.clinic.id, g.patient.id).lines
    found = next((one for one in lines if one.id == handout_id and one.sheet == "hold"), None)
    return found or abort(404)


def _given_page(line: chart.OtherLine, form: GivenForm, sentence: str = "") -> str:
    return render_template("handouts/slip_given.html", line=line, form=form, sentence=sentence)


def record_given(form: GivenForm, handout_id: int, number: int, sheet: str = "") -> bool:
    """Record a handing-over as typed; False, with the sentences in the form, when it is refused.

    Raises Conflict when somebody recorded one meanwhile.
    """
    given_on = _day_given(form) if form.validate() else None
    if given_on is None:
        return False
    papers.give(
        by=g.signed_in.actor,
        clinic_id=g.clinic.id,
        patient_id=g.patient.id,
        handout_id=handout_id,
        number=number,
        seen=int(form.seen.data or 0),
        given_on=given_on,
        given_to=form.given_to.data or "",
        explained_by=form.explained_by.data or "",
        old_sheet=form.old_sheet.data or "",
        sheet=sheet,
    )
    return True


def _day_given(form: GivenForm) -> date | None:
    try:
        day = dates.read_date(form.given_on.data or "today", today=today())
        if day > today():
            raise dates.NotADate(said("This day is still to come. Type the day it was given."))
    except dates.NotADate as wrong:
        form.given_on.errors = [wrong.sentence]
        return None
    return day


def _printed(sheet: kinds.Sheet | None) -> Any:
    signed: SignedVersion | None = plan_in_force(g.clinic.id, g.patient.id)
    if sheet is None or signed is None:
        return _refused(said("There is nothing to print this of: look at the plan first."), 409)
    fonts = current_app.config["FONTS"]
    try:
        pdf = kinds.draw(sheet, fonts)
    except (MissingGlyph, DoesNotFit) as refusal:
        return _refused(str(refusal))
    handout_id = papers.print_sheet(
        by=g.signed_in.actor,
        clinic_id=g.clinic.id,
        patient_id=g.patient.id,
        version=(signed.id, signed.version.number),
        sheet=sheet,
        pdf=pdf,
        drawn_with=kinds.made_with(sheet, fonts),
    )
    endpoint = "handouts.pdf" if isinstance(sheet, kinds.HoldSlip) else "sheets.pdf"
    return redirect(
        url_for(endpoint, clinic_id=g.clinic.id, patient_id=g.patient.id, handout_id=handout_id),
        303,
    )


def _refused(sentence: str, code: int = 422) -> tuple[str, int]:
    return render_template("handouts/refused.html", sentence=sentence), code


@views.get("/sheets/<int:handout_id>/pdf")
@does("sheet.pdf")
def pdf(clinic_id: int, patient_id: int, handout_id: int) -> Response:
    """Give the very bytes of a form or a supervision sheet as it was printed."""
    kept = paper_chart.kept_bytes(clinic_id, patient_id, handout_id, paper_chart.OF_STAFF)
    if kept is None:
        abort(404)
    response = Response(kept, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="sheet.pdf"'
    return response


@views.get("/handout/<int:handout_id>/locked")
@does("handout.lock")
def lock_page(clinic_id: int, patient_id: int, handout_id: int) -> Any:
    """Ask for the password of a copy for a portal or an e-mail."""
    return _lock_page(_line(handout_id), LockForm(formdata=None))


@views.post("/handout/<int:handout_id>/locked")
@does("handout.lock")
def locked(clinic_id: int, patient_id: int, handout_id: int) -> Any:
    """Give a copy of the kept bytes that opens with the typed password alone."""
    line, form = _line(handout_id), LockForm()
    password = form.password.data or ""
    valid = form.validate()
    if why := lock.why_not_password(password, form.again.data or ""):
        form.password.errors = [why]
        valid = False
    if not valid:
        return _lock_page(line, form), 422
    kept = paper_chart.kept_bytes(clinic_id, patient_id, handout_id, ("patient",))
    assert kept is not None
    body = lock.locked(kept, password)
    papers.copy_locked(
        by=g.signed_in.actor,
        clinic_id=clinic_id,
        patient_id=patient_id,
        number=line.version,
        where=form.where_words,
    )
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="handout-locked.pdf"'
    return response


def _line(handout_id: int) -> paper_chart.HandoutLine:
    lines = paper_chart.printed(g.clinic.id, g.patient.id)
    line = next((one for one in lines if one.id == handout_id), None)
    if line is None:
        abort(404)
    return line


def _lock_page(line: paper_chart.HandoutLine, form: LockForm) -> str:
    return render_template("handouts/lock.html", line=line, form=form)
