"""Acts about second factors: adding, using up, taking away. Never a secret in an event."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, func, select, update

from tracker.languages import said
from tracker.models import (
    Authenticator,
    Membership,
    Passkey,
    RecoveryCode,
    Staff,
    begin_writing,
    db,
    utc_now,
)
from tracker.policy import COMMAND, Actor
from tracker.records.acts import act
from tracker.records.sessions import end_sessions, home


class LastFactor(Exception):
    """Raised when a person would take away the only second factor they have."""


def add_authenticator(*, by: Actor, secret: str, step: int) -> None:
    """Give a person an authenticator in place of any before; `secret` arrives sealed.

    `step` is the time step of the code that confirmed it, which is thereby used.
    """
    with act("self.factor_added", by=by, clinic_id=home(by), what="an authenticator app") as entry:
        db.session.execute(delete(Authenticator).where(Authenticator.staff_id == by.staff_id))
        db.session.add(
            Authenticator(
                staff_id=by.staff_id, secret=secret, last_step=step, added_at=entry.at
            )
        )  # fmt: skip


def add_passkey(
    *, by: Actor, name: str, credential_id: str, public_key: str, sign_count: int
) -> None:
    """Give a person one more passkey: the public half of a pair of keys."""
    with act("self.factor_added", by=by, clinic_id=home(by), what=f"the passkey “{name}”") as entry:
        db.session.add(
            Passkey(
                staff_id=by.staff_id,
                name=name,
                credential_id=credential_id,
                public_key=public_key,
                sign_count=sign_count,
                added_at=entry.at,
            )
        )


def remove_authenticator(*, by: Actor) -> None:
    """Take the person's own authenticator away; raises LastFactor."""
    with act("self.factor_removed", by=by, clinic_id=home(by), what="the authenticator app"):
        _keep_one(by)
        db.session.execute(delete(Authenticator).where(Authenticator.staff_id == by.staff_id))


def remove_passkey(*, by: Actor, passkey_id: int) -> None:
    """Take one of the person's own passkeys away; raises LastFactor, and NoResultFound."""
    which = (Passkey.id == passkey_id) & (Passkey.staff_id == by.staff_id)
    name = db.session.scalars(select(Passkey.name).where(which)).one()
    with act("self.factor_removed", by=by, clinic_id=home(by), what=f"the passkey “{name}”"):
        _keep_one(by)
        db.session.execute(delete(Passkey).where(which))


def new_codes(*, by: Actor, hashed: Iterable[tuple[str, str]]) -> None:
    """Replace a person's recovery codes: (first letters, hash) of each; the old ones are void."""
    with act("self.factor_codes", by=by, clinic_id=home(by)) as entry:
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == by.staff_id))
        for selector, code_hash in hashed:
            db.session.add(
                RecoveryCode(
                    staff_id=by.staff_id, selector=selector, code_hash=code_hash, made_at=entry.at
                )
            )


def use_step(*, staff_id: int, step: int) -> bool:
    """Use up a time step of a person's authenticator; False when it was used before.

    Of two tries with one code at the same moment, one succeeds.
    """
    return _changed_one(
        update(Authenticator)
        .where(Authenticator.staff_id == staff_id, Authenticator.last_step < step)
        .values(last_step=step)
    )


def use_code(*, staff_id: int, selector: str) -> bool:
    """Use up a recovery code; False when it was used before."""
    return _changed_one(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff_id,
            RecoveryCode.selector == selector,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=utc_now())
    )


def use_passkey(*, passkey_id: int, sign_count: int) -> None:
    """Note that a passkey was used, and how often it says it was."""
    begin_writing().execute(
        update(Passkey)
        .where(Passkey.id == passkey_id)
        .values(sign_count=sign_count, used_at=utc_now())
    )
    db.session.commit()


def reset(*, by: Actor, clinic_id: int, staff_id: int) -> None:
    """Take away all second factors of a person of the clinic; ends their sessions.

    The password stays. They set a factor up anew when they next sign in. `by=COMMAND` is the
    command on the machine.
    """
    db.session.get_one(Membership, (clinic_id, staff_id))
    name = db.session.get_one(Staff, staff_id).name
    act_name = "install.reset_factor" if by is COMMAND else "staff.reset_factor"
    with act(act_name, by=by, clinic_id=clinic_id, who=name):
        for table in (Authenticator, Passkey, RecoveryCode):
            db.session.execute(delete(table).where(table.staff_id == staff_id))
        end_sessions(staff_id)


def _changed_one(statement: object) -> bool:
    done = begin_writing().execute(statement)  # type: ignore[call-overload]  # an update
    db.session.commit()
    return bool(done.rowcount == 1)


def _keep_one(by: Actor) -> None:
    """Refuse to take away the only factor; two such acts of one person go one by one."""
    db.session.execute(select(Staff.id).where(Staff.id == by.staff_id).with_for_update())
    keys = db.session.scalar(
        select(func.count()).select_from(Passkey).where(Passkey.staff_id == by.staff_id)
    )
    app = db.session.scalar(
        select(func.count()).select_from(Authenticator).where(Authenticator.staff_id == by.staff_id)
    )
    if (keys or 0) + (app or 0) < 2:
        raise LastFactor(said("Add another second factor first."))
