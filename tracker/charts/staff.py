"""The people of one clinic: who they are there, whether they may sign in, and who covers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from tracker.models import Membership, Patient, Staff, StaffRevision, StaffSession, db
from tracker.policy import COMMAND, Role


@dataclass(frozen=True, slots=True)
class Member:
    """One member of staff as this clinic knows them."""

    id: int
    name: str
    username: str
    roles: frozenset[Role]
    disabled: bool
    one_time_password: bool  # they have yet to choose a password of their own
    away_from: date | None
    away_until: date | None
    covered_by: int | None
    covered_by_name: str
    last_signed_in: datetime | None
    seq: int = 0  # of their last revision

    @property
    def active(self) -> bool:
        """Whether they can sign in and do anything at this clinic."""
        return bool(self.roles) and not self.disabled

    def is_away(self, day: date) -> bool:
        """Whether a recorded absence covers this day."""
        return (
            self.away_from is not None
            and self.away_from <= day
            and (self.away_until is None or day <= self.away_until)
        )


def members(clinic_id: int) -> tuple[Member, ...]:
    """List everyone who belongs, or belonged, to the clinic, by name."""
    return _members(Membership.clinic_id == clinic_id)


def member(clinic_id: int, staff_id: int) -> Member | None:
    """Give one member of staff of this clinic, or None."""
    found = _members((Membership.clinic_id == clinic_id) & (Membership.staff_id == staff_id))
    return found[0] if found else None


def place_as_of(clinic_id: int, staff_id: int, seq: int) -> dict[str, Any]:
    """Give a person's roles and cover here as after one revision; empty when it is not known."""
    kept = db.session.get(StaffRevision, (staff_id, seq))
    found: dict[str, Any] = json.loads(kept.body)["clinics"] if kept else {}
    place: dict[str, Any] = found.get(str(clinic_id), {})
    return place


def changed_by(staff_id: int, seq: int) -> tuple[str, datetime] | None:
    """Give who made one revision of a person, and when; the command line is named as such."""
    kept = db.session.get(StaffRevision, (staff_id, seq))
    if kept is None:
        return None
    who = db.session.get(Staff, kept.recorded_by) if kept.recorded_by else None
    return (who.name if who else COMMAND.name), kept.recorded_at


def patients_of_physician(clinic_id: int, staff_id: int) -> tuple[int, ...]:
    """List the patients (ids) whom this person is responsible for; not those who died."""
    return tuple(
        db.session.scalars(
            select(Patient.id)
            .where(
                Patient.clinic_id == clinic_id,
                Patient.physician_id == staff_id,
                Patient.state != "died",
                Patient.merged_into_id.is_(None),
            )
            .order_by(Patient.id)
        )
    )


def _members(which: ColumnElement[bool]) -> tuple[Member, ...]:
    cover = Staff.__table__.alias("cover")
    last = (
        select(StaffSession.staff_id, func.max(StaffSession.started_at).label("at"))
        .group_by(StaffSession.staff_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Staff.id,
            Staff.name,
            Staff.username,
            Staff.disabled_at,
            Staff.must_change_password,
            Staff.seq,
            Membership.roles,
            Membership.away_from,
            Membership.away_until,
            Membership.covered_by,
            cover.c.name.label("cover_name"),
            last.c.at,
        )
        .join(Membership, Membership.staff_id == Staff.id)
        .outerjoin(cover, cover.c.id == Membership.covered_by)
        .outerjoin(last, last.c.staff_id == Staff.id)
        .where(which)
        .order_by(Staff.name, Staff.id)
    )
    return tuple(
        Member(
            id=row.id,
            name=row.name,
            username=row.username,
            roles=frozenset(Role(role) for role in row.roles.split(",") if role),
            disabled=row.disabled_at is not None,
            one_time_password=row.must_change_password,
            away_from=row.away_from,
            away_until=row.away_until,
            covered_by=row.covered_by,
            covered_by_name=row.cover_name or "",
            last_signed_in=row.at,
            seq=row.seq,
        )
        for row in rows
    )
