"""Page 1 of the patient sheet in words: the page for the fridge, always one page.

Belongs here: who and when, what to do in danger, how to reach the clinic, what to take now and
next; its arrangements, and what moves to page 2 when six medicines leave no room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.handouts import cards, medicines, nownext
from tracker.handouts.blocks import (
    Beside,
    Block,
    Box,
    Heading,
    Paragraph,
    QrCode,
    Table,
    Together,
    Words,
    joined,
    unbroken,
)
from tracker.handouts.identity import born, name_of, shown_code, version_of
from tracker.handouts.phrases import NBSP, Phrases
from tracker.handouts.values import (
    CheckInLine,
    MedicineRow,
    MedicineTable,
    PatientSheet,
    Phone,
    StepLine,
)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One way of arranging page 1. Type never shrinks; what moves to page 2, page 1 says so."""

    steps: int  # 2: this step and the next; 1: this step; 0: both on page 2
    large: bool = False  # amounts in larger type
    check_each: bool = False  # the check sentence with each table, or once for all
    side_by_side: bool = False  # one step's tables in two columns
    cards: int = 0  # both steps of a medicine in one card, so many cards side by side
    rows: bool = False  # both steps of a medicine in one table, a row for each
    least: bool = False  # of large print: next step, label check and patch in the fewest words
    brief: bool = False  # the boxes without their headings, their sentences run on
    full: bool = False  # lines closer together
    notes: bool = True  # the prescriber's words for the step
    starts: bool = True  # how steps start
    contact: bool = True  # the next contact
    danger: bool = True  # of a hold slip alone: it lies on top of a page 1 that has them

    @property
    def tight(self) -> int:
        """How much less white there is: 1 between the blocks, 2 in them too."""
        if self.full:
            return 2
        return 1 if self.cards or self.rows or not self.check_each else 0


# From the roomiest to the tightest; the first that fits is printed.
ARRANGEMENTS = (
    Arrangement(2, large=True, check_each=True),
    Arrangement(2, check_each=True),
    Arrangement(2, check_each=True, cards=2),
    Arrangement(2, check_each=True, cards=3),
    Arrangement(2, check_each=True, cards=2, brief=True),
    Arrangement(2, check_each=True, cards=2, brief=True, full=True),
    Arrangement(2, check_each=True, cards=3, brief=True),
    Arrangement(2, check_each=True, cards=3, brief=True, full=True),
    Arrangement(2, cards=3, brief=True),
    Arrangement(2, cards=3, brief=True, full=True),
    Arrangement(2, cards=3, brief=True, full=True, notes=False),
    Arrangement(1, side_by_side=True, brief=True, full=True),
    Arrangement(1, side_by_side=True, brief=True, full=True, notes=False),
    Arrangement(0, brief=True, full=True, notes=False),
)
_ROOMY = Arrangement(2, check_each=True)  # for steps that page 1 could not hold


def first_page(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> tuple[Block, ...]:
    """Return page 1, the page for the fridge, arranged as asked."""
    brief = arrangement.brief
    head = _head_in_brief if brief else _head
    top = (*head(sheet, say), *danger(sheet, say, brief=brief), *reach(sheet, say, brief=brief))
    return (*top, *_take(sheet, say, arrangement))


# -- page 1 ----------------------------------------------------------------------------------


def _head(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(1, say.say("title"), bookmark=True)
    yield Paragraph(name_of(sheet, say), large=True)
    birth = say.say("born", date=born(sheet, say))
    record = say.say("record", record=sheet.patient.record_number)
    source = say.say("from", physician=sheet.physician, clinic=sheet.clinic.name)
    yield Paragraph(joined(birth, record, source, between=". "))
    yield from standing(sheet, say)


def _head_in_brief(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(1, say.say("title"), bookmark=True)
    yield Paragraph(joined(name_of(sheet, say), say.say("born", date=born(sheet, say))), large=True)
    source = say.say("from", physician=sheet.physician, clinic=sheet.clinic.name)
    yield Paragraph(joined(source, *_standing(sheet, say), between=". "))


def standing(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return whether the sheet is a draft, or which older one it replaces."""
    yield from (Paragraph(words) for words in _standing(sheet, say))


def _standing(sheet: PatientSheet, say: Phrases) -> Iterable[Words]:
    if sheet.draft:
        yield say.say("draft-notice")
    elif sheet.replaces is not None:
        earlier = sheet.replaces
        when = say.plain_date(earlier.of)
        yield say.say("replaces", version=str(earlier.version), date=when)


def danger(sheet: PatientSheet, say: Phrases, *, brief: bool = False) -> Iterable[Block]:
    """Return the box of danger signs."""
    numbers = sheet.clinic.numbers
    call = say.say("danger-911", emergency=numbers.emergency)
    crisis = "danger-988" if numbers.crisis == "988" else "danger-crisis"
    told = (
        joined(call, say.say("danger-naloxone")),
        say.say("danger-today"),
        say.say(crisis, crisis=numbers.crisis),
    )
    if brief:
        yield Box((Paragraph(joined(*told)),), heavy=True)
    else:
        yield Box((Heading(2, say.say("danger")), *map(Paragraph, told)), heavy=True)


def reach(
    sheet: PatientSheet, say: Phrases, *, brief: bool = False, hours: bool = True
) -> Iterable[Block]:
    """Return the box with how to go on safely, and the clinic's numbers: always on page 1."""
    safely = joined(say.say("reach-pause"), say.say("reach-sleepy"))
    heading = () if brief else (Heading(2, say.say("reach")),)
    yield Box((*heading, Paragraph(safely), Paragraph(phones(sheet, say, hours=hours))))


def phones(sheet: PatientSheet, say: Phrases, *, hours: bool = True) -> Words:
    """Return the clinic's numbers for day and night, with the hours in which they answer."""
    day = _phone("phone-day", sheet.clinic.day, say, hours)
    night = _phone("phone-night", sheet.clinic.night, say, hours)
    return joined(day, night, between=NBSP * 3 + " ")


def _phone(phrase: str, phone: Phone, say: Phrases, hours: bool) -> Words:
    number = unbroken(say.say(phrase, number=phone.number))
    named = hours and phone.hours
    return joined(number, say.say("phone-hours", hours=phone.hours) if named else ())


def _take(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    yield how_steps_start(sheet, say)
    steps = on_page_1(sheet, arrangement)
    lines: list[Words] = []
    if arrangement.cards:
        yield from cards.both_steps(
            sheet, say, steps, columns=arrangement.cards, check=arrangement.check_each,
            notes=arrangement.notes, brief=arrangement.brief,
        )  # fmt: skip
        lines += cards.besides(sheet, say, steps[:1] if arrangement.brief else steps)
    else:
        for step in steps:
            yield from step_blocks(sheet, say, step, arrangement)
    lines.append(joined(*_reminders(sheet, say, arrangement, steps)))
    told = [Paragraph(words) for words in lines if words]
    if arrangement.brief:
        yield close(sheet, say, told)
    else:
        yield from (*told, close(sheet, say, []))


def how_steps_start(sheet: PatientSheet, say: Phrases) -> Paragraph:
    """Return whether a step starts by its date or by a call."""
    starts = say.say("starts-wait" if sheet.how_steps_start == "wait" else "starts-on-date")
    contact = say.say("contact-before") if sheet.contact_before_step else ()
    return Paragraph(joined(starts, contact))


def on_page_1(sheet: PatientSheet, arrangement: Arrangement) -> list[StepLine]:
    """Return the steps that stand on page 1: this one, and the next where there is room."""
    return nownext.both(sheet)[: arrangement.steps]


def _reminders(
    sheet: PatientSheet, say: Phrases, arrangement: Arrangement, steps: Iterable[StepLine]
) -> Iterable[Words]:
    """Return what holds for all tables, and where to find what is not on this page."""
    if arrangement.steps == 0:
        yield say.say("amounts-on-page-2")
        return
    if any(len(nownext.in_step(sheet, step)) > 1 for step in steps):
        yield say.say("all-tables")
    if not arrangement.check_each:
        yield say.say("check-all")
    if arrangement.side_by_side:
        shown = [medicine for step in steps for medicine in nownext.in_step(sheet, step)]
        if any(medicines.is_patch(medicine) for medicine in shown):
            yield say.say("patch-no-dates")
        if any(medicines.is_liquid(medicine) for medicine in shown):
            yield say.say("liquid-syringe")
    if nownext.following(sheet) is None:
        yield say.say("no-next")
    elif arrangement.steps == 1:
        yield say.say("next-on-page-2")
    if notes_left_out(steps, arrangement):
        yield say.say("notes-on-page-2")


def notes_left_out(steps: Iterable[StepLine], arrangement: Arrangement) -> bool:
    """Say whether the prescriber's words for a step stand on page 2 alone."""
    return not arrangement.notes and any(step.instruction for step in steps)


def step_blocks(
    sheet: PatientSheet, say: Phrases, step: StepLine, arrangement: Arrangement
) -> Iterable[Block]:
    """Return one step: its dates, a table for each medicine, and what the step asks for."""
    yield Heading(2, nownext.step_title(sheet, say, step), ruled=True)
    tables, lines = [], []
    for medicine in sheet.medicines:
        table, line = _medicine(sheet, medicine, say, step, arrangement)
        tables.extend([table] if table else [])
        lines.extend([Paragraph(line)] if line else [])
    if arrangement.side_by_side:
        yield from _paired(tables)
    else:
        yield from (block for table in tables for block in table)
    yield from lines
    if step.instruction and arrangement.notes:
        yield Paragraph(say.say("note", text=step.instruction))


def _paired(tables: list[list[Block]]) -> Iterable[Block]:
    for at in range(0, len(tables) - 1, 2):
        yield Beside(tuple(tables[at]), tuple(tables[at + 1]))
    if len(tables) % 2:
        yield Beside(tuple(tables[-1]), ())


def _medicine(
    sheet: PatientSheet,
    medicine: MedicineTable,
    say: Phrases,
    step: StepLine,
    arrangement: Arrangement,
) -> tuple[list[Block], Words]:
    """Return a medicine's blocks in a step, and the sentence for one whose steps are over."""
    row = medicines.row_in_force(medicine, step.number)
    table: list[Block] = []
    if row is not None:
        table = _dose_table(medicine, say, nownext.from_now_on(sheet, step, row), arrangement)
    return table, nownext.over(medicine, say, step)


def _dose_table(
    medicine: MedicineTable, say: Phrases, row: MedicineRow, arrangement: Arrangement
) -> list[Block]:
    columns = medicines.DoseColumns(medicine, say)
    snug = arrangement.side_by_side
    table = Table(columns.headers, (columns.cells(row),), large=arrangement.large, snug=snug)
    lead = [Paragraph(words, leads=True) for words in medicines.lead_in(medicine, say)]
    after: list[Paragraph] = []
    if not arrangement.side_by_side or row.change_dates:
        after = [Paragraph(words) for words in nownext.how(medicine, say, row)]
    heading = Heading(3, medicines.heading(medicine, say))
    check = medicines.check(medicine, say) if arrangement.check_each else ()
    if not check:
        return [heading, *lead, table, *after]
    return [heading, *lead, Beside((table,), (Paragraph(check),), share=58), *after]


def close(sheet: PatientSheet, say: Phrases, before: list[Paragraph]) -> Block:
    """Return contact and author beside the code; with words before them, the code has no line."""
    contact = Paragraph(next_contact(sheet, say))
    lines: list[Block] = [*before, contact]
    lines.append(Paragraph(say.say("typed-by", physician=sheet.physician)))
    if before and sheet.code:
        return Beside(tuple(lines), (code_picture(sheet, say),), share=82)
    return with_code(sheet, say, lines)


def code_picture(sheet: PatientSheet, say: Phrases) -> QrCode:
    """Return the plan code as a picture, with its words."""
    return QrCode(sheet.code, say.text("code-alt", code=shown_code(sheet.code)))


def with_code(sheet: PatientSheet, say: Phrases, lines: list[Block]) -> Block:
    """Return lines with the plan code and its picture beside them; a draft has none."""
    if not sheet.code:
        return Box(tuple(lines))
    version = version_of(sheet, say)
    lines.append(Paragraph(say.say("code-line", code=shown_code(sheet.code), version=version)))
    lines.append(Paragraph(say.say("code-use")))
    return Beside(tuple(lines), (code_picture(sheet, say),), share=82)


def next_contact(sheet: PatientSheet, say: Phrases) -> Words:
    """Return the next planned contact, or how to plan one."""
    coming = [one for one in sheet.checkins if one.on >= sheet.printed_on]
    if not coming:
        return say.say("no-contact")
    first = min(coming, key=lambda one: one.on)
    values = {"date": contact_date(say, first), "mode": say.text(first.mode)}
    if first.who:
        return say.say("next-contact-with", who=first.who, **values)
    return say.say("next-contact", **values)


def contact_date(say: Phrases, one: CheckInLine) -> str:
    """Return a check-in's date, with its time where one is agreed."""
    day = say.long_date(one.on)
    return say.text("date-time", date=day, time=one.time) if one.time else day


# -- what page 1 had no room for --------------------------------------------------------------


def moved(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    """Return, for the top of page 2, the steps that page 1 could not hold."""
    for step in nownext.both(sheet)[arrangement.steps :]:
        yield from whole(step_blocks(sheet, say, step, _ROOMY))


def whole(members: Iterable[Block]) -> Iterable[Block]:
    """Keep each medicine's heading, words and table together."""
    group: list[Block] = []
    for member in members:
        begins = isinstance(member, Heading) and member.level == 3
        if begins and group and not isinstance(group[-1], Heading):
            yield Together(tuple(group))
            group = []
        group.append(member)
    if group:
        yield Together(tuple(group))
