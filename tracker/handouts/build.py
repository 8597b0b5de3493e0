"""From a plan's version to the values of its paper: pure, without database or web.

Belongs here: copying what the plan says into `values`, and the last day of each step. Every cell
keeps its text as typed. Not here: who may print, or when; the days of a patch are in `changing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from tracker.handouts.changing import days_of_change, last_day_named
from tracker.handouts.values import (
    CellText,
    CheckInLine,
    ClinicLines,
    EarlierSheet,
    MedicineRow,
    MedicineTable,
    NewMedicineLine,
    PatientLines,
    PatientSheet,
    StepLine,
    SupportLine,
    TreatmentLine,
)
from tracker.plans import (
    AfterLast,
    PairedCheckIn,
    PlanMedicine,
    Step,
    Version,
)

Who = Callable[[PairedCheckIn], tuple[str, str]]  # who calls, and at what time, as typed


def patient_sheet(
    version: Version,
    *,
    clinic: ClinicLines,
    patient: PatientLines,
    physician: str,
    printed_on: date,
    printed_by: str,
    current_step: int | None = None,
    replaces: EarlierSheet | None = None,
    support: SupportLine | None = None,
    checkins: tuple[CheckInLine, ...] | None = None,
    treatment_notes: Mapping[str, str] | None = None,
    calendar_months: int = 4,
    paper: str = "letter",
) -> PatientSheet:
    """Return the values of a version's patient sheet.

    current_step: the number of the step the patient is at; None before the plan begins, when page
    1 shows steps 1 and 2. checkins: the booked ones, with who and when; None takes the plan's own.
    treatment_notes: therapy id -> where and when, where it is known better than in the pairing.
    A version without a code prints as a draft.
    """
    lines = tuple(_step_line(version, step) for step in version.steps)
    at = next((line for line in lines if line.number == current_step), None)
    # As the calendar: from the current step's month or, once it has begun, the month of printing.
    shown_from = max(at.starts_on, printed_on) if at else lines[0].starts_on
    until = last_day_named(shown_from, calendar_months)
    return PatientSheet(
        clinic=clinic,
        patient=patient,
        physician=physician,
        version=version.number,
        code=version.code,
        printed_on=printed_on,
        printed_by=printed_by,
        how_steps_start=version.starts.value,
        contact_before_step=version.contact_before_step,
        steps=lines,
        medicines=tuple(
            _medicine(medicine, version, lines, until) for medicine in version.medicines
        ),
        current_step=current_step or lines[0].number,
        under_way=current_step is not None,
        replaces=replaces,
        unchanged=version.unchanged,
        new_medicines=tuple(
            NewMedicineLine(one.words, one.directions, one.starts, one.until)
            for one in version.new_medicines
        ),
        checkins=_planned(version) if checkins is None else checkins,
        treatments=_treatments(version, treatment_notes or {}),
        support=support or SupportLine(),
        goal=version.goal,
        calendar_months=calendar_months,
        paper=paper,
        draft=not version.code,
    )


def _step_line(version: Version, step: Step) -> StepLine:
    later = [one.starts_on for one in version.steps if one.number == step.number + 1]
    last = later[0] - timedelta(days=1) if later else version.last_day
    return StepLine(step.number, step.starts_on, last, step.instruction)


def _medicine(
    medicine: PlanMedicine, version: Version, lines: tuple[StepLine, ...], until: date
) -> MedicineTable:
    product, schedule = medicine.product, medicine.schedule
    rows = tuple(
        (line, tuple(CellText(cell.slot, str(cell.text)) for cell in part.cells))
        for step, line in zip(version.steps, lines, strict=True)
        for part in step.medicines
        if part.medicine == medicine.key
    )
    changes = days_of_change(
        medicine,
        [
            (line.starts_on, line.last_day, {cell.slot: cell.text for cell in cells})
            for line, cells in rows
        ],
        plan_ends=version.last_day,
        until=until,
    )
    stays_open = version.last_day is None and medicine.after_last is AfterLast.STAY
    return MedicineTable(
        key=medicine.key,
        label_name=product.label_name,
        strength=product.strength,
        concentration=product.concentration,
        form=product.form,
        form_plural=product.form_plural,
        kinds=product.kinds,
        measure=medicine.measure.value,
        unit=medicine.unit,
        unit_plural=medicine.unit_plural,
        pattern=schedule.pattern.value,
        uses=schedule.uses,
        at=schedule.at.value if schedule.at else "",
        every_unit=schedule.every_unit,
        purpose=schedule.purpose,
        after=medicine.after_last.value,
        after_text=medicine.after_last_text,
        rows=tuple(
            MedicineRow(line.number, cells, days, stays_open and number == len(rows))
            for number, ((line, cells), days) in enumerate(zip(rows, changes, strict=True), 1)
        ),
    )


def _planned(version: Version) -> tuple[CheckInLine, ...]:
    beside = (one for step in version.steps for one in step.checkins)
    planned = (*beside, *version.follow_up)
    return tuple(CheckInLine(one.on, one.mode) for one in sorted(planned, key=lambda one: one.on))


def _treatments(version: Version, notes: Mapping[str, str]) -> tuple[TreatmentLine, ...]:
    """Return each therapy once, in the order first paired, with its steps."""
    steps: dict[str, list[int]] = {}
    words: dict[str, tuple[str, str]] = {}
    for step in version.steps:
        for therapy in step.therapies:
            steps.setdefault(therapy.therapy, []).append(step.number)
            first = words.setdefault(therapy.therapy, (therapy.words, therapy.note))
            words[therapy.therapy] = (first[0], first[1] or therapy.note)
    return tuple(
        TreatmentLine(name, notes.get(key, note), tuple(steps[key]), key)
        for key, (name, note) in words.items()
    )
