"""For the machine: is it alive, is it ready, what does it log; and what it refuses to start on."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.conftest import NOW
from tests.harness.application import House, create, migrate
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker import logs
from tracker.serving import application
from tracker.settings import Refused


@pytest.fixture
def last_backup(house: House) -> Iterator[Path]:
    path = Path(house.application.instance_path) / "last-backup.json"
    yield path
    path.unlink(missing_ok=True)


def ready(app: Flask, **headers: str) -> tuple[int, Any]:
    answer = app.test_client().get("/readyz", headers=headers)
    return answer.status_code, answer.json if answer.is_json else answer.text


def test_a_server_that_can_work_says_so(app: Flask, last_backup: Path) -> None:
    assert app.test_client().get("/healthz").text == "alive\n"
    assert ready(app) == (
        200,
        {"database": True, "migrated": True, "disk": True, "last_backup_hours_ago": None},
    )
    last_backup.write_text(json.dumps({"at": (NOW - timedelta(hours=30)).isoformat()}))
    assert ready(app)[1]["last_backup_hours_ago"] == 30.0
    last_backup.write_text("{")
    assert ready(app)[1]["last_backup_hours_ago"] is None


def test_the_details_stay_on_this_machine(app: Flask) -> None:
    assert ready(app, **{"X-Forwarded-For": "203.0.113.9"}) == (200, "ready\n")
    answer = app.test_client().get("/readyz", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.text == "ready\n"


def test_a_server_that_cannot_work_says_so(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = create(tmp_path / "instance", f"sqlite:///{tmp_path}/no/such/folder.sqlite3")
    code, found = ready(away)
    assert (code, found["database"], found["migrated"]) == (503, False, False)
    assert ready(away, **{"X-Forwarded-For": "203.0.113.9"}) == (503, "not ready\n")
    monkeypatch.setattr("tracker.views.health.LEAST_FREE", 1 << 70)
    code, found = ready(app)
    assert (code, found["disk"]) == (503, False)


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the application logs, as a server would write it."""
    root = logging.getLogger()
    before = (root.handlers, root.level)
    loggers = [logging.getLogger(name) for name in ("gunicorn.error", "tracker", logs.REQUESTS)]
    kept = [(one, one.handlers, one.propagate, one.level) for one in loggers]
    stream = StringIO()
    logs.to_json(logging.StreamHandler(stream))
    yield stream
    root.handlers, root.level = before
    for one, handlers, propagate, level in kept:
        one.handlers, one.propagate = handlers, propagate
        one.setLevel(level)


def test_the_log_has_one_line_for_a_request_and_no_patient_in_it(
    lines: StringIO, cast: Cast, amara: Visitor
) -> None:
    lines.truncate(0)
    lines.seek(0)
    page = f"/c/{cast.hillside}/patients"
    amara.get(page)
    amara.post(page, {"q": "Canaryfeather 1961"}, status=200)
    amara.get(f"{page}/4711?q=Canaryfeather", status=404)
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [(t["method"], t["route"], t["status"], t["clinic"], t["by"]) for t in told] == [
        ("GET", "/c/<int:clinic_id>/patients", 200, cast.hillside, cast["amara"].actor.staff_id),
        ("POST", "/c/<int:clinic_id>/patients", 200, cast.hillside, cast["amara"].actor.staff_id),
        ("GET", "/c/<int:clinic_id>/patients/<int:patient_id>", 404, cast.hillside,
         cast["amara"].actor.staff_id),
    ]  # fmt: skip
    assert "Canaryfeather" not in lines.getvalue() and "4711" not in lines.getvalue()


def test_a_typed_line_break_forges_no_line(lines: StringIO, app: Flask) -> None:
    app.logger.error("user %s", 'x"\n{"level": "info"}')
    [line] = lines.getvalue().splitlines()
    assert json.loads(line)["says"] == 'user x"\n{"level": "info"}'


def test_a_fault_is_logged_by_its_kind_alone(lines: StringIO, app: Flask) -> None:
    try:
        raise ValueError("Canaryfeather")
    except ValueError:
        app.logger.exception("fault")
    assert json.loads(lines.getvalue())["fault"] == "ValueError"
    assert "Canaryfeather" not in lines.getvalue()


def test_a_server_does_not_start_before_its_own_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    monkeypatch.setenv("TRACKER_INSTANCE", str(instance))
    for name in ("TRACKER_DEMO", "DATABASE_URL", "SECRET_KEY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(gc, "freeze", lambda: None)  # the suite goes on in this process
    from tests.test_settings import command
    from tracker import create_app

    app = create_app()
    migrate(app)
    assert application() is not None  # no history yet
    said = command(
        app, "staff", "add", "--first-administrator", "--clinic", "Hillside", "--name", "Dee",
        "--username", "dee", "--time-zone", "America/Denver",
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    assert application() is not None
    with (
        time_machine.travel(NOW - timedelta(hours=1), tick=False),
        pytest.raises(Refused, match="Set the clock"),
    ):
        application()
