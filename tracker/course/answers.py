"""What to say when a plan code is read out: five scripts, the same words whoever answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker import dates
from tracker.course.state import closed, held, paused, stay_on
from tracker.course.values import CallBack, Course, Spoken
from tracker.languages import said


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say to the caller, word for word, and what to do next."""

    kind: str  # current, hold, old, ended, none
    chip: str
    say: str
    also: str = ""

    @property
    def owes_a_call(self) -> bool:
        """Whether the script promises that a nurse will call."""
        return self.kind in ("old", "ended")


NO_SUCH = Answer(
    "none",
    said("No such code"),
    said("No such code."),
    said("Ask for the code once more, letter by letter. It has no 0, O, 1, I or L."),
)
_ENDED = said("Plan ended. This does not mean stop the medicine. A nurse will call.")
_WAITS = said("The call is on the Today list until a nurse has made it.")
_DIED = said(
    "The record says that this patient died. Do not read this answer out: ask a nurse to speak."
)


def answer(course: Course, *, number: int, is_of_this_plan: bool, today: date) -> Answer:
    """Give the script for a code that names version `number`.

    `is_of_this_plan`: the version is of the patient's newest plan, and not entered in error.
    """
    version = course.version
    if course.patient_state == "died":
        return Answer("ended", said("Plan ended"), _ENDED, _DIED)
    if version is None or not is_of_this_plan or closed(course):
        return Answer("ended", said("Plan ended"), _ENDED, _WAITS)
    if number < version.number:
        return Answer(
            "old",
            said("Old"),
            said(
                "Old – replaced by version {number}; do not change anything until a nurse "
                "calls today.",
                number=version.number,
            ),
            _WAITS,
        )
    return _stopped(course, today) or Answer(
        "current", said("Current"), said("Current – version {number}.", number=version.number)
    )


WITH_PATIENT = frozenset({"patient", "interpreter"})


def was_called(call: CallBack, promised_on: date, spoken: Iterable[Spoken]) -> bool:
    """Tell whether a later contact with the patient was the promised call.

    It was first typed after the promise, for the day of the promise (by the clinic's calendar) or a
    later one. A call with a supporter is not what was promised, and amending an older contact is no
    call.
    """
    return any(
        one.at > call.at and one.on >= promised_on and one.spoke_with in WITH_PATIENT
        for one in spoken
    )


def _stopped(course: Course, today: date) -> Answer | None:
    hold, pause = held(course), paused(course)
    if hold is None and pause is None:
        return None
    step = stay_on(course, today)
    stay = (
        said("stay on step {number}", number=step.number)
        if step
        else said("stay on what you take now")
    )
    if hold:
        since = dates.screen(hold.on)
        return Answer(
            "hold",
            said("On hold"),
            said(
                "On hold since {since}: {stay}, do not start the next. Call us.",
                since=since,
                stay=stay,
            ),
        )
    since = dates.screen(pause.on) if pause else ""
    return Answer(
        "hold",
        said("Next step paused"),
        said(
            "The next step is paused since {since}: {stay}, do not start the next. "
            "We have asked the physician and will call you.",
            since=since,
            stay=stay,
        ),
    )
