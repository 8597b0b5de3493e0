"""The small parts that many resources share: references, codes, periods, notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

Resource = dict[str, Any]

LOINC = "http://loinc.org"
_CODES = "http://terminology.hl7.org/CodeSystem/"


def without_empty(values: Resource) -> Resource:
    """Leave out what is not known: FHIR has no empty strings, lists or objects."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def reference(kind: str, id: object, words: str = "") -> Resource:
    """Point at another resource of the export."""
    return without_empty({"reference": f"{kind}/{id}", "display": words})


def words(text: str) -> Resource:
    """Give a concept that is known by its words alone."""
    return {"text": text}


def code(system: str, value: str, display: str = "", text: str = "") -> Resource:
    """Give a coded concept; a bare system name is one of HL7's own."""
    address = system if ":" in system else _CODES + system
    return without_empty(
        {
            "coding": [without_empty({"system": address, "code": value, "display": display})],
            "text": text,
        }
    )


def day(on: date | None) -> str | None:
    """Give a day as FHIR writes it."""
    return on.isoformat() if on else None


def moment(at: datetime) -> str:
    """Give a moment in UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def period(start: date | None, end: date | None) -> Resource:
    """Give a period; an open end is left out."""
    return without_empty({"start": day(start), "end": day(end)})


def note(text: str, at: datetime | None = None, by: str = "") -> Resource:
    """Give an annotation."""
    return without_empty({"text": text, "time": moment(at) if at else None, "authorString": by})
