"""A backup while people write, put back on an empty machine; and one with a byte turned over."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import replace
from subprocess import CompletedProcess

from drills import writing
from drills.clinic import Clinic, clinic, serve


def run(writers: int = 4) -> dict[str, object]:
    """Back up a working server, restore elsewhere, and try a damaged archive."""
    with clinic(writers) as made:
        server, stop = serve(made), threading.Event()
        people = [writing.Writer(made, worker) for worker in made.workers]
        threads = writing.start(people, stop, server.port)
        stop.wait(2)
        shelf, key = made.folder / "shelf", made.folder / "backup.key"
        made.command("backup-key", "--out", str(key))
        before = {mark for one in people for mark in one.acknowledged}
        backup = made.command("backup", "--out", str(shelf))
        stop.wait(1)
        stop.set()
        for thread in threads:
            thread.join()
        server.stop()
        archive = next(shelf.glob("*.tar.age"))
        restored = _elsewhere(made, "restored", "restore", str(archive), "--key", str(key))
        there = replace(made, folder=made.folder / "restored")
        missing = _missing(there, before)
        flipped = bytearray(archive.read_bytes())
        flipped[len(flipped) // 3] ^= 1
        archive.write_bytes(flipped)
        damaged = _elsewhere(made, "damaged", "restore", str(archive), "--key", str(key))
        nothing = not (made.folder / "damaged/instance/tracker.sqlite3").exists()
        return {
            "acknowledged before the backup": len(before),
            "of these missing after the restore": len(missing),
            "backup": backup.returncode,
            "restore": restored.stdout.strip().splitlines()[-1:] or restored.stderr[-200:],
            "a flipped byte": "refused" if damaged.returncode else "restored",
            "good": bool(before) and not missing and backup.returncode == restored.returncode == 0
            and damaged.returncode == 1 and nothing,
        }  # fmt: skip


def _elsewhere(made: Clinic, name: str, *words: str) -> CompletedProcess[str]:
    folder = made.folder / name
    (folder / "instance").mkdir(mode=0o700, parents=True)
    return replace(made, folder=folder).command(*words)


def _missing(there: Clinic, marks: set[str]) -> set[str]:
    with sqlite3.connect(there.database) as connection:
        rows = connection.execute("SELECT body FROM patient_revision").fetchall()
    connection.close()
    return marks - {json.loads(body)["goal"] for (body,) in rows}
