"""Whether the server is alive, and whether it is ready: for the machine, not for people."""

from __future__ import annotations

import ipaddress
import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from tracker import database
from tracker.backups.making import LAST
from tracker.models import db, utc_now
from tracker.policy import does

views = Blueprint("health", __name__)

LEAST_FREE = 200 * 1024 * 1024  # bytes: below this a database soon cannot write


@views.get("/healthz")
@does("open.health")
def alive() -> tuple[str, int]:
    """Say that the server is alive, and nothing more."""
    return "alive\n", 200


@views.get("/readyz")
@does("open.health")
def ready() -> tuple[str | Response, int]:
    """Say whether the server can do its work; the details are for this machine alone.

    The age of the last backup is told and never decides: a late backup must not close the clinic.
    """
    found = _findings()
    code = 200 if all(found[name] for name in ("database", "migrated", "disk")) else 503
    if _from_this_machine():
        return jsonify(found), code
    return ("ready\n" if code == 200 else "not ready\n"), code


def _findings() -> dict[str, Any]:
    instance = Path(current_app.instance_path)
    found: dict[str, Any] = {"database": True, "migrated": False}
    try:
        stands_at, needed = database.heads(db.engine)
        found["migrated"] = stands_at == needed
    except SQLAlchemyError:
        found["database"] = False
    found["disk"] = shutil.disk_usage(instance).free >= LEAST_FREE
    found["last_backup_hours_ago"] = _hours_since_backup(instance)
    return found


def _hours_since_backup(instance: Path) -> float | None:
    try:
        at = datetime.fromisoformat(json.loads((instance / LAST).read_text())["at"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return round((utc_now() - at).total_seconds() / 3600, 1)


def _from_this_machine() -> bool:
    """Tell whether nobody stands behind the caller: a proxy on this machine speaks for others."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    return ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback
