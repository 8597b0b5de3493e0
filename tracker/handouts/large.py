"""The patient sheet in large print: 18 points, one medicine a page, one block for each step.

Belongs here: its measures, its page 1, and its steps as blocks, where standard print has wide
tables. The words are those of standard print.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracker.handouts import cards, fridge, medicines, nownext, schedule
from tracker.handouts.blocks import (
    Block,
    Box,
    Heading,
    NewPage,
    Paragraph,
    Table,
    TableCell,
    Together,
    Words,
    joined,
)
from tracker.handouts.fonts import FontSet
from tracker.handouts.fridge import Arrangement
from tracker.handouts.identity import born, name_of
from tracker.handouts.phrases import Phrases
from tracker.handouts.values import MedicineRow, MedicineTable, PatientSheet, StepLine
from tracker.handouts.wrapping import Full, Style

# Amounts as running text, and without what page 2 can say.
_CROWDED = Arrangement(2, brief=True, full=True, notes=False, starts=False, contact=False)
# From the roomiest to the tightest. What page 1 has no room for stands first on page 2.
ARRANGEMENTS = (
    Arrangement(2, check_each=True, rows=True),
    Arrangement(2, check_each=True, rows=True, brief=True),
    Arrangement(2, check_each=True, rows=True, brief=True, full=True),
    replace(_CROWDED, check_each=True, rows=True, starts=True),
    replace(_CROWDED, check_each=True, rows=True),
    replace(_CROWDED, check_each=True),
    _CROWDED,
    replace(_CROWDED, steps=1, check_each=True, rows=True),
    replace(_CROWDED, steps=1, check_each=True),
    replace(_CROWDED, steps=1),
    replace(_CROWDED, steps=1, least=True),
    Arrangement(0, brief=True, full=True),
    Arrangement(0, brief=True, full=True, contact=False),
)


_MOST_DAYS = 4  # of change on page 1: two lines of them; page 2 has a month


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
        full=Full(leading=27, large=18, heading_sizes=(20, 18, 18, 18), gap=1, pad=2),
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
    blocks += fridge.danger(sheet, say, brief=arrangement.brief)
    blocks += fridge.reach(sheet, say, brief=arrangement.brief, hours=not arrangement.full)
    if arrangement.starts:
        blocks.append(fridge.how_steps_start(sheet, say))
    blocks += _steps(sheet, say, arrangement)
    if arrangement.contact:
        blocks.append(Paragraph(fridge.next_contact(sheet, say)))
    return tuple(blocks)


def _steps(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    """Return this step and the next, and what of them stands on page 2."""
    both = nownext.both(sheet)
    shown, later = both[: arrangement.steps], both[arrangement.steps :]
    yield from _titles(sheet, say, shown or both, arrangement)
    if not shown:
        several = len(cards.taken(sheet, both)) > 1
        yield Paragraph(say.say("amounts-on-pages" if several else "amounts-on-page-2"))
        return
    yield from amounts(sheet, say, shown, arrangement)
    # Amounts stand under the step they are for, never under the name of the next one.
    if not arrangement.least:
        yield from _titles(sheet, say, later, arrangement)
    told = (
        say.say("no-next") if len(both) == 1 else (),
        *(_next(say, step, arrangement) for step in later),
        say.say("notes-on-page-2") if fridge.notes_left_out(both, arrangement) else (),
    )
    if any(told):
        yield Paragraph(joined(*told))


def _next(say: Phrases, step: StepLine, arrangement: Arrangement) -> Words:
    if not arrangement.least:
        return say.say("next-on-page-2")
    return say.say("next-brief", step=str(step.number), first=say.short_date(step.starts_on))


def _titles(
    sheet: PatientSheet, say: Phrases, steps: Sequence[StepLine], arrangement: Arrangement
) -> Iterable[Block]:
    return cards.titles(sheet, say, steps, notes=arrangement.notes, brief=True, here="step-now")


def amounts(
    sheet: PatientSheet, say: Phrases, steps: Sequence[StepLine], arrangement: Arrangement
) -> Iterable[Block]:
    """Return the amounts of these steps for page 1, where a block for each would fill it."""
    taken = cards.taken(sheet, steps)
    for medicine in taken:
        yield Heading(3, medicines.heading(medicine, say))
        yield from (Paragraph(words, leads=True) for words in medicines.lead_in(medicine, say))
        if arrangement.rows:
            yield cards.in_rows(medicine, say, steps)
        else:
            yield from cards.in_lines(medicine, say, steps)
        yield from (Paragraph(words) for words in cards.without(medicine, say, steps))
        if medicines.is_liquid(medicine):
            yield Paragraph(say.say("liquid-syringe"))
        if arrangement.check_each:
            yield Paragraph(medicines.check(medicine, say, "check-brief"))
    most = 0 if arrangement.least else _MOST_DAYS
    yield from (Paragraph(words) for words in cards.besides(sheet, say, steps[:1], most))
    if not arrangement.check_each:
        yield Paragraph(say.say("check-all-least" if arrangement.least else "check-all-brief"))


def take_now(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    """Return page 2 and on: what page 1 left to take, one medicine a page, and whom it is from.

    Where page 1 has all of it, or this step's in the fewest words, it stands here once more, with
    the words to check each label by and the days of a patch.
    """
    both = nownext.both(sheet)
    steps = both if arrangement.least else both[arrangement.steps :] or both
    now = nownext.in_step(sheet, steps[0])
    either = [
        one for one in sheet.medicines if one in now or one in nownext.in_step(sheet, steps[-1])
    ]
    yield Heading(2, say.say("take-now" if steps == both else "take-next"), bookmark=True)
    yield fridge.how_steps_start(sheet, say)
    if len(either) > 1:
        yield Paragraph(say.say("all-tables"))
    for number, medicine in enumerate(either):
        if number:
            yield NewPage()
        yield from _medicine(sheet, say, medicine, steps)
    ended = [words for one in sheet.medicines if (words := nownext.over(one, say, steps[0]))]
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
    if arrangement.full:
        yield Paragraph(fridge.phones(sheet, say))
    if not arrangement.contact:
        yield Paragraph(fridge.next_contact(sheet, say))
    yield Paragraph(say.say("typed-by", physician=sheet.physician))


def _card(
    sheet: PatientSheet, say: Phrases, medicine: MedicineTable, step: StepLine, level: int
) -> Iterable[Block]:
    """Return one step of one medicine as a block, with where the step stands."""
    row = medicines.row_in_force(medicine, step.number)
    assert row is not None
    row = nownext.from_now_on(sheet, step, row)
    title = Heading(level, nownext.step_title(sheet, say, step), ruled=True)
    yield from _block(medicine, say, row, title, step.instruction)
    yield from (Paragraph(words) for words in nownext.how(medicine, say, row))


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
            title = Heading(4, nownext.step_dates(say, steps[row.step]), ruled=True)
            yield from _block(medicine, say, row, title, tick=True)
        yield from schedule.patch_days(medicine, say)
    yield NewPage()
    yield from schedule.around(sheet, say)
