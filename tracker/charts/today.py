"""What needs a person today, read from the signed versions in force and the drafts.

One query for the versions and one for the drafts, whatever the number of patients, each with the
clinic. The rows hold names and dates and nothing clinical: the front desk sees the same list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, exists, func, select
from sqlalchemy.orm import aliased

from tracker.dates import screen
from tracker.models import (
    Draft,
    EnteredInError,
    Handout,
    Patient,
    PlannedCheckIn,
    PlanVersion,
    Staff,
    VersionStep,
    db,
)

SOON = timedelta(days=7)


class Group(StrEnum):
    """Why a patient stands on the list, in the order of the page."""

    NOT_RECORDED = "not_recorded"
    SOON = "soon"
    NO_CONTACT = "no_contact"
    NOT_PRINTED = "not_printed"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One patient for one reason: who, what, and the day it is about."""

    patient_id: int
    name: str  # "RIVERA, Maria"
    born: date
    record_no: str
    what: str
    on: date | None
    number: int = 0  # of the version; 0 for a draft
    version_id: int = 0
    draft_by: str = ""
    draft_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The list, and what comes after it: the next start and the next contact, with how many."""

    groups: dict[Group, tuple[TodayRow, ...]]
    next_start: tuple[date, int] | None
    next_contact: tuple[date, int] | None


def day(clinic_id: int, today: date, *, drafts: bool) -> Day:
    """Give the clinic's list for this day; `drafts` for those who may open them."""
    rows = db.session.execute(_in_force(clinic_id, today)).all()
    groups: dict[Group, list[TodayRow]] = {group: [] for group in Group}
    for row in rows:
        for group, what, on in _reasons(row, today):
            groups[group].append(_row(row, what, on))
    if drafts:
        groups[Group.DRAFT] = [_draft(row) for row in db.session.execute(_drafts(clinic_id))]
    return Day(
        groups={group: _earliest_first(found) for group, found in groups.items() if found},
        next_start=_earliest(row.next_on for row in rows),
        next_contact=_earliest(row.contact_on for row in rows),
    )


def _earliest_first(rows: list[TodayRow]) -> tuple[TodayRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.on or date.max))


def _reasons(row: Any, today: date) -> list[tuple[Group, str, date | None]]:
    found: list[tuple[Group, str, date | None]] = []
    if row.step_on == today:
        found.append((Group.SOON, f"Step {row.step} starts today", today))
    elif row.step_on:
        what = f"Step {row.step} on paper since {screen(row.step_on)}, start not recorded"
        if row.last_day is not None and row.last_day < today:
            what += f". The last day on paper was {screen(row.last_day)}"
        found.append((Group.NOT_RECORDED, what, row.step_on))
    if row.next_on and row.next_on <= today + SOON:
        found.append((Group.SOON, f"Step {row.next_step} starts", row.next_on))
    if row.contact_on is None:
        what = f"The last one planned was on {screen(row.last_contact)}" if row.last_contact else ""
        found.append((Group.NO_CONTACT, what or "No check-in was planned", row.last_contact))
    if not row.printed:
        what = f"Version {row.number} was signed, its handout not printed"
        found.append((Group.NOT_PRINTED, what, row.signed_on))
    return found


def _row(row: Any, what: str, on: date | None) -> TodayRow:
    return TodayRow(
        patient_id=row.patient_id,
        name=_name(row),
        born=row.birth_date,
        record_no=row.record_no,
        what=what,
        on=on,
        number=row.number,
        version_id=row.version_id,
    )


def _draft(row: Any) -> TodayRow:
    return TodayRow(
        patient_id=row.patient_id,
        name=_name(row),
        born=row.birth_date,
        record_no=row.record_no,
        what="Draft plan" if row.plan_id is None else "Draft of a new version",
        on=None,
        draft_by=row.saved_by,
        draft_at=row.saved_at,
    )


def _name(row: Any) -> str:
    family = row.family_name.upper()
    return f"{family}, {row.given_names}" if row.given_names else family


def _earliest(days: Iterable[date | None]) -> tuple[date, int] | None:
    known = [one for one in days if one is not None]
    return (min(known), known.count(min(known))) if known else None


def _in_force(clinic_id: int, today: date) -> Select[*tuple[Any, ...]]:
    """Build the query: one row for each active patient, from their version in force.

    A version stands in the chart of the patient whom its record was merged into. The newest one by
    signing counts, as on the patient's page; those entered in error do not.
    """
    record, chart = aliased(Patient), aliased(Patient)
    wrong = exists().where(
        EnteredInError.clinic_id == PlanVersion.clinic_id, EnteredInError.fact_id == PlanVersion.id
    )
    signed = (
        select(
            PlanVersion.id,
            PlanVersion.number,
            PlanVersion.signed_on,
            PlanVersion.last_day,
            chart.id.label("patient_id"),
            chart.family_name,
            chart.given_names,
            chart.birth_date,
            chart.record_no,
            chart.name_folded,
            func.row_number()
            .over(
                partition_by=chart.id,
                order_by=(PlanVersion.signed_at.desc(), PlanVersion.number.desc()),
            )
            .label("place"),
        )
        .join(
            record,
            and_(record.clinic_id == PlanVersion.clinic_id, record.id == PlanVersion.patient_id),
        )
        .join(
            chart,
            and_(
                chart.clinic_id == PlanVersion.clinic_id,
                chart.id == func.coalesce(record.merged_into_id, record.id),
            ),
        )
        .where(PlanVersion.clinic_id == clinic_id, chart.state == "active", ~wrong)
        .subquery()
    )
    steps = _steps(clinic_id, today)
    contacts = _contacts(clinic_id, today)
    printed = exists().where(
        Handout.clinic_id == clinic_id,
        Handout.version_id == signed.c.id,
        Handout.sheet == "patient",
    )
    return (
        select(
            signed.c.id.label("version_id"),
            *(column for column in signed.c if column.name not in ("id", "place")),
            steps,
            contacts,
            printed.label("printed"),
        )
        .outerjoin(steps, steps.c.of_version == signed.c.id)
        .outerjoin(contacts, contacts.c.by_version == signed.c.id)
        .where(signed.c.place == 1)
        .order_by(signed.c.name_folded, signed.c.patient_id)
    )


def _steps(clinic_id: int, today: date) -> Subquery:
    """Give for each version the step on paper by its date, and the next one."""
    begun = VersionStep.starts_on <= today
    return (
        select(
            VersionStep.version_id.label("of_version"),
            func.max(case((begun, VersionStep.number))).label("step"),
            func.max(case((begun, VersionStep.starts_on))).label("step_on"),
            func.min(case((~begun, VersionStep.number))).label("next_step"),
            func.min(case((~begun, VersionStep.starts_on))).label("next_on"),
        )
        .where(VersionStep.clinic_id == clinic_id)
        .group_by(VersionStep.version_id)
        .subquery()
    )


def _contacts(clinic_id: int, today: date) -> Subquery:
    """Give for each version its next planned contact from today on, and its last one."""
    return (
        select(
            PlannedCheckIn.version_id.label("by_version"),
            func.min(case((PlannedCheckIn.on >= today, PlannedCheckIn.on))).label("contact_on"),
            func.max(PlannedCheckIn.on).label("last_contact"),
        )
        .where(PlannedCheckIn.clinic_id == clinic_id)
        .group_by(PlannedCheckIn.version_id)
        .subquery()
    )


def _drafts(clinic_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Patient.id.label("patient_id"),
            Patient.family_name,
            Patient.given_names,
            Patient.birth_date,
            Patient.record_no,
            Draft.plan_id,
            Draft.saved_at,
            Staff.name.label("saved_by"),
        )
        .join(Patient, and_(Patient.clinic_id == Draft.clinic_id, Patient.id == Draft.patient_id))
        .join(Staff, Staff.id == Draft.saved_by)
        .where(
            Draft.clinic_id == clinic_id,
            Draft.kind == "plan",
            Patient.state == "active",
            Patient.merged_into_id.is_(None),
        )
        .order_by(Draft.saved_at.desc())
    )
