"""The open sessions of one person, as they see them on their account page; who has a form open."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select

from tracker.languages import said
from tracker.models import Clinic, Membership, Staff, StaffSession, db, plain_rows
from tracker.policy import Role

_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_MACHINES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session that still opens something; `handle` names it in a form."""

    handle: str
    is_this: bool
    started_at: datetime
    last_seen_at: datetime
    address: str
    browser: str


def open_sessions(staff_id: int, this: str, since: datetime) -> tuple[OpenSession, ...]:
    """List a person's open sessions begun after `since`, the newest first."""
    rows = db.session.scalars(
        select(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.proved_at.is_not(None),
            StaffSession.started_at > since,
        )
        .order_by(StaffSession.started_at.desc())
    )
    return tuple(
        OpenSession(
            handle=row.token_hash[:16],
            is_this=row.token_hash == this,
            started_at=row.started_at,
            last_seen_at=row.last_seen_at,
            address=row.address,
            browser=browser_words(row.agent or ""),
        )
        for row in rows
    )


def others_at(form: str, staff_id: int, since: datetime) -> tuple[tuple[str, datetime], ...]:
    """List who else has a form open and since when, of sessions seen after `since`."""
    rows = db.session.execute(
        select(Staff.name, func.min(StaffSession.form_since))
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            StaffSession.form == form,
            StaffSession.staff_id != staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.locked_at.is_(None),
            StaffSession.last_seen_at > since,
        )
        .group_by(Staff.id, Staff.name)
        .order_by(func.min(StaffSession.form_since), Staff.name)
    )
    return tuple((name, at) for name, at in rows if at is not None)


def browser_words(agent: str) -> str:
    """Say which browser and machine this is, as people call them; "Unknown browser" if unclear."""
    browser = next((words for mark, words in _BROWSERS if mark in agent), said("Unknown browser"))
    machine = next((words for mark, words in _MACHINES if mark in agent), "")
    return said("{browser} on {machine}", browser=browser, machine=machine) if machine else browser


# Asked by every request: built once, and read as plain values, one row for each clinic.
_HELD = (Membership.roles, *(column.label(f"at_{column.name}") for column in Clinic.__table__.c))
_SESSION = (
    select(
        StaffSession.token_hash, StaffSession.staff_id, StaffSession.started_at,
        StaffSession.last_seen_at, StaffSession.proved_at, StaffSession.locked_at,
        StaffSession.notices, StaffSession.form, Staff.name, Staff.language, Staff.username,
        Staff.disabled_at, Staff.must_change_password, *_HELD,
    )
    .join(Staff, Staff.id == StaffSession.staff_id)
    .outerjoin(Membership, and_(Membership.staff_id == Staff.id, Membership.roles != ""))
    .outerjoin(Clinic, Clinic.id == Membership.clinic_id)
    .where(StaffSession.token_hash == bindparam("hash"), StaffSession.ended_at.is_(None))
)  # fmt: skip
_MEMBERSHIPS = (
    select(*_HELD)
    .join(Clinic, Clinic.id == Membership.clinic_id)
    .where(Membership.staff_id == bindparam("staff"), Membership.roles != "")
)


class Held(NamedTuple):
    """What a person has at one clinic: their roles, and the clinic, to be read like a `Clinic`."""

    roles: frozenset[Role]
    clinic: Any


Memberships = dict[int, Held]  # by the clinic's id
_At: Any = namedtuple("_At", Clinic.__table__.c.keys())  # type: ignore[misc]  # its own columns


def behind(token_hash: str) -> tuple[Any, Memberships] | None:
    """Give the session that has not ended with its person, and their clinics; None without one."""
    rows = plain_rows(_SESSION, {"hash": token_hash}).all()
    return (rows[0], _by_clinic(rows)) if rows else None


def memberships(staff_id: int) -> Memberships:
    """Give the clinics of a person, as they are now, and the roles held there."""
    return _by_clinic(plain_rows(_MEMBERSHIPS, {"staff": staff_id}).all())


def roles_of(held: Memberships) -> dict[int, frozenset[Role]]:
    """Give the roles held at each clinic, by its id."""
    return {clinic_id: one.roles for clinic_id, one in held.items()}


def _by_clinic(rows: Sequence[Any]) -> Memberships:
    return {
        row.at_id: Held(_roles(row.roles), _At._make(row[-len(_At._fields) :]))
        for row in rows
        if row.at_id is not None
    }


@lru_cache(maxsize=64)
def _roles(written: str) -> frozenset[Role]:
    """Read the roles of a membership; there are few sets of them."""
    return frozenset(map(Role, written.split(",")))
