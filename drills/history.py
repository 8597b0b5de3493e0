"""`verify-audit` over a short and a long history: the same memory, and the broken line is named.

The events are written past the application with the clinic's own key, in one chain, each naming a
fact of its own; only the command is measured, in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from sqlalchemy import insert, text, update

from drills.clinic import ROOT, Clinic, clinic
from tracker.models import CodeCheck, Event, EventHead, db, new_id, utc_now
from tracker.records.acts import event_mac, row_digest

PEAK = (
    "import resource, subprocess, sys\n"
    "done = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    "print(done.stdout + done.stderr)\n"
    "sys.exit(done.returncode)\n"
)
MOST_GROWTH = 1.2


def run(short: int = 1_000, long: int = 200_000) -> dict[str, object]:
    """Check a history of so many events, of many more, and of these with one line altered."""
    with clinic(1) as made:
        _lengthen(made, short)
        small, is_whole, _ = _check(made)
        _lengthen(made, long - short)
        began = time.monotonic()
        large, is_still_whole, _ = _check(made)
        took = time.monotonic() - began
        _alter(made, long // 2)
        _, is_altered_whole, told = _check(made)
    named = next(
        (line for line in told.splitlines() if f"event {long // 2} was altered" in line), ""
    )
    return {
        "events added": f"{short:,}, then {long:,}, each with a fact",
        "memory at most": f"{small // 1024} MiB, then {large // 1024} MiB",
        "the long one took": f"{took:.0f} s",
        "one line altered": named.strip(),
        "good": is_whole and is_still_whole and not is_altered_whole and bool(named)
        and large <= small * MOST_GROWTH,
    }  # fmt: skip


def _lengthen(made: Clinic, count: int) -> None:
    """Add events to the end of the clinic's chain, each with a checked code as its fact."""
    with made.app.app_context(), db.engine.connect() as connection:
        writing = connection.execution_options(writing=True)
        head = db.session.get_one(EventHead, made.clinic_id)
        seq, mac, by = head.seq, head.mac, made.workers[0].actor
        events: list[dict[str, Any]] = []
        facts: list[dict[str, Any]] = []
        for _ in range(count):
            seq += 1
            at = utc_now()
            fact = CodeCheck(
                clinic_id=made.clinic_id, id=new_id(), at=at, by_id=by.staff_id,
                typed="AAAA-AAAA", answer="none", version_id=None,
            )  # fmt: skip
            name, digest = row_digest(fact)
            event = Event(
                clinic_id=made.clinic_id, seq=seq, at=at, by_id=by.staff_id, by_name=by.name,
                act="code.check", patient_id=None, about='{"answer": "none"}',
                digests=json.dumps({name: digest}), previous=mac,
            )  # fmt: skip
            mac = event.mac = event_mac(event)
            events.append(_row(event))
            facts.append(_row(fact))
        writing.execute(insert(Event), events)
        writing.execute(insert(CodeCheck), facts)
        here = EventHead.clinic_id == made.clinic_id
        writing.execute(update(EventHead).where(here).values(seq=seq, mac=mac))
        writing.commit()
    made.let_go()


def _row(one: object) -> dict[str, Any]:
    columns = type(one).__table__.columns  # type: ignore[attr-defined]  # a mapped class has a Table
    return {column.key: getattr(one, column.key) for column in columns}


def _alter(made: Clinic, seq: int) -> None:
    """Change one event as somebody with the database's password would."""
    with made.app.app_context(), db.engine.connect() as connection:
        writing = connection.execution_options(writing=True)
        writing.execute(text("DROP TRIGGER event_no_update"))
        writing.execute(
            text("UPDATE event SET by_name = 'Nobody' WHERE clinic_id = :clinic AND seq = :seq"),
            {"clinic": made.clinic_id, "seq": seq},
        )
        writing.commit()
    made.let_go()


def _check(made: Clinic) -> tuple[int, bool, str]:
    """Run the command; give the most memory it held (KiB), whether all is whole, its words."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, sys.executable, "-m", "flask", "--app", "tracker",
         "verify-audit"],
        cwd=ROOT, env=made.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    peak, _, told = done.stdout.partition("\n")
    return int(peak), done.returncode == 0, told
