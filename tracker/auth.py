"""Sign-in: passwords, server-side sessions, the throttle, and messages kept with the session.

A session is half until the second factor was given, and a half session opens nothing but the page
that asks for it. In the demo there is no second factor, and the password makes a session whole.

The cookie holds a random token and nothing else; the table holds its hash. Nothing about a
patient is ever put into a cookie.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import Flask, current_app, g, request, session
from sqlalchemy import func, select, update
from werkzeug.wrappers import Response

from tracker import factors
from tracker.bilingual import KEPT_AS
from tracker.charts import factors as factor_chart
from tracker.charts import sessions as session_chart
from tracker.languages import kept, read, said
from tracker.models import (
    SignInAttempt,
    Staff,
    StaffSession,
    begin_writing,
    db,
    utc_now,
)
from tracker.names import fold
from tracker.policy import Actor
from tracker.records import factors as factor_records
from tracker.records import sessions as session_records

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
TRIES = {"account": 5, "address": 20}
WINDOW = timedelta(minutes=15)
FACTOR_TRIES = 20  # of a second factor, beside those of the account, in a longer window:
FACTOR_WINDOW = timedelta(hours=24)  # six digits give way to patience
HALF_LIFETIME = timedelta(minutes=10)
KNOWN_FOR = timedelta(hours=24)  # past its end: a form sent late is kept for its owner
FRESH_FOR = timedelta(minutes=10)
SEEN_EVERY = timedelta(seconds=20)
_NOBODY = (
    "$argon2id$v=19$m=47104,t=1,p=1$Y2xpbmljY2xpbmlj$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


class Stage(Enum):
    """How far a session is."""

    HALF = auto()  # the password was right; the second factor is awaited
    WHOLE = auto()
    LOCKED = auto()  # whole, but left alone too long: the password opens it again
    OVER = auto()  # too old for anything but keeping what was typed


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a request, and the session they came with."""

    actor: Actor
    clinics: Mapping[int, Any]  # those where the actor has a role, by id, as they are now
    username: str
    token_hash: str
    must_change_password: bool
    last_seen_at: datetime
    proved_at: datetime | None  # when they last showed all that they must show
    stage: Stage
    idle_limit: timedelta = timedelta(minutes=15)
    has_notices: bool = False
    form: str | None = None  # the long form that is open in it: see `views.presence`
    language: str | None = None  # their choice; None: as their browser asks

    @property
    def is_fresh(self) -> bool:
        """Whether they showed it lately enough for an act that is dangerous in wrong hands."""
        return self.proved_at is not None and utc_now() - self.proved_at <= FRESH_FOR


def second_factor_required() -> bool:
    """Tell whether a password alone opens nothing: everywhere but in the demo."""
    return not current_app.config["DEMO"]


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
        return said(
            "Use at least {n} characters. A few words in a row are fine.", n=SHORTEST_PASSWORD
        )
    if len(password) > LONGEST_PASSWORD:
        return said("Use at most {n} characters.", n=LONGEST_PASSWORD)
    if len(set(password)) < 5 or fold(username) == fold(password):
        return said("This password is easy to guess. Use a few words that do not belong together.")
    if factors.is_common(password):
        return said("This password is among those that everybody tries first. Use a few words.")
    return None


def matches(staff: Staff | None, password: str) -> bool:
    """Tell whether a password is this person's; takes as long for a person who does not exist."""
    try:
        hasher().verify(staff.password_hash if staff else _NOBODY, password)
    except (Argon2Error, InvalidHashError):
        return False
    return staff is not None


def throttled(username: str, address: str, *, factor: bool = False) -> bool:
    """Tell whether sign-in must wait, from the failures in the database.

    `factor` asks for the second factor's own limit as well.
    """
    limits = [(key, tries, WINDOW) for key, tries in _keys(username, address)]
    if factor:
        limits.append((_factor_key(username), FACTOR_TRIES, FACTOR_WINDOW))
    for key, tries, window in limits:
        count = db.session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.key == key, SignInAttempt.at > utc_now() - window)
        )
        if (count or 0) >= tries:
            return True
    return False


def _keys(username: str, address: str) -> tuple[tuple[str, int], ...]:
    return (
        (f"account:{fold(username)[:200]}", TRIES["account"]),
        (f"address:{address}", TRIES["address"]),
    )


def _factor_key(username: str) -> str:
    return f"factor:{fold(username)[:200]}"


def forgiven(username: str) -> tuple[str, str]:
    """Give the keys of the throttle that a complete sign-in clears."""
    return f"account:{fold(username)[:200]}", _factor_key(username)


def sign_in(username: str, password: str, address: str) -> tuple[str, Staff] | None:
    """Start a session and give its token, or None; failures are counted and recorded.

    Where a second factor is required, the session is half.
    """
    staff = db.session.scalar(select(Staff).where(Staff.username == fold(username)))
    if not matches(staff, password) or staff is None or staff.disabled_at is not None:
        count_failure(username, address)
        return None
    if hasher().check_needs_rehash(staff.password_hash):
        session_records.rehash(staff_id=staff.id, password_hash=hasher().hash(password))
    token = secrets.token_urlsafe(32)
    if second_factor_required():
        session_records.begin_half(
            staff_id=staff.id, token_hash=hash_of(token), address=address, agent=agent()
        )
    else:
        session_records.sign_in(
            by=Actor(staff.id, staff.name, {}), token_hash=hash_of(token), address=address,
            agent=agent(), how="password alone, in the demo", clear=forgiven(username),
        )  # fmt: skip
    return token, staff


def make_whole(half: SignedIn, address: str, how: str) -> str:
    """Put a whole session in the place of a half one and give its new token."""
    token = secrets.token_urlsafe(32)
    session_records.sign_in(
        by=half.actor, token_hash=hash_of(token), address=address, agent=agent(), how=how,
        clear=forgiven(half.username), instead_of=half.token_hash,
    )  # fmt: skip
    return token


def confirm(signed_in: SignedIn) -> str:
    """Make the session fresh and give its new token."""
    token = secrets.token_urlsafe(32)
    session_records.confirm(
        by=signed_in.actor, token_hash=signed_in.token_hash, new_hash=hash_of(token),
        clear=forgiven(signed_in.username),
    )  # fmt: skip
    return token


def lock(who: SignedIn) -> None:
    """Lock the person's session."""
    session_records.lock(token_hash=who.token_hash)


def unlock(locked: SignedIn) -> str:
    """Unlock the session and give its new token."""
    token = secrets.token_urlsafe(32)
    session_records.unlock(
        by=locked.actor, token_hash=locked.token_hash, new_hash=hash_of(token),
        clear=[f"account:{fold(locked.username)[:200]}"],
    )  # fmt: skip
    return token


def accepts_code(who: SignedIn, typed: str) -> str | None:
    """Use up a code of the person's authenticator or a recovery code; tell which it was, or None.

    A code is good once. Failures are for the caller to count.
    """
    staff_id = who.actor.staff_id or 0
    sealed = factor_chart.authenticator_of(staff_id)
    if sealed is not None:
        try:
            step = factors.step_of(factors.unseal(sealed, owner=staff_id), typed, utc_now())
        except factors.Unreadable:
            current_app.logger.error("factors.key does not open an authenticator's secret")
            step = None
        if step is not None and factor_records.use_step(staff_id=staff_id, step=step):
            return "authenticator app"
    selector = factors.selector(typed)
    kept = factor_chart.code_hash(staff_id, selector) if len(selector) > 3 else None
    if kept is None or not factors.is_code(typed, kept, hasher()):
        return None
    used = factor_records.use_code(staff_id=staff_id, selector=selector)
    return "recovery code" if used else None


def count_failure(username: str, address: str) -> None:
    """Count a wrong password given at re-entry like one given at sign-in."""
    found = db.session.execute(
        select(Staff.id, Staff.name).where(Staff.username == fold(username))
    ).first()
    account = (found[0], found[1]) if found else None
    session_records.failed(keys=[k for k, _ in _keys(username, address)], account=account)


def count_factor_failure(who: SignedIn, address: str) -> None:
    """Count a wrong second factor for its account, its address and its own limit."""
    keys = [k for k, _ in _keys(who.username, address)]
    session_records.failed(keys=[*keys, _factor_key(who.username)], by=who.actor)


def agent() -> str:
    """Give what the browser calls itself, on one line."""
    return " ".join((request.user_agent.string or "").split())


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
    """Give the person behind this request and how far their session is, or None."""
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    found = session_chart.behind(hash_of(token))
    if found is None:
        return None
    row, clinics = found
    now = utc_now()
    limit = idle_limit(clinics)
    longest = current_app.config["SIGN_IN_LIFETIME"] if row.proved_at else HALF_LIFETIME
    if row.disabled_at is not None or now - row.started_at > longest + KNOWN_FOR:
        end_session(row.token_hash)
        return None
    idle = row.locked_at is not None or now - row.last_seen_at > limit
    if now - row.started_at > longest or (idle and row.proved_at is None):
        stage = Stage.OVER
    elif row.proved_at is None:
        stage = Stage.HALF
    else:
        stage = Stage.LOCKED if idle else Stage.WHOLE
    return SignedIn(
        actor=Actor(row.staff_id, row.name, session_chart.roles_of(clinics)),
        clinics={c: held.clinic for c, held in clinics.items()},
        username=row.username,
        token_hash=row.token_hash,
        must_change_password=row.must_change_password,
        last_seen_at=row.last_seen_at,
        proved_at=row.proved_at,
        stage=stage,
        form=row.form,
        language=row.language,
        idle_limit=limit,
        has_notices=row.notices != "[]",
    )


def idle_limit(clinics: session_chart.Memberships) -> timedelta:
    """Give how long this person may be idle: the strictest of their clinics decides."""
    minutes = (held.clinic.idle_minutes for held in clinics.values())
    return timedelta(minutes=min(minutes, default=15))


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
    language = session.get(KEPT_AS)
    session.clear()
    if language:
        session[KEPT_AS] = language


def tell(message: str) -> None:
    """Keep a message for the person's next page, in whatever language that is read."""
    row = begin_writing().get(StaffSession, g.signed_in.token_hash)
    if row is not None:
        row.notices = json.dumps([*json.loads(row.notices), kept(message)], ensure_ascii=False)
        db.session.commit()


def heard() -> list[str]:
    """Give the messages that wait for this page, once."""
    signed_in = g.get("signed_in")
    if signed_in is None or not signed_in.has_notices:
        return []
    row = db.session.get(StaffSession, signed_in.token_hash)
    if row is None or row.notices == "[]":
        return []
    messages = [read(message) for message in json.loads(row.notices)]
    begin_writing()
    row.notices = "[]"
    db.session.commit()
    return messages
