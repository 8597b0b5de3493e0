"""Emergency access: asking for a record of another clinic, reading it, and telling its clinic.

To a stranger a record does not exist, at each of its addresses, before, during and after an
emergency access. The access has a page of its own, under the reader's own clinic; the guard finds
the access, asks whether it is theirs and open, and writes the read log before this page is made.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound
from werkzeug.wrappers import Response

from tracker import auth, dates, handouts, page
from tracker.charts import contacts as contact_chart
from tracker.charts import emergencies as chart
from tracker.charts import now as now_chart
from tracker.charts import papers as paper_chart
from tracker.charts import patient_of
from tracker.charts import regimens as regimen_chart
from tracker.charts.emergencies import Access
from tracker.charts.patients import PatientHead
from tracker.course.refusals import why_ended
from tracker.forms.emergencies import EmergencyForm
from tracker.languages import said
from tracker.models import Clinic, db, utc_now
from tracker.policy import does
from tracker.policy.ways_in import MOST_HOURS
from tracker.records import emergencies as records
from tracker.sentences import review_tables
from tracker.views.plan_review import picture_of

views = Blueprint("emergencies", __name__, url_prefix="/c/<int:clinic_id>")

Answer = str | Response | tuple[str, int]
TRIES, WINDOW = 5, timedelta(hours=1)
NOBODY = said("No patient of that clinic has this record number and this date of birth.")
CONTACTS = 5


@views.get("/emergency")
@does("emergency.ask")
def ask(clinic_id: int) -> str:
    """Show the form, and what is open now."""
    return _form(EmergencyForm(formdata=None))


@views.post("/emergency")
@does("emergency.ask")
def open_record(clinic_id: int) -> Answer:
    """Open the record, or say what every failure says."""
    me, form = g.signed_in.actor, EmergencyForm()
    clinics = chart.other_clinics(frozenset(me.clinics))
    form.offer(clinics)
    asked = form.read(page.today())
    if asked is None:
        return _form(form), 422
    key = f"emergency:{me.staff_id}"
    if chart.refusals(key, utc_now() - WINDOW) >= TRIES:
        abort(429)
    head = chart.named(asked.clinic_id, asked.record_no, asked.birth_date)
    if head is None:
        records.refused(by=me, from_clinic_id=clinic_id, key=key)
        form.record_no.errors = [NOBODY]
        return _form(form), 422
    access_id = records.open_record(
        by=me,
        from_clinic_id=clinic_id,
        clinic_id=head.clinic_id,
        patient_id=head.id,
        reason=asked.reason,
        hours=asked.hours,
    )
    return redirect(url_for("emergencies.read", clinic_id=clinic_id, access_id=access_id), 303)


@views.get("/emergency/<int:access_id>")
@does("emergency.read")
def read(clinic_id: int, access_id: int) -> str:
    """Show the record, to read: regimen, plan, check-ins, and the sheet the patient should have."""
    access: Access = g.emergency
    clinic = db.session.get_one(Clinic, access.clinic_id)
    head = patient_of(access.clinic_id, access.patient_id) or abort(404)
    g.similar = {head.id: ""}  # who else is like the patient is not part of what was opened
    banner = page.banner(head, clinical=True)
    banner["href"] = url_for("emergencies.read", clinic_id=clinic_id, access_id=access_id)
    return render_template(
        "emergencies/record.html", access=access, patient=banner, **_record(clinic, head)
    )


def _record(clinic: Clinic, head: PatientHead) -> dict[str, Any]:
    today = dates.today_at(clinic.time_zone, utc_now())
    card = now_chart.card(clinic.id, head.id, today, clinical=True)
    signed = card.signed
    ended = why_ended(card.course)
    preview = None
    if signed and not ended:
        sheet = paper_chart.sheet_now(
            clinic, head, signed, today=today, printed_by=g.signed_in.actor.name
        )
        fonts = current_app.config["FONTS"]
        if not any(problem.stops for problem in handouts.printable(sheet, fonts)):
            preview = handouts.preview_of(sheet, fonts)
    return {
        "card": card,
        "day_phone": clinic.day_phone,
        "night_phone": clinic.night_phone,
        "ended": ended,
        "regimen": regimen_chart.current(clinic.id, head.id),
        "picture": picture_of(signed.version) if signed else "",
        "tables": review_tables(signed.version) if signed else (),
        "contacts": contact_chart.latest(clinic.id, head.id, most=CONTACTS),
        "preview": preview,
    }


@views.get("/emergencies")
@does("emergency.told")
def told(clinic_id: int) -> str:
    """Show the administrator every emergency access to records of the clinic."""
    return render_template("emergencies/told.html", accesses=chart.of_clinic(clinic_id))


@views.post("/emergencies/<int:told_id>")
@does("emergency.acknowledge")
def acknowledge(clinic_id: int, told_id: int) -> Response:
    """Acknowledge an emergency access, or end it as well."""
    end = request.form.get("do") == "end"
    try:
        records.acknowledge(by=g.signed_in.actor, clinic_id=clinic_id, access_id=told_id, end=end)
    except NoResultFound:
        abort(404)
    auth.tell(said("The access is ended.") if end else said("The access is acknowledged."))
    return redirect(url_for("emergencies.told", clinic_id=clinic_id), 303)


def _form(form: EmergencyForm) -> str:
    me = g.signed_in.actor
    clinics = chart.other_clinics(frozenset(me.clinics))
    form.offer(clinics)
    return render_template(
        "emergencies/ask.html",
        form=form,
        clinics=clinics,
        accesses=chart.own(me.staff_id, g.clinic.id),
        most_hours=MOST_HOURS,
    )
