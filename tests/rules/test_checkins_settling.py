"""What the end of a plan, a move and a death leave to be held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.rules.test_checkins_standing import CANCELLED, NOW, attempt, booked, contact, day, one
from tracker.checkins import CheckIn, Ended, Line, Planned, Standing, Start, left_by, settled

CLOSED_ON = day(10)


def ended(why: str) -> Start:
    return Start(1, day(1), Ended(CLOSED_ON, NOW, why))


def laid(on: int, step: int = 1) -> Planned:
    return Planned(1, step, day(on), "phone", (), 1)


def agreed(on: int, made: datetime = NOW) -> Line:
    return replace(booked(on), made=made)


LATER = NOW + timedelta(minutes=1)
CASES: list[tuple[str, CheckIn, str]] = [  # what, and after which ends it is still to be held
    ("beside a step, before the end", one(laid(9)), "completed stopped declined lost"),
    ("beside a step, on the day of the end", one(laid(10)), ""),
    ("beside a step, after it", one(laid(12)), ""),
    ("tried in vain", one(laid(12), attempt(9)), ""),
    ("after the taper", one(laid(20, 0)), "completed"),
    ("agreed with the patient", one(agreed(20)), "completed stopped declined lost"),
    (
        "laid, and moved to a day agreed",
        one(laid(12), agreed(14)),
        "completed stopped declined lost",
    ),
    ("agreed after the end", one(agreed(20, LATER)), "completed stopped declined lost moved"),
]
ALL = ("completed", "stopped", "declined", "lost", "moved", "died")


@pytest.mark.parametrize("why", ALL)
@pytest.mark.parametrize(("what", "checkin", "stands"), CASES, ids=lambda v: str(v)[:40])
def test_the_end_of_a_plan_leaves(what: str, checkin: CheckIn, stands: str, why: str) -> None:
    (found,) = settled([checkin], (ended(why),))
    assert found.open is (why in stands.split()), what
    assert found.withdrawn is not found.open
    assert bool(left_by([checkin], Ended(CLOSED_ON, NOW, why))) is found.open
    if not found.open:
        assert found.standing(day(28)) is Standing.OVER


@pytest.mark.parametrize("why", ALL)
def test_what_happened_stays_as_it_is(why: str) -> None:
    held, cancelled = one(laid(12), contact(9)), one(laid(13), CANCELLED)
    assert settled([held, cancelled], (ended(why),), gone=True) == (held, cancelled)
    assert not held.withdrawn and cancelled.withdrawn


def test_whoever_is_gone_is_not_called() -> None:
    found = settled([one(laid(9)), one(agreed(20, LATER), id=11)], (Start(1, day(1)),), gone=True)
    assert [each.open for each in found] == [False, False]


def test_the_next_plan_lays_its_own_and_leaves_the_first_one_ended() -> None:
    first, second = ended("stopped"), Start(2, day(15))
    later = replace(laid(20), version_id=2)
    found = settled([one(laid(12)), one(laid(20), id=11), one(later, id=12)], (first, second))
    assert [(each.over, each.replaced) for each in found] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip
    (kept,) = settled([one(agreed(20))], (ended("moved"), second))
    assert kept.open  # the patient came back, and so did what was agreed
