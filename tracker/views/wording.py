"""The paper's words in Spanish: the clinic's own texts, every fixed phrase, and drafts allowed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import auth
from tracker.charts import wording as chart
from tracker.drafts.typed import LONG
from tracker.handouts import phrases
from tracker.models import Clinic
from tracker.policy import does
from tracker.records import wording as records
from tracker.records.acts import Conflict

views = Blueprint("wording", __name__, url_prefix="/c/<int:clinic_id>/clinic/spanish")

LANGUAGE, NAME = "es", "Spanish"


@views.get("")
@does("wording.look")
def show(clinic_id: int) -> tuple[str, int]:
    """Show the clinic's texts and the phrases in both languages, side by side."""
    return _page(chart.clinic_words(clinic_id, LANGUAGE).texts)


def _page(typed: Any, code: int = 200, **more: Any) -> tuple[str, int]:
    clinic: Clinic = g.clinic
    english, spanish = phrases.load("en"), phrases.load(LANGUAGE)
    kept = chart.clinic_words(clinic.id, LANGUAGE)
    page = render_template(
        "clinic/spanish.html",
        texts=chart.own_texts(clinic),
        typed=typed,
        kept=kept,
        longest=LONG,
        allowed=chart.drafts_allowed(clinic.id, LANGUAGE),
        drafts=len(spanish.drafts),
        words=spanish.fingerprint,
        rows=[(e, english.entries.get(e.id)) for e in spanish.entries.values()],
        **{"errors": {}, "problems": [], "quicker": "", **more},
    )
    return page, code


@views.post("")
@does("wording.translate")
def translate(clinic_id: int) -> tuple[str, int] | Response:
    """Keep the clinic's own texts in Spanish."""
    clinic: Clinic = g.clinic
    texts = chart.own_texts(clinic)
    typed = {of: request.form.get(name, "").strip() for name, _, of in texts}
    problems = [
        (name, f"{label}: use at most {LONG:,} characters.")
        for name, label, of in texts
        if len(typed[of]) > LONG
    ]
    if problems:
        return _page(typed, 422, problems=problems, errors=dict(problems))
    try:
        records.translate(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            language=LANGUAGE,
            language_name=NAME,
            seen=_seen(),
            texts=typed,
        )
    except Conflict:
        return _page(typed, 409, quicker=chart.clinic_words(clinic_id, LANGUAGE).by_name)
    auth.say("The clinic’s texts in Spanish are saved. Sheets printed from now on carry them.")
    return _back(clinic_id)


def _seen() -> int:
    typed = request.form.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


@views.post("/allow")
@does("wording.allow")
def allow(clinic_id: int) -> tuple[str, int] | Response:
    """Allow Spanish phrases that no translator has approved: those that the page showed."""
    words = phrases.load(LANGUAGE).fingerprint
    if request.form.get("words") != words or request.form.get("sure") != "yes":
        wrong = ("sure", "Tick that the clinic prints these drafts on its own responsibility.")
        kept = chart.clinic_words(clinic_id, LANGUAGE).texts
        return _page(kept, 422, problems=[wrong], errors=dict([wrong]))
    records.allow_drafts(
        by=g.signed_in.actor,
        clinic_id=clinic_id,
        language=LANGUAGE,
        language_name=NAME,
        words=words,
    )
    auth.say("Spanish sheets can be printed with phrases that no translator has approved.")
    return _back(clinic_id)


@views.post("/withdraw")
@does("wording.withdraw")
def withdraw(clinic_id: int) -> Response:
    """Stop printing Spanish phrases that no translator has approved."""
    records.withdraw_drafts(
        by=g.signed_in.actor,
        clinic_id=clinic_id,
        language=LANGUAGE,
        language_name=NAME,
        words=phrases.load(LANGUAGE).fingerprint,
    )
    auth.say("Spanish phrases that no translator has approved stop the print again.")
    return _back(clinic_id)


def _back(clinic_id: int) -> Response:
    return redirect(url_for("wording.show", clinic_id=clinic_id), 303)
