"""Reports of a large clinic: what counting all of them takes, and one page of each list.

Four invented patients are recorded as care would record them, each with another story, and copied
until the clinic is large. Times are of the CPU, of the second time that each is asked.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.export import copy, memory
from tests.harness import charts
from tests.harness.application import create, migrate
from tests.harness.cast import Cast, assemble
from tests.harness.databases import SqliteDatabase
from tests.rules.test_checkins_reading import typed
from tests.test_contacts import reading
from tracker.charts import reports
from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.course import WhyHeld
from tracker.records import checkins, contacts, course, escalations, therapies
from tracker.views.reports import ON_A_PAGE

FEW, MANY = 10_000, 100_000
TODAY = charts.TODAY + timedelta(days=14)


@dataclass(frozen=True)
class Measured:
    """All reports of one clinic."""

    patients: int
    lines: int
    counting: float  # ms of CPU, all of them
    longest: tuple[str, float]
    listing: float  # ms, the page of the longest list that took most
    growth: float  # MiB


def main() -> int:
    """Print the figures, of 100,000 patients or as many as asked."""
    whole = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    print(f"{platform.node()}, Python {platform.python_version()}, SQLite, {os.cpu_count()} cores")
    found = [measured(count) for count in (min(FEW, whole), whole)]
    for one in found:
        name, ms = one.longest
        print(
            f"{one.patients:>7,} patients, {one.lines:,} lines: all counts {one.counting:,.0f} ms, "
            f"the longest ({name}) {ms:,.0f} ms, a page of a list at most {one.listing:,.0f} ms, "
            f"memory + {one.growth:.1f} MiB"
        )
    few, many = (one.counting / one.patients for one in found)
    print(f"time a patient, {found[1].patients:,} ÷ {found[0].patients:,}: {many / few:.2f}")
    return 0


def measured(count: int) -> Measured:
    """Make a clinic of so many patients, and ask for every report."""
    with tempfile.TemporaryDirectory() as folder:
        app = create(Path(folder) / "instance", SqliteDatabase(Path(folder)).url)
        migrate(app)
        with app.app_context():
            cast = assemble()
            stories = [story(cast, number) for number in range(4)]
            each = count // len(stories)
            for place, patient_id in enumerate(stories):
                copy(cast.hillside, patient_id, range(place * each + 1, (place + 1) * each),
                     leaving_out=())  # fmt: skip
            print(f"made {each * len(stories):,} patients", file=sys.stderr)
            return asked(cast.hillside, each * len(stories))


def asked(clinic_id: int, patients: int) -> Measured:
    """Ask for every count and a page of every list, twice; the second time counts."""
    counting, listing, lines, low = {}, {}, 0, 0.0
    for _ in range(2):
        lines, low = 0, low or memory()
        for name, report in reports.REPORTS.items():
            began = time.process_time()
            counts = reports.counts(report, clinic_id, TODAY)
            counting[name] = (time.process_time() - began) * 1000
            lines += sum(one.number for one in counts)
            began = time.process_time()
            list(reports.lines(report, clinic_id, TODAY, most=ON_A_PAGE))
            listing[name] = (time.process_time() - began) * 1000
    longest = max(counting.items(), key=lambda one: one[1])
    return Measured(
        patients, lines, sum(counting.values()), longest, max(listing.values()), memory() - low
    )


def story(cast: Cast, number: int) -> int:
    """Record a patient: nothing since the signing, a hold, a contact, or somebody not reached."""
    amara = cast["amara"]
    patient_id, _ = charts.signed_plan(amara, record_no=f"S-{number}", given_names=f"S{number}")
    charts.printed_handout(amara, patient_id)
    who: dict[str, Any] = {
        "by": amara.actor, "clinic_id": cast.hillside, "patient_id": patient_id,
    }  # fmt: skip
    if not number:
        return patient_id
    day = date(2026, 12, 1)

    def seen() -> int:
        return course_of(cast.hillside, patient_id).seq

    course.start(**who, seen=seen(), on=day, today=TODAY)
    first = checkins_of(cast.hillside, patient_id)[0]
    if number == 1:
        course.hold(
            **who, seen=seen(), on=day, today=TODAY, reason=WhyHeld.PAIN, words="",
            review_on=TODAY + timedelta(days=7),
        )  # fmt: skip
    elif number == 2:
        said = reading(typed(on=first.on.isoformat()), today=TODAY)
        contacts.record(**who, checkin_id=first.id, seen=first.seq, reading=said, today=TODAY)
        therapies.record(
            **who, therapy="physical-therapy", words="Physical therapy", kind="barrier", on=day,
            seen=0, therapy_id=None, barrier="transport", text="No bus", today=TODAY,
        )  # fmt: skip
    else:
        checkins.not_reached(
            **who, checkin_id=first.id, seen=first.seq, on=first.on, mode="phone",
            outcome="no_answer",
        )  # fmt: skip
        escalations.raise_one(**who, about="pain", needed_by="next_day", text="Worse at night")
    return patient_id


if __name__ == "__main__":
    sys.exit(main())
