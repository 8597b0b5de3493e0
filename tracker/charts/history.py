"""History as it is read: events in the sentences of their acts, and facts in a wrong chart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from tracker import codes, dates
from tracker.charts.course import course_of
from tracker.charts.patients import FIELDS, PatientHead, patients_of, record_ids
from tracker.charts.sheets import SHEET_WORDS
from tracker.charts.streams import NOT_MARKED, stream_seq
from tracker.charts.telling import told
from tracker.course.words import happening_day, happening_title
from tracker.languages import big, counted, joined, said
from tracker.models import (
    EnteredInError,
    Event,
    Fact,
    Handout,
    PatientRevision,
    PlanVersion,
    Regimen,
    Staff,
    db,
)

ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Change:
    """One field of the patient's head before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words."""

    seq: int
    at: datetime
    sentence: str
    changes: tuple[Change, ...]
    in_error: str  # why, when what it made was put into the wrong chart
    fact_id: int | None  # what can still be marked as entered in error
    record: str  # the merged record it belongs to, "" for the patient's own


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, newest first, and the event before which the older ones begin."""

    lines: tuple[Line, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact in words, for marking it as entered in error."""

    id: int
    patient_id: int
    what: str
    recorded_by: str
    recorded_at: datetime
    seq: int  # the last place taken in its stream
    in_error: str


@dataclass(frozen=True, slots=True)
class Stray:
    """A fact that was put into the wrong chart, seen from either chart."""

    what: str
    reason: str
    marked_by: str
    marked_at: datetime
    chart: PatientHead  # where it stands
    right: PatientHead | None  # where it belongs, if that was told


# --- Events ---------------------------------------------------------------------------------------


def page_of(
    clinic_id: int, patient_id: int, *, before: int | None = None, most: int = ON_A_PAGE
) -> Page:
    """Give the events of a chart, those of records merged into it among them, newest first."""
    ids = record_ids(clinic_id, patient_id)
    query = (
        select(Event)
        .where(Event.clinic_id == clinic_id, Event.patient_id.in_(ids))
        .order_by(Event.seq.desc())
        .limit(most + 1)
    )
    if before is not None:
        query = query.where(Event.seq < before)
    events = list(db.session.scalars(query))
    shown = events[:most]
    return Page(_lines(clinic_id, patient_id, shown), shown[-1].seq if events[most:] else None)


def _lines(clinic_id: int, patient_id: int, events: list[Event]) -> tuple[Line, ...]:
    made = {event.seq: _fact_of(event) for event in events}
    facts = [fact for fact in made.values() if fact is not None]
    why = _in_error(clinic_id, facts)
    markable = _markable(clinic_id, facts)
    changes = _changes(clinic_id, events)
    names = _record_names(clinic_id, {e.patient_id for e in events if e.patient_id} - {patient_id})
    return tuple(
        Line(
            seq=event.seq,
            at=event.at,
            sentence=told(event),
            changes=changes.get(event.seq, ()),
            in_error=why.get(made[event.seq] or 0, ""),
            fact_id=made[event.seq] if made[event.seq] in markable - set(why) else None,
            record=names.get(event.patient_id or 0, ""),
        )
        for event in events
    )


def _keys(event: Event, table: str) -> list[list[int]]:
    """Give the keys of the rows of one table that an event made."""
    names = (name.partition(":") for name in json.loads(event.digests))
    return [[int(part) for part in key.split("/")] for kind, _, key in names if kind == table]


def _fact_of(event: Event) -> int | None:
    """Give the first fact of an event: the one that the others hang on."""
    return min((key[-1] for key in _keys(event, "fact")), default=None)


def _in_error(clinic_id: int, fact_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(EnteredInError.fact_id, EnteredInError.reason).where(
            EnteredInError.clinic_id == clinic_id, EnteredInError.fact_id.in_(tuple(fact_ids))
        )
    )
    return {fact_id: reason for fact_id, reason in rows}


def _markable(clinic_id: int, fact_ids: Iterable[int]) -> set[int]:
    return set(
        db.session.scalars(
            select(Fact.id).where(
                Fact.clinic_id == clinic_id,
                Fact.id.in_(tuple(fact_ids)),
                Fact.kind.not_in(NOT_MARKED),
            )
        )
    )


def _record_names(clinic_id: int, patient_ids: set[int]) -> dict[int, str]:
    heads = patients_of(clinic_id, patient_ids) if patient_ids else ()
    return {head.id: _record_name(head) for head in heads}


def _record_name(head: PatientHead) -> str:
    if not head.record_no:
        return head.title
    return said("{title}, record no. {number}", title=head.title, number=head.record_no)


# --- What a change changed ------------------------------------------------------------------------


def _changes(clinic_id: int, events: list[Event]) -> dict[int, tuple[Change, ...]]:
    wanted = {
        event.seq: (key[1], key[2])
        for event in events
        if event.act == "patient.edit"
        for key in _keys(event, "patient_revision")
    }
    if not wanted:
        return {}
    bodies = _bodies(clinic_id, set(wanted.values()))
    names = _staff_names(body.get("physician_id") for body in bodies.values())
    return {
        event_seq: differences(
            bodies.get((patient_id, seq - 1), {}), bodies.get((patient_id, seq), {}), names
        )
        for event_seq, (patient_id, seq) in wanted.items()
    }


def _bodies(clinic_id: int, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], dict[str, Any]]:
    rows = db.session.scalars(
        select(PatientRevision).where(
            PatientRevision.clinic_id == clinic_id,
            PatientRevision.patient_id.in_({patient_id for patient_id, _ in wanted}),
            PatientRevision.seq.in_({n for _, seq in wanted for n in (seq - 1, seq)}),
        )
    )
    return {(row.patient_id, row.seq): json.loads(row.body) for row in rows}


def _staff_names(staff_ids: Iterable[Any]) -> dict[int, str]:
    rows = db.session.execute(
        select(Staff.id, Staff.name).where(Staff.id.in_({i for i in staff_ids if i is not None}))
    )
    return {staff_id: name for staff_id, name in rows}


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], physicians: Mapping[int, str]
) -> tuple[Change, ...]:
    """List the fields of two revisions that differ, each value in words."""
    return tuple(
        Change(
            field_name(name),
            in_words(name, before.get(name), physicians),
            in_words(name, after.get(name), physicians),
        )
        for name in FIELDS
        if before.get(name) != after.get(name)
    )


def field_name(name: str) -> str:
    """Name a field of the patient's head at the start of a row: "Record number"."""
    return big(FIELDS[name])


_SAID = {
    "leave_message": {"yes": said("yes"), "no": said("no"), "": said("not asked")},
    "supporter_permission": {"yes": said("yes"), "no": said("no"), "": said("not asked")},
    "allergies_state": {
        "recorded": said("recorded"), "none_known": said("none known"),
        "not_recorded": said("not recorded"),
    },
    "state": {"active": said("active"), "moved": said("moved away"), "died": said("died")},
}  # fmt: skip


def in_words(name: str, value: Any, physicians: Mapping[int, str]) -> str:
    """Say one field's value as people read it; `value` is as a revision or a form holds it."""
    if name in _SAID:
        return _SAID[name].get(value or "", str(value))
    if name == "physician_id":
        return physicians.get(value, said("another physician")) if value else said("none")
    if isinstance(value, bool):
        return said("yes") if value else said("no")
    if name in ("birth_date", "state_since") and value:
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return dates.born(day)
    if name == "language" and value:
        return said(value)
    return str(value).replace("\n", ", ") if value else said("not recorded")


# --- Facts ----------------------------------------------------------------------------------------


def fact_line(clinic_id: int, patient_id: int, fact_id: int) -> FactLine | None:
    """Give a fact of this chart in words, or None; marks and merges are no facts to be marked."""
    found = db.session.execute(
        select(Fact, Staff.name)
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(
            Fact.clinic_id == clinic_id,
            Fact.id == fact_id,
            Fact.patient_id.in_(record_ids(clinic_id, patient_id)),
            Fact.kind.not_in(NOT_MARKED),
        )
    ).first()
    if found is None:
        return None
    fact, recorded_by = found
    return FactLine(
        id=fact.id,
        patient_id=fact.patient_id,
        what=_what(fact),
        recorded_by=recorded_by,
        recorded_at=fact.recorded_at,
        seq=stream_seq(clinic_id, fact.stream),
        in_error=_in_error(clinic_id, [fact_id]).get(fact_id, ""),
    )


def strays(clinic_id: int, patient_id: int) -> tuple[Stray, ...]:
    """List what was put into the wrong chart: from this one, and what belongs to this patient."""
    ids = record_ids(clinic_id, patient_id)
    rows = db.session.execute(
        select(EnteredInError, Fact, Staff.name)
        .join(
            Fact,
            (Fact.clinic_id == EnteredInError.clinic_id) & (Fact.id == EnteredInError.id),
        )
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(
            # The clinic stands with each of them: each is then a range of its own index.
            or_(
                *[
                    and_(EnteredInError.clinic_id == clinic_id, column.in_(ids))
                    for column in (EnteredInError.patient_id, EnteredInError.right_patient_id)
                ]
            )
        )
        .order_by(Fact.recorded_at.desc(), Fact.id.desc())
    ).all()
    people = {i for mark, _, _ in rows for i in (mark.patient_id, mark.right_patient_id) if i}
    heads = {head.id: head for head in patients_of(clinic_id, people)} if people else {}
    return tuple(
        Stray(
            what=_what(db.session.get_one(Fact, (clinic_id, mark.fact_id))),
            reason=mark.reason,
            marked_by=marked_by,
            marked_at=fact.recorded_at,
            chart=heads[mark.patient_id],
            right=heads.get(mark.right_patient_id or 0),
        )
        for mark, fact, marked_by in rows
    )


def _what(fact: Fact) -> str:
    """Name a fact by what it holds: "regimen as of Tue Nov 24, 2026"."""
    key = (fact.clinic_id, fact.id)
    if fact.kind == "regimen" and (regimen := db.session.get(Regimen, key)):
        return said("regimen as of {day}", day=dates.screen(regimen.as_of))
    if fact.kind == "plan_version" and (version := db.session.get(PlanVersion, key)):
        return said(
            "version {number} of the plan, code {code}",
            number=version.number, code=codes.shown(version.code),
        )  # fmt: skip
    if fact.kind == "handout" and (sheet := db.session.get(Handout, key)):
        version = db.session.get_one(PlanVersion, (fact.clinic_id, sheet.version_id))
        return said(
            "printed {sheet} of version {number}",
            sheet=SHEET_WORDS.get(sheet.sheet, said("handout")), number=version.number,
        )  # fmt: skip
    if fact.kind == "happening" and (what := _happening(fact)):
        return what
    return _KINDS.get(fact.kind, fact.kind.replace("_", " "))


_KINDS = {
    "amendment_answer": said("answer to a request to amend the record"),
    "amendment_request": said("request to amend the record"),
    "away": said("time away"),
    "away_note": said("return or review after a time away"),
    "call_back": said("call back"),
    "happening": said("line of what happened to the plan"),
    "supply_problem": said("supply problem"),
    "handout_given": said("handing over of a handout"),
    "planned_checkin": said("planned check-in"),
    "checkin_booking": said("day booked for a check-in"),
    "checkin_attempt": said("try to reach the patient"),
    "checkin_cancelled": said("cancelling of a check-in"),
    "checkin_record": said("recorded check-in"),
}


def _happening(fact: Fact) -> str:
    course = course_of(fact.clinic_id, fact.patient_id)
    one = next((h for h in course.happened if h.id == fact.id), None)
    return said("“{what}, {day}”", what=happening_title(one), day=happening_day(one)) if one else ""


def held(clinic_id: int, patient_id: int) -> str:
    """Say how much a chart holds, in counts: "1 regimen, 2 plan versions", or "nothing yet"."""
    rows = db.session.execute(
        select(Fact.kind, func.count())
        .where(
            Fact.clinic_id == clinic_id,
            Fact.patient_id.in_(record_ids(clinic_id, patient_id)),
            Fact.kind.in_(_COUNTED),
        )
        .group_by(Fact.kind)
    )
    counts = {kind: number for kind, number in rows}
    return joined(
        ", ", (say(counts[kind]) for kind, say in _COUNTED.items() if kind in counts)
    ) or said("nothing yet")


_COUNTED: Mapping[str, Callable[[int], str]] = {
    "regimen": lambda n: counted("{n} regimen", "{n} regimens", n),
    "plan_version": lambda n: counted("{n} plan version", "{n} plan versions", n),
    "handout": lambda n: counted("{n} printed handout", "{n} printed handouts", n),
}
