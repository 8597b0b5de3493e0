"""The limit of the paper: the same strings, rules and boxes on a bare ReportLab canvas.

What a sheet draws is recorded first; replaying it measures no text, breaks no line, and tags
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from tracker.handouts import PatientSheet, draw
from tracker.handouts.canvas import TaggedCanvas
from tracker.handouts.textline import Line

Call = tuple[str, tuple[Any, ...]]


def recorded(sheet: PatientSheet) -> list[Call]:
    """Return what drawing this sheet puts on paper, in order, with all measures taken."""
    calls: list[Call] = []
    kept = {name: getattr(TaggedCanvas, name) for name in _TAKE}
    for name, take in _TAKE.items():
        setattr(TaggedCanvas, name, _listening(kept[name], take, calls))
    try:
        draw(sheet)
    finally:
        for name, method in kept.items():
            setattr(TaggedCanvas, name, method)
    return calls


def _listening(
    method: Callable[..., Any], take: Callable[..., list[Call]], calls: list[Call]
) -> Callable[..., Any]:
    def call(canvas: TaggedCanvas, *given: Any) -> Any:
        calls.extend(take(*given))
        return method(canvas, *given)

    return call


def _text(x: float, y: float, line: Line, size: float) -> list[Call]:
    made: list[Call] = []
    for run in line.runs:
        made.append(("text", (run.font.fontName, size, x, y, run.text)))
        x += run.width * size / 1000
    return made


def _lines(lines: Sequence[Line], x: float, y: float, leading: float, size: float) -> list[Call]:
    placed = enumerate(lines)
    return [call for at, line in placed for call in _text(x, y - at * leading, line, size)]


def _said(_element: object, *given: Any) -> list[Call]:
    return _lines(*given)


def _rules(segments: Sequence[tuple[float, float, float, float]], weight: float) -> list[Call]:
    return [("rules", (list(segments), weight))] if segments else []


def _boxes(places: Sequence[tuple[float, float]], side: float) -> list[Call]:
    return [("box", (x, y, side, side, 1.0)) for x, y in places]


def _box(x: float, y: float, width: float, height: float, weight: float) -> list[Call]:
    return [("box", (x, y, width, height, weight))]


def _bars(places: Sequence[tuple[float, float, float]], height: float) -> list[Call]:
    return [("bar", (x, y, width, height, None)) for x, y, width in places]


def _next_page() -> list[Call]:
    return [("page", ())]


_TAKE: dict[str, Callable[..., list[Call]]] = {
    "text": _text,
    "lines": _lines,
    "said": _said,
    "rules": _rules,
    "boxes": _boxes,
    "box": _box,
    "bars": _bars,
    "next_page": _next_page,
}


def replay(calls: Sequence[Call], size: tuple[float, float]) -> bytes:
    """Draw what was recorded with the canvas's own methods, as anyone would who knew each place.

    As lean as that can be, so that the limit flatters nobody: a font or a weight is set where it
    changes, and pages are compressed as ours are (`handouts.canvas` switches
    ReportLab's further coding as ASCII off).
    """
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size, pageCompression=1, invariant=1)
    font: tuple[str, float] | None = None
    weight: float | None = None
    for what, given in calls:
        if what == "text":
            name, points, x, y, text = given
            if font != (name, points):
                font = name, points
                canvas.setFont(*font)
            canvas.drawString(x, y, text)
        elif what == "page":
            canvas.showPage()
            font = weight = None  # a page begins with a fresh state
        else:
            if given[-1] not in (weight, None):
                weight = given[-1]
                canvas.setLineWidth(weight)
            if what == "rules":
                canvas.lines(given[0])
            else:
                canvas.rect(*given[:4], stroke=int(what == "box"), fill=int(what == "bar"))
    canvas.save()
    return buffer.getvalue()
