"""The regimen and the taper: MedicationStatement, CarePlan, Goal, MedicationRequest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.course import Happening, PlanState, WhyClosed, closed, held
from tracker.course.words import (
    amounts_by_medicine,
    happening_day,
    happening_reason,
    happening_title,
)
from tracker.exchange.fhir.parts import (
    Resource,
    day,
    moment,
    note,
    period,
    reference,
    without_empty,
    words,
)
from tracker.exchange.values import PlanValue, Record
from tracker.plans import (
    Pattern,
    PlanMedicine,
    Schedule,
    Slot,
    Target,
    Weekday,
    cells_of,
    is_in,
    last_day,
    product_words,
)
from tracker.regimens import Line
from tracker.regimens import taken_words as line_taken_words
from tracker.sentences import after_words, taken_words

# EventTiming of FHIR R4; the times of day of the Universal Medication Schedule.
WHEN = {Slot.MORNING: "MORN", Slot.NOON: "NOON", Slot.EVENING: "EVE", Slot.BEDTIME: "HS"}
_TARGETS = {
    Target.LOWER: "Lower dose",
    Target.STOP: "Stop",
    Target.CHANGE: "Change to another medicine",
    Target.LATER: "To be decided later",
}


def resources(record: Record) -> Iterator[Resource]:
    """Give the regimen in use and every signed version; medicines of the one in force alone."""
    if record.regimens:
        for position, line in enumerate(record.regimens[0].lines, 1):
            yield _statement(record, line, position)
    for plan in record.plans:
        if plan.version.goal:
            yield _goal(record, plan)
        yield _care_plan(record, plan)
    if record.plans:
        in_force = record.plans[-1]
        for medicine in in_force.version.medicines:
            yield _request(record, in_force, medicine)


def _subject(record: Record) -> Resource:
    return reference("Patient", record.patient.id)


def _statement(record: Record, line: Line, position: int) -> Resource:
    regimen = record.regimens[0]
    told = [line.note, f"The label says: {line.label_says}" if line.label_says else ""]
    if line.other_prescriber:
        told.append("Supplied by another prescriber: not changed here")
    return {
        "resourceType": "MedicationStatement",
        "id": f"{regimen.id}-{position}",
        "status": "active",
        "medicationCodeableConcept": words(product_words(line.product)),
        "subject": _subject(record),
        "effectiveDateTime": day(regimen.as_of),
        "dateAsserted": moment(regimen.recorded_at),
        "dosage": [
            without_empty(
                {"text": line_taken_words(line), "asNeededBoolean": _as_needed(line.schedule)}
            )
        ],
        **({"note": [note(one) for one in told if one]} if any(told) else {}),
    }


def _as_needed(schedule: Schedule) -> bool | None:
    return True if schedule.pattern is Pattern.AS_NEEDED else None


def _goal(record: Record, plan: PlanValue) -> Resource:
    return {
        "resourceType": "Goal",
        "id": str(plan.version_id),
        "lifecycleStatus": "active" if plan.state is not PlanState.REPLACED else "cancelled",
        "description": words(plan.version.goal),
        "subject": _subject(record),
        "startDate": day(plan.version.signed_on),
    }


def _status(record: Record, plan: PlanValue) -> str:
    """Give the status of a version and its medicines, from values that both resources share."""
    match plan.state:
        case PlanState.SIGNED | PlanState.ACTIVE | PlanState.ON_HOLD if record.patient.died:
            return "revoked"
        case PlanState.ON_HOLD:
            return "on-hold"
        case PlanState.REPLACED:
            return "revoked"
        case PlanState.CLOSED:
            end = closed(record.course)
            return "completed" if end and end.why == WhyClosed.COMPLETED else "revoked"
        case _:
            return "active"


def _care_plan(record: Record, plan: PlanValue) -> Resource:
    version, newest = plan.version, record.plans[-1] is plan
    target = ": ".join(part for part in (_TARGETS[version.target], version.target_text) if part)
    return without_empty(
        {
            "resourceType": "CarePlan",
            "id": str(plan.version_id),
            "identifier": [{"type": words("Plan code"), "value": version.code}],
            "replaces": [
                reference("CarePlan", one.version_id)
                for one in record.plans
                if one.version.number == version.number - 1
            ],
            "status": _status(record, plan),
            "intent": "plan",
            "category": [words("Opioid taper")],
            "title": f"Opioid taper plan, version {version.number}",
            "description": target,
            "subject": _subject(record),
            "period": period(version.steps[0].starts_on, version.last_day),
            "created": moment(plan.signed_at),
            "contributor": [{"display": plan.signed_by}],
            "goal": [reference("Goal", plan.version_id)] if version.goal else [],
            "activity": _activities(record, plan) if newest else [],
            "note": [
                note(text)
                for text in (f"Reason for tapering: {version.reason}", version.change_reason)
                if text
            ],
        }
    )


def _activities(record: Record, plan: PlanValue) -> list[Resource]:
    happened = [
        note(_told(one, plan), one.at, one.by)
        for one in record.course.happened
        if one.version <= plan.version.number
    ]
    requests: list[Resource] = [
        {"reference": reference("MedicationRequest", f"{plan.version_id}-{medicine.key}")}
        for medicine in plan.version.medicines
    ]
    if happened:  # what happened is told once, on the first medicine
        requests[0]["progress"] = happened
    return requests


def _told(one: Happening, plan: PlanValue) -> str:
    amounts = [f"{name}: {taken}" for name, taken in amounts_by_medicine(one, plan.version)]
    parts = [happening_title(one), happening_day(one), happening_reason(one), *amounts]
    return ". ".join(part for part in parts if part)


def _request(record: Record, plan: PlanValue, medicine: PlanMedicine) -> Resource:
    hold = held(record.course)
    status = {"revoked": "stopped"}.get(_status(record, plan), _status(record, plan))
    return without_empty(
        {
            "resourceType": "MedicationRequest",
            "id": f"{plan.version_id}-{medicine.key}",
            "status": status,
            "statusReason": words(happening_reason(hold)) if hold else None,
            "intent": "plan",
            "medicationCodeableConcept": words(product_words(medicine.product)),
            "subject": _subject(record),
            "authoredOn": moment(plan.signed_at),
            "requester": {"display": plan.signed_by},
            "basedOn": [reference("CarePlan", plan.version_id)],
            "note": [note(f"{after_words(medicine)[0].upper()}{after_words(medicine)[1:]}")],
            "dosageInstruction": _dosages(plan, medicine),
        }
    )


def _dosages(plan: PlanValue, medicine: PlanMedicine) -> list[Resource]:
    version = plan.version
    return [
        without_empty(
            {
                "sequence": step.number,
                "text": taken_words(medicine, cells_of(step, medicine.key)),
                "patientInstruction": step.instruction,
                "timing": {
                    "repeat": _repeat(medicine, step.starts_on, last_day(version, step.number))
                },
                "asNeededBoolean": _as_needed(medicine.schedule),
            }
        )
        for step in version.steps
        if is_in(medicine, step.number)
    ]


def _repeat(medicine: PlanMedicine, start: date, end: date | None) -> Resource:
    """Give when, as far as codes can say it; how much, and how many hours, stay in the text."""
    schedule = medicine.schedule
    slots = [Slot(use) for use in schedule.uses] if schedule.pattern is Pattern.TIMES else []
    days = [Weekday(use) for use in schedule.uses] if schedule.pattern is Pattern.WEEKDAYS else []
    if schedule.pattern is Pattern.WEEKDAYS and schedule.at:
        slots = [schedule.at]
    return without_empty(
        {
            "boundsPeriod": period(start, end),
            "dayOfWeek": [one.value[:3] for one in Weekday if one in days],
            "when": [WHEN[slot] for slot in Slot if slot in slots],
        }
    )
