"""The patient sheet in words: what stands on page 1, 2 and 3, and in which order.

Belongs here: the order of the sheet, page 1 in its arrangements, and what runs along each page.
Not here: the fixed words (`catalogue/handout.<language>.toml`), nor anything about paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.handouts import aftercare, medicines, schedule
from tracker.handouts.blocks import (
    Beside,
    Block,
    Box,
    Document,
    Heading,
    NewPage,
    Paragraph,
    QrCode,
    Running,
    Table,
    Together,
    Words,
    joined,
)
from tracker.handouts.phrases import NBSP, Phrases, typed
from tracker.handouts.values import CheckInLine, MedicineTable, PatientSheet, Phone, StepLine


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One way of arranging page 1. Nothing is made smaller: things move to page 2, and it says so."""

    steps: int  # 2: this step and the next; 1: this step; 0: both on page 2
    side_by_side: bool  # medicines in two columns
    check_each: bool  # the check sentence beside each table, or once for all
    notes: bool  # the prescriber's words for the step


# From the roomiest to the tightest; the first that fits is printed.
ARRANGEMENTS = (
    Arrangement(2, False, True, True),
    Arrangement(2, False, False, True),
    Arrangement(2, True, False, True),
    Arrangement(2, True, False, False),
    Arrangement(1, False, True, True),
    Arrangement(1, False, False, True),
    Arrangement(1, True, False, True),
    Arrangement(1, True, False, False),
    Arrangement(0, True, False, False),
)


def document(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Document:
    """Return the whole sheet in words, page 1 arranged as asked."""
    first = (*_head(sheet, say), *_danger(sheet, say), *_reach(sheet, say))
    first += (*_take(sheet, say, arrangement), _close(sheet, say))
    further = (
        NewPage(),
        *_moved(sheet, say, arrangement),
        *schedule.all_steps(sheet, say),
        *schedule.calendar(sheet, say),
        NewPage(),
        *aftercare.feel_and_help(sheet, say),
    )
    return Document(
        title=_title(sheet, say),
        subject=say.text("file-subject"),
        language="en-US" if sheet.language == "en" else sheet.language,
        author=sheet.clinic.name,
        running=_running(sheet, say),
        first_page=first,
        further=further,
    )


def _title(sheet: PatientSheet, say: Phrases) -> str:
    if sheet.draft:
        return say.text("file-title-draft")
    return say.text("file-title", version=str(sheet.version))


def _running(sheet: PatientSheet, say: Phrases) -> Running:
    who = joined(typed(name(sheet, say), bold=True), say.say("born", date=_born(sheet, say)))
    return Running(
        top_left=who,
        page_of=say.text("page-of", page="{page}", pages="{pages}"),
        version=_version(sheet, say),
        bottom=_foot(sheet, say),
        watermark=say.text("watermark") if sheet.draft else "",
        stamp=_stamp(sheet, say),
    )


def _version(sheet: PatientSheet, say: Phrases) -> str:
    if sheet.draft:
        return say.text("version-draft")
    return say.text("version", version=str(sheet.version))


def _foot(sheet: PatientSheet, say: Phrases) -> Words:
    phrase = "foot" if sheet.code else "foot-draft"
    return say.say(
        phrase,
        record=sheet.patient.record_number,
        code=shown(sheet.code),
        date=say.printed_date(sheet.printed_on).replace(" ", NBSP),
        by=sheet.printed_by,
    )


def _stamp(sheet: PatientSheet, say: Phrases) -> Words:
    if sheet.stamp is None:
        return ()
    on = say.plain_date(sheet.stamp.on)
    return say.say("stamp", version=str(sheet.stamp.version), date=on)


def shown(code: str) -> str:
    """Return a plan code in two halves: "7F3K-92QD"."""
    return f"{code[:4]}-{code[4:]}" if code else ""


def name(sheet: PatientSheet, say: Phrases) -> str:
    """Return the patient's name, with the one in Latin letters where it differs."""
    patient = sheet.patient
    if patient.latin_name and patient.latin_only:
        return patient.latin_name
    if patient.latin_name and patient.latin_name != patient.name:
        return say.text("name-two", name=patient.name, latin=patient.latin_name)
    return patient.name


def _born(sheet: PatientSheet, say: Phrases) -> str:
    return say.plain_date(sheet.patient.born).replace(" ", NBSP)


# -- page 1 ----------------------------------------------------------------------------------


def _head(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(1, say.say("title"), bookmark=True)
    yield Paragraph(typed(name(sheet, say), bold=True), large=True)
    source = say.say("from", physician=sheet.physician, clinic=sheet.clinic.name)
    yield Paragraph(joined(say.say("born", date=_born(sheet, say)), source, between=". "))
    if sheet.draft:
        yield Paragraph(say.say("draft-notice"))
    elif sheet.replaces is not None:
        earlier = sheet.replaces
        when = say.plain_date(earlier.of)
        yield Paragraph(say.say("replaces", version=str(earlier.version), date=when))


def _danger(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    numbers = sheet.clinic.numbers
    call = say.say("danger-911", emergency=numbers.emergency)
    yield Box(
        (
            Heading(2, say.say("danger")),
            Paragraph(joined(call, say.say("danger-naloxone"))),
            Paragraph(say.say("danger-today")),
            Paragraph(say.say("danger-988", crisis=numbers.crisis)),
        ),
        heavy=True,
    )


def _reach(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    day = _phone("phone-day", sheet.clinic.day, say)
    night = _phone("phone-night", sheet.clinic.night, say)
    yield Box(
        (
            Heading(2, say.say("reach")),
            Paragraph(joined(say.say("reach-pause"), say.say("reach-sleepy"))),
            Paragraph(joined(day, night, between=NBSP * 3 + " ")),
        )
    )


def _phone(phrase: str, phone: Phone, say: Phrases) -> Words:
    number = say.say(phrase, number=phone.number.replace(" ", NBSP))
    return joined(number, say.say("phone-hours", hours=phone.hours) if phone.hours else ())


def _take(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    starts = say.say("starts-wait" if sheet.how_steps_start == "wait" else "starts-on-date")
    contact = say.say("contact-before") if sheet.contact_before_step else ()
    yield Paragraph(joined(starts, contact))
    if arrangement.steps == 0:
        yield Paragraph(say.say("amounts-on-page-2"))
        return
    here, coming = current(sheet), following(sheet)
    yield from step_blocks(sheet, say, here, arrangement)
    if coming is not None and arrangement.steps == 2:
        yield from step_blocks(sheet, say, coming, arrangement)
    if not arrangement.check_each:
        yield Paragraph(say.say("check-all"))
    yield from _pointers(sheet, say, arrangement, coming)


def _pointers(
    sheet: PatientSheet, say: Phrases, arrangement: Arrangement, coming: StepLine | None
) -> Iterable[Block]:
    shown_steps = [current(sheet), coming if arrangement.steps == 2 else None]
    texts = []
    if coming is None:
        texts.append(say.say("no-next"))
    elif arrangement.steps == 1:
        texts.append(say.say("next-on-page-2"))
    if not arrangement.notes and any(step and step.instruction for step in shown_steps):
        texts.append(say.say("notes-on-page-2"))
    if texts:
        yield Paragraph(joined(*texts))


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
    yield Heading(2, _step_title(sheet, say, step), ruled=True)
    tables, lines = [], []
    for medicine in sheet.medicines:
        table, line = _medicine(medicine, say, step, arrangement)
        tables.extend([table] if table else [])
        lines.extend([Paragraph(line)] if line else [])
    if arrangement.side_by_side:
        yield from _paired(tables)
    else:
        yield from (block for table in tables for block in table)
    yield from lines
    if len(tables) > 1:
        yield Paragraph(say.say("all-tables"))
    if step.instruction and arrangement.notes:
        yield Paragraph(say.say("note", text=step.instruction))


def _paired(tables: list[list[Block]]) -> Iterable[Block]:
    for at in range(0, len(tables) - 1, 2):
        yield Beside(tuple(tables[at]), tuple(tables[at + 1]))
    if len(tables) % 2:
        yield Beside(tuple(tables[-1]), ())


def _step_title(sheet: PatientSheet, say: Phrases, step: StepLine) -> Words:
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
    medicine: MedicineTable, say: Phrases, step: StepLine, arrangement: Arrangement
) -> tuple[list[Block], Words]:
    row = medicines.row_of(medicine, step.number)
    if row is not None:
        return _dose_table(medicine, say, step.number, arrangement), ()
    last = medicine.rows[-1]
    if step.number < last.step:
        return [], ()  # it joins at a later step
    product = medicines.product(medicine, say)
    if medicine.after == "stay":
        table = _dose_table(medicine, say, last.step, arrangement)
        return table, say.say("keep-on", product=product, step=str(last.step))
    if medicine.after == "change":
        return [], say.say("changed-to", product=product, text=medicine.after_text)
    return [], say.say("finished", product=product)


def _dose_table(
    medicine: MedicineTable, say: Phrases, step: int, arrangement: Arrangement
) -> list[Block]:
    row = medicines.row_of(medicine, step)
    assert row is not None
    headers = tuple(header for _, header in medicines.columns(medicine, say))
    table = Table(headers, (tuple(medicines.cells(medicine, row, say)),))
    lead = [Paragraph(words) for words in medicines.lead_in(medicine, say)]
    after = [Paragraph(words) for words in _how(medicine, say, row.change_dates)]
    heading = Heading(3, medicines.heading(medicine, say))
    label = medicine.concentration or medicine.strength
    if not (arrangement.check_each and label):
        return [heading, *lead, table, *after]
    check = Paragraph(say.say("check", strength=medicines.unbroken(label)))
    return [heading, *lead, Beside((table,), (check,), share=58), *after]


def _how(medicine: MedicineTable, say: Phrases, dates: Iterable[date]) -> Iterable[Words]:
    if medicines.is_patch(medicine):
        days = schedule.day_list(say, dates)
        yield say.say("patch-on-page", dates=days) if days else say.say("patch-no-dates")
    if medicines.is_liquid(medicine):
        yield say.say("liquid-syringe")


def _close(sheet: PatientSheet, say: Phrases) -> Block:
    lines: list[Block] = [Paragraph(_next_contact(sheet, say))]
    lines.append(Paragraph(say.say("typed-by", physician=sheet.physician)))
    if not sheet.code:
        return Box(tuple(lines))
    lines.append(Paragraph(say.say("code-line", code=shown(sheet.code))))
    lines.append(Paragraph(say.say("code-use")))
    alt = say.text("code-alt", code=shown(sheet.code))
    return Beside(tuple(lines), (QrCode(sheet.code, alt),), share=82)


def _next_contact(sheet: PatientSheet, say: Phrases) -> Words:
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


def _moved(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    """Return at the top of page 2 the steps that page 1 could not hold."""
    steps = [current(sheet), following(sheet)][arrangement.steps :]
    roomy = Arrangement(2, False, True, True)
    for step in steps:
        if step is not None:
            yield from _whole(step_blocks(sheet, say, step, roomy))


def _whole(members: Iterable[Block]) -> Iterable[Block]:
    """Keep each medicine's heading, words and table together."""
    group: list[Block] = []
    for member in members:
        if isinstance(member, Heading) and member.level == 3 and group:
            if not isinstance(group[-1], Heading):
                yield Together(tuple(group))
                group = []
        group.append(member)
    if group:
        yield Together(tuple(group))
