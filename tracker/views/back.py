"""Where a page goes back to: the list it was opened from, with its filters, or the patient's page.

Only an address of this clinic's Today page is taken, so that no form can send a person elsewhere.
"""

from __future__ import annotations

from flask import g, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from tracker.views.onward import path_here


def list_typed() -> str:
    """Give the list's address as the page or form carries it; "" for none or any other address."""
    typed = request.form.get("back") or request.args.get("back") or ""
    return typed if path_here(typed) == url_for("today.show", clinic_id=g.clinic.id) else ""


def go_back(part: str = "") -> Response:
    """Go back to the list, else to a part of the patient's page."""
    page = url_for("patients.show", clinic_id=g.clinic.id, patient_id=g.patient.id)
    return redirect(list_typed() or (f"{page}#{part}" if part else page), 303)
