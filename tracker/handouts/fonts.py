"""The fonts of the paper: which file draws which character, with the same codes in every process.

Belongs here: loading the shipped fonts and a clinic's own, choosing one for a character, and the
repairs ReportLab needs to draw shaped text in the same bytes each time. Not here: breaking or
placing text (`textline`, `flow`).
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import uharfbuzz
from reportlab.lib import rl_accel
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

SHIPPED = Path(__file__).resolve().parent.parent / "fonts"
_BASE = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")
_SCRIPTS = (
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansKannada-Regular.ttf",
    "NotoSansEthiopic-Regular.ttf",
)
# What ReportLab raises for a file that only begins like a font.
UNREADABLE = (TTFError, LookupError, struct.error)
_KEPT_SUBSETS = 64  # of each font, about 25 kB each
_PRIVATE = 0xF0000  # plane 15, private use: the code of a glyph that no character names


class BadFont(ValueError):
    """A font file that cannot be used; the message names the file and says what to do."""


def check_native_parts() -> None:
    """Refuse to go on when ReportLab runs without its C half, which every speed figure assumes."""
    missing = [name for name in ("fp_str", "escapePDF") if name not in rl_accel._c_funcs]
    if missing:
        raise RuntimeError("The rl_accel package did not load: install requirements.txt again.")


class StableFont(TTFont):  # type: ignore[misc]  # reportlab ships no types
    """A TrueType font whose codes depend on the glyph alone, never on what was printed before."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path))
        # Most sheets use the same characters: cut that subset out of the font once.
        cut = lru_cache(maxsize=_KEPT_SUBSETS)(self.face.makeSubset)
        self.face.makeSubset = lambda subset: cut(tuple(subset))
        self._hb_font: Any = None

    @property
    def shaper(self) -> Any:
        """The HarfBuzz font, made when first needed."""
        if self._hb_font is None:
            data = self.face._ttf_data
            self._hb_font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(data)))
        return self._hb_font

    def covers(self, char: str) -> bool:
        """Say whether the font has a glyph for this character."""
        return ord(char) in self.face.charToGlyph

    def code_for(self, glyph: int, cluster: str) -> str:
        """Return the character to write for a shaped glyph: its own, else a private one."""
        face = self.face
        for char in cluster:
            if face.charToGlyph.get(ord(char)) == glyph:
                return char
        code = _PRIVATE + glyph
        if code not in face.charToGlyph:
            face.charWidths[code] = self.pdfScale(face.hmetrics[glyph][0])
            face.charToGlyph[code] = glyph
        return chr(code)

    def width(self, text: str) -> float:
        """Return the width of unshaped text in thousandths of the type size."""
        return float(self.stringWidth(text, 1000))

    def addObjects(self, doc: Any) -> None:
        """Write the font into a document, with a ToUnicode map that holds past U+FFFF."""
        subsets = [tuple(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = self._base_name(doc, number)
            stream = doc.idToObject["toUnicodeCMap:" + name]
            stream.content = _to_unicode(name, tuple(self._meaning(code) for code in subset))
            program = doc.idToObject[f"fontFile:{self.face.filename}({name})"]
            program.content = _deflated(program.content)
            program.filters = ()
            program.dictionary["Filter"] = "/FlateDecode"

    def _base_name(self, doc: Any, number: int) -> str:
        internal = f"{doc.fontMapping[self.fontName][1:]}+{number}"
        return str(doc.idToObject["BasicFonts"].dict[internal].BaseFont)

    def _meaning(self, code: int) -> int:
        if code < _PRIVATE:
            return code
        named = [c for c in self.face.glyphToChar.get(code - _PRIVATE, ()) if c < _PRIVATE]
        return min(named, default=0xFFFD)


@lru_cache(maxsize=_KEPT_SUBSETS)
def _deflated(program: bytes) -> bytes:
    return zlib.compress(program)


@lru_cache(maxsize=_KEPT_SUBSETS)
def _to_unicode(name: str, subset: tuple[int, ...]) -> str:
    rows = [f"<{i:02X}> <{chr(code).encode('utf-16-be').hex()}>" for i, code in enumerate(subset)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def /CMapType 2 def",
            f"1 begincodespacerange <00> <{len(subset) - 1:02X}> endcodespacerange",
            *_blocks(rows),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )


def _blocks(rows: list[str]) -> list[str]:
    # A bfchar block holds at most 100 rows (PDF 32000-1, 9.10.3).
    lines: list[str] = []
    for first in range(0, len(rows), 100):
        part = rows[first : first + 100]
        lines += [f"{len(part)} beginbfchar", *part, "endbfchar"]
    return lines


class FontSet:
    """The shipped fonts and, for characters they lack, those of one clinic's own folder."""

    def __init__(self, own: Path | None) -> None:
        check_native_parts()
        self.regular, self.bold = (_load(SHIPPED / name) for name in _BASE)
        self._scripts = [_load(SHIPPED / name) for name in _SCRIPTS]
        self._own_paths = sorted(own.glob("*.ttf")) if own is not None and own.is_dir() else []
        self._own: list[StableFont] | None = None
        self._fingerprints: dict[str, str] = {}
        both = self.regular.face.charToGlyph.keys() & self.bold.face.charToGlyph.keys()
        self.plain = frozenset(
            chr(c) for c in both if 0x20 <= c < 0x0300 or 0x0370 <= c < 0x0483 or c in _PUNCTUATION
        )

    def font_for(self, char: str, bold: bool) -> StableFont | None:
        """Return the first font that has the character, or None. A clinic's fonts come last."""
        base = self.bold if bold else self.regular
        for font in (base, *self._scripts):
            if font.covers(char):
                return font
        return next((font for font in self._owned() if font.covers(char)), None)

    def _owned(self) -> list[StableFont]:
        # A CJK font is 5 to 11 MB: read it when a name first needs it.
        if self._own is None:
            self._own = [_load(path) for path in self._own_paths]
        return self._own

    def is_base(self, font: StableFont) -> bool:
        """Say whether the font is one of the two that exist in both weights."""
        return font is self.regular or font is self.bold

    def fingerprints(self) -> dict[str, str]:
        """Return file name -> SHA-256 of every font that could have been used, for the record."""
        if not self._fingerprints:
            # What was loaded when the process began is what draws: hashed once, for a batch too.
            paths = [SHIPPED / name for name in (*_BASE, *_SCRIPTS)] + list(self._own_paths)
            self._fingerprints = {
                path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
            }
        return dict(self._fingerprints)


# General punctuation that needs no shaping: spaces, dashes, quotes, bullet, ellipsis.
_PUNCTUATION = frozenset([*range(0x2010, 0x2028), *range(0x2030, 0x205F), 0x20AC, 0x2122, 0x2153])


@lru_cache(maxsize=64)
def _load(path: Path) -> StableFont:
    try:
        font = StableFont(path.stem, path)
    except UNREADABLE as error:
        raise BadFont(
            f"{path.name} cannot be used: {error}. Put a static TrueType .ttf in its place."
        ) from error
    pdfmetrics.registerFont(font)
    return font


@lru_cache(maxsize=64)
def load(own: Path | None = None) -> FontSet:
    """Load the shipped fonts, and know of those in a clinic's own folder.

    own: a folder of static TrueType files (`instance/fonts`), or None. Kept for the process.
    Raises BadFont, naming the file, when one of them cannot be used.
    """
    return FontSet(own)
