"""Second factors of the people who sign in, and forms that a locked screen held back.

Rows here change in place and are no facts: what was done with them stands in the history. Secrets
are sealed with a key from the instance folder before they come here (see `tracker.factors`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, new_id


class Authenticator(Base):
    """A person's authenticator app: its sealed secret, and the last time step it was used in."""

    __tablename__ = "authenticator"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id"), primary_key=True, autoincrement=False
    )
    secret: Mapped[str]
    last_step: Mapped[int]
    added_at: Mapped[datetime]


class Passkey(Base):
    """A passkey of a person: only its public half."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, default=new_id
    )
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    name: Mapped[str]
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One code for the day the phone is gone: its first letters, to find it by, and its hash."""

    __tablename__ = "recovery_code"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id"), primary_key=True, autoincrement=False
    )
    selector: Mapped[str] = mapped_column(String(8), primary_key=True)
    code_hash: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KeptForm(Base):
    """What a person had typed when their screen was locked: for them alone, for a day.

    `address` is where a form was sent that arrived too late; "" for a page that the lock cleared.
    """

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, default=new_id
    )
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    path: Mapped[str]
    address: Mapped[str]
    act: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]
