"""The application's log: one JSON object a line, without anything about a patient.

A line names the page by its route and the person by their id. An address, a name, a date of birth
or a typed word never reaches it; JSON keeps a line break that somebody typed from forging a line.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request

REQUESTS = "tracker.requests"
_SAFE = ("method", "route", "status", "ms", "clinic", "by")


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON; of a fault, its kind and place and no values."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _SAFE if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=True)


def to_json(stream: logging.StreamHandler) -> None:  # type: ignore[type-arg]  # any stream will do
    """Send everything that is logged to one handler, as lines of JSON."""
    stream.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [stream]
    root.setLevel(logging.INFO)
    for name in ("gunicorn.error", "tracker", REQUESTS):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    logging.getLogger(REQUESTS).setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # /readyz asks it every few seconds


def install(app: Flask) -> None:
    """Log every request but those for static files, once its answer is known."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    log = logging.getLogger(REQUESTS)
    if request.endpoint != "static" and log.isEnabledFor(logging.INFO):
        signed_in, clinic = g.get("signed_in"), g.get("clinic")
        began = g.get("began", time.perf_counter())
        log.info(
            "request",
            extra={
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else "none",
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
                "clinic": clinic.id if clinic else None,
                "by": signed_in.actor.staff_id if signed_in else None,
            },
        )
    return response
