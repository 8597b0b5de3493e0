"""How one row of the worklist is shown: its words, its dates, whose it is, and its buttons."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import current_app, g, url_for

from tracker.addresses import OfRows
from tracker.charts.cover import Person, on_cover
from tracker.charts.today import Found
from tracker.dates import born, screen, time_of_day
from tracker.languages import ENGLISH, joined, read, said, say, say_counted, speaking
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


@dataclass(frozen=True, slots=True)
class _List:
    """What all rows of one page share: who works here, the day, and the ways out of a row."""

    clinic_id: int
    staff: Mapping[int, Person]
    day: date
    clinical: bool
    back: str
    _patient: OfRows
    _work: dict[str, list[tuple[str, OfRows]]] = field(default_factory=dict)

    def patient(self, row: Any) -> str:
        """Give the address of the row's patient."""
        return self._patient.of(row.patient_id, 0)

    def work(self, kind: str) -> list[tuple[str, OfRows]]:
        """Give the buttons of a kind of row that this person may press; found once a page."""
        if kind not in self._work:
            self._work[kind] = [
                (words, OfRows(endpoint, self.clinic_id, ref=ref, back=self.back))
                for act, endpoint, ref, words in _WORK.get(kind, ())
                if endpoint in current_app.view_functions
                if can(g.signed_in.actor, act, self.clinic_id)
            ]
        return self._work[kind]


def shown(
    found: Found, staff: Mapping[int, Person], *, filters: Mapping[str, Any], day: date
) -> list[tuple[Group, list[Shown]]]:
    """Give the page's groups; each row's buttons lead back to the row after it."""
    clinic_id = g.clinic.id
    of = _List(
        clinic_id=clinic_id,
        staff=staff,
        day=day,
        clinical=can(g.signed_in.actor, "plan.read", clinic_id),
        back=url_for("today.show", clinic_id=clinic_id, **filters),
        _patient=OfRows("patients.show", clinic_id),
    )
    rows = [(group, row) for group, of_group in found.rows for row in of_group]
    anchors: list[str | None] = [*(_anchor(row, group) for group, row in rows), None]
    alike = _alike([row for _, row in rows])
    made: dict[Group, list[Shown]] = defaultdict(list)
    for (group, row), anchor, after in zip(rows, anchors, anchors[1:], strict=False):
        make = _draft if group is Group.DRAFT else _row
        made[group].append(make(of, group, row, anchor or "", after, row.patient_id in alike))
    if rows:
        made[rows[0][0]][0] = replace(made[rows[0][0]][0], first=True)
    return [(group, made[group]) for group, _ in found.rows]


def _anchor(row: Any, group: Group) -> str:
    if group is Group.DRAFT:
        return f"go-draft-{row.ref}"
    return f"go-{row.kind}-{row.ref}-{row.part}"


def _row(of: _List, group: Group, row: Any, anchor: str, after: str | None, similar: bool) -> Shown:
    return Shown(
        anchor=anchor,
        patient_id=row.patient_id,
        name=row.name,
        href=of.patient(row),
        ids=_ids(row.born, row.record_no),
        what=says(group, _text(row, "what"), row.due, of.day),
        chips=_chips(group, row, of.day),
        notes=_notes(group, row, of.clinical),
        when=_when(group, row),
        beside=_beside(group, row.due, of.day),
        owner=_owner(row, of.staff),
        buttons=_buttons(of, group, row, after),
        similar=similar,
    )


def _text(row: Any, name: str) -> str:
    """Give a sentence of a row; for a page in English the column itself is read."""
    english: str = getattr(row, name)
    if speaking() == ENGLISH or not english:
        return english
    told: dict[str, str] = json.loads(row.said)
    return read(told[name]) if name in told else english


def _draft(
    of: _List, _group: Group, row: Any, anchor: str, after: str | None, similar: bool
) -> Shown:
    name = row.family_name.upper() + (f", {row.given_names}" if row.given_names else "")
    saved_by = of.staff[row.owner_id].name if row.owner_id in of.staff else say("someone who left")
    typed = row.kind == "checkin"
    unfinished = say("Saved by {saved_by}, not recorded", saved_by=saved_by)
    unsigned = say("Saved by {saved_by}, not signed", saved_by=saved_by)
    return Shown(
        anchor=anchor,
        patient_id=row.patient_id,
        name=name,
        href=of.patient(row),
        ids=_ids(row.born, row.record_no),
        what=_draft_of(row),
        chips=((said("Draft"), "draft"),),
        notes=(unfinished if typed else unsigned,),
        when=moment(row.at),
        beside="",
        owner=saved_by,
        buttons=(Button(said("Open the draft"), _draft_at(of, row, after)),),
        similar=similar,
    )


def _draft_of(row: Any) -> str:
    if row.kind == "checkin":
        return said("Draft of a check-in")
    return said("Draft plan") if row.plan_id is None else said("Draft of a new version")


def _draft_at(of: _List, row: Any, after: str | None) -> str:
    if row.kind != "checkin":
        return OfRows("plans.draft", of.clinic_id).of(row.patient_id, 0)
    about = row.about.partition("/")[0]
    if about == "new":
        return OfRows("checkins.ask_new", of.clinic_id, back=of.back).of(row.patient_id, 0, after)
    way = OfRows("checkins.ask", of.clinic_id, ref="checkin_id", back=of.back)
    return way.of(row.patient_id, int(about), after)


def _ids(birth_date: date, record_no: str) -> str:
    return say(
        "Born {day} · Record no. {record_no}",
        day=born(birth_date),
        record_no=record_no or say("not recorded"),
    )


def _chips(group: Group, row: Any, day: date) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    if group is Group.WAITING and row.late_from <= day:
        found.append((said("Past due"), "overdue") if row.due < day else (said("Now"), "overdue"))
    if group is Group.OVERDUE:
        found.append((said("Overdue"), "overdue"))
    if group is Group.NO_CONTACT:
        found.append((said("Not booked"), "due"))
    if group is Group.DONE:
        found.append((said("Done"), "done"))
    if row.tries:
        words = say_counted("Not reached, tried once", "Not reached, tried {n} times", row.tries)
        found.append((words, "due"))
    return tuple(found)


def _notes(group: Group, row: Any, clinical: bool) -> tuple[str, ...]:
    found = [_text(row, "detail")] if clinical and row.detail else []
    if group is Group.DONE:
        return tuple(found)
    contact = (
        say("Last contact {last_contact}", last_contact=_text(row, "last_contact"))
        if row.last_contact
        else ""
    )
    return (*found, *(words for words in (_text(row, "on_step"), contact) if words))


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
        return (
            say("{n} days overdue", n=-days)
            if group is Group.OVERDUE
            else say("{n} days ago", n=-days)
        )
    return _NEAR[days] if days < 2 else say("in {n} days", n=days)


_NEAR = {-1: said("yesterday"), 0: said("today"), 1: said("tomorrow")}


def _owner(row: Any, staff: Mapping[int, Person]) -> str:
    """Say whose it is: who took it, who spoke with the patient last, or who is on cover."""
    if row.owner_id in staff:
        return staff[row.owner_id].name
    if row.kind != Kind.ESCALATION:
        return ""
    names = joined(said(" or "), [one.name for one in on_cover(row.physician_id, staff)])
    return say("Nobody yet. For {names}", names=names) if names else said("Nobody yet")


# Where each kind of row is worked on: act, endpoint, what the id is called, and the button's words.
_WORK: Mapping[str, Sequence[tuple[str, str, str, str]]] = {
    Kind.ESCALATION: (("escalation.read", "escalations.show", "escalation_id", said("Open")),),
    Kind.TELL: (("escalation.told", "escalations.show", "escalation_id", said("Record")),),
    Kind.CHECKIN: (
        ("checkin.record", "checkins.ask", "checkin_id", said("Record")),
        ("checkin.not_reached", "checkins.ask_outcome", "checkin_id", said("No answer")),
    ),
    Kind.CALL_BACK: (("call.back", "away.call", "check_id", said("Record the call")),),
    Kind.REVIEW_HOLD: (("course.read", "course.show", "", said("See the plan")),),
    Kind.RETURN: (
        ("away.review", "away.review", "away_id", said("Review")),
        ("away.back", "away.back", "away_id", said("Patient is back")),
    ),
    Kind.START: (("step.start", "course.start", "", said("Start")),),
    Kind.NO_CONTACT: (("checkin.book", "checkins.ask_booking", "", said("Book a contact")),),
    Kind.PAPER: (("handout.print", "handouts.show", "", said("See the handout")),),
}


def _buttons(of: _List, group: Group, row: Any, after: str | None) -> tuple[Button, ...]:
    if group is Group.DONE:
        return (Button(said("View"), of.patient(row)),)
    found = tuple(
        Button(words, way.of(row.patient_id, row.ref, after)) for words, way in of.work(row.kind)
    )
    return found or (Button(said("Open"), of.patient(row)),)


def _alike(rows: Sequence[Any]) -> set[int]:
    """Find the patients on this page who could be mixed up: same family name, same initial."""
    near: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        near[_folded(row).partition(" ")[0]][row.patient_id] = _name(row)
    of: dict[str, set[int]] = defaultdict(set)
    for names in near.values():
        if len(names) > 1:  # only those who share a first word are looked at closely
            for patient_id, name in names.items():
                family, _, given = name.partition(", ")
                of[f"{fold(family)}/{fold(given)[:1]}"].add(patient_id)
    return {one for ids in of.values() if len(ids) > 1 for one in ids}


def _folded(row: Any) -> str:
    found: str | None = getattr(row, "name_folded", None)
    return fold(_name(row)) if found is None else found


def _name(row: Any) -> str:
    given = getattr(row, "given_names", "")
    return getattr(row, "name", "") or f"{row.family_name}, {given}"
