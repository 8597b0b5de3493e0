"""A check-in that is still to be held: book, move, try, cancel; and what became of it.

Recording one is in `views.contacts`, on the same blueprint.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from tracker import auth, dates, page
from tracker.catalogue import Topic
from tracker.charts import checkins as chart
from tracker.charts import contacts as contact_chart
from tracker.charts.patients import PatientHead
from tracker.checkins import MODES, OUTCOMES, UNITS, CheckIn
from tracker.forms import checkins as forms
from tracker.languages import counted, joined, said, say
from tracker.plans import Problem
from tracker.policy import can, does
from tracker.records import checkins as records
from tracker.records.acts import Conflict
from tracker.views.back import go_back, list_typed
from tracker.views.regimens import catalogue

views = Blueprint("checkins", __name__)

ADDRESS = "/c/<int:clinic_id>/patients/<int:patient_id>/checkins"
Answer = str | Response | tuple[str, int]


def the_checkin(checkin_id: int) -> CheckIn:
    """Give the check-in of the address, or answer 404."""
    found = chart.checkin_of(g.clinic.id, g.patient.id, checkin_id)
    if found is None:
        abort(404)
    return found


def merged() -> Response | None:
    """Go on to the record that this one was merged into, or None."""
    into = g.patient.merged_into_id
    if into is None:
        return None
    return redirect(url_for("patients.show", clinic_id=g.clinic.id, patient_id=into), 303)


def say_of(checkin: CheckIn) -> str:
    """Name a check-in on a page: "Thu Dec 3, 2026, phone"."""
    day, mode = dates.screen(checkin.on), MODES[checkin.mode].lower()
    if checkin.at:
        return say("{day} at {at}, {mode}", day=day, at=dates.clock_words(checkin.at), mode=mode)
    return say("{day}, {mode}", day=day, mode=mode)


def seen_typed() -> int:
    """Give the place in the stream that the form was made from; -1 for none."""
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def told(problems: Iterable[Problem]) -> dict[str, Any]:
    """Give a page its summary of problems, and the sentence for each field."""
    listed = [(problem.field, problem.sentence) for problem in problems]
    errors: dict[str, str] = {}
    for name, sentence in listed:
        errors.setdefault(name, sentence)
    return {"problems": listed, "errors": errors}


@views.app_template_filter("checkin_words")
def _words(checkin: CheckIn) -> str:
    return say_of(checkin)


@views.app_template_filter("clock_words")
def _clock(at: str) -> str:
    return dates.clock_words(at)


@views.app_context_processor
def _common() -> dict[str, Any]:
    return {"mode_words": MODES, "outcome_words": OUTCOMES}


# --- One check-in ---------------------------------------------------------------------------------


@views.get(f"{ADDRESS}/<int:checkin_id>")
@does("checkin.read")
def show(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Show what became of a check-in: its tries, its copies, its answers and scores."""
    found = the_checkin(checkin_id)
    return render_template(
        "checkins/show.html",
        checkin=found,
        standing=found.standing(page.today()),
        copies=contact_chart.copies_of(clinic_id, patient_id, found.stream),
        instruments=catalogue().instruments,
        topic_words=topic_words(found.topics),
    )


def topic_words(ids: Iterable[str]) -> list[str]:
    """Name topics by their words; one that the catalogue no longer has by its id."""
    found = [(id, catalogue().topic(id)) for id in ids]
    return [topic.words if topic else id for id, topic in found]


# --- Not reached ----------------------------------------------------------------------------------


@views.get(f"{ADDRESS}/<int:checkin_id>/not-reached")
@does("checkin.read")
def ask_outcome(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Ask what came of a try to reach the patient."""
    return merged() or _ask_outcome(the_checkin(checkin_id), {}, ())


def _ask_outcome(
    found: CheckIn, raw: dict[str, list[str]], problems: Iterable[Problem], trouble: str = ""
) -> str:
    return render_template(
        "checkins/not_reached.html",
        checkin=found,
        typed=raw,
        trouble=trouble,
        back=list_typed(),
        **told(problems),
    )


@views.post(f"{ADDRESS}/<int:checkin_id>/not-reached")
@does("checkin.not_reached")
def not_reached(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Record a try that did not reach the patient, and go back to the list."""
    if elsewhere := merged():
        return elsewhere
    found, raw = the_checkin(checkin_id), forms.typed(request.form)
    outcome, note, problems = forms.read_outcome(raw)
    if problems:
        return _ask_outcome(found, raw, problems), 422
    try:
        records.not_reached(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            patient_id=patient_id,
            checkin_id=checkin_id,
            seen=seen_typed(),
            on=page.today(),
            mode=found.mode,
            outcome=outcome,
            note=note,
        )
    except (Conflict, records.Refused) as refused:
        return _ask_outcome(the_checkin(checkin_id), raw, (), overtaken(checkin_id, refused)), 409
    tries = found.tries + 1
    told = counted(
        "{who} was not reached: {outcome}. Tried once; the check-in stays on the list.",
        "{who} was not reached: {outcome}. Tried {n} times; the check-in stays on the list.",
        tries, who=_named(g.patient), outcome=OUTCOMES[outcome].lower(),
    )  # fmt: skip
    auth.tell(told)
    return go_back("checkins")


def _named(head: PatientHead) -> str:
    return said("{title}, born {day},", title=head.title, day=dates.born(head.birth_date))


def overtaken(checkin_id: int, refused: Exception) -> str:
    """Say who did what to a check-in since the page was made; nothing typed is lost."""
    kept = said("Nothing of yours was saved, and nothing you typed is lost.")
    if isinstance(refused, records.Refused):
        return joined(" ", [str(refused), kept])
    found = chart.checkin_of(g.clinic.id, g.patient.id, checkin_id)
    if found is None:
        return said("This check-in was marked as entered in error. {kept}", kept=kept)
    if found.contact:
        return said(
            "{by} recorded this check-in at {when}, after you opened this page. {kept}",
            by=found.contact.by,
            when=page.moment(found.contact.at),
            kept=kept,
        )
    if found.cancelled:
        return said(
            "{by} cancelled this check-in at {when}: {reason}. {kept}",
            by=found.cancelled.by,
            when=page.moment(found.cancelled.at),
            reason=found.cancelled.reason,
            kept=kept,
        )
    if found.tries:
        last = found.attempts[-1]
        return said(
            "{by} tried to reach the patient at {when}: {outcome}. {kept}",
            by=last.by,
            when=page.moment(last.at),
            outcome=OUTCOMES[last.outcome].lower(),
            kept=kept,
        )
    now = say_of(found)
    if found.booked:
        by = found.booked.by
        return said("{by} moved this check-in; it is now {now}. {kept}", by=by, now=now, kept=kept)
    return said("It was changed; it is now {now}. {kept}", now=now, kept=kept)


# --- Booking, moving, cancelling ------------------------------------------------------------------


def offered_topics() -> tuple[Topic, ...]:
    """Give the topics that can be planned; the core set is always asked."""
    return tuple(topic for topic in catalogue().topics if not topic.core)


def _may_choose(topics: Iterable[Topic]) -> list[str]:
    """Give the ids of topics to those who read check-ins; the front desk keeps what is there."""
    return [t.id for t in topics] if can(g.signed_in.actor, "checkin.read", g.clinic.id) else []


def _day_page(
    found: CheckIn | None, raw: dict[str, list[str]], problems: Iterable[Problem], trouble: str = ""
) -> str:
    return render_template(
        "checkins/day.html",
        checkin=found,
        typed=raw,
        topics=[(topic.id, topic.words) for topic in offered_topics()],
        units=tuple(UNITS.items()),
        trouble=trouble,
        back=list_typed(),
        **told(problems),
    )


@views.get(f"{ADDRESS}/book")
@does("checkin.dates")
def ask_booking(clinic_id: int, patient_id: int) -> Answer:
    """Ask for the day of a new check-in."""
    return merged() or _day_page(None, {}, ())


@views.post(f"{ADDRESS}/book")
@does("checkin.book")
def book(clinic_id: int, patient_id: int) -> Answer:
    """Book a check-in that no version of the plan lays."""
    if elsewhere := merged():
        return elsewhere
    raw = forms.typed(request.form)
    read = forms.read_day(raw, today=page.today(), topics=_may_choose(offered_topics()))
    if read.problems or read.on is None:
        return _day_page(None, raw, read.problems), 422
    days = [records.Day(on, read.at, read.mode, read.topics) for on in read.days]
    try:
        records.book_series(
            by=g.signed_in.actor, clinic_id=clinic_id, patient_id=patient_id, days=days
        )
    except records.Refused as refused:
        return _day_page(None, raw, (), str(refused)), 422
    who, day = _named(g.patient), dates.screen(read.on)
    told = (
        said(
            "{who} has a check-in on {day}, and {more} more through {last}.",
            who=who, day=day, more=len(days) - 1, last=dates.screen(days[-1].on),
        )
        if days[1:]
        else said("{who} has a check-in on {day}.", who=who, day=day)
    )  # fmt: skip
    auth.tell(told)
    return go_back("checkins")


@views.get(f"{ADDRESS}/<int:checkin_id>/move")
@does("checkin.dates")
def ask_move(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Ask for another day for a check-in."""
    if elsewhere := merged():
        return elsewhere
    found = the_checkin(checkin_id)
    raw = {"mode": [found.mode], "topics": list(found.topics)}
    return _day_page(found, raw, ())


@views.post(f"{ADDRESS}/<int:checkin_id>/move")
@does("checkin.move")
def move(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Move a check-in to another day, with a reason."""
    if elsewhere := merged():
        return elsewhere
    found, raw = the_checkin(checkin_id), forms.typed(request.form)
    offered = _may_choose(catalogue().topics)
    read = forms.read_day(raw, today=page.today(), topics=offered, reason_for=said("it is moved"))
    if read.problems or read.on is None:
        return _day_page(found, raw, read.problems), 422
    try:
        records.move(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            patient_id=patient_id,
            checkin_id=checkin_id,
            seen=seen_typed(),
            day=records.Day(
                on=read.on,
                at=read.at,
                mode=read.mode,
                topics=read.topics if offered else found.topics,
                grace_days=found.grace_days,
            ),
            reason=read.reason,
        )
    except (Conflict, records.Refused) as refused:
        now = the_checkin(checkin_id)
        return _day_page(now, raw, (), overtaken(checkin_id, refused)), 409
    auth.tell(
        said(
            "The check-in of {who} is moved to {day}.",
            who=_named(g.patient),
            day=dates.screen(read.on),
        )
    )
    return go_back("checkins")


@views.get(f"{ADDRESS}/<int:checkin_id>/cancel")
@does("checkin.read")
def ask_cancel(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Ask why a check-in is cancelled."""
    return merged() or _cancel_page(the_checkin(checkin_id), {}, ())


def _cancel_page(
    found: CheckIn, raw: dict[str, list[str]], problems: Iterable[Problem], trouble: str = ""
) -> str:
    return render_template(
        "checkins/cancel.html",
        checkin=found,
        typed=raw,
        trouble=trouble,
        back=list_typed(),
        **told(problems),
    )


@views.post(f"{ADDRESS}/<int:checkin_id>/cancel")
@does("checkin.cancel")
def cancel(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Cancel a check-in with a reason."""
    if elsewhere := merged():
        return elsewhere
    found, raw = the_checkin(checkin_id), forms.typed(request.form)
    reason = raw.get("reason", [""])[0].strip()
    if not reason:
        why = [Problem("reason", said("Say why this check-in is cancelled."))]
        return _cancel_page(found, raw, why), 422
    try:
        records.cancel(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            patient_id=patient_id,
            checkin_id=checkin_id,
            seen=seen_typed(),
            reason=reason,
        )
    except (Conflict, records.Refused) as refused:
        now = the_checkin(checkin_id)
        return _cancel_page(now, raw, (), overtaken(checkin_id, refused)), 409
    auth.tell(
        said(
            "The check-in of {who} on {day} is cancelled.",
            who=_named(g.patient),
            day=dates.screen(found.on),
        )
    )
    return go_back("checkins")
