"""Reading which check-ins a draft lays: beside its steps, on through them, and after the taper.

Every interval was typed by the clinician; nothing here proposes one. A day is a day of the calendar
and knows no hour, so neither a change of the clock nor the server's zone moves it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, takewhile
from typing import ParamSpec, TypeVar

from tracker.dates import months_later
from tracker.drafts.notes import Notes
from tracker.drafts.shape import Raw
from tracker.drafts.typed import Unreadable, days_of, steps_of
from tracker.languages import counted, said
from tracker.plans import PairedCheckIn, ranges

T = TypeVar("T")
P = ParamSpec("P")

MODES = {"phone": said("Phone"), "video": said("Video"), "in_person": said("In person")}
MOST_CHECKINS = 1000
MOST_AGAIN = 99  # weeks or months between two contacts
LONGEST_MONTHS = 36  # after a taper, risk was seen raised for up to 24

ON, BEFORE, AFTER = "on", "before", "after"
WHEN = {
    ON: said("On through the steps, from the first of them"),
    BEFORE: said("In days before the next step begins"),
    AFTER: said("After the end of the taper"),
}
UNITS = {"": said("days"), "weeks": said("weeks"), "months": said("months")}


@dataclass(frozen=True, slots=True)
class StepDates:
    """When each step starts and ends; None where that is not known, or the last one is open."""

    starts: tuple[date | None, ...]
    last_days: tuple[date | None, ...]

    @property
    def end(self) -> date | None:
        """The day after which follow-up is counted.

        It is the plan's last day; where the last step stays until reviewed, the day it begins, for
        nothing changes after it. None while that is not known.
        """
        if not self.starts:
            return None
        return self.last_days[-1] or self.starts[-1]


@dataclass(frozen=True, slots=True)
class Laid:
    """The check-ins that a draft lays."""

    by_step: dict[int, list[PairedCheckIn]]
    covered: frozenset[int]  # the numbers of the steps that have one
    follow_up: tuple[PairedCheckIn, ...]  # after the taper, earliest first


Place = tuple[int, date]
"""The number of a step, 0 for after the taper; and the day."""


def read_rhythms(raw: Raw, topics: Collection[str], when: StepDates, notes: Notes) -> Laid:
    """Read the check-ins of a draft; two at once in the same way become one.

    From a step's own first day, day 1 is that day, and "again" repeats through its last day. Run
    on through the steps, they repeat from the first of the named steps to the last, whichever step
    a day falls in. The last step, when it is open, has only the first: nobody has typed how long
    it lasts. Counted "before", the day is so many days before the next step begins; the last step
    has none. "After" counts from the end of the taper, for a typed number of months.
    """
    found: dict[int, list[PairedCheckIn]] = {}
    covered: set[int] = set()
    for index, row in enumerate(raw["rhythms"]):
        if not any(row.values()):
            continue
        numbers, places = _Rhythm(index, row, topics, when, notes).read()
        covered.update(numbers)
        for number, on in places:
            new = PairedCheckIn(row["mode"], on, tuple(dict.fromkeys(row["topics"])))
            _put(found.setdefault(number, []), new)
    if sum(1 for some in found.values() for _ in some) > MOST_CHECKINS:
        told = said("these come to more than {most}. Space them out.", most=f"{MOST_CHECKINS:,}")
        notes.say("rhythms", said("Check-ins"), told)
    after = found.pop(0, [])
    taken = {(one.mode, one.on) for one in found.get(len(when.starts), [])}
    later = (one for one in after if (one.mode, one.on) not in taken)
    return Laid(found, frozenset(covered), tuple(sorted(later, key=lambda one: one.on)))


def _put(checkins: list[PairedCheckIn], new: PairedCheckIn) -> None:
    for place, old in enumerate(checkins):
        if (old.mode, old.on) == (new.mode, new.on):
            topics = tuple(dict.fromkeys((*old.topics, *new.topics)))
            checkins[place] = PairedCheckIn(old.mode, old.on, topics)
            return
    checkins.append(new)


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """One row of the form, and what it is read with."""

    index: int
    row: Raw
    topics: Collection[str]
    when: StepDates
    notes: Notes

    def read(self) -> tuple[Collection[int], list[Place]]:
        """Give the steps that have a check-in by this row, and the days it lays."""
        row = self.row
        if row["mode"] not in MODES:
            self._say("mode", said("choose phone, video or in person."))
        if any(topic not in self.topics for topic in row["topics"]):
            self._say("topics", said("choose topics from the list."))
        if row["when"] == AFTER:
            return (), self._after()
        steps = self._attempt("steps", "", steps_of, row["steps"], len(self.when.starts)) or ()
        day = self._attempt("day", said(", day"), days_of, row["day"])
        if row["months"]:
            self._say("months", said("the number of months is for a contact after the taper."))
        if row["when"] == BEFORE:
            return self._before(steps, day)
        again = self._again()
        if row["when"] == ON:
            places = self._on(steps, day, again)
            return {number for number, _ in places}, places
        return steps, self._each(steps, day, again)

    def _say(self, name: str, told: str) -> None:
        self.notes.say(f"rhythms.{self.index}.{name}", said("Check-in {n}", n=self.index + 1), told)

    def _attempt(
        self, name: str, part: str, read: Callable[P, T], *args: P.args, **named: P.kwargs
    ) -> T | None:
        label = said("Check-in {n}", n=self.index + 1) + part
        return self.notes.attempt(f"rhythms.{self.index}.{name}", label, read, *args, **named)

    def _again(self) -> Callable[[date, int], date] | None:
        """Read how often it comes again: a function from the first day and a number to the day."""
        typed, unit = self.row["again"], self.row["unit"]
        if not typed:
            if unit:
                self._say(
                    "again", said("type the number of {units}.", units=UNITS.get(unit, UNITS[""]))
                )
            return None
        if unit not in UNITS:
            self._say("unit", said("choose days, weeks or months."))
            return None
        if not unit:
            days = self._attempt("again", said(", again"), days_of, typed)
            return _every_days(days) if days else None
        every = self._attempt("again", said(", again"), _number, typed, UNITS[unit], MOST_AGAIN)
        if every is None:
            return None
        return _every_months(every) if unit == "months" else _every_days(7 * every)

    def _each(
        self, steps: Collection[int], day: int | None, again: Callable[[date, int], date] | None
    ) -> list[Place]:
        """Lay them in each step anew, from its own first day."""
        if day is None:
            return []
        late, found = [], []
        for number in steps:
            start, last = self.when.starts[number - 1], self.when.last_days[number - 1]
            if start is None:
                continue
            first = start + timedelta(days=day - 1)
            if last is not None and first > last:
                late.append(number)
            found += [(number, on) for on in _repeated(first, again, last)]
        if late:
            told = counted(
                "day {day} is after the last day of step {steps}. "
                "Type an earlier day, or leave that step out.",
                "day {day} is after the last day of steps {steps}. "
                "Type an earlier day, or leave that step out.",
                len(late),
                day=day,
                steps=ranges(late),
            )
            self._say("day", told)
        return found

    def _on(
        self, steps: Collection[int], day: int | None, again: Callable[[date, int], date] | None
    ) -> list[Place]:
        """Lay them on through the steps, from the first day of the first one named."""
        if again is None:
            if not self.row["again"] and not self.row["unit"]:
                self._say("again", said("on through the steps, it repeats. Type how often."))
            return []
        start = self.when.starts[min(steps) - 1] if steps else None
        if day is None or start is None or None in self.when.starts:
            return []
        begins = [one for one in self.when.starts if one is not None]
        last, opens = self.when.last_days[-1], begins[-1]
        first, found = start + timedelta(days=day - 1), []
        # In an open last step there is one: nobody has typed how long it lasts.
        for on in _repeated(first, again, last or date.max):
            if last is not None and on > last:
                break
            number = bisect_right(begins, on)
            if number in steps:
                found.append((number, on))
            if number > max(steps) or (last is None and on >= opens) or len(found) > MOST_CHECKINS:
                break
        if not found:
            self._say("day", said("no such day falls in these steps. Type an earlier day."))
        return found

    def _before(
        self, steps: Collection[int], day: int | None
    ) -> tuple[Collection[int], list[Place]]:
        """Lay a check-in so many days before the step that follows; no step follows the last."""
        if self.row["again"] or self.row["unit"]:
            self._say("again", said("a day before the next step does not repeat."))
        if day is None:
            return steps, []
        early, found = [], []
        steps = tuple(one for one in steps if one < len(self.when.starts))
        for number in steps:
            start, following = self.when.starts[number - 1], self.when.starts[number]
            if start is None or following is None:
                continue
            on = following - timedelta(days=day)
            if on < start:
                early.append(number)
            else:
                found.append((number, on))
        if early:
            told = counted(
                "{day} days before the next step is before step {steps} begins.",
                "{day} days before the next step is before steps {steps} begin.",
                len(early),
                day=day,
                steps=ranges(early),
            )
            self._say("day", told)
        return steps, found

    def _after(self) -> list[Place]:
        """Lay them after the end of the taper, so many days after it and on for typed months."""
        day = self._attempt("day", said(", day"), days_of, self.row["day"])
        again, months = self._again(), None
        if self.row["months"] or again:
            months = self._attempt(
                "months",
                said(", months"),
                _number,
                self.row["months"],
                UNITS["months"],
                LONGEST_MONTHS,
            )
        if day is None or self.when.end is None:
            return []
        first = self.when.end + timedelta(days=day)
        last = months_later(self.when.end, months) if months else first
        if first > last:
            self._say("day", said("the first is after the last month. Type an earlier day."))
        return [(0, on) for on in _repeated(first, again if months else None, last)]


def _number(text: str, noun: str, most: int) -> int:
    if not re.fullmatch("[1-9][0-9]{0,2}", text) or int(text) > most:
        raise Unreadable(
            said(
                "Type the number of {noun} as a whole number, from 1 to {most}.",
                noun=noun,
                most=most,
            )
        )
    return int(text)


def _every_days(days: int) -> Callable[[date, int], date]:
    return lambda first, times: first + timedelta(days=days * times)


def _every_months(months: int) -> Callable[[date, int], date]:
    """Count months from the first day, so that a day 31 comes back after a shorter month."""
    return lambda first, times: months_later(first, months * times)


def _repeated(
    first: date, again: Callable[[date, int], date] | None, last: date | None
) -> Iterator[date]:
    """Give the first day, and its repetitions through the last; without one, the first alone."""
    yield first
    if again is None or last is None:
        return
    following = (again(first, times) for times in count(1))
    for place, on in enumerate(takewhile(lambda day: day <= last, following)):
        if place > MOST_CHECKINS:
            return
        yield on
