"""A patient's check-ins, read from their streams: what was planned, and what happened to it.

One query for each kind of line, whatever the number of check-ins, or of charts that are read at
once. Records merged into a chart bring theirs along; a line that was entered in error is left out,
and with a version that was entered in error, what it planned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Result, Select, and_, bindparam, exists, select

from tracker import checkins as rules
from tracker.charts.patients import record_ids, states_of
from tracker.charts.reading import once_a_page
from tracker.checkins import (
    Attempt,
    Booked,
    Cancelled,
    CheckIn,
    Contact,
    Ended,
    Line,
    Planned,
    Start,
)
from tracker.models import (
    CheckInAttempt,
    CheckInBooking,
    CheckInCancelled,
    CheckInRecord,
    EnteredInError,
    Fact,
    Happening,
    PlannedCheckIn,
    PlanVersion,
    Reversal,
    Staff,
    db,
)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line with its place in its stream."""

    fact_id: int
    patient_id: int
    stream: str
    seq: int
    line: Line


@once_a_page
def checkins_of(clinic_id: int, patient_id: int) -> tuple[CheckIn, ...]:
    """Give every check-in of a chart, the earliest day first, whether or not it still stands."""
    chart = {patient_id: record_ids(clinic_id, patient_id)}
    return checkins_of_charts(clinic_id, chart)[patient_id]


def checkins_of_charts(
    clinic_id: int, charts: Mapping[int, tuple[int, ...]]
) -> dict[int, tuple[CheckIn, ...]]:
    """Give the check-ins of several charts: each by its patient, with the ids of its records."""
    kept = {record_id: kept_id for kept_id, ids in charts.items() for record_id in ids}
    ids = tuple(kept)
    versions = _versions(clinic_id, ids)
    counted = {start.version_id for _, start in versions}
    placed = [
        one
        for read in (_planned, _booked, _attempts, _cancelled, _contacts)
        for one in read(clinic_id, ids)
        if not (isinstance(one.line, Planned) and one.line.version_id not in counted)
    ]
    streams: dict[str, list[_Placed]] = defaultdict(list)
    for one in sorted(placed, key=lambda one: one.seq):
        streams[one.stream].append(one)
    heads = _heads(clinic_id, ids)
    found: dict[int, list[CheckIn]] = {kept_id: [] for kept_id in charts}
    for stream, lines in streams.items():
        head, owner = heads[stream], lines[0].patient_id
        folded = rules.fold(head.id, owner, stream, head.seq, [one.line for one in lines])
        if folded is not None:
            found[kept[owner]].append(folded)
    starts: dict[int, list[Start]] = defaultdict(list)
    for owner, start in versions:
        starts[kept[owner]].append(start)
    states = states_of(clinic_id, tuple(charts))
    return {
        kept_id: rules.settled(
            ones, starts[kept_id], gone=states.get(kept_id, "active") != "active"
        )
        for kept_id, ones in found.items()
    }


def checkin_of(clinic_id: int, patient_id: int, checkin_id: int) -> CheckIn | None:
    """Give one check-in of this chart, or None."""
    return next((one for one in checkins_of(clinic_id, patient_id) if one.id == checkin_id), None)


def last_contact(clinic_id: int, patient_id: int) -> Contact | None:
    """Give the latest contact that took place, or None."""
    return rules.last_contact(checkins_of(clinic_id, patient_id))


def next_contact(clinic_id: int, patient_id: int, today: date) -> CheckIn | None:
    """Give the next check-in to be held from this day on, or None."""
    return rules.next_open(checkins_of(clinic_id, patient_id), today)


def left_by_closing(clinic_id: int, patient_id: int, ended: Ended, today: date) -> CheckIn | None:
    """Give the next check-in that would still be to be held if the plan ended so, or None."""
    found = rules.left_by(checkins_of(clinic_id, patient_id), ended)
    return rules.next_open(found, today)


def contact_since(clinic_id: int, patient_id: int, day: date) -> bool:
    """Tell whether a contact took place on or after a day."""
    return rules.contact_since(checkins_of(clinic_id, patient_id), day)


def _versions(clinic_id: int, ids: tuple[int, ...]) -> list[tuple[int, Start]]:
    ended = _ended(clinic_id, ids)
    rows = db.session.execute(
        select(PlanVersion.patient_id, PlanVersion.id, PlanVersion.signed_on, PlanVersion.plan_id)
        .where(
            PlanVersion.clinic_id == clinic_id,
            PlanVersion.patient_id.in_(ids),
            ~_marked(PlanVersion.clinic_id, PlanVersion.id),
        )
        .order_by(PlanVersion.signed_at, PlanVersion.number)
    )
    return [(row.patient_id, Start(row.id, row.signed_on, ended.get(row.plan_id))) for row in rows]


def _ended(clinic_id: int, ids: tuple[int, ...]) -> dict[int, Ended]:
    """Give how each plan of these records was closed, by plan."""
    undone = exists().where(
        Reversal.clinic_id == Happening.clinic_id, Reversal.happening_id == Happening.id
    )
    plans = select(PlanVersion.plan_id).where(
        PlanVersion.clinic_id == clinic_id, PlanVersion.patient_id.in_(ids)
    )
    rows = db.session.execute(
        select(Happening.plan_id, Happening.on, Fact.recorded_at, Happening.why)
        .join(Fact, and_(Fact.clinic_id == Happening.clinic_id, Fact.id == Happening.id))
        .where(
            Happening.clinic_id == clinic_id,
            Happening.plan_id.in_(plans),
            Happening.what == "closed",
            ~undone,
            ~_marked(Happening.clinic_id, Happening.id),
        )
        .order_by(Fact.seq)
    )
    return {plan_id: Ended(on, at, why) for plan_id, on, at, why in rows}


@dataclass(frozen=True, slots=True)
class _Head:
    id: int
    seq: int


def _heads(clinic_id: int, ids: tuple[int, ...]) -> dict[str, _Head]:
    """Give for each stream the id of its first line, which is the check-in's, and its last place.

    Marks count here: they take places, and a check-in keeps its id when its first line is marked.
    """
    rows = db.session.execute(
        select(Fact.stream, Fact.seq, Fact.id).where(
            Fact.clinic_id == clinic_id,
            Fact.patient_id.in_(ids),
            Fact.kind.in_((*KINDS, "entered_in_error")),
        )
    )
    heads: dict[str, _Head] = {}
    # Sorted here: asked for sorted rows, SQLite walks the facts of the whole clinic.
    for stream, seq, fact_id in sorted(rows, key=lambda row: (row.stream, row.seq)):
        heads[stream] = _Head(heads[stream].id if stream in heads else fact_id, seq)
    return heads


KINDS = (
    "planned_checkin",
    "checkin_booking",
    "checkin_attempt",
    "checkin_cancelled",
    "checkin_record",
)


def _marked(clinic_id: Any, fact_id: Any) -> Any:
    return exists().where(EnteredInError.clinic_id == clinic_id, EnteredInError.fact_id == fact_id)


def _rows(model: Any, clinic_id: int, ids: tuple[int, ...]) -> Result[*tuple[Any, ...]]:
    """Read the particulars of one kind with their line, unmarked, and who wrote it."""
    return db.session.execute(_question(model), {"clinic_id": clinic_id, "ids": ids})


@cache
def _question(model: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(model, Fact, Staff.name)
        .join(Fact, and_(Fact.clinic_id == model.clinic_id, Fact.id == model.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(
            model.clinic_id == bindparam("clinic_id"),
            model.patient_id.in_(bindparam("ids", expanding=True)),
            ~_marked(Fact.clinic_id, Fact.id),
        )
    )


def _placed(fact: Fact, line: Line) -> _Placed:
    return _Placed(fact.id, fact.patient_id, fact.stream, fact.seq, line)


def _topics(text: str) -> tuple[str, ...]:
    return tuple(topic for topic in text.split(",") if topic)


def _planned(clinic_id: int, ids: tuple[int, ...]) -> list[_Placed]:
    return [
        _placed(
            fact,
            Planned(
                version_id=row.version_id,
                step_number=row.step_number,
                on=row.on,
                mode=row.mode,
                topics=_topics(row.topics),
                grace_days=row.grace_days,
            ),
        )
        for row, fact, _ in _rows(PlannedCheckIn, clinic_id, ids)
    ]


def _booked(clinic_id: int, ids: tuple[int, ...]) -> list[_Placed]:
    return [
        _placed(
            fact,
            Booked(
                on=row.on,
                at=row.at,
                mode=row.mode,
                topics=_topics(row.topics),
                grace_days=row.grace_days,
                by=by,
                reason=fact.reason,
                made=fact.recorded_at,
            ),
        )
        for row, fact, by in _rows(CheckInBooking, clinic_id, ids)
    ]


def _attempts(clinic_id: int, ids: tuple[int, ...]) -> list[_Placed]:
    return [
        _placed(
            fact,
            Attempt(
                on=row.on,
                mode=row.mode,
                outcome=row.outcome,
                note=row.note,
                by=by,
                at=fact.recorded_at,
            ),
        )
        for row, fact, by in _rows(CheckInAttempt, clinic_id, ids)
    ]


def _cancelled(clinic_id: int, ids: tuple[int, ...]) -> list[_Placed]:
    return [
        _placed(fact, Cancelled(by=by, at=fact.recorded_at, reason=fact.reason))
        for _, fact, by in _rows(CheckInCancelled, clinic_id, ids)
    ]


def _contacts(clinic_id: int, ids: tuple[int, ...]) -> list[_Placed]:
    return [
        _placed(fact, contact_line(row, fact, by))
        for row, fact, by in _rows(CheckInRecord, clinic_id, ids)
    ]


def contact_line(row: CheckInRecord, fact: Fact, by: str) -> Contact:
    """Give a recorded contact as the rules take it."""
    return Contact(
        id=row.id,
        on=row.on,
        entered_on=row.entered_on,
        mode=row.mode,
        spoke_with=row.spoke_with,
        spoke_name=row.spoke_name,
        version_id=row.version_id,
        step_number=row.step_number,
        note=row.note,
        by=by,
        at=fact.recorded_at,
        replaces_id=fact.replaces_id,
        reason=fact.reason,
    )
