"""Tokens by which a calendar or a program reads for a person: whose they are, and until when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select

from tracker.models import AccessToken, Staff, db


@dataclass(frozen=True, slots=True)
class Token:
    """One token, without itself: nobody can read it again."""

    id: int
    clinic_id: int
    staff_id: int
    kind: str  # calendar, fhir
    words: str
    made_at: datetime
    ends_at: datetime | None
    used_at: datetime | None


def hash_of(token: str) -> str:
    """Give what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def behind(token: str, kind: str, now: datetime) -> Token | None:
    """Find a token of this kind that still counts; its person is not disabled."""
    query = _counting(now).where(AccessToken.kind == kind, AccessToken.token_hash == hash_of(token))
    return next((_token(row) for row in db.session.scalars(query)), None)


def own(clinic_id: int, staff_id: int, now: datetime) -> tuple[Token, ...]:
    """List a person's tokens for one clinic that still count, the newest first."""
    query = _counting(now).where(
        AccessToken.clinic_id == clinic_id, AccessToken.staff_id == staff_id
    )
    return tuple(map(_token, db.session.scalars(query.order_by(AccessToken.id.desc()))))


@dataclass(frozen=True, slots=True)
class Reader:
    """One token of a clinic and its person, for who keeps the installation."""

    id: int
    by: str
    kind: str
    words: str
    ends_at: datetime | None


def of_clinic(clinic_id: int, now: datetime) -> tuple[Reader, ...]:
    """List every token of a clinic that still counts, by person."""
    rows = db.session.execute(
        _counting(now).add_columns(Staff.name).where(AccessToken.clinic_id == clinic_id)
        .order_by(Staff.name, AccessToken.id)
    )  # fmt: skip
    return tuple(Reader(row.id, by, row.kind, row.words, row.ends_at) for row, by in rows)


def _counting(now: datetime) -> Select[AccessToken]:
    return (
        select(AccessToken)
        .join(Staff, Staff.id == AccessToken.staff_id)
        .where(
            AccessToken.ended_at.is_(None),
            or_(AccessToken.ends_at.is_(None), AccessToken.ends_at > now),
            Staff.disabled_at.is_(None),
        )
    )


def _token(row: AccessToken) -> Token:
    return Token(
        row.id, row.clinic_id, row.staff_id, row.kind, row.words, row.made_at, row.ends_at,
        row.used_at,
    )  # fmt: skip
