"""What holds at every address: reading changes nothing, each answer has its headers, no log names
anybody, and nothing about a patient stands in an address."""

from __future__ import annotations

import ast
import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

import tracker
from tests.harness.application import create, migrate
from tests.harness.cast import Cast
from tests.harness.databases import SqliteDatabase
from tests.harness.visitor import Visitor
from tests.test_routes import ROLES, ask, behind_the_guard, cast, doors
from tracker import logs
from tracker.models import Base, Event, Membership, Patient, SignInAttempt, db

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


def test_who_one_is_and_where_a_row_belongs_cannot_be_sent_along(
    app: Flask, cast: Cast, bo: Visitor
) -> None:
    patient_id = cast.ids["patient_id"]
    address = f"/c/{cast.hillside}/patients/{patient_id}/edit"
    form = bo.get(address).form("/edit")
    kept = ("clinic_id", "id", "merged_into_id", "seq", "registered_at", "name_folded")

    def row() -> tuple[object, ...]:
        with app.app_context():
            found = db.session.get_one(Patient, (cast.hillside, patient_id))
            return tuple(getattr(found, name) for name in kept)

    before = row()
    extra = {
        "clinic_id": str(cast.prairie), "id": "1", "patient_id": "1", "merged_into_id": "1",
        "registered_at": "2001-01-01", "by": str(cast["dee"].staff_id), "recorded_by": "1",
        "roles": "admin", "role": "admin", "name_folded": "x",
    }  # fmt: skip
    for name, value in extra.items():
        form.fields.setlist(name, [value])
    form.submit(goal="Dance")
    after = row()
    assert after[:3] == before[:3] and after[4:] == before[4:] and after[3] != before[3]
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.act == "patient.edit")).one()
        assert event.by_id == cast["bo"].staff_id
        assert db.session.get_one(Membership, (cast.hillside, cast["bo"].staff_id)).roles == "nurse"


@pytest.mark.parametrize(
    ("proxies", "sent", "seen"),
    [
        ("0", "198.51.100.7", "127.0.0.1"),  # nobody is trusted: a made-up header is worth nothing
        ("1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("2", "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        ("2", "192.0.2.1, 198.51.100.7, 203.0.113.9", "198.51.100.7"),
    ],
)
def test_the_address_counted_is_the_one_that_the_own_proxies_wrote(
    tmp_path: Path, proxies: str, sent: str, seen: str
) -> None:
    behind = create(
        tmp_path / "instance", SqliteDatabase(tmp_path).url, TRACKER_TRUSTED_PROXIES=proxies
    )
    migrate(behind)
    http = behind.test_client()
    page = http.get("/sign-in").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    typed = {"csrf_token": token, "username": "nobody", "password": "wrong-wrong-wrong"}
    assert http.post("/sign-in", data=typed, headers={"X-Forwarded-For": sent}).status_code == 422
    with behind.app_context():
        keys = set(db.session.scalars(select(SignInAttempt.key)))
        db.engine.dispose()
    assert f"address:{seen}" in keys


# Names of the house's own tables and nothing that anybody typed.
_OWN_WORDS = {
    "database.py",
    "backups/copies.py",
    "charts/ranges.py",  # words of our lists and numbers of our own, never a request's
    "models/protection.py",
    "records/retention.py",
    "records/audit.py",
}


def test_no_sql_is_built_from_text() -> None:
    root = Path(tracker.__file__).parent
    wrong = []
    for path in root.glob("**/*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        makes_sql = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
            for alias in node.names
            if alias.name in ("text", "literal_column", "TextClause")
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            built = isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
            loose = name in makes_sql and not isinstance(node.args[0], ast.Constant)
            if loose or (built and method in ("execute", "exec_driver_sql", "scalars", "scalar")):
                where = str(path.relative_to(root))
                if where not in _OWN_WORDS:
                    wrong.append(f"{where}:{node.lineno}")
    assert wrong == []
