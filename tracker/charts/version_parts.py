"""What signed versions are made of: steps, medicines, cells, and what is paired with the steps.

One query for each kind of row, whatever the number of versions that are read at once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select

from tracker.charts.products import product_of, schedule_of
from tracker.doses import DoseText
from tracker.languages import said
from tracker.models import (
    PlannedCheckIn,
    PlanVersion,
    StepCell,
    StepContent,
    VersionMedicine,
    VersionPairing,
    VersionStep,
    VersionTranslation,
    db,
)
from tracker.plans import (
    AFTER_TAPER,
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
from tracker.retold import retold_first

_Place = tuple[int, int]  # a version's id, and the number of a step


@dataclass(frozen=True, slots=True)
class Parts:
    """What versions are made of, by the id of the version."""

    medicines: Mapping[int, list[PlanMedicine]] = field(default_factory=dict)
    steps: Mapping[int, list[Step]] = field(default_factory=dict)
    translations: Mapping[int, list[Translation]] = field(default_factory=dict)
    checkins: Mapping[_Place, list[PairedCheckIn]] = field(default_factory=dict)


def parts_of(clinic_id: int, ids: tuple[int, ...]) -> Parts:
    """Read what versions of this clinic are made of."""
    checkins = _checkins(clinic_id, ids)
    return Parts(
        _medicines(clinic_id, ids),
        _steps(clinic_id, ids, checkins),
        _translations(clinic_id, ids),
        checkins,
    )


def version_of(row: PlanVersion, parts: Parts) -> Version:
    """Give a version as the rules take it."""
    return Version(
        number=row.number,
        code=row.code,
        signed_on=row.signed_on,
        signed_by=row.signed_name,
        reason=retold_first(row.reason, ": "),
        goal=row.goal,
        target=Target(row.target),
        target_text=row.target_text,
        starts=HowStepsStart(row.starts),
        contact_before_step=row.contact_before_step,
        medicines=tuple(parts.medicines.get(row.id, ())),
        steps=tuple(parts.steps.get(row.id, ())),
        last_day=row.last_day,
        new_medicines=tuple(NewMedicine(**new) for new in json.loads(row.new_medicines)),
        unchanged=tuple(json.loads(row.unchanged)),
        therapy_none_because=row.therapy_none_because,
        checkin_none_because=row.checkin_none_because,
        change_reason=row.change_reason,
        translations=tuple(parts.translations.get(row.id, ())),
        follow_up=tuple(parts.checkins.get((row.id, AFTER_TAPER), ())),
    )


def _rows_of(model: Any, clinic_id: int, ids: tuple[int, ...], *order: Any) -> Iterator[Any]:
    """Give the rows of one kind that belong to these versions."""
    asked = {"clinic_id": clinic_id, "ids": ids}
    yield from db.session.scalars(_question(model, *order), asked)


@cache
def _question(model: Any, *order: Any) -> Select[*tuple[Any, ...]]:
    return select(model).where(*_of_versions(model)).order_by(*order)


def _of_versions(model: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Say which rows: of this clinic and these versions, whichever they will be."""
    return (
        model.clinic_id == bindparam("clinic_id"),
        model.version_id.in_(bindparam("ids", expanding=True)),
    )


@cache
def _steps_question() -> Select[VersionStep, StepContent]:
    return (
        select(VersionStep, StepContent)
        .join(
            StepContent,
            (StepContent.clinic_id == VersionStep.clinic_id)
            & (StepContent.id == VersionStep.content_id),
        )
        .where(*_of_versions(VersionStep))
        .order_by(VersionStep.number)
    )


@cache
def _cells_question() -> Select[StepCell]:
    contents = select(VersionStep.content_id).where(*_of_versions(VersionStep))
    return (
        select(StepCell)
        .where(StepCell.clinic_id == bindparam("clinic_id"), StepCell.content_id.in_(contents))
        .order_by(StepCell.content_id, StepCell.medicine, StepCell.position)
    )


def _translations(clinic_id: int, ids: tuple[int, ...]) -> dict[int, list[Translation]]:
    found: dict[int, list[Translation]] = defaultdict(list)
    for one in _rows_of(VersionTranslation, clinic_id, ids, VersionTranslation.position):
        found[one.version_id].append(Translation(one.of, one.text))
    return found


def _medicines(clinic_id: int, ids: tuple[int, ...]) -> dict[int, list[PlanMedicine]]:
    found: dict[int, list[PlanMedicine]] = defaultdict(list)
    for m in _rows_of(VersionMedicine, clinic_id, ids, VersionMedicine.position):
        found[m.version_id].append(
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
        )
    return found


def _steps(
    clinic_id: int, ids: tuple[int, ...], checkins: Mapping[_Place, list[PairedCheckIn]]
) -> dict[int, list[Step]]:
    asked = {"clinic_id": clinic_id, "ids": ids}
    steps = db.session.execute(_steps_question(), asked).all()
    cells = _cells(clinic_id, ids)
    therapies = _therapies(clinic_id, ids)
    found: dict[int, list[Step]] = defaultdict(list)
    for step, content in steps:
        place = (step.version_id, step.number)
        found[step.version_id].append(
            Step(
                number=step.number,
                key=content.step_key,
                starts_on=step.starts_on,
                medicines=tuple(
                    StepMedicine(medicine, tuple(typed))
                    for medicine, typed in cells.get(content.id, {}).items()
                ),
                therapies=tuple(therapies.get(place, ())),
                checkins=tuple(checkins.get(place, ())),
                instruction=content.instruction,
            )
        )
    return found


def _cells(clinic_id: int, ids: tuple[int, ...]) -> dict[int, dict[str, list[Cell]]]:
    """Give the cells of every step content in these versions, by content and medicine."""
    found: dict[int, dict[str, list[Cell]]] = {}
    rows = db.session.scalars(_cells_question(), {"clinic_id": clinic_id, "ids": ids})
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


def _therapies(clinic_id: int, ids: tuple[int, ...]) -> dict[_Place, list[PairedTherapy]]:
    found: dict[_Place, list[PairedTherapy]] = defaultdict(list)
    for one in _rows_of(
        VersionPairing, clinic_id, ids, VersionPairing.number, VersionPairing.position
    ):
        place = (one.version_id, one.number)
        found[place].append(PairedTherapy(one.therapy, said(one.words), one.note))
    return found


def _checkins(clinic_id: int, ids: tuple[int, ...]) -> dict[_Place, list[PairedCheckIn]]:
    found: dict[_Place, list[PairedCheckIn]] = defaultdict(list)
    # Sorted here: asked for sorted rows, SQLite walks the check-ins of the whole clinic.
    for one in sorted(_rows_of(PlannedCheckIn, clinic_id, ids), key=lambda row: (row.on, row.id)):
        found[one.version_id, one.step_number].append(
            PairedCheckIn(one.mode, one.on, tuple(t for t in one.topics.split(",") if t))
        )
    return found
