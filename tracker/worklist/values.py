"""What the worklist's rules take and give: one patient's facts, and rows with dates.

No rule stands here. A row says by when something is due and between which days it is shown; it
never says how it stands today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.checkins import CheckIn
from tracker.course import Course
from tracker.escalations import Escalation

NEVER = date.max  # a day that does not come: no end, or never late


class Lane(StrEnum):
    """What kind of attention a row asks for; with its dates, this gives its group."""

    ESCALATION = "escalation"
    TASK = "task"  # due on a day, overdue after it
    START = "start"  # a step by its planned date
    NO_CONTACT = "no_contact"
    PAPER = "paper"
    DONE = "done"


class Kind(StrEnum):
    """What a row is about, and so where its button leads."""

    ESCALATION = "escalation"
    TELL = "tell"  # a decision that the patient does not know yet
    CHECKIN = "checkin"
    CALL_BACK = "call_back"  # promised when a plan code was read out
    REVIEW_HOLD = "review_hold"  # on hold, or left open by a patient who moved away
    RETURN = "return"  # back from being away: review before restarting
    START = "start"
    NO_CONTACT = "no_contact"
    PAPER = "paper"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Row:
    """One reason for which a patient is on the list.

    `what` is for everyone who sees the list, the front desk among them, and holds nothing clinical;
    `detail` is for physicians and nurses. `ref` is the fact it is about; `part` tells apart rows
    about the same one. A lane's rows are read in the order of `late_from`, so every row has one.
    """

    lane: Lane
    kind: Kind
    ref: int
    what: str
    due: date
    shows_from: date
    late_from: date  # overdue, or passed, from this day on; else the first day: it gives the order
    until: date = NEVER  # the last day on which it is shown
    part: int = 0
    detail: str = ""
    tried_on: date | None = None  # the last try that did not reach the patient
    tries: int = 0
    seq: int = 0  # the last place in the stream of what it is about, for the row's own buttons
    owner_id: int | None = None
    at: datetime | None = None  # raised, or done


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was finished: when, by whom, and what; `detail` is clinical."""

    ref: int
    at: datetime
    by: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is wrong with the patient's paper: since when, and in a sentence."""

    ref: int  # the version in force, or the sheet that is out of date
    since: date
    sentence: str


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Everything that the rows of one patient follow from."""

    patient_id: int
    zone: str  # the clinic's time zone, for the days of what has a moment
    course: Course
    state: str = "active"  # active, moved, died
    state_since: date | None = None
    checkins: tuple[CheckIn, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    paper: Paper | None = None
    done: tuple[Done, ...] = ()
    spoke_last_id: int | None = None  # who last spoke with the patient, or tried to
