"""Lays out both tracks: what was planned, outlined, and beneath it what happened, as a solid strip.

A hold is a hatched band with its word; totals of instruments stand in panels of their own, dots
joined and broken where a check-in was missed; sessions are ticks, escalations flags. All share one
day axis. A strip says where it differs with the text that was typed, and has no height of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from tracker import dates
from tracker.languages import counted, joined, said
from tracker.plans import PlanMedicine, Version
from tracker.timeline.axis import (
    AXIS,
    GUTTER,
    ROW,
    SMALL,
    WIDTH,
    Page,
    axis,
    future,
    page_of,
    shortened,
    spaced,
    today_line,
)
from tracker.timeline.events import Band, Happened, Marks, Panel, Point
from tracker.timeline.planned import foot, foot_height, sentence, stacked
from tracker.timeline.shapes import Drawing, Group, Line, Outline, Rect, Shape, Text

BELOW = 22  # under each lane: the strip, and a row for what was taken
STRIP = 5
PANEL = 46  # the height of a panel of totals
HATCH = 6  # between the lines of a hatched band
GAP = 8
DOT = 4
DAY = timedelta(days=1)


def both_tracks(
    version: Version, happened: Happened, today: date, *, width: int = WIDTH
) -> Drawing:
    """Draw what a version plans and what happened, with the future shaded and today's line.

    `width` is in units of the drawing, at least 320; the days drawn are those of the plan and of
    everything that happened. Raises ValueError for a version without steps.
    """
    if not version.steps:
        raise ValueError("A timeline needs at least one step.")
    days = happened.days()
    page = page_of(
        version, max(width, 320), first=min(days, default=None),
        past_end=max([*days, today] if days else [version.steps[0].starts_on]) + DAY,
        below=BELOW,
    )  # fmt: skip
    starts, lanes, bottom = stacked(
        page, lambda medicine, key, floor: list(_beneath(page, happened, medicine, key, floor))
    )
    rows, end = _rows(page, happened, bottom)
    return Drawing(
        width=page.width,
        height=end + foot_height(lanes),
        title=said(
            "Timeline of version {number}, as planned and as it happened", number=version.number
        ),
        sentence=joined(" ", (sentence(page, today), _told(happened))),
        shapes=(
            *future(page, today, end),
            *axis(page),
            *starts,
            *_hatched(page, happened.bands, AXIS, bottom),
            *today_line(page, today, end),
            *lanes,
            *rows,
            *foot(page, end + ROW, lanes),
        ),
    )


def _beneath(
    page: Page, happened: Happened, medicine: PlanMedicine, key: str, floor: int
) -> Iterator[Shape]:
    """Draw the strip under one lane, and the amounts that were typed where it differed."""
    for one in happened.taken:
        if medicine.from_step <= one.number <= medicine.through_step:
            box = _box(page, "tl-taken", one.start, one.past_end, floor + 3)
            yield Group("", one.words, (box,))
    texts: list[tuple[int, str]] = []
    for differed in happened.differed:
        amounts = [text for m, cell, text in differed.amounts if (m, cell) == (medicine.key, key)]
        if amounts:
            box = _box(page, "tl-differed", differed.start, differed.past_end, floor + 3)
            yield Group("", joined(": ", (differed.words, amounts[0])), (box,))
            texts.append((box.x, amounts[0]))
    yield from spaced("tl-dose", floor + 3 + STRIP + 11, sorted(texts), page.width)


def _box(page: Page, kind: str, start: date, past_end: date, y: int) -> Rect:
    left = page.x(start)
    return Rect(kind, left, y, max(page.x(past_end) - left, 2), STRIP)


def _hatched(page: Page, bands: Iterable[Band], top: int, bottom: int) -> Iterator[Shape]:
    """Draw upright hatching over the lanes for each hold; its word stands in the row below."""
    for band in bands:
        left, right = page.x(band.start), page.x(band.past_end)
        lines = [Line("tl-hatch", x, top, x, bottom) for x in range(left, right + 1, HATCH)]
        yield Group("tl-held", band.words, tuple(lines))


# --- Rows below the lanes -------------------------------------------------------------------------


def _rows(page: Page, happened: Happened, y: int) -> tuple[list[Shape], int]:
    """Draw the rows that there is something for, and tell where they end."""
    shapes: list[Shape] = []
    if happened.bands:
        shapes.append(_bands(page, happened.bands, y))
        y += ROW + GAP
    for panel in happened.panels:
        shapes.append(_panel(page, panel, y))
        y += ROW + PANEL + GAP
    for marks in happened.therapies:
        shapes.append(_marks(page, marks, y, _tick))
        y += ROW + GAP
    if happened.escalations.days:
        shapes.append(_marks(page, happened.escalations, y, _flag))
        y += ROW + GAP
    return shapes, y


def _bands(page: Page, bands: tuple[Band, ...], y: int) -> Group:
    boxes: list[Shape] = []
    for band in bands:
        left, right = page.x(band.start), page.x(band.past_end)
        boxes.append(Rect("tl-hold", left, y, max(right - left, 2), ROW + 3))
    texts = [(page.x(band.start) + 3, band.word) for band in bands]
    words = joined("; ", [band.words for band in bands])
    said_in = spaced("tl-hold-word", y + 12, texts, page.width)
    return Group("tl-row", words, (*_name(said("Holds and away"), y), *boxes, *said_in))


def _name(words: str, y: int) -> Iterator[Text]:
    yield Text("tl-name", 0, y + 11, shortened(words, GUTTER - 8, SMALL))


def _panel(page: Page, panel: Panel, y: int) -> Group:
    """Draw the totals of one instrument: from zero at the foot to the most it can be."""
    top, floor = y + ROW, y + ROW + PANEL
    places = [_place(page, panel, point, floor) for point in panel.points]
    shapes: list[Shape] = [
        Text("tl-name", 0, floor - ROW, panel.name),
        Text("tl-unit", 0, floor, said("0 to {most}", most=panel.most)),
        Line("tl-start", GUTTER, top, page.right, top),
        Line("tl-zero", GUTTER, floor, page.right, floor),
    ]
    for (x, height), (onward, later) in pairwise(places):
        if height is not None and later is not None:
            shapes.append(Line("tl-score", x, height, onward, later))
    labels = []
    for point, (x, height) in zip(panel.points, places, strict=True):
        on = joined("", (panel.name, ", ", dates.screen(point.on), ": "))
        if height is None:
            label = joined("", (on, said("not recorded")))
            shapes.append(Group("", label, (Line("tl-missed", x, top, x, floor),)))
        else:
            dot = Rect("tl-dot", x - DOT // 2, height - DOT // 2, DOT, DOT)
            shapes.append(Group("", on + str(point.total), (dot,)))
            labels.append((x, str(point.total)))
    shapes += spaced("tl-total", top - 2, labels, page.width)
    words = said("{name}, on {most} at most", name=panel.name, most=panel.most)
    return Group("tl-row", words, tuple(shapes))


def _place(page: Page, panel: Panel, point: Point, floor: int) -> tuple[int, int | None]:
    x = page.x(point.on)
    if point.total is None:
        return x, None
    whole, _, part = point.total.partition(".")
    hundredths = int(whole) * 100 + int((part + "00")[:2])
    return x, floor - min(hundredths, panel.most * 100) * PANEL // (panel.most * 100)


def _marks(page: Page, marks: Marks, y: int, mark: Callable[[int, int], Shape]) -> Group:
    drawn = [
        Group(
            "",
            joined("", (marks.name, ": ", dates.screen(day), ", ", words)),
            (mark(page.x(day), y),),
        )
        for day, words in marks.days
    ]
    return Group("tl-row", marks.name, (*_name(marks.name, y), *drawn))


def _tick(x: int, y: int) -> Shape:
    return Line("tl-tick", x, y + 2, x, y + ROW)


def _flag(x: int, y: int) -> Shape:
    pole, top, low = y + ROW + 1, y + 1, y + 7
    corners = ((x, pole), (x, top), (x + 9, top), (x + 6, y + 4), (x + 9, low), (x, low))
    return Outline("tl-flag", corners, closed=True)


def _told(happened: Happened) -> str:
    """Say what happened in a few sentences, for whoever does not see the drawing."""
    told = [one.words for one in happened.taken[-1:]]
    told += [one.words for one in happened.differed]
    told += [band.words for band in happened.bands]
    told += [_on_days(panel.name, len(panel.points)) for panel in happened.panels]
    told += [_on_days(marks.name, len(marks.days)) for marks in happened.therapies]
    if happened.escalations.days:
        n = len(happened.escalations.days)
        told.append(counted("{n} escalation", "{n} escalations", n))
    if not told:
        return said("Nothing that happened is recorded.")
    return said("What happened: {told}.", told=joined("; ", told))


def _on_days(name: str, number: int) -> str:
    return counted("{name} on {n} day", "{name} on {n} days", number, name=name)
