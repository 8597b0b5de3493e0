"""A patient's history, in sentences, newest first."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from tracker.charts import history as chart
from tracker.policy import does
from tracker.views.patients import number_typed

views = Blueprint("history", __name__, url_prefix="/c/<int:clinic_id>/patients/<int:patient_id>")


@views.get("/history")
@does("history.read")
def show(clinic_id: int, patient_id: int) -> str:
    """Show one page of the history; `before` is the event that the page before ended with."""
    before = number_typed(request.args.get("before"))
    return render_template(
        "patients/history.html",
        page_of_history=chart.page_of(clinic_id, patient_id, before=before),
        strays=chart.strays(clinic_id, patient_id) if before is None else (),
        before=before,
    )
