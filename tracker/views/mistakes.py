"""What was mistaken about whose record it is: merging two records, undoing that, a wrong chart."""

from __future__ import annotations

from typing import Any

from flask import abort, g, redirect, render_template, request, url_for

from tracker import auth
from tracker.charts import history as history_chart
from tracker.charts import patients as chart
from tracker.charts import search as finder
from tracker.charts.patients import PatientHead
from tracker.forms.patients import ReasonForm
from tracker.languages import said
from tracker.page import today
from tracker.policy import does
from tracker.records import patients as records
from tracker.records.acts import Conflict, log_read
from tracker.views.patients import Answer, number_typed, page_address, question_typed, views

__all__ = ["views"]

CHANGED = said("Somebody changed one of the two records meanwhile. Compare them again, then merge.")
OVERTAKEN = said(
    "Somebody else added to the same record meanwhile. Look at it again before you mark anything."
)


def _others(but: int) -> tuple[tuple[PatientHead, ...], bool, list[tuple[str, str]]]:
    """Search with what was typed into the form: patients but one, whether more, and problems."""
    held = finder.by_record_number(g.clinic.id, question_typed())
    if held is not None and held != but:
        return chart.patients_of(g.clinic.id, (held,)), False, []
    question = finder.read_question(question_typed(), today=today())
    if question.refusal:
        return (), False, [("q", question.refusal)]
    found = finder.find(g.clinic.id, question, everyone=True)
    return tuple(hit.head for hit in found.hits if hit.head.id != but), found.more, []


# --- Merging --------------------------------------------------------------------------------------


@views.get("/<int:patient_id>/merge")
@does("patient.merge")
def merge(clinic_id: int, patient_id: int) -> Answer:
    """Show records that look like this one, and a search for the other."""
    if g.patient.merged_into_id:
        return redirect(page_address(patient_id))
    alike = finder.look_alikes(
        clinic_id,
        family_name=g.patient.family_name,
        given_names=g.patient.given_names,
        latin_name=g.patient.latin_name,
        birth_date=g.patient.birth_date,
        but=(patient_id,),
    )
    return render_template(
        "patients/merge.html", others=tuple(one.head for one in alike), typed="", searched=False
    )


@views.post("/<int:patient_id>/merge")
@does("patient.merge")
def do_merge(clinic_id: int, patient_id: int) -> Answer:
    """Search for the other record, compare the two, or merge them: as the pressed button says."""
    if g.patient.merged_into_id:
        return redirect(page_address(patient_id), 303)
    if request.form.get("do") == "find":
        others, more, problems = _others(patient_id)
        page = render_template(
            "patients/merge.html", others=others, more=more, problems=problems,
            typed=question_typed(), searched=not problems,
        )  # fmt: skip
        return (page, 422) if problems else page
    other = chart.patient_of(clinic_id, number_typed(request.form.get("other")) or 0)
    if other is None or other.id == patient_id or other.merged_into_id:
        abort(404)
    if request.form.get("do") != "merge":
        return _compare(other, ReasonForm(formdata=None), 200)
    return _merge(other)


def _merge(other: PatientHead) -> Answer:
    form = ReasonForm()
    if not form.validate():
        return _compare(other, form, 422)
    try:
        records.merge(
            by=g.signed_in.actor,
            clinic_id=g.clinic.id,
            kept_id=g.patient.id,
            merged_id=other.id,
            seen=number_typed(request.form.get("seen")) or 0,
            seen_merged=number_typed(request.form.get("seen_other")) or 0,
            reason=form.reason.data,
        )
    except records.Refused as refused:
        return _compare(other, form, 422, [("", refused.sentence)])
    except Conflict:
        fresh = chart.patient_of(g.clinic.id, other.id)
        g.patient = chart.patient_of(g.clinic.id, g.patient.id)
        return _compare(fresh or other, form, 409, [("", CHANGED)])
    auth.tell(
        said(
            "The record {other} is merged into the record of {who}.",
            other=other.title,
            who=g.patient.title,
        )
    )
    return redirect(page_address(g.patient.id), 303)


def _compare(
    other: PatientHead, form: ReasonForm, code: int, problems: list[tuple[str, str]] | None = None
) -> tuple[str, int]:
    # The other record is opened too, and that is read-logged like any opening.
    log_read(
        by=g.signed_in.actor, clinic_id=g.clinic.id, patient_id=other.id, act_name="patient.read"
    )
    staff = dict(chart.physicians(g.clinic.id))
    rows = [
        (
            history_chart.field_name(name),
            history_chart.in_words(name, getattr(g.patient, name), staff),
            history_chart.in_words(name, getattr(other, name), staff),
        )
        for name in chart.FIELDS
    ]
    words: dict[str, Any] = {"problems": problems} if problems else {}
    page = render_template(
        "patients/compare.html", form=form, other=other, rows=rows,
        holds=history_chart.held(g.clinic.id, g.patient.id),
        other_holds=history_chart.held(g.clinic.id, other.id), **words,
    )  # fmt: skip
    return page, code


@views.get("/<int:patient_id>/merged/<int:merged_id>/undo")
@does("patient.unmerge")
def unmerge(clinic_id: int, patient_id: int, merged_id: int) -> str:
    """Ask why a merge is undone."""
    return render_template(
        "patients/unmerge.html", form=ReasonForm(formdata=None), merge=_merged(merged_id)
    )


@views.post("/<int:patient_id>/merged/<int:merged_id>/undo")
@does("patient.unmerge")
def do_unmerge(clinic_id: int, patient_id: int, merged_id: int) -> Answer:
    """Undo a merge."""
    merge_now = _merged(merged_id)
    form = ReasonForm()
    if not form.validate():
        return render_template("patients/unmerge.html", form=form, merge=merge_now), 422
    try:
        records.unmerge(
            by=g.signed_in.actor, clinic_id=clinic_id, kept_id=patient_id, merged_id=merged_id,
            reason=form.reason.data,
        )  # fmt: skip
    except records.Refused:
        return redirect(page_address(patient_id), 303)
    auth.tell(
        said(
            "The merge is undone: {who} and {other} are two records again.",
            who=g.patient.title,
            other=merge_now.head.title,
        )
    )
    return redirect(page_address(patient_id), 303)


def _merged(merged_id: int) -> chart.MergedRecord:
    found = next(
        (m for m in chart.merged_into(g.clinic.id, g.patient.id) if m.head.id == merged_id), None
    )
    if found is None:
        abort(404)
    return found


# --- Entered in error -----------------------------------------------------------------------------


@views.get("/<int:patient_id>/facts/<int:fact_id>/in-error")
@does("fact.in_error")
def in_error(clinic_id: int, patient_id: int, fact_id: int) -> str:
    """Ask why a fact does not belong into this chart, and where it belongs."""
    return _ask(_fact(fact_id), ReasonForm(formdata=None))[0]


@views.post("/<int:patient_id>/facts/<int:fact_id>/in-error")
@does("fact.in_error")
def mark_in_error(clinic_id: int, patient_id: int, fact_id: int) -> Answer:
    """Find the right patient, or mark the fact: as the pressed button says."""
    fact = _fact(fact_id)
    form = ReasonForm()
    if request.form.get("do") == "find":
        others, more, problems = _others(fact.patient_id)
        return _ask(
            fact, form, 422 if problems else 200, problems, others=others, more=more,
            searched=not problems,
        )  # fmt: skip
    right = number_typed(request.form.get("right"))
    if not form.validate():
        return _ask(fact, form, 422, others=chart.patients_of(clinic_id, (right or 0,)))
    try:
        records.mark_in_error(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            fact_id=fact_id,
            seen=number_typed(request.form.get("seen")) or 0,
            reason=form.reason.data,
            what=fact.what,
            right_patient_id=right,
        )
    except records.Refused as refused:
        return _ask(fact, form, 422, [("", refused.sentence)])
    except Conflict:
        return _ask(fact, form, 409, [("", OVERTAKEN)])
    auth.tell(
        said(
            "In the chart of {who} this is marked as entered in error: {what}.",
            who=g.patient.title,
            what=fact.what,
        )
    )
    return redirect(url_for("history.show", clinic_id=clinic_id, patient_id=patient_id), 303)


def _ask(
    fact: history_chart.FactLine, form: ReasonForm, code: int = 200,
    problems: list[tuple[str, str]] | None = None, **words: Any,
) -> tuple[str, int]:  # fmt: skip
    if problems:
        words["problems"] = problems
    page = render_template(
        "patients/in_error.html", fact=fact, form=form, typed=question_typed(),
        right=number_typed(request.form.get("right")), **words,
    )  # fmt: skip
    return page, code


def _fact(fact_id: int) -> history_chart.FactLine:
    found = history_chart.fact_line(g.clinic.id, g.patient.id, fact_id)
    if found is None:
        abort(404)
    return found
