"""FHIR R4, as plain dicts: what each part of a record becomes.

A dose is text in `dosageInstruction.text`; there is no `doseQuantity` anywhere. Nothing becomes an
order: a plan's medicines are `MedicationRequest` with `intent` "plan".
"""

from __future__ import annotations

from collections.abc import Iterator

from tracker.exchange.fhir import care, history, people, plan
from tracker.exchange.fhir.parts import Resource
from tracker.exchange.values import Record

VERSION = "4.0.1"


def resources(record: Record) -> Iterator[Resource]:
    """Give every resource of one patient's record, the patient first.

    The clinic and its staff are not among them: an export of many patients names them once.
    """
    yield people.patient(record.patient, record.clinic)
    yield from people.allergies(record.patient)
    yield from plan.resources(record)
    yield from care.resources(record)
    yield from history.resources(record)


def shared(record: Record) -> Iterator[Resource]:
    """Give the clinic and the staff whom the record names."""
    yield people.organization(record.clinic)
    for person in record.people.values():
        yield people.practitioner(person)


def bundle(record: Record) -> Resource:
    """Put one patient's record, the clinic and its staff into one Bundle."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"urn:taper:{one['resourceType']}:{one['id']}", "resource": one}
            for one in (*shared(record), *resources(record))
        ],
    }


__all__ = ["VERSION", "Resource", "bundle", "resources", "shared"]
