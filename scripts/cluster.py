"""A private PostgreSQL cluster: made, started, and removed with everything in it, or kept.

Standard library only. It touches nothing outside its own folder and listens on no port.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

SETTINGS = {
    "listen_addresses": "''",
    # The cluster is thrown away, so nothing waits for the disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "40",
    # A worker of its own inside a database would hold up the next copy of it.
    "autovacuum": "off",
    "jit": "off",
}

# A cluster that is kept and measured waits for the disk, as one with patients in it does.
LASTING = {
    "listen_addresses": "''",
    "max_connections": "120",
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "jit": "off",
}


ROOMY = 1024**3  # bytes


def in_memory() -> Path | None:
    """Return the folder in memory where it has a gigabyte to spare; a container's may not."""
    folder = Path("/dev/shm")
    usable = folder.is_dir() and os.access(folder, os.W_OK)
    return folder if usable and shutil.disk_usage(folder).free > ROOMY else None


def server_programs() -> Path | None:
    """Return the folder that holds initdb and pg_ctl, the newest Debian version first, or None."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    found = [*debian, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((p for p in found if (p / "initdb").exists() and (p / "pg_ctl").exists()), None)


def _as_server_user(command: list[str]) -> list[str]:
    """Prefix a command so that it does not run as root, which PostgreSQL refuses."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def why_not() -> str | None:
    """Return a sentence saying why no cluster can be made here, or None."""
    if server_programs() is None:
        return "PostgreSQL's server is not installed (apt-get install postgresql)"
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            return "running as root, and there is no user postgres to run the server as"
    return None


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start an empty cluster and yield its URL; stop it and remove it afterwards."""
    # A socket's path must stay short, and the server's user must reach it: the system's own
    # temporary folders suit both, the checkout may suit neither.
    home = Path(tempfile.mkdtemp(prefix="tracker-pg-", dir=in_memory()))
    try:
        with started(home, SETTINGS) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def started(home: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """Start the cluster of this folder, made if there is none, and yield its URL; stop it."""
    if server_programs() is None:
        raise RuntimeError("PostgreSQL's server is not installed")
    home.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    data = home / "data"
    if not data.exists():
        call(
            home, "initdb", "--pgdata", str(data), "--username=postgres", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
    elif (data / "postmaster.pid").exists():  # an earlier run was cut off
        with contextlib.suppress(RuntimeError):
            call(home, "pg_ctl", "-D", str(data), "-m", "fast", "stop")
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    socket = _socket_folder(home)
    log = str(home / "log")
    call(home, "pg_ctl", "-D", str(data), "-l", log, "-w", "-o", f"{options} -k {socket}", "start")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={socket}"
    finally:
        mode = "fast" if settings is LASTING else "immediate"
        call(home, "pg_ctl", "-D", str(data), "-m", mode, "stop")
        if socket != home:
            shutil.rmtree(socket, ignore_errors=True)


LONGEST_SOCKET = 80  # characters of its folder; the system takes about a hundred for all


def _socket_folder(home: Path) -> Path:
    if len(str(home)) <= LONGEST_SOCKET:
        return home
    made = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
    if os.geteuid() == 0:
        shutil.chown(made, "postgres")
    return made


def call(home: Path, program: str, *words: str) -> None:
    """Run one of the server's programs as its user; raises RuntimeError with what it said."""
    programs = server_programs()
    assert programs is not None
    done = subprocess.run(
        _as_server_user([str(programs / program), *words]),
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")
