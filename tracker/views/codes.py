"""Checking a plan code: a caller reads it out, and anyone on staff reads the answer back."""

from __future__ import annotations

from flask import Blueprint, abort, g, render_template

from tracker import codes
from tracker import course as rules
from tracker.charts import papers as paper_chart
from tracker.charts.course import course_of
from tracker.course import Answer
from tracker.forms.papers import CodeForm
from tracker.languages import said
from tracker.page import today
from tracker.policy import does
from tracker.records import papers

MOST_TYPED = 40  # letters; a code has eight

views = Blueprint("codes", __name__, url_prefix="/c/<int:clinic_id>/code")


@views.get("")
@does("code.check")
def check(clinic_id: int) -> str:
    """Show the box for a code."""
    return render_template("codes/check.html", form=CodeForm(formdata=None), answer=None)


@views.post("")
@does("code.check")
def answer(clinic_id: int) -> str | tuple[str, int]:
    """Answer a code in a script that anyone may read out, and log it."""
    form = CodeForm()
    if not form.validate():
        return render_template("codes/check.html", form=form, answer=None), 422
    script, found = checked(form.code.data or "")
    return render_template("codes/check.html", form=form, answer=script, found=found)


def checked(typed: str) -> tuple[Answer, paper_chart.CodeFound | None]:
    """Answer a code and log that it was asked; aborts with 429 for somebody who guesses."""
    script, found = answered(typed)
    try:
        papers.check_code(
            by=g.signed_in.actor,
            clinic_id=g.clinic.id,
            typed=typed,
            answer=script.kind,
            words=script.chip,
            patient_id=found.patient_id if found else None,
            version_id=found.version_id if found else None,
        )
    except papers.TooManyChecks:
        abort(429)
    return script, found


def on_paper(typed: str, *, log: bool = False) -> tuple[str, str] | None:
    """Give a code read from this patient's paper, and its answer; None where none was typed.

    While a check-in is filled in, asking is logged like any other check. Once it is saved, its
    record says what was read out.
    """
    typed = "".join(letter for letter in typed if letter.isprintable())[:MOST_TYPED]
    if not typed:
        return None
    script, found = checked(typed) if log else answered(typed)
    if found is not None and found.patient_id != g.patient.id:
        return typed, said("A code of another patient’s plan. Take that paper out of use.")
    return typed, script.say


def answered(typed: str) -> tuple[Answer, paper_chart.CodeFound | None]:
    """Give the script for a code as typed, and the version it names."""
    code = codes.read_code(typed)
    found = paper_chart.code_found(g.clinic.id, code) if code else None
    return _script(found), found


def _script(found: paper_chart.CodeFound | None) -> Answer:
    if found is None:
        return rules.NO_SUCH
    return rules.answer(
        course_of(g.clinic.id, found.patient_id),
        number=found.number,
        is_of_this_plan=found.of_newest_plan,
        today=today(),
    )
