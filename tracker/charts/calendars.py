"""Check-ins as calendars hold them: for one patient, and as a feed for one member of staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from tracker.charts.checkins import checkins_of_charts
from tracker.charts.course import courses_of_charts
from tracker.charts.patients import charts_of
from tracker.charts.plans import in_force_of_charts
from tracker.checkins import CheckIn
from tracker.course import Course, held, stay_on
from tracker.exchange.calendar import Entry
from tracker.models import Clinic, Fact, Patient, db

_FOR_PATIENT = {"phone": "Call from {}", "video": "Video visit with {}", "in_person": "Visit at {}"}
_FOR_STAFF = {
    "phone": "Check-in by phone",
    "video": "Check-in by video",
    "in_person": "Check-in in person",
}
KEPT = timedelta(days=30)  # how long a day that has passed stays in a feed
AT_ONCE = 200  # patients of a feed that are read together
_CONTACTS = ("checkin_record", "checkin_attempt")


def entries_for_patient(
    clinic: Clinic, patient_id: int, *, today: date, now: datetime
) -> tuple[Entry, ...]:
    """Give a patient's check-ins for a calendar: no medicine, no dose, no reason.

    What will not be held is withdrawn (`checkins.settling`), and while the plan is on hold those
    laid beside steps that may not start.
    """
    words = {mode: text.format(clinic.name) for mode, text in _FOR_PATIENT.items()}
    return tuple(
        _entry(
            clinic, one.checkin, one.withdrawn, one.revision, now, words[one.checkin.mode],
            where=clinic.address if one.checkin.mode == "in_person" else clinic.day_phone,
        )
        for one in _placed(clinic.id, (patient_id,), today)[patient_id]
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
    answered = _answered_for(clinic.id, staff_id)
    found = []
    for first in range(0, len(answered), AT_ONCE):
        mine = dict(answered[first : first + AT_ONCE])
        for patient_id, placed in _placed(clinic.id, mine, today).items():
            for one in placed:
                if one.checkin.on < today - KEPT:
                    continue
                words = _FOR_STAFF[one.checkin.mode]
                withdrawn = one.withdrawn or not mine[patient_id]
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


def _placed(clinic_id: int, patient_ids: Iterable[int], today: date) -> dict[int, list[_Placed]]:
    """Give the appointments of several patients; the same number of queries for many as for few."""
    charts = charts_of(clinic_id, patient_ids)
    courses = courses_of_charts(clinic_id, charts, in_force_of_charts(clinic_id, charts))
    revisions = _revisions(clinic_id, charts)
    return {
        patient_id: [
            _Placed(one, _is_withdrawn(one, courses[patient_id], today), revisions[patient_id])
            for one in checkins
            if one.planned or one.booked  # a contact that nobody had planned is no appointment
        ]
        for patient_id, checkins in checkins_of_charts(clinic_id, charts).items()
    }


def _revisions(clinic_id: int, charts: Mapping[int, tuple[int, ...]]) -> dict[int, int]:
    """Count what was recorded of each patient: whatever changes an entry makes this number grow."""
    kept = {record_id: kept_id for kept_id, ids in charts.items() for record_id in ids}
    heads = select(Patient.id, Patient.seq).where(
        Patient.clinic_id == clinic_id, Patient.id.in_(kept)
    )
    facts = (
        select(Fact.patient_id, func.count())
        .where(Fact.clinic_id == clinic_id, Fact.patient_id.in_(kept))
        .group_by(Fact.patient_id)
    )
    found = dict.fromkeys(charts, 0)
    for query in (heads, facts):
        for record_id, changes in db.session.execute(query):
            found[kept[record_id]] += changes
    return found


def _is_withdrawn(one: CheckIn, course: Course, today: date) -> bool:
    """Tell whether an entry goes: it will not be held, or not on this day while the plan is held.

    The Today list keeps the check-ins of later steps through a hold, for a held patient needs a
    call no less; a calendar does not, since those days move with their steps.
    """
    if one.withdrawn:
        return True
    laid = one.open and one.planned is not None and one.booked is None
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
