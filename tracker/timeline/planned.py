"""Lays out the planned track: what was signed, day by day, from left to right.

A lane is one product, one unit and one time of day. Its height is the typed number inside that
lane alone, from a true zero (`doses.lane_heights`); nothing is summed, compared or carried over
between lanes, and there is no number on any axis. A pattern that has no height (every so many
hours, only when needed) is a ribbon: text alone. Where a text is put depends on the dates and on
that text, never on another dose, so one changed dose changes nothing but its own lane.
Below each lane there is room for what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise

from tracker import dates
from tracker.doses import DoseText, lane_heights
from tracker.plans import Pattern, PlanMedicine, Step, Version, cell_keys, last_day
from tracker.timeline.shapes import Anchor, Drawing, Group, Line, Outline, Rect, Shape, Text
from tracker.timeline.table import UNTYPED, product_text, typed_in, unit_of, when_of

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
NARROW = 44  # a step narrower than this puts the dose texts of neighbours into two rows
LETTER = 0.62  # of the size: a generous width for a letter or a digit
SMALL, PLAIN = 11, 13


@dataclass(frozen=True, slots=True)
class _Span:
    """Where one step lies on the day axis."""

    step: Step
    left: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def middle(self) -> int:
        return (self.left + self.right) // 2


@dataclass(frozen=True, slots=True)
class _Page:
    """The day axis that all lanes share."""

    version: Version
    width: int
    first: date
    past_end: date  # the day after the last one drawn
    spans: tuple[_Span, ...]

    @property
    def two_rows(self) -> bool:
        return min(span.width for span in self.spans) < NARROW

    @property
    def right(self) -> int:
        return self.width - MARGIN

    def x(self, day: date) -> int:
        return _x(day, self.first, self.past_end, self.width)

    def room(self, index: int) -> int:
        """Return how wide a text over a step may be, whatever its neighbours' texts are."""
        own = self.spans[index].width
        if not self.two_rows:
            return own - 4
        before = self.spans[index - 1].width if index else MARGIN
        after = self.spans[index + 1].width if index + 1 < len(self.spans) else 2 * MARGIN
        return own + min(before, after) - 4


def planned_track(version: Version, today: date, *, width: int = WIDTH) -> Drawing:
    """Draw what a version plans, with the future shaded and today's line.

    `width` is in units of the drawing, at least 320; the height follows from the plan. Raises
    ValueError for a version without steps.
    """
    if not version.steps:
        raise ValueError("A timeline needs at least one step.")
    page = _page(version, max(width, 320))
    starts, lanes, bottom = _stacked(page)
    height = bottom + 2 * ROW + 6
    return Drawing(
        width=page.width,
        height=height,
        title=f"Timeline of version {version.number}, as planned",
        sentence=_sentence(page, today),
        shapes=(
            *_future(page, today, bottom),
            *_axis(page),
            *starts,
            *_today(page, today, bottom),
            *lanes,
            *_foot(page, bottom + ROW),
        ),
    )


def _x(day: date, first: date, past_end: date, width: int) -> int:
    days, whole = (day - first).days, (past_end - first).days
    return GUTTER + days * (width - GUTTER - MARGIN) // whole


def _page(version: Version, width: int) -> _Page:
    starts = [step.starts_on for step in version.steps]
    end = last_day(version, version.steps[-1].number)
    if end is not None:
        past_end = end + timedelta(days=1)
    elif len(starts) > 1:
        past_end = starts[-1] + (starts[-1] - starts[-2])
    else:
        past_end = starts[-1] + timedelta(days=DAYS_IF_OPEN)
    at = [_x(day, starts[0], past_end, width) for day in (*starts, past_end)]
    spans = (
        _Span(step, left, right)
        for step, (left, right) in zip(version.steps, pairwise(at), strict=True)
    )
    return _Page(version, width, starts[0], past_end, tuple(spans))


# Around the lanes


def _axis(page: _Page) -> Iterator[Shape]:
    yield Text("tl-axis", 0, NUMBER_LINE, "Step")
    yield Text("tl-axis", 0, DATE_LINE, "Starts")
    numbers = [(span.left, str(span.step.number)) for span in page.spans]
    days = [(span.left, _month_day(span.step.starts_on)) for span in page.spans]
    yield from _spaced("tl-number", NUMBER_LINE, numbers, page.width)
    yield from _spaced("tl-date", DATE_LINE, days, page.width)
    yield from _spaced("tl-date", YEAR_LINE, list(_years(page.spans)), page.width)


def _spaced(kind: str, y: int, texts: list[tuple[int, str]], width: int) -> Iterator[Text]:
    """Place the texts that do not run into the one before; the table below has them all."""
    free = 0
    for x, words in texts:
        end = x + _long(words, SMALL)
        if x >= free and end <= width:
            yield Text(kind, x, y, words)
            free = end + 4


def _month_day(day: date) -> str:
    month_day, _, _ = dates.born(day).rpartition(",")
    return month_day


def _years(spans: Iterable[_Span]) -> Iterator[tuple[int, str]]:
    """Return each year where it is first seen."""
    seen = 0
    for span in spans:
        if span.step.starts_on.year != seen:
            seen = span.step.starts_on.year
            yield span.left, str(seen)


def _future(page: _Page, today: date, bottom: int) -> Iterator[Shape]:
    if today < page.past_end:
        left = page.x(max(today, page.first))
        yield Rect("tl-future", left, AXIS, page.right - left, bottom - AXIS)


def _today(page: _Page, today: date, bottom: int) -> Iterator[Shape]:
    if page.first <= today < page.past_end:
        x = page.x(today)
        anchor: Anchor = "end" if x + _long("Today", SMALL) > page.width else "start"
        yield Line("tl-today", x, TODAY_LINE - 9, x, bottom)
        yield Text(
            "tl-today-word", x + (3 if anchor == "start" else -3), TODAY_LINE, "Today", anchor
        )


def _foot(page: _Page, y: int) -> Iterator[Shape]:
    end = last_day(page.version, page.version.steps[-1].number)
    words = f"Last day {dates.screen(end)}" if end else "The last step goes on until reviewed"
    yield Text("tl-axis", page.right, y, words, "end")
    yield Text("tl-axis", 0, y + ROW, "A dash: a dose without room here. See the table.")


def _sentence(page: _Page, today: date) -> str:
    version = page.version
    steps = len(version.steps)
    first, end = dates.screen(page.first), last_day(version, version.steps[-1].number)
    when = f"from {first} to {dates.screen(end)}" if end else f"from {first} until reviewed"
    medicines = "; ".join(
        f"{_heading(medicine, version)}: "
        f"{', '.join(when_of(medicine, key) for key in cell_keys(medicine.schedule))}"
        for medicine in version.medicines
    )
    number = f"{steps} steps" if steps > 1 else "1 step"
    return (
        f"Version {version.number} plans {number}, {when}. {_where_today_is(page, today)} "
        f"Lanes: {medicines}. The table below the drawing gives every dose as it was typed."
    )


def _where_today_is(page: _Page, today: date) -> str:
    day = dates.screen(today)
    if today < page.first:
        return f"Today, {day}, is before the first step."
    if today >= page.past_end:
        return f"Today, {day}, is after the days drawn."
    number = max(s.step.number for s in page.spans if s.step.starts_on <= today)
    return f"Today, {day}, is in the days of step {number}."


# The lanes


def _stacked(page: _Page) -> tuple[list[Shape], list[Shape], int]:
    """Return the lines where steps start, a group for each medicine, and where they end."""
    starts: list[Shape] = []
    shapes: list[Shape] = []
    y = AXIS
    for medicine in page.version.medicines:
        heading = _heading(medicine, page.version)
        inner: list[Shape] = []
        for words in _lines(heading, page.right, PLAIN):
            y += HEADING
            inner.append(Text("tl-medicine", 0, y - 4, words))
        top = y
        for key in cell_keys(medicine.schedule):
            lane, y = _lane(page, medicine, key, y)
            inner.append(lane)
        starts += (Line("tl-start", span.left, top, span.left, y) for span in page.spans)
        shapes.append(Group("tl-one", heading, tuple(inner)))
        y += BETWEEN
    return starts, shapes, y


def _lane(page: _Page, medicine: PlanMedicine, key: str, top: int) -> tuple[Group, int]:
    typed = [_typed(page, medicine, key, span) for span in page.spans]
    ribbon = medicine.schedule.pattern in (Pattern.INTERVAL, Pattern.AS_NEEDED)
    if ribbon:
        shapes, bottom = _ribbon(page, typed, top)
    else:
        shapes, bottom = _steps(page, typed, top)
    when, unit = when_of(medicine, key), unit_of(medicine, key)
    label = f"{product_text(medicine)}, {when}, {unit}"
    words = _names(when, unit, bottom - (6 if ribbon else HAPPENED))
    kind = "tl-lane tl-ribbons" if ribbon else "tl-lane"
    return Group(kind, label, (*words, *shapes)), bottom


def _typed(page: _Page, medicine: PlanMedicine, key: str, span: _Span) -> str:
    inside = medicine.from_step <= span.step.number <= medicine.through_step
    return typed_in(span.step, medicine, key) if inside else UNTYPED


def _names(when: str, unit: str, y: int) -> Iterator[Text]:
    first = when[:1].upper() + when[1:]
    yield Text("tl-name", 0, y - ROW, _cut(first, GUTTER - 8, SMALL))
    yield Text("tl-unit", 0, y, _cut(unit, GUTTER - 8, SMALL))


def _steps(page: _Page, typed: Sequence[str], top: int) -> tuple[list[Shape], int]:
    """Return the plateaus of one lane; a step where nothing was typed is a gap, never a zero."""
    high = top + ROW * (2 if page.two_rows else 1) + 2
    zero = high + PLATEAU
    heights = iter(lane_heights([DoseText(text) for text in typed if text != UNTYPED]))
    levels = [None if text == UNTYPED else zero - _high(next(heights)) for text in typed]
    shapes: list[Shape] = []
    for corners in _outlines(page.spans, levels):
        left, right = corners[0][0], corners[-1][0]
        shapes.append(Outline("tl-area", (*corners, (right, zero), (left, zero)), closed=True))
        shapes.append(Line("tl-zero", left, zero, right, zero))
        shapes.append(Outline("tl-plan", corners, closed=False))
    for index, (text, level) in enumerate(zip(typed, levels, strict=True)):
        if level is not None:
            y = top + ROW * (1 + index % 2) - 2 if page.two_rows else level - 4
            shapes.append(_said(page, index, text, y))
    return shapes, zero + HAPPENED


def _high(thousandths: int) -> int:
    return max(thousandths * PLATEAU // 1000, LEAST) if thousandths else 0


def _outlines(
    spans: Sequence[_Span], levels: Sequence[int | None]
) -> Iterator[tuple[tuple[int, int], ...]]:
    """Return the step line of each stretch without a gap; a level kept is one plateau."""
    stretch: list[tuple[int, int]] = []
    for level, run in groupby(zip(spans, levels, strict=True), key=lambda pair: pair[1]):
        joined = [span for span, _ in run]
        if level is not None:
            stretch += ((joined[0].left, level), (joined[-1].right, level))
        elif stretch:
            yield tuple(stretch)
            stretch = []
    if stretch:
        yield tuple(stretch)


def _ribbon(page: _Page, typed: Sequence[str], top: int) -> tuple[list[Shape], int]:
    """Return one box of constant height for each step, with its text in it."""
    height = RIBBON + (6 if page.two_rows else 0)
    shapes: list[Shape] = []
    for index, (text, span) in enumerate(zip(typed, page.spans, strict=True)):
        if text != UNTYPED:
            y = top + (14 + ROW * (index % 2) if page.two_rows else 18)
            shapes.append(Rect("tl-ribbon", span.left, top + 3, span.width, height))
            shapes.append(_said(page, index, text, y))
    return shapes, top + height + 8


def _said(page: _Page, index: int, text: str, y: int) -> Group:
    """Return the typed text where it has room, else a mark: the label and the table have it."""
    middle = page.spans[index].middle
    shown: Shape = Line("tl-unsaid", middle - 3, y - 4, middle + 3, y - 4)
    if _long(text, SMALL) <= page.room(index):
        shown = Text("tl-dose", middle, y, text, "middle")
    return Group("", f"Step {page.spans[index].step.number}: {text}", (shown,))


# Words


def _heading(medicine: PlanMedicine, version: Version) -> str:
    words = product_text(medicine)
    schedule = medicine.schedule
    if schedule.pattern is Pattern.AS_NEEDED:
        words += (
            f", only when needed for {schedule.purpose}"
            if schedule.purpose
            else ", only when needed"
        )
    first, last = version.steps[0].number, version.steps[-1].number
    if (medicine.from_step, medicine.through_step) == (first, last):
        return words
    if medicine.from_step == medicine.through_step:
        return f"{words} (step {medicine.from_step})"
    return f"{words} (steps {medicine.from_step} to {medicine.through_step})"


def _long(words: str, size: int) -> int:
    """Return a generous width of a text; letters wider than a digit count more."""
    wide = sum(1 for letter in words if letter > "\u00ff" or letter in "¼½¾mwMW@%")
    return int((len(words) + 0.5 * wide) * size * LETTER) + 1


def _lines(words: str, width: int, size: int) -> list[str]:
    """Break a text into lines that fit, between words where it can."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if _long(longer, size) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [_cut(line, width, size) for line in lines]


def _cut(words: str, width: int, size: int) -> str:
    """Shorten one line that does not fit; its group's label has it whole."""
    if _long(words, size) <= width:
        return words
    return next(
        cut for end in range(len(words), -1, -1) if _long(cut := words[:end] + "…", size) <= width
    )
