"""The day axis that every track of a timeline shares: where a day lies, and how wide a text is.

Where a text is put depends on the dates and on that text, never on a dose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tracker import dates
from tracker.languages import here, say
from tracker.plans import Step, Version, last_day
from tracker.timeline.shapes import Anchor, Line, Rect, Shape, Text

WIDTH = 960
GUTTER = 144  # what a lane is, left of its days
MARGIN = 12  # right of the last day
DAYS_IF_OPEN = 28  # how long a single step "until reviewed" is drawn; its length says nothing

TODAY_LINE, NUMBER_LINE, DATE_LINE, YEAR_LINE, AXIS = 11, 25, 39, 52, 58
HEADING, BETWEEN = 17, 12
PLATEAU = 30  # the tallest dose of a lane
LEAST = 2  # a dose above zero never looks like zero
ROW = 13  # one row of dose texts
HAPPENED = 12  # kept free below the zero line
RIBBON = 22
RIBBON_FOOT = 5  # from a ribbon to the next lane
NARROW = 44  # a step narrower than this puts the dose texts of neighbours into two rows
LETTER = 0.62  # of the size: a generous width for a letter or a digit
SMALL, PLAIN = 11, 13
BESIDE = 3  # from a line to the words that stand beside it


@dataclass(frozen=True, slots=True)
class Span:
    """Where one step lies on the day axis."""

    step: Step
    left: int
    right: int

    @property
    def width(self) -> int:
        """How wide the step is."""
        return self.right - self.left

    @property
    def middle(self) -> int:
        """The middle of its days."""
        return (self.left + self.right) // 2


@dataclass(frozen=True, slots=True)
class Page:
    """The day axis that all lanes share."""

    version: Version
    width: int
    first: date  # drawn
    past_end: date  # the day after the last one drawn
    spans: tuple[Span, ...]
    below: int = HAPPENED  # kept free below each lane

    @property
    def two_rows(self) -> bool:
        """Whether the texts of neighbouring steps need two rows."""
        return min(span.width for span in self.spans) < NARROW

    @property
    def right(self) -> int:
        """Where the last day ends."""
        return self.width - MARGIN

    def x(self, day: date) -> int:
        """Return where a day begins; one that is not drawn lies at the nearer edge."""
        shown = min(max(day, self.first), self.past_end)
        return _x(shown, self.first, self.past_end, self.width)

    def room(self, index: int) -> int:
        """Return how wide a text over a step may be, whatever its neighbours' texts are."""
        own = self.spans[index].width
        if not self.two_rows:
            return own - 4
        before = self.spans[index - 1].width if index else MARGIN
        after = self.spans[index + 1].width if index + 1 < len(self.spans) else 2 * MARGIN
        return own + min(before, after) - 4


def _x(day: date, first: date, past_end: date, width: int) -> int:
    days, whole = (day - first).days, (past_end - first).days
    return GUTTER + days * (width - GUTTER - MARGIN) // whole


def page_of(
    version: Version, width: int, *, first: date | None = None, past_end: date | None = None,
    below: int = HAPPENED,
) -> Page:  # fmt: skip
    """Lay a version's steps out on the day axis; `first` and `past_end` may widen it."""
    starts = [step.starts_on for step in version.steps]
    end = last_day(version, version.steps[-1].number)
    if end is not None:
        plan_end = end + timedelta(days=1)
    elif len(starts) > 1:
        plan_end = starts[-1] + (starts[-1] - starts[-2])
    else:
        plan_end = starts[-1] + timedelta(days=DAYS_IF_OPEN)
    begin, past = min(first or starts[0], starts[0]), max(past_end or plan_end, plan_end)
    at = [_x(day, begin, past, width) for day in (*starts, plan_end)]
    spans = (
        Span(step, left, right)
        for step, (left, right) in zip(version.steps, pairwise(at), strict=True)
    )
    return Page(version, width, begin, past, tuple(spans), below)


def axis(page: Page) -> Iterator[Shape]:
    """Draw the numbers and the starts of the steps above the lanes."""
    yield Text("tl-axis", 0, NUMBER_LINE, say("Step"))
    yield Text("tl-axis", 0, DATE_LINE, say("Starts"))
    numbers = [(span.left + BESIDE, str(span.step.number)) for span in page.spans]
    days = [(span.left + BESIDE, month_day(span.step.starts_on)) for span in page.spans]
    yield from spaced("tl-number", NUMBER_LINE, numbers, page.width)
    yield from spaced("tl-date", DATE_LINE, days, page.width)
    yield from spaced("tl-date", YEAR_LINE, list(years(page.spans)), page.width)


def spaced(kind: str, y: int, texts: list[tuple[int, str]], width: int) -> Iterator[Text]:
    """Place the texts that do not run into the one before; the table below has them all."""
    free = 0
    for x, words in texts:
        end = x + long(words, SMALL)
        if x >= free and end <= width:
            yield Text(kind, x, y, here(words))
            free = end + 4


def month_day(day: date) -> str:
    """Say a day without its year: "Dec 1", in Spanish "1 dic"."""
    return here(dates.born(day)).removesuffix(f"{day.year:04}").rstrip(", ")


def years(spans: Iterable[Span]) -> Iterator[tuple[int, str]]:
    """Return each year where it is first seen."""
    seen = 0
    for span in spans:
        if span.step.starts_on.year != seen:
            seen = span.step.starts_on.year
            yield span.left + BESIDE, str(seen)


def future(page: Page, today: date, bottom: int) -> Iterator[Shape]:
    """Shade the days to come."""
    if today < page.past_end:
        left = page.x(max(today, page.first))
        yield Rect("tl-future", left, AXIS, page.right - left, bottom - AXIS)


def today_line(page: Page, today: date, bottom: int) -> Iterator[Shape]:
    """Draw the line of today, with its word."""
    if page.first <= today < page.past_end:
        x, word = page.x(today), say("Today")
        anchor: Anchor = "end" if x + long(word, SMALL) > page.width else "start"
        yield Line("tl-today", x, TODAY_LINE - 9, x, bottom)
        aside = BESIDE if anchor == "start" else -BESIDE
        yield Text("tl-today-word", x + aside, TODAY_LINE, word, anchor)


def long(words: str, size: int) -> int:
    """Return a generous width of a text as it is said; letters wider than a digit count more."""
    words = here(words)
    wide = sum(1 for letter in words if letter > "\u00ff" or letter in "¼½¾mwMW@%")
    return int((len(words) + 0.5 * wide) * size * LETTER) + 1


def lines_of(words: str, width: int, size: int) -> list[str]:
    """Break a text into lines that fit, between words where it can."""
    lines = [""]
    for word in here(words).split():
        longer = f"{lines[-1]} {word}".strip()
        if long(longer, size) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [shortened(line, width, size) for line in lines]


def shortened(words: str, width: int, size: int) -> str:
    """Shorten one line that does not fit; its group's label has it whole."""
    words = here(words)
    if long(words, size) <= width:
        return words
    return next(
        cut for end in range(len(words), -1, -1) if long(cut := words[:end] + "…", size) <= width
    )
