"""Which second factors a person holds: never the secrets, but for the check of a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from tracker.models import Authenticator, Passkey, RecoveryCode, db


@dataclass(frozen=True, slots=True)
class HeldPasskey:
    """One passkey, as its owner sees it."""

    id: int
    name: str
    credential_id: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """The second factors of one person; recovery codes alone are none."""

    authenticator_since: datetime | None
    passkeys: tuple[HeldPasskey, ...]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether the person can give a second factor at all."""
        return self.authenticator_since is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        """How many factors stand on their own."""
        return len(self.passkeys) + (self.authenticator_since is not None)


def held_by(staff_id: int) -> Held:
    """Give the second factors of a person."""
    keys = db.session.scalars(
        select(Passkey).where(Passkey.staff_id == staff_id).order_by(Passkey.added_at, Passkey.id)
    )
    codes = db.session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    )
    return Held(
        authenticator_since=db.session.scalar(
            select(Authenticator.added_at).where(Authenticator.staff_id == staff_id)
        ),
        passkeys=tuple(
            HeldPasskey(k.id, k.name, k.credential_id, k.added_at, k.used_at) for k in keys
        ),
        codes_left=codes or 0,
    )


def authenticator_of(staff_id: int) -> str | None:
    """Give the sealed secret of a person's authenticator, or None."""
    return db.session.scalar(select(Authenticator.secret).where(Authenticator.staff_id == staff_id))


def code_hash(staff_id: int, selector: str) -> str | None:
    """Give the hash of the unused recovery code that begins so, or None."""
    return db.session.scalar(
        select(RecoveryCode.code_hash).where(
            RecoveryCode.staff_id == staff_id,
            RecoveryCode.selector == selector,
            RecoveryCode.used_at.is_(None),
        )
    )


def passkey_of(staff_id: int, credential_id: str) -> Passkey | None:
    """Give a passkey of this person by the id that the browser named, or None."""
    return db.session.scalar(
        select(Passkey).where(Passkey.staff_id == staff_id, Passkey.credential_id == credential_id)
    )
