"""One line of text in any script, ready to be drawn: the only way text reaches the paper.

Order of work: composed form (NFC), levels of the Unicode bidirectional algorithm, runs by level,
font and script, HarfBuzz for the runs that need it, runs put in the order they are seen. A
character that no font has stops the print (`MissingGlyph`); it never becomes a blank or a box.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

import uharfbuzz

from tracker.handouts.fonts import FontSet, StableFont

Piece = tuple[str, bool]  # text, bold

_SIMPLE_SCRIPTS = frozenset(["LATIN", "GREEK", "CYRILLIC", "ETHIOPIC", ""])
# The blocks of Unicode that hold every letter written from the right.
_BEYOND = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# Anything but composed Latin letters, their digits and signs, dashes and quotes: to be looked at.
_UNUSUAL = re.compile("[^\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e]")
JOINERS = frozenset(["\u200c", "\u200d"])
# Noto Sans Hebrew's discretionary ligatures turn two letters of a name into another letter.
_FEATURES = {"kern": True, "liga": True, "dlig": False}


class MissingGlyph(ValueError):
    """A character that no font here can print."""

    def __init__(self, char: str) -> None:
        self.char = char
        super().__init__(f"No font here can print the character {char} (U+{ord(char):04X}).")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One shaped glyph: the code to write, and where, in thousandths of the type size."""

    code: str
    advance: float
    dx: float
    dy: float
    nominal: float


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one font. Without glyphs, `text` is drawn as it stands."""

    font: StableFont
    text: str
    glyphs: tuple[Glyph, ...]
    thicken: bool  # bold asked for, but the font has no bold weight
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """Runs in the order they are seen. `spoken` is set where the glyphs alone would misread."""

    runs: tuple[Run, ...]
    width: float
    spoken: str


@dataclass(frozen=True, slots=True)
class _Char:
    char: str
    bold: bool
    level: int
    font: StableFont
    script: str


def clean(text: str) -> str:
    """Return text in composed form, with each control and line break turned into a space.

    Direction overrides are dropped: typed text must not be able to turn a number around. The two
    joiners stay, because Persian and Indic names need them.
    """
    if not _UNUSUAL.search(text):
        return text
    kept = (_kept(char) for char in unicodedata.normalize("NFC", text))
    return "".join(kept)


def _kept(char: str) -> str:
    if char in JOINERS:
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Zl", "Zp") else char


def turns(text: str) -> bool:
    """Say whether the text has a letter that is written from right to left."""
    return any(unicodedata.bidirectional(char) in ("R", "AL") for char in _BEYOND.findall(text))


@lru_cache(maxsize=512)
def line(fonts: FontSet, pieces: tuple[Piece, ...]) -> Line:
    """Shape one line. Raises MissingGlyph for a character that no font here has."""
    if all(fonts.plain.issuperset(text) for text, _ in pieces):
        runs = tuple(_plain_run(fonts, text, bold) for text, bold in pieces if text)
        return Line(runs, sum(run.width for run in runs), "")
    return _shaped_line(fonts, pieces)


@lru_cache(maxsize=1024)
def width_of(fonts: FontSet, pieces: tuple[Piece, ...]) -> float:
    """Return the width of one line in thousandths of the type size, without making the line."""
    if all(fonts.plain.issuperset(text) for text, _ in pieces):
        return sum([(fonts.bold if bold else fonts.regular).width(text) for text, bold in pieces])
    return line(fonts, pieces).width


def _plain_run(fonts: FontSet, text: str, bold: bool) -> Run:
    font = fonts.bold if bold else fonts.regular
    return Run(font, text, (), False, font.width(text))


def _shaped_line(fonts: FontSet, pieces: tuple[Piece, ...]) -> Line:
    text = unicodedata.normalize("NFC", "".join(part for part, _ in pieces))
    chars = _chars(fonts, text, _bolds(pieces, len(text)))
    logical = [
        (key[0], _run(fonts, "".join(c.char for c in group), *key))
        for key, group in (
            (key, list(members))
            for key, members in groupby(chars, lambda c: (c.level, c.font, c.script, c.bold))
        )
    ]
    runs = tuple(_as_seen(logical))
    spoken = "".join(c.char for c in chars) if any(run.glyphs for run in runs) else ""
    return Line(runs, sum(run.width for run in runs), spoken)


def _bolds(pieces: tuple[Piece, ...], length: int) -> list[bool]:
    flags = [bold for text, bold in pieces for _ in unicodedata.normalize("NFC", text)]
    # Composing across a boundary of pieces can only shorten the line.
    return flags[:length]


def _levels(text: str) -> list[int]:
    if not turns(text):
        return [0] * len(text)
    # fpdf2 takes half a second to import: only a name that needs it pays.
    from fpdf.bidi import BidiParagraph

    paragraph = BidiParagraph(text)
    paragraph.get_all()
    levels = [0] * len(text)
    for member in paragraph.characters:
        levels[member.character_index] = member.embedding_level
    return levels


def _chars(fonts: FontSet, text: str, bolds: list[bool]) -> list[_Char]:
    chars: list[_Char] = []
    for char, bold, level in zip(text, bolds, _levels(text), strict=True):
        category = unicodedata.category(char)
        last = chars[-1] if chars else None
        if category == "Cf" and char not in JOINERS:
            continue  # an isolate has done its work in the levels
        if last and (category[0] == "M" or char in JOINERS) and last.font.covers(char):
            # A mark stays with its base, or the two are drawn apart.
            chars.append(replace(last, char=char))
            continue
        chars.append(_Char(char, bold, level, _font(fonts, char, bold), _script(char)))
    return _common_joined(chars)


def _font(fonts: FontSet, char: str, bold: bool) -> StableFont:
    font = fonts.font_for(char, bold)
    if font is None:
        raise MissingGlyph(char)
    return font


def _script(char: str) -> str:
    """Return the script of a letter by its Unicode name; "" for what every script shares."""
    if unicodedata.category(char)[0] not in "LM":
        return ""
    word = unicodedata.name(char, "").split(" ", 1)[0]
    return "" if word in ("COMBINING", "MODIFIER") else word


def _common_joined(chars: list[_Char]) -> list[_Char]:
    # What every script shares belongs to the run before it, where the font is the same.
    joined: list[_Char] = []
    for char in chars:
        last = joined[-1] if joined else None
        if last and not char.script and last.font is char.font and last.level == char.level:
            char = replace(char, script=last.script)
        joined.append(char)
    return joined


def _run(fonts: FontSet, text: str, level: int, font: StableFont, script: str, bold: bool) -> Run:
    thicken = bold and not fonts.is_base(font)
    marks = any(unicodedata.category(char)[0] == "M" for char in text)
    if level % 2 == 0 and script in _SIMPLE_SCRIPTS and not marks:
        return Run(font, text, (), thicken, font.width(text))
    glyphs = tuple(_shape(font, text, "rtl" if level % 2 else "ltr"))
    return Run(font, text, glyphs, thicken, sum(glyph.advance for glyph in glyphs))


def _shape(font: StableFont, text: str, direction: str) -> list[Glyph]:
    buffer: Any = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = direction
    uharfbuzz.shape(font.shaper, buffer, _FEATURES)
    starts = [*sorted({info.cluster for info in buffer.glyph_infos}), len(text)]
    ends = dict(pairwise(starts))
    glyphs = []
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        if info.codepoint == 0:
            raise MissingGlyph(text[info.cluster])
        code = font.code_for(info.codepoint, text[info.cluster : ends[info.cluster]])
        measures = (at.x_advance, at.x_offset, at.y_offset)
        advance, dx, dy = (float(font.pdfScale(measure)) for measure in measures)
        glyphs.append(Glyph(code, advance, dx, dy, font.width(code)))
    return glyphs


def _as_seen(logical: list[tuple[int, Run]]) -> list[Run]:
    """Put runs in the order they are seen: rule L2 of the bidirectional algorithm, by run."""
    runs = list(logical)
    for level in range(max((lvl for lvl, _ in runs), default=0), 0, -1):
        start = 0
        while start < len(runs):
            end = start
            while end < len(runs) and runs[end][0] >= level:
                end += 1
            if end > start:
                runs[start:end] = reversed(runs[start:end])
            start = end + 1
    return [run for _, run in runs]
