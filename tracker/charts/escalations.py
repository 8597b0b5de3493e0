"""A patient's escalations, each with its thread: raised, noted upon, accepted, resolved, told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from tracker.charts.patients import record_ids
from tracker.charts.reading import once_a_page
from tracker.escalations import Escalation as Thread
from tracker.escalations import Line, NeededBy
from tracker.models import (
    EnteredInError,
    Escalation,
    EscalationAccepted,
    EscalationNote,
    EscalationResolved,
    EscalationTold,
    Fact,
    Staff,
    db,
)

# What follows the raising; each has `escalation_id` beside its own columns.
LATER: tuple[Any, ...] = (
    EscalationNote, EscalationAccepted, EscalationResolved, EscalationTold,
)  # fmt: skip


def stream_of(escalation_id: int) -> str:
    """Name the stream of an escalation's lines."""
    return f"escalation:{escalation_id}"


def open_for(clinic_id: int, patient_id: int) -> tuple[Thread, ...]:
    """List the escalations of a chart that wait for a decision, the oldest first."""
    return tuple(one for one in all_of(clinic_id, patient_id) if one.is_open)


@once_a_page
def all_of(clinic_id: int, patient_id: int) -> tuple[Thread, ...]:
    """List a chart's escalations in the order of their raising, those in error among them."""
    return _threads(
        clinic_id,
        Escalation.patient_id.in_(record_ids(clinic_id, patient_id)),
    )


def one_of(clinic_id: int, patient_id: int, escalation_id: int) -> Thread | None:
    """Give one escalation of this chart, or None."""
    found = _threads(
        clinic_id,
        Escalation.patient_id.in_(record_ids(clinic_id, patient_id)),
        Escalation.id == escalation_id,
    )
    return found[0] if found else None


def last_resolved(clinic_id: int) -> datetime | None:
    """Give the moment of the clinic's last decision, or None."""
    last = (
        select(EscalationResolved.id)
        .where(EscalationResolved.clinic_id == clinic_id)
        .order_by(EscalationResolved.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return db.session.scalar(
        select(Fact.recorded_at).where(Fact.clinic_id == clinic_id, Fact.id == last)
    )


def _threads(clinic_id: int, *which: ColumnElement[bool]) -> tuple[Thread, ...]:
    rows = db.session.execute(
        select(Escalation, Fact, Staff.name)
        .join(Fact, (Fact.clinic_id == Escalation.clinic_id) & (Fact.id == Escalation.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(Escalation.clinic_id == clinic_id, *which)
    ).all()
    if not rows:
        return ()
    # Sorted here: asked for sorted rows, SQLite walks the whole clinic in that order.
    rows = sorted(rows, key=lambda found: found[0].id)
    ids = [row.id for row, _, _ in rows]
    wrong = _in_error(clinic_id, ids)
    later = _later_lines(clinic_id, ids, wrong)
    ends = _ends(clinic_id, ids)
    owners = _owners(clinic_id, ids, wrong)
    return tuple(
        Thread(
            id=row.id,
            patient_id=row.patient_id,
            about=row.about,
            needed_by=NeededBy(row.needed_by),
            needed_on=row.needed_on,
            source=row.source,
            source_id=row.source_id,
            raised_by=by,
            raised_by_id=fact.recorded_by,
            raised_at=fact.recorded_at,
            lines=(_first_line(row, fact, by), *later.get(row.id, ())),
            seq=ends[stream_of(row.id)],
            owner_id=owners.get(row.id, (None, ""))[0],
            owner=owners.get(row.id, (None, ""))[1],
            in_error=wrong.get(row.id, ""),
        )
        for row, fact, by in rows
    )


def _first_line(row: Escalation, fact: Fact, by: str) -> Line:
    return Line(
        fact_id=row.id,
        kind="raised",
        by=by,
        at=fact.recorded_at,
        text=row.text,
        spoken_to=row.spoken_to,
        patient_is=row.patient_is,
    )


def _later_lines(
    clinic_id: int, ids: Collection[int], wrong: Collection[int]
) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for table in LATER:
        asked = {"clinic_id": clinic_id, "ids": list(ids)}
        for row, fact, by in db.session.execute(_question(table), asked):
            if row.id not in wrong:
                found[row.escalation_id].append(_line(row, fact, by))
    return {one: sorted(lines, key=lambda line: line.fact_id) for one, lines in found.items()}


@cache
def _question(table: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(table, Fact, Staff.name)
        .join(Fact, (Fact.clinic_id == table.clinic_id) & (Fact.id == table.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(
            table.clinic_id == bindparam("clinic_id"),
            table.escalation_id.in_(bindparam("ids", expanding=True)),
        )
    )


def _line(row: Any, fact: Fact, by: str) -> Line:
    common = {"fact_id": row.id, "by": by, "at": fact.recorded_at}
    match row:
        case EscalationNote():
            return Line(
                kind="note",
                text=row.text,
                spoken_to=row.spoken_to,
                patient_is=row.patient_is,
                **common,
            )
        case EscalationResolved():
            return Line(
                kind="resolved",
                text=row.decision,
                told=row.told,
                spoken_to=row.told_text,
                plan_fact_id=row.plan_fact_id,
                **common,
            )
        case EscalationTold():
            return Line(kind="told", text=row.text, spoken_to=row.told_by, on=row.told_on, **common)
        case _:
            return Line(kind="accepted", **common)


def _owners(
    clinic_id: int, ids: Collection[int], wrong: Collection[int]
) -> dict[int, tuple[int | None, str]]:
    rows = db.session.execute(
        select(EscalationAccepted.id, EscalationAccepted.escalation_id, Staff.id, Staff.name)
        .join(Staff, Staff.id == EscalationAccepted.owner_id)
        .where(EscalationAccepted.clinic_id == clinic_id, EscalationAccepted.escalation_id.in_(ids))
        .order_by(EscalationAccepted.id)
    )
    return {about: (owner, name) for line, about, owner, name in rows if line not in wrong}


def _ends(clinic_id: int, ids: Iterable[int]) -> dict[str, int]:
    rows = db.session.execute(
        select(Fact.stream, func.max(Fact.seq))
        .where(Fact.clinic_id == clinic_id, Fact.stream.in_([stream_of(one) for one in ids]))
        .group_by(Fact.stream)
    )
    return {stream: seq for stream, seq in rows}


def _in_error(clinic_id: int, ids: Collection[int]) -> dict[int, str]:
    """Give why, for each line of these escalations that was put into the wrong chart."""
    rows = db.session.execute(
        select(EnteredInError.fact_id, EnteredInError.reason)
        .join(
            Fact,
            (Fact.clinic_id == EnteredInError.clinic_id) & (Fact.id == EnteredInError.fact_id),
        )
        .where(
            EnteredInError.clinic_id == clinic_id,
            Fact.stream.in_([stream_of(one) for one in ids]),
        )
    )
    return {fact_id: reason for fact_id, reason in rows}
