"""Reading a typed regimen: into lines that can be recorded, or into sentences beside the fields.

Nothing typed is dropped: a cell that is filled in at a time that is not ticked, or under a pattern
that was not chosen, is a problem with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tracker import dates
from tracker.catalogue import Catalogue
from tracker.doses import DoseText
from tracker.forms.regimen_products import Found, find, measured
from tracker.forms.regimens import CELLS, UNREADABLE, TypedLine, TypedRegimen
from tracker.languages import joined, said
from tracker.plans import (
    Cell,
    Measure,
    Pattern,
    Problem,
    Product,
    Schedule,
    Slot,
    cell_keys,
    cell_label,
)
from tracker.regimens import MOST_LINES, Line, Source, why_not_cell

LONG = 2000
SHORT = 200
PATTERN_WORDS = {
    Pattern.TIMES: said("at times of day"),
    Pattern.INTERVAL: said("every so many hours or days"),
    Pattern.WEEKDAYS: said("on named weekdays"),
    Pattern.AS_NEEDED: said("only when needed"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A form as read: what it shows now, and either lines to record or problems."""

    typed: TypedRegimen
    found: tuple[Found, ...]  # one for each line of `typed`
    as_of: date | None
    source: Source | None
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


def look(typed: TypedRegimen, catalogue: Catalogue, before: Mapping[str, Line]) -> Reading:
    """Find the products of a form that is still being typed; nothing else is judged."""
    found = tuple(
        Found(line) if line.is_blank else find(line, catalogue, before) for line in typed.lines
    )
    shown = replace(typed, lines=tuple(one.line for one in found))
    return Reading(shown, found, None, None, (), ())


def read(
    typed: TypedRegimen, catalogue: Catalogue, before: Mapping[str, Line], *,
    today: date, born: date,
) -> Reading:  # fmt: skip
    """Read a form that is to be saved; `before` are the lines it may be carried from, by id.

    Empty medicines beside a filled one are left out. The regimen is as of a day from the
    patient's birth to today.
    """
    filled = tuple(line for line in typed.lines if not line.is_blank)
    typed = replace(typed, lines=filled or typed.lines[:1])
    found = tuple(find(line, catalogue, before) for line in typed.lines)
    typed = replace(typed, lines=tuple(one.line for one in found))
    problems: list[Problem] = []
    as_of = _day(typed.as_of, today, born, problems)
    source = next((one for one in Source if one.value == typed.source), None)
    if source is None:
        problems.append(Problem("source", said("Choose where this was read.")))
    lines = []
    for index, one in enumerate(found):
        notes = _Notes(
            f"lines.{index}.", said("Medicine {number}", number=index + 1) if len(found) > 1 else ""
        )
        line = _line(one, notes)
        problems += notes.problems
        if line is not None:
            lines.append(line)
    if len(filled) > MOST_LINES:
        field = f"lines.{MOST_LINES}.product"
        problems.append(
            Problem(field, said("A regimen has at most {most} medicines.", most=MOST_LINES))
        )
    problems += [Problem("note", why) for why in _why_not_words(typed.note, LONG)]
    return Reading(typed, found, as_of, source, tuple(lines), tuple(problems))


class _Notes:
    """Collect the problems of one line, each with its field and a label."""

    def __init__(self, at: str, prefix: str) -> None:
        self._at, self._prefix = at, prefix
        self.problems: list[Problem] = []

    def say(self, field: str, label: str, sentence: str) -> None:
        where = label.capitalize()
        if self._prefix:
            where = joined(", ", (self._prefix, label)) if label else self._prefix
        told = joined(": ", (where, sentence)) if where else sentence
        self.problems.append(Problem(self._at + field, told))


def _day(text: str, today: date, born: date, problems: list[Problem]) -> date | None:
    try:
        day = dates.read_date(text, today=today)
    except dates.NotADate as refused:
        problems.append(Problem("as_of", refused.sentence))
        return None
    if day > today:
        sentence = said(
            "{day} is still to come. Type today, or an earlier day.", day=dates.screen(day)
        )
    elif day < born:
        sentence = said(
            "{day} is before the patient was born. Check the year.", day=dates.screen(day)
        )
    else:
        return day
    problems.append(Problem("as_of", sentence))
    return None


def _line(found: Found, notes: _Notes) -> Line | None:
    typed = found.line
    for name, most in (("purpose", SHORT), ("label_says", SHORT), ("note", LONG)):
        for why in _why_not_words(getattr(typed, name), most):
            notes.say(name, "", why)
    for name in ("product", "form_other", "strength"):
        for why in _why_not_words(getattr(typed, name), LONG):
            notes.say(name, "", why)
    if found.field:
        notes.say(found.field, "", found.sentence)
    if found.chosen is None:
        return None
    units = measured(typed, found.chosen)
    if len(units) == 2:
        notes.say(units[0], "", units[1])
        return None
    schedule = _schedule(typed, notes)
    if schedule is None:
        return None
    line = _with_cells(typed, found.chosen.product, units, schedule, notes)
    return None if notes.problems else line


def _with_cells(
    typed: TypedLine, product: Product, units: tuple[Measure, str, str], schedule: Schedule,
    notes: _Notes,
) -> Line:  # fmt: skip
    pattern = schedule.pattern
    line = Line(
        product=product,
        measure=units[0],
        unit=units[1],
        unit_plural=units[2],
        schedule=schedule,
        cells=tuple(
            Cell(slot, DoseText(typed.cell(pattern, slot))) for slot in cell_keys(schedule)
        ),
        label_says=typed.label_says,
        other_prescriber=typed.other,
        note=typed.note,
        carried_from=int(typed.carried) if typed.carried else None,
    )
    used = cell_keys(schedule)
    for slot in CELLS[pattern]:
        field, text = f"cells.{pattern}.{slot}", typed.cell(pattern, slot)
        if slot not in used and text:
            sentence = said("This is filled in but not ticked. Tick it, or empty the cell.")
            notes.say(field, cell_label(slot), sentence)
        elif slot in used and (refused := why_not_cell(line, slot, text)):
            notes.say(field, cell_label(slot), refused)
    return line


def _schedule(typed: TypedLine, notes: _Notes) -> Schedule | None:
    pattern = next((one for one in Pattern if one.value == typed.pattern), None)
    if pattern is None:
        notes.say("pattern", "", said("Choose how it is taken."))
        return None
    for field in _astray(typed, pattern):
        told = said(
            "This is filled in, but the medicine is taken {pattern}. Empty it, or choose the "
            "pattern it belongs to.",
            pattern=PATTERN_WORDS[pattern],
        )
        notes.say(field, "", told)
    uses: tuple[str, ...] = ()
    at = next((slot for slot in Slot if slot.value == typed.at), None)
    missing = None
    match pattern:
        case Pattern.TIMES:
            uses = tuple(slot.value for slot in Slot if slot.value in typed.times)
            missing = (
                None if uses else ("times", said("Tick each time of day at which it is taken."))
            )
        case Pattern.WEEKDAYS:
            uses = tuple(day for day in CELLS[pattern] if day in typed.days)
            if not uses:
                missing = ("days", said("Tick each weekday on which it is taken."))
            elif at is None:
                missing = ("at", said("Choose the time of day."))
        case Pattern.INTERVAL if typed.every_unit not in ("hours", "days"):
            missing = ("every_unit", said("Choose hours or days."))
        case Pattern.AS_NEEDED if not typed.purpose:
            missing = ("purpose", said("Type what it is needed for, such as back pain."))
    if missing:
        notes.say(missing[0], "", missing[1])
    return Schedule(
        pattern=pattern,
        uses=tuple(str(use) for use in uses),
        at=at if pattern is Pattern.WEEKDAYS else None,
        every_unit=typed.every_unit if pattern is Pattern.INTERVAL else "",
        purpose=typed.purpose if pattern is Pattern.AS_NEEDED else "",
    )


def _astray(typed: TypedLine, pattern: Pattern) -> Iterator[str]:
    """Name what is filled in under a pattern that was not chosen, one field for each pattern."""
    belongs: dict[Pattern, dict[str, object]] = {
        Pattern.TIMES: {"times": typed.times},
        Pattern.INTERVAL: {"every_unit": typed.every_unit},
        Pattern.WEEKDAYS: {"days": typed.days, "at": typed.at},
        Pattern.AS_NEEDED: {"purpose": typed.purpose},
    }
    for other, slots in CELLS.items():
        if other is pattern:
            continue
        cells = {f"cells.{other}.{slot}": typed.cell(other, slot) for slot in slots}
        filled = [name for name, value in {**cells, **belongs[other]}.items() if value]
        yield from filled[:1]


def _why_not_words(text: str, most: int) -> Iterator[str]:
    """Say why a text in words cannot be kept: too long, or with a character nobody can see."""
    if len(text) > most:
        yield said("This is longer than {most} characters. Shorten it.", most=f"{most:,}")
    elif UNREADABLE in text:
        yield said(
            "There is a character in it that cannot be shown. Delete the {mark}.", mark=UNREADABLE
        )
