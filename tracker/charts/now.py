"""Where the patient stands today: the card at the top of the patient's page.

Planned dates and typed doses only; nothing here says what was really taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker import plans
from tracker.charts.patients import record_ids
from tracker.charts.plans import SignedVersion, draft_of, in_force
from tracker.models import EnteredInError, Handout, Regimen, db
from tracker.sentences import taken_words


@dataclass(frozen=True, slots=True)
class Card:
    """What the card says; `None` where there is nothing to say yet."""

    signed: SignedVersion | None
    state: str
    step: plans.Step | None
    steps: int
    doses: tuple[tuple[str, str], ...]  # medicine, what is taken; empty for the front desk
    following: plans.Step | None
    contact: plans.PairedCheckIn | None
    printed_at: datetime | None
    has_draft: bool
    has_regimen: bool


def card(clinic_id: int, patient_id: int, today: date, *, clinical: bool) -> Card:
    """Give the card for a day; without `clinical` it holds no dose."""
    signed = in_force(clinic_id, patient_id)
    begun = {
        "has_draft": clinical and draft_of(clinic_id, patient_id) is not None,
        "has_regimen": clinical and _has_regimen(clinic_id, patient_id),
    }
    if signed is None:
        return Card(None, "", None, 0, (), None, None, None, **begun)
    version = signed.version
    step = plans.step_on(version, today)
    return Card(
        signed=signed,
        state=plans.state_words(version, today),
        step=step,
        steps=len(version.steps),
        doses=_doses(version, step) if clinical and step else (),
        following=plans.step_after(version, today),
        contact=next((c for _, c in plans.checkins(version) if c.on >= today), None),
        printed_at=_printed_at(clinic_id, signed),
        **begun,
    )


def _doses(version: plans.Version, step: plans.Step) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            plans.product_words(medicine.product),
            taken_words(medicine, plans.cells_of(step, medicine.key)),
        )
        for medicine in plans.medicines_in(version, step.number)
    )


def _has_regimen(clinic_id: int, patient_id: int) -> bool:
    return bool(
        db.session.scalar(
            select(Regimen.id)
            .outerjoin(
                EnteredInError,
                (EnteredInError.clinic_id == Regimen.clinic_id)
                & (EnteredInError.fact_id == Regimen.id),
            )
            .where(
                Regimen.clinic_id == clinic_id,
                Regimen.patient_id.in_(record_ids(clinic_id, patient_id)),
                EnteredInError.id.is_(None),
            )
            .limit(1)
        )
    )


def _printed_at(clinic_id: int, signed: SignedVersion) -> datetime | None:
    return db.session.scalar(
        select(Handout.printed_at)
        .outerjoin(
            EnteredInError,
            (EnteredInError.clinic_id == Handout.clinic_id)
            & (EnteredInError.fact_id == Handout.id),
        )
        .where(
            Handout.clinic_id == clinic_id,
            Handout.patient_id == signed.patient_id,
            Handout.version_id == signed.id,
            EnteredInError.id.is_(None),
        )
        .order_by(Handout.printed_at.desc())
        .limit(1)
    )
