"""The page of one act upon a plan: what it says, and what becomes of its form.

This module holds no addresses. A refusal stands beside its field, a conflict says who and when,
and neither loses anything that was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, render_template, request, url_for

from tracker import auth, dates
from tracker.charts.course import course_of
from tracker.course import Course
from tracker.course.words import happening_title
from tracker.forms.course import CourseForm, WorryForm
from tracker.languages import joined, said
from tracker.page import moment
from tracker.policy import can
from tracker.records import course as records
from tracker.records import escalations
from tracker.records.acts import Conflict
from tracker.records.course import Worry
from tracker.records.patients import Refused
from tracker.views.back import go_back, list_typed


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page of one act says: its title, what follows from it, and its button."""

    title: str
    button: str
    lead: tuple[str, ...] = ()
    caution: str = ""
    kind: str = "primary"
    links: tuple[tuple[str, str], ...] = ()  # words, address: where else to go
    stop: str = ""  # why it cannot be done now; the form is not shown on opening
    cells: tuple[Mapping[str, Any], ...] = ()  # medicines with their dose cells, as typed
    picture: tuple[tuple[str, str], ...] = field(default=())  # a step's doses in words


SheetOf = Callable[[Course], Sheet]


def course_now() -> Course:
    """Give the course of the patient of this request, as it stands."""
    return course_of(g.clinic.id, g.patient.id)


def may(act: str) -> bool:
    """Tell whether the person behind this request may do an act at this clinic."""
    return can(g.signed_in.actor, act, g.clinic.id)


def address(endpoint: str, **more: Any) -> str:
    """Give an address of this patient."""
    return url_for(endpoint, clinic_id=g.clinic.id, patient_id=g.patient.id, **more)


def links(*offered: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Give words and address of those pages that exist."""
    return tuple(
        (words, address(endpoint))
        for words, endpoint in offered
        if endpoint in current_app.view_functions
    )


def whose() -> dict[str, Any]:
    """Name for a record who acts, at which clinic, upon whose chart."""
    return {"by": g.signed_in.actor, "clinic_id": g.clinic.id, "patient_id": g.patient.id}


def worry_of(form: WorryForm) -> Worry | None:
    """Give what the form asks a physician; None where the field was left out."""
    if "needed_by" not in form:
        return None
    return Worry(form.needed_by.data, form.spoken_to.data, form.patient_is.data)


def opened(form: CourseForm, sheet_of: SheetOf, *, seen: int | None = None) -> Any:
    """Show the form as it is opened; `seen` is the place in another stream than the plan's."""
    course = course_now()
    form.seen.data = str(course.seq if seen is None else seen)
    return _page(form, sheet_of(course), opening=True)


def posted(
    form: CourseForm, sheet_of: SheetOf, do: Callable[[], object], said: str, *,
    seen_now: Callable[[Course], int] = lambda course: course.seq,
) -> Any:  # fmt: skip
    """Carry the act out, or show the form again with what was typed and what is wrong.

    `seen_now` gives the place that a form about another stream than the plan's shows next.
    """
    if not form.validate():
        return _page(form, sheet_of(course_now()), 422)
    try:
        do()
    except Refused as refused:
        form.blame(refused.field, refused.sentence)
        return _page(form, sheet_of(course_now()), 422)
    except escalations.Refused as refused:
        for name, sentence in refused.fields.items():
            form.blame(name if name in form else "words", sentence)
        return _page(form, sheet_of(course_now()), 422)
    except Conflict:
        return overtaken(form, sheet_of, seen_now)
    auth.tell(said)
    return go_back()


def wrong_year(form: CourseForm, what: str) -> bool:
    """Tell whether the year of birth was typed wrong, and say so beside it; a slip is recorded."""
    year = (request.form.get("birth_year") or "").strip()
    if year == str(g.patient.birth_date.year):
        return False
    if not year:
        form.blame("birth_year", said("Type the patient’s year of birth."))
        return True
    records.refused(**whose(), what=what)
    form.blame(
        "birth_year", said("Year of birth does not match. Check you have the right patient.")
    )
    return True


def refused(form: CourseForm, sheet_of: SheetOf) -> Any:
    """Show the form again with what was said beside its fields."""
    return _page(form, sheet_of(course_now()), 422)


def overtaken(
    form: CourseForm, sheet_of: SheetOf,
    seen_now: Callable[[Course], int] = lambda course: course.seq,
) -> Any:  # fmt: skip
    """Show the form again, what was typed in it, and what somebody else recorded meanwhile."""
    course = course_now()
    sentence = _who(course, form.place)
    form.seen.data = str(seen_now(course))
    return _page(form, sheet_of(course), 409, conflict=sentence)


def _who(course: Course, seen: int) -> str:
    """Say what was recorded since the page was opened, by whom and when."""
    later = [
        (
            one.seq,
            said(
                "{by} recorded “{what}” on {when}.",
                by=one.by,
                what=happening_title(one),
                when=moment(one.at),
            ),
        )
        for one in course.happened
        if one.seq > seen
    ]
    later += [
        (
            one.happening.seq,
            said(
                "{by} took back “{happening}” on {when}.",
                by=one.by,
                happening=happening_title(one.happening),
                when=moment(one.at),
            ),
        )
        for one in course.struck
    ]
    later += [
        (
            one.seq,
            said(
                "{by} signed version {number} on {day}.",
                by=one.by,
                number=one.number,
                day=dates.screen(one.on),
            ),
        )
        for one in course.signings
        if one.seq > seen
    ]
    return joined(" ", [words for _, words in sorted(later)]) or said(
        "Somebody else recorded something."
    )


def _page(
    form: CourseForm, sheet: Sheet, code: int = 200, *, opening: bool = False, conflict: str = ""
) -> Any:
    problems = list(form.refusals)
    problems += [(one.id, str(one.errors[0])) for one in form if one.errors]
    return (
        render_template(
            "course/act.html",
            form=form,
            sheet=sheet,
            problems=problems,
            conflict=conflict,
            closed=bool(opening and sheet.stop),
            back=list_typed(),
        ),
        code,
    )
