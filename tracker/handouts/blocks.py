"""The words of a sheet in reading order, before any paper: what the PDF and the preview share.

Belongs here: plain frozen values made of text. Not here: fonts, sizes, points, HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tracker.timeline import Drawing


class Span(NamedTuple):
    """Text of one weight. A tuple, because words are looked up by the thousand."""

    text: str
    bold: bool = False


Words = tuple[Span, ...]


def plain(words: Words) -> str:
    """Return the text of words without their weight."""
    return "".join(span.text for span in words)


def spoken(words: Words) -> str:
    """Return what is read aloud: the text without the isolates that keep directions apart."""
    return plain(words).replace("\u2068", "").replace("\u2069", "")


def strong(words: Words) -> Words:
    """Return the same words, all bold."""
    return tuple(Span(span.text, True) for span in words)


def unbroken(words: Words) -> Words:
    """Return the same words on one line: no blank in them is a place to break."""
    return tuple(Span(span.text.replace(" ", "\u00a0"), span.bold) for span in words)


def joined(*parts: Words, between: str = " ") -> Words:
    """Put words one after the other, leaving out empty ones."""
    spans: list[Span] = []
    for part in parts:
        if not any(span.text for span in part):
            continue
        if spans:
            spans.append(Span(between))
        spans.extend(part)
    return tuple(spans)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; levels follow one another without a gap. `bookmark` lists it in the outline."""

    level: int
    words: Words
    bookmark: bool = False
    ruled: bool = False  # a rule above: a part of the page starts here
    again: bool = False  # stands again on each further page of its part


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `large` is for the patient's name; `leads` keeps it with what follows."""

    words: Words
    large: bool = False
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list whose order does not matter."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A label with a line to write on."""

    words: Words
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Choices:
    """A question with answers to tick, all on paper: one box before each answer."""

    words: Words
    options: tuple[Words, ...]


class TableCell(NamedTuple):
    """Words, boxes to tick, or both."""

    words: Words = ()
    ticks: tuple[bool, ...] = ()  # one for each place of a box; False leaves the place empty
    notes: tuple[Words, ...] = ()  # further lines, each its own
    row_header: bool = False
    marked: bool = False  # a thick rule: a step starts here


@dataclass(frozen=True, slots=True)
class Table:
    """Header cells, and rows of as many cells. Rows are never split; headers are repeated."""

    headers: tuple[Words, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    # The columns that take the room that is left, one named twice twice as much; () for all.
    wide: tuple[int, ...] = ()
    month: bool = False  # a calendar: equal columns, rows with room to tick
    large: bool = False  # larger type in the rows: what to take now, read from afar
    name: Words = ()  # stands again above the header where the table goes on on another page
    tall: bool = False  # rows with room to write in
    snug: bool = False  # less white beside its words: two such stand side by side


@dataclass(frozen=True, slots=True)
class Box:
    """Blocks inside a border, never parted."""

    blocks: tuple[Block, ...]
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """Two groups side by side, the left one read first. `share` is the left one's part in 100."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    share: int = 50


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that stay on one page."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class QrCode:
    """The plan code as a picture, with its words for a reader that cannot see it."""

    code: str
    alt: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with the sentence that stands for it."""

    drawing: Drawing


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows starts on a fresh page."""


Block = (
    Heading
    | Paragraph
    | Bullets
    | Blank
    | Choices
    | Table
    | Box
    | Beside
    | Together
    | QrCode
    | Figure
    | NewPage
)


@dataclass(frozen=True, slots=True)
class Running:
    """What stands on every page; {page} and {pages} are left for the painter to fill."""

    top_left: Words  # who: from page 2 on
    page_of: str  # the words around {page} and {pages}
    version: str
    bottom: Words  # record number, code, printed on and by
    watermark: str  # "" for none
    stamp: Words  # () for none
    born: Words = ()  # after who where the line has room for both, else below
    danger: Words = ()  # from page 2 on, where a slip has one: what page 1 said of danger


@dataclass(frozen=True, slots=True)
class Document:
    """A whole sheet in words."""

    title: str  # for the file: names nobody
    subject: str
    language: str
    author: str
    running: Running
    first_page: tuple[Block, ...]
    further: tuple[Block, ...]
    tight: int = 0  # less white on page 1: 1 between blocks, 2 in them too; never smaller type
    runs_on: bool = False  # what follows begins on page 1, below its blocks
