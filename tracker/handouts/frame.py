"""A page before its words: paper sizes, margins, and what runs along every page.

Belongs here: name, date of birth, version and page number above, record number and code below,
the draft's watermark and the stamp of a copy. All of it is decoration to a screen reader.
"""

from __future__ import annotations

from tracker.handouts.blocks import Running, Words, joined
from tracker.handouts.canvas import THIN, TaggedCanvas
from tracker.handouts.textline import Line, line
from tracker.handouts.wrapping import Style, baseline, put_lines, wrap

PAPERS = {"letter": (612.0, 792.0), "a4": (595.28, 841.89)}
MARGIN = 36.0
_WATERMARK = 150.0
_SLOPE = 0.7071  # the sine and cosine of 45 degrees


class Frame:
    """The paper of one sheet: how much room a page has, and what stands around it."""

    def __init__(self, running: Running, style: Style, paper: str) -> None:
        self.running = running
        self.style = style
        self.size = PAPERS[paper]
        self.width = self.size[0] - 2 * MARGIN
        self._foot = self._wrapped(running.bottom)
        self._stamp = self._wrapped(running.stamp)
        self._danger = self._wrapped(running.danger)
        self._who = self._named(running)

    def _named(self, running: Running) -> tuple[Line, ...]:
        """Return who it is for; the day of birth has a line of its own where one is too short."""
        fonts, size, beside = self.style.fonts, self.style.name[0], self.width - self.corner
        both = wrap(fonts, joined(running.top_left, running.born), size, beside)
        if len(both) == 1 or not running.born:
            return both
        name = wrap(fonts, running.top_left, size, beside, True)
        return (*name, *wrap(fonts, running.born, size, self.width))

    def _wrapped(self, words: Words) -> tuple[Line, ...]:
        return wrap(self.style.fonts, words, self.style.size, self.width)

    def top(self, first: bool) -> float:
        """Return the height, from the bottom of the paper, where a page's words begin."""
        above = len(self._stamp) * self.style.leading + (4 if self._stamp else 0)
        return self.size[1] - MARGIN - above - (0 if first else self._who_height)

    @property
    def bottom(self) -> float:
        """The height below which no word of a page may reach."""
        return MARGIN + len(self._foot) * self.style.leading + 5

    @property
    def _who_height(self) -> float:
        danger = len(self._danger) * self.style.leading + (4 if self._danger else 0)
        return len(self._who) * self.style.name[1] + danger + 7

    @property
    def corner(self) -> float:
        """The width that version and page number take at the top right, with white before them."""
        wide = line(self.style.fonts, ((self._corner(999, 999), False),)).width
        return wide * self.style.size / 1000 + 12

    def _corner(self, number: int, pages: int) -> str:
        running = self.running
        page_of = running.page_of.replace("{page}", str(number)).replace("{pages}", str(pages))
        return f"{running.version} · {page_of}"

    def paint(self, canvas: TaggedCanvas, number: int, pages: int) -> None:
        """Draw what runs along a page; page 1 says who it is for in its own words."""
        self._watermark(canvas)
        with canvas.artifact("Pagination"):
            self._page_number(canvas, number, pages)
            if number > 1:
                self._identify(canvas)
            foot_top = MARGIN + len(self._foot) * self.style.leading
            canvas.rules([(MARGIN, foot_top + 1, MARGIN + self.width, foot_top + 1)], THIN)
            self._lines(canvas, self._foot, foot_top)
            self._lines(canvas, self._stamp, self.size[1] - MARGIN)

    def _lines(self, canvas: TaggedCanvas, lines: tuple[Line, ...], top: float) -> None:
        put_lines(canvas, lines, MARGIN, top, self.style.leading, self.style.size)

    def _page_number(self, canvas: TaggedCanvas, number: int, pages: int) -> None:
        shaped = line(self.style.fonts, ((self._corner(number, pages), False),))
        x = MARGIN + self.width - shaped.width * self.style.size / 1000
        below = baseline(self.style.name[1], self.style.name[0])
        canvas.text(x, self.top(first=True) - below, shaped, self.style.size)

    def _identify(self, canvas: TaggedCanvas) -> None:
        top = self.top(first=True)
        size, leading = self.style.name
        put_lines(canvas, self._who, MARGIN, top, leading, size)
        self._lines(canvas, self._danger, top - len(self._who) * leading - 2)
        y = top - self._who_height + 4
        canvas.rules([(MARGIN, y, MARGIN + self.width, y)], THIN)

    def _watermark(self, canvas: TaggedCanvas) -> None:
        if not self.running.watermark:
            return
        shaped = line(self.style.fonts, ((self.running.watermark, True),))
        reach = shaped.width * _WATERMARK / 1000 * _SLOPE
        x, y = (self.size[0] - reach) / 2 + 40, (self.size[1] - reach) / 2 - 40
        with canvas.artifact("Background"):
            canvas.outlined(x, y, shaped, _WATERMARK, _SLOPE)
