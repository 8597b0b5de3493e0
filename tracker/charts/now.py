"""Where the patient stands today: the card at the top of the patient's page.

Planned dates and typed doses, beside what was recorded to have happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker import course as rules
from tracker import plans
from tracker.charts.checkins import next_contact
from tracker.charts.course import course_of
from tracker.charts.patients import record_ids
from tracker.charts.plans import SignedVersion, in_force
from tracker.checkins import CheckIn
from tracker.course import Course, Standing
from tracker.models import EnteredInError, Handout, Regimen, db
from tracker.sentences import taken_words


@dataclass(frozen=True, slots=True)
class Card:
    """What the card says; `None` where there is nothing to say yet."""

    signed: SignedVersion | None
    course: Course
    standing: Standing | None
    doses: tuple[tuple[str, str], ...]  # medicine, what is taken; empty for the front desk
    following: plans.Step | None
    contact: CheckIn | None
    printed_at: datetime | None
    has_draft: bool
    has_regimen: bool


def card(clinic_id: int, patient_id: int, today: date, *, clinical: bool) -> Card:
    """Give the card for a day; without `clinical` it holds no dose."""
    signed = in_force(clinic_id, patient_id)
    course = course_of(clinic_id, patient_id)
    standing, died = rules.standing(course, today), course.patient_state == "died"
    return Card(
        signed=signed,
        course=course,
        standing=standing,
        doses=_doses(signed.version, standing.step)
        if clinical and signed and standing and standing.step
        else (),
        following=None if died else rules.following(course, today),
        contact=None if died else next_contact(clinic_id, patient_id, today),
        printed_at=_printed_at(clinic_id, signed) if signed else None,
        has_draft=clinical and course.has_draft,
        has_regimen=clinical and _has_regimen(clinic_id, patient_id),
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
            Handout.sheet == "patient",
            EnteredInError.id.is_(None),
        )
        .order_by(Handout.printed_at.desc())
        .limit(1)
    )
