"""The wordings of a date: on screens in English and Spanish, on English paper.

A month is always a word, so that no date can be read in two ways. Reading a typed date, and dates
that follow from others, are in `dates`, which hands these on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.languages import SPANISH, Spoken

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MESES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


class ShownDate(Spoken):
    """A date in English words that can be said in Spanish; months are words in both."""

    __slots__ = ("day", "form")
    day: date
    form: str

    @classmethod
    def of(cls, text: str, day: date, form: str) -> ShownDate:
        """Make one: the English text, the day, and which wording it is."""
        one = cls(text)
        one.day, one.form = day, form
        return one

    def into(self, language: str) -> str:
        """Say it: "mar 1 dic 2026", or in its longer wordings."""
        if language != SPANISH:
            return str.__str__(self)
        day, month = self.day, MESES[self.day.month - 1]
        weekday = DIAS[day.weekday()]
        match self.form:
            case "screen":
                return f"{weekday[:3]} {day.day} {month[:3]} {day.year:04}"
            case "born":
                return f"{day.day} {month[:3]} {day.year:04}"
            case "long":
                return f"{day.day} de {month} de {day.year:04}"
            case "weekday":
                return weekday
            case "month":
                return month
        return f"{weekday} {day.day} de {month}"

    def parts(self) -> list[str]:
        """Give the day and the wording."""
        return [self.day.isoformat(), self.form]

    @classmethod
    def again(cls, *parts: str) -> Spoken:
        """Word the day again."""
        day, form = date.fromisoformat(parts[0]), parts[1]
        return cls.of(str.__str__(WORDINGS[form](day)), day, form)


def screen(day: date) -> str:
    """Return the date as screens show it: "Tue Dec 1, 2026"."""
    return ShownDate.of(f"{WEEKDAYS[day.weekday()][:3]} {_short(day)}", day, "screen")


def paper(day: date) -> str:
    """Return the date as paper shows it: "Tuesday, December 1, 2026"."""
    return f"{WEEKDAYS[day.weekday()]}, {paper_born(day)}"


def born(day: date) -> str:
    """Return a birth date as screens show it: "Mar 14, 1961"."""
    return ShownDate.of(_short(day), day, "born")


def paper_born(day: date) -> str:
    """Return a birth date as paper shows it: "March 14, 1961"."""
    return ShownDate.of(f"{_month_and_day(day)}, {day.year:04}", day, "long")


def weekday_words(day: date) -> str:
    """Return the day of the week alone: "Tuesday"."""
    return ShownDate.of(WEEKDAYS[day.weekday()], day, "weekday")


def month_words(day: date) -> str:
    """Return the month alone: "December"."""
    return ShownDate.of(MONTHS[day.month - 1], day, "month")


def month_day(day: date) -> str:
    """Return the date without its year: "Thursday, December 3"."""
    words = f"{WEEKDAYS[day.weekday()]}, {_month_and_day(day)}"
    return ShownDate.of(words, day, "month_day")


def _short(day: date) -> str:
    return f"{MONTHS[day.month - 1][:3]} {day.day}, {day.year:04}"


def _month_and_day(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}"


WORDINGS: dict[str, Callable[[date], str]] = {
    "screen": screen,
    "born": born,
    "long": paper_born,
    "month_day": month_day,
    "weekday": weekday_words,
    "month": month_words,
}
