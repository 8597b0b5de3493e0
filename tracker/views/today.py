"""Today: one ordered list of what needs a person, by the clinic's calendar.

Filters stand in the address and go along with each row's link, so they survive a save; the link
names the row after it, on which the focus stands when the person comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, current_app, g, jsonify, request
from werkzeug.wrappers import Response

from tracker.charts import today as chart
from tracker.charts.cover import Person, people
from tracker.charts.ranges import COUNTED
from tracker.charts.today import Cursor, Filters
from tracker.dates import screen, time_of_day
from tracker.languages import counted, joined, said
from tracker.models import utc_now
from tracker.page import today
from tracker.policy import can, does
from tracker.views.today_drawn import address, below, drawn, filter_form, jumps, page_around
from tracker.worklist import TITLES, Group

views = Blueprint("today", __name__)
MOST_ROWS = chart.ON_A_PAGE


@views.get("/c/<int:clinic_id>/today")
@does("today.look")
def show(clinic_id: int) -> bytes:
    """Show the clinic's day."""
    day, filters = today(), _filters()
    staff = people(clinic_id, day)
    may_draft = can(g.signed_in.actor, "plan.draft", clinic_id)
    found = chart.found(
        clinic_id,
        day,
        filters,
        me=_me(staff),
        drafts=may_draft,
        after=Cursor.read(request.args.get("after", "")),
        most=MOST_ROWS,
    )
    groups = drawn(found, staff, filters=filters, day=day)
    return page_around(
        groups,
        "today/show.html",
        jumps=jumps(found, filters),
        filtered=filters != Filters(),
        filter_form=filter_form(filters, staff, drafts=may_draft),
        clock=time_of_day(utc_now(), g.clinic.time_zone),
        seen=found.seen,
        ahead="" if groups else _ahead(clinic_id, day),
        below=below(found, filters, MOST_ROWS),
        again=address(clinic_id, filters),
    )


@views.get("/c/<int:clinic_id>/today/changes/<int:seen>")
@does("today.look")
def changes(clinic_id: int, seen: int) -> Response:
    """Tell how much was recorded since the list was made; asked by the page itself."""
    return jsonify(changes=chart.changes(clinic_id, seen), most=COUNTED)


@views.app_context_processor
def _common() -> dict[str, Any]:
    return {"group_titles": TITLES}


def _filters() -> Filters:
    asked = request.args
    physician = asked.get("physician", "")
    return Filters(
        mine=asked.get("whose") == "mine",
        group=Group(asked["group"]) if asked.get("group") in set(Group) else None,
        physician=int(physician) if physician.isascii() and physician.isdigit() else None,
        therapy=asked.get("therapy", "") if _therapy(asked.get("therapy", "")) else "",
    )


def _therapy(named: str) -> bool:
    return bool(named) and current_app.extensions["catalogue"].therapy(named) is not None


def _me(staff: Mapping[int, Person]) -> list[int]:
    """Name the person, and those for whom they stand in today."""
    own = g.signed_in.actor.staff_id or 0
    person = staff.get(own)
    return [own, *(sorted(person.covers) if person else ())]


def _ahead(clinic_id: int, day: date) -> str:
    """Say what comes next and when."""
    coming = [
        said(
            "{what}: {day} ({count})",
            what=what,
            day=screen(when),
            count=counted("{n} patient", "{n} patients", count),
        )
        for what, found in (
            (said("Next step start"), chart.next_start(clinic_id, day)),
            (said("Next contact"), chart.next_contact(clinic_id, day)),
        )
        if found
        for when, count in [found]
    ]
    return joined(". ", coming) + "." if coming else said("No signed plan has a date ahead.")
