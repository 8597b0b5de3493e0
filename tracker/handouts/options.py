"""A question with answers to tick on paper: the words of each answer after its own box."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.handouts.blocks import Words, joined, spoken
from tracker.handouts.canvas import TaggedCanvas
from tracker.handouts.flow import Flow
from tracker.handouts.structure import Element
from tracker.handouts.textline import Line
from tracker.handouts.wrapping import Style, baseline, wrap

_AFTER_BOX = 4.0  # points between a box and its words
_BETWEEN = 14.0  # between an answer and the next box
_INDENT = 14.0  # of answers that stand under the question


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line of words at a place: x from the left, and the row from the top; a box before it?"""

    line: Line
    x: float
    row: int
    boxed: bool


@dataclass(eq=False)
class Options(Flow):
    """A question and its answers, run on over as many lines as they take; never parted."""

    question: Words
    answers: tuple[Words, ...]
    style: Style
    _laid_out: dict[float, list[_Placed]] = field(default_factory=dict)

    @property
    def _step(self) -> float:
        # A pen needs more room than the type.
        return max(self.style.leading, self.style.tick + 5) + 1

    def _places(self, width: float) -> list[_Placed]:
        if width not in self._laid_out:
            self._laid_out[width] = self._lay_out(width)
        return self._laid_out[width]

    def _lay_out(self, width: float) -> list[_Placed]:
        fonts, size, tick = self.style.fonts, self.style.size, self.style.tick
        asked = wrap(fonts, self.question, size, width, more=True)
        placed = [_Placed(line, 0.0, row, False) for row, line in enumerate(asked)]
        row, x = max(len(asked) - 1, 0), (_wide(asked[-1], size) + 8 if asked else 0.0)
        for answer in self.answers:
            lines = wrap(fonts, answer, size, width - _INDENT - tick - _AFTER_BOX, more=True)
            wide = tick + _AFTER_BOX + max(_wide(line, size) for line in lines)
            if x and x + wide > width:
                row, x = row + 1, _INDENT
            for number, line in enumerate(lines):
                placed.append(_Placed(line, x + tick + _AFTER_BOX, row + number, number == 0))
            row, x = row + len(lines) - 1, x + wide + _BETWEEN
        return placed

    def height(self, width: float) -> float:
        """Return the height of all lines."""
        return (max(one.row for one in self._places(width)) + 1) * self._step

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw the words as one paragraph, and the boxes as artifacts."""
        element = parent.child("P")
        places, size, tick = self._places(width), self.style.size, self.style.tick
        if any(one.line.spoken for one in places):
            element.spoken = spoken(joined(self.question, *self.answers))
        below = baseline(self._step, size)
        with canvas.content(element):
            for one in places:
                canvas.text(x + one.x, top - one.row * self._step - below, one.line, size)
        corners = [
            (x + one.x - tick - _AFTER_BOX, top - one.row * self._step - (self._step + tick) / 2)
            for one in places
            if one.boxed
        ]
        with canvas.artifact("Layout"):
            canvas.boxes(corners, tick)

    def words(self) -> str:
        """Return the question."""
        return spoken(self.question)


def _wide(line: Line, size: float) -> float:
    return line.width * size / 1000
