"""What the read-only service says of itself and of what it finds: capabilities, sets, faults."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker.exchange.fhir.parts import Resource, moment, without_empty


def capabilities(name: str, version: str, at: datetime) -> Resource:
    """Give the CapabilityStatement: patients can be listed and read, and nothing written."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": moment(at),
        "kind": "instance",
        "software": {"name": "Opioid taper tracker", "version": version},
        "implementation": {"description": f"Records of {name}, to read"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "A bearer token that a member of staff made."},
                "resource": [
                    {
                        "type": "Patient",
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "operation": [
                            {
                                "name": "everything",
                                "definition": "http://hl7.org/fhir/OperationDefinition/"
                                "Patient-everything",
                            }
                        ],
                    }
                ],
            }
        ],
    }


def found(
    resources: Iterable[Resource], *, total: int | None, own: str, following: str = ""
) -> Resource:
    """Put what was found into a Bundle, with where it is and where its next page is."""
    links = (("self", own), ("next", following))
    return without_empty(
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": total,
            "link": [{"relation": name, "url": url} for name, url in links if url],
            "entry": [
                {
                    "fullUrl": f"urn:taper:{one['resourceType']}:{one['id']}",
                    "resource": one,
                    "search": {"mode": "match" if one["resourceType"] == "Patient" else "include"},
                }
                for one in resources
            ],
        }
    )


_ISSUES = {401: "login", 403: "forbidden", 404: "not-found"}


def fault(code: int, words: str) -> Resource:
    """Give an OperationOutcome for an HTTP status."""
    issue = {"severity": "error", "code": _ISSUES.get(code, "processing"), "diagnostics": words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
