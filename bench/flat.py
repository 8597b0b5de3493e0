"""Does a question cost more with a million rows than with ten thousand? Asked without the web.

The functions that the pages call, on both databases in turns; the median of the processor's time is
compared. What is asked for has as many answers either way, for a page holds as many rows.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, select

from bench.group.building import Group
from bench.lines import Line, median
from tracker import dates
from tracker.charts import search
from tracker.charts import today as chart
from tracker.models import Patient, db, utc_now

ROUNDS = 9


@dataclass(frozen=True, slots=True)
class _Clinic:
    """One clinic of one database, and what is asked there."""

    app: Flask
    clinic_id: int
    names: tuple[str, ...]
    records: tuple[str, ...]
    born: tuple[str, ...]


def run(large: Group, small: Group, url: str = "", small_url: str = "") -> Iterator[Line]:
    """Compare the list and the search, on SQLite or at two addresses of PostgreSQL."""
    clinics = {large.scale.name: _clinic(large, url), small.scale.name: _clinic(small, small_url)}
    where = "PostgreSQL: " if url else ""
    for words, question in _QUESTIONS.items():
        spent: dict[str, list[float]] = defaultdict(list)
        for turn in range(ROUNDS):
            for name in list(clinics)[:: 1 if turn % 2 else -1]:
                spent[name].append(_timed(clinics[name], question))
        big, little = median(spent[large.scale.name]), median(spent[small.scale.name])
        yield Line(
            f"{where}{words}: {large.scale.checkins:,} check-ins ÷ {small.scale.checkins:,}",
            big / little, 1.1, told=f"{big * 1e6:.0f} µs beside {little * 1e6:.0f} µs",
        )  # fmt: skip


def _clinic(group: Group, url: str) -> _Clinic:
    """Find patients of one clinic whose whole name is theirs alone."""
    app, clinic_id = group.app(url), group.houses[-1].clinic_id
    with app.app_context():
        alone = (
            select(func.min(Patient.id))
            .where(Patient.clinic_id == clinic_id)
            .group_by(Patient.name_folded)
            .having(func.count() == 1)
            .limit(30)
        )
        some = db.session.execute(
            select(
                Patient.family_name, Patient.given_names, Patient.record_no, Patient.birth_date
            ).where(Patient.clinic_id == clinic_id, Patient.id.in_(alone))
        ).all()
        db.session.remove()
    return _Clinic(
        app,
        clinic_id,
        tuple(f"{one.family_name} {one.given_names}" for one in some),
        tuple(one.record_no for one in some),
        tuple(f"{one.family_name} {dates.screen(one.birth_date)}" for one in some),
    )


def _listed(clinic: _Clinic) -> int:
    day = dates.today_at("America/Chicago", utc_now())
    for _ in range(20):
        chart.found(clinic.clinic_id, day, chart.Filters(), me=[0], drafts=True)
    return 20


def _next_page(clinic: _Clinic) -> int:
    day = dates.today_at("America/Chicago", utc_now())
    first = chart.found(clinic.clinic_id, day, chart.Filters(), me=[0], drafts=True)
    for _ in range(20):
        chart.found(
            clinic.clinic_id, day, chart.Filters(), me=[0], drafts=True, after=first.following
        )
    return 21


def _searched(clinic: _Clinic, typed: tuple[str, ...]) -> int:
    day = dates.today_at("America/Chicago", utc_now())
    for one in typed:
        search.find(clinic.clinic_id, search.read_question(one, today=day), everyone=False)
    return len(typed)


_QUESTIONS: dict[str, Callable[[_Clinic], int]] = {
    "Today list": _listed,
    "its next page": _next_page,
    "search by record number": lambda clinic: _searched(clinic, clinic.records),
    "search by whole name": lambda clinic: _searched(clinic, clinic.names),
    "search by name and birth date": lambda clinic: _searched(clinic, clinic.born),
}


def _timed(clinic: _Clinic, question: Callable[[_Clinic], int]) -> float:
    with clinic.app.app_context():
        question(clinic)
        began = time.process_time()
        asked = question(clinic)
        spent = (time.process_time() - began) / asked
        db.session.remove()
    return spent
