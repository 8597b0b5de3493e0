"""Reports of signed plans: where each stands, its paper, and its checklist; few queries each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from tracker.charts.reports.values import Line
from tracker.course import PlanState, What
from tracker.models import (
    Draft,
    EnteredInError,
    Fact,
    Handout,
    HandoutGiven,
    Happening,
    Patient,
    PlanVersion,
    Reversal,
    db,
)
from tracker.readiness import CHECKLIST

STATES = {
    PlanState.DRAFT: "Draft, nothing signed",
    PlanState.SIGNED: "Signed, not started",
    PlanState.ACTIVE: "Active",
    PlanState.ON_HOLD: "On hold",
    PlanState.CLOSED: "Closed",
}


def in_error(clinic_id: Any, fact_id: Any) -> Any:
    return exists().where(EnteredInError.clinic_id == clinic_id, EnteredInError.fact_id == fact_id)


def newest_versions(clinic_id: int) -> Any:
    """Find the newest version of each chart that is not entered in error, and its newest plan."""
    record = aliased(Patient)
    chart = func.coalesce(record.merged_into_id, record.id)
    place = func.row_number().over(
        partition_by=chart, order_by=(PlanVersion.signed_at.desc(), PlanVersion.number.desc())
    )
    ranked = (
        select(PlanVersion.id, PlanVersion.plan_id, PlanVersion.number, PlanVersion.signed_on,
               chart.label("patient_id"), place.label("place"))
        .join(record, and_(record.clinic_id == PlanVersion.clinic_id,
                           record.id == PlanVersion.patient_id))
        .where(PlanVersion.clinic_id == clinic_id,
               ~in_error(PlanVersion.clinic_id, PlanVersion.id))
        .subquery()
    )  # fmt: skip
    return select(ranked).where(ranked.c.place == 1).subquery()


def _standing(clinic_id: int) -> dict[int, tuple[PlanState, date]]:
    """Tell for each plan where what happened last left it; plans with nothing are left out."""
    rows = db.session.execute(
        select(Happening.plan_id, Happening.what, Happening.on)
        .join(Fact, and_(Fact.clinic_id == Happening.clinic_id, Fact.id == Happening.id))
        .where(
            Happening.clinic_id == clinic_id,
            Happening.what.in_([What.STARTED, What.HELD, What.RESUMED, What.CLOSED]),
            ~in_error(Happening.clinic_id, Happening.id),
            ~exists().where(
                Reversal.clinic_id == Happening.clinic_id, Reversal.happening_id == Happening.id
            ),
        )
        .order_by(Happening.plan_id, Fact.seq)
    )
    found: dict[int, tuple[PlanState, date]] = {}
    begun: dict[int, date] = {}
    for plan_id, what, on in rows:
        if what == What.STARTED:
            begun[plan_id] = on
        before = found.get(plan_id, (None, on))[0]
        if what == What.CLOSED or before is PlanState.CLOSED:
            found[plan_id] = (PlanState.CLOSED, on)
        elif what == What.HELD:
            found[plan_id] = (PlanState.ON_HOLD, on)
        elif what == What.RESUMED:
            state = PlanState.ACTIVE if plan_id in begun else PlanState.SIGNED
            found[plan_id] = (state, on)
        elif before is not PlanState.ON_HOLD:
            found[plan_id] = (PlanState.ACTIVE, on)
    return found


def by_state(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the newest plan of each patient by its state, and the first drafts."""
    newest, standing = newest_versions(clinic_id), _standing(clinic_id)
    places = {state: str(place) for place, state in enumerate(STATES)}
    signed = set()
    for row in db.session.execute(select(newest)):
        signed.add(row.patient_id)
        state, on = standing.get(row.plan_id, (PlanState.SIGNED, row.signed_on))
        yield Line(places[state], STATES[state], row.patient_id, on, f"Version {row.number}")
    drafts = db.session.execute(
        select(Draft.patient_id, Draft.saved_at).where(
            Draft.clinic_id == clinic_id, Draft.kind == "plan"
        )
    )
    for patient_id, saved_at in drafts:
        if patient_id not in signed:
            state = PlanState.DRAFT
            yield Line(places[state], STATES[state], patient_id, saved_at.date(), "Draft plan")


def _closed(clinic_id: int) -> set[int]:
    return {id for id, (state, _) in _standing(clinic_id).items() if state is PlanState.CLOSED}


def not_handed_over(clinic_id: int, today: date) -> Iterator[Line]:
    """Give the versions in force of which no sheet was given: printed, or not even that."""
    newest, closed = newest_versions(clinic_id), _closed(clinic_id)
    sheet = and_(Handout.clinic_id == clinic_id, Handout.version_id == newest.c.id)
    printed = exists().where(sheet, ~in_error(Handout.clinic_id, Handout.id))
    given = exists().where(
        sheet,
        HandoutGiven.clinic_id == Handout.clinic_id,
        HandoutGiven.handout_id == Handout.id,
        ~in_error(HandoutGiven.clinic_id, HandoutGiven.id),
    )
    rows = db.session.execute(
        select(newest, printed.label("printed"))
        .join(Patient, and_(Patient.clinic_id == clinic_id, Patient.id == newest.c.patient_id))
        .where(~given, Patient.state == "active")
    )
    for row in rows:
        if row.plan_id not in closed:
            key, words = ("1", "Printed") if row.printed else ("2", "Not printed")
            yield Line(key, words, row.patient_id, row.signed_on, f"Version {row.number}")


def checklist(clinic_id: int, today: date) -> Iterator[Line]:
    """Give what the checklist of the version in force says was not done, by item, with its why."""
    newest, closed = newest_versions(clinic_id), _closed(clinic_id)
    rows = db.session.execute(
        select(newest.c.patient_id, newest.c.plan_id, newest.c.signed_on, PlanVersion.checklist)
        .join(PlanVersion, and_(PlanVersion.clinic_id == clinic_id,
                                PlanVersion.id == newest.c.id))
        .where(PlanVersion.checklist.contains("not_done"))
    )  # fmt: skip
    items = list(CHECKLIST)
    for patient_id, plan_id, signed_on, text in rows:
        for one in json.loads(text) if plan_id not in closed else ():
            if one["answer"] == "not_done":
                yield Line(
                    str(items.index(one["item"])), CHECKLIST[one["item"]], patient_id, signed_on,
                    one["why"],
                )  # fmt: skip
