"""Acts about sessions: signing in, in one step or two, out again, and what went wrong at it.

A session changes in place and is no fact; each way in or out is one event of the history.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, update

from tracker.models import (
    SignInAttempt,
    Staff,
    StaffSession,
    begin_writing,
    db,
    new_id,
    utc_now,
)
from tracker.policy import SIGN_IN_PAGE, Actor
from tracker.records.acts import INSTALLATION, act

LONGEST_AGENT = 200


def begin_half(*, staff_id: int, token_hash: str, address: str, agent: str) -> None:
    """Start a session that knows the password and waits for the second factor: no event yet."""
    session = begin_writing()
    session.add(_session(staff_id, token_hash, address, agent, utc_now(), proved_at=None))
    session.commit()


def sign_in(
    *, by: Actor, token_hash: str, address: str, agent: str, how: str, clear: Iterable[str],
    instead_of: str = "",
) -> None:  # fmt: skip
    """Start a whole session and forget the failures of the account (`clear`).

    `how` names the second factor; `instead_of` is the session that it takes the place of.
    """
    with act("sign_in.done", by=by, clinic_id=INSTALLATION, how=how) as entry:
        if by.staff_id is None:
            raise ValueError("only a person signs in")
        db.session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_(tuple(clear))))
        end(StaffSession.token_hash == instead_of, entry.at)
        db.session.add(
            _session(by.staff_id, token_hash, address, agent, entry.at, proved_at=entry.at)
        )


def confirm(*, by: Actor, token_hash: str, new_hash: str, clear: Iterable[str]) -> None:
    """Note that the person has just shown again who they are; the session gets a new token."""
    with act("sign_in.confirmed", by=by, clinic_id=INSTALLATION) as entry:
        db.session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_(tuple(clear))))
        db.session.execute(
            update(StaffSession)
            .where(StaffSession.token_hash == token_hash)
            .values(token_hash=new_hash, proved_at=entry.at, last_seen_at=entry.at, challenge=None)
        )


def lock(*, token_hash: str) -> None:
    """Lock a session: it opens nothing until the person types the password again."""
    begin_writing().execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash, StaffSession.locked_at.is_(None))
        .values(locked_at=utc_now(), challenge=None)
    )
    db.session.commit()


def unlock(*, by: Actor, token_hash: str, new_hash: str, clear: Iterable[str]) -> None:
    """Unlock a session, under a new token."""
    with act("sign_in.unlocked", by=by, clinic_id=INSTALLATION) as entry:
        db.session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_(tuple(clear))))
        db.session.execute(
            update(StaffSession)
            .where(StaffSession.token_hash == token_hash)
            .values(token_hash=new_hash, locked_at=None, last_seen_at=entry.at)
        )


def rehash(*, staff_id: int, password_hash: str) -> None:
    """Keep a password's hash that was made anew with the present settings."""
    session = begin_writing()
    session.get_one(Staff, staff_id).password_hash = password_hash
    session.commit()


def failed(
    *, keys: Iterable[str], by: Actor = SIGN_IN_PAGE, account: tuple[int, str] | None = None
) -> None:
    """Count a failed sign-in for its account and its address.

    `by` is the person once the password was right and the second factor was not. `account` is the
    id and name of the person whose user name was typed, where there is one; a name that nobody has
    is not kept, since it may be a password in the wrong box.
    """
    name = "sign_in.failed" if by is SIGN_IN_PAGE else "sign_in.second_failed"
    about = {}
    if by is SIGN_IN_PAGE and account is not None:
        name, about = "sign_in.wrong_password", {"who": account[1]}
        by = Actor(account[0], SIGN_IN_PAGE.name, {})
    with act(name, by=by, clinic_id=INSTALLATION, patient_id=None, **about) as entry:
        for key in keys:
            db.session.add(SignInAttempt(id=new_id(), key=key, at=entry.at))


def sign_out(*, by: Actor, token_hash: str) -> None:
    """End the person's own session."""
    with act("self.sign_out", by=by, clinic_id=home(by)) as entry:
        end(StaffSession.token_hash == token_hash, entry.at)


def end_others(*, by: Actor, keep: str, only: str = "") -> None:
    """End the person's other sessions, or `only` the one whose hash begins so."""
    which = (StaffSession.staff_id == by.staff_id) & (StaffSession.token_hash != keep)
    if only:
        which &= StaffSession.token_hash.startswith(only, autoescape=True)
    with act("self.sessions", by=by, clinic_id=home(by)) as entry:
        end(which, entry.at)


def note(*, token_hash: str, **values: str | None) -> None:
    """Keep in a session what the next step of setting up or giving a factor needs."""
    begin_writing().execute(
        update(StaffSession).where(StaffSession.token_hash == token_hash).values(**values)
    )
    db.session.commit()


def has_open(*, token_hash: str, form: str | None) -> None:
    """Note which long form a session has open now, None for none: others who open it are told."""
    begin_writing().execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash)
        .values(form=form, form_since=utc_now() if form else None)
    )
    db.session.commit()


def take_challenge(*, token_hash: str) -> str | None:
    """Give the challenge that a passkey was to sign, and forget it: it is good for one try."""
    session = begin_writing()
    row = session.get(StaffSession, token_hash, populate_existing=True, with_for_update=True)
    found = row.challenge if row else None
    if row is not None:
        row.challenge = None
    session.commit()
    return found


def end_sessions(staff_id: int, but: str = "") -> None:
    """End every session of a person but one, inside the act under way."""
    end((StaffSession.staff_id == staff_id) & (StaffSession.token_hash != but), utc_now())


def end(which: object, at: datetime) -> None:
    """End the sessions that a condition chooses, inside the act under way."""
    db.session.execute(
        update(StaffSession)
        .where(which, StaffSession.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=at, notices="[]", challenge=None)
    )


def home(by: Actor) -> int:
    """Give the clinic in whose history a person's own acts stand."""
    return min(by.clinics, default=INSTALLATION)


def _session(
    staff_id: int, token_hash: str, address: str, agent: str, at: datetime,
    proved_at: datetime | None,
) -> StaffSession:  # fmt: skip
    return StaffSession(
        token_hash=token_hash,
        staff_id=staff_id,
        started_at=at,
        last_seen_at=at,
        address=address,
        agent=agent[:LONGEST_AGENT],
        proved_at=proved_at,
    )
