"""Calls that were promised when a plan code was read out, and that nobody has made yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, exists, select

from tracker.course import CallBack, Spoken, was_called
from tracker.dates import today_at
from tracker.models import CallBack as CallBackRow
from tracker.models import (
    CheckInRecord,
    Clinic,
    CodeCheck,
    EnteredInError,
    Fact,
    PlanVersion,
    Staff,
    db,
)

_Kept = Mapping[int, int]  # a record, and the patient of whose chart it is part


def calls_owed(clinic_id: int, kept: _Kept) -> dict[int, list[CallBack]]:
    """List the calls owed to each patient, oldest first.

    A call is made by its own form, or by a later contact with the patient (`course.was_called`).
    """
    promised = _promised(clinic_id, kept)
    found: dict[int, list[CallBack]] = defaultdict(list)
    if not promised:
        return found
    spoken = _spoken(clinic_id, kept)
    zone = db.session.scalar(select(Clinic.time_zone).where(Clinic.id == clinic_id)) or "UTC"
    for patient_id, call in promised:
        if not was_called(call, today_at(zone, call.at), spoken[patient_id]):
            found[patient_id].append(call)
    return found


def _wrong(clinic_id: Any, fact_id: Any) -> Any:
    return exists().where(EnteredInError.clinic_id == clinic_id, EnteredInError.fact_id == fact_id)


def _promised(clinic_id: int, kept: _Kept) -> list[tuple[int, CallBack]]:
    made = exists().where(
        CallBackRow.clinic_id == CodeCheck.clinic_id,
        CallBackRow.check_id == CodeCheck.id,
        ~_wrong(CallBackRow.clinic_id, CallBackRow.id),
    )
    # Named first: a join alone leaves SQLite to walk through every code read out to the clinic.
    versions = select(PlanVersion.id).where(
        PlanVersion.clinic_id == clinic_id, PlanVersion.patient_id.in_(kept)
    )
    rows = db.session.execute(
        select(CodeCheck.id, CodeCheck.at, CodeCheck.answer, Staff.name, PlanVersion.patient_id)
        .join(
            PlanVersion,
            and_(
                PlanVersion.clinic_id == CodeCheck.clinic_id, PlanVersion.id == CodeCheck.version_id
            ),
        )
        .join(Staff, Staff.id == CodeCheck.by_id)
        .where(
            CodeCheck.clinic_id == clinic_id,
            CodeCheck.version_id.in_(versions),
            CodeCheck.answer.in_(("old", "ended")),
            ~made,
        )
        .order_by(CodeCheck.at, CodeCheck.id)
    )
    return [
        (kept[owner], CallBack(check_id, at, answer, by))
        for check_id, at, answer, by, owner in rows
    ]


def _spoken(clinic_id: int, kept: _Kept) -> dict[int, list[Spoken]]:
    """Give each contact as its last copy tells it, with the moment of its first copy."""
    first: dict[str, Any] = {}
    last: dict[str, tuple[int, Any]] = {}
    rows = db.session.execute(
        select(CheckInRecord, Fact.stream, Fact.recorded_at)
        .join(Fact, and_(Fact.clinic_id == CheckInRecord.clinic_id, Fact.id == CheckInRecord.id))
        .where(
            CheckInRecord.clinic_id == clinic_id,
            CheckInRecord.patient_id.in_(kept),
            ~_wrong(CheckInRecord.clinic_id, CheckInRecord.id),
        )
        .order_by(Fact.seq)
    )
    for row, stream, at in rows:
        first.setdefault(stream, at)
        last[stream] = (kept[row.patient_id], row)
    found: dict[int, list[Spoken]] = defaultdict(list)
    for stream, (patient_id, row) in last.items():
        found[patient_id].append(Spoken(row.on, first[stream], row.spoke_with))
    return found
