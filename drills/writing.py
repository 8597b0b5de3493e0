"""Writers: each changes its own patient again and again, and notes what was acknowledged."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field

from sqlalchemy import select

from drills.client import Away, Client, Refused
from drills.clinic import Clinic, Worker
from tracker.models import PatientRevision, db


@dataclass
class Writer:
    """One writer and its tally."""

    made: Clinic
    worker: Worker
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0  # answered with a plain page, nothing saved
    away: int = 0  # nobody answered
    _count: int = 0

    def write_until(self, stop: threading.Event, port: int, *, most: int = 10_000) -> None:
        """Save marks until told to stop, or the server is gone and nobody says to wait for it."""
        client = Client(port, self.worker.cookies)
        path = f"/c/{self.made.clinic_id}/patients/{self.worker.patient_id}/edit"
        while not stop.is_set() and self._count < most:
            self._count += 1
            mark = f"mark {self.worker.patient_id} {self._count}"
            try:
                client.get(path).form("/edit").submit(goal=mark)
                self.acknowledged.append(mark)
            except Refused:
                self.refused += 1
                stop.wait(0.05)
            except Away:
                self.away += 1
                stop.wait(0.05)


def start(writers: list[Writer], stop: threading.Event, port: int) -> list[threading.Thread]:
    """Start all writers, each in a thread."""
    threads = [
        threading.Thread(target=writer.write_until, args=(stop, port), daemon=True)
        for writer in writers
    ]
    for thread in threads:
        thread.start()
    return threads


def lost(made: Clinic, writers: list[Writer]) -> list[str]:
    """Give the marks that were acknowledged and are not in the record."""
    with made.app.app_context():
        kept = {
            json.loads(body)["goal"]
            for body in db.session.scalars(
                select(PatientRevision.body).where(PatientRevision.clinic_id == made.clinic_id)
            )
        }
    made.let_go()
    return [mark for writer in writers for mark in writer.acknowledged if mark not in kept]
