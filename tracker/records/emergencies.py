"""Acts of emergency access: opening a record of another clinic for some hours, and its echo.

The access is a fact of the patient's clinic and stands in its history; that a person asked stands
in the history of the clinic they asked from, without naming the patient.
"""

from __future__ import annotations

from datetime import timedelta

from tracker.models import (
    Clinic,
    EmergencyAccess,
    EmergencyAcknowledged,
    SignInAttempt,
    db,
    new_id,
)
from tracker.policy import Actor, require
from tracker.policy.ways_in import MOST_HOURS
from tracker.records.acts import Conflict, act


class OwnClinic(ValueError):
    """Raised for a record of a clinic that the person belongs to: their role decides there."""


def open_record(
    *, by: Actor, from_clinic_id: int, clinic_id: int, patient_id: int, reason: str, hours: int
) -> int:
    """Open a record of another clinic to a physician or nurse, to read, and give the access's id.

    `hours` is from 1 to 12. Raises NotAllowed for other roles, OwnClinic, and ValueError.
    """
    require(by, "emergency.ask", from_clinic_id)
    if by.roles_at(clinic_id):
        raise OwnClinic("the person belongs to this clinic")
    if not 1 <= hours <= MOST_HOURS or not reason.strip():
        raise ValueError("an emergency access has a reason and a number of hours from 1 to 12")
    from_clinic = db.session.get_one(Clinic, from_clinic_id).name
    clinic = db.session.get_one(Clinic, clinic_id).name
    with act(
        "emergency.ask", by=by, clinic_id=from_clinic_id, clinic=clinic, reason=reason.strip()
    ):
        pass  # its event is all there is to it here
    with act(
        "emergency.opened",
        by=by,
        clinic_id=clinic_id,
        patient_id=patient_id,
        clinic=from_clinic,
        hours=f"{hours} hour" if hours == 1 else f"{hours} hours",
        reason=reason.strip(),
    ) as entry:
        row = EmergencyAccess(
            clinic_id=clinic_id,
            id=new_id(),
            patient_id=patient_id,
            staff_id=by.staff_id,
            from_clinic_id=from_clinic_id,
            reason=reason.strip(),
            hours=hours,
            opened_at=entry.at,
            ends_at=entry.at + timedelta(hours=hours),
        )
        db.session.add(row)
        return row.id


def refused(*, by: Actor, from_clinic_id: int, key: str) -> None:
    """Record that a person named no patient, and count it; what they typed is not kept."""
    require(by, "emergency.ask", from_clinic_id)
    with act("emergency.refused", by=by, clinic_id=from_clinic_id) as entry:
        db.session.add(SignInAttempt(id=new_id(), key=key, at=entry.at))


def acknowledge(*, by: Actor, clinic_id: int, access_id: int, end: bool) -> None:
    """Record that an administrator has seen an emergency access; `end` closes it at once.

    Raises Conflict when another one was quicker, and NoResultFound for an unknown access.
    """
    access = db.session.get_one(EmergencyAccess, (clinic_id, access_id))
    with act(
        "emergency.acknowledge",
        by=by,
        clinic_id=clinic_id,
        patient_id=access.patient_id,
        what="ended" if end else "acknowledged",
    ) as entry:
        if db.session.get(EmergencyAcknowledged, (clinic_id, access_id)) is not None:
            raise Conflict("another administrator was quicker")
        db.session.add(
            EmergencyAcknowledged(
                clinic_id=clinic_id,
                access_id=access_id,
                ended=end,
                recorded_by=by.staff_id,
                recorded_at=entry.at,
            )
        )
