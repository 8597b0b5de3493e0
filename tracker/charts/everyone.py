"""The whole clinic at once, for paper: each active patient with the version in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from tracker import course as courses
from tracker import dates, plans
from tracker.charts.checkins import next_contact
from tracker.charts.course import course_of
from tracker.charts.patients import PatientHead, patients_of
from tracker.charts.plans import signed_version
from tracker.course import Course
from tracker.course.words import state_sentence
from tracker.handouts.downtime import DowntimePack, ListGroup, PatientNow, Someone, StepNow
from tracker.languages import ENGLISH, spoken
from tracker.models import Clinic, EnteredInError, Patient, PlanVersion, db
from tracker.plans import HowStepsStart
from tracker.sentences import taken_words

_AT_A_TIME = 200  # heads read in one query


@dataclass(frozen=True, slots=True)
class InForce:
    """An active patient and the version in force."""

    patient_id: int
    version_id: int


def in_force(clinic_id: int) -> tuple[InForce, ...]:
    """List the active patients with a signed plan, in the order of their names.

    A version stands in the chart of the patient whom its record was merged into; the newest one by
    signing counts, and those entered in error do not.
    """
    rows = db.session.execute(_in_force(clinic_id))
    return tuple(InForce(row.patient_id, row.version_id) for row in rows)


def _in_force(clinic_id: int) -> Select[tuple[int, int]]:
    record, chart = aliased(Patient), aliased(Patient)
    wrong = exists().where(
        EnteredInError.clinic_id == PlanVersion.clinic_id, EnteredInError.fact_id == PlanVersion.id
    )
    newest_first = (PlanVersion.signed_at.desc(), PlanVersion.number.desc())
    signed = (
        select(
            PlanVersion.id.label("version_id"),
            chart.id.label("patient_id"),
            chart.name_folded,
            func.row_number().over(partition_by=chart.id, order_by=newest_first).label("place"),
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
    return (
        select(signed.c.patient_id, signed.c.version_id)
        .where(signed.c.place == 1)
        .order_by(signed.c.name_folded, signed.c.patient_id)
    )


@spoken(ENGLISH)
def downtime_pack(
    clinic: Clinic, *, today: date, now: datetime, made_by: str, listed: tuple[ListGroup, ...]
) -> DowntimePack:
    """Give the downtime pack as of now; `listed` is today's list as the Today page shows it."""
    return DowntimePack(
        clinic=clinic.name,
        made_on=today,
        made_at=dates.time_of_day(now, clinic.time_zone),
        made_by=made_by,
        today=listed,
        patients=tuple(_patients(clinic.id, today)),
        paper=clinic.paper,
    )


def _patients(clinic_id: int, today: date) -> Iterator[PatientNow]:
    known = in_force(clinic_id)
    for first in range(0, len(known), _AT_A_TIME):
        part = known[first : first + _AT_A_TIME]
        heads = {one.id: one for one in patients_of(clinic_id, [p.patient_id for p in part])}
        for one in part:
            signed = signed_version(clinic_id, one.version_id)
            course = course_of(clinic_id, one.patient_id, signed)
            if signed is not None and courses.closed(course) is None:
                yield patient_now(heads[one.patient_id], course, signed.version, today)


def patient_now(
    head: PatientHead, course: Course, version: plans.Version, today: date
) -> PatientNow:
    """Give where one patient stands for a sheet: as recorded, else by the dates on paper.

    A hold, a pause and the plan's end stop the next step, and the last day of this one.
    """
    stopped = courses.is_stopped(course)
    step = None if courses.closed(course) else courses.stay_on(course, today)
    following = None if stopped else courses.following(course, today)
    contact = next_contact(head.clinic_id, head.id, today)
    return PatientNow(
        who=Someone(_named(head), head.birth_date, head.record_no),
        phone=head.phone,
        leave_message=head.leave_message,
        physician=head.physician_name,
        version=version.number,
        code=version.code,
        state=state_sentence(course, today),
        stopped=stopped,
        waits=version.starts is HowStepsStart.WAIT_FOR_CALL,
        step=_step(course, version, step) if step else None,
        following=(following.number, following.starts_on) if following else None,
        contact=(contact.on, contact.mode) if contact else None,
    )


def _named(head: PatientHead) -> str:
    both = head.latin_name and head.latin_name != head.full_name
    return f"{head.title} ({head.latin_name})" if both else head.title


def _step(course: Course, version: plans.Version, step: plans.Step) -> StepNow:
    return StepNow(
        number=step.number,
        starts_on=courses.started_on(course, step.key) or step.starts_on,
        last_day=None if courses.is_stopped(course) else plans.last_day(version, step.number),
        doses=tuple(
            (
                plans.product_words(medicine.product),
                taken_words(medicine, plans.cells_of(step, medicine.key)),
            )
            for medicine in plans.medicines_in(version, step.number)
        ),
    )
