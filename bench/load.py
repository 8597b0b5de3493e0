"""A working day: 200 clinicians at gunicorn and PostgreSQL, and what must hold when it is over.

Everyone signs in beforehand (a session of their own, made through the records), has patients of
their own, and thinks between two errands. At the end every acknowledged act must be there, the
Today list must be what the facts make of it, and the history must be whole since the day began.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import Flask
from sqlalchemy import select

from bench import holding
from bench.day import Clinician, Patient, Tally
from bench.group.building import Group
from bench.group.people import House
from bench.lines import Line, percentile
from bench.pages import OURS, environment
from bench.servers import serving
from bench.visits import session_of
from tracker import auth, dates
from tracker.demo.care import taper
from tracker.demo.people import Team
from tracker.models import Patient as PatientRow
from tracker.models import WorklistRow, db, utc_now
from tracker.policy import Actor, Role
from tracker.records import patients, staff

CLINICIANS = 200
THINK = 120.0  # seconds between two errands, in the mean
EACH = 16  # patients in one clinician's care
FASTER = (80.0, 50.0, 30.0, 20.0, 12.0, 8.0)  # seconds to think, while p95 has not doubled
STEP_SECONDS = 45
PASSWORD = "lantern moss under glass"
BORN = 1958


@dataclass
class _Day:
    """The people of one run and the server they ask."""

    people: list[Clinician]
    port: int
    tally: Tally = field(default_factory=Tally)

    def run(self, seconds: float, think: float) -> Tally:
        """Let everyone work so long; give what they saw."""
        tally, stop = Tally(), threading.Event()
        for one in self.people:
            one.tally, one.port = tally, self.port
        threads = [
            threading.Thread(target=one.work, args=(stop, think), daemon=True)
            for one in self.people
        ]
        for one_thread in threads:
            one_thread.start()
        stop.wait(seconds)
        stop.set()
        for one_thread in threads:
            one_thread.join(timeout=120)
        self.tally.acts += tally.acts
        self.tally.errors += tally.errors
        return tally


def run(group: Group, url: str, minutes: float) -> Iterator[Line]:
    """Let the day pass, look for the pace at which p95 doubles, and check what must hold."""
    app = group.app(url)
    people = _sign_everyone_in(app, group.houses)
    with app.app_context():
        before = holding.mark()
        db.session.remove()
    with serving(OURS, environment(group, url)) as server:
        day = _Day(people, server.port)
        alone = _alone(day)
        tally = day.run(minutes * 60, THINK)
        yield from _told(tally, minutes * 60, alone)
        yield from _doubled(day, tally)
    yield from _held(app, day.tally, before)


def _alone(day: _Day) -> float:
    """Give the p95 of one person who works alone."""
    one = day.people[0]
    one.port, one.tally = day.port, Tally()
    one.work(threading.Event(), 0.05, errands=60)
    day.tally.acts += one.tally.acts
    day.tally.errors += one.tally.errors
    return percentile(one.tally.all_seconds, 95)


def _told(tally: Tally, seconds: float, alone: float) -> Iterator[Line]:
    every = tally.all_seconds
    p50, p95, p99 = (percentile(every, percent) * 1000 for percent in (50, 95, 99))
    yield Line(
        f"{len(every):,} answers to {CLINICIANS} clinicians in {seconds / 60:g} minutes: errors",
        sum(tally.errors.values()), 0,
        told=f"{len(every) / seconds:.1f} a second" + _words(tally.errors),
    )  # fmt: skip
    yield Line(
        "p95 ÷ p95 of one person alone", p95 / 1000 / alone,
        told=f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms on the wall",
    )  # fmt: skip
    for what, spent in sorted(tally.seconds.items()):
        middle, last = percentile(spent, 50) * 1000, percentile(spent, 95) * 1000
        most = percentile(spent, 99) * 1000
        yield Line(
            f"{what}, p95", last, unit=" ms",
            told=f"p50 {middle:.0f}, p99 {most:.0f} ms; {len(spent):,} times",
        )  # fmt: skip


def _words(errors: dict[str, int]) -> str:
    return "".join(f"; {what} {count} times" for what, count in errors.items())


def _doubled(day: _Day, base: Tally) -> Iterator[Line]:
    """Let everyone think less and less until p95 has doubled."""
    usual, rate = percentile(base.all_seconds, 95), 0.0
    for think in FASTER:
        began = time.monotonic()
        tally = day.run(STEP_SECONDS, think)
        p95 = percentile(tally.all_seconds, 95)
        rate = len(tally.all_seconds) / (time.monotonic() - began)
        told = f"p95 {p95 * 1000:.0f} ms, {think:g} s to think{_words(tally.errors)}"
        if p95 >= 2 * usual:
            yield Line("throughput at which p95 has doubled", rate, unit=" a second", told=told)
            return
    yield Line("throughput before p95 doubles, at least", rate, unit=" a second", told=told)


def _held(app: Flask, tally: Tally, before: holding.Mark) -> Iterator[Line]:
    with app.app_context():
        lost = holding.lost(tally.acts)
        yield Line(
            f"{len(tally.acts):,} acknowledged acts: lost", len(lost), 0,
            told=", ".join(sorted({one.what for one in lost})),
        )  # fmt: skip
        touched = sorted({(one.clinic_id, one.patient_id) for one in tally.acts})
        yield Line(
            f"Today list of {len(touched):,} patients: rows that differ from the facts",
            holding.differ(touched), 0,
        )  # fmt: skip
        events, broken = holding.broken_since(before)
        yield Line(
            f"history since the day began, {events:,} events: breaks", len(broken), 0,
            told="; ".join(broken[:3]),
        )  # fmt: skip
        db.session.remove()
        db.engine.dispose()


# ---- before the day


def _sign_everyone_in(app: Flask, houses: Sequence[House]) -> list[Clinician]:
    """Give each clinician a session, patients of their own, and physicians a plan to be typed."""
    with app.app_context():
        hashed = auth.hasher().hash(PASSWORD)
        order = [
            (house, place)
            for place in range(len(houses[0].clinicians))
            for house in houses
        ][:CLINICIANS]  # fmt: skip
        care = {house.clinic_id: _care(house) for house in houses}
        found = []
        for number, (house, place) in enumerate(order):
            by = house.clinicians[place]
            found.append(_clinician(number, house, place, by, care[house.clinic_id], hashed))
            print(f"\r{number + 1} of {len(order)} signed in", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        db.session.remove()
        db.engine.dispose()
    return found


def _clinician(
    number: int, house: House, place: int, by: Actor, care: list[Patient], hashed: str
) -> Clinician:
    token = session_of(by)
    physician = Role.PHYSICIAN in by.roles_at(house.clinic_id)
    if physician:
        staff.change_own_password(
            by=by, password_hash=hashed, keep_session=auth.hash_of(token)
        )  # fmt: skip
    return Clinician(
        number=number,
        clinic_id=house.clinic_id,
        cookies={auth.cookie_name(): token},
        patients=care[place * EACH : (place + 1) * EACH],
        new_plan=_to_be_planned(house, by, number) if physician else None,
        password=PASSWORD,
        birth_year=str(BORN),
        tally=Tally(),
        chance=random.Random(number),
    )


def _care(house: House) -> list[Patient]:
    """Deal out a clinic's patients: those with something to do first."""
    rows = db.session.execute(
        select(WorklistRow.patient_id, WorklistRow.kind, WorklistRow.ref, WorklistRow.late_from)
        .where(WorklistRow.clinic_id == house.clinic_id, WorklistRow.kind.in_(("checkin", "start")))
        .order_by(WorklistRow.late_from, WorklistRow.ref)
    ).all()
    day = dates.today_at("America/Chicago", utc_now())
    checkins: dict[int, list[int]] = {}
    starts = {one.patient_id for one in rows if one.kind == "start" and one.late_from <= day}
    for one in rows:
        if one.kind == "checkin":
            checkins.setdefault(one.patient_id, []).append(one.ref)
    numbers = dict(
        db.session.execute(
            select(PatientRow.id, PatientRow.record_no).where(
                PatientRow.clinic_id == house.clinic_id
            )
        ).all()
    )
    known = [
        Patient(one, numbers[one], tuple(refs), one in starts)
        for one, refs in checkins.items()
        if one in numbers
    ]
    random.Random(house.clinic_id).shuffle(known)
    return known


def _to_be_planned(house: House, by: Actor, number: int) -> int:
    """Register a patient with a regimen and a plan whose twelve steps have dates and no doses."""
    today = dates.today_at("America/Chicago", utc_now())
    nurse = house.nurses[0]
    patient_id = patients.register(
        by=by,
        clinic_id=house.clinic_id,
        values={
            "family_name": "Day",
            "given_names": f"Number {number}",
            "birth_date": date(BORN, 5, 17),
            "record_no": f"DAY-{number}-{int(time.time())}",
            "phone": "(217) 555-0199",
            "physician_id": by.staff_id,
        },
    )
    team = Team({"amara": by, "bo": nurse}, today)
    lay_out(team, patient_id)
    return patient_id


def lay_out(team: Team, patient_id: int) -> None:
    """Keep a draft of twelve steps, with everything but the doses."""
    from tracker.demo import care

    signed, care._sign = care._sign, lambda *_given, **_named: None  # the physician signs it
    try:
        taper(
            team, patient_id, product="oxycodone-tablet-5-mg",
            before={"morning": "22", "bedtime": "21½"}, steps=[{}] * 12, starts_in=7, every=28,
        )  # fmt: skip
    finally:
        care._sign = signed
