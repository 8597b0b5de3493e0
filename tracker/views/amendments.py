"""Amending a recorded check-in: the form with what was recorded, saved as a new copy."""

from __future__ import annotations

from flask import g, request
from werkzeug.utils import redirect

from tracker import auth, checkins, dates, page
from tracker.charts import contacts as contact_chart
from tracker.checkins import Alarm, CheckIn
from tracker.forms import checkins as forms
from tracker.languages import said
from tracker.policy import does
from tracker.records import checkins as day_records
from tracker.records import contacts as records
from tracker.records.acts import Conflict
from tracker.views.checkins import ADDRESS, Answer, merged, seen_typed, the_checkin, views
from tracker.views.contacts import Sheet, beside, form_page, lay_sheet, page_of
from tracker.views.regimens import catalogue


def _copy(found: CheckIn) -> contact_chart.Recorded | None:
    copies = contact_chart.copies_of(g.clinic.id, g.patient.id, found.stream)
    return next((c for c in copies if found.contact and c.contact.id == found.contact.id), None)


def _amending(found: CheckIn, copy: contact_chart.Recorded) -> Sheet:
    escalated = frozenset(Alarm(one.alarm) for one in copy.alarms if one.escalated)
    return lay_sheet(found, amending=True, escalated=escalated)


@views.get(f"{ADDRESS}/<int:checkin_id>/amend")
@does("checkin.read")
def ask_amend(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Show a recorded check-in as a form, to be saved as a new copy."""
    if elsewhere := merged():
        return elsewhere
    found = the_checkin(checkin_id)
    copy = _copy(found)
    if copy is None:
        return redirect(page_of(checkin_id), 303)
    return form_page(_amending(found, copy), _typed_again(copy), form_version=0)


def _typed_again(copy: contact_chart.Recorded) -> dict[str, list[str]]:
    """Give a recorded check-in as it would be typed."""
    contact = copy.contact
    raw = {
        "mode": [contact.mode],
        "on": [dates.screen(contact.on)],
        "spoke_with": [contact.spoke_with],
        "spoke_name": [contact.spoke_name],
        "identity": ["yes"],
        "note": [contact.note],
    }
    questions = {q.id: q for one in catalogue().instruments.values() for q in one.questions}
    for answer in copy.answers:
        question = questions.get(answer.question)
        if question is None or not answer.value:
            continue
        if answer.value == checkins.NOT_ASKED and question.kind is checkins.Kind.WHOLE:
            raw[f"{answer.instrument}.{checkins.NOT_ASKED}"] = ["yes"]
        elif question.kind is checkins.Kind.SIGNS:
            raw[answer.question] = answer.value.split(",")
        else:
            raw[answer.question] = [answer.value]
    for alarm in copy.alarms:
        if not alarm.escalated:
            raw[f"alarm.{alarm.alarm}.way"] = ["handled"]
            raw[f"alarm.{alarm.alarm}.by"] = [alarm.handled_by]
            raw[f"alarm.{alarm.alarm}.how"] = [alarm.handled_how]
    return raw


@views.post(f"{ADDRESS}/<int:checkin_id>/amend")
@does("checkin.amend")
def amend(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Save the amended copy, which names the one it replaces."""
    if elsewhere := merged():
        return elsewhere
    found, raw = the_checkin(checkin_id), forms.typed(request.form)
    copy = _copy(found)
    if copy is None:
        return redirect(page_of(checkin_id), 303)
    sheet = _amending(found, copy)
    reading = sheet.read(raw)
    if reading.problems:
        return form_page(sheet, raw, form_version=0, problems=reading.problems), 422
    try:
        records.amend(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            patient_id=patient_id,
            checkin_id=checkin_id,
            seen=seen_typed(),
            reading=reading,
            reason=checkins.one(raw, "reason"),
            today=page.today(),
        )
    except (Conflict, day_records.Refused):
        now = the_checkin(checkin_id)
        trouble = said(
            "{who} amended this check-in after you opened this page. Nothing of yours was saved, "
            "and nothing you typed is lost. Look at the newest copy; if yours is still right, "
            "save it again.",
            who=now.contact.by if now.contact else said("Somebody"),
        )
        rows = beside(found, reading)
        page_now = form_page(
            sheet, raw, form_version=0, trouble=trouble, seen=now.seq, conflict=rows
        )
        return page_now, 409
    title = g.patient.title
    auth.tell(said("The check-in of {title} is amended. The copy before it is kept.", title=title))
    return redirect(page_of(checkin_id), 303)
