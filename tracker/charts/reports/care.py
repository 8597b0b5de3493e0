"""Reports of what is done beside the steps: therapies, and check-ins on time; few queries each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, select

from tracker.charts.reports.plans import in_error, newest_versions
from tracker.charts.reports.values import Line
from tracker.dates import screen
from tracker.models import (
    CheckInBooking,
    CheckInRecord,
    Fact,
    PlannedCheckIn,
    TherapyEvent,
    VersionPairing,
    db,
)
from tracker.therapies import BARRIERS, Kind

LOOKED_BACK = 28  # days


def paired(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the patients with a therapy paired in the version in force, by therapy."""
    newest = newest_versions(clinic_id)
    rows = db.session.execute(
        select(newest.c.patient_id, newest.c.signed_on, VersionPairing.therapy,
               VersionPairing.words, func.count().label("steps"))
        .join(VersionPairing, and_(VersionPairing.clinic_id == clinic_id,
                                   VersionPairing.version_id == newest.c.id))
        .group_by(newest.c.patient_id, newest.c.signed_on, VersionPairing.therapy,
                  VersionPairing.words)
    )  # fmt: skip
    for row in rows:
        steps = "1 step" if row.steps == 1 else f"{row.steps} steps"
        yield Line(row.therapy, row.words, row.patient_id, row.signed_on, f"Paired with {steps}")


def _events(clinic_id: int, *kinds: Kind) -> Iterator[Any]:
    yield from db.session.scalars(
        select(TherapyEvent)
        .where(
            TherapyEvent.clinic_id == clinic_id,
            TherapyEvent.kind.in_(kinds),
            ~in_error(TherapyEvent.clinic_id, TherapyEvent.id),
        )
        .order_by(TherapyEvent.therapy_id, TherapyEvent.on, TherapyEvent.id)
    )


def started(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the patients who started a therapy, by therapy: the first such day."""
    seen = set()
    for row in _events(clinic_id, Kind.STARTED):
        if row.therapy_id not in seen:
            seen.add(row.therapy_id)
            yield Line(row.therapy, row.words, row.patient_id, row.on, "Started")


def attended(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the patients who attended a therapy, by therapy: the last day, and how many times."""
    lines: dict[int, list[Any]] = defaultdict(list)
    for row in _events(clinic_id, Kind.ATTENDED):
        lines[row.therapy_id].append(row)
    for rows in lines.values():
        times = 0
        for row in rows:
            times += row.times
        words = "1 session" if times == 1 else f"{times} sessions"
        last = rows[-1]
        yield Line(last.therapy, last.words, last.patient_id, last.on, words)


def barriers(clinic_id: int, today: date) -> Iterator[Line]:
    """Give what stands in the way of therapies now, by what it is."""
    last: dict[int, Any] = {}
    kinds = (Kind.BARRIER, Kind.STARTED, Kind.ATTENDED, Kind.STOPPED)
    for row in _events(clinic_id, *kinds):
        last[row.therapy_id] = row
    for row in last.values():
        if row.kind == Kind.BARRIER:
            words = BARRIERS.get(row.barrier, BARRIERS["other"])
            what = f"{row.words}: {row.text}" if row.text else row.words
            yield Line(row.barrier, words.capitalize(), row.patient_id, row.on, what)


def on_time(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the planned check-ins held in the last 28 days: within their days, or after them.

    Contacts that nobody had planned are not among them; a check-in that was moved counts by the
    day it was moved to. An amended record counts once, as first held.
    """
    since = today - timedelta(days=LOOKED_BACK)
    due = _due(clinic_id, since)
    rows = db.session.execute(
        select(CheckInRecord.checkin_id, CheckInRecord.patient_id, func.min(CheckInRecord.on))
        .where(
            CheckInRecord.clinic_id == clinic_id,
            CheckInRecord.on >= since,
            CheckInRecord.on <= today,
            CheckInRecord.checkin_id != CheckInRecord.id,
            ~in_error(CheckInRecord.clinic_id, CheckInRecord.id),
        )
        .group_by(CheckInRecord.checkin_id, CheckInRecord.patient_id)
    )
    for checkin_id, patient_id, on in rows:
        if checkin_id not in due:
            continue
        planned, last = due[checkin_id]
        key, words = ("1", "On time") if on <= last else ("2", "Late")
        yield Line(key, words, patient_id, on, f"Planned for {screen(planned)}")


def _due(clinic_id: int, since: date) -> dict[int, tuple[date, date]]:
    """Give the day and the last day of each check-in held since, as it was moved last."""
    found: dict[int, tuple[date, date]] = {}
    for model, ident in ((PlannedCheckIn, PlannedCheckIn.id),
                         (CheckInBooking, CheckInBooking.checkin_id)):  # fmt: skip
        held = exists().where(
            CheckInRecord.clinic_id == model.clinic_id,
            CheckInRecord.checkin_id == ident,
            CheckInRecord.on >= since,
        )
        rows = db.session.execute(
            select(ident, model.on, model.grace_days)
            .join(Fact, and_(Fact.clinic_id == model.clinic_id, Fact.id == model.id))
            .where(model.clinic_id == clinic_id, held, ~in_error(model.clinic_id, model.id))
            .order_by(Fact.seq)
        )
        for checkin_id, on, grace in rows:
            found[checkin_id] = (on, on + timedelta(days=grace))
    return found
