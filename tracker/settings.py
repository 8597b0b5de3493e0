"""Where the configuration comes from: the environment, then `instance/`, then safe defaults.

No variable is required. The keys (of forms, of the history, of second factors) are made on the
first start, readable by the owner alone; outside the demo the application refuses to start with a
weak secret.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from tracker.database import REPORTS, url_for

SHORTEST_SECRET = 32
_KNOWN = frozenset({"changeme", "change-me", "secret", "dev", "password", "tracker"})


class Refused(RuntimeError):
    """Raised when the application must not start; the message says what to do."""


def settings(instance: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Give the Flask configuration for this instance folder and environment.

    Reads DATABASE_URL, DATABASE_POOLER, REPORTS_DATABASE_URL, SECRET_KEY (or SECRET_KEY_FILE),
    TRACKER_DEMO and TRACKER_HTTPS. Raises Refused for a weak secret, an instance folder that
    others can read, or a demo database that is not the demo's own file.
    """
    demo = environment.get("TRACKER_DEMO", "") == "1"
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not demo:
        _refuse_open_folder(instance)
    name = "demo.sqlite3" if demo else "tracker.sqlite3"
    database = environment.get("DATABASE_URL", "")
    if demo and database:
        raise Refused("The demo uses its own database. Unset DATABASE_URL or TRACKER_DEMO.")
    reports = environment.get("REPORTS_DATABASE_URL", "")
    https = environment.get("TRACKER_HTTPS", "0" if demo else "1") == "1"
    return {
        "DEMO": demo,
        "SECRET_KEY": _secret(instance, environment, demo=demo),
        "AUDIT_KEY": _key_file(instance / ("demo-audit.key" if demo else "audit.key")).encode(),
        "FACTORS_KEY": _key_file(
            instance / ("demo-factors.key" if demo else "factors.key")
        ).encode(),
        "SQLALCHEMY_DATABASE_URI": url_for(database) or f"sqlite:///{instance / name}",
        "SQLALCHEMY_BINDS": {REPORTS: url_for(reports)} if reports else {},
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(environment),
        "HTTPS": https,
        "SESSION_COOKIE_NAME": "__Host-form" if https else "form",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "TRUSTED_PROXIES": int(environment.get("TRACKER_TRUSTED_PROXIES", "0")),
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # the token ends with the session, not in mid-form
        "WTF_CSRF_CHECK_DEFAULT": False,  # the guard checks it, once and centrally
        "SIGN_IN_LIFETIME": timedelta(hours=12),
        "FONTS": instance / "fonts",
        "CATALOGUE": instance / "catalogue",
        "HASH_MEMORY_KIB": 46 * 1024,
    }


def _engine_options(environment: Mapping[str, str]) -> dict[str, Any]:
    """Give what the driver must know of a pooler that lends a connection for one transaction.

    A statement that one connection has prepared is not there on the next one (psycopg prepares
    what it sends for the fifth time).
    """
    if environment.get("DATABASE_POOLER", "") != "transaction":
        return {}
    return {"connect_args": {"prepare_threshold": None}}


def _secret(instance: Path, environment: Mapping[str, str], *, demo: bool) -> str:
    named = environment.get("SECRET_KEY_FILE", "")
    given = environment.get("SECRET_KEY", "") or (Path(named).read_text().strip() if named else "")
    secret = given or _key_file(instance / ("demo-secret.key" if demo else "secret.key"))
    why = why_weak(secret)
    if why and not demo:
        raise Refused(f"The secret key is {why}. Remove it, and a good one is made in instance/.")
    return secret


def why_weak(secret: str) -> str | None:
    """Say why a secret key is too weak to start with, or None when it will do."""
    if len(secret) < SHORTEST_SECRET:
        return f"shorter than {SHORTEST_SECRET} characters"
    if any(known * (len(secret) // len(known)) == secret for known in _KNOWN):
        return "a well-known word"
    if len(set(secret)) < 8:
        return "made of too few different characters"
    return None


def _key_file(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _refuse_open_folder(instance: Path) -> None:
    if instance.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH):
        raise Refused(f"Others can read {instance.name}/. Run: chmod o-rwx {instance.name}")
