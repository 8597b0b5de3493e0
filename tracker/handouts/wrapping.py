"""Breaking words into lines of a width, and the measures of one kind of sheet.

Belongs here: where a line may end. Not here: what a line is made of (`textline`), or what is done
with lines (`flow`, `grid`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tracker.handouts.blocks import Words
from tracker.handouts.canvas import TaggedCanvas
from tracker.handouts.fonts import FontSet
from tracker.handouts.textline import Line, Piece, line, width_of

_HYPHEN = re.compile(r"(?<=[^\W\d]-)(?=[^\W\d])")  # between letters


@dataclass(frozen=True, slots=True)
class Full:
    """The measures of a page 1 that holds much, in points; its running text keeps its size."""

    leading: float = 14
    large: float = 16
    heading_sizes: tuple[float, ...] = (17, 13, 12, 12)
    gap: float = 1.5
    pad: float = 3


@dataclass(frozen=True, slots=True)
class Style:
    """The measures of one kind of sheet, in points."""

    fonts: FontSet
    size: float = 12
    leading: float = 15
    large: float = 16
    heading_sizes: tuple[float, ...] = (17, 13, 12, 12)
    gap: float = 5  # between blocks
    tight_gap: float = 2.5  # between the blocks of a crowded page 1
    full: Full = Full()
    pad: float = 4  # inside a box or a cell
    tick: float = 11  # the side of a box to tick
    name: tuple[float, float] = (14, 18)  # the patient's name on the later pages: size, leading

    def closer(self, tight: int) -> Style:
        """Return the measures of page 1 with less white: 1 between blocks, 2 in them too."""
        if tight < 2:
            return replace(self, gap=self.tight_gap) if tight else self
        full = self.full
        return replace(
            self, leading=full.leading, large=full.large, heading_sizes=full.heading_sizes,
            gap=full.gap, pad=full.pad,
        )  # fmt: skip

    @property
    def spacing(self) -> float:
        """From line to line, in sizes of the type."""
        return self.leading / self.size

    def width(self, words: Words, size: float | None = None) -> float:
        """Return the width of words on one line."""
        return width_of(self.fonts, words) * (size or self.size) / 1000


# Room for the fixed words and two sheets of 240 rows: smaller, and sheets drive each other out.
@lru_cache(maxsize=3072)
def wrap(
    fonts: FontSet, words: Words, size: float, width: float, more: bool = False
) -> tuple[Line, ...]:
    """Break words into lines no wider than `width` points.

    Breaks at spaces only, never at a no-break space; a single word wider than the line is broken
    between letters. Each line but the last ends in a space, so that copied words stay apart;
    with `more`, where other words follow in the same place, the last line does too.
    """
    limit = width * 1000 / size
    if not more and _is_neat(words) and width_of(fonts, words) <= limit:
        return (line(fonts, words),)
    lines: list[list[Piece]] = [[]]
    used = 0.0
    short = (part for word in _words(words) for part in _short_enough(fonts, word, limit))
    for word in short:
        wide = width_of(fonts, word)
        space = fonts.regular.width(" ") if lines[-1] else 0.0
        if lines[-1] and used + space + wide > limit + 0.01:
            lines[-1].append((" ", lines[-1][-1][1]))
            lines.append([])
            used, space = 0.0, 0.0
        if space:
            lines[-1].append((" ", lines[-1][-1][1] and word[0][1]))
        lines[-1].extend(word)
        used += space + wide
    if more and lines[-1]:
        lines[-1].append((" ", lines[-1][-1][1]))
    return tuple(line(fonts, _merged(pieces)) for pieces in lines if pieces)


def _is_neat(words: Words) -> bool:
    """Say whether the words are of one weight, with no space too many."""
    if len(words) != 1:
        return False
    text = words[0].text
    return text.strip(" ") == text != "" and "  " not in text


def longest_word(style: Style, words: Words, parted: bool = False) -> float:
    """Return the width of the longest word, or part of one up to its hyphen, in points."""
    return _longest(style.fonts, words, parted) * style.size / 1000


@lru_cache(maxsize=1024)
def _longest(fonts: FontSet, words: Words, parted: bool) -> float:
    whole = _words(words)
    parts = [part for word in whole for part in _at_hyphens(word)] if parted else whole
    return max((width_of(fonts, part) for part in parts), default=0.0)


def _words(words: Words) -> list[tuple[Piece, ...]]:
    made: list[tuple[Piece, ...]] = []
    current: list[Piece] = []
    for span in words:
        parts = span.text.split(" ")
        for number, part in enumerate(parts):
            if number and current:
                made.append(tuple(current))
                current = []
            if part:
                current.append((part, span.bold))
    if current:
        made.append(tuple(current))
    return made


def _at_hyphens(word: tuple[Piece, ...]) -> list[tuple[Piece, ...]]:
    """Return a word of one weight in its parts: "Tarde-", "noche". A number is never parted."""
    if len(word) != 1:
        return [word]
    text, bold = word[0]
    return [((part, bold),) for part in _HYPHEN.split(text)]


def _short_enough(fonts: FontSet, word: tuple[Piece, ...], limit: float) -> list[tuple[Piece, ...]]:
    if width_of(fonts, word) <= limit:
        return [word]
    named = _at_hyphens(word)
    if len(named) > 1:
        return [part for one in named for part in _short_enough(fonts, one, limit)]
    parts: list[tuple[Piece, ...]] = []
    chunk: list[Piece] = []
    used = 0.0
    for text, bold in word:
        for cluster in _clusters(text):
            wide = width_of(fonts, ((cluster, bold),))
            if chunk and used + wide > limit:
                parts.append(_merged(chunk))
                chunk, used = [], 0.0
            chunk.append((cluster, bold))
            used += wide
    return [*parts, _merged(chunk)]


def _clusters(text: str) -> Iterable[str]:
    cluster = ""
    for char in text:
        joins = unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf")
        if cluster and not joins:
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _merged(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    merged: list[Piece] = []
    for text, bold in pieces:
        if merged and merged[-1][1] == bold:
            merged[-1] = (merged[-1][0] + text, bold)
        else:
            merged.append((text, bold))
    return tuple(merged)


def baseline(leading: float, size: float) -> float:
    """Return how far below its top a line's baseline lies."""
    return leading / 2 + 0.36 * size


def put_lines(
    canvas: TaggedCanvas, lines: tuple[Line, ...], x: float, top: float, leading: float, size: float
) -> None:
    """Draw lines one under the other; the marked content is the caller's."""
    if lines:
        canvas.lines(lines, x, top - baseline(leading, size), leading, size)
