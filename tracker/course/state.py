"""The state that follows from what happened: of a plan, of each step, of the paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tracker import plans
from tracker.course.values import (
    Away,
    Course,
    Happening,
    PlanState,
    Signing,
    StepState,
    What,
)
from tracker.plans import Step


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The step that stands on paper for a day although no start of it was recorded."""

    step: Step
    since: date


def _last(course: Course, *whats: What) -> Happening | None:
    return next((one for one in reversed(course.happened) if one.what in whats), None)


def closed(course: Course) -> Happening | None:
    """Give what closed the plan, or None."""
    return _last(course, What.CLOSED)


def held(course: Course) -> Happening | None:
    """Give the hold that is in force, or None."""
    last = _last(course, What.HELD, What.RESUMED, What.CLOSED)
    return last if last is not None and last.what is What.HELD else None


def paused(course: Course) -> Happening | None:
    """Give the pause before the next step that no physician has answered yet, or None.

    A physician answers by lifting it, by a hold, by closing the plan, or by signing a version.
    """
    answers = (What.PAUSED, What.LIFTED, What.HELD, What.RESUMED, What.CLOSED)
    last = _last(course, *answers)
    if last is None or last.what is not What.PAUSED:
        return None
    return None if any(signing.seq > last.seq for signing in course.signings) else last


def is_stopped(course: Course) -> bool:
    """Say whether no next step may start: closed, on hold, paused, or the patient died."""
    ended = closed(course) or course.patient_state == "died"
    return bool(ended or held(course) or paused(course))


def plan_state(course: Course) -> PlanState | None:
    """Tell where the newest plan stands; None for a patient without plan and draft."""
    if course.version is None:
        return PlanState.DRAFT if course.has_draft else None
    if closed(course):
        return PlanState.CLOSED
    if held(course):
        return PlanState.ON_HOLD
    return PlanState.ACTIVE if _last(course, What.STARTED) else PlanState.SIGNED


def version_state(course: Course, number: int) -> PlanState | None:
    """Tell where one version of the newest plan stands: older than the newest is Replaced."""
    if course.version is not None and number < course.version.number:
        return PlanState.REPLACED
    return plan_state(course)


def of_step(course: Course, key: str) -> tuple[Happening, ...]:
    """List what happened to a step, in the order of the stream."""
    return tuple(one for one in course.happened if one.step == key)


def _numbers(course: Course) -> dict[str, int]:
    steps = course.version.steps if course.version else ()
    return {step.key: step.number for step in steps}


def _touched(course: Course, whats: Iterable[What]) -> int:
    """Give the highest number, in the version in force, of a step of which this was recorded."""
    numbers, wanted = _numbers(course), set(whats)
    return max(
        (numbers.get(one.step, 0) for one in course.happened if one.what in wanted), default=0
    )


def current_step(course: Course) -> Step | None:
    """Give the step recorded as started last, whatever became of the plan since; else None."""
    number = _touched(course, (What.STARTED,))
    return course.version.steps[number - 1] if number and course.version else None


def started_on(course: Course, key: str) -> date | None:
    """Tell when a step was recorded to have started, or None."""
    return next((one.on for one in of_step(course, key) if one.what is What.STARTED), None)


def next_step(course: Course) -> Step | None:
    """Give the step that comes after all that were started or skipped; None after the last."""
    if course.version is None:
        return None
    number = _touched(course, (What.STARTED, What.SKIPPED))
    return next((step for step in course.version.steps if step.number > number), None)


def can_start_now(course: Course, *, today: date) -> Step | None:
    """Give the next step when its day has come and the plan goes on; else None."""
    step = next_step(course)
    return step if step and step.starts_on <= today and not is_stopped(course) else None


def step_state(course: Course, key: str) -> StepState:
    """Tell where a step stands.

    A started step is active until it was completed, a later step started, or the plan closed; then
    it is done, or taken differently where that was recorded.
    """
    whats = {one.what for one in of_step(course, key)}
    if What.SKIPPED in whats:
        return StepState.SKIPPED
    if What.STARTED not in whats:
        return StepState.PLANNED
    number = _numbers(course).get(key, 0)
    over = (
        What.COMPLETED in whats
        or number < _touched(course, (What.STARTED,))
        or closed(course) is not None
    )
    if not over:
        return StepState.ACTIVE
    return StepState.DIFFERENTLY if What.DIFFERENTLY in whats else StepState.DONE


def locked_steps(course: Course) -> frozenset[str]:
    """Name the steps (keys) that a new version may not change: past and active ones."""
    if course.version is None:
        return frozenset()
    number = _touched(course, (What.STARTED, What.SKIPPED))
    return frozenset(step.key for step in course.version.steps if step.number <= number)


def paper_day(course: Course, today: date) -> date:
    """Give the day up to which the paper speaks: today, or the day of the hold or pause."""
    stop = held(course) or paused(course) or closed(course)
    return min(stop.on, today) if stop else today


def on_paper(course: Course, today: date) -> OnPaper | None:
    """Find the step whose date has passed with no start recorded, or None.

    A hold, a pause and the plan's end stop the paper on their day.
    """
    if course.version is None:
        return None
    step = plans.step_on(course.version, paper_day(course, today))
    if step is None or step.number <= _touched(course, (What.STARTED, What.SKIPPED)):
        return None
    return OnPaper(step, step.starts_on)


def stay_on(course: Course, today: date) -> Step | None:
    """Give the step that a caller is told to stay on: recorded or on paper; None before step 1."""
    paper = on_paper(course, today)
    return paper.step if paper else current_step(course)


def step_of_day(course: Course, day: date) -> Step | None:
    """Give the step that somebody was on by a day: recorded as started by then, else on paper.

    None before the first, after the last day of the plan, and after the day on which it was closed.
    """
    version, ended = course.version, closed(course)
    if version is None or (ended is not None and ended.on < day):
        return None
    paper = on_paper(course, day)
    if paper is not None:
        return paper.step
    if version.last_day is not None and version.last_day < day and not held(course):
        return None
    began = [(started_on(course, step.key), step) for step in version.steps]
    return next((step for on, step in reversed(began) if on is not None and on <= day), None)


def away_now(course: Course, today: date) -> Away | None:
    """Give where the patient is away, or None; the day after the expected return it is over."""
    return next(
        (
            one
            for one in course.away
            if one.back_on is None
            and one.left_on <= today
            and (one.until is None or today <= one.until)
        ),
        None,
    )


def to_review(course: Course, today: date) -> Away | None:
    """Give the time away that asks for a review before restarting, or None.

    It asks once the patient is back, or was expected back, until a physician has reviewed it.
    """
    return next(
        (
            one
            for one in reversed(course.away)
            if one.reviewed_on is None
            and (one.back_on is not None or (one.until is not None and one.until < today))
        ),
        None,
    )


_ON_PAPER = frozenset({What.HELD, What.RESUMED, What.PAUSED, What.LIFTED, What.CLOSED})


def changed_since(course: Course, printed_at: datetime) -> Happening | None:
    """Give the last hold, pause, resume or close recorded since a sheet was printed, or None."""
    return next(
        (one for one in reversed(course.happened) if one.what in _ON_PAPER and one.at > printed_at),
        None,
    )


def undoable(course: Course) -> Happening | None:
    """Give the one happening that may be undone: the last that stands, until a version is signed.

    What was undone, or entered in error, stands no more: one slip after the other can be taken
    back, the last first. What lies before a signature is marked as entered in error.
    """
    last = course.happened[-1] if course.happened else None
    if last is None or any(signing.seq > last.seq for signing in course.signings):
        return None
    return last


def newest_signing(course: Course) -> Signing | None:
    """Give the signing of the version in force, or None."""
    return course.signings[-1] if course.signings else None
