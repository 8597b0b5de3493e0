"""Today: one ordered list of what needs a person, by the clinic's calendar.

Filters stand in the address and go along with each row's link, so they survive a save; the link
names the row after it, on which the focus stands when the person comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, current_app, g, jsonify, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker.charts import today as chart
from tracker.charts.cover import Person, people
from tracker.charts.ranges import COUNTED
from tracker.charts.today import Cursor, Filters, Found
from tracker.dates import screen, time_of_day
from tracker.languages import counted, joined, said
from tracker.models import utc_now
from tracker.page import today
from tracker.policy import can, does
from tracker.views.drawn_rows import drawn
from tracker.worklist import TITLES, Group

views = Blueprint("today", __name__)
MOST_ROWS = chart.ON_A_PAGE


@dataclass(frozen=True, slots=True)
class Jump:
    """A link to one group: to its place on this page, or to a page of its own."""

    title: str
    count: str
    href: str


@views.get("/c/<int:clinic_id>/today")
@does("today.look")
def show(clinic_id: int) -> str:
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
        after=_cursor(request.args),
        most=MOST_ROWS,
    )
    groups = drawn(found, staff, filters=_kept(filters), day=day)
    return render_template(
        "today/show.html",
        groups=groups,
        jumps=_jumps(found, groups, filters),
        filters=filters,
        filtered=filters != Filters(),
        choices=_choices(staff, drafts=may_draft),
        clock=time_of_day(utc_now(), g.clinic.time_zone),
        seen=found.seen,
        ahead="" if groups else _ahead(clinic_id, day),
        later=_address(filters, after=_written(found.following)) if found.following else "",
        again=_address(filters),
        most=MOST_ROWS,
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


def _kept(filters: Filters) -> dict[str, Any]:
    """Give the filters as the address carries them."""
    return {
        "whose": "mine" if filters.mine else None,
        "group": filters.group.value if filters.group else None,
        "physician": filters.physician,
        "therapy": filters.therapy or None,
    }


def _address(filters: Filters, **more: Any) -> str:
    return url_for("today.show", clinic_id=g.clinic.id, **{**_kept(filters), **more})


def _me(staff: Mapping[int, Person]) -> list[int]:
    """Name the person, and those for whom they stand in today."""
    own = g.signed_in.actor.staff_id or 0
    person = staff.get(own)
    return [own, *(sorted(person.covers) if person else ())]


def _written(cursor: Cursor | None) -> str | None:
    if cursor is None:
        return None
    parts = (cursor.group, cursor.key.isoformat(), cursor.ref, cursor.kind, cursor.part)
    return "~".join(map(str, parts))


def _cursor(asked: Mapping[str, str]) -> Cursor | None:
    """Read where the page before this one ended; anything else is the beginning."""
    parts = asked.get("after", "").split("~")
    try:
        group, key, ref, kind, part = parts
        return Cursor(Group(group), date.fromisoformat(key), int(ref), kind, int(part))
    except ValueError:
        return None


def _jumps(found: Found, groups: list[tuple[Group, list[Markup]]], filters: Filters) -> list[Jump]:
    here = {group for group, _ in groups}
    return [
        Jump(
            TITLES[group],
            f"{COUNTED}+" if found.counts[group] >= COUNTED else str(number),
            f"#{group}" if group in here else _address(filters, group=group.value),
        )
        for group in Group
        for number in (found.counts.get(group, 0),)
        if number
    ]


def _choices(staff: Mapping[int, Person], *, drafts: bool) -> dict[str, list[tuple[str, str]]]:
    catalogue = current_app.extensions["catalogue"]
    return {
        "whose": [("", said("Everyone’s")), ("mine", said("Mine"))],
        "group": [
            ("", said("All")),
            *((one.value, TITLES[one]) for one in Group if drafts or one is not Group.DRAFT),
        ],
        "physician": [
            ("", said("All")),
            *((str(one.id), one.name) for one in staff.values() if one.physician),
        ],
        "therapy": [("", said("All")), *((one.id, one.words) for one in catalogue.therapies)],
    }


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
