"""Reports of signed plans: where each stands, its paper, and its checklist."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, literal, null, select, union_all

from tracker.charts.reports.parts import (
    closed_plans,
    day_of,
    each_in,
    ends,
    in_error,
    newest_versions,
    said_as,
    stands,
)
from tracker.charts.reports.values import report
from tracker.course import PlanState, What
from tracker.languages import said
from tracker.models import Draft, Fact, Handout, HandoutGiven, Happening, Patient, PlanVersion
from tracker.readiness import CHECKLIST

STATES = {
    PlanState.DRAFT: said("Draft, nothing signed"),
    PlanState.SIGNED: said("Signed, not started"),
    PlanState.ACTIVE: said("Active"),
    PlanState.ON_HOLD: said("On hold"),
    PlanState.CLOSED: said("Closed"),
}
KEYS = {state: str(place) for place, state in enumerate(STATES)}
_WORDS = {KEYS[state]: words for state, words in STATES.items()}


TURNS = (What.STARTED, What.HELD, What.RESUMED, What.CLOSED)


def _signed(clinic_id: int) -> Select[Any]:
    """Give the newest plan of each chart with its state, from what was recorded last of it.

    Plans and what happened are laid in one heap and grouped by plan: a join would have the
    database walk the one for each line of the other.
    """
    newest = newest_versions(clinic_id)
    nothing = [null().label(name) for name in ("what", "seq", "on")]
    versions = select(
        newest.c.plan_id, newest.c.patient_id, newest.c.signed_on, newest.c.number, *nothing
    )
    unsigned = [null().label(name) for name in ("patient_id", "signed_on", "number")]
    happened = (
        select(Happening.plan_id, *unsigned, Happening.what, Fact.seq, Happening.on)
        .join(Fact, and_(Fact.clinic_id == Happening.clinic_id, Fact.id == Happening.id))
        .where(Happening.clinic_id == clinic_id, Happening.what.in_(TURNS), stands())
    )
    heap = union_all(versions, happened).subquery()
    last = {what: func.max(case((heap.c.what == what, heap.c.seq))) for what in TURNS}
    days = {what: func.max(case((heap.c.what == what, heap.c.on))) for what in TURNS}
    plans = (
        select(
            func.max(heap.c.patient_id).label("patient_id"),
            func.max(heap.c.signed_on).label("signed_on"),
            func.max(heap.c.number).label("number"),
            *(one.label(f"{what}_seq") for what, one in last.items()),
            *(one.label(f"{what}_on") for what, one in days.items()),
        )
        .group_by(heap.c.plan_id)
        .having(func.max(heap.c.patient_id).is_not(None))
        .subquery()
    )
    started, held, resumed, closed = (func.coalesce(plans.c[f"{what}_seq"], 0) for what in TURNS)
    states = (
        (closed > 0, PlanState.CLOSED, plans.c[f"{What.CLOSED}_on"]),
        (held > resumed, PlanState.ON_HOLD, plans.c[f"{What.HELD}_on"]),
        (started > resumed, PlanState.ACTIVE, plans.c[f"{What.STARTED}_on"]),
        (started > 0, PlanState.ACTIVE, plans.c[f"{What.RESUMED}_on"]),
        (resumed > 0, PlanState.SIGNED, plans.c[f"{What.RESUMED}_on"]),
    )
    return select(
        case(*((when, KEYS[state]) for when, state, _ in states), else_=KEYS[PlanState.SIGNED])
        .label("key"),
        plans.c.patient_id,
        case(*((when, day) for when, _, day in states), else_=plans.c.signed_on).label("day"),
        plans.c.number,
    )  # fmt: skip


def _version(row: Any) -> str:
    return said("Draft plan") if row.number is None else said("Version {number}", number=row.number)


@report(
    "plans", said("Plans by state"), of=said("State"), on=said("Since"),
    says=said("The newest plan of each patient."),
    none=said("No plan has been begun."), kind="active", what=_version,
)  # fmt: skip
def by_state(clinic_id: int, today: date) -> Select[Any]:
    """Give the newest plan of each patient by its state, and the first drafts."""
    told = union_all(_signed(clinic_id), _first_drafts(clinic_id)).subquery()
    return select(*told.c, said_as(told.c.key, _WORDS).label("words"))


def _first_drafts(clinic_id: int) -> Select[*tuple[Any, ...]]:
    """Give the drafts of patients for whom nothing is signed."""
    kept = ends(clinic_id)
    signed = (PlanVersion.clinic_id == clinic_id, ~in_error(clinic_id, PlanVersion.id))
    own = exists().where(*signed, PlanVersion.patient_id == Draft.patient_id)
    merged = (
        select(PlanVersion.id)
        .join(kept, kept.c.record_id == PlanVersion.patient_id)
        .where(*signed, kept.c.kept_id == Draft.patient_id)
        .exists()
    )
    return select(
        literal(KEYS[PlanState.DRAFT]).label("key"),
        Draft.patient_id,
        day_of(Draft.saved_at).label("day"),
        null().label("number"),
    ).where(Draft.clinic_id == clinic_id, Draft.kind == "plan", ~own, ~merged)


@report(
    "paper", said("Versions not handed over"), of=said("Sheet"), on=said("Signed on"),
    says=said("The version in force, with no sheet of it recorded as given."),
    none=said("A sheet of every version in force was given."), kind="due", what=_version,
)  # fmt: skip
def not_handed_over(clinic_id: int, today: date) -> Select[Any]:
    """Give the versions in force of which no sheet was given: printed, or not even that."""
    newest = newest_versions(clinic_id)
    sheets = select(Handout.version_id).where(
        Handout.clinic_id == clinic_id, ~in_error(Handout.clinic_id, Handout.id)
    )
    given = (
        select(Handout.version_id)
        .join(HandoutGiven, and_(HandoutGiven.clinic_id == clinic_id,
                                 HandoutGiven.handout_id == Handout.id))
        .where(Handout.clinic_id == clinic_id,
               ~in_error(HandoutGiven.clinic_id, HandoutGiven.id))
    )  # fmt: skip
    told = (
        select(case((newest.c.id.in_(sheets), "1"), else_="2").label("key"), newest.c.patient_id,
               newest.c.signed_on.label("day"), newest.c.number)
        .join(Patient, and_(Patient.clinic_id == clinic_id, Patient.id == newest.c.patient_id))
        .where(newest.c.id.not_in(given), Patient.state == "active",
               newest.c.plan_id.not_in(closed_plans(clinic_id)))
        .subquery()
    )  # fmt: skip
    words = said_as(told.c.key, {"1": "Printed", "2": "Not printed"})
    return select(*told.c, words.label("words"))


def _why(row: Any) -> str:
    return str(row.why or "")


@report(
    "checklist", said("Checklist items not done"), of=said("Item"), on=said("Signed on"),
    says=said("Answered “not done” at the signing of the version in force."),
    none=said("No item was answered “not done”."), what=_why,
)  # fmt: skip
def checklist(clinic_id: int, today: date) -> Select[Any]:
    """Give what the checklist of the version in force says was not done, by item, with its why."""
    newest = newest_versions(clinic_id)
    signed = (
        select(newest.c.patient_id, newest.c.signed_on, PlanVersion.checklist)
        .join(PlanVersion, and_(PlanVersion.clinic_id == clinic_id,
                                PlanVersion.id == newest.c.id))
        .where(PlanVersion.checklist.contains("not_done"),
               newest.c.plan_id.not_in(closed_plans(clinic_id)))
        .subquery()
    )  # fmt: skip
    answers, field = each_in(signed.c.checklist)
    places = {item: str(place) for place, item in enumerate(CHECKLIST)}
    return (
        select(said_as(field("item"), places).label("key"),
               said_as(field("item"), CHECKLIST).label("words"), signed.c.patient_id,
               signed.c.signed_on.label("day"), field("why").label("why"))
        .select_from(signed)
        .join(answers, literal(True))
        .where(field("answer") == "not_done")
    )  # fmt: skip
