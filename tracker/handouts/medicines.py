"""The words of one medicine: its name as on the label, its table's columns, its cells as typed.

Belongs here: how each of the four patterns reads. A cell's text goes through untouched, but for
the word that stands for nothing to take. Not here: which steps are shown, or where.
"""

from __future__ import annotations

from tracker.handouts.blocks import TableCell, Words, joined
from tracker.handouts.phrases import NBSP, Phrases, typed
from tracker.handouts.values import MedicineRow, MedicineTable

TIMES = ("morning", "noon", "evening", "bedtime")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST = {"times": 11, "weekdays": 6}  # characters that still fit a column on A4
_NOTHING = ("", "0")  # an unused time and a typed 0 print the same word


def product(medicine: MedicineTable, say: Phrases) -> str:
    """Return a product as the pharmacy label spells it: "oxycodone 5 mg tablets"."""
    if medicine.concentration:
        return say.text(
            "product-liquid",
            name=medicine.label_name,
            form=medicine.form,
            concentration=unbroken(medicine.concentration),
        )
    if medicine.strength:
        return say.text(
            "product",
            name=medicine.label_name,
            strength=unbroken(medicine.strength),
            form=medicine.form_plural,
        )
    return say.text("product-bare", name=medicine.label_name, form=medicine.form_plural)


def unbroken(text: str) -> str:
    """Return text that no line break parts, so that a number keeps its unit."""
    return text.replace(" ", NBSP)


def heading(medicine: MedicineTable, say: Phrases) -> Words:
    """Return the heading of a medicine's table: the product, and what its cells count."""
    name = product(medicine, say)
    if medicine.measure == "count":
        return say.say("amount-count", product=name, units=units(medicine, say))
    return say.say("amount-unit", product=name, unit=medicine.unit)


def counted(medicine: MedicineTable, say: Phrases) -> Words:
    """Return what the cells count, without the product: "Number of tablets"."""
    if medicine.measure == "count":
        return say.say("card-count", units=units(medicine, say))
    return say.say("card-unit", unit=medicine.unit)


def check(medicine: MedicineTable, say: Phrases, phrase: str = "check") -> Words:
    """Return the question whether the label says this strength; nothing where there is none."""
    label = medicine.concentration or medicine.strength
    return say.say(phrase, strength=unbroken(label)) if label else ()


def units(medicine: MedicineTable, say: Phrases) -> str:
    """Return what is counted, many of it: as typed, or the same in the sheet's language."""
    if not say.has("units-other"):
        return medicine.unit_plural
    own = f"units-{medicine.unit}"
    return say.text(own if say.has(own) else "units-other")


def is_patch(medicine: MedicineTable) -> bool:
    """Say whether the medicine is a patch."""
    return "patch" in medicine.kinds or medicine.form.endswith("patch")


def is_liquid(medicine: MedicineTable) -> bool:
    """Say whether the medicine is measured with a syringe."""
    return "liquid" in medicine.kinds or bool(medicine.concentration)


def is_extended(medicine: MedicineTable) -> bool:
    """Say whether the medicine must be swallowed whole."""
    return "extended-release" in medicine.kinds or "extended-release" in medicine.form


class DoseColumns:
    """The dose columns of one medicine's table: worked out once, used for each of its steps."""

    def __init__(self, medicine: MedicineTable, say: Phrases) -> None:
        self.medicine, self._say = medicine, say
        self._slots = _slots(medicine, say)
        # Amounts too long for a column each stand one under the other.
        self._in_lines = (
            medicine.pattern in _LONGEST and _longest(medicine) > _LONGEST[medicine.pattern]
        )

    @property
    def headers(self) -> tuple[Words, ...]:
        """The header of each dose column, or the one header of amounts in lines."""
        if self._in_lines:
            return (self._say.say("in-lines"),)
        return tuple(header for _, header in self._slots)

    def cells(self, row: MedicineRow) -> tuple[TableCell, ...]:
        """Return the dose cells of one step, one for each header."""
        said = self.pairs(row)
        if self._in_lines:
            lines = tuple(joined(header, amount, between=f":{NBSP}") for header, amount in said)
            return (TableCell(lines[0], notes=lines[1:]),)
        return tuple([TableCell(amount) for _, amount in said])

    def pairs(self, row: MedicineRow) -> list[tuple[Words, Words]]:
        """Return each column's header with what one step says under it."""
        typed_in = {cell.slot: cell.text for cell in row.cells}
        return [
            (header, _cell(self.medicine, slot, typed_in.get(slot, ""), self._say))
            for slot, header in self._slots
        ]


def _longest(medicine: MedicineTable) -> int:
    """Return how many characters the longest amount has, its unit included."""
    longest = max([len(cell.text) for row in medicine.rows for cell in row.cells])
    return longest + len(_with_unit(medicine, ""))


def _slots(medicine: MedicineTable, say: Phrases) -> list[tuple[str, Words]]:
    """Return slot and header of each dose column, in order."""
    if medicine.pattern == "times":
        return [(slot, say.say(slot)) for slot in TIMES]
    if medicine.pattern == "weekdays":
        return [(slot, typed(say.weekday(day))) for day, slot in enumerate(WEEKDAYS)]
    if medicine.pattern == "interval":
        every = "change-every" if is_patch(medicine) else "take-every"
        return [("each", say.say("each-time")), ("every", say.say(every))]
    headers = ("each", "each-time"), ("gap", "no-sooner"), ("most", "most")
    return [(slot, say.say(phrase)) for slot, phrase in headers]


def _cell(medicine: MedicineTable, slot: str, text: str, say: Phrases) -> Words:
    if slot in ("every", "gap"):
        unit = "day" if slot == "every" and medicine.every_unit == "days" else "hour"
        word = say.text(unit if text == "1" else f"{unit}s")
        return typed(f"{text}{NBSP}{word}", bold=True) if text else say.say("none")
    if text in _NOTHING:
        return say.say("none")
    return typed(_with_unit(medicine, text), bold=True)


def _with_unit(medicine: MedicineTable, text: str) -> str:
    return text if medicine.measure == "count" else f"{text}{NBSP}{medicine.unit}"


def lead_in(medicine: MedicineTable, say: Phrases) -> tuple[Words, ...]:
    """Return the sentences that stand between a medicine's heading and its table."""
    if medicine.pattern == "as_needed":
        if medicine.purpose:
            return (say.say("as-needed", purpose=medicine.purpose),)
        return (say.say("as-needed-plain"),)
    if medicine.pattern == "weekdays" and medicine.at:
        return (say.say(f"one-time-{medicine.at}"),)
    return ()


def row_of(medicine: MedicineTable, step: int) -> MedicineRow | None:
    """Return what the medicine's step says, or None where it has no part in it."""
    return next((row for row in medicine.rows if row.step == step), None)


def row_in_force(medicine: MedicineTable, step: int) -> MedicineRow | None:
    """Return the amounts that hold in a step: its own, or the last ones of one that stays."""
    row = row_of(medicine, step)
    if row is None and medicine.after == "stay" and medicine.rows[-1].step < step:
        return medicine.rows[-1]
    return row


def takes_at(medicine: MedicineTable, row: MedicineRow, weekday: int) -> tuple[str, ...]:
    """Return the times of day on which something is taken on a weekday, Monday being 0."""
    taken = {cell.slot for cell in row.cells if cell.text not in _NOTHING}
    if medicine.pattern == "times":
        return tuple(slot for slot in TIMES if slot in taken)
    if medicine.pattern == "weekdays" and WEEKDAYS[weekday] in taken:
        return (medicine.at,)
    return ()
