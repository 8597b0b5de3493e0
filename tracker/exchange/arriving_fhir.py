"""Patients and current medicines out of FHIR resources: ours, and what others write reasonably."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.exchange.fhir.people import LANGUAGES, LATIN, NO_KNOWN_ALLERGY, OWN

_NAMES = {tag: name for name, tag in LANGUAGES.items()}
_CURRENT = {"active", "intended", "on-hold", "unknown"}


@dataclass(frozen=True, slots=True)
class Medicine:
    """A current medicine: its name, and how it is taken, as the file says it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """One patient of a file as found: where, and texts by the names of a patient's fields."""

    line: int
    values: Mapping[str, Any]
    medicines: tuple[Medicine, ...] = ()


Placed = tuple[int, Any, str]  # where in the file, the resource, the address it has in the bundle


def entries(whole: Any) -> list[Placed]:
    """Give the resources of a Bundle by the number of their entry; one resource is its own."""
    if not isinstance(whole, dict) or whole.get("resourceType") != "Bundle":
        return [(1, whole, "")]
    return [
        (number, one.get("resource"), _text(one.get("fullUrl")))
        for number, one in enumerate(_list(whole, "entry"), 1)
        if isinstance(one, dict)
    ]


def patients(resources: Iterable[Placed]) -> tuple[list[Found], list[int]]:
    """Give the patients with their current medicines, and where medicines of nobody stand."""
    found: dict[str, Found] = {}
    named: dict[str, str] = {}
    medicines: list[tuple[int, str, Medicine]] = []
    allergies: list[tuple[str, Mapping[str, Any]]] = []
    for line, resource, address in resources:
        if not isinstance(resource, dict):
            continue
        kind = resource.get("resourceType")
        if kind == "Patient":
            own = f"Patient/{resource.get('id') or f'at-{line}'}"
            named |= {own: own, address or own: own}
            found[own] = Found(line, _patient(resource))
        elif kind == "AllergyIntolerance":
            allergies.append((_text(_dict(resource, "patient").get("reference")), resource))
        elif kind in ("MedicationStatement", "MedicationRequest") and _is_current(resource):
            subject = _text(_dict(resource, "subject").get("reference"))
            medicines.append((line, subject, _medicine(resource)))
    without = []

    def owner_of(subject: str) -> str | None:
        return named.get(subject) or named.get("/".join(subject.split("/")[-2:]))

    for subject, resource in allergies:
        if (owner := owner_of(subject)) is not None:
            found[owner] = _with_allergy(found[owner], resource)
    for line, subject, medicine in medicines:
        owner = owner_of(subject)
        if owner is None:
            without.append(line)
            continue
        one = found[owner]
        found[owner] = Found(one.line, one.values, (*one.medicines, medicine))
    return list(found.values()), without


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(values: Mapping[str, Any], name: str) -> list[Any]:
    found = values.get(name)
    return found if isinstance(found, list) else []


def _dicts(values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in _list(values, name) if isinstance(one, dict)]


def _dict(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _concept(concept: Mapping[str, Any]) -> str:
    """Give the words of a coded concept: its text, or the first code's."""
    shown = [_text(one.get("display")) for one in _dicts(concept, "coding")]
    return _text(concept.get("text")) or next((one for one in shown if one), "")


def _codes(concept: Mapping[str, Any]) -> set[str]:
    return {_text(one.get("code")) for one in _dicts(concept, "coding")}


def _is_current(resource: Mapping[str, Any]) -> bool:
    """Tell what is taken now: no plan of ours, nothing that ended or was entered in error."""
    if resource.get("resourceType") == "MedicationRequest" and resource.get("intent") != "order":
        return False
    return resource.get("status", "active") in _CURRENT


def _medicine(resource: Mapping[str, Any]) -> Medicine:
    name = _concept(_dict(resource, "medicationCodeableConcept")) or _text(
        _dict(resource, "medicationReference").get("display")
    )
    dosages = [*_dicts(resource, "dosage"), *_dicts(resource, "dosageInstruction")]
    return Medicine(name, "; ".join(text for one in dosages if (text := _text(one.get("text")))))


def _with_allergy(one: Found, resource: Mapping[str, Any]) -> Found:
    """Add an allergy to what a patient arrives with: its words, or that none is known."""
    concept = _dict(resource, "code")
    if NO_KNOWN_ALLERGY[1] in _codes(concept):
        more = {"allergies_state": "none_known"} if not one.values.get("allergies") else {}
    elif said := _concept(concept):
        before = one.values.get("allergies", "")
        more = {"allergies_state": "recorded", "allergies": "\n".join(filter(None, (before, said)))}
    else:
        more = {}
    return Found(one.line, {**one.values, **more}, one.medicines)


def _own(element: Mapping[str, Any], name: str, kind: str) -> Any:
    """Give what one of our own extensions holds, or None."""
    for one in _dicts(element, "extension"):
        if one.get("url") == f"{OWN}{name}":
            return one.get(kind)
    return None


def _answer(element: Mapping[str, Any], name: str) -> str:
    told = _text(_own(element, name, "valueCode"))
    return told if told in ("yes", "no", "not_asked") else ""


def _patient(resource: Mapping[str, Any]) -> dict[str, Any]:
    names = _dicts(resource, "name")
    latin = [one for one in names if LATIN in _list(one, "extension")]
    nick = [one for one in names if one.get("use") == "nickname"]
    usual = [one for one in names if one not in latin and one not in nick]
    usual.sort(key=lambda one: one.get("use") not in ("official", "usual"))
    home, other = _phones(resource)
    emergency, supporter = _contact(resource, "C"), _contact(resource, "U", "Supporter")
    return {
        **(_name(usual[0]) if usual else {}),
        "preferred_name": _written(nick[0]) if nick else "",
        "latin_name": _written(latin[0]) if latin else "",
        "birth_date": _text(resource.get("birthDate")),
        "record_no": _record_number(resource),
        "phone": home,
        "other_phone": other,
        "address": _address(resource),
        "emergency_name": emergency[0],
        "emergency_phone": emergency[1],
        "supporter_name": supporter[0],
        "supporter_phone": supporter[1],
        "language": _language(resource),
        "interpreter": any(
            _text(one.get("url")).endswith("patient-interpreterRequired")
            and one.get("valueBoolean") is True
            for one in _dicts(resource, "extension")
        ),
        **_state(resource),
        "leave_message": _answer(resource, "leave-message"),
        "supporter_permission": next(
            (told for one in _dicts(resource, "contact") if (told := _answer(one, "may-be-told"))),
            "",
        ),
        "large_print": _own(resource, "large-print", "valueBoolean") is True,
        "goal": _text(_own(resource, "goal", "valueString")),
    }


def _state(resource: Mapping[str, Any]) -> dict[str, str]:
    died = _text(resource.get("deceasedDateTime"))
    if died or resource.get("deceasedBoolean") is True:
        known = re.fullmatch(r"\d{4}(-\d\d)?", died) is None  # no day, where only the year is known
        return {"state": "died", "state_since": died[:10] if known else ""}
    if resource.get("active") is False:
        return {
            "state": "moved",
            "state_since": _text(_own(resource, "moved-away-on", "valueDate")),
        }
    return {"state": "", "state_since": ""}


def _name(name: Mapping[str, Any]) -> dict[str, str]:
    given = " ".join(_text(one) for one in _list(name, "given"))
    family = _text(name.get("family"))
    whole = _text(name.get("text"))
    if given and family and whole.split() == f"{given} {family}".split():
        given = whole.removesuffix(family).strip()  # blanks as they were typed
    return {"family_name": family or (_written(name) if not given else ""), "given_names": given}


def _written(name: Mapping[str, Any]) -> str:
    parts = [*_list(name, "given"), name.get("family")]
    return _text(name.get("text")) or " ".join(_text(one) for one in parts if _text(one))


def _phones(resource: Mapping[str, Any]) -> tuple[str, str]:
    """Give the phone, and the other one: at home or mobile first, otherwise in their order."""
    if other := _second(resource):
        first = next((n for n in _numbers(resource, rank=1)), "")
        return first, other
    phones = [
        (_text(one.get("use")), _text(one.get("value")))
        for one in _dicts(resource, "telecom")
        if one.get("system") in ("phone", "sms") and _text(one.get("value"))
    ]
    phones.sort(
        key=lambda one: ("home", "mobile", "").index(one[0]) if one[0] in ("home", "mobile") else 2
    )
    numbers = [*dict.fromkeys(number for _, number in phones), "", ""]
    return numbers[0], numbers[1]


def _numbers(resource: Mapping[str, Any], rank: int) -> list[str]:
    return [
        _text(one.get("value"))
        for one in _dicts(resource, "telecom")
        if one.get("rank") == rank and one.get("system") == "phone"
    ]


def _second(resource: Mapping[str, Any]) -> str:
    """Give the other phone where the file says which is the first, as ours do."""
    return next((number for number in _numbers(resource, rank=2) if number), "")


def _record_number(resource: Mapping[str, Any]) -> str:
    identifiers = _dicts(resource, "identifier")
    own = [one for one in identifiers if "MR" in _codes(_dict(one, "type"))]
    return next((_text(one.get("value")) for one in (*own, *identifiers)), "")


def _address(resource: Mapping[str, Any]) -> str:
    for one in _dicts(resource, "address"):
        place = " ".join(
            text for text in (_text(one.get("state")), _text(one.get("postalCode"))) if text
        )
        lines = [*(_text(line) for line in _list(one, "line")), _text(one.get("city")), place]
        return _text(one.get("text")) or ", ".join(line for line in lines if line)
    return ""


def _language(resource: Mapping[str, Any]) -> str:
    spoken = _dicts(resource, "communication")
    spoken.sort(key=lambda one: one.get("preferred") is not True)
    for one in spoken:
        language = _dict(one, "language")
        tags = [code.split("-")[0] for code in _codes(language)]
        known = next((_NAMES[tag] for tag in tags if tag in _NAMES), "")
        return known or _concept(language)
    return ""


def _contact(resource: Mapping[str, Any], code: str, words: str = "") -> tuple[str, str]:
    for one in _dicts(resource, "contact"):
        relations = _dicts(one, "relationship")
        if any(
            code in _codes(relation) and (not words or relation.get("text") == words)
            for relation in relations
        ):
            numbers = [_text(phone.get("value")) for phone in _dicts(one, "telecom")]
            return _written(_dict(one, "name")), next((n for n in numbers if n), "")
    return "", ""
