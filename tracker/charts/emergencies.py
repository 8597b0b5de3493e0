"""Emergency access as it stands: whom it opens which record to, and who has yet to be told.

The one place where a person reads across clinics. Nothing here gives a record away: it gives the
grant, and the page that reads under it has passed the guard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from tracker.charts.patients import PatientHead, kept_record, patient_of
from tracker.charts.search import record_holder
from tracker.models import (
    Clinic,
    EmergencyAccess,
    EmergencyAcknowledged,
    Patient,
    SignInAttempt,
    Staff,
    db,
    utc_now,
)
from tracker.search_keys import LONGEST_KEY, record_key


@dataclass(frozen=True, slots=True)
class Access:
    """One emergency access."""

    id: int
    clinic_id: int
    clinic_name: str
    patient_id: int
    record_no: str
    staff_name: str
    from_clinic_name: str
    reason: str
    hours: int
    opened_at: datetime
    ends_at: datetime
    seen_by: str
    seen_at: datetime | None
    ended: bool

    @property
    def is_open(self) -> bool:
        """Whether it still opens the record."""
        return not self.ended and utc_now() < self.ends_at


def other_clinics(own: frozenset[int]) -> tuple[tuple[int, str], ...]:
    """List the clinics of this installation that a person does not belong to, by name."""
    rows = db.session.execute(
        select(Clinic.id, Clinic.name).where(Clinic.id.not_in(own)).order_by(Clinic.name)
    )
    return tuple((clinic_id, name) for clinic_id, name in rows)


def named(clinic_id: int, record_no: str, birth_date: date) -> PatientHead | None:
    """Give the patient whose whole record number and date of birth these are, or None."""
    folded = record_key(record_no)[:LONGEST_KEY]
    held = record_holder(clinic_id, folded) if folded else None
    head = patient_of(clinic_id, kept_record(clinic_id, held)) if held is not None else None
    return head if head is not None and head.birth_date == birth_date else None


def grant(staff_id: int, from_clinic_id: int, access_id: int) -> Access | None:
    """Give the person's own emergency access, asked for from this clinic, while it is open."""
    found = _accesses(
        (EmergencyAccess.id == access_id)
        & (EmergencyAccess.staff_id == staff_id)
        & (EmergencyAccess.from_clinic_id == from_clinic_id)
    )
    return next((one for one in found if one.is_open), None)


def own(staff_id: int, from_clinic_id: int) -> tuple[Access, ...]:
    """List the person's own accesses from this clinic that are open, the newest first."""
    found = _accesses(
        (EmergencyAccess.staff_id == staff_id)
        & (EmergencyAccess.from_clinic_id == from_clinic_id)
        & (EmergencyAccess.ends_at > utc_now())
    )
    return tuple(one for one in found if one.is_open)


def of_clinic(clinic_id: int) -> tuple[Access, ...]:
    """List every emergency access to records of this clinic, the newest first."""
    return _accesses(EmergencyAccess.clinic_id == clinic_id)


def not_seen(clinic_id: int) -> int:
    """Count the accesses that no administrator of this clinic has acknowledged."""
    seen = select(EmergencyAcknowledged.access_id).where(
        EmergencyAcknowledged.clinic_id == clinic_id
    )
    return (
        db.session.scalar(
            select(func.count())
            .select_from(EmergencyAccess)
            .where(EmergencyAccess.clinic_id == clinic_id, EmergencyAccess.id.not_in(seen))
        )
        or 0
    )


def refusals(key: str, since: datetime) -> int:
    """Count how often a person named no patient since then."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.key == key, SignInAttempt.at > since)
        )
        or 0
    )


def _accesses(which: ColumnElement[bool]) -> tuple[Access, ...]:
    theirs, ours, seer = aliased(Clinic), aliased(Clinic), aliased(Staff)
    rows = db.session.execute(
        select(
            EmergencyAccess, EmergencyAcknowledged, Staff.name, seer.name, theirs.name, ours.name,
            Patient.record_no,
        )
        .join(Staff, Staff.id == EmergencyAccess.staff_id)
        .join(theirs, theirs.id == EmergencyAccess.clinic_id)
        .join(ours, ours.id == EmergencyAccess.from_clinic_id)
        .join(
            Patient,
            (Patient.clinic_id == EmergencyAccess.clinic_id)
            & (Patient.id == EmergencyAccess.patient_id),
        )
        .outerjoin(
            EmergencyAcknowledged,
            (EmergencyAcknowledged.clinic_id == EmergencyAccess.clinic_id)
            & (EmergencyAcknowledged.access_id == EmergencyAccess.id),
        )
        .outerjoin(seer, seer.id == EmergencyAcknowledged.recorded_by)
        .where(which)
        .order_by(EmergencyAccess.opened_at.desc(), EmergencyAccess.id.desc())
    )  # fmt: skip
    return tuple(_access(*found) for found in rows)


def _access(
    row: EmergencyAccess, seen: EmergencyAcknowledged | None, who: str, seen_by: str | None,
    clinic: str, from_clinic: str, record_no: str,
) -> Access:  # fmt: skip
    return Access(
        id=row.id,
        clinic_id=row.clinic_id,
        clinic_name=clinic,
        patient_id=row.patient_id,
        record_no=record_no,
        staff_name=who,
        from_clinic_name=from_clinic,
        reason=row.reason,
        hours=row.hours,
        opened_at=row.opened_at,
        ends_at=row.ends_at,
        seen_by=seen_by or "",
        seen_at=None if seen is None else seen.recorded_at,
        ended=seen is not None and seen.ended,
    )
