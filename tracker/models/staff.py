"""Members of staff, the clinics they belong to, their sessions, and the sign-in throttle."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import FOLDED, Base, FactRow, new_id


class Staff(Base):
    """A person who signs in."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, default=new_id
    )
    seq: Mapped[int] = mapped_column(default=1)
    username: Mapped[str] = mapped_column(FOLDED, unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    language: Mapped[str | None] = mapped_column(String(2))  # None: as the browser asks


class StaffRevision(FactRow, Base):
    """A member of staff as after one change; never a password or its hash."""

    __tablename__ = "staff_revision"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id"), primary_key=True, autoincrement=False
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    recorded_by: Mapped[int | None]  # None: the one-time command
    recorded_at: Mapped[datetime]


class Membership(Base):
    """What one member of staff may do at one clinic, and who covers when they are away."""

    __tablename__ = "membership"

    clinic_id: Mapped[int] = mapped_column(
        ForeignKey("clinic.id"), primary_key=True, autoincrement=False
    )
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id"), primary_key=True, autoincrement=False
    )
    roles: Mapped[str]  # role names, comma between; "" once they left the clinic
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    covered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    __table_args__ = (Index("ix_membership_staff_id", "staff_id"),)


class StaffSession(Base):
    """A session; the cookie holds a random token, the table its hash.

    It is whole once `proved_at` says when the second factor was given (in the demo, the password).
    """

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str]
    notices: Mapped[str] = mapped_column(default="[]")
    proved_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    agent: Mapped[str | None]  # what the browser calls itself
    challenge: Mapped[str | None]  # what a passkey must sign next, once
    form: Mapped[str | None] = mapped_column(index=True)  # the long form that is open, by its ids
    form_since: Mapped[datetime | None]


class SignInAttempt(Base):
    """A failed sign-in, counted per account and per address, across workers and restarts."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, default=new_id
    )
    key: Mapped[str] = mapped_column(FOLDED)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_sign_in_attempt_key_at", "key", "at"),)
