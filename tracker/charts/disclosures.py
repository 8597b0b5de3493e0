"""What left a patient's record before: exports, paper, and what programs and others have read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from tracker.charts.patients import record_ids
from tracker.charts.telling import told
from tracker.models import Event, Patient, ReadLog, Staff, db
from tracker.policy import sentence


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One time that something left a patient's record."""

    at: datetime
    sentence: str


LEFT = (
    "export.patient", "install.patient", "handout.print", "handout.give", "handout.lock",
    "sheet.print", "hold_slip.print", "emergency.opened",
)  # fmt: skip
LEFT_AS_LIST = ("export.report", "install.report")
LEFT_WITH_ALL = ("export.clinic", "install.export", "downtime.print")


def left(clinic_id: int, patient_id: int) -> tuple[Disclosure, ...]:
    """List what left a record, newest first: exports and paper, those of many patients included.

    A batch prints each handout by an act of its own. What held the whole clinic, such as a downtime
    pack, stands in every record that was there then. Emergency access is read by another clinic.
    """
    ids = record_ids(clinic_id, patient_id)
    since = select(func.min(Patient.registered_at)).where(
        Patient.clinic_id == clinic_id, Patient.id.in_(ids)
    )
    rows = db.session.scalars(
        select(Event)
        .where(
            Event.clinic_id == clinic_id,
            or_(
                and_(Event.patient_id.in_(ids), Event.act.in_(LEFT)),
                and_(
                    Event.patient_id.is_(None),
                    Event.act.in_(LEFT_WITH_ALL),
                    Event.at >= since.scalar_subquery(),
                ),
                and_(
                    Event.act.in_(LEFT_AS_LIST),
                    or_(*(Event.about.contains(f",{one},") for one in ids)),
                ),
            ),
        )
        .order_by(Event.seq.desc())
    )
    found = [Disclosure(row.at, told(row)) for row in rows]
    found += _read_by_programs(clinic_id, ids)
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _read_by_programs(clinic_id: int, ids: tuple[int, ...]) -> list[Disclosure]:
    rows = db.session.execute(
        select(ReadLog.at, ReadLog.act, Staff.name)
        .join(Staff, Staff.id == ReadLog.by_id)
        .where(
            ReadLog.clinic_id == clinic_id,
            ReadLog.patient_id.in_(ids),
            ReadLog.act.startswith("fhir."),
        )
        .order_by(ReadLog.id.desc())
    )
    return [Disclosure(at, sentence(act, by, {})) for at, act, by in rows]
