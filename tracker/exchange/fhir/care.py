"""What stands beside the steps: therapies, check-ins, scores, and the paper."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.checkins import MODES, CheckIn
from tracker.exchange.fhir.parts import (
    LOINC,
    Resource,
    code,
    day,
    moment,
    note,
    period,
    reference,
    without_empty,
    words,
)
from tracker.exchange.values import CheckInValue, HandoutValue, Record, Score
from tracker.therapies import Standing

_THERAPY = {"planned": "active", "referred": "active", "started": "active", "stopped": "revoked"}


def resources(record: Record) -> Iterator[Resource]:
    """Give therapies, check-ins with their answers and scores, and every printed handout."""
    for position, therapy in enumerate(record.therapies, 1):
        yield _therapy(record, therapy, position)
    for one in record.checkins:
        yield _task(record, one.checkin)
        if one.checkin.contact:
            yield _answers(record, one)
            yield from (
                _score(record, one, score) for score in one.scores if score.total is not None
            )
    for handout in record.handouts:
        yield _handout(record, handout)


def _subject(record: Record) -> Resource:
    return reference("Patient", record.patient.id)


def _therapy(record: Record, therapy: Standing, position: int) -> Resource:
    newest = record.plans[-1].version_id if record.plans else 0
    return without_empty(
        {
            "resourceType": "ServiceRequest",
            "id": str(therapy.id or f"{newest}-t{position}"),
            "basedOn": [reference("CarePlan", newest)] if therapy.planned and newest else [],
            "status": _THERAPY[therapy.state],
            "intent": "plan",
            "code": words(therapy.words),
            "subject": _subject(record),
            "note": [note(f"{therapy.says[0].upper()}{therapy.says[1:]}")],
        }
    )


def _task(record: Record, checkin: CheckIn) -> Resource:
    return without_empty(
        {
            "resourceType": "Task",
            "id": str(checkin.id),
            "status": _task_status(record, checkin),
            "statusReason": words(checkin.cancelled.reason) if checkin.cancelled else None,
            "intent": "plan",
            "code": words(f"Check-in: {MODES.get(checkin.mode, checkin.mode).lower()}"),
            "for": _subject(record),
            "executionPeriod": period(checkin.contact.on, checkin.contact.on)
            if checkin.contact
            else None,
            "restriction": {"period": period(checkin.on, checkin.last_day)},
            "note": [
                note(f"Not reached on {day(one.on)}", one.at, one.by) for one in checkin.attempts
            ],
        }
    )


def _task_status(record: Record, checkin: CheckIn) -> str:
    if checkin.contact:
        return "completed"
    return "requested" if checkin.open and not record.patient.died else "cancelled"


def _answers(record: Record, one: CheckInValue) -> Resource:
    contact = one.checkin.contact
    assert contact is not None
    return without_empty(
        {
            "resourceType": "QuestionnaireResponse",
            "id": str(contact.id),
            "basedOn": [reference("CarePlan", contact.version_id)] if contact.version_id else [],
            "status": "amended" if contact.replaces_id else "completed",
            "subject": _subject(record),
            "authored": moment(contact.at),
            "author": {"display": contact.by},
            "item": [
                {
                    "linkId": answer.question,
                    "text": answer.asked,
                    **({"answer": [{"valueString": answer.words}]} if answer.words else {}),
                }
                for answer in one.answers
            ],
        }
    )


def _score(record: Record, one: CheckInValue, score: Score) -> Resource:
    contact = one.checkin.contact
    assert contact is not None
    return {
        "resourceType": "Observation",
        "id": f"{contact.id}-{score.instrument.replace('_', '-')}",
        "status": "amended" if contact.replaces_id else "final",
        "category": [code("observation-category", "survey", "Survey")],
        "code": code(LOINC, score.loinc, text=score.name) if score.loinc else words(score.name),
        "subject": _subject(record),
        "effectiveDateTime": day(contact.on),
        "issued": moment(contact.at),
        "performer": [{"display": contact.by}],
        # An instrument's own total, by its published rule; never a dose.
        "valueQuantity": {
            "value": score.total,
            "unit": "{score}",
            "system": "http://unitsofmeasure.org",
            "code": "{score}",
        },
        "derivedFrom": [reference("QuestionnaireResponse", contact.id)],
    }


def _handout(record: Record, handout: HandoutValue) -> Resource:
    return {
        "resourceType": "DocumentReference",
        "id": str(handout.id),
        "identifier": [{"type": words("SHA-256 of the PDF"), "value": handout.sha256}],
        "status": "current" if _is_newest(record, handout) else "superseded",
        "type": words("Taper handout for the patient"),
        "subject": _subject(record),
        "date": moment(handout.printed_at),
        "author": [{"display": handout.printed_by}],
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "language": handout.language,
                    "size": handout.size,
                    "title": "Taper handout",
                    "creation": moment(handout.printed_at),
                }
            }
        ],
        "context": {"related": [reference("CarePlan", handout.version_id)]},
    }


def _is_newest(record: Record, handout: HandoutValue) -> bool:
    return bool(record.plans) and record.plans[-1].version_id == handout.version_id
