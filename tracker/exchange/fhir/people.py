"""Patient, Practitioner, Organization."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.exchange.fhir.parts import Resource, code, day, reference, without_empty, words
from tracker.exchange.values import ClinicValue, PatientValue, PersonValue

# BCP 47, where the language's name leaves no doubt; any other language goes out by its name alone.
LANGUAGES = {
    "English": "en", "Spanish": "es", "Amharic": "am", "Arabic": "ar", "Cantonese": "yue",
    "French": "fr", "Haitian Creole": "ht", "Hindi": "hi", "Hmong": "hmn", "Korean": "ko",
    "Mandarin": "cmn", "Navajo": "nv", "Nepali": "ne", "Portuguese": "pt", "Russian": "ru",
    "Somali": "so", "Tagalog": "tl", "Ukrainian": "uk", "Vietnamese": "vi",
    "American Sign Language": "ase",
}  # fmt: skip
_STRUCTURES = "http://hl7.org/fhir/StructureDefinition/"
LATIN = {"url": f"{_STRUCTURES}iso21090-EN-representation", "valueCode": "ABC"}
RECORD_NUMBER = "Record number"
# What FHIR has no place for, under names of our own.
OWN = "urn:taper:"
NO_KNOWN_ALLERGY = ("http://snomed.info/sct", "716186003", "No known allergy")


def organization(clinic: ClinicValue) -> Resource:
    """Give the clinic."""
    return without_empty(
        {
            "resourceType": "Organization",
            "id": str(clinic.id),
            "active": True,
            "name": clinic.name,
            "telecom": _phones((clinic.phone, "work")),
            "address": [words(clinic.address)] if clinic.address else [],
        }
    )


def practitioner(person: PersonValue) -> Resource:
    """Give a member of staff by name."""
    return {
        "resourceType": "Practitioner",
        "id": str(person.id),
        "name": [words(person.name)],
    }


def patient(who: PatientValue, clinic: ClinicValue) -> Resource:
    """Give the patient's identity: every name, phones, language, who may be told."""
    return without_empty(
        {
            "resourceType": "Patient",
            "id": str(who.id),
            "extension": _more(who),
            "identifier": [_record_number(who.record_no, clinic)] if who.record_no else [],
            "active": who.state == "active",
            "name": _names(who),
            "telecom": [
                *_phones((who.phone, "home"), rank=1),
                *_phones((who.other_phone, ""), rank=2),
            ],
            "birthDate": day(who.birth_date),
            "deceasedDateTime": day(who.state_since) if who.died else None,
            "deceasedBoolean": True if who.died and not who.state_since else None,
            "address": [words(who.address)] if who.address else [],
            "contact": _contacts(who),
            "communication": [{"language": _language(who.language), "preferred": True}]
            if who.language
            else [],
            "generalPractitioner": [reference("Practitioner", who.physician_id)]
            if who.physician_id
            else [],
            "managingOrganization": reference("Organization", clinic.id, clinic.name),
        }
    )


def _more(who: PatientValue) -> list[Resource]:
    """Give what FHIR has no place for; what is blank is left out."""
    moved = day(who.state_since) if who.state == "moved" else None
    told = (
        (f"{_STRUCTURES}patient-interpreterRequired", "valueBoolean", who.interpreter),
        (f"{OWN}leave-message", "valueCode", who.leave_message),
        (f"{OWN}large-print", "valueBoolean", who.large_print),
        (f"{OWN}goal", "valueString", who.goal),
        (f"{OWN}moved-away-on", "valueDate", moved),
    )
    return [{"url": url, kind: value} for url, kind, value in told if value]


def allergies(who: PatientValue) -> Iterator[Resource]:
    """Give the allergies as they were typed, or that none is known; nothing while not recorded."""
    known = {
        "recorded": words(who.allergies),
        "none_known": code(*NO_KNOWN_ALLERGY),
    }.get(who.allergies_state)
    if known:
        yield {
            "resourceType": "AllergyIntolerance",
            "id": str(who.id),
            "clinicalStatus": code("allergyintolerance-clinical", "active"),
            "code": known,
            "patient": reference("Patient", who.id),
        }


def _names(who: PatientValue) -> list[Resource]:
    full = f"{who.given_names} {who.family_name}".strip()
    return [
        without_empty(
            {
                "use": "official",
                "text": full,
                "family": who.family_name,
                "given": who.given_names.split(),
            }
        ),
        *([{"use": "nickname", "text": who.preferred_name}] if who.preferred_name else []),
        *(
            [{"extension": [LATIN], "use": "official", "text": who.latin_name}]
            if who.latin_name
            else []
        ),
    ]


def _record_number(number: str, clinic: ClinicValue) -> Resource:
    return {
        "type": code("v2-0203", "MR", "Medical record number", RECORD_NUMBER),
        "value": number,
        "assigner": reference("Organization", clinic.id, clinic.name),
    }


def _phones(*phones: tuple[str, str], rank: int | None = None) -> list[Resource]:
    return [
        without_empty({"system": "phone", "value": value, "use": use, "rank": rank})
        for value, use in phones
        if value
    ]


def _language(name: str) -> Resource:
    tag = LANGUAGES.get(name)
    return code("urn:ietf:bcp:47", tag, text=name) if tag else words(name)


def _contacts(who: PatientValue) -> list[Resource]:
    emergency = _contact("C", "Emergency Contact", who.emergency_name, who.emergency_phone)
    supporter = _contact("U", "Unknown", who.supporter_name, who.supporter_phone, "Supporter")
    if who.supporter_permission:
        told = {"url": f"{OWN}may-be-told", "valueCode": who.supporter_permission}
        supporter = {"extension": [told], **supporter}
    return [one for one in (emergency, supporter) if one.keys() & {"name", "telecom", "extension"}]


def _contact(relation: str, display: str, name: str, phone: str, text: str = "") -> Resource:
    return without_empty(
        {
            "relationship": [code("v2-0131", relation, display, text)],
            "name": words(name) if name else None,
            "telecom": _phones((phone, "")),
        }
    )
