"""Who else has this long form open: said on the page, so that two people talk before they type.

A session remembers the one form it has open, by the form's name and the ids in its address. It is
a hint and keeps nobody out: what two people save is told apart when the second one saves.
This module holds no pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import g, request

from tracker.charts import sessions as chart
from tracker.models import utc_now
from tracker.records import sessions as records

# The views of each long form: what shows it, and what shows it again with a problem.
FORMS: Mapping[str, tuple[str, ...]] = {
    "patient": ("patients.edit", "patients.save"),
    "regimen": ("regimens.new", "regimens.edit", "regimens.save"),
    "plan": ("plans.draft", "plans.save", "plans.paste", "plans.review", "plans.sign"),
    "checkin": ("checkins.ask", "checkins.record", "checkins.ask_amend", "checkins.amend"),
    "contact": ("checkins.ask_new", "checkins.record_new"),
    "escalation": (
        "escalations.show", "escalations.add_note", "escalations.resolve", "escalations.told",
    ),
    "amendment": ("amendment_requests.decide", "amendment_requests.answer"),
    "clinic": ("clinic.edit", "clinic.save"),
    "wording": ("wording.show", "wording.translate"),
    "staff": ("staff.show", "staff.roles", "staff.cover"),
}  # fmt: skip
_FORM_OF = {view: form for form, views in FORMS.items() for view in views}


def note() -> None:
    """Note which form the person has open now; a picture or a script's request changes nothing."""
    if request.method != "GET" or request.headers.get("X-Requested-By") == "script":
        return
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return
    form, signed_in = _form(), g.signed_in
    if form != signed_in.form:
        records.has_open(token_hash=signed_in.token_hash, form=form)


def others() -> tuple[tuple[str, datetime], ...]:
    """Give who else has the form of this page open, and since when; none for any other page."""
    form = _form()
    if form is None:
        return ()
    since = utc_now() - g.signed_in.idle_limit
    return chart.others_at(form, g.signed_in.actor.staff_id or 0, since)


def _form() -> str | None:
    """Name the form of this address, ids and all; None where there is none."""
    form = _FORM_OF.get(request.endpoint or "")
    if form is None:
        return None
    ids = request.view_args or {}
    return " ".join([form, *(f"{name[0]}{ids[name]}" for name in sorted(ids))])
