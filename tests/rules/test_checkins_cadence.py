"""Days that follow from typed intervals: months of the calendar, weeks, and their ends."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.checkins.cadence import series
from tracker.dates import months_later


@pytest.mark.parametrize(
    ("first", "every", "unit", "months", "days"),
    [
        ("2027-01-31", 1, "months", 3, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("2028-01-31", 1, "months", 1, ["2028-01-31", "2028-02-29"]),
        ("2026-12-15", 3, "months", 6, ["2026-12-15", "2027-03-15", "2027-06-15"]),
        ("2026-12-15", 2, "months", 3, ["2026-12-15", "2027-02-15"]),
        # Denver springs forward on Mar 14, 2027: a week is seven days of the calendar all the same.
        (
            "2027-03-08",
            1,
            "weeks",
            1,
            [f"2027-03-{d:02}" for d in (8, 15, 22, 29)] + ["2027-04-05"],
        ),
        ("2026-12-30", 10, "days", 1, ["2026-12-30", "2027-01-09", "2027-01-19", "2027-01-29"]),
        ("2026-12-15", 40, "days", 1, ["2026-12-15"]),
    ],
)
def test_a_contact_every_so_often(
    first: str, every: int, unit: str, months: int, days: list[str]
) -> None:
    found = series(date.fromisoformat(first), every, unit, months)
    assert [day.isoformat() for day in found] == days


def test_two_years_of_months() -> None:
    found = series(date(2026, 12, 1), 1, "months", 24)
    assert len(found) == 25 and found[-1] == date(2028, 12, 1)


@pytest.mark.parametrize(
    ("every", "unit", "months", "sentence"),
    [
        (0, "weeks", 3, "1 or more"),
        (1, "fortnights", 3, "days, weeks or months"),
        (1, "weeks", 0, "from 1 to 36"),
        (1, "weeks", 37, "from 1 to 36"),
        (1, "days", 12, "more than 160"),
    ],
)
def test_an_interval_that_cannot_be_kept_is_refused(
    every: int, unit: str, months: int, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        series(date(2026, 12, 1), every, unit, months)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-05-31", 12, "2027-05-31"),
    ],
)
def test_months_are_those_of_the_calendar(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)
