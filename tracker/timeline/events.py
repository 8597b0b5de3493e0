"""What the second track is drawn from: what really happened, as plain values with days.

Every number in it is a dose that somebody typed, or an instrument's total by its published rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.languages import said


@dataclass(frozen=True, slots=True)
class Taken:
    """The days on which one step was taken, from its start until the next one or the end."""

    number: int
    start: date
    past_end: date  # the day after the last
    words: str  # "Step 2, as written"


@dataclass(frozen=True, slots=True)
class Differed:
    """Days on which a step was taken differently, with what was typed for one cell."""

    start: date
    past_end: date
    words: str  # "Step 2 taken differently: less than written"
    amounts: tuple[tuple[str, str, str], ...]  # medicine, cell, text as typed


@dataclass(frozen=True, slots=True)
class Band:
    """Days of a hold, or away: a hatched band with its word."""

    start: date
    past_end: date
    word: str  # "On hold", or where the patient is
    words: str


@dataclass(frozen=True, slots=True)
class Point:
    """One total on its day; None breaks the line: missed, or a scale that was not complete."""

    on: date
    total: str | None


@dataclass(frozen=True, slots=True)
class Panel:
    """The totals of one instrument over time, from zero to the most it can be."""

    name: str  # "PEG"
    most: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """A row of days with words: sessions of one therapy, or escalations."""

    name: str
    days: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """All that happened, in the order of the days."""

    taken: tuple[Taken, ...] = ()
    differed: tuple[Differed, ...] = ()
    bands: tuple[Band, ...] = ()
    panels: tuple[Panel, ...] = ()
    therapies: tuple[Marks, ...] = ()
    escalations: Marks = Marks(said("Escalations"), ())

    def days(self) -> list[date]:
        """List the days of everything there is."""
        found = [one.start for one in self.taken]
        found += [one.start for one in self.differed]
        found += [one.start for one in self.bands]
        found += [point.on for panel in self.panels for point in panel.points]
        found += [day for marks in (*self.therapies, self.escalations) for day, _ in marks.days]
        return found


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the full table below the drawing."""

    on: date
    what: str
    words: str
