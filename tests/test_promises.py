"""What holds at every address: reading changes nothing, each answer has its headers, no log names
anybody, and nothing about a patient stands in an address."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tests.test_routes import ROLES, ask, behind_the_guard, cast, doors
from tracker import logs
from tracker.models import Base, db

__all__ = ["cast"]  # the cast with one of everything, as the routes' test has it

CANARIES = ("Rivera", "Maria", "1961", "004512", "555-0177", "grandson")
# A read may leave a line in the read log and say when the person was last seen; a message is heard
# once; and who is refused leaves an event.
MAY_CHANGE = {"read_log", "staff_session"}
OF_A_REFUSAL = {"event", "event_head", "read_seal"}


def state(app: Flask) -> dict[str, str]:
    """Give a checksum of every table."""
    found = {}
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            rows = db.session.execute(select(table)).all()
            lines = sorted(repr(tuple(row)) for row in rows)
            found[table.name] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        db.session.rollback()
    return found


@pytest.mark.parametrize("who", ROLES)
def test_reading_changes_nothing(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor], who: str,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    visitor = sign_in(who)
    visitor.get("/account")
    reads = [(act, path) for act, method, path in behind_the_guard(app, cast) if method == "GET"]
    before = state(app)
    clock.shift(120)
    refused = sum(ask(visitor, "GET", path) in (403, 404) for _, path in reads)
    after = state(app)
    assert len(reads) > 60 and refused
    changed = {name for name in before if before[name] != after[name]}
    assert changed - MAY_CHANGE <= OF_A_REFUSAL
    with app.app_context():
        told = set(db.session.scalars(text("SELECT act FROM event WHERE act LIKE 'refused.%'")))
    assert told <= {"refused.act", "refused.address", "refused.more"}


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
DIRECTIVES = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    "object-src 'none'", "font-src 'self'",
}  # fmt: skip


def test_every_answer_has_its_headers_faults_included(
    app: Flask, cast: Cast, amara: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    amara.get("/account")
    app.config["HTTPS"] = False  # the cookie was given without it
    app.config["PROPAGATE_EXCEPTIONS"] = False
    broken = app.view_functions["help.show"]
    monkeypatch.setitem(app.view_functions, "help.show", _breaks(broken))
    asked = [(method, path) for _, method, path in doors(app, cast) if "/sign-out" not in path]
    asked += [("GET", "/no/such/page"), ("PUT", "/account"), ("POST", "/sign-in")]
    statuses, wrong = set(), []
    for method, path in asked:
        answer = amara.http.open(path, method=method)
        statuses.add(answer.status_code)
        lacking = {n for n, v in HEADERS.items() if answer.headers.get(n) != v} - {
            "Strict-Transport-Security"
        }
        policy = set(answer.headers["Content-Security-Policy"].split("; "))
        stored = answer.headers.get("Cache-Control", "")
        if lacking or policy != DIRECTIVES or ("no-store" not in stored and "/static/" not in path):
            wrong.append(f"{method} {path} {answer.status_code} {lacking} {policy ^ DIRECTIVES}")
        if "Server" in answer.headers or "X-Powered-By" in answer.headers:
            wrong.append(f"{method} {path} names its server")
    assert wrong == []
    assert {200, 303, 400, 403, 404, 405, 500} <= statuses
    app.config["HTTPS"] = True
    for path in ("/sign-in", "/no/such/page", "/static/page.css"):
        secure = app.test_client().get(path).headers
        assert secure["Strict-Transport-Security"] == HEADERS["Strict-Transport-Security"]


def _breaks(view: object) -> Callable[..., str]:
    def broken(**_values: object) -> str:
        raise RuntimeError("Rivera, Maria 1961")

    broken.act = view.act  # type: ignore[attr-defined]  # a view carries its act
    return broken


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Everything that any logger writes, as text, down to its debug lines."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    names = ("", "tracker", logs.REQUESTS, "sqlalchemy", "werkzeug", "gunicorn.error")
    kept = [(logging.getLogger(n), logging.getLogger(n).level) for n in names]
    root.addHandler(handler)
    for one, _ in kept:
        one.setLevel(logging.INFO if one.name in ("sqlalchemy",) else logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)  # as it is outside of a test
    yield written
    root.removeHandler(handler)
    for one, level in kept:
        one.setLevel(level)


def test_no_log_names_anybody(
    app: Flask, cast: Cast, amara: Visitor, logged: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(
        app.view_functions, "history.show", _breaks(app.view_functions["history.show"])
    )
    amara.get("/account")
    base = f"/c/{cast.hillside}/patients"
    amara.post(base, {"q": "Rivera, Maria 1961"}, status=200)
    amara.post(base, {"q": "TEST-004512"}, status=303)
    for _, method, path in behind_the_guard(app, cast):
        if "/sign-out" not in path:
            ask(amara, method, path)
    said = logged.getvalue()
    assert "fault at history.show: RuntimeError" in said
    assert [word for word in (*CANARIES, "lantern-moss") if word in said] == []
