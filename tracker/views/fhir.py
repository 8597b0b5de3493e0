"""FHIR R4 for programs: read-only, guarded by the same acts, every reading in the read log."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Blueprint, g, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from tracker.charts import exporting
from tracker.exchange import fhir
from tracker.exchange.fhir import service
from tracker.exchange.values import PatientValue
from tracker.models import Patient, db, utc_now
from tracker.policy import does
from tracker.records import acts
from tracker.views.exports import instruments

views = Blueprint("fhir", __name__, url_prefix="/c/<int:clinic_id>/fhir")

ON_A_PAGE, MOST_ON_A_PAGE = 50, 200
_ADDRESS = re.compile(r"/c/\d+/fhir(/|$)")
_WORDS = {
    400: "The request is not one of this service.",
    401: "Send a key that counts: Authorization: Bearer ...",
    403: "The person behind the key may not read this.",
    404: "There is nothing here.",
    405: "This service is read, and not written to.",
}


@views.get("/metadata")
@does("fhir.metadata")
def metadata(clinic_id: int) -> Response:
    """Say what there is to ask."""
    return _answer(service.capabilities(g.clinic.name, fhir.VERSION, utc_now()))


@views.get("/Patient")
@does("fhir.search")
def search(clinic_id: int) -> Response:
    """List the patients of the clinic, page by page; each of them is in the read log."""
    count = min(_number("_count") or ON_A_PAGE, MOST_ON_A_PAGE)
    rows = list(
        db.session.scalars(
            select(Patient)
            .where(
                Patient.clinic_id == clinic_id,
                Patient.merged_into_id.is_(None),
                Patient.id > _number("after"),
            )
            .order_by(Patient.id)
            .limit(count + 1)
        )
    )
    shown = rows[:count]
    following = ""
    if len(rows) > count:
        following = _url("fhir.search", _count=count, after=shown[-1].id)
    clinic, total = exporting.clinic_value(g.clinic), exporting.how_many(clinic_id)
    patients = [fhir.people.patient(exporting.patient_value(one), clinic) for one in shown]
    if patients:
        acts.log_reads(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            patient_ids=[one.id for one in shown],
            act_name="fhir.search",
        )
    own = _url("fhir.search", _count=count, after=_number("after") or None)
    return _answer(service.found(patients, total=total, own=own, following=following))


@views.get("/Patient/<int:patient_id>")
@does("fhir.patient")
def patient(clinic_id: int, patient_id: int) -> Response:
    """Give who one patient is."""
    who: PatientValue = exporting.patient_value(g.patient)
    return _answer(fhir.people.patient(who, exporting.clinic_value(g.clinic)))


@views.get("/Patient/<int:patient_id>/$everything")
@does("fhir.everything")
def everything(clinic_id: int, patient_id: int) -> Response:
    """Give a patient's whole record; it stands in the patient's disclosures."""
    record = exporting.record_of(g.clinic, patient_id, instruments())
    assert record is not None  # the guard has found the patient
    resources = [*fhir.resources(record), *fhir.shared(record)]
    own = _url("fhir.everything", patient_id=patient_id)
    return _answer(service.found(resources, total=None, own=own))


@views.errorhandler(HTTPException)
def fault(failure: HTTPException) -> Response | HTTPException:
    """Answer a program in its own format."""
    code = failure.code or 500
    if code < 400:
        return failure
    answer = _answer(service.fault(code, _WORDS.get(code, "It did not work.")), code)
    if code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@views.after_app_request
def in_its_own_format(response: Response) -> Response:
    """Answer a program in its own format also where it asks for what is not there."""
    if response.status_code < 400 or response.mimetype != "text/html":
        return response
    if not _ADDRESS.match(request.path):
        return response
    code = response.status_code
    told = _answer(service.fault(code, _WORDS.get(code, "It did not work.")), code)
    response.data, response.content_type = told.data, told.headers["Content-Type"]
    return response


def _answer(resource: fhir.Resource, code: int = 200) -> Response:
    body = json.dumps(resource, ensure_ascii=False)
    return Response(body, code, content_type="application/fhir+json; charset=utf-8")


def _number(name: str) -> int:
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0


def _url(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, clinic_id=g.clinic.id, _external=True, **values)
