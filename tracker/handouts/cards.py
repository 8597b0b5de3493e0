"""Both steps of one medicine in one small table: for a page 1 with little room.

Belongs here: medicines as cards side by side, with times of day in rows and a column for each
step; and, for large print, as a row for each step. Two medicines are two tables, never merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.handouts import medicines, nownext
from tracker.handouts.blocks import (
    Beside,
    Block,
    Heading,
    Paragraph,
    Table,
    TableCell,
    Words,
    joined,
    strong,
    unbroken,
)
from tracker.handouts.phrases import NBSP, Phrases
from tracker.handouts.values import MedicineRow, MedicineTable, PatientSheet, StepLine


def both_steps(
    sheet: PatientSheet, say: Phrases, steps: Sequence[StepLine], *, columns: int, check: bool,
    notes: bool, brief: bool,
) -> Iterable[Block]:  # fmt: skip
    """Return the titles of the steps, then a card for each medicine that one of them has.

    columns: how many cards stand side by side. check: whether each asks for its label's strength.
    """
    yield from titles(sheet, say, steps, notes=notes, brief=brief)
    cards = [tuple(_card(one, say, steps, check=check)) for one in taken(sheet, steps)]
    for at in range(0, len(cards), columns):
        yield _beside(cards[at : at + columns], columns)


def titles(
    sheet: PatientSheet, say: Phrases, steps: Sequence[StepLine], *, notes: bool, brief: bool,
    here: str = "", again: bool = False,
) -> Iterable[Block]:  # fmt: skip
    """Return where each step stands and its dates, with the prescriber's words for it.

    brief, here: as in `nownext.step_title`. again: as in `Heading`.
    """
    for step in steps:
        title = nownext.step_title(sheet, say, step, brief=brief, here=here)
        yield Heading(2, title, ruled=step is steps[0], again=again)
        if step.instruction and notes:
            yield Paragraph(say.say("note", text=step.instruction))


def taken(sheet: PatientSheet, steps: Sequence[StepLine]) -> list[MedicineTable]:
    """Return the medicines that have amounts in one of these steps, in the plan's order."""
    return [one for one in sheet.medicines if any(_rows(one, steps))]


def besides(
    sheet: PatientSheet, say: Phrases, steps: Sequence[StepLine], most: int = nownext.MOST_DAYS
) -> Iterable[Words]:
    """Return `most` days on which a patch is changed, and which medicines were over before."""
    for one in taken(sheet, steps):
        if medicines.is_patch(one):
            product = say.say("card-how", product=medicines.product(one, say))
            yield joined(product, nownext.patch(say, nownext.changes_in(sheet, one, steps, most)))
    for one in sheet.medicines:
        words = nownext.over(one, say, steps[0])
        if words and not any(_rows(one, steps)):
            yield words


def _rows(medicine: MedicineTable, steps: Sequence[StepLine]) -> list[MedicineRow | None]:
    return [medicines.row_in_force(medicine, step.number) for step in steps]


def _having(
    medicine: MedicineTable, steps: Sequence[StepLine]
) -> list[tuple[StepLine, MedicineRow]]:
    return [(step, row) for step, row in zip(steps, _rows(medicine, steps), strict=True) if row]


def in_rows(medicine: MedicineTable, say: Phrases, steps: Sequence[StepLine]) -> Table:
    """Return one table of a medicine: a column for each time of day, a row for each step."""
    columns = medicines.DoseColumns(medicine, say)
    rows = tuple(
        (TableCell(_step(step, say), row_header=True), *columns.cells(row))
        for step, row in _having(medicine, steps)
    )
    return Table((say.say("column-step"), *columns.headers), rows)


def in_lines(
    medicine: MedicineTable, say: Phrases, steps: Sequence[StepLine]
) -> Iterable[Paragraph]:
    """Return the same as running text, a paragraph for each step, each amount after its time."""
    columns = medicines.DoseColumns(medicine, say)
    for step, row in _having(medicine, steps):
        pairs = columns.pairs(row)
        said = [joined(unbroken(header), amount, between=NBSP) for header, amount in pairs]
        yield Paragraph(joined(strong(_step(step, say)), joined(*said, between="; "), between=". "))


def _beside(cards: Sequence[tuple[Block, ...]], columns: int) -> Block:
    """Put cards side by side in columns of one width; a place without a card stays empty."""
    first, rest = cards[0], cards[1:]
    share = 100 // columns
    if columns == 2:
        return Beside(first, rest[0] if rest else (), share)
    return Beside(first, (_beside(rest or [()], columns - 1),), share)


def _card(
    medicine: MedicineTable, say: Phrases, steps: Sequence[StepLine], *, check: bool
) -> Iterable[Block]:
    yield Heading(3, medicines.heading(medicine, say))
    yield from (Paragraph(words, leads=True) for words in medicines.lead_in(medicine, say))
    columns = medicines.DoseColumns(medicine, say)
    has = _having(medicine, steps)
    said = [columns.pairs(row) for _, row in has]
    rows = tuple(
        (TableCell(header, row_header=True), *(TableCell(pairs[at][1]) for pairs in said))
        for at, (header, _) in enumerate(said[0])
    )
    headers = (_first_header(medicine, say), *(_step(step, say) for step, _ in has))
    yield Table(headers, rows, wide=(0,), snug=True)
    if medicines.is_liquid(medicine):
        yield Paragraph(say.say("liquid-syringe"))
    yield from (Paragraph(words) for words in without(medicine, say, steps))
    asked = medicines.check(medicine, say) if check else ()
    if asked:
        yield Paragraph(asked)


def _first_header(medicine: MedicineTable, say: Phrases) -> Words:
    return say.say("column-how" if medicine.pattern in ("interval", "as_needed") else "card-when")


def _step(step: StepLine, say: Phrases) -> Words:
    return say.say("card-step", step=str(step.number))


def without(medicine: MedicineTable, say: Phrases, steps: Sequence[StepLine]) -> Iterable[Words]:
    """Return what to say of a step in which this medicine has no amounts: not yet, or over."""
    for step, row in zip(steps, _rows(medicine, steps), strict=True):
        if row is None and medicine.rows[0].step > step.number:
            yield say.say("card-not-yet", step=str(medicine.rows[0].step))
        elif words := nownext.over(medicine, say, step):
            yield joined(_step(step, say), words, between=". ")
