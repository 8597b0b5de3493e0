"""Tables on paper: column widths, rows that are never split, header rows that are repeated.

Belongs here: the one table flowable, calendars included. Not here: what the cells say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from tracker.handouts.blocks import Table, TableCell, Words, joined, spoken, strong
from tracker.handouts.canvas import THICK, THIN, TaggedCanvas
from tracker.handouts.flow import DoesNotFit, Flow
from tracker.handouts.structure import COLUMN, ROW, Element
from tracker.handouts.textline import Line
from tracker.handouts.wrapping import Style, baseline, longest_word, put_lines, wrap

_TICK_GAP = 3.0  # points between two boxes to tick
_NARROWEST = 4.2  # sizes of the type: a column of running text
_MONTH_ROW = 45.0  # points: a day's number and two lines under it
_TALL_ROW = 34.0  # points: a line to write on
_SHORT = 3  # rows: a table that begins on a page only where all of it has room


@dataclass(eq=False)
class Grid(Flow):
    """A table, or the part of one from row `first` on, tagged once whatever pages it covers."""

    table: Table
    style: Style
    first: int = 0
    last: int | None = None  # one past the last row of this part
    elements: list[Element] = field(default_factory=list)  # Table, TBody
    measured: dict[float, _Measure] = field(default_factory=dict)
    _ticks: list[tuple[float, float]] = field(default_factory=list)

    def _measure(self, width: float) -> _Measure:
        if width not in self.measured:
            self.measured[width] = _Measure(self.table, self.style, self._leasts, width)
        return self.measured[width]

    @property
    def _rows(self) -> range:
        return range(self.first, len(self.table.rows) if self.last is None else self.last)

    def least_width(self) -> float:
        """Return the width at which no amount has to be broken."""
        return 0.0 if self.table.month else sum(self._leasts)

    @cached_property
    def _leasts(self) -> list[float]:
        """The least width of each column."""
        columns = range(len(self.table.headers))
        return [_least(self.table, self.style, column) for column in columns]

    def _above(self, measure: _Measure) -> float:
        """Return the height of what stands above the rows: on a later page, the name again."""
        return measure.header + (measure.name if self.first else 0.0)

    def height(self, width: float) -> float:
        """Return the height of the header and this part's rows."""
        measure = self._measure(width)
        return self._above(measure) + sum(measure.rows[row] for row in self._rows)

    def first_height(self, width: float) -> float:
        """Return the height of the header and the first two rows; a short table begins whole."""
        measure, rows = self._measure(width), self._rows
        least = len(rows) if len(rows) <= _SHORT else 2
        return self._above(measure) + sum(measure.rows[row] for row in rows[:least])

    def part(self, width: float, room: float) -> tuple[Flow, Flow] | None:
        """Part between rows; the rest repeats the table's name and the header.

        A last row is not left alone where another can go with it.
        """
        measure = self._measure(width)
        used, split = self._above(measure), self.first
        for row in self._rows:
            if used + measure.rows[row] > room:
                break
            used += measure.rows[row]
            split = row + 1
        if split == self._rows.stop - 1 and split - self.first > 2:
            split -= 1
        if split == self.first or split == self._rows.stop:
            return None
        return self._piece(self.first, split), self._piece(split, self._rows.stop)

    def _piece(self, first: int, last: int) -> Grid:
        return Grid(self.table, self.style, first, last, self.elements, self.measured)

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw header, rows and rules; a repeated name or header is an artifact."""
        measure = self._measure(width)
        repeated = bool(self.elements)
        if self.first and measure.name_lines:
            with canvas.artifact("Pagination"):
                put_lines(canvas, measure.name_lines, x, top, self.style.leading, self.style.size)
            top -= measure.name
        if not repeated:
            table = parent.child("Table")
            head = table.child("THead").child("TR")
            self.elements[:] = [table, table.child("TBody")]
        lefts = [x + left + self.style.pad for left in measure.lefts]
        for left, words, lines in zip(
            lefts, self.table.headers, measure.header_lines, strict=False
        ):
            place = left, top - measure.header_base, self.style.leading, self.style.size
            if not repeated:
                cell = head.child("TH", COLUMN)
                if lines and canvas.said(cell, lines, *place):
                    cell.spoken = spoken(words)
            elif lines:
                with canvas.artifact("Pagination"):
                    canvas.lines(lines, *place)
        y = top - measure.header
        for number in self._rows:
            self._row(canvas, measure, number, lefts, y)
            y -= measure.rows[number]
        self._rules(canvas, measure, x, top)

    def _row(
        self, canvas: TaggedCanvas, measure: _Measure, number: int, lefts: list[float], y: float
    ) -> None:
        row = self.elements[1].child("TR")
        (size, leading), base = measure.row_type, y - measure.row_base
        cells = zip(self.table.rows[number], measure.lines[number], lefts, strict=False)
        for column, (cell, lines, left) in enumerate(cells):
            element = row.child("TH", ROW) if cell.row_header else row.child("TD")
            if lines and canvas.said(element, lines, left, base, leading, size):
                element.spoken = spoken(_all(cell))
            if cell.ticks:
                self._ticks.extend(self._boxes(cell, lefts, y, column))

    def _boxes(
        self, cell: TableCell, lefts: list[float], y: float, column: int
    ) -> Iterable[tuple[float, float]]:
        pad, tick = self.style.pad, self.style.tick
        step = tick + _TICK_GAP
        left = lefts[column]
        if cell.words:  # beside a day's number: at the right edge
            left = lefts[column + 1] - 2 * pad - step * len(cell.ticks) + _TICK_GAP
        below = y - pad / 2 - (self.style.leading + tick) / 2
        return ((left + place * step, below) for place, drawn in enumerate(cell.ticks) if drawn)

    def _rules(self, canvas: TaggedCanvas, measure: _Measure, x: float, top: float) -> None:
        heights = [measure.header, *(measure.rows[row] for row in self._rows)]
        levels = [top]
        for height in heights:
            levels.append(levels[-1] - height)
        left, right = x, x + measure.lefts[-1]
        thin = [(left, y, right, y) for y in levels if y != levels[1]]
        thin += [(x + at, levels[0], x + at, levels[-1]) for at in measure.lefts]
        thick = [(left, levels[1], right, levels[1])]
        for number, row in enumerate(self._rows):
            y = levels[number + 1]
            for column, cell in enumerate(self.table.rows[row]):
                if cell.marked:
                    ends = measure.lefts[column], measure.lefts[column + 1]
                    thick.append((x + ends[0], y, x + ends[1], y))
        with canvas.artifact("Layout"):
            canvas.rules(thin, THIN)
            canvas.rules(thick, THICK)
            canvas.boxes(self._ticks, self.style.tick)

    def words(self) -> str:
        """Return the first words of this part's first row."""
        row = self.table.rows[self.first] if self._rows else ()
        return " ".join(spoken(_all(cell)) for cell in row)


def _all(cell: TableCell) -> Words:
    return joined(cell.words, *cell.notes) if cell.notes else cell.words


class _Measure:
    """A table's columns, lines and heights at one width."""

    def __init__(self, table: Table, style: Style, least: list[float], width: float) -> None:
        self.style = style
        large = style.large, style.large * style.spacing
        self.row_type = large if table.large else (style.size, style.leading)
        widths = _columns(table, style, least, width)
        self.lefts = list(accumulate(widths, initial=0.0))
        inner = [width - 2 * style.pad for width in widths]
        self.header_lines = [
            wrap(style.fonts, strong(words), style.size, room)
            for words, room in zip(table.headers, inner, strict=True)
        ]
        # From the top of a row to its first baseline.
        self.header_base = style.pad / 2 + baseline(style.leading, style.size)
        self.row_base = style.pad / 2 + baseline(self.row_type[1], self.row_type[0])
        self.header = self._height(self.header_lines, style.leading)
        self.name_lines = wrap(style.fonts, strong(table.name), style.size, width)
        self.name = (len(self.name_lines) * style.leading + style.gap) if table.name else 0.0
        self.lines = [
            [self._cell_lines(cell, room) for cell, room in zip(row, inner, strict=True)]
            for row in table.rows
        ]
        lowest = _MONTH_ROW if table.month else _TALL_ROW if table.tall else 0.0
        self.rows = [max(self._height(row, self.row_type[1]), lowest) for row in self.lines]

    def _cell_lines(self, cell: TableCell, room: float) -> tuple[Line, ...]:
        size, fonts = self.row_type[0], self.style.fonts
        if not cell.notes:
            return wrap(fonts, cell.words, size, room) if cell.words else ()
        parts = [part for part in (cell.words, *cell.notes) if part]
        return tuple(
            one
            for number, part in enumerate(parts, start=1)
            for one in wrap(fonts, part, size, room, number < len(parts))
        )

    def _height(self, cells: Sequence[Sequence[Line]], leading: float) -> float:
        tallest = max((len(lines) for lines in cells), default=1)
        return max(tallest, 1) * leading + self.style.pad


def _columns(table: Table, style: Style, least: list[float], width: float) -> list[float]:
    """Give each column the width of its longest word; share what is left.

    Where that is too much, running text gives way and is broken. An amount never is: raises
    DoesNotFit instead.
    """
    count = len(table.headers)
    if table.month:
        return [width / count] * count
    wide = table.wide or tuple(range(count))
    share = (width - sum(least)) / len(wide)
    if share >= 0:
        return [one + share * wide.count(n) for n, one in enumerate(least)]
    room = width - sum(one for n, one in enumerate(least) if n not in wide)
    most = _at_most([least[n] for n in set(wide)], room)
    if not table.wide or most < _NARROWEST * style.size:
        raise DoesNotFit(f"This table is too wide for the page: “{_words(table)}”.")
    return [min(one, most) if n in wide else one for n, one in enumerate(least)]


def _at_most(least: list[float], room: float) -> float:
    """Return the width at which the widest columns are held so that all have room together."""
    left = sorted(least)
    while left and left[0] < room / len(left):
        room -= left.pop(0)
    return room / len(left) if left else room


def _words(table: Table) -> str:
    return " ".join(spoken(_all(cell)) for cell in table.rows[0])[:60]


def _least(table: Table, style: Style, column: int) -> float:
    cells = [row[column] for row in table.rows]
    header = longest_word(style, strong(table.headers[column]))
    scale = style.large / style.size if table.large else 1.0
    said = {words for cell in cells for words in (cell.words, *cell.notes)}
    parted = table.snug and column in table.wide  # a time of day may break at its hyphen
    longest = max([header, *(longest_word(style, words, parted) * scale for words in said)])
    boxes = max((len(cell.ticks) for cell in cells), default=0) * (style.tick + _TICK_GAP)
    return max(longest, boxes) + 2 * style.pad + 1
