"""Reports of signed plans: where each stands, its paper, and its checklist."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, exists, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

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
from tracker.models import Draft, Fact, Handout, HandoutGiven, Happening, Patient, PlanVersion
from tracker.readiness import CHECKLIST

STATES = {
    PlanState.DRAFT: "Draft, nothing signed",
    PlanState.SIGNED: "Signed, not started",
    PlanState.ACTIVE: "Active",
    PlanState.ON_HOLD: "On hold",
    PlanState.CLOSED: "Closed",
}
KEYS = {state: str(place) for place, state in enumerate(STATES)}
_WORDS = {KEYS[state]: words for state, words in STATES.items()}


def _standing(clinic_id: int) -> Subquery:
    """Find for each plan what happened last: `key` of its state, `seq` of what decides it.

    A plan of which nothing is recorded is left out.
    """

    def last(what: What) -> Any:
        return func.max(case((Happening.what == what, Fact.seq)))

    turns = (What.STARTED, What.HELD, What.RESUMED, What.CLOSED)
    last_of = (
        select(Happening.plan_id, *(last(what).label(what.value) for what in turns))
        .join(Fact, and_(Fact.clinic_id == Happening.clinic_id, Fact.id == Happening.id))
        .where(Happening.clinic_id == clinic_id, Happening.what.in_(turns), stands())
        .group_by(Happening.plan_id)
        .subquery()
    )
    started, held, resumed, closed = (last_of.c[what.value] for what in turns)
    on_hold = and_(held.is_not(None), held > func.coalesce(resumed, 0))
    key = case(
        (closed.is_not(None), KEYS[PlanState.CLOSED]),
        (on_hold, KEYS[PlanState.ON_HOLD]),
        (started.is_not(None), KEYS[PlanState.ACTIVE]),
        else_=KEYS[PlanState.SIGNED],
    )
    seq = case(
        (closed.is_not(None), closed),
        (on_hold, held),
        (func.coalesce(started, 0) > func.coalesce(resumed, 0), started),
        else_=resumed,
    )
    return select(last_of.c.plan_id, key.label("key"), seq.label("seq")).subquery()


def _days(clinic_id: int, standing: Subquery) -> Subquery:
    """Find for each plan the day of what decides its state."""
    decisive, fact = aliased(Happening), aliased(Fact)
    return (
        select(standing.c.plan_id, standing.c.key, decisive.on.label("day"))
        .join(decisive, and_(decisive.clinic_id == clinic_id,
                             decisive.plan_id == standing.c.plan_id))
        .join(fact, and_(fact.clinic_id == clinic_id, fact.id == decisive.id,
                         fact.seq == standing.c.seq))
        .subquery()
    )  # fmt: skip


def _version(row: Any) -> str:
    return "Draft plan" if row.number is None else f"Version {row.number}"


@report(
    "plans", "Plans by state", of="State", on="Since", says="The newest plan of each patient.",
    none="No plan has been begun.", kind="active", what=_version,
)  # fmt: skip
def by_state(clinic_id: int, today: date) -> Select[Any]:
    """Give the newest plan of each patient by its state, and the first drafts."""
    newest, standing = newest_versions(clinic_id), _days(clinic_id, _standing(clinic_id))
    signed = select(
        func.coalesce(standing.c.key, KEYS[PlanState.SIGNED]).label("key"),
        newest.c.patient_id,
        func.coalesce(standing.c.day, newest.c.signed_on).label("day"),
        newest.c.number,
    ).outerjoin(standing, standing.c.plan_id == newest.c.plan_id)
    told = union_all(signed, _first_drafts(clinic_id)).subquery()
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
    "paper", "Versions not handed over", of="Sheet", on="Signed on",
    says="The version in force, with no sheet of it recorded as given.",
    none="A sheet of every version in force was given.", kind="due", what=_version,
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
    "checklist", "Checklist items not done", of="Item", on="Signed on",
    says="Answered “not done” at the signing of the version in force.",
    none="No item was answered “not done”.", what=_why,
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
