"""Reports of what is done beside the steps: therapies, and check-ins on time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import aliased

from tracker.charts.reports.parts import (
    days_later,
    in_charts,
    in_error,
    newest_versions,
    said_as,
)
from tracker.charts.reports.values import report
from tracker.dates import screen
from tracker.languages import counted, said
from tracker.models import (
    CheckInBooking,
    CheckInRecord,
    Fact,
    PlannedCheckIn,
    TherapyEvent,
    VersionPairing,
)
from tracker.therapies import BARRIERS, Kind

# As the database groups them; each is said where it is shown.
ON_TIME, LATE = map(str.__str__, (said("On time"), said("Late")))

LOOKED_BACK = 28  # days


@report(
    "paired", said("Therapies paired with steps"), of=said("Therapy"), on=said("Signed on"),
    says=said("Patients whose version in force pairs the therapy with a step."),
    none=said("No version in force pairs a therapy."),
    what=lambda row: counted("Paired with {n} step", "Paired with {n} steps", row.steps),
)  # fmt: skip
def paired(clinic_id: int, today: date) -> Select[Any]:
    """Give the patients with a therapy paired in the version in force, by therapy."""
    newest = newest_versions(clinic_id)
    return (
        select(VersionPairing.therapy.label("key"), VersionPairing.words, newest.c.patient_id,
               newest.c.signed_on.label("day"), func.count().label("steps"))
        .join(newest, and_(VersionPairing.clinic_id == clinic_id,
                           VersionPairing.version_id == newest.c.id))
        .group_by(newest.c.patient_id, newest.c.signed_on, VersionPairing.therapy,
                  VersionPairing.words)
    )  # fmt: skip


def _events(clinic_id: int, *kinds: Kind) -> Any:
    """Give the lines of therapies that count, numbered in each from its first and its last."""
    therapy, day = TherapyEvent.therapy_id, (TherapyEvent.on, TherapyEvent.id)
    return (
        select(
            TherapyEvent.therapy, TherapyEvent.words, TherapyEvent.patient_id, TherapyEvent.on,
            TherapyEvent.kind, TherapyEvent.barrier, TherapyEvent.text,
            func.row_number().over(partition_by=therapy, order_by=day).label("from_first"),
            func.row_number()
            .over(partition_by=therapy, order_by=[one.desc() for one in day])
            .label("from_last"),
            cast(func.sum(TherapyEvent.times).over(partition_by=therapy), BigInteger)
            .label("sessions"),
        )
        .where(
            TherapyEvent.clinic_id == clinic_id,
            TherapyEvent.kind.in_(kinds),
            ~in_error(TherapyEvent.clinic_id, TherapyEvent.id),
        )
        .subquery()
    )  # fmt: skip


@report(
    "started", said("Therapies started"), of=said("Therapy"), on=said("Started on"),
    says=said("Patients for whom a start was recorded."),
    none=said("No start of a therapy was recorded."), kind="active",
    what=lambda row: said("Started"),
)  # fmt: skip
def started(clinic_id: int, today: date) -> Select[Any]:
    """Give the patients who started a therapy, by therapy: the first such day."""
    of = _events(clinic_id, Kind.STARTED)
    return in_charts(
        clinic_id,
        select(of.c.therapy.label("key"), of.c.words, of.c.patient_id, of.c.on.label("day")).where(
            of.c.from_first == 1
        ),
    )


@report(
    "attended", said("Therapies attended"), of=said("Therapy"), on=said("Last on"),
    says=said("Patients for whom at least one session was recorded."),
    none=said("No session was recorded."), kind="done",
    what=lambda row: counted("{n} session", "{n} sessions", row.sessions),
)  # fmt: skip
def attended(clinic_id: int, today: date) -> Select[Any]:
    """Give the patients who attended a therapy, by therapy: the last day, and how many times."""
    of = _events(clinic_id, Kind.ATTENDED)
    return in_charts(
        clinic_id,
        select(of.c.therapy.label("key"), of.c.words, of.c.patient_id, of.c.on.label("day"),
               of.c.sessions).where(of.c.from_last == 1),
    )  # fmt: skip


@report(
    "barriers", said("What is in the way of therapies"), of=said("What"), on=said("Recorded on"),
    says=said("Recorded, with no session and no start since."),
    none=said("Nothing is recorded as being in the way."), kind="due",
    what=lambda row: f"{row.therapy}: {row.text}" if row.text else row.therapy,
)  # fmt: skip
def barriers(clinic_id: int, today: date) -> Select[Any]:
    """Give what stands in the way of therapies now, by what it is."""
    of = _events(clinic_id, Kind.BARRIER, Kind.STARTED, Kind.ATTENDED, Kind.STOPPED)
    words = {barrier: said.capitalize() for barrier, said in BARRIERS.items()}
    return in_charts(
        clinic_id,
        select(of.c.barrier.label("key"),
               func.coalesce(said_as(of.c.barrier, words), words["other"]).label("words"),
               of.c.patient_id, of.c.on.label("day"), of.c.words.label("therapy"), of.c.text)
        .where(of.c.from_last == 1, of.c.kind == Kind.BARRIER),
    )  # fmt: skip


@report(
    "on-time", said("Check-ins on time"), of=said("Held"), on=said("Held on"),
    says=said("Planned check-ins held in the last 28 days."),
    none=said("No planned check-in was held in the last 28 days."), kind="done",
    what=lambda row: said("Planned for {day}", day=screen(row.planned)),
)  # fmt: skip
def on_time(clinic_id: int, today: date) -> Select[Any]:
    """Give the planned check-ins held in the last 28 days: within their days, or after them.

    Contacts that nobody had planned are not among them; a check-in that was moved counts by the
    day it was moved to. An amended record counts once, as first held.
    """
    held = _held(clinic_id, today)
    first, moved = aliased(Fact), aliased(CheckInBooking)
    planned = func.coalesce(moved.on, PlannedCheckIn.on)
    last = days_later(planned, func.coalesce(moved.grace_days, PlannedCheckIn.grace_days))
    key = case((held.c.day <= last, "1"), else_="2")
    return in_charts(
        clinic_id,
        select(key.label("key"), said_as(key, {"1": ON_TIME, "2": LATE}).label("words"),
               held.c.patient_id, held.c.day, planned.label("planned"), held.c.checkin_id)
        .join(first, and_(first.clinic_id == clinic_id, first.id == held.c.checkin_id))
        .outerjoin(moved, and_(moved.clinic_id == clinic_id, moved.id == _moved(clinic_id, first)))
        .outerjoin(PlannedCheckIn, and_(PlannedCheckIn.clinic_id == clinic_id,
                                        PlannedCheckIn.id == held.c.checkin_id,
                                        ~in_error(clinic_id, PlannedCheckIn.id)))
        .where(planned.is_not(None)),
    )  # fmt: skip


def _held(clinic_id: int, today: date) -> Subquery:
    return (
        select(
            CheckInRecord.checkin_id,
            CheckInRecord.patient_id,
            func.min(CheckInRecord.on).label("day"),
        )
        .where(
            CheckInRecord.clinic_id == clinic_id,
            CheckInRecord.on >= today - timedelta(days=LOOKED_BACK),
            CheckInRecord.on <= today,
            CheckInRecord.checkin_id != CheckInRecord.id,
            ~in_error(CheckInRecord.clinic_id, CheckInRecord.id),
        )
        .group_by(CheckInRecord.checkin_id, CheckInRecord.patient_id)
        .subquery()
    )


def _moved(clinic_id: int, first: type[Fact]) -> ScalarSelect[int]:
    """Find the booking by which a check-in got its day last, by the first line of its stream."""
    return (
        select(Fact.id)
        .where(
            Fact.clinic_id == clinic_id,
            Fact.stream == first.stream,
            Fact.kind == "checkin_booking",
            ~in_error(clinic_id, Fact.id),
        )
        .order_by(Fact.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
