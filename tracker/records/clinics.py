"""Acts about the clinic: creating one, and changing its details."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tracker.models import Clinic, ClinicRevision, EventHead, db, new_id
from tracker.policy import COMMAND, Actor
from tracker.records.acts import Conflict, Entry, act, row_values


def create(*, name: str, time_zone: str, **details: Any) -> int:
    """Create a clinic from the command line and give its id."""
    clinic_id = new_id()
    with act("install.clinic", by=COMMAND, clinic_id=clinic_id) as entry:
        clinic = Clinic(id=clinic_id, name=name, time_zone=time_zone, seq=0, **details)
        db.session.add_all([clinic, EventHead(clinic_id=clinic_id, seq=0, mac="")])
        db.session.flush()
        _revise(clinic, entry, recorded_by=0)
    return clinic_id


def edit(*, by: Actor, clinic_id: int, seen: int, changes: Mapping[str, Any]) -> None:
    """Change the clinic's details; `seen` is the revision the form showed, else Conflict.

    A phone number that changes loses its "confirmed on" unless the same change confirms it.
    """
    with act("clinic.edit", by=by, clinic_id=clinic_id) as entry:
        clinic = db.session.get_one(Clinic, clinic_id)
        if clinic.seq != seen:
            raise Conflict("the clinic's details changed meanwhile")
        wanted = {**_unconfirmed(clinic, changes), **changes}
        changed = [k for k, v in wanted.items() if getattr(clinic, k) != v]
        for key in changed:
            setattr(clinic, key, wanted[key])
        entry.about["fields"] = ", ".join(k.replace("_", " ") for k in changed) or "nothing"
        # Days are the clinic's, and a phone on paper goes out of date for everyone.
        entry.whole_list = any("zone" in name or name.endswith("_phone") for name in changed)
        if changed:
            _revise(clinic, entry, recorded_by=by.staff_id or 0)


def _unconfirmed(clinic: Clinic, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Take the confirmation off each phone whose number changes."""
    return {
        f"{phone}_confirmed_{part}": nothing
        for phone in ("day_phone", "night_phone")
        if phone in changes and changes[phone] != getattr(clinic, phone)
        for part, nothing in (("on", None), ("by", ""))
    }


def _revise(clinic: Clinic, entry: Entry, *, recorded_by: int) -> None:
    clinic.seq += 1
    db.session.flush()
    db.session.add(
        ClinicRevision(
            clinic_id=clinic.id,
            seq=clinic.seq,
            body=json.dumps(row_values(clinic), ensure_ascii=False, sort_keys=True),
            recorded_by=recorded_by,
            recorded_at=entry.at,
        )
    )
