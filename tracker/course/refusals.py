"""What may follow what: each function gives the refusal, a field and a sentence, or None.

The field is the one of the form that the sentence is about, "" for none of them.

Whoever asks passes today, and what other rooms know: open escalations, the last contact. Whether
the person's role allows the act at all is the ACTS table's business, not asked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker import dates
from tracker.course.state import (
    away_now,
    closed,
    current_step,
    held,
    next_step,
    paused,
    started_on,
    step_state,
    to_review,
    undoable,
)
from tracker.course.values import (
    Amount,
    Course,
    Happening,
    How,
    StepState,
    WhyClosed,
)
from tracker.languages import said
from tracker.plans import Problem

NO_PLAN = said("No signed plan yet.")
TO_COME = said(
    "This day is still to come. Type the day it happened, with its year if it is long ago."
)


def why_ended(course: Course) -> str | None:
    """Refuse whatever is recorded about a plan that is not there, or is over."""
    if course.version is None:
        return NO_PLAN
    if course.patient_state == "died":
        return said("This patient died. Nothing more happens to the plan.")
    ended = closed(course)
    if ended:
        return said(
            "The plan was closed on {day} by {by}.", day=dates.screen(ended.on), by=ended.by
        )
    return None


def _why_stopped(course: Course) -> str | None:
    hold, pause = held(course), paused(course)
    if hold:
        return said(
            "The plan is on hold since {day}, recorded by {by}. A physician resumes it first.",
            day=dates.screen(hold.on),
            by=hold.by,
        )
    if pause:
        return said(
            "The next step is paused since {day}: {by} asked a physician. "
            "A physician answers first.",
            day=dates.screen(pause.on),
            by=pause.by,
        )
    return None


MOVED_AWAY = said(
    "The record says that this patient moved away, so no list shows what is due. Close the plan, "
    "or make the record active again under “Edit details”."
)


def _over(course: Course) -> Problem | None:
    sentence = why_ended(course)
    return Problem("", sentence) if sentence else None


def _over_or_stopped(course: Course) -> Problem | None:
    sentence = why_ended(course) or _why_stopped(course)
    return Problem("", sentence) if sentence else None


def why_not_start(
    course: Course, *, on: date, today: date, is_physician: bool, open_escalations: int,
    last_contact: date | None,
) -> Problem | None:  # fmt: skip
    """Say why the next step may not be recorded as started as written on this day.

    A plan that is over, held or paused stops it; so does a time away that nobody reviewed; a nurse
    waits for open escalations; and where the plan asks for a contact before each step, there must
    be one since the step before started (since the signature, for the first).
    """
    if refusal := _over_or_stopped(course):
        return refusal
    if course.patient_state == "moved":
        return Problem("", MOVED_AWAY)
    step = next_step(course)
    if step is None:
        return Problem("", said("Every step of this version was started or skipped."))
    if refusal := _why_not_on(course, on=on, today=today):
        return refusal
    if on < step.starts_on:
        return Problem(
            "on",
            said(
                "Step {number} is planned for {day}. To start it earlier, a physician changes "
                "the plan; the paper at home names that day.",
                number=step.number,
                day=dates.screen(step.starts_on),
            ),
        )
    away, review = away_now(course, today), to_review(course, today)
    if away:
        return Problem(
            "",
            said(
                "The patient is away since {day}. Record the return first.",
                day=dates.screen(away.left_on),
            ),
        )
    if review:
        return Problem(
            "",
            said("The patient was away. A physician reviews the plan before it restarts."),
        )
    if open_escalations and not is_physician:
        return Problem(
            "",
            said(
                "There is an open escalation. A physician answers it before a nurse starts a step."
            ),
        )
    return _why_no_contact(course, last_contact)


def needs_contact(course: Course, last_contact: date | None) -> bool:
    """Say whether the plan asks for a contact that has not taken place since the last start."""
    if course.version is None or not course.version.contact_before_step:
        return False
    current = current_step(course)
    since = started_on(course, current.key) if current else course.version.signed_on
    return last_contact is None or (since is not None and last_contact < since)


def _why_no_contact(course: Course, last_contact: date | None) -> Problem | None:
    if not needs_contact(course, last_contact):
        return None
    return Problem(
        "",
        said(
            "This plan asks for a contact before each step, and none is recorded since the last "
            "one began. Record the contact first."
        ),
    )


def _why_not_on(course: Course, *, on: date, today: date) -> Problem | None:
    """Refuse a day to come, and one before the last thing that is recorded of a step."""
    if on > today:
        return Problem("on", TO_COME)
    current = current_step(course)
    began = started_on(course, current.key) if current else None
    if current and began and on < began:
        return Problem(
            "on",
            said(
                "Step {number} started on {day}. Type that day or a later.",
                number=current.number,
                day=dates.screen(began),
            ),
        )
    signed = course.signings[0].on if course.signings else None
    if signed and on < signed:
        return Problem(
            "on",
            said(
                "The plan was signed on {day}. Type that day or a later one.",
                day=dates.screen(signed),
            ),
        )
    return None


def why_not_skip(course: Course, *, on: date, today: date, words: str) -> Problem | None:
    """Say why the next step may not be skipped; a reason is needed."""
    if refusal := _over(course) or _why_not_on(course, on=on, today=today):
        return refusal
    if next_step(course) is None:
        return Problem("", said("There is no step left to skip."))
    return None if words else Problem("words", said("Type why the step is skipped."))


def why_not_complete(course: Course, *, on: date, today: date) -> Problem | None:
    """Say why the current step may not be recorded as completed with this last day."""
    if refusal := _over(course) or _why_not_on(course, on=on, today=today):
        return refusal
    current = current_step(course)
    if current is None or step_state(course, current.key) is not StepState.ACTIVE:
        return Problem("", said("No step is active. Record its start first."))
    return None


def why_not_differently(
    course: Course, *, key: str, on: date, until: date | None, today: date, how: str,
    amounts: Sequence[Amount], words: str,
) -> Problem | None:  # fmt: skip
    """Say why this may not be recorded as how a step was taken.

    The step must have started, or stand on paper; less, more and extra need a typed amount, and
    everything needs the reason in words.
    """
    if refusal := _over(course):
        return refusal
    version = course.version
    step = next((s for s in version.steps if s.key == key), None) if version else None
    if step is None:
        return Problem("key", said("Choose the step."))
    if on > today:
        return Problem("on", TO_COME)
    if until is not None and until > today:
        return Problem("until", TO_COME)
    if until is not None and until < on:
        return Problem("until", said("The last day is before the first. Type both again."))
    began = started_on(course, key) or step.starts_on
    if on < began:
        return Problem(
            "on",
            said(
                "Step {number} began on {day}. Type that day or a later one.",
                number=step.number,
                day=dates.screen(began),
            ),
        )
    if how not in set(How):
        return Problem("how", said("Choose how it was taken."))
    if how in (How.LESS, How.MORE, How.EXTRA) and not amounts:
        return Problem(
            "amounts",
            said("Type the amount that was taken, in the cells of the medicine."),
        )
    return (
        None
        if words
        else Problem("words", said("Type the reason, in the patient’s words where you can."))
    )


def why_not_hold(course: Course, *, on: date, review_on: date, today: date) -> Problem | None:
    """Say why the plan may not be held from this day, with this review date."""
    if refusal := _over(course):
        return refusal
    hold = held(course)
    if hold:
        return Problem(
            "",
            said(
                "The plan is on hold already, since {day} by {by}.",
                day=dates.screen(hold.on),
                by=hold.by,
            ),
        )
    if refusal := _why_not_on(course, on=on, today=today):
        return refusal
    return (
        None
        if review_on > today
        else Problem("review_on", said("The review is a day to come. Type a later date."))
    )


def why_not_resume(course: Course, *, on: date, today: date) -> Problem | None:
    """Say why the plan may not be resumed on this day."""
    if refusal := _over(course):
        return refusal
    hold = held(course)
    if hold is None:
        return Problem("", said("The plan is not on hold."))
    if on < hold.on:
        return Problem(
            "on",
            said(
                "The hold began on {day}. Type that day or a later one.", day=dates.screen(hold.on)
            ),
        )
    return Problem("on", TO_COME) if on > today else None


def why_not_pause(course: Course) -> Problem | None:
    """Say why the next step may not be paused while a physician is asked."""
    return _over_or_stopped(course)


def why_not_lift(course: Course) -> Problem | None:
    """Say why there is no pause to answer."""
    if refusal := _over(course):
        return refusal
    return None if paused(course) else Problem("", said("The next step is not paused."))


def why_not_close(
    course: Course, *, on: date, today: date, why: str, words: str, accepted_by: str,
    takes_now: str, no_contact: str, next_contact: date | None,
) -> Problem | None:  # fmt: skip
    """Say why the plan may not be closed so.

    A transfer names who accepted the patient. Whoever goes on as a patient gets what they take
    from now on in words, and a next contact or the reason why there is none.
    """
    if refusal := _over(course) or _why_not_on(course, on=on, today=today):
        return refusal
    if why not in set(WhyClosed):
        return Problem("why", said("Choose why the plan ends."))
    if why == WhyClosed.DIED:
        return None
    if why == WhyClosed.MOVED and not accepted_by:
        return Problem(
            "accepted_by",
            said("Type who has accepted the patient’s care: a name and where."),
        )
    if why in (WhyClosed.STOPPED, WhyClosed.DECLINED) and not words:
        return Problem("words", said("Type the reason in a few words."))
    if why != WhyClosed.LOST and not takes_now:
        return Problem("takes_now", said("Type what the patient takes from now on."))
    if next_contact is None and not no_contact and why != WhyClosed.MOVED:
        return Problem(
            "no_contact", said("No next contact is booked. Book one, or type why there is none.")
        )
    return None


def why_not_undo(course: Course, happening: Happening | None) -> Problem | None:
    """Say why something may not be undone: only the last thing, until the next."""
    last = undoable(course)
    if happening is None or last is None or last.id != happening.id:
        return Problem(
            "",
            said(
                "Something was recorded after this, so it is not undone. "
                "If it was put into the wrong chart, mark it as entered in error."
            ),
        )
    return None
