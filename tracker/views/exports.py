"""What leaves one patient's record: FHIR and a calendar, and the list of what left before."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, current_app, g, render_template
from werkzeug.wrappers import Response

from tracker.charts import calendars, disclosures, exporting
from tracker.exchange import calendar, fhir
from tracker.forms.exports import FORMATS, ExportForm
from tracker.models import utc_now
from tracker.page import today
from tracker.policy import does
from tracker.records import exports

views = Blueprint(
    "exports", __name__, url_prefix="/c/<int:clinic_id>/patients/<int:patient_id>/exports"
)

_TYPES = {
    "fhir": ("application/fhir+json", "record.fhir.json"),
    "calendar": ("text/calendar; charset=utf-8", "check-ins.ics"),
}


@views.get("")
@does("export.look")
def show(clinic_id: int, patient_id: int) -> str:
    """Show what can leave, and what left."""
    return _page(ExportForm(formdata=None))


@views.post("")
@does("export.patient")
def export(clinic_id: int, patient_id: int) -> tuple[str, int] | Response:
    """Give one patient's record as a file, once the event of it is written."""
    form = ExportForm()
    if not form.validate():
        return _page(form), 422
    made = _made(form.format.data)
    exports.export_patient(
        by=g.signed_in.actor,
        clinic_id=clinic_id,
        patient_id=patient_id,
        format=dict(FORMATS)[form.format.data],
        whom=form.whom.data.strip(),
        sha256=hashlib.sha256(made).hexdigest(),
    )
    kind, name = _TYPES[form.format.data]
    answer = Response(made, content_type=kind)
    # The name of the file says nothing of the patient.
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _made(format: str) -> bytes:
    if format == "calendar":
        entries = calendars.entries_for_patient(
            g.clinic, g.patient.id, today=today(), now=utc_now()
        )
        return calendar.calendar(g.clinic.name, g.clinic.time_zone, entries)
    record = exporting.record_of(g.clinic, g.patient.id, instruments())
    assert record is not None  # the guard has found the patient
    return json.dumps(fhir.bundle(record), ensure_ascii=False, indent=1).encode()


def instruments() -> exporting.Names:
    """Name every instrument of the catalogue, with the code of its total."""
    known = current_app.extensions["catalogue"].instruments
    return {one.id: (one.words, one.total_loinc) for one in known.values()}


def _page(form: ExportForm) -> str:
    return render_template(
        "patients/exports.html",
        form=form,
        left=disclosures.left(g.clinic.id, g.patient.id),
    )
