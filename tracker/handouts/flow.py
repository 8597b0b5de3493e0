"""Blocks of words as things that know their height, may be parted, and paint themselves tagged.

Belongs here: text, headings, lists, boxes, groups, blank lines and the code's picture. Tables are
in `grid`, pages in `pages`. Text given here is never parsed: there is no markup to escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

import segno

from tracker.handouts.blocks import Words, spoken
from tracker.handouts.canvas import THICK, THIN, TaggedCanvas
from tracker.handouts.structure import Element
from tracker.handouts.textline import Line, line
from tracker.handouts.wrapping import Style, baseline, wrap

QR_SIDE, QR_QUIET = 84.0, 4  # points; modules of white around the code


class DoesNotFit(ValueError):
    """Something too tall for any page; the message begins with its words."""


class Flow:
    """Something that is placed on a page: its height, whether it parts, and how it is painted."""

    stays_with_next = False
    starts_page = False

    def height(self, width: float) -> float:
        """Return the height it takes at this width, in points."""
        raise NotImplementedError

    def first_height(self, width: float) -> float:
        """Return the least height that must be free to begin it."""
        return self.height(width)

    def least_width(self) -> float:
        """Return the width below which a table would have to break its amounts."""
        return 0.0

    def part(self, width: float, room: float) -> tuple[Flow, Flow] | None:
        """Return what fits into `room` and what is left, or None when it cannot be parted."""
        return None

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw it with its top left corner at (x, top)."""
        raise NotImplementedError

    def words(self) -> str:
        """Return how its text begins, to name it in a refusal."""
        return ""

    def at_top(self) -> None:
        """Leave out the rule above: the page's own rule stands there."""


@dataclass(eq=False)
class Text(Flow):
    """Words in lines. A part that goes on keeps its element, so it stays one paragraph."""

    style: Style
    content: Words
    size: float
    leading: float
    tag: str = "P"
    bookmark: bool = False
    ruled: bool = False
    space_before: float = 0
    leads: bool = False  # never the last thing on a page
    less: float = 0  # points at the right that its lines leave free
    kept: tuple[Line, ...] | None = None  # the rest of a paragraph already broken into lines
    element: list[Element] = field(default_factory=list)
    again: bool = False  # a heading that stands again on each further page of its part
    broken: tuple[float, tuple[Line, ...]] | None = None  # the width asked for last, its lines

    @property
    def stays_with_next(self) -> bool:  # type: ignore[override]
        """A heading, or a sentence that leads to a table, is never the last on a page."""
        return self.leads or self.tag.startswith("H")

    def lines(self, width: float) -> tuple[Line, ...]:
        """Return its lines at this width."""
        if self.kept is not None:
            return self.kept
        if self.broken is None or self.broken[0] != width - self.less:
            lines = wrap(self.style.fonts, self.content, self.size, width - self.less)
            self.broken = width - self.less, lines
        return self.broken[1]

    def height(self, width: float) -> float:
        """Return the height of all lines and the space above."""
        return self.space_before + len(self.lines(width)) * self.leading

    def first_height(self, width: float) -> float:
        """Return the height of its first lines: three, or all where there are fewer."""
        return self.space_before + min(3, len(self.lines(width))) * self.leading

    def part(self, width: float, room: float) -> tuple[Flow, Flow] | None:
        """Part between lines."""
        count = int((room - self.space_before) // self.leading)
        lines = self.lines(width)
        if count < 1 or count >= len(lines):
            return None
        return self._with(lines[:count], self.space_before), self._with(lines[count:], 0)

    def _with(self, lines: tuple[Line, ...], space: float) -> Text:
        return Text(
            self.style, self.content, self.size, self.leading, self.tag, self.bookmark,
            self.ruled, space, False, self.less, lines, self.element,
        )  # fmt: skip

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw the lines as content of one element."""
        lines = self.lines(width)
        if not lines:
            return
        top -= self.space_before
        if self.ruled:
            with canvas.artifact("Layout"):
                canvas.rules([(x, top + 2, x + width, top + 2)], THICK)
        if not self.element:
            self.element.append(parent.child(self.tag))
            if self.bookmark:
                canvas.bookmark(spoken(self.content), top)
        element = self.element[0]
        at = top - baseline(self.leading, self.size)
        if canvas.said(element, lines, x, at, self.leading, self.size):
            element.spoken = spoken(self.content)

    def words(self) -> str:
        """Return its text."""
        return spoken(self.content)

    def at_top(self) -> None:
        """Leave out the rule above."""
        self.ruled = False


@dataclass(eq=False)
class Listing(Flow):
    """A list: each item a dot and a text, parted between items."""

    items: list[Text]
    style: Style
    element: list[Element] = field(default_factory=list)
    INDENT = 14.0

    def height(self, width: float) -> float:
        """Return the height of all items."""
        return sum(item.height(width - self.INDENT) for item in self.items)

    def first_height(self, width: float) -> float:
        """Return the height of the first item's beginning."""
        return self.items[0].first_height(width - self.INDENT)

    def part(self, width: float, room: float) -> tuple[Flow, Flow] | None:
        """Part after the last item that fits, or inside an item of many lines."""
        inner, used = width - self.INDENT, 0.0
        for number, item in enumerate(self.items):
            if used + item.height(inner) <= room:
                used += item.height(inner)
                continue
            parts = item.part(inner, room - used) if len(item.lines(inner)) > 4 else None
            if parts is None:
                return self._between(self.items[:number], self.items[number:])
            head, tail = parts
            assert isinstance(head, Text) and isinstance(tail, Text)
            return self._between([*self.items[:number], head], [tail, *self.items[number + 1 :]])
        return None

    def _between(self, head: list[Text], tail: list[Text]) -> tuple[Flow, Flow] | None:
        if not head:
            return None
        made = (Listing(part, self.style, self.element) for part in (head, tail))
        return next(made), next(made)

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw dots and texts as list items."""
        if not self.element:
            self.element.append(parent.child("L"))
        dot = line(self.style.fonts, (("•", False),))
        for item in self.items:
            if not item.element:
                entry = self.element[0].child("LI")
                with canvas.content(entry.child("Lbl")):
                    below = baseline(self.style.leading, self.style.size)
                    canvas.text(x + 3, top - below, dot, self.style.size)
                item.element.append(entry.child("LBody"))
            item.paint(canvas, parent, x + self.INDENT, top, width - self.INDENT)
            top -= item.height(width - self.INDENT)

    def words(self) -> str:
        """Return its first item."""
        return self.items[0].words()


@dataclass(eq=False)
class Group(Flow):
    """Flows one under the other that stay on one page, with or without a border."""

    members: list[Flow]
    style: Style
    border: float = 0  # weight of the rule in points; 0 for none

    @property
    def _pad(self) -> float:
        return self.style.pad + 1 if self.border else 0

    def least_width(self) -> float:
        """Return the least width of the widest member."""
        least = max((member.least_width() for member in self.members), default=0.0)
        return least + 2 * self._pad

    def height(self, width: float) -> float:
        """Return the height of the members, the gaps and the border."""
        inner = width - 2 * self._pad
        gaps = (2.0 if self.border else self.style.gap) * (len(self.members) - 1)
        return sum(member.height(inner) for member in self.members) + gaps + 2 * self._pad

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw the border as an artifact, then the members."""
        if self.border:
            whole = self.height(width)
            with canvas.artifact("Layout"):
                canvas.box(x, top - whole, width, whole, self.border)
        y = top - self._pad
        inner = width - 2 * self._pad
        for member in self.members:
            member.paint(canvas, parent, x + self._pad, y, inner)
            y -= member.height(inner) + (2.0 if self.border else self.style.gap)

    def words(self) -> str:
        """Return the words of the first member."""
        return self.members[0].words()

    def at_top(self) -> None:
        """Leave out the first member's rule."""
        self.members[0].at_top()


@dataclass(eq=False)
class Columns(Flow):
    """Two flows side by side, the left one read first; one over the other where one is too wide."""

    left: Flow
    right: Flow
    share: float  # the left one's part of the width, 0 to 1
    GUTTER = 10.0
    BETWEEN = 5.0  # points, where one stands over the other

    def _stacked(self, width: float) -> bool:
        sides = zip((self.left, self.right), self._widths(width), strict=True)
        return any(side.least_width() > room for side, room in sides)

    def _widths(self, width: float) -> tuple[float, float]:
        free = width - self.GUTTER
        return free * self.share, free * (1 - self.share)

    def height(self, width: float) -> float:
        """Return the height of the taller one, or of both where they are stacked."""
        if self._stacked(width):
            return self.left.height(width) + self.BETWEEN + self.right.height(width)
        left, right = self._widths(width)
        return max(self.left.height(left), self.right.height(right))

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw the left one, then the right one."""
        if self._stacked(width):
            self.left.paint(canvas, parent, x, top, width)
            below = top - self.left.height(width) - self.BETWEEN
            self.right.paint(canvas, parent, x, below, width)
            return
        left, right = self._widths(width)
        self.left.paint(canvas, parent, x, top, left)
        self.right.paint(canvas, parent, x + left + self.GUTTER, top, right)

    def words(self) -> str:
        """Return the words of the left one."""
        return self.left.words()


@dataclass(eq=False)
class WriteOn(Flow):
    """A label and a rule to write on."""

    label: Text
    style: Style
    rules: int
    ROOM = 8.0  # above each rule, so that a pen has space

    def _runs_on(self, width: float) -> bool:
        return self._label_width() > width * 0.6

    def _label_width(self) -> float:
        return self.style.width(self.label.content)

    def height(self, width: float) -> float:
        """Return the height of the label and the rules under it."""
        extra = self.rules if self._runs_on(width) else self.rules - 1
        step = self.style.leading + self.ROOM
        return self.label.height(width) + self.ROOM + extra * step

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw the label as a paragraph and the rules as artifacts."""
        self.label.paint(canvas, parent, x, top - self.ROOM, width)
        step = self.style.leading + self.ROOM
        y = top - self.ROOM - self.label.height(width) + 2
        segments = []
        if not self._runs_on(width):
            segments.append((x + self._label_width() + 6, y, x + width, y))
        while len(segments) < self.rules:
            y -= step
            segments.append((x, y, x + width, y))
        with canvas.artifact("Layout"):
            canvas.rules(segments, THIN)

    def words(self) -> str:
        """Return the label."""
        return self.label.words()


@dataclass(eq=False)
class Picture(Flow):
    """The plan code as a QR code: error level M, 84 points, four modules of white around it."""

    code: str
    alt: str

    def height(self, width: float) -> float:
        """Return its side."""
        return QR_SIDE

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw the dark modules of each row as content of a figure, at the right edge."""
        rows = modules(self.code)
        side = QR_SIDE / (len(rows) + 2 * QR_QUIET)
        left = x + width - QR_SIDE
        bars = [
            (left + (column + QR_QUIET) * side, top - (row + QR_QUIET + 1) * side, wide * side)
            for row, darks in enumerate(rows)
            for column, wide in darks
        ]
        corners = (left, top - QR_SIDE, left + QR_SIDE, top)
        with canvas.content(parent.figure(self.alt, corners)):
            canvas.bars(bars, side)


@lru_cache(maxsize=256)
def modules(code: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the QR code that holds this text alone: row by row, where dark begins, how many."""
    made = segno.make(code, error="m", micro=False, boost_error=False)
    return tuple(tuple(_darks(row)) for row in made.matrix)


def _darks(row: Iterable[int]) -> Iterator[tuple[int, int]]:
    at = 0
    for dark, several in groupby(row):
        wide = len(list(several))
        if dark:
            yield at, wide
        at += wide


class PageBreak(Flow):
    """What follows starts on a fresh page."""

    starts_page = True

    def height(self, width: float) -> float:
        """Return nothing: it takes no room."""
        return 0.0

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw nothing."""
