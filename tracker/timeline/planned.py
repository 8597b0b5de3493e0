"""Lays out the planned track: what was signed, day by day, from left to right.

A lane is one product, one unit and one time of day. Its height is the typed number inside that
lane alone, from a true zero (`doses.lane_heights`); nothing is summed, compared or carried over
between lanes, and there is no number on any axis. A pattern that has no height (every so many
hours, only when needed) is a ribbon: text alone. Where a text is put depends on the dates and on
that text, never on another dose, so one changed dose changes nothing but its own lane.
Below each lane there is room for what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from tracker import dates
from tracker.doses import DoseText, lane_heights
from tracker.languages import big, counted, joined, said, say
from tracker.plans import Pattern, PlanMedicine, Version, cell_keys, last_day
from tracker.timeline.axis import (
    AXIS,
    BETWEEN,
    GUTTER,
    HAPPENED,
    HEADING,
    LEAST,
    PLAIN,
    PLATEAU,
    RIBBON,
    RIBBON_FOOT,
    ROW,
    SMALL,
    WIDTH,
    Page,
    Span,
    axis,
    future,
    lines_of,
    long,
    page_of,
    shortened,
    today_line,
)
from tracker.timeline.shapes import Drawing, Group, Line, Outline, Rect, Shape, Text
from tracker.timeline.table import UNTYPED, product_text, typed_in, unit_of, when_of

UNSAID = "tl-unsaid"  # a mark in the place of a dose that has no room
Beneath = Callable[[PlanMedicine, str, int], Sequence[Shape]]
"""Gives what stands under one lane: its medicine, its cell, and where its zero line lies."""


def _nothing(_medicine: PlanMedicine, _key: str, _zero: int) -> Sequence[Shape]:
    return ()


def planned_track(version: Version, today: date, *, width: int = WIDTH) -> Drawing:
    """Draw what a version plans, with the future shaded and today's line.

    `width` is in units of the drawing, at least 320; the height follows from the plan. Raises
    ValueError for a version without steps.
    """
    if not version.steps:
        raise ValueError("A timeline needs at least one step.")
    page = page_of(version, max(width, 320))
    starts, lanes, bottom = stacked(page)
    return Drawing(
        width=page.width,
        height=bottom + foot_height(lanes),
        title=said("Timeline of version {number}, as planned", number=version.number),
        sentence=sentence(page, today),
        shapes=(
            *future(page, today, bottom),
            *axis(page),
            *starts,
            *today_line(page, today, bottom),
            *lanes,
            *foot(page, bottom + ROW, lanes),
        ),
    )


# Around the lanes


def foot(page: Page, y: int, lanes: Iterable[Shape]) -> Iterator[Shape]:
    """Say below the lanes how the plan ends, and what a dash means where there is one."""
    end = last_day(page.version, page.version.steps[-1].number)
    words = say("The last step goes on until reviewed")
    if end:
        words = say("Last day {day}", day=dates.screen(end))
    yield Text("tl-axis", page.right, y, words, "end")
    if any(map(_has_dash, lanes)):
        yield Text("tl-axis", 0, y + ROW, say("A dash: a dose without room here. See the table."))


def foot_height(lanes: Iterable[Shape]) -> int:
    """Return the room that the words below the lanes take: a second row only for the dash's."""
    return ROW * (2 if any(map(_has_dash, lanes)) else 1) + 6


def _has_dash(shape: Shape) -> bool:
    if isinstance(shape, Group):
        return any(map(_has_dash, shape.shapes))
    return isinstance(shape, Line) and shape.kind == UNSAID


def sentence(page: Page, today: date) -> str:
    """Say in one paragraph what the planned track shows: the image's text alternative."""
    version = page.version
    first = dates.screen(version.steps[0].starts_on)
    end = last_day(version, version.steps[-1].number)
    when = said("from {day} until reviewed", day=first)
    if end:
        when = said("from {day} to {day2}", day=first, day2=dates.screen(end))
    return said(
        "Version {number} plans {steps}, {when}. {today} Lanes: {medicines}. "
        "The table below the drawing gives every dose as it was typed.",
        number=version.number,
        steps=counted("{n} step", "{n} steps", len(version.steps)),
        when=when,
        today=_where_today_is(page, today),
        medicines=joined("; ", [_lanes(medicine, version) for medicine in version.medicines]),
    )


def _lanes(medicine: PlanMedicine, version: Version) -> str:
    lanes = joined(", ", [when_of(medicine, key) for key in cell_keys(medicine.schedule)])
    return joined(": ", (_heading(medicine, version), lanes))


def _where_today_is(page: Page, today: date) -> str:
    day = dates.screen(today)
    if today < page.version.steps[0].starts_on:
        return said("Today, {day}, is before the first step.", day=day)
    if today >= page.past_end:
        return said("Today, {day}, is after the days drawn.", day=day)
    number = max(s.step.number for s in page.spans if s.step.starts_on <= today)
    return said("Today, {day}, is in the days of step {number}.", day=day, number=number)


# The lanes


def stacked(page: Page, beneath: Beneath = _nothing) -> tuple[list[Shape], list[Shape], int]:
    """Return the lines where steps start, a group for each medicine, and where they end."""
    starts: list[Shape] = []
    shapes: list[Shape] = []
    y = AXIS
    for medicine in page.version.medicines:
        heading = _heading(medicine, page.version)
        inner: list[Shape] = []
        for words in lines_of(heading, page.right, PLAIN):
            y += HEADING
            inner.append(Text("tl-medicine", 0, y - 4, words))
        top = y
        for key in cell_keys(medicine.schedule):
            lane, y = _lane(page, medicine, key, y, beneath)
            inner.append(lane)
        starts += (Line("tl-start", span.left, top, span.left, y) for span in page.spans)
        shapes.append(Group("tl-one", heading, tuple(inner)))
        y += BETWEEN
    return starts, shapes, y


def _lane(
    page: Page, medicine: PlanMedicine, key: str, top: int, beneath: Beneath
) -> tuple[Group, int]:
    typed = [_typed(page, medicine, key, span) for span in page.spans]
    ribbon = medicine.schedule.pattern in (Pattern.INTERVAL, Pattern.AS_NEEDED)
    if ribbon:
        shapes, bottom = _ribbon(page, typed, top)
    else:
        shapes, bottom = _steps(page, typed, top)
    when, unit = when_of(medicine, key), unit_of(medicine, key)
    label = joined(", ", (product_text(medicine), when, unit))
    words = _names(when, unit, bottom - (6 if ribbon else HAPPENED))
    kind = "tl-lane tl-ribbons" if ribbon else "tl-lane"
    floor = bottom - (RIBBON_FOOT if ribbon else HAPPENED)
    if page.below > HAPPENED:
        bottom = floor + page.below
    return Group(kind, label, (*words, *shapes, *beneath(medicine, key, floor))), bottom


def _typed(page: Page, medicine: PlanMedicine, key: str, span: Span) -> str:
    inside = medicine.from_step <= span.step.number <= medicine.through_step
    return typed_in(span.step, medicine, key) if inside else UNTYPED


def _names(when: str, unit: str, y: int) -> Iterator[Text]:
    yield Text("tl-name", 0, y - ROW, shortened(big(when), GUTTER - 8, SMALL))
    yield Text("tl-unit", 0, y, shortened(unit, GUTTER - 8, SMALL))


def _steps(page: Page, typed: Sequence[str], top: int) -> tuple[list[Shape], int]:
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
            shapes.append(_typed_text(page, index, text, y))
    return shapes, zero + HAPPENED


def _high(thousandths: int) -> int:
    return max(thousandths * PLATEAU // 1000, LEAST) if thousandths else 0


def _outlines(
    spans: Sequence[Span], levels: Sequence[int | None]
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


def _ribbon(page: Page, typed: Sequence[str], top: int) -> tuple[list[Shape], int]:
    """Return one box of constant height for each step, with its text in it."""
    height = RIBBON + (6 if page.two_rows else 0)
    shapes: list[Shape] = []
    for index, (text, span) in enumerate(zip(typed, page.spans, strict=True)):
        if text != UNTYPED:
            y = top + (14 + ROW * (index % 2) if page.two_rows else 18)
            shapes.append(Rect("tl-ribbon", span.left, top + 3, span.width, height))
            shapes.append(_typed_text(page, index, text, y))
    return shapes, top + 3 + height + RIBBON_FOOT


def _typed_text(page: Page, index: int, text: str, y: int) -> Group:
    """Return the typed text where it has room, else a mark: the label and the table have it."""
    middle = page.spans[index].middle
    shown: Shape = Line(UNSAID, middle - 3, y - 4, middle + 3, y - 4)
    if long(text, SMALL) <= page.room(index):
        shown = Text("tl-dose", middle, y, text, "middle")
    number = page.spans[index].step.number
    return Group("", said("Step {number}: {dose}", number=number, dose=text), (shown,))


# Words


def _heading(medicine: PlanMedicine, version: Version) -> str:
    words, schedule = product_text(medicine), medicine.schedule
    if schedule.pattern is Pattern.AS_NEEDED:
        needed = said("only when needed")
        if schedule.purpose:
            needed = said("only when needed for {purpose}", purpose=schedule.purpose)
        words = joined(", ", (words, needed))
    first, last = version.steps[0].number, version.steps[-1].number
    if (medicine.from_step, medicine.through_step) == (first, last):
        return words
    steps = said("(steps {first} to {last})", first=medicine.from_step, last=medicine.through_step)
    if medicine.from_step == medicine.through_step:
        steps = said("(step {number})", number=medicine.from_step)
    return joined(" ", (words, steps))
