"""The whole clinic leaves: an administrator's page, and the file as it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Blueprint, g, render_template, stream_with_context
from werkzeug.wrappers import Response

from tracker.charts import exporting as chart
from tracker.forms.exports import WhomForm
from tracker.models import db
from tracker.policy import does
from tracker.records import exports
from tracker.views.exports import instruments

views = Blueprint("exporting", __name__, url_prefix="/c/<int:clinic_id>/export")


@views.get("")
@does("export.clinic_look")
def show(clinic_id: int) -> str:
    """Show what would leave, and ask for whom."""
    return _page(WhomForm(formdata=None))


def _page(form: WhomForm) -> str:
    return render_template("exporting/show.html", form=form, patients=chart.how_many(g.clinic.id))


@views.post("")
@does("export.clinic")
def export(clinic_id: int) -> tuple[str, int] | Response:
    """Give every record as FHIR, a resource a line, as fast as they are read.

    The event is written before the first line leaves; every patient has it disclosed.
    """
    form = WhomForm()
    if not form.validate():
        return _page(form), 422
    exports.export_clinic(
        by=g.signed_in.actor, clinic_id=clinic_id, format="FHIR R4", whom=form.whom.data.strip()
    )
    lines = stream_with_context(_lines(clinic_id, instruments()))
    answer = Response(lines, content_type="application/fhir+ndjson")
    answer.headers["Content-Disposition"] = 'attachment; filename="clinic.fhir.ndjson"'
    return answer


def _lines(clinic_id: int, names: chart.Names) -> Iterator[bytes]:
    for one in chart.clinic_resources(clinic_id, chart.patient_ids(clinic_id), names):
        yield json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    db.session.rollback()
