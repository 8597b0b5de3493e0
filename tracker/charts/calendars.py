"""Check-ins as calendars hold them: for one patient, and as a feed for one member of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.charts.patients import record_ids
from tracker.checkins import CheckIn
from tracker.course import Course, WhyClosed, closed, held, stay_on
from tracker.exchange.calendar import Entry
from tracker.models import Clinic, Fact, Patient, db

_FOR_PATIENT = {"phone": "Call from {}", "video": "Video visit with {}", "in_person": "Visit at {}"}
_FOR_STAFF = {
    "phone": "Check-in by phone",
    "video": "Check-in by video",
    "in_person": "Check-in in person",
}
KEPT = timedelta(days=30)  # how long a day that has passed stays in a feed
_CONTACTS = ("checkin_record", "checkin_attempt")


def entries_for_patient(
    clinic: Clinic, patient_id: int, *, today: date, now: datetime
) -> tuple[Entry, ...]:
    """Give a patient's check-ins for a calendar: no medicine, no dose, no reason.

    What will not be held is withdrawn: a cancelled or replaced check-in; after a death every one;
    those laid beside steps that may not start, while the plan is on hold and once it is closed.
    """
    words = {mode: text.format(clinic.name) for mode, text in _FOR_PATIENT.items()}
    return tuple(
        _entry(
            clinic, one.checkin, one.withdrawn, one.revision, now, words[one.checkin.mode],
            where=clinic.address if one.checkin.mode == "in_person" else clinic.day_phone,
        )
        for one in _placed(clinic.id, patient_id, today)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForStaff:
    """One entry of a feed, and the patient to whose record it leads behind the sign-in."""

    entry: Entry
    patient_id: int
    open: bool


def entries_for_staff(
    clinic: Clinic, staff_id: int, *, today: date, now: datetime
) -> tuple[ForStaff, ...]:
    """Give the check-ins of the patients whom a person answers for; an entry names nobody.

    They are those whose responsible physician the person is, and those with whom the person spoke,
    or tried to, last. Where somebody else did so since, the entries are withdrawn.
    """
    found = []
    for patient_id, mine in _answered_for(clinic.id, staff_id):
        for one in _placed(clinic.id, patient_id, today):
            if one.checkin.on < today - KEPT:
                continue
            words = _FOR_STAFF[one.checkin.mode]
            withdrawn = one.withdrawn or not mine
            entry = _entry(clinic, one.checkin, withdrawn, one.revision, now, words)
            found.append(ForStaff(entry, patient_id, one.checkin.open))
    return tuple(found)


def _answered_for(clinic_id: int, staff_id: int) -> list[tuple[int, bool]]:
    """Name the patients a person ever spoke with or is the physician of; whether still theirs."""
    kept = func.coalesce(Patient.merged_into_id, Patient.id)
    place = func.row_number().over(
        partition_by=kept, order_by=(Fact.recorded_at.desc(), Fact.id.desc())
    )
    contacts = (
        select(kept.label("patient_id"), Fact.recorded_by, place.label("place"))
        .join(Patient, (Patient.clinic_id == Fact.clinic_id) & (Patient.id == Fact.patient_id))
        .where(Fact.clinic_id == clinic_id, Fact.kind.in_(_CONTACTS))
        .subquery()
    )
    spoke = select(contacts.c.patient_id).where(contacts.c.recorded_by == staff_id)
    last = select(contacts.c.patient_id).where(
        contacts.c.recorded_by == staff_id, contacts.c.place == 1
    )
    rows = db.session.execute(
        select(
            Patient.id,
            or_(Patient.physician_id == staff_id, Patient.id.in_(last)).label("mine"),
        ).where(
            Patient.clinic_id == clinic_id,
            Patient.merged_into_id.is_(None),
            or_(Patient.physician_id == staff_id, Patient.id.in_(spoke)),
        )
    )
    return [(row.id, bool(row.mine)) for row in rows]


@dataclass(frozen=True, slots=True)
class _Placed:
    checkin: CheckIn
    withdrawn: bool
    revision: int


def _placed(clinic_id: int, patient_id: int, today: date) -> list[_Placed]:
    course = course_of(clinic_id, patient_id)
    revision = _revision(clinic_id, patient_id)
    return [
        _Placed(one, _is_withdrawn(one, course, today), revision)
        for one in checkins_of(clinic_id, patient_id)
        if one.planned or one.booked  # a contact that nobody had planned is no appointment
    ]


def _revision(clinic_id: int, patient_id: int) -> int:
    """Count what was recorded of a patient: whatever changes an entry makes this number grow."""
    ids = record_ids(clinic_id, patient_id)
    mine = (Patient.clinic_id == clinic_id) & Patient.id.in_(ids)
    heads = db.session.scalars(select(Patient.seq).where(mine))
    facts = db.session.scalar(
        select(func.count())
        .select_from(Fact)
        .where(Fact.clinic_id == clinic_id, Fact.patient_id.in_(ids))
    )
    changes = facts or 0
    for seq in heads:
        changes += seq
    return changes


def _is_withdrawn(one: CheckIn, course: Course, today: date) -> bool:
    if course.patient_state == "died" or one.cancelled or one.replaced:
        return True
    ended = closed(course)
    if ended and one.open and ended.why in (WhyClosed.MOVED, WhyClosed.DIED):
        return True
    laid = one.open and one.planned is not None and one.booked is None
    if ended:
        return laid
    stay = stay_on(course, today) if held(course) else None
    return bool(laid and stay and one.planned and one.planned.step_number > stay.number)


def _entry(
    clinic: Clinic, one: CheckIn, withdrawn: bool, revision: int, now: datetime, summary: str,
    where: str = "",
) -> Entry:  # fmt: skip
    return Entry(
        id=one.id,
        clinic_id=clinic.id,
        revision=revision,
        changed_at=now,
        on=one.on,
        at=one.at,
        summary=summary,
        where=where,
        withdrawn=withdrawn,
    )
