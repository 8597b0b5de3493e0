"""The rules of plans and steps: what a plan is made of, and what may follow what.

What is missing before signing is in `readiness`, the questions in `questions`, the words in
`sentences`, and how a plan is typed in `drafts`.

Pure: standard library only, "today" passed in, no database and no web. A refusal is a plain
sentence. Doses are `DoseText`; nothing here reads their digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker import dates
from tracker.doses import DoseText
from tracker.languages import joined, said

MOST_STEPS = 60
MOST_MEDICINES = 6

EACH, EVERY, GAP, MOST = "each", "every", "gap", "most"
INTERVAL_CELLS = frozenset({EVERY, GAP})


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


AFTER_TAPER = 0  # in the place of a step's number: a check-in that no step stands beside


@dataclass(frozen=True, slots=True)
class PairedCheckIn:
    """A check-in that a version lays, beside a step or after the taper, by typed intervals."""

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
class Translation:
    """A text of the plan as typed, and the same in the patient's language, typed as well."""

    of: str
    text: str


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
    translations: tuple[Translation, ...] = ()  # for paper in the patient's language
    follow_up: tuple[PairedCheckIn, ...] = ()  # after the taper, earliest first


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in the way, and the field it stands in (a dotted path of the draft)."""

    field: str
    sentence: str


def cell_keys(schedule: Schedule) -> tuple[str, ...]:
    """Name the cells that every step must answer for a medicine with this schedule, in order.

    Times of day and weekdays come in the order of the day and the week, however they were ticked.
    """
    match schedule.pattern:
        case Pattern.TIMES:
            return tuple(slot.value for slot in Slot if slot.value in schedule.uses)
        case Pattern.WEEKDAYS:
            return tuple(day.value for day in Weekday if day.value in schedule.uses)
        case Pattern.INTERVAL:
            return (EACH, EVERY)
        case Pattern.AS_NEEDED:
            return (EACH, GAP, MOST)


def dose_keys(schedule: Schedule) -> tuple[str, ...]:
    """Name the cells that hold a dose: all of `cell_keys` but the intervals."""
    return tuple(key for key in cell_keys(schedule) if key not in INTERVAL_CELLS)


_LABELS: Mapping[str, str] = {
    EACH: said("amount each time"),
    EVERY: said("every"),
    GAP: said("no sooner than"),
    MOST: said("most in 24 hours"),
    Slot.MORNING: said("morning"),
    Slot.NOON: said("noon"),
    Slot.EVENING: said("evening"),
    Slot.BEDTIME: said("bedtime"),
    Weekday.MONDAY: said("Monday"),
    Weekday.TUESDAY: said("Tuesday"),
    Weekday.WEDNESDAY: said("Wednesday"),
    Weekday.THURSDAY: said("Thursday"),
    Weekday.FRIDAY: said("Friday"),
    Weekday.SATURDAY: said("Saturday"),
    Weekday.SUNDAY: said("Sunday"),
}


def cell_label(slot: str) -> str:
    """Say a cell's name as people say it: "morning", "Monday", "no sooner than"."""
    return _LABELS.get(slot, slot)


def product_words(product: Product) -> str:
    """Name a product for staff: "oxyCODONE 5 mg tablet"; a liquid with its concentration."""
    parts = (product.name, product.strength or product.concentration)
    named = [part for part in parts if part]
    return joined(" ", [*named, said(product.form)] if product.form else named)


def is_in(medicine: PlanMedicine, number: int) -> bool:
    """Say whether a medicine is in use in step `number`, by its "from" and "through" steps."""
    return medicine.from_step <= number <= medicine.through_step


def medicines_in(version: Version, number: int) -> tuple[PlanMedicine, ...]:
    """Name the medicines in use in step `number`, in the plan's order."""
    return tuple(medicine for medicine in version.medicines if is_in(medicine, number))


def cells_of(step: Step, medicine: str) -> dict[str, DoseText]:
    """Give one medicine's typed texts in a step, by cell; empty where it is not in use."""
    for part in step.medicines:
        if part.medicine == medicine:
            return {cell.slot: cell.text for cell in part.cells}
    return {}


def none_everywhere(schedule: Schedule, cells: Mapping[str, DoseText]) -> bool:
    """Say whether these cells mean "take none": every dose is a typed 0.

    As needed, a 0 for each time or a 0 for the most in 24 hours is enough.
    """
    doses = [cells[key] for key in dose_keys(schedule) if key in cells]
    if schedule.pattern is Pattern.AS_NEEDED:
        return any(dose.is_none for dose in doses)
    return bool(doses) and all(dose.is_none for dose in doses)


def last_day(version: Version, number: int) -> date | None:
    """Tell the last day of step `number`: the day before the next start.

    The last step's is the version's own `last_day`; None means "until reviewed".
    Raises ValueError for a step that the version does not have.
    """
    if not 1 <= number <= len(version.steps):
        raise ValueError(f"This version has no step {number}.")
    if number == len(version.steps):
        return version.last_day
    return version.steps[number].starts_on - timedelta(days=1)


def step_on(version: Version, day: date) -> Step | None:
    """Find the step that stands on paper for `day`; None before the first and after the last."""
    if version.last_day is not None and day > version.last_day:
        return None
    begun = [step for step in version.steps if step.starts_on <= day]
    return begun[-1] if begun else None


def step_after(version: Version, day: date) -> Step | None:
    """Find the next step to start after `day`, by its date; None when there is no later one."""
    return next((step for step in version.steps if step.starts_on > day), None)


def state_words(version: Version, today: date) -> str:
    """Say where a version stands by its dates alone, before anything was recorded about it."""
    if version.signed_on is None:
        return said("Draft, not signed")
    first = version.steps[0]
    if today < first.starts_on:
        return said(
            "Signed, not started. Step 1 starts on {day}", day=dates.screen(first.starts_on)
        )
    step = step_on(version, today)
    if step is None:
        ended = version.last_day or today
        return said("The last day on paper was {day}, end not recorded", day=dates.screen(ended))
    since = dates.screen(step.starts_on)
    return said(
        "Step {number} on paper since {since}, start not recorded", number=step.number, since=since
    )


def checkins(version: Version) -> tuple[tuple[Step, PairedCheckIn], ...]:
    """List every planned check-in with its step, earliest first."""
    pairs = [(step, checkin) for step in version.steps for checkin in step.checkins]
    return tuple(sorted(pairs, key=lambda pair: (pair[1].on, pair[0].number)))


def ranges(numbers: Iterable[int]) -> str:
    """Write step numbers as people type them: "1, 3-5"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)
