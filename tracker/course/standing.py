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
from tracker.languages import said
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
        return Standing(said("Plan ended"), said("Closed"), closed_words(course), None)
    if course.patient_state == "died":
        return Standing(
            said("Plan ended"), said("The patient died"), said("the plan was not closed"), None
        )
    return _stopped(course, version, today) or _going(course, version, today)


def _stopped(course: Course, version: Version, today: date) -> Standing | None:
    step = stay_on(course, today)
    value = _of(step, version) if step else said("Not started")
    hold, pause = held(course), paused(course)
    if hold:
        words = said("since {day}", day=dates.screen(hold.on))
        if hold.until:
            review = dates.screen(hold.until)
            words = said("since {day}, review {review}", day=dates.screen(hold.on), review=review)
        return Standing(said("On hold"), value, words, step)
    if pause:
        words = said("since {day}, physician asked", day=dates.screen(pause.on))
        return Standing(said("Next step paused"), value, words, step)
    return None


def _going(course: Course, version: Version, today: date) -> Standing:
    paper, current = on_paper(course, today), current_step(course)
    if paper:
        words = said("since {day}, start not recorded", day=dates.screen(paper.since))
        return Standing(said("On paper now"), _of(paper.step, version), words, paper.step)
    ended = version.last_day
    if ended is not None and ended < today and step_on(version, today) is None:
        words = said("The last day on paper was {day}, end not recorded", day=dates.screen(ended))
        return Standing(said("On paper now"), said("Past the last day"), words, None)
    if current is None:
        signed = version.signed_on or today
        return Standing(
            said("On paper now"),
            said("Not started"),
            said("signed {day}", day=dates.screen(signed)),
            None,
        )
    began = started_on(course, current.key) or today
    words = (
        said("since {day}, taken differently", day=dates.screen(began))
        if _differed(course, current)
        else said("since {day}, as written", day=dates.screen(began))
    )
    return Standing(said("Now"), _of(current, version), words, current)


def _of(step: Step, version: Version) -> str:
    return said("Step {number} of {n}", number=step.number, n=len(version.steps))


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
