"""What a course is made of: frozen values as they are read from facts. No rule stands here.

A dose that was typed into what happened is a `DoseText`, like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.doses import DoseText
from tracker.plans import Version


class What(StrEnum):
    """One thing that happened to a step or to the whole plan."""

    STARTED = "started"  # a step, as written
    DIFFERENTLY = "differently"  # a step was taken differently
    COMPLETED = "completed"  # a step, on its last day
    SKIPPED = "skipped"  # a step
    PAUSED = "paused"  # the next step: a physician was asked
    LIFTED = "lifted"  # a physician answered a pause: go on
    HELD = "held"
    RESUMED = "resumed"
    CLOSED = "closed"


OF_STEPS = frozenset({What.STARTED, What.DIFFERENTLY, What.COMPLETED, What.SKIPPED})


class How(StrEnum):
    """How a step was taken differently."""

    LESS = "less"
    MORE = "more"
    MISSED = "missed"
    EXTRA = "extra"
    OTHER_TIMES = "other_times"


class WhyHeld(StrEnum):
    """Why a plan is held."""

    WITHDRAWAL = "withdrawal"
    PAIN = "pain"
    MOOD = "mood"
    PATIENT = "patient"
    ILLNESS = "illness"
    PREGNANCY = "pregnancy"
    LIFE = "life"
    SUPPLY = "supply"
    OTHER = "other"


class WhyClosed(StrEnum):
    """Why a plan is closed."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    MOVED = "moved"
    LOST = "lost"
    DECLINED = "declined"
    DIED = "died"


class AwayWhere(StrEnum):
    """What kind of place the patient is away at."""

    HOSPITAL = "hospital"
    TRAVEL = "travel"
    FACILITY = "facility"
    JAIL = "jail"


class Supply(StrEnum):
    """What is wrong with the patient's supply."""

    LOST = "lost"
    STOLEN = "stolen"
    SHORTAGE = "shortage"
    SUBSTITUTED = "substituted"
    RAN_SHORT = "ran_short"


class PlanState(StrEnum):
    """Where a plan stands, by what was signed and what happened."""

    DRAFT = "draft"
    SIGNED = "signed"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    CLOSED = "closed"
    REPLACED = "replaced"


class StepState(StrEnum):
    """Where a step stands, by what happened."""

    PLANNED = "planned"
    ACTIVE = "active"
    DONE = "done"
    DIFFERENTLY = "differently"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Amount:
    """What was really taken, as typed, in one cell of a medicine."""

    medicine: str  # PlanMedicine.key
    slot: str  # as in `plans.Cell`
    text: DoseText


@dataclass(frozen=True, slots=True)
class Happening:
    """One fact of a plan's course: what, when, and who recorded it."""

    id: int
    seq: int  # its place in the plan's stream
    what: What
    on: date
    by: str
    at: datetime  # when it was recorded
    step: str = ""  # the step's key, "" for the whole plan
    number: int = 0  # the step's number in the version of then
    version: int = 0  # the version in force then
    until: date | None = None  # HELD: review on; DIFFERENTLY: the last such day, if not one
    why: str = ""  # a How, WhyHeld or WhyClosed; RESUMED: "kept" or "moved"
    words: str = ""  # the reason or note as typed
    amounts: tuple[Amount, ...] = ()
    accepted_by: str = ""  # CLOSED as moved to other care
    takes_now: str = ""  # CLOSED: what the patient takes from now on, as typed
    no_contact: str = ""  # CLOSED: why no next contact is booked


@dataclass(frozen=True, slots=True)
class Struck:
    """A happening that counts no more: undone, or entered in error; it stays readable."""

    happening: Happening
    reason: str
    by: str
    at: datetime
    undone: bool  # else entered in error


@dataclass(frozen=True, slots=True)
class Signing:
    """A signed version's place in the plan's stream."""

    version_id: int
    number: int
    seq: int
    on: date
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Away:
    """A time during which the patient is in other hands, or on the road."""

    id: int
    where: AwayWhere
    place: str  # as typed
    left_on: date
    until: date | None  # as expected
    by: str
    at: datetime
    seq: int  # the last place in its own stream
    back_on: date | None = None
    back_words: str = ""
    reviewed_on: date | None = None
    review_words: str = ""
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True)
class SupplyProblem:
    """Something wrong with what the patient has at home."""

    id: int
    what: Supply
    on: date
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallBack:
    """A promise made when a plan code was read out: a nurse will call."""

    check_id: int
    at: datetime
    answer: str  # "old" or "ended"
    by: str  # who read the answer out


@dataclass(frozen=True, slots=True)
class Spoken:
    """A contact that was recorded: its day, when it was first typed, and with whom."""

    on: date
    at: datetime
    spoke_with: str  # as in `checkins.SPOKE_WITH`


@dataclass(frozen=True, slots=True)
class Course:
    """A patient's newest plan and all that happened to it, and where the patient is."""

    plan_id: int | None = None
    seq: int = 0  # the last place taken in the plan's stream
    version: Version | None = None  # the one in force
    version_id: int | None = None
    signings: tuple[Signing, ...] = ()  # oldest first
    happened: tuple[Happening, ...] = ()  # what stands, in the order of the stream
    struck: tuple[Struck, ...] = ()
    away: tuple[Away, ...] = ()  # newest first
    supply: tuple[SupplyProblem, ...] = ()  # newest first
    calls: tuple[CallBack, ...] = ()  # those still owed, oldest first
    has_draft: bool = False
    patient_state: str = "active"  # active, moved, died
