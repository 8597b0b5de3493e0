"""Behind a pooler that lends a connection for one transaction, with reports from a replica.

pgbouncer stands before the primary, and few connections serve many threads; the streaming standby
answers the reports. Without the setting for poolers, what one connection has prepared is missing
on the next: that is tried too, and counted.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from drills import failover, writing
from drills.client import Away, Client, Refused
from drills.clinic import Clinic, clinic, free_port, serve
from scripts import cluster

LONGEST = 60  # seconds for each half of it
POOL = 3  # connections to the server, for all threads of all workers


def why_not() -> str | None:
    """Say why this drill cannot run here, or None."""
    if shutil.which("pgbouncer") is None:
        return "pgbouncer is not installed (apt-get install pgbouncer)"
    return cluster.why_not()


def run(writers: int = 6, acts: int = 60) -> dict[str, object]:
    """Write through the pooler, read reports from the replica, and see that all of it is there."""
    with failover.pair() as (first, second), _pooler(first.data.parent, first.port) as port:
        direct = f"postgresql://postgres@127.0.0.1:{first.port}/postgres"
        with clinic(writers, direct) as made:
            made.database_url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            replica = f"postgresql://postgres@127.0.0.1:{second.port}/postgres"
            without = _work(made, acts, {})
            asked = _asked_of(replica)
            told = _work(
                made, acts, {"DATABASE_POOLER": "transaction", "REPORTS_DATABASE_URL": replica}
            )
            reports = _asked_of(replica) - asked
            made.database_url = direct
            whole = made.command("verify-audit").returncode == 0
            return {
                "connections to the server": POOL,
                "acknowledged": told["acknowledged"],
                "refused": told["refused"],
                "lost": told["lost"],
                "reports read": told["reports"],
                "transactions on the replica": reports,
                "without the setting, refused": without["refused"],
                "without the setting, lost": without["lost"],
                "good": bool(told["acknowledged"] and told["reports"] and reports > 0 and whole)
                and not told["refused"]
                and not told["lost"]
                and not without["lost"],
            }


def _work(made: Clinic, acts: int, settings: dict[str, str]) -> dict[str, int]:
    """Let everyone write until so many acts were answered, and one of them look at reports."""
    with _with(settings):
        server = serve(made)
    try:
        stop = threading.Event()
        people = [writing.Writer(made, worker) for worker in made.workers]
        threads = writing.start(people, stop, server.port)
        reports, until = 0, time.monotonic() + LONGEST
        while _answered(people) < acts and time.monotonic() < until:
            reports += _looks_at_reports(made, server.port)
        stop.set()
        for thread in threads:
            thread.join()
    finally:
        server.stop()
    return {
        "acknowledged": sum(len(one.acknowledged) for one in people),
        "refused": sum(one.refused + one.away for one in people),
        "lost": len(writing.lost(made, people)),
        "reports": reports,
    }


def _answered(people: list[writing.Writer]) -> int:
    return sum(len(one.acknowledged) + one.refused for one in people)


def _looks_at_reports(made: Clinic, port: int) -> int:
    try:
        Client(port, made.workers[0].cookies).get(f"/c/{made.clinic_id}/reports/plans")
    except (Refused, Away):
        return 0
    return 1


@contextlib.contextmanager
def _with(settings: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _asked_of(url: str) -> int:
    """Give how many transactions a server has seen."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT sum(xact_commit + xact_rollback)::bigint FROM pg_stat_database"
        ).fetchone()
    return int(row[0]) if row else 0


@contextlib.contextmanager
def _pooler(home: Path, to: int) -> Iterator[int]:
    """Start pgbouncer in transaction mode before a server, and stop it."""
    port = free_port()
    (home / "users.txt").write_text('"postgres" ""\n')
    (home / "pooler.ini").write_text(
        f"""[databases]
postgres = host=127.0.0.1 port={to} dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {home}/users.txt
pool_mode = transaction
default_pool_size = {POOL}
max_client_conn = 200
pidfile = {home}/pooler.pid
logfile = {home}/pooler.log
"""
    )
    command = ["pgbouncer", "-q", str(home / "pooler.ini")]
    if os.geteuid() == 0:  # it refuses to run as root
        command = ["runuser", "-u", "postgres", "--", *command]
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((home / "pooler.pid").read_text()), signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(port: int, seconds: float = 20) -> None:
    """Wait until a server of PostgreSQL's language answers at a port."""
    until = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
