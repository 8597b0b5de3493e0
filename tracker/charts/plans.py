"""A patient's plans: signed versions as the rules' values, and the draft that is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.charts.patients import record_ids
from tracker.charts.reading import once_a_page
from tracker.charts.version_parts import Parts, parts_of, version_of
from tracker.models import Draft, EnteredInError, PlanVersion, Staff, StepContent, db
from tracker.plans import Version


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """A signed version: what the rules know of it, and what was signed around it."""

    id: int
    plan_id: int
    patient_id: int
    version: Version
    signed_at: datetime
    regimen_id: int
    agreed: str
    read_back_name: str
    checklist: tuple[Mapping[str, str], ...]
    psychological: Mapping[str, str]
    answers: tuple[Mapping[str, Any], ...]
    typed: Mapping[str, Any]
    in_error: str  # why, when it was put into the wrong chart


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One line of the list of a patient's versions."""

    id: int
    plan_id: int
    number: int
    code: str
    signed_on: date
    signed_name: str
    change_reason: str
    in_error: str
    newest: bool


@dataclass(frozen=True, slots=True)
class DraftHead:
    """A draft and who works on it."""

    id: int
    patient_id: int
    plan_id: int | None
    stream_seq: int
    form_version: int
    raw: dict[str, Any]
    opened_by: str
    opened_at: datetime
    saved_by: str
    saved_at: datetime
    read_back_by: int | None
    read_back_name: str
    read_back_at: datetime | None
    read_back_digest: str


def draft_of(clinic_id: int, patient_id: int, kind: str = "plan") -> DraftHead | None:
    """Give the patient's draft of this kind, or None."""
    row = db.session.scalar(
        select(Draft).where(
            Draft.clinic_id == clinic_id, Draft.patient_id == patient_id, Draft.kind == kind
        )
    )
    if row is None:
        return None
    people = (row.opened_by, row.saved_by, row.read_back_by)
    names: dict[int | None, str] = {
        person: name
        for person, name in db.session.execute(
            select(Staff.id, Staff.name).where(Staff.id.in_(people))
        )
    }
    return DraftHead(
        id=row.id,
        patient_id=row.patient_id,
        plan_id=row.plan_id,
        stream_seq=row.stream_seq,
        form_version=row.form_version,
        raw=json.loads(row.body),
        opened_by=names[row.opened_by],
        opened_at=row.opened_at,
        saved_by=names[row.saved_by],
        saved_at=row.saved_at,
        read_back_by=row.read_back_by,
        read_back_name=names.get(row.read_back_by, ""),
        read_back_at=row.read_back_at,
        read_back_digest=row.read_back_digest,
    )


@once_a_page
def version_lines(clinic_id: int, patient_id: int) -> tuple[VersionLine, ...]:
    """List a patient's signed versions, newest first, those entered in error among them."""
    chart = {patient_id: record_ids(clinic_id, patient_id)}
    return version_lines_of_charts(clinic_id, chart)[patient_id]


def version_lines_of_charts(
    clinic_id: int, charts: Mapping[int, tuple[int, ...]]
) -> dict[int, tuple[VersionLine, ...]]:
    """List the versions of several charts: each by its patient, with the ids of its records."""
    kept = {record_id: kept_id for kept_id, ids in charts.items() for record_id in ids}
    rows = db.session.execute(
        select(PlanVersion, EnteredInError.reason)
        .outerjoin(
            EnteredInError,
            (EnteredInError.clinic_id == PlanVersion.clinic_id)
            & (EnteredInError.fact_id == PlanVersion.id),
        )
        .where(PlanVersion.clinic_id == clinic_id, PlanVersion.patient_id.in_(kept))
        .order_by(PlanVersion.signed_at.desc(), PlanVersion.number.desc())
    ).all()
    newest: dict[int, int] = {}
    for row, wrong in rows:
        if not wrong:
            newest.setdefault(kept[row.patient_id], row.id)
    found: dict[int, list[VersionLine]] = {kept_id: [] for kept_id in charts}
    for row, wrong in rows:
        chart = kept[row.patient_id]
        found[chart].append(_line(row, wrong or "", row.id == newest.get(chart)))
    return {kept_id: tuple(lines) for kept_id, lines in found.items()}


def _line(row: PlanVersion, wrong: str, newest: bool) -> VersionLine:
    return VersionLine(
        id=row.id,
        plan_id=row.plan_id,
        number=row.number,
        code=row.code,
        signed_on=row.signed_on,
        signed_name=row.signed_name,
        change_reason=row.change_reason,
        in_error=wrong,
        newest=newest,
    )


@once_a_page
def in_force(clinic_id: int, patient_id: int) -> SignedVersion | None:
    """Give the version in force: the newest of the patient's newest plan, or None."""
    newest = next((v for v in version_lines(clinic_id, patient_id) if v.newest), None)
    return signed_version(clinic_id, newest.id) if newest else None


def in_force_of_charts(
    clinic_id: int, charts: Mapping[int, tuple[int, ...]]
) -> dict[int, SignedVersion]:
    """Give the versions in force of several charts by patient; one without a plan is left out."""
    newest = {
        line.id: kept_id
        for kept_id, lines in version_lines_of_charts(clinic_id, charts).items()
        for line in lines
        if line.newest
    }
    return {newest[one.id]: one for one in signed_versions(clinic_id, newest).values()}


@once_a_page
def signed_version(clinic_id: int, version_id: int) -> SignedVersion | None:
    """Give one signed version of this clinic, or None."""
    return signed_versions(clinic_id, (version_id,)).get(version_id)


def signed_versions(clinic_id: int, version_ids: Iterable[int]) -> dict[int, SignedVersion]:
    """Give signed versions of this clinic by id; what is not of this clinic is left out."""
    ids = tuple(version_ids)
    rows = db.session.execute(
        select(PlanVersion, EnteredInError.reason)
        .outerjoin(
            EnteredInError,
            (EnteredInError.clinic_id == PlanVersion.clinic_id)
            & (EnteredInError.fact_id == PlanVersion.id),
        )
        .where(PlanVersion.clinic_id == clinic_id, PlanVersion.id.in_(ids))
    ).all()
    parts = parts_of(clinic_id, ids) if rows else Parts()
    return {row.id: _signed(row, parts, wrong or "") for row, wrong in rows}


def _signed(row: PlanVersion, parts: Parts, wrong: str) -> SignedVersion:
    return SignedVersion(
        id=row.id,
        plan_id=row.plan_id,
        patient_id=row.patient_id,
        version=version_of(row, parts),
        signed_at=row.signed_at,
        regimen_id=row.regimen_id,
        agreed=row.agreed,
        read_back_name=row.read_back_name,
        checklist=tuple(json.loads(row.checklist)),
        psychological=json.loads(row.psychological),
        answers=tuple(json.loads(row.answers)),
        typed=json.loads(row.typed),
        in_error=wrong,
    )


def plan_stream(plan_id: int) -> str:
    """Name the stream of a plan's facts."""
    return f"plan:{plan_id}"


def spent_keys(clinic_id: int, plan_id: int) -> tuple[str, ...]:
    """List the step keys that any version of a plan has used; none is given twice."""
    return tuple(
        db.session.scalars(
            select(StepContent.step_key)
            .where(StepContent.clinic_id == clinic_id, StepContent.plan_id == plan_id)
            .distinct()
        )
    )
