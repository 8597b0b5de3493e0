"""Fifty people change one thing at once: one wins, the others are told, nothing typed is lost."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from drills.client import ANY, Client
from drills.clinic import Worker, clinic, serve


@dataclass
class Race:
    """One race for one record, and what each who ran was answered."""

    path: str
    port: int
    gate: threading.Barrier
    answers: Counter[int] = field(default_factory=Counter)
    kept: int = 0
    shown: int = 0
    _told: threading.Lock = field(default_factory=threading.Lock)

    def save(self, worker: Worker, words: str) -> None:
        """Open the page, wait until everybody has, and save."""
        client = Client(self.port, worker.cookies)
        form = client.get(self.path).form("/edit").fill({"goal": words})
        self.gate.wait()
        answer = client.post(form.action, form.fields, status=ANY)
        with self._told:
            self.answers[answer.status] += 1
            if answer.status == 409:
                self.kept += words in answer.html
                self.shown += "When you opened it" in answer.text


def run(people: int = 50, races: int = 4) -> dict[str, object]:
    """Let so many save the same record from the same page; count what each was answered."""
    answers: Counter[int] = Counter()
    kept = shown = 0
    with clinic(people) as made:
        server = serve(made, workers=4, threads=16)
        path = f"/c/{made.clinic_id}/patients/{made.workers[0].patient_id}/edit"
        for number in range(races):
            race = Race(path, server.port, threading.Barrier(people))
            threads = [
                threading.Thread(target=race.save, args=(worker, f"Goal {number} of {place}"))
                for place, worker in enumerate(made.workers)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            answers += race.answers
            kept, shown = kept + race.kept, shown + race.shown
        server.stop()
        whole = made.command("verify-audit")
    conflicts = answers[409]
    return {
        "races": races,
        "people": people,
        "won": answers[303],
        "told (409)": conflicts,
        "their words kept": kept,
        "shown both versions": shown,
        "other answers": sum(n for code, n in answers.items() if code not in (303, 409)),
        "good": (answers[303], conflicts) == (races, races * (people - 1))
        and kept == shown == conflicts
        and whole.returncode == 0,
    }
