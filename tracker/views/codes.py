"""Checking a plan code: a caller reads it out, and anyone on staff reads the answer back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, g, render_template

from tracker import codes
from tracker.charts import papers as paper_chart
from tracker.forms.papers import CodeForm
from tracker.policy import does
from tracker.records import papers

views = Blueprint("codes", __name__, url_prefix="/c/<int:clinic_id>/code")


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say to the caller, word for word, and what to do next."""

    kind: str  # current, old, ended, none
    chip: str
    say: str
    also: str = ""


NO_SUCH = Answer(
    "none",
    "No such code",
    "No such code.",
    "Ask for the code once more, letter by letter. It has no 0, O, 1, I or L.",
)


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
    typed = form.code.data or ""
    code = codes.read_code(typed)
    found = paper_chart.code_found(clinic_id, code) if code else None
    script = _script(found)
    try:
        papers.check_code(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            typed=typed,
            answer=script.kind,
            words=script.chip,
            patient_id=found.patient_id if found else None,
            version_id=found.version_id if found else None,
        )
    except papers.TooManyChecks:
        abort(429)
    return render_template("codes/check.html", form=form, answer=script, found=found)


def _script(found: paper_chart.CodeFound | None) -> Answer:
    if found is None:
        return NO_SUCH
    if found.in_error:
        return Answer(
            "ended",
            "Plan ended",
            "This plan ended. This does not mean stop the medicine. A nurse will call.",
            "Tell a nurse now that this patient waits for a call.",
        )
    if found.number == found.newest_number:
        return Answer("current", "Current", f"Current – version {found.number}.")
    return Answer(
        "old",
        "Old",
        f"Old – replaced by version {found.newest_number}. Do not change anything until a nurse "
        "calls today.",
        "Tell a nurse now that this patient waits for a call today.",
    )
