"""Paints a drawing as SVG: a viewBox, class names and escaped text; no style, color or link."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator

from tracker.languages import here
from tracker.timeline.shapes import Drawing, Group, Line, Outline, Rect, Shape, Text


def to_svg(drawing: Drawing, *, id: str = "timeline") -> str:
    """Paint a drawing as one inline `<svg>` element, to be styled by `timeline.css`.

    `id` begins the two ids that name it; give each drawing of a page its own. Returns the text
    of the element, in the language being spoken; whatever a person typed is in it as text alone.
    """
    return "".join(_whole(drawing, _plain(id)))


def _whole(drawing: Drawing, id: str) -> Iterator[str]:
    yield (
        f'<svg class="tl" viewBox="0 0 {drawing.width} {drawing.height}" role="img" '
        f'aria-labelledby="{id}-title {id}-sentence" focusable="false">'
    )
    yield f'<title id="{id}-title">{_plain(drawing.title)}</title>'
    yield f'<desc id="{id}-sentence">{_plain(drawing.sentence)}</desc>'
    for shape in drawing.shapes:
        yield from _painted(shape)
    yield "</svg>"


def _painted(shape: Shape) -> Iterator[str]:
    match shape:
        case Rect(kind, x, y, width, height):
            yield f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}"/>'
        case Line(kind, x1, y1, x2, y2):
            yield f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
        case Outline(kind, corners, closed):
            points = " ".join(f"{x},{y}" for x, y in corners)
            yield f'<{"polygon" if closed else "polyline"} class="{kind}" points="{points}"/>'
        case Text(kind, x, y, words, anchor):
            names = kind if anchor == "start" else f"{kind} tl-{anchor}"
            yield f'<text class="{names}" x="{x}" y="{y}">{_plain(words)}</text>'
        case Group(kind, label, shapes):
            yield f'<g class="{kind}">' if kind else "<g>"
            yield f"<title>{_plain(label)}</title>"
            for inner in shapes:
                yield from _painted(inner)
            yield "</g>"


def _plain(text: str) -> str:
    """Escape for HTML and XML alike; a character that XML has no place for becomes a space."""
    return html.escape("".join(" " if _unfit(c) else c for c in here(text)), quote=True)


def _unfit(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff"
