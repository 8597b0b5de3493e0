"""What a strange program may send to the addresses that answer in JSON: no fault, and no surprise.

Schemathesis makes the requests out of a description of the service: what fits it, and what does
not. The description is the test's own, and so holds the service to what its words promise.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.harness import charts
from tests.harness.cast import Cast
from tracker.models import AccessToken, Patient, ReadLog, db
from tracker.records import tokens

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance,
          response_schema_conformance]  # fmt: skip


def of(*kinds: str) -> dict[str, Any]:
    """Describe an answer that is one of these resources."""
    needed = {"resourceType": {"enum": list(kinds)}}
    schema = {"type": "object", "properties": needed, "required": ["resourceType"]}
    return {"description": "", "content": {"application/fhir+json": {"schema": schema}}}


def answers(kind: str) -> dict[str, Any]:
    """Describe what an address answers, and the faults that each may answer."""
    faults = {code: of("OperationOutcome") for code in ("400", "401", "404", "405")}
    return {"responses": {"200": of(kind), **faults}}


NUMBER = {"type": "integer"}
WORD = {"type": "string", "minLength": 1, "maxLength": 20}
ID = {"name": "id", "in": "path", "required": True, "schema": {"anyOf": [NUMBER, WORD]}}
LIST = [
    {"name": name, "in": "query", "schema": {"anyOf": [NUMBER, {"type": "string"}]}}
    for name in ("_count", "after", "_sort", "name")
]


def description(clinic_id: int) -> dict[str, Any]:
    base = f"/c/{clinic_id}/fhir"
    return {
        "openapi": "3.0.3",
        "info": {"title": "FHIR R4, to read", "version": "1"},
        "paths": {
            f"{base}/metadata": {"get": answers("CapabilityStatement")},
            f"{base}/Patient": {"get": {"parameters": LIST, **answers("Bundle")}},
            f"{base}/Patient/{{id}}": {"get": {"parameters": [ID], **answers("Patient")}},
            f"{base}/Patient/{{id}}/$everything": {
                "get": {"parameters": [ID], **answers("Bundle")}
            },
        },
    }


@pytest.mark.parametrize("with_key", [True, False], ids=["with a key", "without one"])
def test_no_request_is_a_surprise(app: Flask, cast: Cast, with_key: bool) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        key = tokens.make(
            by=cast["bo"].actor, clinic_id=cast.hillside, kind="fhir", words="x", days=1
        )
    raw = description(cast.hillside)
    for path in raw["paths"].values():
        for parameter in path["get"].get("parameters", ()):
            parameter["example"] = patient_id if parameter["name"] == "id" else 1
    schema: Any = schemathesis.openapi.from_dict(raw)
    schema.app = app
    sent = {"Authorization": f"Bearer {key}"} if with_key else {}
    seen = set()
    for operation in schema.get_all_operations():

        @given(operation.ok().as_strategy())
        @settings(max_examples=15, deadline=None, database=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        def asked(case: Any) -> None:
            answer = case.call_and_validate(headers=sent, checks=CHECKS)
            seen.add(answer.status_code)

        asked()
    assert seen == ({200, 404} if with_key else {401, 404})  # 404: no such address
    with app.app_context():
        assert db.session.query(Patient).count() == 1 and db.session.query(AccessToken).count() == 1
        assert with_key or db.session.query(ReadLog).count() == 0
