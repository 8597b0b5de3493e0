"""Dates as typed, seen and printed; the clinic's day and time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import dates
from tracker.dates import NotADate, read_date
from tracker.languages import into

TODAY = date(2026, 11, 23)  # a Monday
DEC_1 = date(2026, 12, 1)


@pytest.mark.parametrize(
    "text",
    [
        "12/1/2026",
        "12/01/2026",
        "12 / 1 / 2026",
        "2026-12-01",
        "2026-12-1",
        "dec 1",
        "Dec 1",
        "DEC. 1",
        "december 1st",
        "1 dec",
        "Dec 1 2026",
        "dec 1, 2026",
        "December 1, 2026",
        "1 dec 2026",
        "1 December 2026",
        "1-dec-2026",
        "1st of december 2026",
        "dec1 2026",
        "Tue Dec 1, 2026",
        "tuesday, december 1, 2026",
        "Tuesday 12/1/2026",
        "+8",
        "+ 8",
        "  12/1/2026  ",
        "dec\u00a01",
    ],
)
def test_one_day_in_every_accepted_spelling(text: str) -> None:
    assert read_date(text, today=TODAY) == DEC_1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", TODAY),
        ("Today", TODAY),
        ("tomorrow", date(2026, 11, 24)),
        ("yesterday", date(2026, 11, 22)),
        ("+0", TODAY),
        ("+14", date(2026, 12, 7)),
        ("+9999", date(2054, 4, 9)),
        ("nov 23", TODAY),
        ("nov 24", date(2026, 11, 24)),
        ("nov 22", date(2027, 11, 22)),
        ("jan 1", date(2027, 1, 1)),
        ("sept 3", date(2027, 9, 3)),
        ("may 31", date(2027, 5, 31)),
        ("2/29/2028", date(2028, 2, 29)),
        ("feb 29 2000", date(2000, 2, 29)),
        ("3/14/1961", date(1961, 3, 14)),
        ("1/1/1900", date(1900, 1, 1)),
        ("0001-01-01", date(1, 1, 1)),
        ("12/31/9999", date(9999, 12, 31)),
    ],
)
def test_other_days(text: str, day: date) -> None:
    assert read_date(text, today=TODAY) == day


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2027, 6, 1), date(2028, 2, 29)),
        (date(2028, 1, 1), date(2028, 2, 29)),
    ],
)
def test_a_leap_day_without_a_year_within_the_coming_year(today: date, day: date) -> None:
    assert read_date("feb 29", today=today) == day


AS_IN = "as in Dec 1, 2026 or 12/1/2026"
UNCERTAIN = "It is not certain which of these is the month. Type month/day/year, as in 12/1/2026."
CENTURIES = "This year could mean two centuries or more. Type it with four digits."
YEAR_TOO = "Type the year as well, with four digits."
AHEAD = "Days from today are a plus sign and a whole number, at most 9999. Type +14, or a date."
UNREAD = f"This is not read as a date. Type it {AS_IN}."

REFUSED = [
    ("", f"This date is empty. Type a date, {AS_IN}."),
    (" \t ", f"This date is empty. Type a date, {AS_IN}."),
    ("x" * 10_000, f"This is too long for a date. Type a date, {AS_IN}."),
    ("12/1/26", CENTURIES),
    ("dec 1 26", CENTURIES),
    ("dec 1, 026", CENTURIES),
    ("12/1/20266", CENTURIES),
    ("12/1", YEAR_TOO),
    ("dec 32", "December has 31 days, not 32. Type another day."),
    ("dec 0", "There is no day 0. Type a day from 1 on."),
    ("12/0/2026", "There is no day 0. Type a day from 1 on."),
    ("4/31/2026", "April has 30 days, not 31. Type another day."),
    ("2/30/2028", "February has 29 days, not 30. Type another day."),
    ("2/30/2026", "February has 28 days, not 30. Type another day."),
    ("2/29/2026", "2026 is not a leap year: February ends on the 28th. Type another day."),
    ("2/29/1900", "1900 is not a leap year: February ends on the 28th. Type another day."),
    ("feb 29", f"There is no such day in the coming year. {YEAR_TOO}"),
    ("feb 30", "February has 29 days, not 30. Type another day."),
    (
        "13/1/2026",
        (
            "Dates are read as month/day/year, and there is no month 13. "
            "Type the month in letters, as in Jan 13, 2026."
        ),
    ),
    ("13/13/2026", "There is no month 13. Type a month from 1 to 12."),
    ("0/1/2026", "There is no month 0. Type a month from 1 to 12."),
    ("2026-13-01", "There is no month 13. Type a month from 1 to 12."),
    ("0000-01-01", "There is no year 0000. Type the year with four digits."),
    ("tuesday", f"A weekday alone could be any week. Type the date, {AS_IN}."),
    ("Tue", f"A weekday alone could be any week. Type the date, {AS_IN}."),
    (
        "Mon Dec 1, 2026",
        "December 1, 2026 is a Tuesday. Type the date again, without its weekday.",
    ),
    ("dec", f"A date needs a month, a day and a year. Type it {AS_IN}."),
    ("early dec", f"A date needs a month, a day and a year. Type it {AS_IN}."),
    ("dec 2026", f"The day is missing. Type the date {AS_IN}."),
    ("2026 dec 1", f"A date is month, day and year, in this order. Type it {AS_IN}."),
    ("12-1-2026", UNCERTAIN),
    ("1.12.2026", UNCERTAIN),
    ("2026/12/01", UNCERTAIN),
    ("12 1 2026", UNCERTAIN),
    (
        "12012026",
        f"A number alone is not a date. Type the date {AS_IN}, or +14 for days from today.",
    ),
    ("+", AHEAD),
    ("+99999", AHEAD),
    ("+2w", AHEAD),
    ("+1.5", AHEAD),
    ("-3", f"Days are counted forward only. Type the date itself, {AS_IN}."),
    ("soon", UNREAD),
    ("decmber 1", UNREAD),
    ("12/1/2026 9am", UNREAD),
    ("\uff11\uff12/1/2026", UNREAD),
    ("\u0661/1/2026", UNREAD),
    ("12/1/2026\u200b", UNREAD),
    ("=TODAY()", UNREAD),
    ("<b>12/1/2026</b>", UNREAD),
    ("?", UNREAD),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_each_refusal_says_what_to_type(text: str, sentence: str) -> None:
    with pytest.raises(NotADate) as refused:
        read_date(text, today=TODAY)
    assert refused.value.sentence == str(refused.value) == sentence


def test_a_birth_date_needs_its_year() -> None:
    assert read_date("mar 14 1961", today=TODAY, year_required=True) == date(1961, 3, 14)
    assert read_date("3/14/1961", today=TODAY, year_required=True) == date(1961, 3, 14)
    for text, sentence in [
        ("mar 14", YEAR_TOO),
        ("today", f"This date is needed in full. Type it {AS_IN}."),
        ("+14", f"This date is needed in full. Type it {AS_IN}."),
        ("soon", UNREAD),
    ]:
        with pytest.raises(NotADate) as refused:
            read_date(text, today=TODAY, year_required=True)
        assert refused.value.sentence == sentence


def test_the_calendar_ends() -> None:
    with pytest.raises(NotADate, match="ends with the year 9999"):
        read_date("+14", today=date.max)
    with pytest.raises(NotADate, match="no such day in the coming year"):
        read_date("jan 1", today=date.max)
    assert read_date("dec 31", today=date.max) == date.max


def test_every_wording() -> None:
    assert dates.screen(DEC_1) == "Tue Dec 1, 2026"
    assert dates.paper(DEC_1) == "Tuesday, December 1, 2026"
    assert dates.born(date(1961, 3, 14)) == "Mar 14, 1961"
    assert dates.paper_born(date(1961, 3, 14)) == "March 14, 1961"
    assert dates.month_day(date(2026, 12, 3)) == "Thursday, December 3"
    assert dates.screen(date(7, 2, 1)) == "Thu Feb 1, 0007"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 dic 2026", DEC_1),
        ("1 de diciembre de 2026", DEC_1),
        ("1 de diciembre del 2026", DEC_1),
        ("1º de dic.", DEC_1),
        ("diciembre 1, 2026", DEC_1),
        ("Dic 1", DEC_1),
        ("mar 1 dic 2026", DEC_1),
        ("martes, 1 de diciembre de 2026", DEC_1),
        ("mar. 1 dic", DEC_1),
        ("mié 2 dic 2026", date(2026, 12, 2)),
        ("miercoles 2 de diciembre", date(2026, 12, 2)),
        ("sáb 5 dic 2026", date(2026, 12, 5)),
        ("4 ene", date(2027, 1, 4)),
        ("3 de setiembre de 2027", date(2027, 9, 3)),
        ("mar 2 mar 2027", date(2027, 3, 2)),
        ("mar 3", date(2027, 3, 3)),  # March in both languages: a weekday needs its month
        ("mar 3 2027", date(2027, 3, 3)),
        ("hoy", TODAY),
        ("Mañana", date(2026, 11, 24)),
        ("manana", date(2026, 11, 24)),
        ("pasado mañana", date(2026, 11, 25)),
        ("ayer", date(2026, 11, 22)),
        ("3/12/2026", date(2026, 3, 12)),  # numbers are month/day/year in both languages
    ],
)
def test_days_in_spanish_words(text: str, day: date) -> None:
    assert read_date(text, today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("mié 1 dic 2026", "is a Tuesday"),
        ("lunes", "A weekday alone"),
        ("mar", "needs a month, a day and a year"),
        ("31 de noviembre de 2026", "November has 30 days"),
        ("13/12/2026", "as in Dec 13, 2026"),
        ("31/2/2026", "as in Feb 31, 2026"),
        ("1 de 2026", "not read as a date"),
    ],
)
def test_refusals_of_spanish_words(text: str, part: str) -> None:
    with pytest.raises(NotADate, match=part):
        read_date(text, today=TODAY)


@settings(max_examples=200, deadline=None)
@given(day=st.dates(min_value=date(1900, 1, 1)), today=st.dates(max_value=date(9000, 1, 1)))
def test_what_is_shown_in_spanish_reads_back(day: date, today: date) -> None:
    for shown in (dates.screen(day), dates.born(day), dates.paper_born(day)):
        assert read_date(into(shown, "es"), today=today, year_required=True) == day


@settings(max_examples=200, deadline=None)
@given(day=st.dates(), today=st.dates())
def test_what_is_shown_reads_back(day: date, today: date) -> None:
    for text in (
        dates.screen(day),
        dates.paper(day),
        dates.born(day),
        dates.paper_born(day),
        day.isoformat(),
        f"{day.month}/{day.day}/{day.year:04}",
    ):
        assert read_date(text, today=today, year_required=True) == day


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.one_of(st.sampled_from("0123456789/-+., decmonjatuh"), st.characters())))
def test_any_text_is_a_date_or_a_sentence(text: str) -> None:
    try:
        found = read_date(text, today=TODAY)
    except NotADate as refused:
        assert "Type" in refused.sentence
        assert refused.sentence.endswith(".")
        assert len(refused.sentence) < 140
    else:
        assert isinstance(found, date)


# --- Dates that follow from typed intervals ------------------------------------------------------


def test_steps_are_laid_out_from_the_first_day() -> None:
    assert dates.lay_out(DEC_1, 28, 3) == (DEC_1, date(2026, 12, 29), date(2027, 1, 26))
    assert dates.lay_out(DEC_1, 1, 1) == (DEC_1,)
    assert dates.lay_out(date(2028, 2, 28), 1, 3)[1:] == (date(2028, 2, 29), date(2028, 3, 1))


@settings(max_examples=100, deadline=None)
@given(first=st.dates(max_value=date(2900, 1, 1)), every=st.integers(1, 999), n=st.integers(1, 60))
def test_steps_are_evenly_spaced(first: date, every: int, n: int) -> None:
    laid = dates.lay_out(first, every, n)
    assert laid[0] == first
    assert len(laid) == n
    assert {(b - a).days for a, b in pairwise(laid)} <= {every}


@pytest.mark.parametrize(("every", "steps"), [(0, 3), (-7, 3), (7, 0), (7, -1)])
def test_no_step_without_a_day(every: int, steps: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        dates.lay_out(DEC_1, every, steps)


def test_no_step_after_the_calendar() -> None:
    with pytest.raises(ValueError, match="9999"):
        dates.lay_out(date(9999, 12, 1), 28, 3)


@pytest.mark.parametrize(
    ("every", "unit", "days"),
    [
        ("72", "hours", [1, 4, 7, 10]),
        ("3", "days", [1, 4, 7, 10]),
        ("48", "hours", [1, 3, 5, 7, 9]),
        ("7", "days", [1, 8]),
        ("9", "days", [1, 10]),
        ("10", "days", [1]),
        ("36", "hours", []),
        ("8", "hours", []),
    ],
)
def test_a_patch_is_changed_through_the_last_day(every: str, unit: str, days: list[int]) -> None:
    found = dates.change_dates(DEC_1, date(2026, 12, 10), every, unit)
    assert found == tuple(date(2026, 12, day) for day in days)


def test_a_patch_over_the_change_of_the_clocks_is_counted_in_days() -> None:
    found = dates.change_dates(date(2026, 10, 30), date(2026, 11, 5), "72", "hours")
    assert found == (date(2026, 10, 30), date(2026, 11, 2), date(2026, 11, 5))


def test_no_changes_before_the_first_day() -> None:
    assert dates.change_dates(DEC_1, date(2026, 11, 30), "3", "days") == ()
    assert dates.change_dates(date.max, date.max, "3", "days") == (date.max,)


@pytest.mark.parametrize(
    ("every", "unit"),
    [
        ("0", "days"),
        ("", "days"),
        ("1.5", "days"),
        ("1000", "hours"),
        ("72", "weeks"),
        ("٣", "days"),
    ],
)
def test_no_changes_at_an_interval_that_is_none(every: str, unit: str) -> None:
    with pytest.raises(ValueError, match="whole number of hours or days"):
        dates.change_dates(DEC_1, DEC_1, every, unit)


@pytest.mark.parametrize(
    ("birth", "today", "years"),
    [
        (date(1961, 3, 14), date(2026, 3, 13), 64),
        (date(1961, 3, 14), date(2026, 3, 14), 65),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
        (date(2000, 2, 29), date(2028, 2, 29), 28),
        (date(2026, 11, 23), TODAY, 0),
    ],
)
def test_age(birth: date, today: date, years: int) -> None:
    assert dates.age(birth, today) == years


def test_nobody_is_born_tomorrow() -> None:
    with pytest.raises(ValueError, match="after today"):
        dates.age(date(2026, 11, 24), TODAY)


# --- The clinic's clock --------------------------------------------------------------------------

CHICAGO = "America/Chicago"


@pytest.mark.parametrize(
    ("zone", "now", "day", "time"),
    [
        (CHICAGO, datetime(2026, 12, 1, 5, 59, tzinfo=UTC), date(2026, 11, 30), "11:59 PM"),
        (CHICAGO, datetime(2026, 12, 1, 6, 0, tzinfo=UTC), DEC_1, "12:00 AM"),
        (CHICAGO, datetime(2026, 12, 1, 18, 0, tzinfo=UTC), DEC_1, "12:00 PM"),
        (CHICAGO, datetime(2026, 12, 1, 15, 42, 59, tzinfo=UTC), DEC_1, "9:42 AM"),
        (CHICAGO, datetime(2026, 12, 1, 19, 5, tzinfo=UTC), DEC_1, "1:05 PM"),
        # Spring: 1:59 AM is followed by 3:00 AM; midnight is an hour earlier in UTC from then on.
        (CHICAGO, datetime(2026, 3, 8, 7, 59, tzinfo=UTC), date(2026, 3, 8), "1:59 AM"),
        (CHICAGO, datetime(2026, 3, 8, 8, 0, tzinfo=UTC), date(2026, 3, 8), "3:00 AM"),
        (CHICAGO, datetime(2026, 3, 9, 4, 59, tzinfo=UTC), date(2026, 3, 8), "11:59 PM"),
        (CHICAGO, datetime(2026, 3, 9, 5, 0, tzinfo=UTC), date(2026, 3, 9), "12:00 AM"),
        # Autumn: 1:30 AM comes twice.
        (CHICAGO, datetime(2026, 11, 1, 6, 30, tzinfo=UTC), date(2026, 11, 1), "1:30 AM"),
        (CHICAGO, datetime(2026, 11, 1, 7, 30, tzinfo=UTC), date(2026, 11, 1), "1:30 AM"),
        # West of a server that has tomorrow; no summer time; half an hour off; the far east.
        (
            "Pacific/Honolulu",
            datetime(2028, 3, 1, 9, 59, tzinfo=UTC),
            date(2028, 2, 29),
            "11:59 PM",
        ),
        ("America/Phoenix", datetime(2026, 7, 1, 7, 0, tzinfo=UTC), date(2026, 7, 1), "12:00 AM"),
        ("Asia/Kolkata", datetime(2026, 12, 31, 18, 30, tzinfo=UTC), date(2027, 1, 1), "12:00 AM"),
        (
            "Pacific/Kiritimati",
            datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
            date(2026, 12, 2),
            "12:00 AM",
        ),
        ("UTC", datetime(2026, 12, 1, 0, 0, tzinfo=UTC), DEC_1, "12:00 AM"),
    ],
)
def test_the_clinics_day_and_time(zone: str, now: datetime, day: date, time: str) -> None:
    assert dates.today_at(zone, now) == day
    assert dates.time_of_day(now, zone) == time


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    tokyo = datetime(2026, 12, 1, 14, 59, tzinfo=timezone(timedelta(hours=9)))
    assert dates.today_at(CHICAGO, tokyo) == date(2026, 11, 30)


@pytest.mark.parametrize(
    "zone", ["", "Nowhere/Town", "../etc/passwd", "/etc/passwd", "America", "a\0b"]
)
def test_an_unknown_zone_is_named(zone: str) -> None:
    with pytest.raises(ValueError, match="There is no time zone named"):
        dates.today_at(zone, datetime(2026, 12, 1, tzinfo=UTC))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        dates.today_at(CHICAGO, datetime(2026, 12, 1))


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [
        ("2:30 pm", "14:30", "2:30 PM"),
        ("2.30 p.m.", "14:30", "2:30 PM"),
        ("14:30", "14:30", "2:30 PM"),
        ("9", "09:00", "9:00 AM"),
        ("9 am", "09:00", "9:00 AM"),
        ("12 am", "00:00", "12:00 AM"),
        ("12 pm", "12:00", "12:00 PM"),
        ("07:15", "07:15", "7:15 AM"),
        ("2:30 p. m.", "14:30", "2:30 PM"),
        ("9:05 a.\u00a0m.", "09:05", "9:05 AM"),
    ],
)
def test_a_time_of_day_is_read_and_said(typed: str, kept: str, said: str) -> None:
    assert dates.read_time(typed) == kept
    assert dates.clock_words(kept) == said


@pytest.mark.parametrize("typed", ["", "noon", "2:30", "13 pm", "0 am", "25:00", "9:60", "14:3"])
def test_a_time_that_could_be_two_or_none_is_refused(typed: str) -> None:
    with pytest.raises(NotADate):
        dates.read_time(typed)
