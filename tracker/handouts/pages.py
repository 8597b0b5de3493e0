"""A sheet's words laid out on pages and painted: the way from a Document to PDF bytes.

Belongs here: which block stands on which page. Single pass: pages are filled first, so "page x of
y" is known before anything is painted. Not here: what runs along each page (`frame`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from tracker.handouts import blocks as b
from tracker.handouts.blocks import Block, Document, Words
from tracker.handouts.canvas import THICK, THIN, About, TaggedCanvas
from tracker.handouts.chart import Chart
from tracker.handouts.flow import (
    Columns,
    DoesNotFit,
    Flow,
    Group,
    Listing,
    PageBreak,
    Picture,
    Text,
    WriteOn,
)
from tracker.handouts.frame import MARGIN, Frame
from tracker.handouts.grid import Grid
from tracker.handouts.options import Options
from tracker.handouts.structure import Element
from tracker.handouts.wrapping import Style, put_lines


@dataclass(frozen=True, slots=True)
class Placed:
    """A flowable and the top of its place on a page."""

    flow: Flow
    top: float


Page = list[Placed]


def flowable(block: Block, style: Style) -> Flow:
    """Turn one block of words into what can be placed on paper."""
    match block:
        case b.Heading(level, words, bookmark, ruled):
            size = style.heading_sizes[level - 1]
            spaced = size * style.spacing
            text = Text(style, b.strong(words), size, spaced, f"H{level}", bookmark, ruled)
            text.space_before = 4 if ruled else 0
            text.again = block.again
            return text
        case b.Paragraph(words, large, leads):
            size = style.large if large else style.size
            leading = size * style.spacing
            return Text(style, words, size, leading, leads=leads)
        case b.Bullets(items):
            return Listing([_item(words, style) for words in items], style)
        case b.Blank(words, rules):
            return WriteOn(_item(words, style, "P"), style, rules)
        case b.Choices(words, options):
            return Options(words, options, style)
        case b.Table():
            return Grid(block, replace(style, pad=SNUG_PAD) if block.snug else style)
        case b.Box(members, thick):
            return Group(_all(members, style), style, THICK if thick else THIN)
        case b.Together(members):
            return Group(_all(members, style), style)
        case b.Beside(left, right, share):
            groups = (Group(_all(side, style), style) for side in (left, right))
            return Columns(next(groups), next(groups), share / 100)
        case b.QrCode(code, alt):
            return Picture(code, alt)
        case b.Figure(drawing):
            return Chart(drawing, style)
        case b.NewPage():
            return PageBreak()


def _item(words: Words, style: Style, tag: str = "P") -> Text:
    return Text(style, words, style.size, style.leading, tag)


def _all(members: Iterable[Block], style: Style) -> list[Flow]:
    return [flowable(member, style) for member in members]


_FEW_LINES = 0.15  # of a page: a last page with less is not worth its paper
SNUG_PAD = 2.0  # points at each side of the words in a table that shares its width


def first_page_fits(blocks: Iterable[Block], frame: Frame, tight: int) -> bool:
    """Say whether these blocks are one page."""
    flows, gap = _first_flows(blocks, frame, tight)
    gaps = gap * (len(flows) - 1)
    try:
        height = sum(flow.height(frame.width) for flow in flows) + gaps
    except DoesNotFit:  # a table too wide in this arrangement
        return False
    return height <= frame.top(first=True) - frame.bottom


def _first_flows(blocks: Iterable[Block], frame: Frame, tight: int) -> tuple[list[Flow], float]:
    """Return page 1 as what can be placed, and the white between.

    Its title leaves room for version and page number.
    """
    style = frame.style.closer(tight)
    flows = _all(blocks, style)
    if flows and isinstance(flows[0], Text):
        flows[0].less = frame.corner
    return flows, style.gap


def draw(document: Document, frame: Frame, made_on: date) -> bytes:
    """Paint a document and return the bytes of the PDF.

    Raises DoesNotFit, naming what is too tall for any page.
    """
    filled = fill(document, frame)
    about = About(document.title, document.language, document.author, document.subject, made_on)
    canvas = TaggedCanvas(frame.style.fonts, frame.size, about)
    for number, page in enumerate(filled, start=1):
        if number > 1:
            canvas.next_page()
        frame.paint(canvas, number, len(filled))
        for placed in page:
            placed.flow.paint(canvas, canvas.root, MARGIN, placed.top, frame.width)
    return canvas.finish()


def fill(document: Document, frame: Frame) -> list[Page]:
    """Fill the pages. Raises DoesNotFit, naming what is too tall for any page."""
    if not first_page_fits(document.first_page, frame, document.tight):
        raise DoesNotFit("Page 1 has more words than fit on one page. Shorten the texts on it.")
    first: Page = []
    y = frame.top(first=True)
    flows, gap = _first_flows(document.first_page, frame, document.tight)
    for flow in flows:
        first.append(Placed(flow, y))
        y -= flow.height(frame.width) + gap
    if document.runs_on:
        further = _all(document.further, frame.style)
        if not first and further and isinstance(further[0], Text):
            further[0].less = frame.corner
        return _further(further, frame, first, y)
    parts = (_part(part, frame) for part in _parts(document.further))
    return [first, *(page for part in parts for page in part)]


def _parts(blocks: Iterable[Block]) -> Iterable[list[Block]]:
    """Give the blocks that share pages: a new page begins a new part."""
    for breaks, members in groupby(blocks, key=lambda one: isinstance(one, b.NewPage)):
        if not breaks:
            yield list(members)


def _part(blocks: list[Block], frame: Frame) -> list[Page]:
    """Fill the pages of one part; with less white where a few lines would have the last page."""
    top = frame.top(first=False)
    pages = _further(_all(blocks, frame.style), frame, [], top)
    if len(pages) == 1:
        return pages
    last, full = pages[-1][-1], top - frame.bottom
    over = top - last.top + last.flow.height(frame.width)
    if over > full * _FEW_LINES:
        return pages
    for tight in (1, 2):
        close = frame.style.closer(tight)
        closer = _further(_all(blocks, close), frame, [], top, close.gap)
        if len(closer) < len(pages):
            return closer
    return pages


def _further(
    flows: list[Flow], frame: Frame, page: Page, y: float, gap: float | None = None
) -> list[Page]:
    """Place flows one under the other from `y` on a begun page, and on as many more as it takes."""
    gap = frame.style.gap if gap is None else gap
    pages, top = [page], frame.top(first=False)
    waiting = list(reversed(flows))
    named: Text | None = None  # the part that goes on from page to page
    while waiting:
        flow = waiting.pop()
        named = _part_of(flow, named)
        crowded = bool(pages[-1]) and y - _needed(flow, waiting, frame) < frame.bottom
        if flow.starts_page or crowded:
            if pages[-1]:
                pages.append([])
            y = top
        if flow.starts_page:
            continue
        if named is not None and named is not flow and len(pages) > 1 and not pages[-1]:
            name = _Again(named.style, named.content, named.size, named.leading)
            below = y - name.height(frame.width) - gap
            if below - _needed(flow, waiting, frame) >= frame.bottom:
                pages[-1].append(Placed(name, y))
                y = below
        if y - flow.height(frame.width) < frame.bottom:
            flow, rest = _parted(flow, frame, y - frame.bottom)
            waiting += [rest, PageBreak()]
        if not pages[-1]:
            flow.at_top()
        pages[-1].append(Placed(flow, y))
        y -= flow.height(frame.width) + gap
    return [page for page in pages if page]


class _Again(Text):
    """The heading of a part on a further page: seen there, and read aloud once only."""

    def paint(
        self, canvas: TaggedCanvas, parent: Element, x: float, top: float, width: float
    ) -> None:
        """Draw it as an artifact."""
        with canvas.artifact("Pagination"):
            put_lines(canvas, self.lines(width), x, top, self.leading, self.size)


def _part_of(flow: Flow, named: Text | None) -> Text | None:
    """Return the heading that stands again while its part goes on; a border or another ends it."""
    if isinstance(flow, Text) and flow.tag.startswith("H"):
        if flow.again:
            return flow
        return named if named is not None and flow.tag > named.tag else None
    return None if isinstance(flow, Group) and flow.border else named


def _parted(flow: Flow, frame: Frame, room: float) -> tuple[Flow, Flow]:
    parts = flow.part(frame.width, room)
    if parts is None:
        raise DoesNotFit(f"This is too long for one page: “{flow.words()[:60]}”. Shorten it.")
    return parts


def _needed(flow: Flow, waiting: list[Flow], frame: Frame) -> float:
    """Return the room that this flow needs, what must stay with it included."""
    needed, at = 0.0, len(waiting) - 1
    while flow.stays_with_next and at >= 0:
        needed += flow.height(frame.width) + frame.style.gap
        flow, at = waiting[at], at - 1
    return needed + flow.first_height(frame.width)
