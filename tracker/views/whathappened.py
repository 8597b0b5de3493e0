"""What happened, as the patient's page and its own page show it, with what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker import course as rules
from tracker import dates
from tracker.course import Course, Happening, PlanState, What
from tracker.course.words import (
    AWAY_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    SUPPLY_WORDS,
    amounts_by_medicine,
    happening_day,
    happening_reason,
    happening_title,
    state_sentence,
)
from tracker.languages import said
from tracker.page import moment, today
from tracker.records.course import MAY_UNDO
from tracker.views.happening import address, may


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what happened, in words."""

    id: int
    title: str
    day: str
    reason: str
    details: tuple[tuple[str, str], ...]
    by: str
    at: str
    struck: str = ""  # why it counts no more
    undo: str = ""  # where it can be undone


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be recorded now."""

    words: str
    href: str
    key: str = ""


def story(course: Course) -> dict[str, Any]:
    """Give the words of the section and the page: state, lines, steps, choices."""
    state = rules.plan_state(course)
    return {
        "course": course,
        "plan_state": STATE_WORDS[state] if state else None,
        "plan_sentence": state_sentence(course, today()),
        "told": _lines(course),
        "step_states": _steps(course),
        "choices": choices(course),
        "away_lines": [(one, AWAY_WORDS[one.where]) for one in course.away],
        "supply_lines": [(one, SUPPLY_WORDS[one.what]) for one in course.supply],
        "review": rules.to_review(course, today()),
    }


def _lines(course: Course) -> list[Told]:
    last = rules.undoable(course)
    stands = [
        _told(
            course,
            one,
            undo=address("course.undo", happening_id=one.id)
            if last is not None and one.id == last.id and may(MAY_UNDO[one.what])
            else "",
        )
        for one in course.happened
    ]
    struck = [
        _told(
            course,
            one.happening,
            struck=said(
                "{what}: {reason} ({by}, {at})",
                what=said("Undone") if one.undone else said("Entered in error"),
                reason=one.reason,
                by=one.by,
                at=moment(one.at),
            ),
        )
        for one in course.struck
    ]
    order = {one.id: one.seq for one in course.happened}
    order |= {one.happening.id: one.happening.seq for one in course.struck}
    return sorted([*stands, *struck], key=lambda line: order[line.id], reverse=True)


def _told(course: Course, one: Happening, *, struck: str = "", undo: str = "") -> Told:
    details = list(amounts_by_medicine(one, course.version)) if course.version else []
    if one.what is What.HELD and one.until:
        details.append((said("Review on"), dates.screen(one.until)))
    for label, words in (
        (said("Care accepted by"), one.accepted_by),
        (said("Takes from now on"), one.takes_now),
        (said("No next contact, because"), one.no_contact),
    ):
        if words:
            details.append((label, words))
    return Told(
        id=one.id,
        title=happening_title(one),
        day=happening_day(one),
        reason=happening_reason(one),
        details=tuple(details),
        by=one.by,
        at=moment(one.at),
        struck=struck,
        undo=undo,
    )


def _steps(course: Course) -> list[tuple[int, str, tuple[str, str], str]]:
    """List the steps: number, planned start, state, and since when by what was recorded."""
    found = []
    for step in course.version.steps if course.version else ():
        began = rules.started_on(course, step.key)
        found.append(
            (
                step.number,
                dates.screen(step.starts_on),
                STEP_WORDS[rules.step_state(course, step.key)],
                dates.screen(began) if began else "",
            )
        )
    return found


def choices(course: Course) -> list[Choice]:
    """List what this person may record now about the plan, what is likeliest first."""
    found = [*_of_steps(course), *_of_plan(course), *_of_patient(course)]
    return [
        Choice(words, address(endpoint), key) for words, endpoint, act, key in found if may(act)
    ]


Offer = tuple[str, str, str, str]


def _of_steps(course: Course) -> list[Offer]:
    if rules.is_stopped(course) or course.version is None:
        return []
    found: list[Offer] = []
    step = rules.next_step(course)
    if step is not None and step.starts_on <= today():
        found.append(
            (said("Start step {number}", number=step.number), "course.start", "step.start", "")
        )
    if rules.current_step(course) or rules.on_paper(course, today()):
        found.append((said("Taken differently"), "course.differently", "step.differently", "f"))
    current = rules.current_step(course)
    if current and rules.step_state(course, current.key) is rules.StepState.ACTIVE:
        found.append(
            (
                said("Complete step {number}", number=current.number),
                "course.complete",
                "step.complete",
                "",
            )
        )
    if step is not None:
        found.append(
            (said("Skip step {number}", number=step.number), "course.skip", "step.skip", "")
        )
    return found


def _of_plan(course: Course) -> list[Offer]:
    state = rules.plan_state(course)
    if course.patient_state == "died" or state not in (
        PlanState.SIGNED, PlanState.ACTIVE, PlanState.ON_HOLD,
    ):  # fmt: skip
        return []
    found: list[Offer] = []
    if rules.held(course):
        found.append((said("Resume the plan"), "course.resume", "plan.resume", "h"))
        if rules.current_step(course) or rules.on_paper(course, today()):
            found.append((said("Taken differently"), "course.differently", "step.differently", "f"))
    elif rules.paused(course):
        found.append((said("Answer the pause"), "course.lift", "plan.lift", ""))
        found.append((said("Hold the plan"), "course.hold", "plan.hold", "h"))
    else:
        found.append((said("Hold the plan"), "course.hold", "plan.hold", "h"))
        found.append(
            (said("Pause the next step, ask a physician"), "course.pause", "plan.pause", "")
        )
    found.append((said("Close the plan"), "course.close", "plan.close", ""))
    return found


def _of_patient(course: Course) -> list[Offer]:
    if course.patient_state == "died":
        return []
    found: list[Offer] = []
    if all(one.back_on is not None for one in course.away):
        found.append((said("Patient is away"), "away.leave", "away.record", ""))
    found.append((said("Supply problem"), "away.supply", "supply.record", ""))
    return found
