"""The disk full, the database read-only, the database away: a plain page, nothing half, recovery.

The full and the read-only disk are small file systems in memory, so only root can run them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from drills.client import ANY, Client
from drills.clinic import Clinic, clinic, serve
from scripts import cluster


def why_not() -> str | None:
    """Say why the disks of this drill cannot be made here, or None."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        return "only root can make a small disk to fill"
    with tempfile.TemporaryDirectory() as name:
        if _mount(Path(name)):
            return "this machine allows no mounts"
        _unmount(Path(name))
    return None


def run() -> dict[str, object]:
    """Save on a good disk, a full one, a read-only one, and again on a good one."""
    found: dict[str, object] = {}
    with clinic(1) as made, _small_disk(made) as disk:
        server = serve(made, workers=1)
        client = Client(server.port, made.workers[0].cookies)
        found["on a good disk"] = _save(made, client, "before")
        (disk / "filler").write_bytes(b"")
        with contextlib.suppress(OSError), (disk / "filler").open("wb") as file:
            while True:
                file.write(b"x" * 4096)
                file.flush()
        found["on a full disk"] = _save(made, client, "full")
        (disk / "filler").unlink()
        found["room again, no restart"] = _save(made, client, "room")
        server.stop()
        found["database"] = _integrity(made.database)
        whole = made.command("verify-audit")
    found["database away"], found["database back, no restart"] = _away()
    good = ("saved", "plain page", "saved", "whole", "plain page", "saved")
    return {**found, "good": tuple(found.values()) == good and whole.returncode == 0}


def _save(made: Clinic, client: Client, words: str) -> str:
    """Change a goal; say "saved", or "plain page" when it was refused and is not in the record."""
    path = f"/c/{made.clinic_id}/patients/{made.workers[0].patient_id}/edit"
    page = client.get(path, status=ANY)
    if page.status == 200:
        form = page.form("/edit").fill({"goal": f"goal {words}"})
        page = client.post(form.action, form.fields, status=ANY)
    if page.status == 303:
        return "saved"
    plain = page.status == 503 and "Nothing was half saved" in page.text
    return "plain page" if plain else f"{page.status}: {page.text[:120]}"


def _integrity(path: Path) -> str:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchall()
    return "whole" if found == [("ok",)] else str(found[:1])


def _away() -> tuple[str, str]:
    """Stop PostgreSQL beneath a working server, and start it again."""
    if cluster.why_not():
        return "not run", "not run"
    from drills.failover import lone

    with lone() as database:
        url = f"postgresql://postgres@127.0.0.1:{database.port}/postgres"
        with clinic(1, url) as made:
            server = serve(made, workers=1)
            client = Client(server.port, made.workers[0].cookies)
            _save(made, client, "before")
            database.stop()
            away = _save(made, client, "away")
            database.start()
            _save(made, client, "first")  # the kept connection is found dead
            back = _save(made, client, "back")
            server.stop()
    return away, back


@contextlib.contextmanager
def _small_disk(made: Clinic) -> Iterator[Path]:
    """Move the instance folder onto a disk of a few megabytes."""
    disk = made.folder / "disk"
    disk.mkdir()
    size = made.database.stat().st_size // 1_048_576 + 4
    if problem := _mount(disk, size):
        raise RuntimeError(problem)
    try:
        shutil.move(made.instance, disk / "instance")
        os.symlink(disk / "instance", made.instance)
        yield disk
    finally:
        made.instance.unlink()
        _unmount(disk)
        made.instance.mkdir()


def _mount(folder: Path, megabytes: int = 4) -> str:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
    )
    return done.stderr.strip()


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", str(folder)], capture_output=True)
