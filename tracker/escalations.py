"""Rules of escalations: by when one is needed, what it must say, where it stands, when it is late.

An escalation is a worry that goes to a physician and comes back answered. Pure: the clinic's day
and closed days are passed in. The application is no pager: "now" asks for a person who was reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.languages import said


class NeededBy(StrEnum):
    """By when a physician's answer is needed."""

    NOW = "now"
    TODAY = "today"
    NEXT_DAY = "next_day"


NEEDED_WORDS = {
    NeededBy.NOW: said("now"),
    NeededBy.TODAY: said("today"),
    NeededBy.NEXT_DAY: said("next working day"),
}


class State(StrEnum):
    """Where an escalation stands, computed from its facts."""

    OPEN = "open"  # nobody has taken it
    ACCEPTED = "accepted"  # a named physician has it
    TO_TELL = "to_tell"  # decided; the patient does not know yet
    RESOLVED = "resolved"


class Told(StrEnum):
    """Whether the patient has been told of the decision."""

    TOLD = "told"
    TO_TELL = "to_tell"
    NOT_NEEDED = "not_needed"


# What a page offers to name a worry by; other acts name theirs in their own words.
ABOUT = (
    said("Withdrawal is hard to bear"),
    said("Pain is out of control"),
    said("Mood or safety"),
    said("Very sleepy or confused"),
    said("Overdose, near miss or naloxone used"),
    said("New numbness, weakness, bladder or bowel change"),
    said("Ran short, lost or substituted medicine"),
    said("Pregnancy"),
    said("A new medicine or sedative"),
    said("The pace of the taper"),
    said("A question about the medicine"),
    said("Something else"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the thread: who wrote what, and when."""

    fact_id: int
    kind: str  # raised, note, accepted, resolved, told
    by: str
    at: datetime
    text: str = ""
    spoken_to: str = ""
    patient_is: str = ""
    told: str = ""  # of a decision: one of Told
    plan_fact_id: int | None = None  # of a decision: the act upon the plan that followed
    on: date | None = None  # of "told": the day


@dataclass(frozen=True, slots=True)
class Escalation:
    """One worry from its raising to its answer; `seq` is the last place taken in its stream."""

    id: int
    patient_id: int
    about: str
    needed_by: NeededBy
    needed_on: date
    source: str
    source_id: int | None
    raised_by: str
    raised_at: datetime
    lines: tuple[Line, ...]
    seq: int
    raised_by_id: int | None = None
    owner_id: int | None = None
    owner: str = ""
    in_error: str = ""

    @property
    def decision(self) -> Line | None:
        """The line that resolved it, or None."""
        return next((line for line in reversed(self.lines) if line.kind == "resolved"), None)

    @property
    def told(self) -> Line | None:
        """The line that says the patient was told after the decision, or None."""
        return next((line for line in reversed(self.lines) if line.kind == "told"), None)

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.decision is None:
            return State.ACCEPTED if self.owner_id is not None else State.OPEN
        if self.decision.told == Told.TO_TELL and self.told is None:
            return State.TO_TELL
        return State.RESOLVED

    @property
    def is_open(self) -> bool:
        """Whether a decision is still missing."""
        return self.decision is None and not self.in_error


def needed_on(needed_by: NeededBy, today: date, *, hours: str, closed_days: str) -> date:
    """Give the clinic's day on which an answer is due; closed days and weekends are passed over.

    `hours` and `closed_days` are the clinic's own texts, see `is_working_day`.
    """
    if needed_by is not NeededBy.NEXT_DAY:
        return today
    day = today + timedelta(days=1)
    for _ in range(31):  # a clinic that closes for longer is asked on the day after
        if is_working_day(day, hours=hours, closed_days=closed_days):
            return day
        day += timedelta(days=1)
    return today + timedelta(days=1)


def is_past_due(one: Escalation, today: date) -> bool:
    """Tell whether an escalation without a decision has passed the day it was needed by.

    One that is needed now and that nobody has taken counts as past due from the start: everybody
    who could take it should see it.
    """
    if not one.is_open:
        return False
    return today > one.needed_on or (one.needed_by is NeededBy.NOW and one.owner_id is None)


def why_not_raise(
    *, about: str, needed_by: str, text: str, spoken_to: str, patient_is: str
) -> Mapping[str, str]:
    """Give a sentence for each field that keeps an escalation from being raised; {} when none."""
    wrong: dict[str, str] = {}
    if not about.strip():
        wrong["about"] = said("Say in a few words what it is about.")
    if needed_by not in set(NeededBy):
        wrong["needed_by"] = said("Choose by when an answer is needed.")
    if not text.strip():
        wrong["text"] = said("Say what the physician needs to know.")
    if needed_by == NeededBy.NOW:
        if not spoken_to.strip():
            wrong["spoken_to"] = said(
                "Speak to a person first: this list rings nobody’s phone. "
                "Then record whom you reached, or that nobody could be reached and what you did."
            )
        if not patient_is.strip():
            wrong["patient_is"] = said("Record where the patient is now, or that it is not known.")
    return wrong


def why_not_resolve(*, decision: str, told: str, told_text: str) -> Mapping[str, str]:
    """Give a sentence for each field that keeps an escalation from being resolved; {} when none."""
    wrong: dict[str, str] = {}
    if not decision.strip():
        wrong["decision"] = said("Write down what was decided.")
    if told not in set(Told):
        wrong["told"] = said("Say whether the patient has been told.")
    if told == Told.TOLD and not told_text.strip():
        wrong["told_text"] = said("Say who told the patient.")
    if told == Told.NOT_NEEDED and not told_text.strip():
        wrong["told_text"] = said("Say why the patient need not be told.")
    return wrong


# ---- the clinic's working days

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH_DAY = re.compile(r"\b([a-z]{3,9})\.?\s+(\d{1,2})\b(?:,?\s+(\d{4}))?")


def is_working_day(day: date, *, hours: str, closed_days: str) -> bool:
    """Tell whether the clinic works on a day, as far as its own two texts say.

    Monday to Friday are working days, and a Saturday or Sunday that the hours name ("Sat 9 to 1").
    `closed_days` may name weekdays ("Wednesdays"), dates ("July 4", "December 24, 2026") and United
    States holidays ("Thanksgiving", "New Year’s Day"); what is not understood closes no day.
    """
    if day.weekday() >= 5 and not _names_weekday(hours, day):
        return False
    text = closed_days.lower().replace("’", "'")
    if _names_weekday(_without_holidays(text), day):
        return False
    return day not in _dates_named(text, day.year) | _holidays_named(text, day.year)


def _names_weekday(text: str, day: date) -> bool:
    name = _WEEKDAYS[day.weekday()]
    found = re.search(rf"\b{name[:3]}(?:{name[3:]})?s?\b(.{{0,12}})", text.lower())
    return found is not None and "closed" not in found.group(1)


def _without_holidays(text: str) -> str:
    for words in _HOLIDAYS:
        text = text.replace(words, " ")
    return text


def _dates_named(text: str, year: int) -> set[date]:
    found = set()
    for month, number, in_year in _MONTH_DAY.findall(text):
        place = next((i for i, name in enumerate(_MONTHS, 1) if name.startswith(month)), 0)
        if place:
            try:
                found.add(date(int(in_year or year), place, int(number)))
            except ValueError:
                continue
    return found


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last(year: int, month: int, weekday: int) -> date:
    end = date(year, month, 31)
    return end - timedelta(days=(end.weekday() - weekday) % 7)


# Longer names first: "day after thanksgiving" holds "thanksgiving".
_HOLIDAYS: Mapping[str, Callable[[int], date]] = {
    "day after thanksgiving": lambda year: _nth(year, 11, 3, 4) + timedelta(days=1),
    "thanksgiving": lambda year: _nth(year, 11, 3, 4),
    "new year's eve": lambda year: date(year, 12, 31),
    "new year": lambda year: date(year, 1, 1),
    "martin luther king": lambda year: _nth(year, 1, 0, 3),
    "mlk": lambda year: _nth(year, 1, 0, 3),
    "presidents": lambda year: _nth(year, 2, 0, 3),
    "memorial day": lambda year: _last(year, 5, 0),
    "juneteenth": lambda year: date(year, 6, 19),
    "independence day": lambda year: date(year, 7, 4),
    "labor day": lambda year: _nth(year, 9, 0, 1),
    "columbus day": lambda year: _nth(year, 10, 0, 2),
    "indigenous peoples": lambda year: _nth(year, 10, 0, 2),
    "veterans day": lambda year: date(year, 11, 11),
    "christmas eve": lambda year: date(year, 12, 24),
    "christmas": lambda year: date(year, 12, 25),
}


def _holidays_named(text: str, year: int) -> set[date]:
    found = set()
    for words, on in _HOLIDAYS.items():
        if words in text:
            found.add(on(year))
            text = text.replace(words, " ")
    return found
