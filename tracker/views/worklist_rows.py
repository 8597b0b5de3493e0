"""How one row of the worklist is said: its words, its dates, whose it is, and its buttons.

Nothing here asks for the request, the person or the database: a row's words follow from the row,
the look of its page and its place there. `today_drawn` relies on it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from tracker.addresses import OfRows
from tracker.charts.cover import Person, on_cover
from tracker.charts.ranges import Begun, Listed
from tracker.dates import born, moment, screen, time_of_day
from tracker.languages import ENGLISH, joined, read, said, say, say_counted, speaking
from tracker.names import fold
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


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """What decides how the rows of a page look, besides themselves; known by identity.

    The language, the clinic's day and clock, what this person's roles let them see and press, and
    the list to which every way out leads back.
    """

    language: str
    zone: str
    day: date
    clinical: bool
    patient: OfRows
    work: Mapping[str, Sequence[tuple[str, OfRows]]]  # by kind of row: the buttons and their words
    drafts: Mapping[str, OfRows]


def look_of(
    *, language: str, clinic_id: int, zone: str, day: date, back: str, may: Collection[str]
) -> Look:  # fmt: skip
    """Make the look of a page; `may` are those of ACTS that the person may do at the clinic."""
    return Look(
        language=language,
        zone=zone,
        day=day,
        clinical="plan.read" in may,
        patient=OfRows("patients.show", clinic_id),
        work={
            kind: tuple(
                (words, OfRows(endpoint, clinic_id, ref=ref, back=back))
                for act, endpoint, ref, words in buttons
                if act in may
            )
            for kind, buttons in _WORK.items()
        },
        drafts={
            "plan": OfRows("plans.draft", clinic_id),
            "new": OfRows("checkins.ask_new", clinic_id, back=back),
            "begun": OfRows("checkins.ask", clinic_id, ref="checkin_id", back=back),
        },
    )


def anchor_of(row: Listed | Begun) -> str:
    """Name a row's place on the page."""
    if isinstance(row, Begun):
        return f"go-draft-{row.ref}"
    return f"go-{row.kind}-{row.ref}-{row.part}"


def said_row(
    look: Look, group: Group, row: Listed | Begun, *,
    owner: str, after: str | None, similar: bool, first: bool,
) -> Shown:  # fmt: skip
    """Say one row in words; `owner` is what `owner_of` gave, `after` the place of the next row."""
    say_it = (
        _draft(look, row, owner, after)
        if isinstance(row, Begun)
        else _row(look, group, row, owner, after)
    )
    return replace(say_it, similar=similar, first=first)


def _row(look: Look, group: Group, row: Listed, owner: str, after: str | None) -> Shown:
    return Shown(
        anchor=anchor_of(row),
        name=row.name,
        href=look.patient.of(row.patient_id, 0),
        ids=_ids(row.born, row.record_no),
        what=says(group, _text(row, "what"), row.due, look.day),
        chips=_chips(group, row, look.day),
        notes=_notes(group, row, look.clinical),
        when=_when(group, row, look.zone),
        beside=_beside(group, row.due, look.day),
        owner=owner,
        buttons=_buttons(look, group, row, after),
    )


def _text(row: Listed, name: str) -> str:
    """Give a sentence of a row; for a page in English the column itself is read."""
    english: str = getattr(row, name)
    if speaking() == ENGLISH or not english:
        return english
    told: dict[str, str] = json.loads(row.said)
    return read(told[name]) if name in told else english


def _draft(look: Look, row: Begun, saved_by: str, after: str | None) -> Shown:
    unfinished = say("Saved by {saved_by}, not recorded", saved_by=saved_by)
    unsigned = say("Saved by {saved_by}, not signed", saved_by=saved_by)
    return Shown(
        anchor=anchor_of(row),
        name=row.name,
        href=look.patient.of(row.patient_id, 0),
        ids=_ids(row.born, row.record_no),
        what=_draft_of(row),
        chips=((said("Draft"), "draft"),),
        notes=(unfinished if row.kind == "checkin" else unsigned,),
        when=moment(row.at, look.zone),
        beside="",
        owner=saved_by,
        buttons=(Button(said("Open the draft"), _draft_at(look, row, after)),),
    )


def _draft_of(row: Begun) -> str:
    if row.kind == "checkin":
        return said("Draft of a check-in")
    return said("Draft plan") if row.plan_id is None else said("Draft of a new version")


def _draft_at(look: Look, row: Begun, after: str | None) -> str:
    if row.kind != "checkin":
        return look.drafts["plan"].of(row.patient_id, 0)
    about = row.about.partition("/")[0]
    if about == "new":
        return look.drafts["new"].of(row.patient_id, 0, after)
    return look.drafts["begun"].of(row.patient_id, int(about), after)


def _ids(birth_date: date, record_no: str) -> str:
    return say(
        "Born {day} · Record no. {record_no}",
        day=born(birth_date),
        record_no=record_no or say("not recorded"),
    )


def _chips(group: Group, row: Listed, day: date) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    if group is Group.WAITING and row.key <= day:
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


def _notes(group: Group, row: Listed, clinical: bool) -> tuple[str, ...]:
    found = [_text(row, "detail")] if clinical and row.detail else []
    if group is Group.DONE:
        return tuple(found)
    contact = (
        say("Last contact {last_contact}", last_contact=_text(row, "last_contact"))
        if row.last_contact
        else ""
    )
    return (*found, *(words for words in (_text(row, "on_step"), contact) if words))


def _when(group: Group, row: Listed, zone: str) -> str:
    if group is Group.DONE and row.at is not None:
        return time_of_day(row.at, zone)
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


def owner_of(row: Listed | Begun, staff: Mapping[int, Person]) -> str:
    """Say whose it is: who took it, who spoke with the patient last, or who is on cover."""
    if row.owner_id is not None and row.owner_id in staff:
        return staff[row.owner_id].name
    if isinstance(row, Begun):
        return say("someone who left")
    if row.kind != Kind.ESCALATION:
        return ""
    names = joined(said(" or "), [one.name for one in on_cover(row.physician_id, staff)])
    return say("Nobody yet. For {names}", names=names) if names else say("Nobody yet")


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


# What decides how a row looks to a person, of all that their roles let them do.
ACTS = frozenset({"plan.read", *(act for buttons in _WORK.values() for act, *_ in buttons)})


def _buttons(look: Look, group: Group, row: Listed, after: str | None) -> tuple[Button, ...]:
    patient = look.patient.of(row.patient_id, 0)
    if group is Group.DONE:
        return (Button(said("View"), patient),)
    found = tuple(
        Button(words, way.of(row.patient_id, row.ref, after))
        for words, way in look.work.get(row.kind, ())
    )
    return found or (Button(said("Open"), patient),)


def alike(rows: Iterable[Listed | Begun]) -> set[int]:
    """Find the patients on this page who could be mixed up: same family name, same initial."""
    of: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        of[_likeness(row.name)].add(row.patient_id)
    return {one for ids in of.values() if len(ids) > 1 for one in ids}


@lru_cache(maxsize=4096)
def _likeness(name: str) -> str:
    family, _, given = name.partition(", ")
    return f"{fold(family)}/{fold(given)[:1]}"
