"""The patient sheet in large print: 18 points, one medicine a page, one block for each step.

Belongs here: its measures, its page 1, and its steps as blocks, where standard print has wide
tables. The words are those of standard print.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.handouts import fridge, medicines, schedule
from tracker.handouts.blocks import (
    Block,
    Box,
    Heading,
    NewPage,
    Paragraph,
    Table,
    TableCell,
    Together,
    joined,
)
from tracker.handouts.fonts import FontSet
from tracker.handouts.fridge import Arrangement
from tracker.handouts.identity import born, name_of
from tracker.handouts.phrases import Phrases
from tracker.handouts.values import MedicineRow, MedicineTable, PatientSheet, StepLine
from tracker.handouts.wrapping import Style

# From the roomiest to the tightest. What page 1 has no room for stands first on page 2.
ARRANGEMENTS = (
    Arrangement(2),
    Arrangement(1),
    Arrangement(2, contact=False, reach=False),
    Arrangement(1, contact=False, reach=False),
    Arrangement(0, check_each=True),
    Arrangement(0),
    Arrangement(0, contact=False),
    Arrangement(0, contact=False, reach=False),
)


def style(fonts: FontSet) -> Style:
    """Return the measures of large print: 18 points, lines 1.5 apart, bigger headings."""
    return Style(
        fonts,
        size=18,
        leading=27,
        large=22,
        heading_sizes=(24, 20, 19, 19),
        gap=7,
        tight_gap=2,  # lines 1.5 apart have white of their own
        pad=4,
        tick=16,
        name=(20, 30),
    )


def first_page(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> tuple[Block, ...]:
    """Return page 1, the page for the fridge, with as much of it as there is room for."""
    blocks: list[Block] = [
        Heading(1, say.say("title"), bookmark=True),
        Paragraph(joined(name_of(sheet, say), say.say("born", date=born(sheet, say))), large=True),
    ]
    if sheet.draft:
        blocks += fridge.standing(sheet, say)
    blocks += fridge.danger(sheet, say)
    blocks += fridge.reach(sheet, say, safely=arrangement.reach)
    for step in fridge.on_page_1(sheet, arrangement):
        blocks += _in_short(sheet, say, step)
    if arrangement.steps == 0:
        blocks.append(Paragraph(say.say("amounts-on-page-2")))
    elif fridge.following(sheet) is None:
        blocks.append(Paragraph(say.say("no-next")))
    elif arrangement.steps == 1:
        blocks.append(Paragraph(say.say("next-on-page-2")))
    if arrangement.contact:
        blocks.append(Paragraph(fridge.next_contact(sheet, say)))
    return tuple(blocks)


def _in_short(sheet: PatientSheet, say: Phrases, step: StepLine) -> Iterable[Block]:
    """Return a step for page 1: amounts in one row, where a block would fill the page."""
    yield Heading(2, fridge.step_title(sheet, say, step), ruled=True)
    for medicine in _taken(sheet, step):
        row = medicines.row_in_force(medicine, step.number)
        assert row is not None
        columns = medicines.DoseColumns(medicine, say)
        yield Heading(3, medicines.heading(medicine, say))
        yield from (Paragraph(words, leads=True) for words in medicines.lead_in(medicine, say))
        yield Table(columns.headers, (columns.cells(row),))
        now = fridge.from_now_on(sheet, step, row)
        yield from (Paragraph(words) for words in fridge.how(medicine, say, now))
    if step.instruction:
        yield Paragraph(say.say("note", text=step.instruction))


def _taken(sheet: PatientSheet, step: StepLine) -> list[MedicineTable]:
    """Return the medicines that have amounts in this step."""
    return [
        medicine
        for medicine in sheet.medicines
        if medicines.row_in_force(medicine, step.number) is not None
    ]


def take_now(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    """Return page 2 and on: what page 1 left to take, one medicine a page, and whom it is from.

    Where page 1 has all of it, it stands here once more with the words to check each label by.
    """
    both = [step for step in (fridge.current(sheet), fridge.following(sheet)) if step is not None]
    steps = both[arrangement.steps :] or both
    now = _taken(sheet, steps[0])
    either = [one for one in sheet.medicines if one in now or one in _taken(sheet, steps[-1])]
    yield Heading(2, say.say("take-now" if steps == both else "take-next"), bookmark=True)
    if not arrangement.reach:
        yield fridge.go_on_safely(say)
    yield fridge.how_steps_start(sheet, say)
    if len(either) > 1:
        yield Paragraph(say.say("all-tables"))
    for number, medicine in enumerate(either):
        if number:
            yield NewPage()
        yield from _medicine(sheet, say, medicine, steps)
    ended = [words for one in sheet.medicines if (words := fridge.over(one, say, steps[0]))]
    yield from (Paragraph(words) for words in ended)
    if len(both) == 1:
        yield Paragraph(say.say("no-next"))
    yield Box(tuple(_where_from(sheet, say, arrangement)))
    if sheet.code:
        yield fridge.with_code(sheet, say, [])


def _medicine(
    sheet: PatientSheet, say: Phrases, medicine: MedicineTable, steps: Iterable[StepLine]
) -> Iterable[Block]:
    yield Heading(3, medicines.heading(medicine, say), again=True)
    yield from (Paragraph(words, leads=True) for words in medicines.lead_in(medicine, say))
    label = medicine.concentration or medicine.strength
    if label:
        yield Paragraph(say.say("check", strength=medicines.unbroken(label)), leads=True)
    for step in steps:
        if medicines.row_in_force(medicine, step.number) is not None:
            yield from _card(sheet, say, medicine, step, level=4)


def _where_from(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    if not sheet.draft:
        yield from fridge.standing(sheet, say)
    yield Paragraph(say.say("from", physician=sheet.physician, clinic=sheet.clinic.name))
    if not arrangement.contact:
        yield Paragraph(fridge.next_contact(sheet, say))
    yield Paragraph(say.say("typed-by", physician=sheet.physician))


def _card(
    sheet: PatientSheet, say: Phrases, medicine: MedicineTable, step: StepLine, level: int
) -> Iterable[Block]:
    """Return one step of one medicine as a block, with where the step stands."""
    row = medicines.row_in_force(medicine, step.number)
    assert row is not None
    row = fridge.from_now_on(sheet, step, row)
    title = Heading(level, fridge.step_title(sheet, say, step), ruled=True)
    yield from _block(medicine, say, row, title, step.instruction)
    yield from (Paragraph(words) for words in fridge.how(medicine, say, row))


def _block(
    medicine: MedicineTable, say: Phrases, row: MedicineRow, title: Heading, note: str = "",
    *, tick: bool = False,
) -> Iterable[Block]:  # fmt: skip
    pairs = medicines.DoseColumns(medicine, say).pairs(row)
    rows = [(TableCell(header, row_header=True), TableCell(amount)) for header, amount in pairs]
    if tick:
        rows.append((TableCell(say.say("column-done"), row_header=True), TableCell(ticks=(True,))))
    headers = (say.say("card-when"), medicines.counted(medicine, say))
    if medicine.pattern in ("interval", "as_needed"):
        headers = (say.say("column-how"), say.say("in-lines"))
    table = Table(headers, tuple(rows))
    noted = (Paragraph(say.say("note", text=note)),) if note else ()
    yield Together((title, table, *noted))


def all_steps(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return every step of every medicine as blocks, then what comes after the last."""
    steps = {step.number: step for step in sheet.steps}
    for number, medicine in enumerate(sheet.medicines):
        yield NewPage()
        if number == 0:
            yield Heading(2, say.say("all-steps"), bookmark=True)
            yield Paragraph(say.say("may-change"))
        yield Heading(3, medicines.heading(medicine, say), again=True)
        yield from (Paragraph(words, leads=True) for words in medicines.lead_in(medicine, say))
        for row in medicine.rows:
            title = Heading(4, fridge.step_dates(say, steps[row.step]), ruled=True)
            yield from _block(medicine, say, row, title, tick=True)
        yield from schedule.patch_days(medicine, say)
    yield NewPage()
    yield from schedule.around(sheet, say)
