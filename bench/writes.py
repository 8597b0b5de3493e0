"""Recorded check-ins on SQLite by four writers at once: how many a second, and how many fail."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import select

from bench.group.building import ROOT, SMALL, Group
from bench.lines import Line
from tracker import checkins as rules
from tracker import create_app, dates
from tracker.charts.checkins import checkins_of
from tracker.demo.contacts import ROUTINE
from tracker.models import Patient, db, utc_now
from tracker.policy import Actor
from tracker.records import contacts

WRITERS, SECONDS = 4, 10


def run(small: Group) -> Iterator[Line]:
    """Let four processes record check-ins of one clinic at once, on a copy of a kept database."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        instance = Path(name) / "instance"
        instance.mkdir(mode=0o700)
        for key in small.instance.glob("*.key"):
            shutil.copy(key, instance)
        _copy(small.instance / "tracker.sqlite3", instance / "tracker.sqlite3")
        writers = [
            subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "bench.writes", str(instance), str(number)],
                cwd=ROOT, stdout=subprocess.PIPE, text=True,
            )
            for number in range(WRITERS)
        ]  # fmt: skip
        told = [one.communicate(timeout=600)[0].split() for one in writers]
    done = sum(int(words[0]) for words in told)
    failed = sum(int(words[1]) for words in told)
    yield Line(
        f"check-ins recorded on SQLite by {WRITERS} writers: failures", failed, 0,
        told=f"{done:,} recorded, {done / SECONDS:.0f} a second",
    )  # fmt: skip


def _copy(from_: Path, to: Path) -> None:
    with closing(sqlite3.connect(from_)) as one, closing(sqlite3.connect(to)) as two:
        one.backup(two)
        two.execute("PRAGMA journal_mode = WAL")


def reading_of(today: date) -> rules.Reading:
    """Give a routine check-in as read from its form; needs an application context."""
    catalogue = current_app.extensions["catalogue"]
    topics = [(t.id, t.words, t.beside, t.instruments) for t in catalogue.topics]
    typed = {
        **ROUTINE,
        "on": [today.isoformat()],
        "peg.pain": ["4"],
        "peg.enjoyment": ["5"],
        "peg.activity": ["3"],
        "withdrawal-signs.any": ["none"],
        "next.way": ["none"],
        "next.because": ["The next one is planned"],
    }
    parts = rules.parts(topics, catalogue.instruments, ())
    return rules.read(typed, parts, today=today, born=date(1901, 1, 1), has_next=True)


def write(app: Flask, by: Actor, number: int) -> tuple[int, int]:
    """Record check-ins of every fourth patient until the time is over; count what failed."""
    clinic_id = next(iter(by.clinics))
    done = failed = 0
    with app.app_context():
        day = dates.today_at("America/Chicago", utc_now())
        everyone = db.session.scalars(
            select(Patient.id).where(Patient.clinic_id == clinic_id).order_by(Patient.id)
        ).all()
        reading, until = reading_of(day), time.monotonic() + SECONDS
        for patient_id in everyone[number::WRITERS]:
            for one in checkins_of(clinic_id, patient_id):
                if time.monotonic() > until:
                    return done, failed
                if not one.open:
                    continue
                try:
                    contacts.record(
                        by=by, clinic_id=clinic_id, patient_id=patient_id, checkin_id=one.id,
                        seen=one.seq, reading=reading, today=day,
                    )  # fmt: skip
                    done += 1
                except Exception as failure:  # whatever it is, it is a failure to be counted
                    print(type(failure).__name__, failure, file=sys.stderr)
                    failed += 1
                    db.session.rollback()
    return done, failed


def main(instance: Path, number: int) -> None:
    """Be one of the writers, and print what became of it."""
    from bench.group.building import kept_people

    app = create_app({"INSTANCE": instance, "DATABASE_URL": "", "TRACKER_HTTPS": "0"})
    house = kept_people(SMALL)[-1]
    print(*write(app, house.nurses[number], number))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
