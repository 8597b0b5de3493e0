"""Patient, Practitioner, Organization."""

from __future__ import annotations

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
            "extension": [
                {"url": f"{_STRUCTURES}patient-interpreterRequired", "valueBoolean": True}
            ]
            if who.interpreter
            else [],
            "identifier": [_record_number(who.record_no, clinic)] if who.record_no else [],
            "active": who.state == "active",
            "name": _names(who),
            "telecom": _phones((who.phone, "home"), (who.other_phone, "")),
            "birthDate": day(who.birth_date),
            "deceasedDateTime": day(who.state_since) if who.died else None,
            "deceasedBoolean": True if who.died and not who.state_since else None,
            "address": [words(who.address)] if who.address else [],
            "contact": _contacts(who),
            "communication": [{"language": _language(who.language), "preferred": True}],
            "generalPractitioner": [reference("Practitioner", who.physician_id)]
            if who.physician_id
            else [],
            "managingOrganization": reference("Organization", clinic.id, clinic.name),
        }
    )


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


def _phones(*phones: tuple[str, str]) -> list[Resource]:
    return [
        without_empty({"system": "phone", "value": value, "use": use})
        for value, use in phones
        if value
    ]


def _language(name: str) -> Resource:
    tag = LANGUAGES.get(name)
    return code("urn:ietf:bcp:47", tag, text=name) if tag else words(name)


def _contacts(who: PatientValue) -> list[Resource]:
    emergency = _contact("C", "Emergency Contact", who.emergency_name, who.emergency_phone)
    supporter = _contact("U", "Unknown", who.supporter_name, who.supporter_phone, "Supporter")
    return [one for one in (emergency, supporter) if "name" in one]


def _contact(relation: str, display: str, name: str, phone: str, text: str = "") -> Resource:
    return without_empty(
        {
            "relationship": [code("v2-0131", relation, display, text)],
            "name": words(name) if name else None,
            "telecom": _phones((phone, "")),
        }
    )
