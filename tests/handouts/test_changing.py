"""The days of a patch: one rhythm while nothing about it changes, a new one when something does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from tests.handouts import sheets
from tracker.handouts.changing import days_of_change, last_day_named
from tracker.plans import AfterLast, Pattern, Schedule

DEC_1, DEC_8, DEC_9, DEC_16 = (date(2026, 12, day) for day in (1, 8, 9, 16))
ONE, TWO = {"each": "1", "every": "72"}, {"each": "2", "every": "72"}
PATCH = sheets.medicine("m1", sheets.PATCH, Schedule(Pattern.INTERVAL, (), every_unit="hours"), 2)


def days(
    first: Mapping[str, str], second: Mapping[str, str], last: date | None = DEC_16
) -> tuple[list[int], list[int]]:
    """Give the days of December on which it is changed in two steps, the 1st and the 9th on."""
    steps = [(DEC_1, DEC_8, first), (DEC_9, last, second)]
    one, other = days_of_change(PATCH, steps, plan_ends=last, until=date(2026, 12, 20))
    return [day.day for day in one], [day.day for day in other]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (ONE, ONE, ([1, 4, 7], [10, 13, 16])),  # the rhythm runs on past the start of step 2
        (TWO, ONE, ([1, 4, 7], [9, 12, 15])),  # fewer patches from step 2's first day
        (ONE, {"each": "1", "every": "48"}, ([1, 4, 7], [9, 11, 13, 15])),
        (ONE, {"each": "0", "every": "72"}, ([1, 4, 7], [])),  # a typed 0: no patch at all
        (ONE, {}, ([1, 4, 7], [])),
        ({"each": "1", "every": "20"}, ONE, ([], [9, 12, 15])),  # no whole days
    ],
)
def test_a_step_that_changes_nothing_keeps_the_rhythm(
    first: Mapping[str, str], second: Mapping[str, str], expected: tuple[list[int], list[int]]
) -> None:
    assert days(first, second) == expected


def test_a_step_with_no_end_has_days_through_the_last_one_named() -> None:
    assert days(ONE, ONE, None) == ([1, 4, 7], [10, 13, 16, 19])


def test_a_patch_that_stays_is_changed_after_its_own_last_step() -> None:
    only = [(DEC_1, DEC_8, ONE)]
    stays = replace(PATCH, after_last=AfterLast.STAY)
    for medicine, count in ((PATCH, 3), (stays, 6)):
        (found,) = days_of_change(medicine, only, plan_ends=DEC_16, until=DEC_16)
        assert len(found) == count


def test_only_a_patch_at_an_interval_has_days() -> None:
    steps = [(DEC_1, DEC_8, ONE)]
    for other in (
        replace(PATCH, product=sheets.OXY5),
        replace(PATCH, schedule=sheets.times("morning")),
    ):
        assert days_of_change(other, steps, plan_ends=DEC_8, until=DEC_8) == ((),)


def test_the_last_day_named_is_the_last_of_the_calendar() -> None:
    assert last_day_named(date(2026, 11, 30), 4) == date(2027, 2, 28)
    assert last_day_named(date(2026, 12, 1), 0) == date(2027, 1, 31)
