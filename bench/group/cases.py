"""The recorded cases: patients at every stage of a taper, each by the application's own acts.

The clock is set back and every act is done on its own day, so that dates, ids and the history
stand as care leaves them. A case has ten steps and ten planned check-ins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import time_machine
from flask import current_app

from bench.group.people import TIME_ZONE, House
from tracker import checkins as rules
from tracker import dates
from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.checkins import CheckIn
from tracker.demo.care import taper
from tracker.demo.contacts import ROUTINE
from tracker.demo.people import Team
from tracker.models import utc_now
from tracker.policy import Actor
from tracker.records import checkins, contacts, course, escalations, patients, therapies

CASES = 32
WORRIED, ONE_IN = 2, 160  # the case with an open escalation: this seldom among the copies
STEPS, EVERY, CALL_AFTER = 10, 28, 3  # days
_MORNING = ("19", "17½", "16", "14½", "13", "11½", "9", "7½", "6", "3½")
_BEDTIME = ("18½", "17", "15½", "14", "12½", "11", "8½", "7", "5½", "2½")
# Names, numbers and days that stand nowhere else, so that a copy can find and replace them.
FAMILY, GIVEN, RECORD, PHONE = "Qzfamily{}x", "Qzgiven{}x", "QZREC{}X", "(217) 555-9{:03}"
BORN = date(1901, 1, 1)
_NOW = datetime.now(UTC)  # ids grow with time: none may be made that is ahead of it


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded patient, and the tokens that stand for who they are."""

    number: int
    patient_id: int

    @property
    def born(self) -> date:
        """The day of birth that is this case's alone."""
        return BORN + timedelta(days=self.number)


@dataclass(frozen=True, slots=True)
class _Chart:
    """One patient under way, and the two people who care for them."""

    number: int
    patient_id: int
    clinic_id: int
    physician: Actor
    nurse: Actor

    def of(self, by: Actor) -> dict[str, Any]:
        """Say whose act it is and about whom."""
        return {"by": by, "clinic_id": self.clinic_id, "patient_id": self.patient_id}


def record_all(house: House) -> Iterator[Case]:
    """Record every case at one clinic; needs an application context."""
    today = dates.today_at(TIME_ZONE, utc_now())
    for number in range(CASES):
        first = today - timedelta(days=number * 9 - 6)
        with time_machine.travel(_at(first - timedelta(days=7)), tick=True) as clock:
            yield _record(house, number, first, today, clock)


def _record(house: House, number: int, first: date, today: date, clock: Any) -> Case:
    physician = house.physicians[number % len(house.physicians)]
    nurse = house.nurses[number % len(house.nurses)]
    patient_id = patients.register(
        by=physician,
        clinic_id=house.clinic_id,
        values={
            "family_name": FAMILY.format(number),
            "given_names": GIVEN.format(number),
            "birth_date": BORN + timedelta(days=number),
            "record_no": RECORD.format(number),
            "phone": PHONE.format(number),
            "leave_message": "yes",
            "allergies_state": "none_known",
            "goal": "Walk to the lake and back",
            "physician_id": physician.staff_id,
        },
    )
    chart = _Chart(number, patient_id, house.clinic_id, physician, nurse)
    _sign(chart, first)
    _live(chart, first, today, clock)
    return Case(number, patient_id)


def _sign(chart: _Chart, first: date) -> None:
    team = Team({"amara": chart.physician, "bo": chart.nurse}, first - timedelta(days=7))
    taper(
        team,
        chart.patient_id,
        product="oxycodone-tablet-5-mg",
        before={"morning": "21", "bedtime": "20½"},
        steps=[
            {"morning": morning, "bedtime": bedtime}
            for morning, bedtime in zip(_MORNING, _BEDTIME, strict=True)
        ],
        starts_in=7,
        every=EVERY,
        rhythms=[
            {"mode": "phone", "day": str(CALL_AFTER), "again": "", "steps": "all",
             "topics": ["withdrawal"]},
        ],
    )  # fmt: skip


def _live(chart: _Chart, first: date, today: date, clock: Any) -> None:
    """Let the taper run up to today: each step started, each call made but the last ones."""
    kind = chart.number % 8
    due = [first + timedelta(days=EVERY * place) for place in range(STEPS)]
    begun = [day for day in due if day <= today]
    if kind == 3:  # the start of the newest step was not recorded
        begun = begun[:-1]
    for place, day in enumerate(begun):
        clock.move_to(_at(day))
        _start(chart, day)
        called = day + timedelta(days=CALL_AFTER)
        late = place == len(begun) - 1 and kind == 0  # nobody called: overdue
        if called <= today and not late:
            clock.move_to(_at(called))
            _call(chart, called)
    clock.move_to(_at(today))
    _today(chart, kind, today)


def _today(chart: _Chart, kind: int, today: date) -> None:
    """Add what makes this case one of its kind."""
    if kind == 1 and course_of(chart.clinic_id, chart.patient_id).happened:
        course.hold(
            **chart.of(chart.physician), seen=_seen(chart), on=today, today=today,
            review_on=today + timedelta(days=7), reason="withdrawal", words="Sweats, no sleep",
        )  # fmt: skip
    elif chart.number == WORRIED:
        escalations.raise_one(
            **chart.of(chart.nurse), about="Slept badly since the step", needed_by="today",
            text="Slept two hours a night since the step. Asks whether to go on.",
        )  # fmt: skip
    elif kind in (4, 5):
        words = current_app.extensions["catalogue"].therapy("physical-therapy").words
        therapies.record(
            **chart.of(chart.nurse), therapy="physical-therapy", words=words, kind="started",
            on=today, today=today, therapy_id=None, seen=0, times=0, barrier="", text="",
        )  # fmt: skip
    if kind == 5 and (waiting := _open(chart)):
        checkins.not_reached(
            **chart.of(chart.nurse), checkin_id=waiting.id, seen=waiting.seq, on=today,
            mode="phone", outcome="no_answer",
        )  # fmt: skip


def _at(day: date) -> datetime:
    return min(datetime.combine(day, time(16), UTC), _NOW)


def _seen(chart: _Chart) -> int:
    return course_of(chart.clinic_id, chart.patient_id).seq


def _start(chart: _Chart, day: date) -> None:
    course.start(**chart.of(chart.nurse), seen=_seen(chart), on=day, today=day, last_contact=day)


def _open(chart: _Chart) -> CheckIn | None:
    found = checkins_of(chart.clinic_id, chart.patient_id)
    return next((one for one in found if one.open), None)


def _call(chart: _Chart, day: date) -> None:
    catalogue = current_app.extensions["catalogue"]
    topics = [(t.id, t.words, t.beside, t.instruments) for t in catalogue.topics]
    waiting = _open(chart)
    assert waiting is not None
    typed = {
        **ROUTINE,
        "on": [day.isoformat()],
        "peg.pain": [str(3 + chart.number % 6)],
        "peg.enjoyment": [str(2 + chart.number % 7)],
        "peg.activity": [str(1 + chart.number % 8)],
        "withdrawal-signs.any": ["none"],
        "next.way": ["none"],
        "next.because": ["The next one is planned"],
    }
    reading = rules.read(
        typed, rules.parts(topics, catalogue.instruments, ()), today=day, born=BORN, has_next=True
    )
    contacts.record(
        **chart.of(chart.nurse), checkin_id=waiting.id, seen=waiting.seq, reading=reading, today=day
    )
