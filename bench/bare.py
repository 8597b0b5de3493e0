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
from tracker.handouts.canvas import THIN, TaggedCanvas
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


def _rules(segments: Sequence[tuple[float, float, float, float]], weight: float) -> list[Call]:
    return [("rules", (list(segments), weight))] if segments else []


def _boxes(places: Sequence[tuple[float, float]], side: float) -> list[Call]:
    return [("box", (x, y, side, side, 1, 0)) for x, y in places]


def _box(x: float, y: float, width: float, height: float, weight: float) -> list[Call]:
    return [("box", (x, y, width, height, weight, 0))]


def _squares(places: Sequence[tuple[float, float]], side: float) -> list[Call]:
    return [("box", (x, y, side, side, 0, 1)) for x, y in places]


def _next_page() -> list[Call]:
    return [("page", ())]


_TAKE: dict[str, Callable[..., list[Call]]] = {
    "text": _text,
    "rules": _rules,
    "boxes": _boxes,
    "box": _box,
    "squares": _squares,
    "next_page": _next_page,
}


def replay(calls: Sequence[Call], size: tuple[float, float]) -> bytes:
    """Draw what was recorded with the canvas's own methods, as anyone would who knew each place."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size, pageCompression=1, invariant=1)
    for what, given in calls:
        if what == "text":
            font, points, x, y, text = given
            canvas.setFont(font, points)
            canvas.drawString(x, y, text)
        elif what == "rules":
            canvas.setLineWidth(given[1])
            canvas.lines(given[0])
        elif what == "box":
            x, y, wide, high, weight, fill = given
            canvas.setLineWidth(weight or THIN)
            canvas.rect(x, y, wide, high, stroke=int(not fill), fill=fill)
        else:
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()
