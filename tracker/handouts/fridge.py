"""Page 1 of the patient sheet in words: the page for the fridge, always one page.

Belongs here: who and when, what to do in danger, how to reach the clinic, what to take now and
next; its arrangements, and what moves to page 2 when six medicines leave no room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tracker.handouts import medicines, schedule
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
    """One way of arranging page 1: things move to page 2, and it says so; type never shrinks."""

    steps: int  # 2: this step and the next; 1: this step; 0: both on page 2
    large: bool = False  # amounts in larger type
    check_each: bool = False  # the check sentence beside each table, or once for all
    side_by_side: bool = False  # medicines in two columns
    notes: bool = True  # the prescriber's words for the step
    reach: bool = True  # how to stop and pause, beside the phone numbers
    contact: bool = True  # the next contact

    @property
    def tight(self) -> bool:
        """Less white between the blocks."""
        return not self.check_each


# From the roomiest to the tightest; the first that fits is printed.
ARRANGEMENTS = (
    Arrangement(2, large=True, check_each=True),
    Arrangement(2, check_each=True),
    Arrangement(2),
    Arrangement(2, side_by_side=True),
    Arrangement(2, side_by_side=True, notes=False),
    Arrangement(1, large=True, check_each=True),
    Arrangement(1, check_each=True),
    Arrangement(1),
    Arrangement(1, side_by_side=True),
    Arrangement(1, side_by_side=True, notes=False),
    Arrangement(1, side_by_side=True, notes=False, reach=False),
    Arrangement(0, notes=False),
)
_ROOMY = Arrangement(2, check_each=True)  # for steps that page 1 could not hold
_MOST_DAYS = 12  # of change beside one table: a month of them; the calendar has them all


def first_page(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> tuple[Block, ...]:
    """Return page 1, the page for the fridge, arranged as asked."""
    top = (*_head(sheet, say), *danger(sheet, say), *reach(sheet, say, safely=arrangement.reach))
    return (*top, *_take(sheet, say, arrangement), _close(sheet, say))


# -- page 1 ----------------------------------------------------------------------------------


def _head(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(1, say.say("title"), bookmark=True)
    yield Paragraph(name_of(sheet, say), large=True)
    birth = say.say("born", date=born(sheet, say))
    record = say.say("record", record=sheet.patient.record_number)
    source = say.say("from", physician=sheet.physician, clinic=sheet.clinic.name)
    yield Paragraph(joined(birth, record, source, between=". "))
    yield from standing(sheet, say)


def standing(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return whether the sheet is a draft, or which older one it replaces."""
    if sheet.draft:
        yield Paragraph(say.say("draft-notice"))
    elif sheet.replaces is not None:
        earlier = sheet.replaces
        when = say.plain_date(earlier.of)
        yield Paragraph(say.say("replaces", version=str(earlier.version), date=when))


def danger(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return the box of danger signs."""
    numbers = sheet.clinic.numbers
    call = say.say("danger-911", emergency=numbers.emergency)
    crisis = "danger-988" if numbers.crisis == "988" else "danger-crisis"
    yield Box(
        (
            Heading(2, say.say("danger")),
            Paragraph(joined(call, say.say("danger-naloxone"))),
            Paragraph(say.say("danger-today")),
            Paragraph(say.say(crisis, crisis=numbers.crisis)),
        ),
        heavy=True,
    )


def reach(sheet: PatientSheet, say: Phrases, *, safely: bool = True) -> Iterable[Block]:
    """Return the box with how to go on safely, and the clinic's numbers."""
    day = _phone("phone-day", sheet.clinic.day, say)
    night = _phone("phone-night", sheet.clinic.night, say)
    yield Box(
        (
            Heading(2, say.say("reach")),
            *((go_on_safely(say),) if safely else ()),
            Paragraph(joined(day, night, between=NBSP * 3 + " ")),
        )
    )


def go_on_safely(say: Phrases) -> Paragraph:
    """Return what to do when a step is too fast, or the medicine too strong."""
    return Paragraph(joined(say.say("reach-pause"), say.say("reach-sleepy")))


def _phone(phrase: str, phone: Phone, say: Phrases) -> Words:
    number = say.say(phrase, number=phone.number.replace(" ", NBSP))
    return joined(number, say.say("phone-hours", hours=phone.hours) if phone.hours else ())


def _take(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    yield how_steps_start(sheet, say)
    if arrangement.steps == 0:
        yield Paragraph(say.say("amounts-on-page-2"))
        return
    steps = on_page_1(sheet, arrangement)
    for step in steps:
        yield from step_blocks(sheet, say, step, arrangement)
    reminders = joined(*_reminders(sheet, say, arrangement, steps))
    if reminders:
        yield Paragraph(reminders)


def how_steps_start(sheet: PatientSheet, say: Phrases) -> Paragraph:
    """Return whether a step starts by its date or by a call."""
    starts = say.say("starts-wait" if sheet.how_steps_start == "wait" else "starts-on-date")
    contact = say.say("contact-before") if sheet.contact_before_step else ()
    return Paragraph(joined(starts, contact))


def on_page_1(sheet: PatientSheet, arrangement: Arrangement) -> list[StepLine]:
    """Return the steps that stand on page 1: this one, and the next where there is room."""
    both = [current(sheet), following(sheet)]
    return [step for step in both[: arrangement.steps] if step is not None]


def _reminders(
    sheet: PatientSheet, say: Phrases, arrangement: Arrangement, steps: Iterable[StepLine]
) -> Iterable[Words]:
    """Return what holds for all tables, and where to find what is not on this page."""
    if any(len(_in_step(sheet, step)) > 1 for step in steps):
        yield say.say("all-tables")
    if not arrangement.check_each:
        yield say.say("check-all")
    if arrangement.side_by_side:
        shown = {medicine.key: medicine for step in steps for medicine in _in_step(sheet, step)}
        if any(medicines.is_patch(medicine) for medicine in shown.values()):
            yield say.say("patch-no-dates")
        if any(medicines.is_liquid(medicine) for medicine in shown.values()):
            yield say.say("liquid-syringe")
    if following(sheet) is None:
        yield say.say("no-next")
    elif arrangement.steps == 1:
        yield say.say("next-on-page-2")
    if not arrangement.notes and any(step.instruction for step in steps):
        yield say.say("notes-on-page-2")


def _in_step(sheet: PatientSheet, step: StepLine) -> list[MedicineTable]:
    """Return the medicines that have a table in this step."""
    return [
        medicine
        for medicine in sheet.medicines
        if medicines.row_in_force(medicine, step.number) is not None
    ]


def current(sheet: PatientSheet) -> StepLine:
    """Return the step that page 1 shows first."""
    return next(step for step in sheet.steps if step.number == sheet.current_step)


def following(sheet: PatientSheet) -> StepLine | None:
    """Return the step after it, or None for the last."""
    wanted = sheet.current_step + 1
    return next((step for step in sheet.steps if step.number == wanted), None)


def step_blocks(
    sheet: PatientSheet, say: Phrases, step: StepLine, arrangement: Arrangement
) -> Iterable[Block]:
    """Return one step: its dates, a table for each medicine, and what the step asks for."""
    yield Heading(2, step_title(sheet, say, step), ruled=True)
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


def step_title(sheet: PatientSheet, say: Phrases, step: StepLine) -> Words:
    """Return a step's dates with where it stands: first, here, or next."""
    if step.number == sheet.current_step:
        marker = say.say("step-here" if sheet.under_way else "step-first")
    else:
        marker = say.say("step-next")
    return joined(marker, step_dates(say, step))


def step_dates(say: Phrases, step: StepLine) -> Words:
    """Return "Step 1: <first day> to <last day>"."""
    first = say.long_date(step.starts_on)
    if step.last_day is None:
        return say.say("step-open", step=str(step.number), first=first)
    last = say.long_date(step.last_day)
    return say.say("step-dates", step=str(step.number), first=first, last=last)


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
        table = _dose_table(medicine, say, from_now_on(sheet, step, row), arrangement)
    return table, over(medicine, say, step)


def over(medicine: MedicineTable, say: Phrases, step: StepLine) -> Words:
    """Return the sentence for a medicine whose steps are over by this one, else nothing."""
    last = medicine.rows[-1].step
    if last >= step.number:
        return ()  # it is in this step, or joins at a later one
    product = medicines.product(medicine, say)
    if medicine.after == "stay":
        return say.say("keep-on", product=product, step=str(last))
    if medicine.after == "change":
        return say.say("changed-to", product=product, text=medicine.after_text)
    return say.say("finished", product=product)


def from_now_on(sheet: PatientSheet, step: StepLine, row: MedicineRow) -> MedicineRow:
    """Keep the days of change that are still to come in this step, a month of them at most."""
    since = max(step.starts_on, sheet.printed_on) if sheet.under_way else step.starts_on
    coming = [
        day
        for day in row.change_dates
        if since <= day and (step.last_day is None or day <= step.last_day)
    ]
    more = len(coming) > _MOST_DAYS or (row.changes_go_on and step.last_day is None)
    return replace(row, change_dates=tuple(coming[:_MOST_DAYS]), changes_go_on=more)


def _dose_table(
    medicine: MedicineTable, say: Phrases, row: MedicineRow, arrangement: Arrangement
) -> list[Block]:
    columns = medicines.DoseColumns(medicine, say)
    snug = arrangement.side_by_side
    table = Table(columns.headers, (columns.cells(row),), large=arrangement.large, snug=snug)
    lead = [Paragraph(words, leads=True) for words in medicines.lead_in(medicine, say)]
    after: list[Paragraph] = []
    if not arrangement.side_by_side or row.change_dates:
        after = [Paragraph(words) for words in how(medicine, say, row)]
    heading = Heading(3, medicines.heading(medicine, say))
    label = medicine.concentration or medicine.strength
    if not (arrangement.check_each and label):
        return [heading, *lead, table, *after]
    check = Paragraph(say.say("check", strength=medicines.unbroken(label)))
    return [heading, *lead, Beside((table,), (check,), share=58), *after]


def how(medicine: MedicineTable, say: Phrases, row: MedicineRow) -> Iterable[Words]:
    """Return what a patch or a liquid needs said beside its amounts."""
    if medicines.is_patch(medicine):
        days = schedule.day_list(say, row.change_dates, row.changes_go_on)
        yield say.say("patch-on-page", dates=days) if days else say.say("patch-no-dates")
    if medicines.is_liquid(medicine):
        yield say.say("liquid-syringe")


def _close(sheet: PatientSheet, say: Phrases) -> Block:
    lines: list[Block] = [Paragraph(next_contact(sheet, say))]
    lines.append(Paragraph(say.say("typed-by", physician=sheet.physician)))
    return with_code(sheet, say, lines)


def with_code(sheet: PatientSheet, say: Phrases, lines: list[Block]) -> Block:
    """Return lines with the plan code and its picture beside them; a draft has none."""
    if not sheet.code:
        return Box(tuple(lines))
    version = version_of(sheet, say)
    lines.append(Paragraph(say.say("code-line", code=shown_code(sheet.code), version=version)))
    lines.append(Paragraph(say.say("code-use")))
    alt = say.text("code-alt", code=shown_code(sheet.code))
    return Beside(tuple(lines), (QrCode(sheet.code, alt),), share=82)


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
    if not arrangement.reach:
        yield go_on_safely(say)
    steps = [current(sheet), following(sheet)][arrangement.steps :]
    for step in steps:
        if step is not None:
            yield from _whole(step_blocks(sheet, say, step, _ROOMY))


def _whole(members: Iterable[Block]) -> Iterable[Block]:
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
