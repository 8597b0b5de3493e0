"""Sign-in: passwords, server-side sessions, the throttle, and messages kept with the session.

The cookie holds a random token and nothing else; the table holds its hash. Nothing about a
patient is ever put into a cookie.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import Flask, current_app, g, request, session
from sqlalchemy import func, select, update
from werkzeug.wrappers import Response

from tracker.models import (
    Clinic,
    Membership,
    SignInAttempt,
    Staff,
    StaffSession,
    begin_writing,
    db,
    utc_now,
)
from tracker.names import fold
from tracker.policy import Actor, Role
from tracker.records import staff as staff_records

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
TRIES = {"account": 5, "address": 20}
WINDOW = timedelta(minutes=15)
SEEN_EVERY = timedelta(seconds=20)
_NOBODY = (
    "$argon2id$v=19$m=47104,t=1,p=1$Y2xpbmljY2xpbmlj$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a request, and the session they came with."""

    actor: Actor
    token_hash: str
    must_change_password: bool
    last_seen_at: datetime


def install(app: Flask) -> None:
    """Give the application its password hasher."""
    app.extensions["hasher"] = PasswordHasher(
        time_cost=1, memory_cost=app.config["HASH_MEMORY_KIB"], parallelism=1
    )


def hasher() -> PasswordHasher:
    """Give the application's argon2id hasher."""
    found: PasswordHasher = current_app.extensions["hasher"]
    return found


def why_not_password(password: str, username: str) -> str | None:
    """Say why a password will not do, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} characters. A few words in a row are fine."
    if len(password) > LONGEST_PASSWORD:
        return f"Use at most {LONGEST_PASSWORD} characters."
    if len(set(password)) < 5 or fold(username) == fold(password):
        return "This password is easy to guess. Use a few words that do not belong together."
    return None


def matches(staff: Staff | None, password: str) -> bool:
    """Tell whether a password is this person's; takes as long for a person who does not exist."""
    try:
        hasher().verify(staff.password_hash if staff else _NOBODY, password)
    except (Argon2Error, InvalidHashError):
        return False
    return staff is not None


def throttled(username: str, address: str) -> bool:
    """Tell whether sign-in must wait, from the failures of the last 15 minutes in the database."""
    since = utc_now() - WINDOW
    for key, tries in _keys(username, address):
        count = db.session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.key == key, SignInAttempt.at > since)
        )
        if (count or 0) >= tries:
            return True
    return False


def _keys(username: str, address: str) -> tuple[tuple[str, int], ...]:
    return (
        (f"account:{fold(username)[:200]}", TRIES["account"]),
        (f"address:{address}", TRIES["address"]),
    )


def sign_in(username: str, password: str, address: str) -> tuple[str, Staff] | None:
    """Start a session and give its token, or None; failures are counted and recorded."""
    staff = db.session.scalar(select(Staff).where(Staff.username == fold(username)))
    if not matches(staff, password) or staff is None or staff.disabled_at is not None:
        count_failure(username, address)
        return None
    token = secrets.token_urlsafe(32)
    rehash = hasher().hash(password) if hasher().check_needs_rehash(staff.password_hash) else None
    staff_records.sign_in(
        staff=staff, token_hash=hash_of(token), address=address, rehashed=rehash,
        clear=f"account:{fold(username)[:200]}",
    )  # fmt: skip
    return token, staff


def count_failure(username: str, address: str) -> None:
    """Count a wrong password given at re-entry like one given at sign-in."""
    staff_records.sign_in_failed(keys=[k for k, _ in _keys(username, address)])


def hash_of(token: str) -> str:
    """Give the hash under which a session is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name() -> str:
    """Give the session cookie's name; the host prefix needs HTTPS."""
    return "__Host-session" if current_app.config["HTTPS"] else "session"


def give_cookie(response: Response, token: str) -> None:
    """Put the token into the browser, for this host alone and out of scripts' reach."""
    response.set_cookie(
        cookie_name(),
        token,
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: Response) -> None:
    """Take the token out of the browser."""
    response.delete_cookie(
        cookie_name(), secure=current_app.config["HTTPS"], httponly=True, samesite="Lax", path="/"
    )


def who() -> SignedIn | None:
    """Give the person behind this request, or None; ends a session that was idle too long."""
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    found = db.session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == hash_of(token), StaffSession.ended_at.is_(None))
    ).first()
    if found is None:
        return None
    row, staff = found
    now = utc_now()
    clinics = memberships(staff.id)
    if (
        staff.disabled_at is not None
        or now - row.last_seen_at > idle_limit(clinics)
        or now - row.started_at > current_app.config["SIGN_IN_LIFETIME"]
    ):
        end_session(row.token_hash)
        return None
    actor = Actor(staff.id, staff.name, {c: r for c, (r, _) in clinics.items()})
    return SignedIn(actor, row.token_hash, staff.must_change_password, row.last_seen_at)


def memberships(staff_id: int) -> dict[int, tuple[frozenset[Role], int]]:
    """Give the clinics of a person: the roles held there and the clinic's idle minutes."""
    rows = db.session.execute(
        select(Membership.clinic_id, Membership.roles, Clinic.idle_minutes)
        .join(Clinic, Clinic.id == Membership.clinic_id)
        .where(Membership.staff_id == staff_id, Membership.roles != "")
    )
    return {c: (frozenset(Role(r) for r in roles.split(",")), idle) for c, roles, idle in rows}


def idle_limit(clinics: dict[int, tuple[frozenset[Role], int]]) -> timedelta:
    """Give how long this person may be idle: the strictest of their clinics decides."""
    return timedelta(minutes=min((idle for _, idle in clinics.values()), default=15))


def seen(who: SignedIn) -> None:
    """Note that the person is at work; the page's own polling does not call this."""
    if utc_now() - who.last_seen_at < SEEN_EVERY:
        return
    begin_writing().execute(
        update(StaffSession)
        .where(StaffSession.token_hash == who.token_hash)
        .values(last_seen_at=utc_now())
    )
    db.session.commit()


def end_session(token_hash: str) -> None:
    """End one session for good."""
    begin_writing().execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash)
        .values(ended_at=utc_now(), notices="[]")
    )
    db.session.commit()


def fresh_forms() -> None:
    """Forget the form token, so that a token from before sign-in is worth nothing after it."""
    session.clear()


def say(message: str) -> None:
    """Keep a message for the person's next page; it stays on the server."""
    row = begin_writing().get(StaffSession, g.signed_in.token_hash)
    if row is not None:
        row.notices = json.dumps([*json.loads(row.notices), message], ensure_ascii=False)
        db.session.commit()


def heard() -> list[str]:
    """Give the messages that wait for this page, once."""
    signed_in = g.get("signed_in")
    row = db.session.get(StaffSession, signed_in.token_hash) if signed_in else None
    if row is None or row.notices == "[]":
        return []
    messages: list[str] = json.loads(row.notices)
    begin_writing()
    row.notices = "[]"
    db.session.commit()
    return messages
