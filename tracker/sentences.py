"""The words of a plan for staff: its steps as sentences and as rows, for the review before signing.

Doses come out as they were typed, with the number in words from `doses.words`; nothing else here
looks at a digit. Each sentence can be said in Spanish, around the same doses. The patient's paper
has its own words in `handouts`. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker import dates
from tracker.doses import DoseText, words
from tracker.languages import joined, said, said_as
from tracker.plans import (
    EACH,
    EVERY,
    GAP,
    MOST,
    AfterLast,
    Measure,
    Pattern,
    PlanMedicine,
    Slot,
    Step,
    Version,
    Weekday,
    cell_keys,
    cell_label,
    cells_of,
    is_in,
    last_day,
    none_everywhere,
    product_words,
)

NBSP = "\N{NO-BREAK SPACE}"

_NONE_AT = {
    Slot.MORNING: said("none in the morning"),
    Slot.NOON: said("none at noon"),
    Slot.EVENING: said("none in the evening"),
    Slot.BEDTIME: said("none at bedtime"),
}

# Compared as text, never as a number: these are the counts that take a singular noun.
_SINGULAR = frozenset({"1", "½", "¼", "¾"})


@dataclass(frozen=True, slots=True)
class ReviewCell:
    """One typed text in a review table, and the version in which it was typed."""

    slot: str
    text: str
    typed_in_version: int


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One step of one medicine; the days in words, `last_day` "until reviewed" when open."""

    step: int
    starts: str
    last_day: str
    cells: tuple[ReviewCell, ...]


@dataclass(frozen=True, slots=True)
class ReviewTable:
    """One medicine's steps as rows; medicines are never merged into one table."""

    medicine: str
    heading: str  # "oxyCODONE 5 mg tablet – number of tablets"
    columns: tuple[str, ...]  # the cells' labels
    rows: tuple[ReviewRow, ...]
    after: str  # what follows the last step, in words


def unit_words(medicine: PlanMedicine, dose: DoseText) -> str:
    """Give the unit that fits a dose: "tablet" for 1 or a fraction below it, else "tablets".

    The texts are compared as texts. An amount's unit (mL, mg, mcg) has one form.
    """
    return said(medicine.unit if dose.text in _SINGULAR else medicine.unit_plural)


def dose_words(medicine: PlanMedicine, dose: DoseText) -> str:
    """Say a dose with its number in words and its unit: "2 (two) tablets"; a typed 0 is "none"."""
    if dose.is_none:
        return said_as("dose", "none")
    return joined(NBSP, (_twice(dose), unit_words(medicine, dose)))


def interval_words(number: DoseText, unit: str) -> str:
    """Say an interval: "72 (seventy-two) hours". `unit` is "hours" or "days"."""
    fitting = said(unit.removesuffix("s") if number.text == "1" else unit)
    return joined(NBSP, (_twice(number), fitting))


def _twice(number: DoseText) -> str:
    return joined("", (str(number), NBSP, "(", words(number), ")"))


def step_sentences(version: Version, step: Step) -> tuple[str, ...]:
    """Say a step, one sentence for each medicine in use, and one for each that ended before it."""
    in_use = [
        _sentence(medicine, step) for medicine in version.medicines if is_in(medicine, step.number)
    ]
    ended = [
        joined("", (product_words(medicine.product), ": ", after_words(medicine), "."))
        for medicine in version.medicines
        if medicine.through_step < step.number
    ]
    return (*in_use, *ended)


def _sentence(medicine: PlanMedicine, step: Step) -> str:
    taken = taken_words(medicine, cells_of(step, medicine.key))
    return said(
        "From {day}: {medicine} – {taken}.",
        day=dates.screen(step.starts_on), medicine=product_words(medicine.product), taken=taken,
    )  # fmt: skip


def taken_words(medicine: PlanMedicine, cells: dict[str, DoseText]) -> str:
    """Say what is taken of one medicine in one step, by its pattern, without a full stop."""
    match medicine.schedule.pattern:
        case Pattern.TIMES:
            return joined(", ", [_at_slot(medicine, cells, slot) for slot in Slot])
        case Pattern.WEEKDAYS:
            return _on_weekdays(medicine, cells)
        case Pattern.INTERVAL:
            return _at_intervals(medicine, cells)
        case Pattern.AS_NEEDED:
            return _as_needed(medicine, cells)


def at_time(taken: str, slot: Slot) -> str:
    """Say a dose, in words already, with its time of day: "2 (two) tablets in the morning"."""
    match slot:
        case Slot.MORNING:
            return said("{dose} in the morning", dose=taken)
        case Slot.NOON:
            return said("{dose} at noon", dose=taken)
        case Slot.EVENING:
            return said("{dose} in the evening", dose=taken)
        case Slot.BEDTIME:
            return said("{dose} at bedtime", dose=taken)


def on_day(medicine: PlanMedicine, day: str, dose: DoseText) -> str:
    """Say a dose on a weekday, at the schedule's time of day where it has one."""
    taken = said("{dose} on {weekday}", dose=dose_words(medicine, dose), weekday=cell_label(day))
    return at_time(taken, medicine.schedule.at) if medicine.schedule.at else taken


def every(medicine: PlanMedicine, cells: dict[str, DoseText]) -> str:
    """Say a dose and its interval: "1 (one) patch every 72 (seventy-two) hours"."""
    return said(
        "{dose} every {interval}",
        dose=dose_words(medicine, cells[EACH]),
        interval=interval_words(cells[EVERY], medicine.schedule.every_unit),
    )


def _at_slot(medicine: PlanMedicine, cells: dict[str, DoseText], slot: Slot) -> str:
    if slot not in cells or cells[slot].is_none:
        return _NONE_AT[slot]
    return at_time(dose_words(medicine, cells[slot]), slot)


def _on_weekdays(medicine: PlanMedicine, cells: dict[str, DoseText]) -> str:
    named = [on_day(medicine, day, cells[day]) for day in Weekday if day in cells]
    rest = [] if len(named) == len(Weekday) else [said("none on other days")]
    return joined(", ", [*named, *rest])


def _at_intervals(medicine: PlanMedicine, cells: dict[str, DoseText]) -> str:
    if none_everywhere(medicine.schedule, cells):
        return said_as("dose", "none")
    return every(medicine, cells)


def _as_needed(medicine: PlanMedicine, cells: dict[str, DoseText]) -> str:
    if none_everywhere(medicine.schedule, cells):
        return said_as("dose", "none")
    return said(
        "only when needed for {purpose}: {dose} each time, no sooner than {interval} after the "
        "last, at most {most} in 24 hours",
        purpose=medicine.schedule.purpose,
        dose=dose_words(medicine, cells[EACH]),
        interval=interval_words(cells[GAP], "hours"),
        most=dose_words(medicine, cells[MOST]),
    )


def after_words(medicine: PlanMedicine) -> str:
    """Say what follows a medicine's last step, with the prescriber's words for it."""
    number, note = medicine.through_step, medicine.after_last_text
    match medicine.after_last:
        case AfterLast.STOP:
            follows = said("after step {number}, stop", number=number)
        case AfterLast.STAY:
            follows = said(
                "after step {number}, stay as in that step until reviewed", number=number
            )
        case AfterLast.CHANGE:
            return said("after step {number}, changed to {note}", number=number, note=note)
    return joined("", (follows, " (", note, ")")) if note else follows


def review_tables(version: Version) -> tuple[ReviewTable, ...]:
    """Lay out each medicine's steps as rows of typed texts, for the table of the review."""
    return tuple(_table(version, medicine) for medicine in version.medicines)


def heading(medicine: PlanMedicine) -> str:
    """Head a medicine's table: the product, and what its cells count."""
    product, unit = product_words(medicine.product), said(medicine.unit_plural)
    if medicine.measure is Measure.COUNT:
        return said("{product} – number of {unit}", product=product, unit=unit)
    return said("{product} – amount in {unit}", product=product, unit=unit)


def _table(version: Version, medicine: PlanMedicine) -> ReviewTable:
    return ReviewTable(
        medicine=medicine.key,
        heading=heading(medicine),
        columns=tuple(_column(medicine, slot) for slot in cell_keys(medicine.schedule)),
        rows=tuple(
            _row(version, medicine, step) for step in version.steps if is_in(medicine, step.number)
        ),
        after=after_words(medicine),
    )


def _column(medicine: PlanMedicine, slot: str) -> str:
    unit = {EVERY: medicine.schedule.every_unit, GAP: "hours"}.get(slot, "")
    label = cell_label(slot)
    return joined("", (label, " (", said(unit), ")")) if unit else label


def _row(version: Version, medicine: PlanMedicine, step: Step) -> ReviewRow:
    cells = {
        cell.slot: ReviewCell(cell.slot, str(cell.text), cell.typed_in_version)
        for part in step.medicines
        if part.medicine == medicine.key
        for cell in part.cells
    }
    return ReviewRow(
        step=step.number,
        starts=dates.screen(step.starts_on),
        last_day=last_day_words(last_day(version, step.number)),
        cells=tuple(cells[slot] for slot in cell_keys(medicine.schedule)),
    )


def last_day_words(day: date | None) -> str:
    """Say a step's last day; an open one lasts "until reviewed"."""
    return dates.screen(day) if day else said("until reviewed")
