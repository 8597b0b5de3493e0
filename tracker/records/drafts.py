"""Drafts: saved as the user goes, in place, without history; one of each kind for a patient.

A draft carries a form version. Whoever saves from an older one is told who saved meanwhile, and
keeps what they typed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker.models import Draft, begin_writing, db, new_id, utc_now
from tracker.policy import Actor, require
from tracker.records.acts import Conflict, act


class Stale(Conflict):
    """Raised when the draft was saved, signed or discarded since the form was opened."""


def save(
    *, by: Actor, clinic_id: int, patient_id: int, kind: str, form_version: int,
    body: Mapping[str, Any], plan_id: int | None = None, stream_seq: int = 0, about: str = "",
) -> int:  # fmt: skip
    """Save a draft and give its new form version; `form_version` 0 opens a new one.

    `plan_id` and `stream_seq` are kept from the opening; `about` tells drafts of one kind apart.
    Raises Stale, and saves nothing, when the form was made from another version than the one
    in the database.
    """
    require(by, f"{kind}.draft", clinic_id)
    if by.staff_id is None:
        raise ValueError("only a person keeps a draft")
    session = begin_writing()
    try:
        row = _locked(clinic_id, patient_id, kind, about)
        if (row.form_version if row else 0) != form_version:
            raise Stale("the draft was changed meanwhile")
        now = utc_now()
        if row is None:
            row = Draft(
                clinic_id=clinic_id,
                id=new_id(),
                patient_id=patient_id,
                kind=kind,
                about=about,
                plan_id=plan_id,
                stream_seq=stream_seq,
                form_version=0,
                opened_by=by.staff_id,
                opened_at=now,
            )
            session.add(row)
        row.body = json.dumps(body, ensure_ascii=False)
        row.form_version += 1
        row.saved_by, row.saved_at = by.staff_id, now
        session.commit()
        return row.form_version
    except IntegrityError as failure:
        session.rollback()
        raise Stale("somebody else opened a draft meanwhile") from failure
    except BaseException:
        session.rollback()
        raise


def discard(*, by: Actor, clinic_id: int, patient_id: int, form_version: int) -> None:
    """Throw a draft plan away; raises Stale when it was saved since the form was opened."""
    with act("plan.discard", by=by, clinic_id=clinic_id, patient_id=patient_id):
        db.session.delete(the_draft(clinic_id, patient_id, form_version))


def read_back(
    *, by: Actor, clinic_id: int, patient_id: int, form_version: int, digest: str
) -> None:
    """Record that this person read the draft back; any later change of it undoes that."""
    with act("plan.read_back", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        row = the_draft(clinic_id, patient_id, form_version)
        row.read_back_by, row.read_back_at = by.staff_id, entry.at
        row.read_back_digest = digest


def the_draft(clinic_id: int, patient_id: int, form_version: int, kind: str = "plan") -> Draft:
    """Give a draft, locked for the running transaction; raises Stale when it is not this one."""
    row = _locked(clinic_id, patient_id, kind)
    if row is None or row.form_version != form_version:
        raise Stale("the draft was changed, signed or discarded meanwhile")
    return row


def _locked(clinic_id: int, patient_id: int, kind: str, about: str = "") -> Draft | None:
    return db.session.scalar(
        select(Draft)
        .where(
            Draft.clinic_id == clinic_id,
            Draft.patient_id == patient_id,
            Draft.kind == kind,
            Draft.about == about,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
