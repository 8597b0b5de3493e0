"""How one typed medicine is laid out in the form of a regimen: its unit, its words, its choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker import dates
from tracker.catalogue import Catalogue
from tracker.doses import DoseText, why_not
from tracker.doses import words as in_words
from tracker.drafts.medicines import COUNTED
from tracker.forms.regimen_products import (
    FREE_KINDS,
    OTHER_FORM,
    UNITS,
    Found,
    forms_of,
    measured,
)
from tracker.forms.regimens import CELLS, TypedLine
from tracker.languages import said
from tracker.plans import GAP, INTERVAL_CELLS, Measure, Pattern, Slot, cell_label
from tracker.regimens import SOURCE_WORDS, Line, staff_name


@dataclass(frozen=True, slots=True)
class CellRow:
    """One box of a medicine."""

    name: str  # within the line: "cells.times.morning"
    slot: str
    label: str
    value: str  # what was typed, and nothing else
    unit: str
    words: str  # the number in words
    unchanged: str  # "unchanged since Tue Nov 24, 2026"
    is_interval: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """One medicine of the form."""

    typed: TypedLine
    found: Found
    name: str  # the chosen product as staff read it, or ""
    route: str
    unit: str
    fractions: bool
    carried: Line | None
    cells: Mapping[str, tuple[CellRow, ...]]  # by pattern


def row_of(found: Found, before: Mapping[str, Line], zone: str) -> LineRow:
    """Lay out one medicine; `before` are the lines that it may be carried from."""
    typed, chosen = found.line, found.chosen
    units = measured(typed, chosen) if chosen else ("", "")
    measure, unit = (units[0], units[2]) if len(units) == 3 else (Measure.COUNT, "")
    carried = before.get(typed.carried)
    whole = chosen is not None and chosen.product.whole_units_only
    return LineRow(
        typed=typed,
        found=found,
        name=staff_name(chosen.product) if chosen else "",
        route=chosen.product.route if chosen else "",
        unit=unit,
        fractions=measure is Measure.COUNT and not whole,
        carried=carried,
        cells={
            pattern.value: tuple(
                _cell(typed, pattern.value, str(slot), unit, carried, zone) for slot in slots
            )
            for pattern, slots in CELLS.items()
        },
    )


def _cell(
    typed: TypedLine, pattern: str, slot: str, unit: str, carried: Line | None, zone: str
) -> CellRow:
    value = typed.cells.get(f"{pattern}.{slot}", "")
    is_interval = slot in INTERVAL_CELLS
    return CellRow(
        name=f"cells.{pattern}.{slot}",
        slot=slot,
        label=cell_label(slot),
        value=value,
        unit=_interval_unit(slot, carried) if is_interval else said(unit),
        words="" if why_not(value, measure="count") else in_words(DoseText(value)),
        unchanged=_unchanged(carried, slot, value, zone),
        is_interval=is_interval,
    )


def _interval_unit(slot: str, carried: Line | None) -> str:
    """Give an interval's unit where it is not a choice: a gap is in hours, a carried one stays."""
    if slot == GAP:
        return said("hours")
    return said(carried.schedule.every_unit) if carried else ""


def _unchanged(carried: Line | None, slot: str, value: str, zone: str) -> str:
    for cell in carried.cells if carried else ():
        if cell.slot == slot and str(cell.text) == value and cell.typed_at is not None:
            return said(
                "unchanged since {day}", day=dates.screen(dates.today_at(zone, cell.typed_at))
            )
    return ""


def choices(catalogue: Catalogue) -> dict[str, Any]:
    """Give what can be chosen in the form, as pairs of value and words."""
    return {
        "sources": [(source.value, words) for source, words in SOURCE_WORDS.items()],
        "forms": [(form, said(form)) for form in forms_of(catalogue)]
        + [(OTHER_FORM, said("Another form"))],
        "kinds": [(kind, catalogue.kinds[kind]) for kind in FREE_KINDS],
        "doses": [
            (Measure.COUNT.value, said("A count")),
            *((unit, said("An amount in {unit}", unit=said(unit))) for unit in UNITS),
        ],
        "counted": [(one, said(many)) for one, many in COUNTED.items()],
        "patterns": [
            (Pattern.TIMES.value, said("At times of day")),
            (Pattern.INTERVAL.value, said("Every so many hours or days")),
            (Pattern.WEEKDAYS.value, said("On named weekdays")),
            (Pattern.AS_NEEDED.value, said("Only when needed")),
        ],
        "slots": [(slot.value, cell_label(slot).capitalize()) for slot in Slot],
        "intervals": [("hours", said("hours")), ("days", said("days"))],
    }
