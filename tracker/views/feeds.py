"""A calendar of one member of staff's check-ins, at an address that is its only key."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, url_for
from werkzeug.wrappers import Response

from tracker.charts import calendars
from tracker.charts import sessions as session_chart
from tracker.charts import tokens as chart
from tracker.dates import today_at
from tracker.exchange import calendar
from tracker.models import utc_now
from tracker.policy import Actor, can, does

views = Blueprint("feeds", __name__)


@views.get("/feeds/<token>.ics")
@does("open.feed")
def show(token: str) -> Response:
    """Give the calendar behind an address; one that was ended is as one that never was."""
    found = chart.behind(token, "calendar", utc_now())
    if found is None:
        abort(404)
    held = session_chart.memberships(found.staff_id)
    actor = Actor(found.staff_id, "", session_chart.roles_of(held))
    if found.clinic_id not in held or not can(actor, "token.look", found.clinic_id):
        abort(404)
    clinic = held[found.clinic_id].clinic
    now = utc_now()
    entries = [
        replace(
            one.entry,
            link=url_for(
                "patients.show", clinic_id=clinic.id, patient_id=one.patient_id, _external=True
            ),
        )
        for one in calendars.entries_for_staff(
            clinic, found.staff_id, today=today_at(clinic.time_zone, now), now=now
        )
    ]
    made = calendar.calendar(f"Check-ins, {clinic.name}", clinic.time_zone, entries)
    return Response(made, content_type="text/calendar; charset=utf-8")
