"""`kill -9` of the server during writes, on SQLite: every acknowledged act is there, none half."""

from __future__ import annotations

import random
import sqlite3
import threading
import time

from drills import writing
from drills.clinic import clinic, serve


def run(rounds: int = 100, writers: int = 4) -> dict[str, object]:
    """Kill a writing server so many times; give figures, `lost` and `broken` among them."""
    chance = random.Random(7)
    broken = 0
    with clinic(writers) as made:
        people = [writing.Writer(made, worker) for worker in made.workers]
        for _ in range(rounds):
            server = serve(made)
            stop = threading.Event()
            threads = writing.start(people, stop, server.port)
            before, began = _count(people), time.monotonic()
            while _count(people) == before and time.monotonic() < began + 20:
                stop.wait(0.02)  # a machine under load takes its time to answer the first
            stop.wait(chance.uniform(0.05, 0.8))
            server.kill()
            stop.set()
            for thread in threads:
                thread.join()
            broken += not _whole(made.database)
        whole = made.command("verify-audit")
        acknowledged = _count(people)
        lost = writing.lost(made, people)
        return {
            "rounds": rounds,
            "acknowledged": acknowledged,
            "lost": len(lost),
            "broken databases": broken,
            "history": (whole.stdout.strip() or whole.stderr.strip()[-200:]).splitlines()[-1],
            "good": bool(acknowledged) and not (lost or broken or whole.returncode),
        }


def _count(people: list[writing.Writer]) -> int:
    return sum(len(one.acknowledged) for one in people)


def _whole(path: object) -> bool:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        integrity = connection.execute("PRAGMA integrity_check").fetchall()
        foreign = connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    return integrity == [("ok",)] and foreign == []
