"""Dates as the clinic types, sees and prints them.

What belongs here: reading a typed date, the wordings of a date, the dates that follow from typed
intervals, an age, and the clinic's own day and time. What does not: what a date means for a plan
or a check-in. Pure: "today" is passed in, nothing here asks the clock.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap, monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.day_words import (
    MESES,
    MONTHS,
    WEEKDAYS,
    born,
    month_day,
    month_words,
    paper,
    paper_born,
    screen,
    weekday_words,
)
from tracker.languages import joined, said

__all__ = [
    "MONTHS", "WEEKDAYS", "NotADate", "age", "born", "change_dates", "clock_words", "lay_out",
    "month_day", "month_words", "paper", "paper_born", "read_date", "read_time", "screen",
    "time_of_day", "today_at", "weekday_words",
]  # fmt: skip

_LONGEST = 40  # characters; "Wednesday, September 30, 2026" has twenty-nine
_AS_IN = said("as in Dec 1, 2026 or 12/1/2026")
_YEAR_TOO = said("Type the year as well, with four digits.")
_FOUR_DIGITS = said("This year could mean two centuries or more. Type it with four digits.")


class NotADate(ValueError):
    """Carry the plain sentence that says why a typed text is not a date."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence to be shown beside the field."""
        super().__init__(sentence)
        self.sentence = sentence


def read_date(text: str, *, today: date, year_required: bool = False) -> date:
    """Read a typed date.

    Accepts 12/1/2026 (month/day/year), 2026-12-01, dec 1 2026, Dec. 1, 2026, 1 December 2026, a
    weekday before any of these when it is right, today, tomorrow, yesterday and +14 (days from
    `today`); the same in Spanish words on any page: 1 de diciembre de 2026, mar 1 dic 2026, hoy,
    mañana. Numbers alone mean month/day/year in both languages. "dec 1" without a year is the next
    such day on or after `today`. `year_required` (for a birth date) accepts only dates typed with
    their year. Blanks around the text are ignored.
    Raises NotADate with a sentence for everything else.
    """
    typed = _plain(text)
    if not typed:
        raise NotADate(said("This date is empty. Type a date, {example}.", example=_AS_IN))
    if len(typed) > _LONGEST:
        raise NotADate(said("This is too long for a date. Type a date, {example}.", example=_AS_IN))
    weekday, rest = _split_weekday(typed)
    found = _from_words(rest, today, year_required) or _from_numbers(rest)
    if found is None:
        found = _from_today(rest, today, year_required)
    if weekday is not None and found.weekday() != weekday:
        raise NotADate(
            said(
                "{date} is a {weekday}. Type the date again, without its weekday.",
                date=paper_born(found),
                weekday=weekday_words(found),
            )
        )
    return found


_NAMED_MONTH = {
    name.casefold()[:length]: number
    for number, name in enumerate(MONTHS, 1)
    for length in range(3, len(name) + 1)
    if length in {3, len(name)} or (name == "September" and length == 4)
}
_NAMED_WEEKDAY = {
    name.casefold()[:length]: number
    for number, name in enumerate(WEEKDAYS)
    for length in range(3, len(name) + 1)
}
_NAMED_MONTH |= {
    name[:length]: number for number, name in enumerate(MESES, 1) for length in (3, len(name))
} | {"sept": 9, "setiembre": 9, "set": 9}
_NAMED_WEEKDAY |= {
    name[:length]: number
    for number, name in enumerate(("lunes", "martes", "miercoles", "jueves", "viernes", "sabado",
                                   "domingo"))
    for length in (3, len(name))
}  # fmt: skip
_NEAR = {
    "today": 0, "tomorrow": 1, "yesterday": -1,
    "hoy": 0, "manana": 1, "pasado manana": 2, "ayer": -1,
}  # fmt: skip
_DAY = "([0-9]{1,4})(?:st|nd|rd|th|º)?"
_MONTH_FIRST = re.compile(rf"([a-z]+)\.? ?{_DAY}(?:,? (?:del? )?([0-9]+))?,?")
_DAY_FIRST = re.compile(rf"{_DAY}[ -]?(?:of |de )?([a-z]+)\.?(?:(?:,? ?|-| del? )([0-9]+))?")


def _plain(text: str) -> str:
    """Give a text in small letters, its blanks as one and its accents left out: "mié" is "mie"."""
    letters = unicodedata.normalize("NFD", " ".join(text.split()).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _split_weekday(typed: str) -> tuple[int | None, str]:
    found = re.fullmatch(r"([a-z]+)\.?,?(?: (.+))?", typed)
    if found is None or found[1] not in _NAMED_WEEKDAY or _is_march(found[1], found[2]):
        return None, typed
    if found[2] is None:
        raise NotADate(
            said("A weekday alone could be any week. Type the date, {example}.", example=_AS_IN)
        )
    return _NAMED_WEEKDAY[found[1]], found[2]


def _is_march(name: str, rest: str | None) -> bool:
    """Tell March from "mar" for martes, which stands before a day and its month: "mar 1 dic"."""
    after = _DAY_FIRST.fullmatch(rest or "")
    return name == "mar" and (after is None or after[2] not in _NAMED_MONTH)


def _from_words(typed: str, today: date, year_required: bool) -> date | None:
    """Read a date whose month is in letters; None where no month is named."""
    if found := _MONTH_FIRST.fullmatch(typed):
        name, day, year = found.groups()
    elif found := _DAY_FIRST.fullmatch(typed):
        day, name, year = found.groups()
    elif any(word in _NAMED_MONTH for word in re.findall("[a-z]+", typed)):
        raise NotADate(
            said("A date needs a month, a day and a year. Type it {example}.", example=_AS_IN)
        )
    else:
        return None
    if name not in _NAMED_MONTH:
        return None
    month = _NAMED_MONTH[name]
    if year is None and len(day) == 4:
        raise NotADate(said("The day is missing. Type the date {example}.", example=_AS_IN))
    if len(day) > 2:
        raise NotADate(
            said("A date is month, day and year, in this order. Type it {example}.", example=_AS_IN)
        )
    if year is not None:
        return _checked(_year(year), month, int(day))
    if year_required:
        raise NotADate(_YEAR_TOO)
    return _next(month, int(day), today)


def _from_numbers(typed: str) -> date | None:
    """Read year-month-day or month/day/year; None where the text is neither."""
    if found := re.fullmatch("([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", typed):
        return _checked(*(int(group) for group in found.groups()))
    if found := re.fullmatch("([0-9]{1,2}) ?/ ?([0-9]{1,2}) ?/ ?([0-9]+)", typed):
        month, day, year = int(found[1]), int(found[2]), _year(found[3])
        if month > 12 >= day >= 1:
            raise NotADate(
                said(
                    "Dates are read as month/day/year, and there is no month {month}. "
                    "Type the month in letters, as in {date}.",
                    month=month,
                    date=_meant(year, day, month),
                )
            )
        return _checked(year, month, day)
    if re.fullmatch("[0-9]{1,2}/[0-9]{1,2}", typed):
        raise NotADate(_YEAR_TOO)
    if re.fullmatch(r"[0-9]+([-./ ])[0-9]+\1[0-9]+", typed):
        raise NotADate(
            said(
                "It is not certain which of these is the month. "
                "Type month/day/year, as in 12/1/2026."
            )
        )
    return None


def _meant(year: int, month: int, day: int) -> str:
    """Give a date with its month in letters, though no calendar may have it."""
    try:
        return born(date(year, month, day))
    except ValueError:
        return f"{MONTHS[month - 1][:3]} {day}, {year:04}"


def _from_today(typed: str, today: date, year_required: bool) -> date:
    """Read today, tomorrow, yesterday or +14, or refuse a text that is no date at all."""
    ahead = re.fullmatch(r"\+ ?([0-9]{1,4})", typed)
    if typed not in _NEAR and ahead is None:
        raise NotADate(_what_instead(typed))
    if year_required:
        raise NotADate(said("This date is needed in full. Type it {example}.", example=_AS_IN))
    try:
        return today + timedelta(days=int(ahead[1]) if ahead else _NEAR[typed])
    except OverflowError:
        raise NotADate(
            said("The calendar ends with the year 9999. Type an earlier date.")
        ) from None


def _what_instead(typed: str) -> str:
    if typed.startswith("+"):
        return said(
            "Days from today are a plus sign and a whole number, at most 9999. Type +14, or a date."
        )
    if re.fullmatch("-[0-9]+", typed):
        return said(
            "Days are counted forward only. Type the date itself, {example}.", example=_AS_IN
        )
    if re.fullmatch("[0-9]+", typed):
        return said(
            "A number alone is not a date. Type the date {example}, or +14 for days from today.",
            example=_AS_IN,
        )
    return said("This is not read as a date. Type it {example}.", example=_AS_IN)


def _year(typed: str) -> int:
    if len(typed) != 4:
        raise NotADate(_FOUR_DIGITS)
    return int(typed)


def _checked(year: int, month: int, day: int) -> date:
    """Return the day, or refuse one that no calendar has."""
    if year < 1:
        raise NotADate(said("There is no year 0000. Type the year with four digits."))
    if not 1 <= month <= 12:
        raise NotADate(said("There is no month {month}. Type a month from 1 to 12.", month=month))
    if day < 1:
        raise NotADate(said("There is no day 0. Type a day from 1 on."))
    if (month, day) == (2, 29) and not isleap(year):
        raise NotADate(
            said(
                "{year} is not a leap year: February ends on the 28th. Type another day.",
                year=f"{year:04}",
            )
        )
    last = monthrange(year, month)[1]
    if day > last:
        raise NotADate(
            said(
                "{month} has {last} days, not {day}. Type another day.",
                month=month_words(date(year, month, 1)),
                last=last,
                day=day,
            )
        )
    return date(year, month, day)


def _next(month: int, day: int, today: date) -> date:
    """Return the next such day on or after today, within the coming year."""
    _checked(2000, month, day)  # a leap year: whether any year has this day
    for year in (today.year, today.year + 1):
        exists = (month, day) != (2, 29) or isleap(year)
        if exists and year <= date.max.year and date(year, month, day) >= today:
            return date(year, month, day)
    raise NotADate(said("There is no such day in the coming year. {year_too}", year_too=_YEAR_TOO))


# --- Dates that follow from typed intervals -------------------------------------------------------


def lay_out(first: date, every_days: int, steps: int) -> tuple[date, ...]:
    """Return the first days of `steps` steps, `every_days` days apart, from `first` on.

    Raises ValueError for less than one day or one step, or past the year 9999.
    """
    if every_days < 1 or steps < 1:
        raise ValueError("Steps are at least one day apart, and there is at least one.")
    return _spaced(lambda n: n < steps, first, every_days)


def months_later(day: date, months: int) -> date:
    """Give the same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def change_dates(first: date, last: date, every: str, unit: str) -> tuple[date, ...]:
    """Return the days on which a patch is changed, from `first` through `last`.

    `every` is the interval as typed, a whole number from 1 to 999; `unit` is "hours" or "days".
    The first change is on `first`. Empty when `last` is earlier, or when the hours are not whole
    days: the day of a change then depends on the hour, which nobody typed. Raises ValueError for
    any other interval or unit.
    """
    if not re.fullmatch("[1-9][0-9]{0,2}", every) or unit not in {"hours", "days"}:
        raise ValueError("A change interval is a whole number of hours or days, from 1 to 999.")
    days, hours_over = (int(every), 0) if unit == "days" else divmod(int(every), 24)
    if hours_over:
        return ()
    return _spaced(lambda n: days * n <= (last - first).days, first, days)


def _spaced(wanted: Callable[[int], bool], first: date, days: int) -> tuple[date, ...]:
    found: list[date] = []
    try:
        while wanted(len(found)):
            found.append(first + timedelta(days=days * len(found)))
    except OverflowError:
        raise ValueError("The calendar ends with the year 9999.") from None
    return tuple(found)


def age(birth: date, today: date) -> int:
    """Return the age in whole years; someone born on February 29 turns on March 1 otherwise.

    Raises ValueError when the birth date is after `today`.
    """
    if birth > today:
        raise ValueError("The birth date is after today.")
    before_birthday = (today.month, today.day) < (birth.month, birth.day)
    return today.year - birth.year - before_birthday


# --- The clinic's clock ---------------------------------------------------------------------------


def today_at(zone: str, now: datetime) -> date:
    """Return the clinic's day at the moment `now`.

    `zone` is an IANA name such as "America/Chicago"; `now` must know its own time zone. Raises
    ValueError for an unknown zone or a `now` without one.
    """
    return _at(zone, now).date()


def time_of_day(moment: datetime, zone: str) -> str:
    """Return the clinic's time at `moment`, as "9:42 AM". Refuses the same as `today_at`."""
    local = _at(zone, moment)
    return _half_day(local.hour, f"{local.minute:02}")


def moment(at: datetime, zone: str) -> str:
    """Return day and time at `at` by a clinic's clock: "Tue Nov 24, 2026, 9:42 AM"."""
    return joined(", ", (screen(today_at(zone, at)), time_of_day(at, zone)))


_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))? ?(?:([ap])\.? ?m\.?)?")


def read_time(text: str) -> str:
    """Read a typed time of day, such as 2:30 pm, 2:30 p. m. or 14:30, and return it as "14:30".

    An hour below 8 without am or pm could be either. Raises NotADate with a sentence.
    """
    found = _TIME.fullmatch(" ".join(text.split()).casefold())
    if found is None:
        raise NotADate(said("This is not a time. Type it as in 2:30 pm or 14:30."))
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            raise NotADate(said("With am or pm an hour is 1 to 12. Type it as in 2:30 pm."))
        hour = hour % 12 + (12 if half == "p" else 0)
    elif hour < 8 and not found[1].startswith("0"):
        raise NotADate(said("Morning or afternoon? Type the time as in 2:30 pm or 14:30."))
    if hour > 23 or minute > 59:
        raise NotADate(said("There is no such time. Type it as in 2:30 pm or 14:30."))
    return f"{hour:02}:{minute:02}"


def clock_words(at: str) -> str:
    """Return a kept time as people read it: "14:30" is "2:30 PM"."""
    hour, minute = int(at[:2]), at[3:]
    return _half_day(hour, minute)


def _half_day(hour: int, minute: str) -> str:
    clock = f"{hour % 12 or 12}:{minute}"
    return said("{clock} AM", clock=clock) if hour < 12 else said("{clock} PM", clock=clock)


def _at(zone: str, moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("This moment has no time zone. Pass one in UTC.")
    try:
        return moment.astimezone(UTC).astimezone(ZoneInfo(zone))
    except (LookupError, OSError, ValueError):  # what ZoneInfo raises for an odd name varies
        raise ValueError(f"There is no time zone named {zone!r}.") from None
