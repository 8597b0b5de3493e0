"""The rules of plans and steps: what a plan is made of, and what may follow what.

Pure: standard library only, "today" passed in, no database and no web. A refusal is a plain
sentence. Doses are `DoseText`; nothing here reads their digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.doses import DoseText


class Slot(StrEnum):
    """A time of day on the Universal Medication Schedule."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"
    BEDTIME = "bedtime"


class Weekday(StrEnum):
    """A day of the week, Monday first, as `date.weekday()` counts."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Pattern(StrEnum):
    """How the doses of one medicine fall: each has its own cells (`cell_keys`)."""

    TIMES = "times"  # one cell for each time of day in use
    INTERVAL = "interval"  # "each" (dose) and "every" (a number of hours or days)
    WEEKDAYS = "weekdays"  # one cell for each named weekday in use, at one time of day
    AS_NEEDED = "as_needed"  # "each" (dose), "gap" (no sooner than, hours), "most" (in 24 hours)


class Measure(StrEnum):
    """What a dose cell counts: whole or part units of the product, or an amount of it."""

    COUNT = "count"
    AMOUNT = "amount"


class Target(StrEnum):
    """What the plan is for."""

    LOWER = "lower"
    STOP = "stop"
    CHANGE = "change"
    LATER = "later"


class HowStepsStart(StrEnum):
    """Whether a step starts by its date or by the clinic's call; printed on page 1."""

    ON_DATE = "on_date"
    WAIT_FOR_CALL = "wait"


class AfterLast(StrEnum):
    """What follows a medicine's last step; chosen for each medicine, never assumed."""

    STOP = "stop"
    STAY = "stay"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Product:
    """A medicine as the bottle names it. Text only, copied when it was chosen or typed."""

    catalogue_id: str | None  # None: typed freely, shown with a "not in catalogue" chip
    name: str  # staff screens, tall-man letters: "oxyCODONE"
    label_name: str  # the pharmacy label's spelling, for paper: "oxycodone"
    form: str  # "tablet", "extended-release tablet", "patch", "oral solution"
    form_plural: str  # "tablets"
    strength: str  # as on the label: "5 mg", "12 mcg per hour"; "" for a liquid
    concentration: str  # liquids only: "5 mg per 5 mL"
    route: str  # "by mouth", "on the skin"
    kinds: tuple[
        str, ...
    ]  # see catalogue/medicines.toml: "opioid", "patch", "extended-release" ...
    whole_units_only: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """A medicine's pattern and the cells it uses; ticking them is a typed act."""

    pattern: Pattern
    uses: tuple[str, ...]  # TIMES: Slot values; WEEKDAYS: Weekday values; else ()
    at: Slot | None = None  # WEEKDAYS: the one time of day
    every_unit: str = ""  # INTERVAL: "hours" or "days"
    purpose: str = ""  # AS_NEEDED: what for, the prescriber's words


@dataclass(frozen=True, slots=True)
class PlanMedicine:
    """A medicine that the plan changes, from one step through another."""

    key: str  # stable within the plan: "m1"
    product: Product
    measure: Measure
    unit: str  # COUNT: singular unit word "tablet"; AMOUNT: "mL", "mg", "mcg"
    unit_plural: str
    schedule: Schedule
    from_step: int
    through_step: int
    after_last: AfterLast
    after_last_text: str  # CHANGE: what to, as typed; else an optional note


@dataclass(frozen=True, slots=True)
class Cell:
    """One typed answer: a dose, or an interval cell's number. Carried cells keep their origin."""

    slot: str  # a Slot, a Weekday, "each", "every", "gap" or "most"
    text: DoseText
    typed_by: str = ""
    typed_at: datetime | None = None
    typed_in_version: int = 1  # the version in which it was typed


@dataclass(frozen=True, slots=True)
class StepMedicine:
    """The cells of one medicine in one step."""

    medicine: str  # PlanMedicine.key
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PairedTherapy:
    """A therapy that stands beside a step."""

    therapy: str  # catalogue id
    words: str  # the catalogue's words when it was paired
    note: str  # where, when, who; as typed


@dataclass(frozen=True, slots=True)
class PairedCheckIn:
    """A check-in that stands beside a step: its date is the step's start plus typed days."""

    mode: str  # "phone", "video" or "in_person"
    on: date
    topics: tuple[str, ...]  # catalogue ids


@dataclass(frozen=True, slots=True)
class Step:
    """One start date and what is taken from then on, with what stands beside it."""

    number: int  # from 1
    key: str  # stable across versions
    starts_on: date
    medicines: tuple[StepMedicine, ...]
    therapies: tuple[PairedTherapy, ...]
    checkins: tuple[PairedCheckIn, ...]
    instruction: str  # the prescriber's words for this step, may be ""


@dataclass(frozen=True, slots=True)
class NewMedicine:
    """A medicine started alongside the plan; directions exactly as typed."""

    words: str  # product, strength and form as typed
    directions: str  # as typed
    starts: str  # as typed, may be ""
    until: str  # as typed, may be ""


@dataclass(frozen=True, slots=True)
class Version:
    """A plan's steps as one whole. Signed, it never changes."""

    number: int
    code: str  # "" for a draft; else 8 characters, see `codes`
    signed_on: date | None
    signed_by: str
    reason: str  # for tapering
    goal: str  # the patient's, in their words
    target: Target
    target_text: str
    starts: HowStepsStart
    contact_before_step: bool
    medicines: tuple[PlanMedicine, ...]
    steps: tuple[Step, ...]
    last_day: date | None  # of the last step; None: until reviewed
    new_medicines: tuple[NewMedicine, ...]
    unchanged: tuple[str, ...]  # medicines that stay the same, one line of words each
    therapy_none_because: str
    checkin_none_because: str
    change_reason: str  # why this version, from version 2 on
