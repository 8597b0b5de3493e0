"""A regimen as it is typed: the fields of the form, nothing read, nothing dropped.

Belongs here: taking the posted fields apart, and the edits of the form that need no database (one
more medicine, one less, the last regimen's lines). What the texts mean is in `regimen_reading`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from tracker.languages import said
from tracker.plans import Pattern, Slot, Weekday
from tracker.regimens import MOST_LINES, Line, staff_name

CELLS: Mapping[Pattern, tuple[str, ...]] = {
    Pattern.TIMES: tuple(Slot),
    Pattern.INTERVAL: ("each", "every"),
    Pattern.WEEKDAYS: tuple(Weekday),
    Pattern.AS_NEEDED: ("each", "gap", "most"),
}
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_ALL_CELLS = tuple(f"{pattern}.{slot}" for pattern, slots in CELLS.items() for slot in slots)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One medicine as typed; every part is the text of a field."""

    carried: str = ""  # the id of an earlier line whose product and pattern stay
    product: str = ""  # what was typed to find it, or its name when not in the catalogue
    chosen: str = ""  # a catalogue id, chosen for the text `matched`
    matched: str = ""
    free: bool = False  # not in the catalogue: form and strength are typed
    form: str = ""
    form_other: str = ""
    strength: str = ""
    kinds: tuple[str, ...] = ()
    dose: str = ""  # "" as the form is measured; "count", or a unit
    counted: str = ""
    pattern: str = ""
    times: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    at: str = ""
    every_unit: str = ""
    purpose: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)  # by "times.morning"
    label_says: str = ""
    other: bool = False
    note: str = ""
    imported: str = ""  # how it is taken, in the words of an imported file; beside the cells only

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was typed, ticked or chosen."""
        return replace(self, cells={}) == TypedLine() and not any(self.cells.values())

    def cell(self, pattern: str, slot: str) -> str:
        """Give the text of one cell; "" where nothing was typed."""
        return self.cells.get(f"{pattern}.{slot}", "")


@dataclass(frozen=True, slots=True)
class TypedRegimen:
    """The whole form as typed."""

    seen: str = "0"
    as_of: str = ""
    source: str = ""
    note: str = ""
    lines: tuple[TypedLine, ...] = (TypedLine(),)


_TEXTS = (
    "carried", "product", "chosen", "matched", "form", "form_other", "strength", "dose", "counted",
    "pattern", "at", "every_unit", "purpose", "label_says", "note",
    "imported",
)  # fmt: skip
_LISTS = ("kinds", "times", "days")
_TICKS = ("free", "other")


def typed(fields: MultiDict[str, str]) -> TypedRegimen:
    """Take the posted fields apart; lines keep their order and are numbered anew."""
    numbers = {
        int(found[1]) for name in fields if (found := re.match(r"lines\.([0-9]{1,3})\.", name))
    }
    rows = [_line(fields, f"lines.{number}.") for number in sorted(numbers)]
    return TypedRegimen(
        seen=fields.get("seen", "0"),
        as_of=_shown(fields.get("as_of", "")),
        source=fields.get("source", ""),
        note=_text(fields, "note"),
        lines=tuple(rows) or (TypedLine(),),
    )


def _text(fields: MultiDict[str, str], name: str) -> str:
    return _shown(fields.get(name, "").replace("\r\n", "\n").strip())


def _shown(text: str) -> str:
    """Put a mark in the place of each character that no page can show, so that it is seen."""
    return "".join(
        UNREADABLE if unicodedata.category(c) in ("Cc", "Cn", "Cs") and c not in "\n\t" else c
        for c in text
    )


def _line(fields: MultiDict[str, str], at: str) -> TypedLine:
    cells = {name: _shown(fields.get(f"{at}cells.{name}", "")) for name in _ALL_CELLS}
    parts: dict[str, Any] = {name: _text(fields, at + name) for name in _TEXTS}
    parts |= {name: tuple(fields.getlist(at + name)) for name in _LISTS}
    parts |= {name: bool(fields.get(at + name)) for name in _TICKS}
    return TypedLine(**parts, cells={name: text for name, text in cells.items() if text.strip()})


def with_another(regimen: TypedRegimen) -> TypedRegimen:
    """Add an empty medicine at the end, as far as there is room."""
    if len(regimen.lines) >= MOST_LINES:
        return regimen
    return replace(regimen, lines=(*regimen.lines, TypedLine()))


def without(regimen: TypedRegimen, index: int) -> TypedRegimen:
    """Take one medicine out; the last one leaves an empty one behind."""
    left = tuple(line for at, line in enumerate(regimen.lines) if at != index)
    return replace(regimen, lines=left or (TypedLine(),))


def with_carried(regimen: TypedRegimen, lines: Iterable[Line]) -> TypedRegimen:
    """Put the last regimen's lines first, each cell as it was typed then; what is typed stays."""
    there = {line.carried for line in regimen.lines}
    carried = tuple(carry(line) for line in lines if str(line.id) not in there)
    kept = tuple(line for line in regimen.lines if not line.is_blank)
    return replace(regimen, lines=(*carried, *kept)[:MOST_LINES] or (TypedLine(),))


def with_imported(regimen: TypedRegimen, medicines: Iterable[tuple[str, str]]) -> TypedRegimen:
    """Begin with the medicines of an imported file: names, their words beside, no cell filled."""
    lines = tuple(
        TypedLine(product=name, imported=text or said("No text")) for name, text in medicines
    )
    return replace(regimen, lines=lines[:MOST_LINES] or regimen.lines)


def carry(line: Line) -> TypedLine:
    """Give a recorded line as the form holds it to be carried: its texts are the typed ones."""
    schedule = line.schedule
    return TypedLine(
        carried=str(line.id),
        pattern=schedule.pattern.value,
        times=schedule.uses if schedule.pattern is Pattern.TIMES else (),
        days=schedule.uses if schedule.pattern is Pattern.WEEKDAYS else (),
        purpose=schedule.purpose,
        cells={f"{schedule.pattern}.{cell.slot}": str(cell.text) for cell in line.cells},
        label_says=line.label_says,
        other=line.other_prescriber,
        note=line.note,
    )


def anew(regimen: TypedRegimen, index: int, lines: Mapping[str, Line]) -> TypedRegimen:
    """Turn a carried medicine into one that is typed: its product stays, its cells are empty."""
    row = regimen.lines[index]
    before = lines.get(row.carried)
    if before is None:
        return regimen
    product = before.product
    known = product.catalogue_id is not None
    words = staff_name(product).replace("\N{NO-BREAK SPACE}", " ") if known else product.name
    fresh = TypedLine(
        product=words,
        chosen=product.catalogue_id or "",
        matched=words if known else "",
        free=not known,
        form="" if known else product.form,
        form_other="" if known else product.form,
        strength="" if known else product.strength or product.concentration,
        kinds=() if known else product.kinds,
        label_says=row.label_says,
        other=row.other,
        note=row.note,
    )
    return replace(
        regimen, lines=tuple(fresh if at == index else one for at, one in enumerate(regimen.lines))
    )
