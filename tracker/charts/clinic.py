"""The clinic's details as they are now, and as they were after each change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker.languages import said
from tracker.models import Clinic, ClinicRevision, Staff, db


@dataclass(frozen=True, slots=True)
class Revision:
    """The details as one change left them: `details` maps columns to plain values."""

    seq: int
    details: Mapping[str, Any]
    by_name: str
    at: datetime


def details(clinic_id: int) -> Mapping[str, Any]:
    """Give the clinic's columns as the database has them at this moment."""
    row = db.session.execute(select(*Clinic.__table__.c).where(Clinic.id == clinic_id)).one()
    return dict(row._mapping)


def revision(clinic_id: int, seq: int) -> Revision | None:
    """Give what one change left behind, or None when there was no such change."""
    row = db.session.execute(
        select(ClinicRevision.body, ClinicRevision.recorded_at, Staff.name)
        .outerjoin(Staff, Staff.id == ClinicRevision.recorded_by)
        .where(ClinicRevision.clinic_id == clinic_id, ClinicRevision.seq == seq)
    ).first()
    if row is None:
        return None
    return Revision(
        seq, json.loads(row.body), row.name or said("the command line"), row.recorded_at
    )
