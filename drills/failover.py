"""PostgreSQL's primary killed under load, its synchronous standby promoted: no act is lost.

The application is told both servers in one DATABASE_URL and is not restarted.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from drills import writing
from drills.clinic import clinic, free_port, serve
from scripts import cluster


def why_not() -> str | None:
    """Say why this drill cannot run here, or None."""
    return cluster.why_not()


def run(writers: int = 4, seconds: float = 4) -> dict[str, object]:
    """Kill the primary in the midst of writing, promote the standby, and count."""
    with pair() as (first, second):
        hosts = f"127.0.0.1:{first.port},127.0.0.1:{second.port}"
        url = f"postgresql://postgres@{hosts}/postgres?target_session_attrs=read-write"
        with clinic(writers, url) as made:
            server, stop = serve(made), threading.Event()
            people = [writing.Writer(made, worker) for worker in made.workers]
            threads = writing.start(people, stop, server.port)
            began = time.monotonic()
            while _acknowledged(people) < 10 * writers and time.monotonic() < began + 60:
                stop.wait(0.1)
            before = _acknowledged(people)
            first.kill()
            killed = time.monotonic()
            second.promote()
            while _acknowledged(people) == before and time.monotonic() < killed + 60:
                stop.wait(0.02)
            again = time.monotonic() - killed
            stop.wait(seconds)
            stop.set()
            for thread in threads:
                thread.join()
            server.stop()
            lost = writing.lost(made, people)
            whole = made.command("verify-audit")
            after = _acknowledged(people) - before
            return {
                "acknowledged before": before,
                "acknowledged after": after,
                "lost": len(lost),
                "writing again after, seconds": round(again, 1),
                "plain pages meanwhile": sum(one.refused for one in people),
                "restarts of the application": 0,
                "good": bool(before and after) and not lost and whole.returncode == 0,
            }


def _acknowledged(people: list[writing.Writer]) -> int:
    return sum(len(one.acknowledged) for one in people)


class _Postgres:
    """One server of the pair."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()

    def _call(self, program: str, *words: str) -> None:
        programs = cluster.server_programs()
        assert programs is not None
        command = [str(programs / program), *words]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(command, cwd=self.data.parent, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr[-500:]}")

    def create(self) -> None:
        self._call("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-N")
        with (self.data / "pg_hba.conf").open("a") as file:
            file.write("host replication postgres 127.0.0.1/32 trust\n")

    def follow(self, primary: _Postgres) -> None:
        self._call(
            "pg_basebackup", "-D", str(self.data), "-R", "-X", "stream",
            "-d", f"host=127.0.0.1 port={primary.port} user=postgres application_name=second",
        )  # fmt: skip

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.data} "
            "-c max_connections=60 -c max_wal_senders=5"
        )
        log = str(self.data / "log")
        self._call("pg_ctl", "-D", str(self.data), "-o", options, "-l", log, "-w", "start")

    def wait_for_standby(self) -> None:
        """Commit only once the standby has it on its disk."""
        for statement in (
            "ALTER SYSTEM SET synchronous_standby_names = 'second'",
            "ALTER SYSTEM SET synchronous_commit = 'on'",
            "SELECT pg_reload_conf()",
        ):
            self._call(
                "psql",
                "-h",
                "127.0.0.1",
                "-p",
                str(self.port),
                "-U",
                "postgres",
                "-qAtc",
                statement,
            )

    def kill(self) -> None:
        """Kill the server and all its children, as a power cut would."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)

    def promote(self) -> None:
        self._call("pg_ctl", "-D", str(self.data), "-w", "promote")

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            with contextlib.suppress(RuntimeError):
                self._call("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")


@contextlib.contextmanager
def lone() -> Iterator[_Postgres]:
    """Lend one server of its own."""
    with _home() as home:
        one = _Postgres(home / "one")
        one.create()
        one.start()
        try:
            yield one
        finally:
            one.stop()


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="drill-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def pair() -> Iterator[tuple[_Postgres, _Postgres]]:
    with _home() as home:
        first, second = _Postgres(home / "first"), _Postgres(home / "second")
        try:
            first.create()
            first.start()
            second.follow(first)
            second.start()
            first.wait_for_standby()
            yield first, second
        finally:
            first.stop()
            second.stop()
