"""A patient's plans: signed versions as the rules' values, and the draft that is kept."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.charts.patients import record_ids
from tracker.charts.products import product_of, schedule_of
from tracker.doses import DoseText
from tracker.models import (
    Draft,
    EnteredInError,
    PlannedCheckIn,
    PlanVersion,
    Staff,
    StepCell,
    StepContent,
    VersionMedicine,
    VersionPairing,
    VersionStep,
    VersionTranslation,
    db,
)
from tracker.plans import (
    AfterLast,
    Cell,
    HowStepsStart,
    Measure,
    NewMedicine,
    PairedCheckIn,
    PairedTherapy,
    PlanMedicine,
    Step,
    StepMedicine,
    Target,
    Translation,
    Version,
)


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


def version_lines(clinic_id: int, patient_id: int) -> tuple[VersionLine, ...]:
    """List a patient's signed versions, newest first, those entered in error among them."""
    rows = db.session.execute(
        select(PlanVersion, EnteredInError.reason)
        .outerjoin(
            EnteredInError,
            (EnteredInError.clinic_id == PlanVersion.clinic_id)
            & (EnteredInError.fact_id == PlanVersion.id),
        )
        .where(
            PlanVersion.clinic_id == clinic_id,
            PlanVersion.patient_id.in_(record_ids(clinic_id, patient_id)),
        )
        .order_by(PlanVersion.signed_at.desc(), PlanVersion.number.desc())
    ).all()
    newest = next((row.id for row, wrong in rows if not wrong), None)
    return tuple(
        VersionLine(
            id=row.id,
            plan_id=row.plan_id,
            number=row.number,
            code=row.code,
            signed_on=row.signed_on,
            signed_name=row.signed_name,
            change_reason=row.change_reason,
            in_error=wrong or "",
            newest=row.id == newest,
        )
        for row, wrong in rows
    )


def in_force(clinic_id: int, patient_id: int) -> SignedVersion | None:
    """Give the version in force: the newest of the patient's newest plan, or None."""
    newest = next((v for v in version_lines(clinic_id, patient_id) if v.newest), None)
    return signed_version(clinic_id, newest.id) if newest else None


def signed_version(clinic_id: int, version_id: int) -> SignedVersion | None:
    """Give one signed version of this clinic, or None."""
    row = db.session.get(PlanVersion, (clinic_id, version_id))
    if row is None:
        return None
    wrong = db.session.scalar(
        select(EnteredInError.reason).where(
            EnteredInError.clinic_id == clinic_id, EnteredInError.fact_id == version_id
        )
    )
    return SignedVersion(
        id=row.id,
        plan_id=row.plan_id,
        patient_id=row.patient_id,
        version=_version(row),
        signed_at=row.signed_at,
        regimen_id=row.regimen_id,
        agreed=row.agreed,
        read_back_name=row.read_back_name,
        checklist=tuple(json.loads(row.checklist)),
        psychological=json.loads(row.psychological),
        answers=tuple(json.loads(row.answers)),
        typed=json.loads(row.typed),
        in_error=wrong or "",
    )


def _version(row: PlanVersion) -> Version:
    return Version(
        number=row.number,
        code=row.code,
        signed_on=row.signed_on,
        signed_by=row.signed_name,
        reason=row.reason,
        goal=row.goal,
        target=Target(row.target),
        target_text=row.target_text,
        starts=HowStepsStart(row.starts),
        contact_before_step=row.contact_before_step,
        medicines=_medicines(row),
        steps=_steps(row),
        last_day=row.last_day,
        new_medicines=tuple(NewMedicine(**new) for new in json.loads(row.new_medicines)),
        unchanged=tuple(json.loads(row.unchanged)),
        therapy_none_because=row.therapy_none_because,
        checkin_none_because=row.checkin_none_because,
        change_reason=row.change_reason,
        translations=_translations(row),
    )


def _translations(row: PlanVersion) -> tuple[Translation, ...]:
    rows = db.session.scalars(
        select(VersionTranslation)
        .where(
            VersionTranslation.clinic_id == row.clinic_id,
            VersionTranslation.version_id == row.id,
        )
        .order_by(VersionTranslation.position)
    )
    return tuple(Translation(one.of, one.text) for one in rows)


def _medicines(row: PlanVersion) -> tuple[PlanMedicine, ...]:
    rows = db.session.scalars(
        select(VersionMedicine)
        .where(VersionMedicine.clinic_id == row.clinic_id, VersionMedicine.version_id == row.id)
        .order_by(VersionMedicine.position)
    )
    return tuple(
        PlanMedicine(
            key=m.key,
            product=product_of(m),
            measure=Measure(m.measure),
            unit=m.unit,
            unit_plural=m.unit_plural,
            schedule=schedule_of(m),
            from_step=m.from_step,
            through_step=m.through_step,
            after_last=AfterLast(m.after_last),
            after_last_text=m.after_last_text,
        )
        for m in rows
    )


def _steps(row: PlanVersion) -> tuple[Step, ...]:
    steps = db.session.execute(
        select(VersionStep, StepContent)
        .join(
            StepContent,
            (StepContent.clinic_id == VersionStep.clinic_id)
            & (StepContent.id == VersionStep.content_id),
        )
        .where(VersionStep.clinic_id == row.clinic_id, VersionStep.version_id == row.id)
        .order_by(VersionStep.number)
    ).all()
    cells = _cells(row.clinic_id, [content.id for _, content in steps])
    therapies = _therapies(row)
    checkins = _checkins(row)
    return tuple(
        Step(
            number=step.number,
            key=content.step_key,
            starts_on=step.starts_on,
            medicines=tuple(
                StepMedicine(medicine, tuple(typed))
                for medicine, typed in cells.get(content.id, {}).items()
            ),
            therapies=tuple(therapies.get(step.number, ())),
            checkins=tuple(checkins.get(step.number, ())),
            instruction=content.instruction,
        )
        for step, content in steps
    )


def _cells(clinic_id: int, contents: list[int]) -> dict[int, dict[str, list[Cell]]]:
    found: dict[int, dict[str, list[Cell]]] = {}
    rows = db.session.scalars(
        select(StepCell)
        .where(StepCell.clinic_id == clinic_id, StepCell.content_id.in_(contents))
        .order_by(StepCell.content_id, StepCell.medicine, StepCell.position)
    )
    for row in rows:
        cell = Cell(
            slot=row.slot,
            text=DoseText(row.text),
            typed_by=row.typed_by,
            typed_at=row.typed_at,
            typed_in_version=row.typed_in_version,
        )
        found.setdefault(row.content_id, {}).setdefault(row.medicine, []).append(cell)
    return found


def _therapies(row: PlanVersion) -> dict[int, list[PairedTherapy]]:
    found: dict[int, list[PairedTherapy]] = defaultdict(list)
    rows = db.session.scalars(
        select(VersionPairing)
        .where(VersionPairing.clinic_id == row.clinic_id, VersionPairing.version_id == row.id)
        .order_by(VersionPairing.number, VersionPairing.position)
    )
    for pairing in rows:
        found[pairing.number].append(PairedTherapy(pairing.therapy, pairing.words, pairing.note))
    return found


def _checkins(row: PlanVersion) -> dict[int, list[PairedCheckIn]]:
    found: dict[int, list[PairedCheckIn]] = defaultdict(list)
    rows = db.session.scalars(
        select(PlannedCheckIn)
        .where(PlannedCheckIn.clinic_id == row.clinic_id, PlannedCheckIn.version_id == row.id)
        .order_by(PlannedCheckIn.on, PlannedCheckIn.id)
    )
    for one in rows:
        found[one.step_number].append(
            PairedCheckIn(one.mode, one.on, tuple(t for t in one.topics.split(",") if t))
        )
    return found


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
