"""Page 2 of the patient sheet in words: all steps, and what comes after the last.

Belongs here: one table for each medicine, never merged. The calendar is in `months`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tracker.handouts import medicines
from tracker.handouts.blocks import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Table,
    TableCell,
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

_DONE = TableCell(ticks=(True,))


def all_steps(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return every step of every medicine, then what comes after the last."""
    yield Heading(2, say.say("all-steps"), bookmark=True)
    yield Paragraph(say.say("may-change"))
    dates = {step.number: _dates(step, say) for step in sheet.steps}
    for medicine in sheet.medicines:
        yield from _table(medicine, dates, say)
    yield from around(sheet, say)


def around(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return the notes for the steps, what comes after the last, and the other medicines."""
    yield from _notes(sheet, say)
    yield from _after(sheet, say)
    yield from _beside_the_plan(sheet, say)


def _table(
    medicine: MedicineTable, dates: Mapping[int, TableCell], say: Phrases
) -> Iterable[Block]:
    yield Heading(3, medicines.heading(medicine, say))
    yield from (Paragraph(words, leads=True) for words in medicines.lead_in(medicine, say))
    columns = medicines.DoseColumns(medicine, say)
    headers = (
        say.say("column-step"),
        say.say("column-dates"),
        *columns.headers,
        say.say("column-done"),
    )
    rows = tuple(_row(columns, row, dates[row.step]) for row in medicine.rows)
    yield Table(headers, rows, wide=(1,), name=medicines.heading(medicine, say))
    yield from patch_days(medicine, say)


def _row(
    columns: medicines.DoseColumns, row: MedicineRow, dates: TableCell
) -> tuple[TableCell, ...]:
    number = TableCell(typed(str(row.step), bold=True), row_header=True)
    return number, dates, *columns.cells(row), _DONE


def _dates(step: StepLine, say: Phrases) -> TableCell:
    first = say.row_date(step.starts_on)
    if step.last_day is None:
        return TableCell(say.say("row-open", first=first))
    return TableCell(say.say("row-from", first=first), notes=(typed(say.row_date(step.last_day)),))


def patch_days(medicine: MedicineTable, say: Phrases) -> Iterable[Block]:
    """Return the days on which a patch is changed, step by step."""
    dated = [row for row in medicine.rows if row.change_dates]
    if not (dated and medicines.is_patch(medicine)):
        return
    yield Paragraph(say.say("patch-days"), leads=True)
    yield Bullets(
        tuple(
            say.say(
                "patch-days-step",
                step=str(row.step),
                dates=day_list(say, row.change_dates, row.changes_go_on),
            )
            for row in dated
        )
    )


def day_list(say: Phrases, days: Iterable[date], goes_on: bool = False) -> str:
    """Return days in a row: "Tue, Dec 1; Fri, Dec 4", with "and so on" where more follow."""
    listed = "; ".join(say.short_date(day).replace(" ", NBSP) for day in days)
    return say.text("and-so-on", days=listed) if goes_on and listed else listed


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
        yield Bullets(tuple(_unchanged(line, say) for line in sheet.unchanged))
    else:
        yield Paragraph(say.say("unchanged-none"))
    if sheet.new_medicines:
        yield Heading(3, say.say("new-medicines"))
        yield Bullets(tuple(_new(one, say) for one in sheet.new_medicines))


def _unchanged(line: str, say: Phrases) -> Words:
    """Return a line as it is kept or, in another language, its product and that nothing changes."""
    return say.say("unchanged-line", product=line) if say.has("unchanged-line") else typed(line)


def _new(one: NewMedicineLine, say: Phrases) -> Words:
    parts = [typed(one.words, bold=True), typed(one.directions)]
    if one.starts:
        parts.append(say.say("new-from", starts=one.starts))
    if one.until:
        parts.append(say.say("new-until", until=one.until))
    return joined(*parts, between=", ")
