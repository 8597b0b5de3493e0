"""Where the patient stands today, in one line of a card: what it is, which step, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker import dates
from tracker.course.state import (
    closed,
    current_step,
    held,
    next_step,
    of_step,
    on_paper,
    paused,
    started_on,
    stay_on,
)
from tracker.course.values import Course, What
from tracker.course.words import closed_words
from tracker.plans import Step, Version, step_on


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the card: a term, a value, small words; and the step whose doses it is about."""

    term: str
    value: str
    small: str
    step: Step | None


def standing(course: Course, today: date) -> Standing | None:
    """Tell where the patient stands today; None without a signed plan."""
    version = course.version
    if version is None:
        return None
    if closed(course):
        return Standing("Plan ended", "Closed", closed_words(course), None)
    if course.patient_state == "died":
        return Standing("Plan ended", "The patient died", "the plan was not closed", None)
    return _stopped(course, version, today) or _going(course, version, today)


def _stopped(course: Course, version: Version, today: date) -> Standing | None:
    step = stay_on(course, today)
    value = _of(step, version) if step else "Not started"
    hold, pause = held(course), paused(course)
    if hold:
        review = f", review {dates.screen(hold.until)}" if hold.until else ""
        return Standing("On hold", value, f"since {dates.screen(hold.on)}{review}", step)
    if pause:
        words = f"since {dates.screen(pause.on)}, physician asked"
        return Standing("Next step paused", value, words, step)
    return None


def _going(course: Course, version: Version, today: date) -> Standing:
    paper, current = on_paper(course, today), current_step(course)
    if paper:
        words = f"since {dates.screen(paper.since)}, start not recorded"
        return Standing("On paper now", _of(paper.step, version), words, paper.step)
    ended = version.last_day
    if ended is not None and ended < today and step_on(version, today) is None:
        words = f"The last day on paper was {dates.screen(ended)}, end not recorded"
        return Standing("On paper now", "Past the last day", words, None)
    if current is None:
        signed = version.signed_on or today
        return Standing("On paper now", "Not started", f"signed {dates.screen(signed)}", None)
    began = started_on(course, current.key) or today
    how = "taken differently" if _differed(course, current) else "as written"
    return Standing("Now", _of(current, version), f"since {dates.screen(began)}, {how}", current)


def _of(step: Step, version: Version) -> str:
    return f"Step {step.number} of {len(version.steps)}"


def _differed(course: Course, step: Step) -> bool:
    return any(one.what is What.DIFFERENTLY for one in of_step(course, step.key))


def following(course: Course, today: date) -> Step | None:
    """Give the step to come after the one that is recorded or on paper; None after the last."""
    if course.version is None or closed(course):
        return None
    paper = on_paper(course, today)
    if paper is None:
        return next_step(course)
    return next((s for s in course.version.steps if s.number > paper.step.number), None)
