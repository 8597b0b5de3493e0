"""The full table that stands below a timeline: every typed text, shown in the drawing or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.languages import joined, said
from tracker.plans import (
    Pattern,
    PlanMedicine,
    Step,
    Version,
    cell_keys,
    cell_label,
    last_day,
    product_words,
)

UNTYPED = said("not typed")


@dataclass(frozen=True, slots=True)
class DataCell:
    """One cell of a step: what it answers, and the text exactly as it was typed."""

    label: str  # "morning", "every"
    unit: str  # "tablets", "hours"
    text: str  # as typed; UNTYPED where nothing was


@dataclass(frozen=True, slots=True)
class DataRow:
    """One medicine in one step."""

    step: int
    starts_on: date
    last_day: date | None  # None: until reviewed
    medicine: str  # as staff read it, "oxyCODONE 5 mg tablet"
    cells: tuple[DataCell, ...]


def data_table(version: Version) -> tuple[DataRow, ...]:
    """Return a row for each step and each medicine in use in it, in the plan's order.

    Two medicines are two rows, never merged or summed; a 0 stays "0".
    """
    return tuple(
        DataRow(
            step=step.number,
            starts_on=step.starts_on,
            last_day=last_day(version, step.number),
            medicine=product_text(medicine),
            cells=tuple(
                DataCell(cell_label(key), unit_of(medicine, key), typed_in(step, medicine, key))
                for key in cell_keys(medicine.schedule)
            ),
        )
        for step in version.steps
        for medicine in version.medicines
        if medicine.from_step <= step.number <= medicine.through_step
    )


def product_text(medicine: PlanMedicine) -> str:
    """Return a product as staff read it: name, strength or concentration, form."""
    return product_words(medicine.product)


def unit_of(medicine: PlanMedicine, key: str) -> str:
    """Return what the number in this cell counts."""
    if key == "every":
        return said(medicine.schedule.every_unit)
    return said("hours") if key == "gap" else said(medicine.unit_plural)


def when_of(medicine: PlanMedicine, key: str) -> str:
    """Return which cell it is in words: "morning", "Monday, morning", "no sooner than"."""
    label = cell_label(key)
    at = medicine.schedule.at
    if medicine.schedule.pattern is Pattern.WEEKDAYS and at is not None:
        return joined(", ", (label, cell_label(at)))
    return label


def typed_in(step: Step, medicine: PlanMedicine, key: str) -> str:
    """Return the typed text of one cell, UNTYPED where there is none."""
    for part in step.medicines:
        for cell in part.cells:
            if (part.medicine, cell.slot) == (medicine.key, key):
                return str(cell.text)
    return UNTYPED
