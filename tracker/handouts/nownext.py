"""Where the patient is in the plan, in words: this step, the next one, and what holds in each.

Belongs here: which medicines a step has, its title, its days of change, the words for a medicine
whose steps are over. Not here: how it stands on the page (`fridge`, `cards`, `large`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tracker.handouts import medicines, schedule
from tracker.handouts.blocks import Words, joined
from tracker.handouts.phrases import Phrases
from tracker.handouts.values import MedicineRow, MedicineTable, PatientSheet, StepLine

MOST_DAYS = 12  # of change beside one table: a month of them; the calendar has them all


def in_step(sheet: PatientSheet, step: StepLine) -> list[MedicineTable]:
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


def both(sheet: PatientSheet) -> list[StepLine]:
    """Return this step and the next; the last step alone."""
    return [step for step in (current(sheet), following(sheet)) if step is not None]


def step_title(
    sheet: PatientSheet, say: Phrases, step: StepLine, *, brief: bool = False, here: str = ""
) -> Words:
    """Return a step's dates with where it stands: first, here, or next.

    brief: days and months cut short. here: the phrase for "you are here", where it is another one.
    """
    if step.number == sheet.current_step:
        marker = say.say((here or "step-here") if sheet.under_way else "step-first")
    else:
        marker = say.say("step-next")
    return joined(marker, step_dates(say, step, brief=brief))


def step_dates(say: Phrases, step: StepLine, *, brief: bool = False) -> Words:
    """Return "Step 1: <first day> to <last day>"; in brief, days and months cut short."""
    first = say.short_date(step.starts_on) if brief else say.long_date(step.starts_on)
    if step.last_day is None:
        return say.say("step-open", step=str(step.number), first=first)
    last = say.brief_date(step.last_day) if brief else say.long_date(step.last_day)
    return say.say("step-dates", step=str(step.number), first=first, last=last)


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
    more = len(coming) > MOST_DAYS or (row.changes_go_on and step.last_day is None)
    return replace(row, change_dates=tuple(coming[:MOST_DAYS]), changes_go_on=more)


def how(medicine: MedicineTable, say: Phrases, row: MedicineRow) -> Iterable[Words]:
    """Return what a patch or a liquid needs said beside its amounts."""
    if medicines.is_patch(medicine):
        yield patch(say, row)
    if medicines.is_liquid(medicine):
        yield say.say("liquid-syringe")


def patch(say: Phrases, row: MedicineRow) -> Words:
    """Return how a patch is changed, and on which days."""
    days = schedule.day_list(say, row.change_dates, row.changes_go_on)
    return say.say("patch-on-page", dates=days) if days else say.say("patch-no-dates")


def changes_in(
    sheet: PatientSheet, medicine: MedicineTable, steps: Iterable[StepLine], most: int = MOST_DAYS
) -> MedicineRow:
    """Return a row with the days of change of these steps together, `most` of them at most."""
    rows = [
        from_now_on(sheet, step, row)
        for step in steps
        if (row := medicines.row_in_force(medicine, step.number)) is not None
    ]
    days = sorted({day for row in rows for day in row.change_dates})
    more = len(days) > most or any(row.changes_go_on for row in rows)
    return replace(rows[0], change_dates=tuple(days[:most]), changes_go_on=more)
