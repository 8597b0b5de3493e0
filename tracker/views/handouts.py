"""The patient's paper: what to check before printing, the printing, the handing over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)

from tracker import auth, handouts
from tracker.charts import papers as paper_chart
from tracker.charts import plans as plan_chart
from tracker.charts.course import course_of
from tracker.charts.papers import Choice, HandoutLine
from tracker.charts.plans import SignedVersion
from tracker.charts.sheets import hold_slip
from tracker.charts.sheets import others as other_sheets
from tracker.course.refusals import why_ended
from tracker.forms.papers import OLD_SHEET, GivenForm
from tracker.handouts import kinds
from tracker.languages import said
from tracker.models import Clinic
from tracker.page import today
from tracker.policy import does
from tracker.records import papers
from tracker.records.acts import Conflict
from tracker.views.sheets import GIVEN_MEANWHILE, record_given

LANGUAGES = {"en": said("English"), "es": said("Spanish")}
SIZES = {"standard": said("Usual size"), "large": said("Large print, 18 points")}

views = Blueprint(
    "handouts", __name__, url_prefix="/c/<int:clinic_id>/patients/<int:patient_id>/handout"
)


def _in_force() -> SignedVersion | None:
    """Give the version that paper may be printed of; a plan that is over has none."""
    signed = plan_chart.in_force(g.clinic.id, g.patient.id)
    return None if why_ended(course_of(g.clinic.id, g.patient.id, signed)) else signed


def _chosen(typed: Mapping[str, str]) -> Choice:
    """Read language, size and diary as chosen; what is not chosen is as the record has it."""
    usual = paper_chart.usual_choice(g.clinic, g.patient)
    language, size = typed.get("language", ""), typed.get("size", "")
    return Choice(
        language if language in LANGUAGES else usual.language,
        size if size in SIZES else usual.size,
        typed.get("diary") == "yes",
    )


def _sheet(
    signed: SignedVersion, *, latin_only: bool, choice: Choice | None = None
) -> handouts.PatientSheet:
    clinic: Clinic = g.clinic
    return paper_chart.sheet_now(
        clinic,
        g.patient,
        signed,
        today=today(),
        printed_by=g.signed_in.actor.name,
        latin_only=latin_only,
        choice=choice,
    )


def _page(typed: Mapping[str, str], code: int = 200) -> tuple[str, int]:
    latin_only, choice = typed.get("name") == "latin", _chosen(typed)
    signed = _in_force()
    if signed is None:
        why = why_ended(course_of(g.clinic.id, g.patient.id))
        return render_template("handouts/none.html", why=why), code
    sheet = _sheet(signed, latin_only=latin_only, choice=choice)
    fonts = current_app.config["FONTS"]
    problems = handouts.printable(sheet, fonts)
    stops = [problem for problem in problems if problem.stops]
    lines = paper_chart.printed(g.clinic.id, g.patient.id)
    course = course_of(g.clinic.id, g.patient.id)
    others = other_sheets(g.clinic.id, g.patient.id)
    return (
        render_template(
            "handouts/show.html",
            signed=signed,
            checks=problems,
            stops=stops,
            offer_latin=bool(g.patient.latin_name) and not latin_only,
            latin_only=latin_only,
            choice=choice,
            languages=tuple(LANGUAGES.items()),
            sizes=tuple(SIZES.items()),
            preview=None if stops else handouts.preview_of(sheet, fonts),
            others=others,
            slip_told=_slip_told(fonts) if others.on_hold else (),
            lines=[(line, paper_chart.why_out_of_date(line, sheet, course)) for line in lines],
        ),
        code,
    )


def _slip_told(fonts: Path | None) -> tuple[handouts.Problem, ...]:
    """Give what to know before the hold slip is printed."""
    slip = hold_slip(g.clinic, g.patient, today=today(), printed_by=g.signed_in.actor.name)
    return kinds.before_printing(slip, fonts) if slip else ()


@views.get("")
@does("handout.read")
def show(clinic_id: int, patient_id: int) -> tuple[str, int]:
    """Show the checklist before printing, the sheet itself, and what was printed before."""
    return _page(request.args)


@views.post("")
@does("handout.print")
def print_sheet(clinic_id: int, patient_id: int) -> Any:
    """Print the sheet of the version in force, and keep its input and its bytes."""
    signed, typed = _in_force(), request.form
    if signed is None or typed.get("version_id") != str(signed.id):
        return _page(typed, 409)
    sheet = _sheet(signed, latin_only=typed.get("name") == "latin", choice=_chosen(typed))
    fonts = current_app.config["FONTS"]
    if any(problem.stops for problem in handouts.printable(sheet, fonts)):
        return _page(typed, 422)
    handout_id = papers.print_handout(
        by=g.signed_in.actor,
        clinic_id=clinic_id,
        patient_id=patient_id,
        version_id=signed.id,
        sheet=sheet,
        pdf=handouts.draw(sheet, fonts),
        drawn_with=handouts.made_with(fonts, sheet.language),
    )
    auth.tell(
        said(
            "The handout of version {version} for {who} is ready to print.",
            version=sheet.version,
            who=g.patient.title,
        )
    )
    return redirect(_url("handouts.printed", handout_id), 303)


def _url(endpoint: str, handout_id: int) -> str:
    return url_for(endpoint, clinic_id=g.clinic.id, patient_id=g.patient.id, handout_id=handout_id)


def _line(handout_id: int) -> HandoutLine:
    lines = paper_chart.printed(g.clinic.id, g.patient.id)
    line = next((one for one in lines if one.id == handout_id), None)
    if line is None:
        abort(404)
    return line


def _printed_page(line: HandoutLine, form: GivenForm, code: int = 200, sentence: str = "") -> Any:
    signed = _in_force()
    now = _sheet(signed, latin_only=line.sheet.patient.latin_only) if signed else None
    return (
        render_template(
            "handouts/printed.html",
            line=line,
            form=form,
            old_sheet=dict(OLD_SHEET),
            out_of_date=paper_chart.why_out_of_date(
                line, now, course_of(g.clinic.id, g.patient.id)
            ),
            may_stamp=now is not None and now.version != line.version,
            sentence=sentence,
        ),
        code,
    )


@views.get("/<int:handout_id>")
@does("handout.read")
def printed(clinic_id: int, patient_id: int, handout_id: int) -> Any:
    """Show one printing: its PDF, its fingerprint, and to whom it was given."""
    line = _line(handout_id)
    form = GivenForm(formdata=None)
    form.seen.data = str(line.given_seq)
    return _printed_page(line, form)


@views.post("/<int:handout_id>/given")
@does("handout.give")
def give(clinic_id: int, patient_id: int, handout_id: int) -> Any:
    """Record to whom the sheet was given, who explained it, and what became of the old one."""
    line = _line(handout_id)
    form = GivenForm()
    try:
        if not record_given(form, handout_id, line.version):
            return _printed_page(line, form, 422)
    except Conflict:
        line = _line(handout_id)
        form.seen.data = str(line.given_seq)
        return _printed_page(line, form, 409, GIVEN_MEANWHILE)
    auth.tell(
        said(
            "Recorded: the handout for {who} was given to {whom}.",
            who=g.patient.title,
            whom=form.given_to.data,
        )
    )
    return redirect(_url("handouts.printed", handout_id), 303)


@views.get("/<int:handout_id>/pdf")
@does("handout.pdf")
def pdf(clinic_id: int, patient_id: int, handout_id: int) -> Response:
    """Give the very bytes that were printed."""
    kept = paper_chart.kept_bytes(clinic_id, patient_id, handout_id)
    if kept is None:
        abort(404)
    return _as_pdf(kept, "handout.pdf")


@views.get("/<int:handout_id>/stamped")
@does("handout.pdf")
def stamped(clinic_id: int, patient_id: int, handout_id: int) -> Response:
    """Give a copy that says which version replaced it; made from the kept input."""
    line, signed = _line(handout_id), _in_force()
    if signed is None or signed.version.number == line.version or signed.version.signed_on is None:
        abort(404)
    sheet = paper_chart.stamped(
        line, replaced_by=signed.version.number, on=signed.version.signed_on
    )
    return _as_pdf(handouts.draw(sheet, current_app.config["FONTS"]), "replaced-handout.pdf")


def _as_pdf(body: bytes, name: str) -> Response:
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
