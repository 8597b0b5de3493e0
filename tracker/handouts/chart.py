"""The timeline on paper: the same shapes as on the screen, in black lines without any fill.

Belongs here: what each kind of shape looks like in print. Not here: where anything lies (the
`timeline` room), or what a sheet says around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.handouts.canvas import THICK, THIN, TaggedCanvas
from tracker.handouts.flow import Flow
from tracker.handouts.structure import Element
from tracker.handouts.textline import line
from tracker.handouts.wrapping import Style
from tracker.timeline import Drawing, Group, Line, Outline, Rect, Shape, Text

SMALLEST = 11  # units of the drawing: the size of its small letters, which print in 12 points
_LARGER = {"tl-medicine": 13}
_BOLD = frozenset({"tl-medicine", "tl-name", "tl-number", "tl-dose", "tl-today-word"})
_HEAVY = frozenset({"tl-plan", "tl-unsaid"})
# Surfaces that only shade: a fax turns them into dots.
_UNSEEN = frozenset({"tl-future", "tl-area"})
Segment = tuple[float, float, float, float]


@dataclass(eq=False)
class Chart(Flow):
    """A drawing as wide as the page's words, with a sentence in its place."""

    drawing: Drawing
    style: Style

    def _scale(self, width: float) -> float:
        return width / self.drawing.width

    def height(self, width: float) -> float:
        """Return its height at this width."""
        return self.drawing.height * self._scale(width)

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw all shapes as content of one figure."""
        scale = self._scale(width)
        corners = (x, top - self.height(width), x + width, top)
        figure = parent.figure(self.drawing.sentence, corners)
        shapes = list(_flat(self.drawing.shapes))
        with canvas.content(figure):
            for weight in (THIN, THICK):
                segments = [
                    (x + x1 * scale, top - y1 * scale, x + x2 * scale, top - y2 * scale)
                    for shape in shapes
                    if _weight(shape) == weight
                    for x1, y1, x2, y2 in _segments(shape)
                ]
                canvas.rules(segments, weight)
            for shape in shapes:
                if isinstance(shape, Text):
                    self._write(canvas, shape, x, top, scale)

    def _write(self, canvas: TaggedCanvas, text: Text, x: float, top: float, scale: float) -> None:
        kind = text.kind.split(" ")[0]
        size = _LARGER.get(kind, SMALLEST) * scale
        shaped = line(self.style.fonts, ((text.words, kind in _BOLD),))
        wide = shaped.width * size / 1000
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
        canvas.text(x + text.x * scale - left, top - text.y * scale, shaped, size)

    def words(self) -> str:
        """Return what it is called."""
        return self.drawing.title


def _flat(shapes: tuple[Shape, ...]) -> Iterator[Shape]:
    for shape in shapes:
        if isinstance(shape, Group):
            yield from _flat(shape.shapes)
        elif not set(shape.kind.split(" ")) & _UNSEEN:
            yield shape


def _weight(shape: Shape) -> float:
    return THICK if set(shape.kind.split(" ")) & _HEAVY else THIN


def _segments(shape: Shape) -> Iterator[Segment]:
    match shape:
        case Rect(_, x, y, width, height):
            yield from _joined(((x, y), (x + width, y), (x + width, y + height), (x, y + height)))
        case Line(_, x1, y1, x2, y2):
            yield x1, y1, x2, y2
        case Outline(_, corners, closed):
            yield from _joined(corners, closed=closed)


def _joined(corners: tuple[tuple[int, int], ...], *, closed: bool = True) -> Iterator[Segment]:
    ends = (*corners[1:], *(corners[:1] if closed else ()))
    for (x1, y1), (x2, y2) in zip(corners, ends, strict=False):
        yield x1, y1, x2, y2
