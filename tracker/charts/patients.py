"""Who the patient is: the head of the chart, and which records make it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.models import Patient, Staff, db


@dataclass(frozen=True, slots=True)
class PatientHead:
    """Who the patient is, for the banner, the forms and the paper."""

    clinic_id: int
    id: int
    seq: int
    family_name: str
    given_names: str
    preferred_name: str
    latin_name: str
    birth_date: date
    record_no: str
    phone: str
    leave_message: str
    other_phone: str
    address: str
    emergency_name: str
    emergency_phone: str
    supporter_name: str
    supporter_phone: str
    supporter_permission: str
    language: str
    interpreter: bool
    large_print: bool
    allergies_state: str
    allergies: str
    physician_id: int | None
    goal: str
    state: str
    state_since: date | None
    merged_into_id: int | None
    physician_name: str = ""

    @property
    def title(self) -> str:
        """The name as the banner and messages give it: "RIVERA, Maria"."""
        family = self.family_name.upper()
        return f"{family}, {self.given_names}" if self.given_names else family

    @property
    def full_name(self) -> str:
        """The name in the order people say it."""
        return f"{self.given_names} {self.family_name}".strip()


_HEAD = tuple(name for name in PatientHead.__dataclass_fields__ if name != "physician_name")


def patient_of(clinic_id: int, patient_id: int) -> PatientHead | None:
    """Give a patient of this clinic, or None; another clinic's patient is None too."""
    found = db.session.execute(
        select(Patient, Staff.name)
        .outerjoin(Staff, Staff.id == Patient.physician_id)
        .where(Patient.clinic_id == clinic_id, Patient.id == patient_id)
    ).first()
    if found is None:
        return None
    row, physician = found
    return PatientHead(**{n: getattr(row, n) for n in _HEAD}, physician_name=physician or "")


def record_ids(clinic_id: int, patient_id: int) -> tuple[int, ...]:
    """Give the ids whose facts make up this chart: the patient's own and those merged into it."""
    merged = db.session.scalars(
        select(Patient.id).where(
            Patient.clinic_id == clinic_id, Patient.merged_into_id == patient_id
        )
    )
    return (patient_id, *merged)
