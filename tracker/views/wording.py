"""The paper's words in Spanish: the clinic's own texts, phrases and who approved them, drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import auth, dates
from tracker.charts import wording as chart
from tracker.drafts.typed import LONG
from tracker.handouts import phrases
from tracker.handouts.phrases import Phrase
from tracker.languages import counted, said
from tracker.models import Clinic
from tracker.page import today
from tracker.policy import does
from tracker.records import wording as records
from tracker.records.acts import Conflict

views = Blueprint("wording", __name__, url_prefix="/c/<int:clinic_id>/clinic/spanish")

LANGUAGE, NAME = "es", said("Spanish")
_ABOUT_TRANSLATOR = {
    "translator": said("the translator’s name"),
    "qualification": said("what qualifies the translator"),
}
_LONGEST = 200  # characters of a name or a qualification


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
        drafts=chart.left_to_approve(clinic.id, LANGUAGE),
        approvals=chart.approvals(clinic.id, LANGUAGE),
        words=spanish.fingerprint,
        rows=[(e, english.entries.get(e.id)) for e in spanish.entries.values()],
        **{
            "errors": {},
            "problems": [],
            "quicker": "",
            "ticked": (),
            "approval": {},
            "all": False,
            **more,
        },
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
        (name, said("{label}: use at most {most} characters.", label=label, most=f"{LONG:,}"))
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
    auth.tell(
        said("The clinic’s texts in Spanish are saved. Sheets printed from now on carry them.")
    )
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
        wrong = (
            "sure",
            said("Tick that the clinic prints these drafts on its own responsibility."),
        )
        kept = chart.clinic_words(clinic_id, LANGUAGE).texts
        return _page(kept, 422, problems=[wrong], errors=dict([wrong]))
    records.allow_drafts(
        by=g.signed_in.actor,
        clinic_id=clinic_id,
        language=LANGUAGE,
        language_name=NAME,
        words=words,
    )
    auth.tell(said("Spanish sheets can be printed with phrases that no translator has approved."))
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
    auth.tell(said("Spanish phrases that no translator has approved stop the print again."))
    return _back(clinic_id)


@views.post("/approve")
@does("wording.approve")
def approve(clinic_id: int) -> tuple[str, int] | Response:
    """Record that a named translator approved the ticked phrases, as they were shown."""
    form = request.form
    typed = {name: form.get(name, "").strip() for name in ("translator", "qualification", "on")}
    chosen = _ticked(clinic_id)
    problems, on = _wrong(typed, chosen)
    if problems or on is None:
        return _again(clinic_id, typed, problems)
    records.approve(
        by=g.signed_in.actor, clinic_id=clinic_id, language=LANGUAGE, language_name=NAME,
        approved=chosen, translator=typed["translator"], qualification=typed["qualification"],
        on=on,
    )  # fmt: skip
    told = said(
        "The approval of {phrases} by {translator} is recorded.",
        phrases=_phrases(len(chosen)), translator=typed["translator"],
    )  # fmt: skip
    auth.tell(told)
    return _back(clinic_id)


@views.post("/unapprove")
@does("wording.unapprove")
def unapprove(clinic_id: int) -> tuple[str, int] | Response:
    """Take the approval of the ticked phrases back."""
    approved = chart.approvals(clinic_id, LANGUAGE)
    chosen = [one for one in _ticked(clinic_id) if one.id in approved]
    if not chosen:
        return _again(clinic_id, {}, [("phrases", said("Tick the approved phrases to take back."))])
    records.unapprove(
        by=g.signed_in.actor, clinic_id=clinic_id, language=LANGUAGE, language_name=NAME,
        phrases=chosen,
    )  # fmt: skip
    auth.tell(said("The approval of {phrases} is taken back.", phrases=_phrases(len(chosen))))
    return _back(clinic_id)


def _ticked(clinic_id: int) -> list[Phrase]:
    """Give the phrases that were ticked, or all that nobody has approved."""
    drafts = phrases.load(LANGUAGE).drafts
    if request.form.get("all") == "yes":
        approved = chart.approvals(clinic_id, LANGUAGE)
        return [one for one in drafts if one.id not in approved]
    wanted = set(request.form.getlist("phrases"))
    return [one for one in drafts if one.id in wanted]


def _wrong(
    typed: Mapping[str, str], chosen: Sequence[Phrase]
) -> tuple[list[tuple[str, str]], date | None]:
    """Name what is missing in an approval; give its day."""
    problems, on = [], None
    if request.form.get("words") != phrases.load(LANGUAGE).fingerprint:
        problems.append(("phrases", said("The phrases have changed since this page was opened.")))
    for name, label in _ABOUT_TRANSLATOR.items():
        if not typed[name]:
            problems.append((name, said("Type {label}.", label=label)))
        elif len(typed[name]) > _LONGEST:
            problems.append((name, said("Use at most {longest} characters.", longest=_LONGEST)))
    try:
        on = dates.read_date(typed["on"], today=today())
    except dates.NotADate as refusal:
        problems.append(("on", refusal.sentence))
    if on is not None and on > today():
        problems.append(("on", said("This day is still to come. Type the day of the approval.")))
    if not chosen:
        problems.append(("phrases", said("Tick the phrases that the translator approved.")))
    return problems, on


def _again(
    clinic_id: int, typed: Mapping[str, str], problems: list[tuple[str, str]]
) -> tuple[str, int]:
    """Show the page with what was typed and ticked."""
    kept = chart.clinic_words(clinic_id, LANGUAGE).texts
    ticked = request.form.getlist("phrases")
    return _page(
        kept, 422, problems=problems, errors=dict(problems), approval=typed, ticked=ticked,
        all=request.form.get("all") == "yes",
    )  # fmt: skip


def _phrases(count: int) -> str:
    return counted("{n} phrase", "{n} phrases", count)


def _back(clinic_id: int) -> Response:
    return redirect(url_for("wording.show", clinic_id=clinic_id), 303)
