"""What a regimen is: a dated snapshot of everything the patient takes, and how a line is said.

What belongs here: the values of a regimen and its words, on screen and for paper. What does not:
how a regimen is typed (`forms`), kept (`records`) or fetched (`charts`).

Pure: standard library and the rules only. Doses are `DoseText`; nothing here reads their digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.doses import DoseText, why_not, why_not_interval
from tracker.languages import joined, said, said_as
from tracker.plans import (
    EACH,
    GAP,
    INTERVAL_CELLS,
    MOST,
    AfterLast,
    Cell,
    Measure,
    Pattern,
    PlanMedicine,
    Product,
    Schedule,
    Slot,
    cell_keys,
    none_everywhere,
)
from tracker.sentences import NBSP, at_time, dose_words, every, interval_words, on_day

MOST_LINES = 30
SUPPLIED_ELSEWHERE = "supplied-elsewhere"


class Source(StrEnum):
    """Where the regimen was read."""

    PATIENT = "patient"
    BOTTLE = "bottle"
    PHARMACY = "pharmacy"
    RECORD = "record"


SOURCE_WORDS = {
    Source.PATIENT: said("What the patient says"),
    Source.BOTTLE: said("The bottles"),
    Source.PHARMACY: said("The pharmacy"),
    Source.RECORD: said("A prior record"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One medicine as taken, tapered or not."""

    product: Product
    measure: Measure
    unit: str
    unit_plural: str
    schedule: Schedule
    cells: tuple[Cell, ...]  # those of `cell_keys(schedule)`, in that order
    label_says: str = ""  # the bottle's words; they never reach a step or the paper
    other_prescriber: bool = False  # supplied by another prescriber: not changed here
    note: str = ""
    id: int | None = None  # None until it is recorded
    carried_from: int | None = None  # while typing: the earlier line whose cells may be unchanged

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that cautions go by: the product's, and whether another supplies it."""
        return self.product.kinds + ((SUPPLIED_ELSEWHERE,) if self.other_prescriber else ())

    @property
    def texts(self) -> dict[str, DoseText]:
        """The typed texts by cell."""
        return {cell.slot: cell.text for cell in self.cells}


@dataclass(frozen=True, slots=True)
class Regimen:
    """One recorded snapshot."""

    id: int
    seq: int  # its place in the stream
    patient_id: int  # the record it was written into
    as_of: date
    source: Source
    note: str
    lines: tuple[Line, ...]
    recorded_by: str
    recorded_at: datetime
    in_error: str  # why, when it was put into the wrong chart; else ""


def stream(patient_id: int) -> str:
    """Name the stream that a patient's regimens are lines of."""
    return f"regimen:{patient_id}"


def dosed_as(line: Line) -> tuple[object, ...]:
    """Give what a typed number means in a line: the same text under another unit is another dose.

    A cell may be carried only between lines for which this is equal.
    """
    product, schedule = line.product, line.schedule
    return (
        (product.name, product.form, product.strength, product.concentration, product.route),
        (line.measure, line.unit),
        (schedule.pattern, schedule.at, schedule.every_unit),
    )


def with_origins(line: Line, before: Line | None) -> tuple[Cell, ...]:
    """Give a line's cells, each unchanged one with the origin that it has in the line `before`.

    Unchanged means the same text in the same cell of a line that is dosed the same way. Every
    other cell comes back without an origin: it was typed now.
    """
    same = {}
    if before is not None and dosed_as(before) == dosed_as(line):
        same = {(cell.slot, cell.text): cell for cell in before.cells}
    return tuple(
        same.get((cell.slot, cell.text), Cell(cell.slot, cell.text)) for cell in line.cells
    )


def why_not_cell(line: Line, slot: str, text: str) -> str | None:
    """Say why a text cannot stand in a cell of this line, or None; the product's own rules apply.

    That only whole units can be taken is a rule for counts; an amount is typed as measured.
    """
    if slot in INTERVAL_CELLS:
        return why_not_interval(text)
    whole = line.product.whole_units_only and line.measure is Measure.COUNT
    return why_not(text, measure=line.measure.value, whole_units_only=whole)


def why_not_line(line: Line) -> str | None:
    """Say why a line cannot be recorded, or None: a cell too many, too few, or not well written."""
    if tuple(cell.slot for cell in line.cells) != cell_keys(line.schedule):
        return said("The cells do not fit the pattern.")
    refused = (why_not_cell(line, cell.slot, str(cell.text)) for cell in line.cells)
    return next((sentence for sentence in refused if sentence), None)


def as_medicine(line: Line, key: str = "m1") -> PlanMedicine:
    """Give a line as a plan's medicine in step 1, so that the words of plans can say it."""
    return PlanMedicine(
        key=key,
        product=line.product,
        measure=line.measure,
        unit=line.unit,
        unit_plural=line.unit_plural,
        schedule=line.schedule,
        from_step=1,
        through_step=1,
        after_last=AfterLast.STAY,
        after_last_text="",
    )


_UNIT_AFTER = re.compile(r"(?<=[0-9]) (?=[A-Za-z%])")


def strength_words(product: Product) -> str:
    """Give the label's strength or concentration, each number held to its unit."""
    return _UNIT_AFTER.sub(NBSP, product.strength or product.concentration)


def staff_name(product: Product) -> str:
    """Name a product as staff read it, with tall-man letters: "oxyCODONE 5 mg tablet"."""
    parts = (product.name, strength_words(product), said(product.form))
    return joined(" ", [part for part in parts if part])


def label_name(product: Product) -> str:
    """Name a product as the pharmacy's label does: "oxycodone 5 mg tablet"."""
    parts = (product.label_name, strength_words(product), product.form)
    return " ".join(part for part in parts if part)


def taken_words(line: Line) -> str:
    """Say how a line is taken, each number as typed and in words, by its pattern.

    Only the cells that are in use are said; a typed 0 is "none".
    """
    medicine, cells, schedule = as_medicine(line), line.texts, line.schedule
    match schedule.pattern:
        case Pattern.TIMES:
            keys = cell_keys(schedule)
            parts = [at_time(dose_words(medicine, cells[s]), Slot(s)) for s in keys]
        case Pattern.WEEKDAYS:
            parts = [on_day(medicine, day, cells[day]) for day in cell_keys(schedule)]
        case Pattern.INTERVAL if not none_everywhere(schedule, cells):
            parts = [every(medicine, cells)]
        case Pattern.AS_NEEDED if not none_everywhere(schedule, cells):
            each, gap = dose_words(medicine, cells[EACH]), interval_words(cells[GAP], "hours")
            most = dose_words(medicine, cells[MOST])
            parts = [
                said("only when needed for {purpose}: {dose}", purpose=schedule.purpose, dose=each),
                said("no sooner than {interval} after the last", interval=gap),
                said("at most {dose} in 24\N{NO-BREAK SPACE}hours", dose=most),
            ]
        case _:
            parts = [said_as("dose", "none")]
    return joined(", ", parts)


def product_said(words: str) -> str:
    """Give the product of a line said by `line_words`, without how it is taken."""
    return words.partition(": ")[0]


def line_words(line: Line) -> str:
    """Say one line for "medicines that stay the same" on paper, in the label's spelling.

    What the label says and the notes are for staff and are left out.
    """
    words = f"{label_name(line.product)}: {taken_words(line)}"
    return f"{words} (from another prescriber)" if line.other_prescriber else words
