"""Page 2 of the patient sheet in words: all steps, what comes after them, and the calendar.

Belongs here: one table for each medicine, never merged, and the months with boxes but no amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from tracker.handouts import medicines
from tracker.handouts.blocks import (
    Block,
    Bullets,
    Heading,
    NewPage,
    Paragraph,
    Table,
    TableCell,
    Together,
    Words,
    joined,
)
from tracker.handouts.phrases import NBSP, Phrases, typed
from tracker.handouts.values import (
    MedicineRow,
    MedicineTable,
    NewMedicineLine,
    PatientSheet,
    StepLine,
)


def all_steps(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return every step of every medicine, then what comes after the last."""
    yield Heading(2, say.say("all-steps"), bookmark=True)
    yield Paragraph(say.say("may-change"))
    for medicine in sheet.medicines:
        yield from _table(sheet, medicine, say)
    yield from _notes(sheet, say)
    yield from _after(sheet, say)
    yield from _beside_the_plan(sheet, say)


def _table(sheet: PatientSheet, medicine: MedicineTable, say: Phrases) -> Iterable[Block]:
    yield Heading(3, medicines.heading(medicine, say))
    yield from (Paragraph(words, leads=True) for words in medicines.lead_in(medicine, say))
    headers = (
        say.say("column-step"),
        say.say("column-dates"),
        *medicines.headers(medicine, say),
        say.say("column-done"),
    )
    steps = {step.number: step for step in sheet.steps}
    rows = tuple(_row(medicine, row, steps[row.step], say) for row in medicine.rows)
    yield Table(headers, rows, wide=(1,))
    yield from _patch_days(medicine, say)


def _row(
    medicine: MedicineTable, row: MedicineRow, step: StepLine, say: Phrases
) -> tuple[TableCell, ...]:
    number = TableCell(typed(str(row.step), bold=True), row_header=True)
    return (
        number,
        _dates(step, say),
        *medicines.cells(medicine, row, say),
        TableCell(ticks=(True,)),
    )


def _dates(step: StepLine, say: Phrases) -> TableCell:
    first = say.long_date(step.starts_on)
    if step.last_day is None:
        return TableCell(say.say("row-open", first=first))
    return TableCell(say.say("row-from", first=first), notes=(typed(say.long_date(step.last_day)),))


def _patch_days(medicine: MedicineTable, say: Phrases) -> Iterable[Block]:
    dated = [row for row in medicine.rows if row.change_dates]
    if not (dated and medicines.is_patch(medicine)):
        return
    yield Paragraph(say.say("patch-days"), leads=True)
    yield Bullets(
        tuple(
            say.say("patch-days-step", step=str(row.step), dates=day_list(say, row.change_dates))
            for row in dated
        )
    )


def day_list(say: Phrases, days: Iterable[date]) -> str:
    """Return days in a row: "Tue, Dec 1; Fri, Dec 4"."""
    return "; ".join(say.short_date(day).replace(" ", NBSP) for day in days)


def _notes(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    noted = [step for step in sheet.steps if step.instruction]
    if noted:
        yield Heading(3, say.say("step-notes"))
        yield Bullets(
            tuple(
                say.say("step-note", step=str(step.number), text=step.instruction) for step in noted
            )
        )


def _after(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(3, say.say("after"))
    yield Bullets(tuple(_after_one(medicine, say) for medicine in sheet.medicines))


def _after_one(medicine: MedicineTable, say: Phrases) -> Words:
    product, step = medicines.product(medicine, say), str(medicine.rows[-1].step)
    if medicine.after == "change":
        return say.say("after-change", product=product, step=step, text=medicine.after_text)
    said = say.say(f"after-{medicine.after}", product=product, step=step)
    return joined(said, typed(medicine.after_text))


def _beside_the_plan(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(3, say.say("unchanged"))
    if sheet.unchanged:
        yield Bullets(tuple(typed(line) for line in sheet.unchanged))
    else:
        yield Paragraph(say.say("unchanged-none"))
    if sheet.new_medicines:
        yield Heading(3, say.say("new-medicines"))
        yield Bullets(tuple(_new(one, say) for one in sheet.new_medicines))


def _new(one: NewMedicineLine, say: Phrases) -> Words:
    parts = [typed(one.words, bold=True), typed(one.directions)]
    if one.starts:
        parts.append(say.say("new-from", starts=one.starts))
    if one.until:
        parts.append(say.say("new-until", until=one.until))
    return joined(*parts, between=", ")


# -- the calendar ------------------------------------------------------------------------------


def calendar(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return two months a page: starts of steps, check-ins, patch days, boxes; never an amount."""
    months = _months(sheet)
    if not months:
        return
    yield NewPage()
    yield Heading(2, say.say("calendar"), bookmark=True)
    times = _times_in_use(sheet, months)
    if times:
        names = ", ".join(say.text(time) for time in times)
        yield Paragraph(say.say("calendar-boxes", times=names.lower()))
    for number, month in enumerate(months):
        if number and number % 2 == 0:
            yield NewPage()
        table = Table(_weekdays(say), tuple(_weeks(sheet, month, times, say)), month=True)
        yield Together((Heading(3, typed(say.month(month))), table))
    if _goes_on(sheet, months[-1]):
        yield Paragraph(say.say("calendar-more"))


def _weekdays(say: Phrases) -> tuple[Words, ...]:
    return tuple(typed(say.weekday(day)) for day in range(7))


def _months(sheet: PatientSheet) -> list[date]:
    """Return the first days of the months shown, from the current step's on."""
    start = next(step for step in sheet.steps if step.number == sheet.current_step).starts_on
    if sheet.under_way:
        start = max(start, min(sheet.printed_on, _end(sheet) or sheet.printed_on))
    month, months = start.replace(day=1), list[date]()
    while len(months) < sheet.calendar_months and month <= (_end(sheet) or date.max):
        months.append(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return months


def _end(sheet: PatientSheet) -> date | None:
    return sheet.steps[-1].last_day


def _goes_on(sheet: PatientSheet, month: date) -> bool:
    after = (month + timedelta(days=31)).replace(day=1)
    end = _end(sheet)
    return end is None or end >= after


def _weeks(
    sheet: PatientSheet, month: date, times: Sequence[str], say: Phrases
) -> Iterable[tuple[TableCell, ...]]:
    day = month - timedelta(days=month.weekday())
    while day.month == month.month or day < month:
        yield tuple(
            _day(sheet, day + timedelta(days=ahead), month, times, say) for ahead in range(7)
        )
        day += timedelta(days=7)


def _day(
    sheet: PatientSheet, day: date, month: date, times: Sequence[str], say: Phrases
) -> TableCell:
    if day.month != month.month:
        return TableCell()
    starts = [step for step in sheet.steps if step.starts_on == day]
    notes = [say.say("calendar-step", step=str(step.number)) for step in starts]
    modes = sorted({one.mode for one in sheet.checkins if one.on == day})
    notes += [say.say(f"calendar-{mode}") for mode in modes]
    if _patch_changes(sheet, day):
        notes.append(say.say("calendar-patch"))
    taken = times_taken(sheet, day)
    return TableCell(
        typed(str(day.day), bold=bool(starts)),
        ticks=tuple(time in taken for time in times) if taken else (),
        notes=tuple(notes),
        marked=bool(starts),
    )


def _patch_changes(sheet: PatientSheet, day: date) -> bool:
    return any(
        day in row.change_dates
        for medicine in sheet.medicines
        if medicines.is_patch(medicine)
        for row in medicine.rows
    )


def times_taken(sheet: PatientSheet, day: date) -> frozenset[str]:
    """Return the times of day on which a day's step has something to take."""
    step = _step_on(sheet, day)
    if step is None:
        return frozenset()
    times: set[str] = set()
    for medicine in sheet.medicines:
        row = medicines.row_of(medicine, step.number)
        if row is None and medicine.after == "stay" and medicine.rows[-1].step < step.number:
            row = medicine.rows[-1]
        if row is not None:
            times.update(medicines.takes_at(medicine, row, day.weekday()))
    return frozenset(times)


def _step_on(sheet: PatientSheet, day: date) -> StepLine | None:
    begun = [step for step in sheet.steps if step.starts_on <= day]
    if not begun or (begun[-1].last_day is not None and day > begun[-1].last_day):
        return None
    return begun[-1]


def _times_in_use(sheet: PatientSheet, months: Sequence[date]) -> tuple[str, ...]:
    end = (months[-1] + timedelta(days=31)).replace(day=1)
    days = (months[0] + timedelta(days=n) for n in range((end - months[0]).days))
    used = {time for day in days for time in times_taken(sheet, day)}
    return tuple(time for time in medicines.TIMES if time in used)
