"""What a report is made of, and how its lines become counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.charts.patients import PatientHead, patients_of
from tracker.handouts import phrases
from tracker.models import Clinic, Patient, db


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report: the group it counts in, whom it is about, since when, and what."""

    key: str  # of its group: short, stable, and nothing of a patient
    group: str  # the group's words
    patient_id: int
    on: date | None
    what: str


Reader = Callable[[int, date], Iterable[Line]]


@dataclass(frozen=True, slots=True)
class Report:
    """One question that a clinic asks of its records."""

    name: str  # in addresses
    title: str
    of: str  # what a group is: the heading of its column
    on: str  # what the day of a line is
    says: str
    none: str
    read: Reader
    kind: str = "planned"  # the look of its bars, a kind of chip


@dataclass(frozen=True, slots=True)
class Count:
    """How many lines one group has; `width` is of the longest bar, 1 to 100."""

    key: str
    group: str
    number: int
    width: int


def gathered(report: Report, clinic_id: int, today: date) -> tuple[Line, ...]:
    """Read a report's lines, the longest waiting first in each group.

    A record that was merged is told under the one it is part of, and counts with it once.
    """
    kept = _kept(clinic_id)
    lines = {
        Line(one.key, one.group, kept.get(one.patient_id, one.patient_id), one.on, one.what)
        for one in report.read(clinic_id, today)
    }
    return tuple(
        sorted(lines, key=lambda one: (one.key, one.on or date.min, one.patient_id, one.what))
    )


def counts(lines: Iterable[Line]) -> tuple[Count, ...]:
    """Count the lines of each group, the groups in the order of their keys' lines."""
    found: dict[str, list[Line]] = {}
    for one in lines:
        found.setdefault(one.key, []).append(one)
    most = max((len(group) for group in found.values()), default=1)
    return tuple(
        Count(key, group[0].group, len(group), max(1, len(group) * 100 // most))
        for key, group in found.items()
    )


def named(clinic_id: int, lines: Iterable[Line]) -> Mapping[int, PatientHead]:
    """Give the patients whom lines are about, by id."""
    heads = patients_of(clinic_id, {one.patient_id for one in lines})
    return {head.id: head for head in heads}


def _kept(clinic_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(Patient.id, Patient.merged_into_id).where(
            Patient.clinic_id == clinic_id, Patient.merged_into_id.is_not(None)
        )
    )
    into = {record: kept for record, kept in rows if kept is not None}
    return {record: _end(into, record) for record in into}


def _end(into: Mapping[int, int], record: int) -> int:
    while record in into:
        record = into[record]
    return record


def house(clinic: Clinic, today: date, *, allowed: bool) -> tuple[tuple[str, str], ...]:
    """List what the clinic itself has yet to confirm: what, and the page where it is done.

    `allowed` says whether the clinic prints Spanish drafts on its own responsibility.
    """
    found = []
    for label, phone in (("daytime", "day_phone"), ("after-hours", "night_phone")):
        number, confirmed = getattr(clinic, phone), getattr(clinic, f"{phone}_confirmed_on")
        if not number:
            found.append((f"There is no {label} number.", "clinic.show"))
        elif confirmed is None:
            found.append((f"Nobody has confirmed the {label} number.", "clinic.show"))
        elif (today - confirmed).days > 365:
            found.append((f"The {label} number was confirmed more than a year ago.", "clinic.show"))
    drafts = len(phrases.load("es").drafts)
    if drafts:
        words = f"No named translator has approved {drafts} Spanish phrases"
        more = "the clinic prints them as drafts" if allowed else "they are not printed"
        found.append((f"{words}; {more}.", "wording.show"))
    return tuple(found)
