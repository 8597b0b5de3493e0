"""What arrives: our own export, others' bundles, tables; and what is refused, with its reason."""

from __future__ import annotations

import contextlib
import json
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange import records
from tracker.exchange import arriving, fhir, table
from tracker.exchange.arriving import Arriving, NotReadable
from tracker.exchange.values import PatientValue
from tracker.models import Patient

TODAY = date(2026, 11, 24)


def read(data: str | bytes | dict[str, Any]) -> Arriving:
    if isinstance(data, dict):
        data = json.dumps(data)
    return arriving.read(data.encode() if isinstance(data, str) else data, today=TODAY)


def patient(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": "p1", "birthDate": "1961-03-14",
        "name": [{"family": "Rivera", "given": ["Maria"]}], **more,
    }  # fmt: skip


def bundle(*resources: Any) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "entry": [{"fullUrl": f"urn:uuid:{n}", "resource": r} for n, r in enumerate(resources)],
    }


def test_what_we_write_comes_back_as_it_was() -> None:
    found = read(fhir.bundle(records.record()))
    (one,) = found.rows
    theirs = {name: getattr(records.PATIENT, name) for name in one.values}
    theirs |= {"birth_date": "1961-03-14"}
    assert one.values == theirs
    assert {"latin_name", "preferred_name", "other_phone", "interpreter"} <= set(one.values)
    assert [medicine.text for medicine in one.medicines] == [
        dosage["text"]
        for entry in fhir.bundle(records.record())["entry"]
        if entry["resource"]["resourceType"] == "MedicationStatement"
        for dosage in entry["resource"]["dosage"]
    ]
    assert found.refused == ()


# Not of the person: keys of the one database. Everything else arrives as it left.
OWN = {"id", "seq", "physician_id"}
FULL = replace(
    records.PATIENT, family_name="O’Connell-Ní Dhomhnaill", given_names="Maria Ana", goal="Walk",
    supporter_phone="(303) 555-0180", address="1 Elm Street\nApt 2", state="moved",
    state_since=date(2026, 11, 1),
)  # fmt: skip


@pytest.mark.parametrize(
    "who",
    [
        FULL,
        replace(FULL, family_name="Иванова", given_names="Мария Петровна", latin_name="Maria"),
        replace(FULL, family_name="الحسن", given_names="فاطمة", language="Arabic"),
        replace(FULL, family_name="ኃይሌ", given_names="ሰላም", language="Amharic"),
        replace(FULL, family_name="王", given_names="小明", language="Mandarin"),
        replace(FULL, family_name="देवी", given_names="सीता", language="Hindi", state="active",
                state_since=None),
        replace(FULL, family_name="Suharto", given_names="", latin_name="", preferred_name=""),
        replace(FULL, given_names="Maria  Ana", language="Q'eqchi'", state="died"),
        replace(FULL, phone="", supporter_name="", emergency_name="", leave_message="no"),
        replace(FULL, phone=FULL.other_phone, interpreter=False, large_print=False,
                supporter_permission="yes", allergies_state="none_known", allergies=""),
        replace(FULL, other_phone="", emergency_phone="", record_no="", goal="",
                allergies_state="not_recorded", allergies="", leave_message=""),
        replace(FULL, language="", supporter_permission="", state="died", state_since=None),
    ],
    ids=lambda who: who.family_name,
)  # fmt: skip
def test_every_field_of_a_person_arrives_as_it_left(who: PatientValue) -> None:
    left = fhir.bundle(replace(records.record(patient=who), plans=(), regimens=()))
    (one,) = read(json.dumps(left, ensure_ascii=False)).rows
    usual = {"language": "", "allergies_state": "not_recorded", "state": "active"}
    for field in fields(PatientValue):
        if field.name not in OWN:
            sent = getattr(who, field.name)
            sent = sent.isoformat() if isinstance(sent, date) else sent
            arrived = one.values.get(field.name, usual.get(field.name, ""))
            assert (arrived or "") == (sent or usual.get(field.name, "")), field.name


def test_no_detail_of_a_patient_is_forgotten() -> None:
    kept = {column.key for column in Patient.__table__.columns}
    kept -= {"clinic_id", "merged_into_id", "name_folded", "record_no_folded", "registered_at"}
    assert kept == {field.name for field in fields(PatientValue)}


def test_a_bundle_of_others_points_by_its_own_addresses() -> None:
    statement = {
        "resourceType": "MedicationStatement", "status": "active",
        "subject": {"reference": "urn:uuid:0"},
        "medicationCodeableConcept": {"coding": [{"display": "Oxycodone 5 MG Oral Tablet"}]},
        "dosage": [{"text": "9½ in the morning"}, {"text": "8 at night"}],
    }  # fmt: skip
    ended = {**statement, "status": "stopped"}
    order = {**statement, "resourceType": "MedicationRequest", "intent": "order"}
    plan = {**order, "intent": "plan"}
    found = read(bundle(patient(), statement, ended, order, plan))
    assert [(m.name, m.text) for m in found.rows[0].medicines] == [
        ("Oxycodone 5 MG Oral Tablet", "9½ in the morning; 8 at night")
    ]
    assert read(bundle(statement, patient(name=[{"text": "Suharto"}]))).refused[0].line == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"name": []}, "There is no family name."),
        ({"birthDate": ""}, "There is no date of birth."),
        ({"birthDate": "1961"}, "The date of birth cannot be read. Write it as 1961-03-14."),
        ({"birthDate": "2027-01-01"}, "The date of birth is in the future."),
        ({"name": [{"family": "x" * 201}]}, "The family name cannot be a name."),
        ({"address": [{"text": "x" * 501}]}, "The address is longer than 500 characters."),
        ({"telecom": [{"system": "phone", "value": "1"}]}, "The phone has too few digits."),
        ({"address": [{"text": "a\u0007b"}]}, "There is a hidden character in it."),
        ({"deceasedDateTime": "last week"}, "The date of death or of moving away cannot be read."),
        ({"deceasedDateTime": "2027-01-01"}, "The date of death or of moving away is to come."),
        (
            {"active": False, "extension": [{"url": "urn:taper:moved-away-on", "valueDate": "x"}]},
            "The date of death or of moving away cannot be read.",
        ),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(more: dict[str, Any], reason: str) -> None:
    found = read(bundle({"resourceType": "Organization"}, patient(**more)))
    assert [(one.line, one.reason) for one in found.refused] == [(2, reason)]
    assert found.rows == ()


def test_a_death_of_which_only_the_year_is_known_has_no_day() -> None:
    (one,) = read(bundle(patient(deceasedDateTime="2019"))).rows
    assert one.values["state"] == "died" and "state_since" not in one.values


CSV = """family_name,given_names,birth_date,record_no,Medication,SIG,colour
Rivera,Maria,1961-03-14,T-1,oxycodone 5 mg tablet,"9½, mornings",blue
Rivera,Maria,1961-03-14,T-1,gabapentin 300 mg,3 at noon,
,Nobody,1961-03-14,T-2,,,
'=Sum,Ada,3/14/1961,T-3,,,
Okoro,Ben,1970-01-01,T-4,a,b,c,d
"""


def test_a_table_gives_a_patient_for_several_lines() -> None:
    found = read(CSV)
    first, second = found.rows
    assert (first.line, first.values["birth_date"], first.values["record_no"]) == (
        2, "1961-03-14", "T-1",
    )  # fmt: skip
    assert [(m.name, m.text) for m in first.medicines] == [
        ("oxycodone 5 mg tablet", "9½, mornings"), ("gabapentin 300 mg", "3 at noon"),
    ]  # fmt: skip
    assert (second.values["family_name"], second.medicines) == ("=Sum", ())
    assert [(one.line, one.reason) for one in found.refused] == [
        (4, "There is no family name."),
        (6, "This line has more cells than there are headings."),
    ]


def test_a_table_of_ours_with_semicolons_and_a_mark_is_read() -> None:
    head = ("family_name", "given_names", "birth_date")
    ours = "".join(table.lines(head, [("Nguyễn", "Ana", date(1961, 3, 14))]))
    for text in (ours, ours.replace(",", ";"), ours.replace(",", "\t")):
        assert read(text).rows[0].values["family_name"] == "Nguyễn"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        ("Müller".encode("latin-1"), "The file is not in UTF-8."),
        ("{not json", "The file is not JSON."),
        ('{"resourceType": "Bundle"}', "There is no patient in the file."),
        ("name,born\nx,y\n", "No column is named family_name."),
        ('{"a":' * 100_000, "The file is nested too deeply."),
    ],
)
def test_what_is_no_such_file_is_refused_whole(data: Any, sentence: str) -> None:
    with pytest.raises(NotReadable) as refused:
        read(data)
    assert refused.value.sentence.startswith(sentence)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["resourceType", "entry", "resource", "name", "family", "given", "telecom", "subject",
             "birthDate", "extension", "contact", "relationship", "coding", "dosage", "value"]
        ),
        inner | st.sampled_from(["Patient", "Bundle", "MedicationStatement"]),
        max_size=3,
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # the machine is shared
@given(JSON, JSON)
def test_no_shape_of_json_breaks_the_reading(one: Any, other: Any) -> None:
    for data in (bundle(one, other), {"resourceType": "Patient", "name": one, "telecom": other}):
        with contextlib.suppress(NotReadable):
            read(data)
