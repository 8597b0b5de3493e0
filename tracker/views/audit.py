"""The administrator's audit report: asked for by POST, since a record number may be part of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from flask import Blueprint, g, render_template, request, stream_with_context
from werkzeug.wrappers import Response

from tracker import dates
from tracker.charts import auditing as chart
from tracker.charts import staff as staff_chart
from tracker.exchange import table
from tracker.forms.audit import AuditForm
from tracker.forms.days import today_typed
from tracker.languages import joined, said
from tracker.page import today
from tracker.policy import ACTS, does
from tracker.records import auditing

views = Blueprint("audit", __name__, url_prefix="/c/<int:clinic_id>/audit")

HEADINGS = ("when (UTC)", "who", "act", "what", "record number", "particulars")
NOBODY = said("No patient of this clinic has this record number.")


@views.get("")
@does("audit.ask")
def ask(clinic_id: int) -> str:
    """Show the form, with the last seven days filled in."""
    since = today() - timedelta(days=7)
    typed = {"first": f"{since.month}/{since.day}/{since.year}", "last": today_typed()}
    form = _form(formdata=None, data=typed)
    return render_template("audit/show.html", form=form, report=None, before=None)


@views.post("")
@does("audit.look")
def show(clinic_id: int) -> str | tuple[str, int]:
    """Show one page of what was asked for; reading it is itself an event."""
    form = _form()
    question = _question(form)
    if question is None:
        return render_template("audit/show.html", form=form, report=None, before=None), 422
    _looked(question, as_table=False)
    report = chart.page_of(question)
    return render_template("audit/show.html", form=form, report=report, before=question.before)


@views.post("/table")
@does("audit.csv")
def as_table(clinic_id: int) -> Response | tuple[str, int]:
    """Give all of it as a table, line by line."""
    form = _form()
    question = _question(form)
    if question is None:
        return render_template("audit/show.html", form=form, report=None, before=None), 422
    _looked(question, as_table=True)
    rows = _rows(question)
    answer = Response(stream_with_context(_encoded(rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _form(**more: object) -> AuditForm:
    people = [(one.id, one.name) for one in staff_chart.members(g.clinic.id)]
    return AuditForm(today(), people, chart.choices(), **more)


def _question(form: AuditForm) -> chart.Question | None:
    if not form.validate():
        return None
    patient_id = None
    if record_no := (form.record_no.data or "").strip():
        patient_id = chart.patient_with(g.clinic.id, record_no)
        if patient_id is None:
            form.record_no.errors = [NOBODY]
            return None
    return chart.Question(
        clinic_id=g.clinic.id,
        time_zone=g.clinic.time_zone,
        first=form.first.day,
        last=form.last.day,
        staff_id=int(form.person.data) if form.person.data else None,
        patient_id=patient_id,
        act=form.act.data or "",
        before=chart.place(request.form.get("before", "")),
    )


def _looked(question: chart.Question, *, as_table: bool) -> None:
    """Record what was asked for; the patient stands in the event, the number nowhere else."""
    first, last = question.first, question.last
    asked = [
        said("from {day}", day=dates.screen(first)) if first else said("from the beginning"),
        said("through {day}", day=dates.screen(last)) if last else said("until now"),
        _person(question.staff_id),
        _act_words(question.act),
    ]
    auditing.looked(
        by=g.signed_in.actor,
        clinic_id=g.clinic.id,
        patient_id=question.patient_id,
        what=joined(", ", asked),
        table=as_table,
    )


def _person(staff_id: int | None) -> str:
    names = {one.id: one.name for one in staff_chart.members(g.clinic.id)}
    return names[staff_id] if staff_id is not None else said("everybody")


def _act_words(act: str) -> str:
    if not act:
        return said("every act")
    return chart.KINDS[act][0].lower() if act in chart.KINDS else said(ACTS[act].does)


def _rows(question: chart.Question) -> Iterator[tuple[object, ...]]:
    for line in chart.all_lines(question):
        at = line.place.at.astimezone(UTC)
        yield at, line.who, line.act, line.what, line.record_no, line.particulars


def _encoded(rows: Iterator[tuple[object, ...]]) -> Iterator[bytes]:
    for line in table.lines(HEADINGS, rows):
        yield line.encode()
