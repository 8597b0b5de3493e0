"""Drafts of check-ins: each person has their own, so nobody types over another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.models import Draft, Staff, db


@dataclass(frozen=True, slots=True)
class CheckInDraft:
    """What a person has typed so far, and the version their form must name to save over it."""

    typed: Mapping[str, Sequence[str]]
    form_version: int
    seen: int  # the place in the check-in's stream when the draft was begun
    saved_at: datetime


def draft_of(clinic_id: int, patient_id: int, about: str) -> CheckInDraft | None:
    """Give the draft of this name, or None; `about` is `records.contacts.draft_about`."""
    row = db.session.scalar(
        select(Draft)
        .where(
            Draft.clinic_id == clinic_id,
            Draft.patient_id == patient_id,
            Draft.kind == "checkin",
            Draft.about == about,
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        return None
    return CheckInDraft(json.loads(row.body), row.form_version, row.stream_seq, row.saved_at)


def drafts_by_others(
    clinic_id: int, patient_id: int, checkin_id: int, staff_id: int | None
) -> tuple[tuple[str, datetime], ...]:
    """Tell who else has a draft of a check-in, and when they saved it last."""
    rows = db.session.execute(
        select(Staff.name, Draft.saved_at)
        .join(Staff, Staff.id == Draft.saved_by)
        .where(
            Draft.clinic_id == clinic_id,
            Draft.patient_id == patient_id,
            Draft.kind == "checkin",
            Draft.about.startswith(f"{checkin_id}/"),
            Draft.saved_by != staff_id,
        )
        .order_by(Draft.saved_at)
    )
    return tuple((name, at) for name, at in rows)
