"""A clinic of invented people for a drill, and the server in front of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from tests.harness import charts
from tests.harness.cast import assemble
from tracker import auth, create_app
from tracker.models import db
from tracker.policy import COMMAND, Actor, Role
from tracker.records import sessions, staff

ROOT = Path(__file__).parent.parent


@dataclass
class Worker:
    """A physician with a session and a patient of their own."""

    actor: Actor
    cookies: dict[str, str]
    patient_id: int


@dataclass
class Clinic:
    """A migrated database with people in it, and how to serve it."""

    folder: Path
    app: Flask
    clinic_id: int
    database_url: str
    workers: list[Worker] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)  # beside the usual ones

    @property
    def instance(self) -> Path:
        """The instance folder."""
        return self.folder / "instance"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.instance / "tracker.sqlite3"

    def environment(self) -> dict[str, str]:
        """Give the settings a server or a command needs."""
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(("TRACKER_", "PG"))},
            "TRACKER_INSTANCE": str(self.instance),
            "TRACKER_HTTPS": "0",
            "DATABASE_URL": self.database_url,
            "PYTHONWARNINGS": "ignore",
            **self.settings,
        }

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `flask --app tracker ...` for this clinic."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "tracker", *words],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
        )

    def let_go(self) -> None:
        """Close this process's own connections."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextlib.contextmanager
def clinic(workers: int, database_url: str = "", *, people: bool = True) -> Iterator[Clinic]:
    """Make a clinic with so many physicians, each with a session and a patient; remove it after.

    Without `people` the database is migrated and empty.
    """
    with tempfile.TemporaryDirectory(prefix="drill-") as name:
        folder = Path(name)
        (folder / "instance").mkdir(mode=0o700)
        app = create_app(
            {
                "INSTANCE": folder / "instance",
                "DATABASE_URL": database_url,
                "TRACKER_HTTPS": "0",
            }
        )
        with app.app_context():
            upgrade()
            clinic_id = assemble().hillside if people else 0
        made = Clinic(folder, app, clinic_id, database_url)
        for number in range(workers):
            made.workers.append(_worker(made, number))
        made.let_go()
        yield made


def _worker(made: Clinic, number: int) -> Worker:
    token = secrets.token_urlsafe(32)
    with made.app.app_context():
        name = f"Dr. Drill {number}"
        staff_id = staff.add(
            by=COMMAND, clinic_id=made.clinic_id, username=f"drill{number}", name=name,
            roles={Role.PHYSICIAN, Role.NURSE}, password_hash=auth.hasher().hash(token),
        )  # fmt: skip
        actor = Actor(staff_id, name, {made.clinic_id: frozenset({Role.PHYSICIAN, Role.NURSE})})
        staff.change_own_password(
            by=actor, password_hash=auth.hasher().hash(token), keep_session=""
        )
        sessions.sign_in(
            by=actor, token_hash=auth.hash_of(token), address="127.0.0.1", agent="drill",
            how="a drill", clear=(),
        )  # fmt: skip
        patient_id = charts.register(
            _Person(actor, made.clinic_id),  # type: ignore[arg-type]  # all that is asked of one
            family_name=f"Drillmann{number}", record_no=f"DRILL-{number}",
        )  # fmt: skip
        cookie = auth.cookie_name()
    return Worker(actor, {cookie: token}, patient_id)


@dataclass
class _Person:
    actor: Actor
    clinic_id: int


@dataclass
class Server:
    """A gunicorn of this clinic on a port of this machine."""

    clinic: Clinic
    port: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Kill it and every worker at once, without a word of warning."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        self.process.terminate()
        self.process.wait(timeout=30)


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def serve(
    made: Clinic, *, workers: int = 2, threads: int = 4, port: int = 0, config: bool = False
) -> Server:
    """Start gunicorn and wait until it answers; with `config` by the file that is shipped."""
    port = port or free_port()
    ours = ["-c", "deploy/gunicorn.conf.py"] if config else [
        "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", str(threads),
        "--preload", "--no-control-socket", "--log-level", "critical",
        "tracker.serving:application()",
    ]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *ours],
        cwd=ROOT,
        env={**made.environment(), "TRACKER_BIND": f"127.0.0.1:{port}"},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=None if os.environ.get("DRILL_LOUD") else subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return Server(made, port, process)
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    raise RuntimeError("the server did not start; DRILL_LOUD=1 shows why")
