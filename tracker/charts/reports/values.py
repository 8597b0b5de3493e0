"""What a report is made of; how the database counts its lines, and gives them page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, func, select

from tracker.charts.patients import PatientHead, patients_of
from tracker.languages import said
from tracker.models import db


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report: the group it counts in, whom it is about, since when, and what."""

    key: str  # of its group: short, stable, and nothing of a patient
    group: str  # the group's words
    patient_id: int
    on: date | None
    what: str


# A query of lines: `key`, `words` of its group, `patient_id`, `day`, and whatever `what` is said
# of. It is counted and listed as it stands, so that no number can differ from its list.
Reader = Callable[[int, date], Select[Any]]


@dataclass(frozen=True, slots=True)
class Report:
    """One question that a clinic asks of its records."""

    name: str  # in addresses
    title: str
    of: str  # what a group is: the heading of its column
    on: str  # what the day of a line is
    says: str
    none: str
    kind: str  # the look of its bars, a kind of chip
    read: Reader
    what: Callable[[Any], str]  # says what a row of the query is about


Say = Callable[[Any], str]


def report(
    name: str, title: str, *, of: str, on: str, says: str, none: str, what: Say,
    kind: str = "planned",
) -> Callable[[Reader], Report]:  # fmt: skip
    """Make a report of a reader: a function that gives the query of its lines."""
    return lambda read: Report(name, title, of, on, says, none, kind, read, what)


@dataclass(frozen=True, slots=True)
class Count:
    """How many lines one group has; `width` is of the longest bar, 1 to 100."""

    key: str
    group: str
    number: int
    width: int


def counts(of: Report, clinic_id: int, today: date) -> tuple[Count, ...]:
    """Count the lines of each group, the groups in the order of their keys."""
    lines = of.read(clinic_id, today).subquery()
    rows = db.session.execute(
        select(lines.c.key, func.min(lines.c.words), func.count()).group_by(lines.c.key)
    ).all()
    most = max((number for *_, number in rows), default=1)
    return tuple(
        Count(key, said(words), number, max(1, number * 100 // most))
        for key, words, number in sorted((str(row[0]), row[1], row[2]) for row in rows)
    )


def lines(
    of: Report, clinic_id: int, today: date, group: str = "", *, skip: int = 0,
    most: int | None = None,
) -> Iterator[Line]:  # fmt: skip
    """Give a report's lines, the longest waiting first in each group: of one group, or of all."""
    listed = of.read(clinic_id, today).subquery()
    query = select(listed).order_by(*_order(listed)).offset(skip).limit(most)
    if group:
        query = query.where(listed.c.key == group)
    for row in db.session.execute(query.execution_options(yield_per=500)):
        yield Line(str(row.key), said(row.words), row.patient_id, row.day, of.what(row))


def _order(listed: Subquery) -> list[Any]:
    """Order lines by group and day; the rest keeps a page from showing another one's lines."""
    first = [listed.c.key, listed.c.day, listed.c.patient_id]
    return [*first, *(column for column in listed.c if column not in first)]


def patients_in(of: Report, clinic_id: int, today: date) -> tuple[int, ...]:
    """Name everyone who is in a report's list."""
    listed = of.read(clinic_id, today).subquery()
    return tuple(db.session.scalars(select(listed.c.patient_id).distinct()))


def named(clinic_id: int, lines: Iterable[Line]) -> Mapping[int, PatientHead]:
    """Give the patients whom lines are about, by id."""
    heads = patients_of(clinic_id, {one.patient_id for one in lines})
    return {head.id: head for head in heads}
