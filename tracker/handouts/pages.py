"""A sheet's words laid out on pages and painted: the way from a Document to PDF bytes.

Belongs here: paper sizes, margins, which block stands on which page, and what runs along every
page. Single pass: pages are filled first, so "page x of y" is known before anything is painted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.handouts import blocks as b
from tracker.handouts.blocks import Document, Words
from tracker.handouts.canvas import THICK, THIN, About, TaggedCanvas
from tracker.handouts.flow import (
    Columns,
    DoesNotFit,
    Flow,
    Group,
    Listing,
    PageBreak,
    Picture,
    Style,
    Text,
    WriteOn,
    baseline,
    put_lines,
    wrap,
)
from tracker.handouts.fonts import FontSet
from tracker.handouts.grid import Grid
from tracker.handouts.textline import Line, line

PAPERS = {"letter": (612.0, 792.0), "a4": (595.28, 841.89)}
MARGIN = 36.0
_NAME, _NAME_LEADING = 14.0, 18.0  # points: the patient's name on top of the later pages


@dataclass(frozen=True, slots=True)
class Placed:
    """A flowable and the top of its place on a page."""

    flow: Flow
    top: float


Page = list[Placed]


def flowable(block: b.Block, style: Style) -> Flow:
    """Turn one block of words into what can be placed on paper."""
    match block:
        case b.Heading(level, words, bookmark, ruled):
            size = style.heading_sizes[level - 1]
            text = Text(style, b.strong(words), size, size * 1.25, f"H{level}", bookmark, ruled)
            text.space_before = 4 if ruled else 0
            return text
        case b.Paragraph(words, large):
            size, leading = (style.large, style.large * 1.25) if large else (0, 0)
            return Text(style, words, size or style.size, leading or style.leading)
        case b.Bullets(items):
            return Listing([_item(words, style) for words in items], style)
        case b.Blank(words, rules):
            return WriteOn(_item(words, style, "P"), style, rules)
        case b.Table():
            return Grid(block, style)
        case b.Box(members, thick):
            return Group(_all(members, style), style, THICK if thick else THIN)
        case b.Together(members):
            return Group(_all(members, style), style)
        case b.Beside(left, right, share):
            groups = (Group(_all(side, style), style) for side in (left, right))
            return Columns(next(groups), next(groups), share / 100)
        case b.QrCode(code, alt):
            return Picture(code, alt)
        case b.NewPage():
            return PageBreak()


def _item(words: Words, style: Style, tag: str = "P") -> Text:
    return Text(style, words, style.size, style.leading, tag)


def _all(members: Iterable[b.Block], style: Style) -> list[Flow]:
    return [flowable(member, style) for member in members]


class Layout:
    """A document on one paper size: its pages, and the bytes they make."""

    def __init__(self, document: Document, style: Style, paper: str) -> None:
        self.document = document
        self.style = style
        self.size = PAPERS[paper]
        self.width = self.size[0] - 2 * MARGIN
        self._foot = self._wrapped(document.running.bottom)
        self._stamp = self._wrapped(document.running.stamp)
        self._who = wrap(style.fonts, document.running.top_left, _NAME, self._left_of_corner())

    def _wrapped(self, words: Words) -> tuple[Line, ...]:
        return wrap(self.style.fonts, words, self.style.size, self.width)

    # -- filling pages -------------------------------------------------------------------------

    def room(self, first: bool) -> float:
        """Return the height that a page has for what it says."""
        return self._top(first) - self._bottom

    def _top(self, first: bool) -> float:
        above = len(self._stamp) * self.style.leading + (4 if self._stamp else 0)
        return self.size[1] - MARGIN - above - (0 if first else self._who_height)

    @property
    def _who_height(self) -> float:
        return len(self._who) * _NAME_LEADING + 7

    def _left_of_corner(self) -> float:
        corner = line(self.style.fonts, ((self._corner(999, 999), False),)).width
        return self.width - corner * self.style.size / 1000 - 12

    @property
    def _bottom(self) -> float:
        return MARGIN + len(self._foot) * self.style.leading + 5

    def first_page_height(self) -> float:
        """Return the height of what must stand on page 1."""
        flows = _all(self.document.first_page, self.style)
        gaps = self.style.gap * (len(flows) - 1)
        return sum(flow.height(self.width) for flow in flows) + gaps

    def fits_first_page(self) -> bool:
        """Say whether page 1 is one page."""
        return self.first_page_height() <= self.room(first=True)

    def pages(self) -> list[Page]:
        """Fill the pages. Raises DoesNotFit, naming what is too tall for any page."""
        if not self.fits_first_page():
            raise DoesNotFit("Page 1 has more words than fit on one page. Shorten the texts on it.")
        first: Page = []
        y = self._top(first=True)
        for flow in _all(self.document.first_page, self.style):
            first.append(Placed(flow, y))
            y -= flow.height(self.width) + self.style.gap
        return [first, *self._fill(_all(self.document.further, self.style))]

    def _fill(self, flows: list[Flow]) -> list[Page]:
        pages: list[Page] = [[]]
        top, bottom = self._top(first=False), self._bottom
        y = top
        waiting = list(reversed(flows))
        while waiting:
            flow = waiting.pop()
            if flow.starts_page:
                if pages[-1]:
                    pages.append([])
                    y = top
                continue
            if pages[-1] and y - self._needed(flow, waiting) < bottom:
                pages.append([])
                y = top
            if y - flow.height(self.width) < bottom:
                parts = flow.part(self.width, y - bottom)
                if parts is None:
                    raise DoesNotFit(
                        f"This is too long for one page: “{flow.words()[:60]}”. Shorten it."
                    )
                flow, rest = parts
                waiting += [rest, PageBreak()]
            pages[-1].append(Placed(flow, y))
            y -= flow.height(self.width) + self.style.gap
        return [page for page in pages if page]

    def _needed(self, flow: Flow, waiting: list[Flow]) -> float:
        """Return the room that this flow needs with the headings' followers."""
        needed, at = 0.0, len(waiting) - 1
        while flow.stays_with_next and at >= 0:
            needed += flow.height(self.width) + self.style.gap
            flow, at = waiting[at], at - 1
        return needed + flow.first_height(self.width)

    # -- painting ------------------------------------------------------------------------------

    def draw(self, made_on: date) -> bytes:
        """Paint the pages and return the bytes of the PDF."""
        document, pages = self.document, self.pages()
        about = About(
            document.title, document.language, document.author, document.subject, made_on
        )
        canvas = TaggedCanvas(self.style.fonts, self.size, about)
        for number, page in enumerate(pages, start=1):
            if number > 1:
                canvas.next_page()
            self._run_along(canvas, number, len(pages))
            for placed in page:
                placed.flow.paint(canvas, canvas.root, MARGIN, placed.top, self.width)
        return canvas.finish()

    def _run_along(self, canvas: TaggedCanvas, number: int, pages: int) -> None:
        self._watermark(canvas)
        with canvas.artifact("Pagination"):
            self._page_number(canvas, number, pages)
            if number > 1:
                self._identify(canvas)
            foot_top = MARGIN + len(self._foot) * self.style.leading
            canvas.rules([(MARGIN, foot_top + 1, MARGIN + self.width, foot_top + 1)], THIN)
            self._lines(canvas, self._foot, foot_top)
            if self._stamp:
                top = self.size[1] - MARGIN
                self._lines(canvas, self._stamp, top)

    def _lines(self, canvas: TaggedCanvas, lines: tuple[Line, ...], top: float) -> None:
        put_lines(canvas, lines, MARGIN, top, self.style.leading, self.style.size)

    def _page_number(self, canvas: TaggedCanvas, number: int, pages: int) -> None:
        text = self._corner(number, pages)
        shaped = line(self.style.fonts, ((text, False),))
        x = MARGIN + self.width - shaped.width * self.style.size / 1000
        below = baseline(_NAME_LEADING, _NAME)
        canvas.text(x, self._top(first=True) - below, shaped, self.style.size)

    def _corner(self, number: int, pages: int) -> str:
        running = self.document.running
        page_of = running.page_of.replace("{page}", str(number)).replace("{pages}", str(pages))
        return f"{running.version} · {page_of}"

    def _identify(self, canvas: TaggedCanvas) -> None:
        top = self._top(first=True)
        put_lines(canvas, self._who, MARGIN, top, _NAME_LEADING, _NAME)
        y = top - self._who_height + 4
        canvas.rules([(MARGIN, y, MARGIN + self.width, y)], THIN)

    def _watermark(self, canvas: TaggedCanvas) -> None:
        word = self.document.running.watermark
        if not word:
            return
        size = 150.0
        shaped = line(self.style.fonts, ((word, True),))
        reach = shaped.width * size / 1000 * 0.7071
        x, y = (self.size[0] - reach) / 2 + 40, (self.size[1] - reach) / 2 - 40
        with canvas.artifact("Background"):
            canvas.outlined(x, y, shaped, size, 0.7071)


def layout(document: Document, fonts: FontSet, paper: str) -> Layout:
    """Lay a document out on "letter" or "a4" at the standard size."""
    return Layout(document, Style(fonts), paper)

