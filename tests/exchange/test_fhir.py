"""FHIR R4: read by a library nobody here wrote, and held against HL7's required value sets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.exchange import records
from tests.rules import plan_samples as samples
from tracker.course import Course, PlanState
from tracker.exchange import fhir
from tracker.exchange.fhir import Resource

# Required bindings of R4 that the library does not look at.
STATUSES = {
    "CarePlan": {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error"},
    "Goal": {"proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled"},
    "MedicationStatement": {"active", "completed", "intended", "stopped", "on-hold", "unknown"},
    "MedicationRequest": {"active", "on-hold", "cancelled", "completed", "stopped", "draft"},
    "ServiceRequest": {"draft", "active", "on-hold", "revoked", "completed"},
    "Task": {"draft", "requested", "accepted", "in-progress", "cancelled", "completed", "on-hold"},
    "Observation": {"registered", "preliminary", "final", "amended"},
    "QuestionnaireResponse": {"in-progress", "completed", "amended", "stopped"},
    "DocumentReference": {"current", "superseded", "entered-in-error"},
}
VALUES = {
    "when": {"MORN", "NOON", "AFT", "EVE", "NIGHT", "PHS", "HS", "WAKE", "C", "CM", "CD", "CV"},
    "dayOfWeek": {"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
    "use": {"usual", "official", "temp", "nickname", "anonymous", "old", "maiden", "home", "work",
            "mobile"},
    "system": {"phone", "fax", "email", "pager", "url", "sms", "other"},
    "action": {"C", "R", "U", "D", "E"},
    "outcome": {"0", "4", "8", "12"},
}  # fmt: skip
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def all_of(record: Any) -> list[Resource]:
    return [*fhir.shared(record), *fhir.resources(record)]


def inside(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every leaf of a resource with the name of its field."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from inside(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from inside(part, name)
    else:
        yield name, value


def of_kind(resources: list[Resource], kind: str) -> list[Resource]:
    return [one for one in resources if one["resourceType"] == kind]


@pytest.fixture(scope="module")
def exported() -> list[Resource]:
    return all_of(records.record())


def test_every_resource_is_read_by_an_independent_library(exported: list[Resource]) -> None:
    from fhir.resources.R4B import get_fhir_model_class

    for one in [*exported, fhir.bundle(records.record())]:
        get_fhir_model_class(one["resourceType"]).model_validate(one)
    assert {one["resourceType"] for one in exported} == {
        "Patient", "Practitioner", "Organization", "CarePlan", "Goal", "MedicationStatement",
        "MedicationRequest", "ServiceRequest", "Task", "Observation", "QuestionnaireResponse",
        "DocumentReference", "Provenance", "AuditEvent", "AllergyIntolerance",
    }  # fmt: skip


def test_codes_come_from_their_required_value_sets(exported: list[Resource]) -> None:
    for one in exported:
        if one["resourceType"] in STATUSES:
            status = one.get("status") or one["lifecycleStatus"]
            assert status in STATUSES[one["resourceType"]], one
        for name, value in inside(one):
            allowed = VALUES.get(name)
            if allowed and not (name == "system" and ":" in value):
                assert value in allowed, (one["resourceType"], name, value)


def test_ids_are_valid_unique_and_every_reference_leads_somewhere(exported: list[Resource]) -> None:
    names = [f"{one['resourceType']}/{one['id']}" for one in exported]
    assert len(names) == len(set(names))
    assert all(ID.fullmatch(one["id"]) for one in exported)
    for one in exported:
        for name, value in inside(one):
            if name == "reference":
                assert value in names, value


def test_a_dose_is_text_and_never_a_quantity(exported: list[Resource]) -> None:
    text = json.dumps(exported)
    assert "doseQuantity" not in text and "doseAndRate" not in text
    [request] = of_kind(exported, "MedicationRequest")
    assert request["intent"] == "plan"
    assert [dose["sequence"] for dose in request["dosageInstruction"]] == [1, 2, 3]
    first = request["dosageInstruction"][0]
    assert first["text"].startswith("7½\N{NO-BREAK SPACE}(seven and a half)")
    assert first["timing"]["repeat"] == {
        "boundsPeriod": {"start": "2026-12-01", "end": "2026-12-28"},
        "when": ["MORN", "HS"],
    }
    # Only instruments have numbers.
    assert [value for one in exported for name, value in inside(one) if name == "value" and
            isinstance(value, float)] == [6.3]  # fmt: skip


def test_what_the_label_says_stays_beside_the_typed_dose(exported: list[Resource]) -> None:
    oxycodone, gabapentin = of_kind(exported, "MedicationStatement")
    assert oxycodone["note"] == [{"text": "The label says: 1–2 every 4–6 hours"}]
    assert [one["text"] for one in gabapentin["note"]] == [
        "For the legs",
        "Supplied by another prescriber: not changed here",
    ]


def test_changing_one_typed_dose_changes_that_text_alone() -> None:
    def told(first: str) -> str:
        raw = samples.draft(samples.two(first, "3"), samples.two("6", "2½"))
        plan = records.record().plans[1]
        return json.dumps(
            all_of(records.record(plans=(replace(plan, version=samples.version(raw)),)))
        )

    before, after = told("7½"), told("8½")
    assert before != after
    swapped = before.replace("7\\u00bd\\u00a0(seven and", "8\\u00bd\\u00a0(eight and")
    assert swapped == after


def test_patterns_go_out_as_codes_only_as_far_as_codes_can_say_them() -> None:
    raw = samples.draft(
        {"m2": {"each": "1", "every": "72"}, "m3": {"each": "5", "gap": "6", "most": "10"},
         "m1": {"monday": "2", "thursday": "1½"}},
        medicines=[
            samples.medicine("m2", **samples.PATCH_FIELDS),
            samples.medicine("m3", **samples.LIQUID_FIELDS, **samples.NEEDED_FIELDS),
            samples.medicine("m1", **{**samples.WEEKLY_FIELDS, "unit": "tablet"}),
        ],
    )  # fmt: skip
    version = samples.version(
        raw,
        products={"m1": samples.TABLET, "m2": samples.PATCH, "m3": samples.LIQUID},
        regimen_cells={},
    )
    plan = replace(records.record().plans[1], version=version)
    found = of_kind(all_of(records.record(plans=(plan,))), "MedicationRequest")
    patch, needed, weekly = (one["dosageInstruction"][0] for one in found)
    assert "72" in patch["text"] and set(patch["timing"]["repeat"]) == {"boundsPeriod"}
    assert needed["asNeededBoolean"] is True and "pain that breaks through" in needed["text"]
    assert weekly["timing"]["repeat"]["dayOfWeek"] == ["mon", "thu"]
    assert weekly["timing"]["repeat"]["when"] == ["MORN"]


@pytest.mark.parametrize(
    ("state", "happened", "care_plan", "request_status"),
    [
        (PlanState.SIGNED, (), "active", "active"),
        (PlanState.ACTIVE, (records.FIRST,), "active", "active"),
        (PlanState.ON_HOLD, (records.FIRST, records.HELD), "on-hold", "on-hold"),
        (PlanState.CLOSED, (records.CLOSED,), "completed", "completed"),
        (PlanState.CLOSED, (replace(records.CLOSED, why="lost"),), "revoked", "stopped"),
    ],
)
def test_the_state_of_a_plan_goes_out(
    state: PlanState, happened: tuple[Any, ...], care_plan: str, request_status: str
) -> None:
    usual = records.record()
    plan = replace(usual.plans[1], state=state)
    course = Course(1, 4, plan.version, 300, happened=happened)
    found = all_of(replace(usual, plans=(usual.plans[0], plan), course=course))
    old, new = of_kind(found, "CarePlan")
    assert (old["status"], new["status"]) == ("revoked", care_plan)
    assert new["replaces"] == [{"reference": "CarePlan/299"}]
    assert {one["status"] for one in of_kind(found, "MedicationRequest")} == {request_status}


def test_what_happened_is_told_beside_the_plan(exported: list[Resource]) -> None:
    plan = of_kind(exported, "CarePlan")[1]
    told = [one["text"] for one in plan["activity"][0]["progress"]]
    assert told == [
        "Step 1 started as written. Tue Dec 1, 2026",
        "Plan held. Wed Dec 9, 2026. Withdrawal is hard to bear. Sweats at night",
    ]


def test_a_patient_with_little_is_no_trouble() -> None:
    bare = replace(
        records.PATIENT, given_names="", preferred_name="", latin_name="", record_no="", phone="",
        other_phone="", address="", emergency_name="", supporter_name="", language="Q'eqchi'",
        interpreter=False, physician_id=None, state="died", state_since=date(2026, 12, 2),
        leave_message="", supporter_permission="", large_print=False, goal="",
        allergies_state="not_recorded", allergies="",
    )  # fmt: skip
    empty = records.record(
        patient=bare, people={}, regimens=(), plans=(), course=Course(), checkins=(), therapies=(),
        handouts=(), events=(), clinic=replace(records.CLINIC, address="", phone=""),
    )  # fmt: skip
    clinic, patient = all_of(empty)
    assert clinic == {
        "resourceType": "Organization", "id": "7", "active": True, "name": "Hillside Spine",
    }  # fmt: skip
    assert patient["name"] == [{"use": "official", "text": "Nguyễn", "family": "Nguyễn"}]
    assert patient["deceasedDateTime"] == "2026-12-02" and patient["active"] is False
    assert patient["communication"][0]["language"] == {"text": "Q'eqchi'"}
    undated = records.record(patient=replace(bare, state_since=None))
    assert of_kind(all_of(undated), "Patient")[0]["deceasedBoolean"] is True


def test_names_and_typed_text_stay_what_they_are(exported: list[Resource]) -> None:
    [patient] = of_kind(exported, "Patient")
    assert patient["name"][0] == {
        "use": "official", "text": "Maria Ana Nguyễn",
        "family": "Nguyễn", "given": ["Maria", "Ana"],
    }  # fmt: skip
    assert patient["name"][2]["text"] == "Maria Nguyen"
    [answers] = of_kind(exported, "QuestionnaireResponse")
    assert answers["item"][0]["answer"] == [{"valueString": "Fine <b>"}]
    assert "answer" not in answers["item"][1]  # not recorded is not an empty answer


def test_an_amended_check_in_says_so() -> None:
    entry = records.record().checkins[0]
    amended = replace(entry.checkin, contact=records.contact(64, replaces_id=61))
    found = all_of(records.record(checkins=(replace(entry, checkin=amended),)))
    assert of_kind(found, "QuestionnaireResponse")[0]["status"] == "amended"
    assert of_kind(found, "Observation")[0]["status"] == "amended"


def test_after_a_death_nothing_is_due_and_nothing_goes_on() -> None:
    died = records.record(patient=replace(records.PATIENT, state="died"))
    made = all_of(died)
    assert {one["status"] for one in of_kind(made, "Task")} <= {"completed", "cancelled"}
    for kind in ("CarePlan", "MedicationRequest"):
        assert "active" not in {one["status"] for one in of_kind(made, kind)}, kind
        assert "on-hold" not in {one["status"] for one in of_kind(made, kind)}, kind
