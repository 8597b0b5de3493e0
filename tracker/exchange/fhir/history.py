"""Who did what: Provenance of every version, AuditEvent for every line of the history."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.exchange.fhir.parts import Resource, code, moment, reference, without_empty, words
from tracker.exchange.values import EventValue, PlanValue, Record
from tracker.policy import ACTS, Touch

_ACTIONS = {Touch.WRITE: "C", Touch.READ: "R"}


def resources(record: Record) -> Iterator[Resource]:
    """Give the history: it names acts and people, and no dose."""
    for plan in record.plans:
        yield _provenance(plan)
    for event in record.events:
        yield _audit_event(record, event)


def _provenance(plan: PlanValue) -> Resource:
    return {
        "resourceType": "Provenance",
        "id": str(plan.version_id),
        "target": [
            reference("CarePlan", plan.version_id),
        ],
        "recorded": moment(plan.signed_at),
        "activity": words(f"Signed version {plan.version.number}"),
        "agent": [
            {
                "type": code("provenance-participant-type", "author", "Author"),
                "who": {"display": plan.signed_by},
            }
        ],
    }


def _audit_event(record: Record, event: EventValue) -> Resource:
    act = ACTS.get(event.act)
    return {
        "resourceType": "AuditEvent",
        "id": f"{record.clinic.id}-{event.seq}",
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
            "display": "RESTful Operation",
        },
        "subtype": [{"code": event.act, "display": act.does if act else event.act}],
        "action": _ACTIONS.get(act.touch, "E") if act else "E",
        "recorded": moment(event.at),
        "outcome": "0",
        "agent": [
            without_empty(
                {
                    "who": reference("Practitioner", event.by_id, event.by_name)
                    if event.by_id
                    else {"display": event.by_name},
                    "requestor": True,
                }
            )
        ],
        "source": {"observer": reference("Organization", record.clinic.id, record.clinic.name)},
        "entity": [{"what": reference("Patient", record.patient.id)}],
    }
