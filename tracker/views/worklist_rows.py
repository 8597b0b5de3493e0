"""How one row of the worklist is shown: its words, its dates, whose it is, and its buttons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import current_app, g, url_for

from tracker.charts.cover import Person, on_cover
from tracker.charts.today import Found
from tracker.dates import born, screen, time_of_day
from tracker.names import fold
from tracker.page import moment
from tracker.policy import can
from tracker.worklist import Group, Kind, says


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done from the row; the first is the main one."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the template writes it; every text is ready."""

    anchor: str
    patient_id: int
    name: str
    href: str
    ids: str
    what: str
    chips: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    when: str
    beside: str  # the day in relation to today
    owner: str
    buttons: tuple[Button, ...]
    similar: bool = False
    first: bool = False  # on the page: the focus starts there


def shown(
    found: Found, staff: Mapping[int, Person], *, filters: Mapping[str, Any], day: date
) -> list[tuple[Group, list[Shown]]]:
    """Give the page's groups; each row's buttons lead back to the row after it."""
    clinical = can(g.signed_in.actor, "plan.read", g.clinic.id)
    rows = [(group, row) for group, of_group in found.rows for row in of_group]
    anchors = [_anchor(row, group) for group, row in rows]
    alike = _alike([row for _, row in rows])
    made: dict[Group, list[Shown]] = defaultdict(list)
    for place, (group, row) in enumerate(rows):
        after = anchors[place + 1] if place + 1 < len(anchors) else None
        back = url_for("today.show", clinic_id=g.clinic.id, _anchor=after, **filters)
        one = (_draft if group is Group.DRAFT else _row)(group, row, staff, clinical, back, day)
        made[group].append(
            replace(one, anchor=anchors[place], similar=row.patient_id in alike, first=place == 0)
        )  # fmt: skip
    return [(group, made[group]) for group, _ in found.rows]


def _anchor(row: Any, group: Group) -> str:
    if group is Group.DRAFT:
        return f"go-draft-{row.ref}"
    return f"go-{row.kind}-{row.ref}-{row.part}"


def _row(
    group: Group, row: Any, staff: Mapping[int, Person], clinical: bool, back: str, day: date
) -> Shown:
    return Shown(
        anchor="",
        patient_id=row.patient_id,
        name=row.name,
        href=_patient(row),
        ids=_ids(row.born, row.record_no),
        what=says(group, row.what, row.due, day),
        chips=_chips(group, row, day),
        notes=_notes(group, row, clinical),
        when=_when(group, row),
        beside=_beside(group, row.due, day),
        owner=_owner(row, staff),
        buttons=_buttons(group, row, back),
    )


def _draft(
    group: Group, row: Any, staff: Mapping[int, Person], clinical: bool, back: str, day: date
) -> Shown:
    name = row.family_name.upper() + (f", {row.given_names}" if row.given_names else "")
    saved_by = staff[row.owner_id].name if row.owner_id in staff else "someone who left"
    return Shown(
        anchor="",
        patient_id=row.patient_id,
        name=name,
        href=_patient(row),
        ids=_ids(row.born, row.record_no),
        what="Draft plan" if row.plan_id is None else "Draft of a new version",
        chips=(("Draft", "draft"),),
        notes=(f"Saved by {saved_by}, not signed",),
        when=moment(row.at),
        beside="",
        owner=saved_by,
        buttons=(Button("Open the draft", _to("plans.draft", row)),),
    )


def _patient(row: Any) -> str:
    return url_for("patients.show", clinic_id=g.clinic.id, patient_id=row.patient_id)


def _ids(birth_date: date, record_no: str) -> str:
    return f"Born {born(birth_date)} · Record no. {record_no or 'not recorded'}"


def _chips(group: Group, row: Any, day: date) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    if group is Group.WAITING and row.late_from <= day:
        found.append(("Past due", "overdue") if row.due < day else ("Now", "overdue"))
    if group is Group.OVERDUE:
        found.append(("Overdue", "overdue"))
    if group is Group.NO_CONTACT:
        found.append(("Not booked", "due"))
    if group is Group.DONE:
        found.append(("Done", "done"))
    if row.tries:
        times = "once" if row.tries == 1 else f"{row.tries} times"
        found.append((f"Not reached, tried {times}", "due"))
    return tuple(found)


def _notes(group: Group, row: Any, clinical: bool) -> tuple[str, ...]:
    found = [row.detail] if clinical and row.detail else []
    if group is Group.DONE:
        return tuple(found)
    contact = f"Last contact {row.last_contact}" if row.last_contact else ""
    return (*found, *(words for words in (row.on_step, contact) if words))


def _when(group: Group, row: Any) -> str:
    if group is Group.DONE and row.at is not None:
        return time_of_day(row.at, g.clinic.time_zone)
    return screen(row.due)


def _beside(group: Group, due: date, day: date) -> str:
    """Say the day beside the date: "3 days overdue", "in 2 days"."""
    days = (due - day).days
    if group is Group.DONE:
        return ""
    if days < -1:
        return f"{-days} days {'overdue' if group is Group.OVERDUE else 'ago'}"
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return near.get(days, f"in {days} days")


def _owner(row: Any, staff: Mapping[int, Person]) -> str:
    """Say whose it is: who took it, who spoke with the patient last, or who is on cover."""
    if row.owner_id in staff:
        return staff[row.owner_id].name
    if row.kind != Kind.ESCALATION:
        return ""
    names = " or ".join(one.name for one in on_cover(row.physician_id, staff))
    return f"Nobody yet. For {names}" if names else "Nobody yet"


# Where each kind of row is worked on: act, endpoint, what the id is called, and the button's words.
_WORK: Mapping[str, Sequence[tuple[str, str, str, str]]] = {
    Kind.ESCALATION: (("escalation.read", "escalations.show", "escalation_id", "Open"),),
    Kind.TELL: (("escalation.told", "escalations.show", "escalation_id", "Record"),),
    Kind.CHECKIN: (
        ("checkin.record", "checkins.ask", "checkin_id", "Record"),
        ("checkin.not_reached", "checkins.ask_outcome", "checkin_id", "No answer"),
    ),
    Kind.CALL_BACK: (("call.back", "away.call", "check_id", "Record the call"),),
    Kind.REVIEW_HOLD: (("course.read", "course.show", "", "See the plan"),),
    Kind.RETURN: (
        ("away.review", "away.review", "away_id", "Review"),
        ("away.back", "away.back", "away_id", "Patient is back"),
    ),
    Kind.START: (("step.start", "course.start", "", "Start"),),
    Kind.NO_CONTACT: (("checkin.book", "checkins.ask_booking", "", "Book a contact"),),
    Kind.PAPER: (("handout.print", "handouts.show", "", "See the handout"),),
}


def _buttons(group: Group, row: Any, back: str) -> tuple[Button, ...]:
    if group is Group.DONE:
        return (Button("View", _patient(row)),)
    found = tuple(
        Button(words, _to(endpoint, row, back=back, **({ref: row.ref} if ref else {})))
        for act, endpoint, ref, words in _WORK.get(row.kind, ())
        if endpoint in current_app.view_functions and can(g.signed_in.actor, act, g.clinic.id)
    )
    return found or (Button("Open", _patient(row)),)


def _to(endpoint: str, row: Any, **more: Any) -> str:
    return url_for(endpoint, clinic_id=g.clinic.id, patient_id=row.patient_id, **more)


def _alike(rows: Sequence[Any]) -> set[int]:
    """Find the patients on this page who could be mixed up: same family name, same initial."""
    of: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        family, _, given = _name(row).partition(", ")
        of[f"{fold(family)}/{fold(given)[:1]}"].add(row.patient_id)
    return {one for ids in of.values() if len(ids) > 1 for one in ids}


def _name(row: Any) -> str:
    given = getattr(row, "given_names", "")
    return getattr(row, "name", "") or f"{row.family_name}, {given}"
