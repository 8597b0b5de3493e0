"""What the plan builder shows: a draft and its problems as the words of the page, and its buttons.

Nothing here writes. An edit takes the draft as typed and gives another; the view keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker import dates, doses, drafts
from tracker.catalogue import Catalogue, MedicineProduct
from tracker.charts.drafts import LINE, SHELF, Desk, medicine_row
from tracker.doses import DoseText
from tracker.drafts import Edited, Raw
from tracker.languages import joined, said, say, say_counted
from tracker.plans import (
    MOST_MEDICINES,
    AfterLast,
    Measure,
    Pattern,
    Problem,
    Product,
    Schedule,
    Slot,
    Version,
    Weekday,
    cell_keys,
    cell_label,
    product_words,
)
from tracker.readiness import CHECKLIST, PSYCH, REASONS
from tracker.views import plan_unseen

TARGETS = (
    ("lower", said("Lower dose")),
    ("stop", said("Stop")),
    ("change", said("Change to another medicine")),
    ("later", said("Decide later")),
)
STARTS = (
    ("on_date", said("On the date, unless we call")),
    ("wait", said("Wait for our call before each new step")),
)
AFTER = (
    (AfterLast.STOP.value, said("Stop taking it")),
    (AfterLast.STAY.value, said("Stay on the last step until reviewed")),
    (AfterLast.CHANGE.value, said("Change to")),
)
MODES = (("phone", said("Phone")), ("video", said("Video")), ("in_person", said("In person")))
PATTERNS = (
    (Pattern.TIMES.value, said("At times of day")),
    (Pattern.INTERVAL.value, said("Every so many hours or days")),
    (Pattern.WEEKDAYS.value, said("On named weekdays")),
    (Pattern.AS_NEEDED.value, said("Only when needed")),
)
_INTERVALS = {"hours": said("hours"), "days": said("days")}
ANSWERS = (("done", said("Done")), ("not_done", said("Not done")), ("na", said("Not applicable")))
WORDS = {
    "reasons": tuple(REASONS.items()),
    "targets": TARGETS,
    "starts": STARTS,
    "after": AFTER,
    "modes": MODES,
    "patterns": PATTERNS,
    "psych": tuple(PSYCH.items()),
    "checklist": tuple(CHECKLIST.items()),
    "answers": ANSWERS,
    "slots": tuple((slot.value, cell_label(slot.value).capitalize()) for slot in Slot),
    "weekdays": tuple((day.value, cell_label(day.value).capitalize()) for day in Weekday),
    "yes_no": (("no", said("No")), ("yes", said("Yes"))),
    "when": tuple(drafts.WHEN.items()),
    "again_units": tuple((unit, words) for unit, words in drafts.UNITS.items() if unit),
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A draft after a button of the builder was pressed."""

    raw: Raw
    problems: tuple[Problem, ...] = ()
    focus: str = ""
    found: tuple[MedicineProduct, ...] = ()


def build(
    desk: Desk, problems: Sequence[Problem], *, catalogue: Catalogue, today: date
) -> dict[str, Any]:
    """Give the builder's words: the grid, the choices, and each problem beside its field."""
    errors: dict[str, str] = {}
    for problem in (*_refused_cells(desk), *problems):
        errors.setdefault(problem.field, problem.sentence)
    return {
        "raw": desk.raw,
        "errors": errors,
        "problems": [(p.field, p.sentence) for p in problems],
        "medicines": [_medicine(desk, row) for row in desk.raw["medicines"]],
        "grid_medicines": _grid_medicines(desk),
        "grid_steps": _grid_steps(desk, errors),
        "unseen": plan_unseen.fields(desk.raw, _seen(desk)),
        "words": WORDS,
        "therapies": [(t.id, t.words) for t in catalogue.therapies],
        "topics": [(t.id, t.words) for t in catalogue.topics],
        "read": {name: _day_read(desk.raw[name], today) for name in ("first_day", "last_day")},
        "follow_up": _follow_up(desk.reading.version),
        "checklist_read": {
            item: _day_read(desk.raw["checklist"][item]["on"], today) for item in CHECKLIST
        },
        "form_version": desk.head.form_version if desk.head else 0,
        "seen": desk.course.seq if desk.old else 0,
        "shelf": [(e.id, product_words(e.product)) for e in catalogue.medicines],
        "errors_in_starts": any(f.startswith("steps.") and f.endswith(".start") for f in errors),
        "instructions_open": any(f.endswith(".instruction") for f in errors),
        "may_add": len(desk.raw["medicines"]) < MOST_MEDICINES,
    }


def _follow_up(version: Version | None) -> str:
    """Say which follow-up after the taper the draft lays, as an echo; "" where there is none."""
    days = [dates.screen(one.on) for one in version.follow_up] if version else []
    if len(days) < 2:
        return joined("", (said("one contact, {day}", day=day) for day in days))
    return said("{n} contacts, {first} to {last}", n=len(days), first=days[0], last=days[-1])


def _day_read(typed: str, today: date) -> str:
    try:
        return dates.screen(dates.read_date(typed, today=today))
    except dates.NotADate:
        return ""


def _refused_cells(desk: Desk) -> list[Problem]:
    """Keep the refusals of cells that have something in them: an empty cell may still be coming."""
    return [
        problem
        for problem in desk.reading.problems
        if ".cells." in problem.field and _text_at(desk.raw, problem.field)
    ]


def _text_at(raw: Raw, field: str) -> str:
    _, index, _, medicine, slot = field.split(".")
    text: str = raw["steps"][int(index)]["cells"].get(medicine, {}).get(slot, "")
    return text


def _medicine(desk: Desk, row: Raw) -> dict[str, Any]:
    product = desk.products.get(row["key"])
    aside = plan_unseen.patterns_aside(desk.raw, row["key"])
    return {
        "key": row["key"],
        "title": product_words(product) if product else said("Choose the product"),
        "product": product,
        "row": row,
        "other_uses": plan_unseen.other_uses(row),
        "aside": [words for pattern, words in PATTERNS if pattern in aside],
        "liquid": bool(product and product.concentration),
    }


def _seen(desk: Desk) -> set[str]:
    """Name the fields of all dose cells that have a box."""
    return {
        f"steps.{index}.cells.{row['key']}.{column[0]}"
        for row in _grid_medicines(desk)
        for column in row["cells"]
        for index in range(len(desk.raw["steps"]))
        if _is_used(row["row"], index + 1)
    }


def _schedule(row: Raw) -> Schedule | None:
    if row["pattern"] not in set(Pattern):
        return None
    return Schedule(Pattern(row["pattern"]), tuple(row["uses"]), every_unit=row["every_unit"])


def _unit(row: Raw, product: Product) -> str:
    if row["measure"] == Measure.AMOUNT.value:
        return str(row["unit"])
    return product.form_plural.rpartition(" ")[2]


def _grid_medicines(desk: Desk) -> list[dict[str, Any]]:
    shown = []
    for row in desk.raw["medicines"]:
        product, schedule = desk.products.get(row["key"]), _schedule(row)
        cells = cell_keys(schedule) if schedule else ()
        if product is None or not cells:
            continue
        shown.append(
            {
                "key": row["key"],
                "row": row,
                "name": product_words(product),
                "unit": said(_unit(row, product)),
                "count": row["measure"] == Measure.COUNT.value and not product.whole_units_only,
                "cells": [_column(key, row) for key in cells],
            }
        )
    return shown


def _column(key: str, row: Raw) -> tuple[str, ...]:
    label = cell_label(key)
    if key == "every":
        return key, label.capitalize(), _INTERVALS.get(row["every_unit"], said("hours or days"))
    if key == "gap":
        return key, label.capitalize(), _INTERVALS["hours"]
    return key, label.capitalize()


def _grid_steps(desk: Desk, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    carried = drafts.carried(desk.old.version, desk.raw, desk.products) if desk.old else {}
    when = desk.reading.dates
    version = desk.reading.version
    shown = []
    for index, row in enumerate(desk.raw["steps"]):
        start = when.starts[index] if index < len(when.starts) else None
        last = when.last_days[index] if index < len(when.last_days) else None
        shown.append(
            {
                "number": index + 1,
                "key": row["key"],
                "locked": row["key"] in desk.locked,
                "start": row["start"],
                "start_echo": dates.screen(start) if start else "",
                "start_error": errors.get(f"steps.{index}.start", ""),
                "last_day": dates.screen(last) if last else _open(version, index),
                "instruction": row["instruction"],
                "instruction_error": errors.get(f"steps.{index}.instruction", ""),
                "cells": {
                    medicine: {
                        slot: _cell(index, medicine, slot, text, errors, row["key"], carried)
                        for slot, text in cells.items()
                    }
                    | {
                        field.rpartition(".")[2]: {"error": sentence}
                        for field, sentence in errors.items()
                        if field.startswith(f"steps.{index}.cells.{medicine}.")
                        and field.rpartition(".")[2] not in cells
                    }
                    for medicine, cells in _with_empty(row["cells"], desk.raw["medicines"])
                },
                "unused": [m["key"] for m in desk.raw["medicines"] if not _is_used(m, index + 1)],
                "beside": _beside(version.steps[index]) if version else [],
            }
        )
    return shown


def _open(version: Version | None, index: int) -> str:
    """Say that the last step goes on; of a version that cannot be read yet nothing is known."""
    is_last = version is not None and index + 1 == len(version.steps)
    return say("until reviewed") if is_last else ""


def _with_empty(cells: Raw, medicines: Sequence[Raw]) -> list[tuple[str, Raw]]:
    return [(row["key"], cells.get(row["key"], {})) for row in medicines]


def _cell(
    index: int, medicine: str, slot: str, text: str, errors: Mapping[str, str],
    step_key: str, carried: Mapping[tuple[str, str, str], Any],
) -> dict[str, str]:  # fmt: skip
    error = errors.get(f"steps.{index}.cells.{medicine}.{slot}", "")
    same = carried.get((step_key, medicine, slot))
    return {
        "value": text,
        "error": error,
        "words": _in_words(slot, text),
        "unchanged": say("unchanged from version {number}", number=same.typed_in_version)
        if same
        else "",
    }


def _in_words(slot: str, text: str) -> str:
    if not text or slot in ("every", "gap"):
        return ""
    if doses.why_not(text, measure="amount") and doses.why_not(text, measure="count"):
        return ""
    return doses.words(DoseText(text))


def _is_used(row: Raw, number: int) -> bool:
    first, last = row["from_step"], row["through_step"]
    begun = not first.isdigit() or number >= int(first)
    return begun and (not last.isdigit() or number <= int(last))


def _beside(step: Any) -> list[tuple[str, str]]:
    modes = dict(MODES)
    chips = [
        (joined(", ", (modes[one.mode], dates.screen(one.on))), "planned")
        for one in step.checkins[:2]
    ]
    if len(step.checkins) > 2:
        chips.append((say("{n} check-ins in all", n=len(step.checkins)), "planned"))
    if step.therapies:
        count = len(step.therapies)
        chips.append((say_counted("{n} therapy", "{n} therapies", count), "planned"))
    return chips


def edit(raw: Raw, pressed: str, desk: Desk, *, catalogue: Catalogue, today: date) -> Pressed:
    """Do what a button says to a draft: never writes a dose, and empties those it must."""
    for medicine in drafts.doses_to_clear(desk.raw, raw):
        raw = drafts.clear_doses(raw, medicine)
    verb, _, rest = pressed.partition(".")
    index = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 4 else -1
    match verb:
        case "enter" | "layout":
            laid_out_before = verb == "enter" and raw["steps"]
            done = Pressed(raw) if laid_out_before else _laid_out(raw, today, desk)
        case "chain":
            done = _edited(drafts.chain(raw, today, max(index, 0)), "lay-out")
        case "add-row":
            done = _edited(drafts.add_row(raw, today), f"steps.{len(raw['steps'])}.start")
        case "duplicate":
            done = _edited(drafts.duplicate_row(raw, index, today), f"steps.{index + 1}.start")
        case "remove-row":
            done = _edited(drafts.remove_row(raw, index, today), "steps")
        case "add-medicine":
            done = _medicine_added(raw, rest, desk, catalogue)
        case "remove-medicine":
            done = _edited(drafts.remove_medicine(raw, index), "medicines")
        case "add-therapy":
            done = _row_added(raw, "therapies", {"steps": "all"}, "id")
        case "add-rhythm":
            done = _row_added(raw, "rhythms", {"steps": "all"}, "mode")
        case "add-follow-up":
            done = _row_added(raw, "rhythms", {"when": drafts.AFTER}, "mode")
        case "add-new-medicine":
            done = _row_added(raw, "new_medicines", {}, "words")
        case _:
            done = Pressed(raw)
    kept = drafts.keep_starts(done.raw, desk.old.version, desk.locked) if desk.old else done.raw
    return Pressed(drafts.settle(kept, today), done.problems, done.focus, done.found)


def _edited(edited: Edited, focus: str) -> Pressed:
    return Pressed(edited.raw, edited.problems, focus)


def _laid_out(raw: Raw, today: date, desk: Desk) -> Pressed:
    edited = drafts.lay_out(raw, today)
    focus = "steps.0.start"
    for row in edited.raw["medicines"]:
        schedule = _schedule(row)
        if schedule and cell_keys(schedule) and row["key"] in desk.products:
            focus = f"steps.0.cells.{row['key']}.{cell_keys(schedule)[0]}"
            break
    return Pressed(edited.raw, edited.problems, focus)


def _row_added(raw: Raw, name: str, row: Raw, field: str) -> Pressed:
    rows = [*raw[name], row]
    return Pressed(drafts.tidy({**raw, name: rows}), (), f"{name}.{len(rows) - 1}.{field}")


def _medicine_added(raw: Raw, chosen: str, desk: Desk, catalogue: Catalogue) -> Pressed:
    edited = drafts.add_medicine(raw)
    if edited.problems:
        return Pressed(raw, edited.problems)
    row: dict[str, Any] = {}
    if chosen.startswith(LINE) and desk.regimen:
        line = next((one for one in desk.regimen.lines if LINE + str(one.id) == chosen), None)
        row = medicine_row(line) if line else {}
    elif chosen.startswith(SHELF):
        entry = catalogue.product(chosen.removeprefix(SHELF))
        row = _shelf_row(entry) if entry else {}
    if not row:
        problem = Problem("add_medicine", said("Choose the medicine to add."))
        return Pressed(raw, (problem,))
    last = len(edited.raw["medicines"]) - 1
    edited.raw["medicines"][last] |= row
    return Pressed(edited.raw, (), f"medicines.{last}.uses")


def _shelf_row(entry: MedicineProduct) -> dict[str, Any]:
    return {
        "line": SHELF + entry.id,
        "measure": entry.measure,
        "unit": entry.unit,
        "pattern": Pattern.TIMES.value,
    }
