"""A canvas that writes tagged PDF: every mark is either content of an element or an artifact.

Belongs here: marked content, metadata, and the few drawing operators the paper uses. Not here:
where things go (`flow`, `pages`), or how elements are written (`structure`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from io import BytesIO

from reportlab import rl_config
from reportlab.lib.rl_accel import escapePDF  # the C one
from reportlab.lib.rl_accel import fp_str as _n  # the C one: numbers as PDF wants them
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from tracker.handouts.fonts import FontSet, StableFont
from tracker.handouts.pdffile import close_file
from tracker.handouts.structure import Element, objects, utf16
from tracker.handouts.textline import Line, Run

# Stands in the catalog until the number of the structure tree's root is known: as wide as any.
_KEY, _ROOT_LATER = b"/StructTreeRoot ", b"9999999 0 R"
rl_config.useA85 = (
    0  # files are kept and sent as bytes: coding them as ASCII again only swells them
)
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_UNTAGGED = "Text must be content of an element, or an artifact."
_NESTED = "Marked content cannot be opened inside marked content."
THIN, THICK = 0.75, 2.25  # points: a hairline that survives a fax, and a rule that carries meaning


@dataclass(frozen=True, slots=True)
class About:
    """What the file says about itself. None of it may name the patient."""

    title: str
    language: str  # "en-US"
    author: str
    subject: str
    made_on: date


class _Mark:
    """One stretch of marked content, opened and closed by a with statement."""

    __slots__ = ("canvas", "opening")

    def __init__(self, canvas: TaggedCanvas, opening: str) -> None:
        self.canvas, self.opening = canvas, opening

    def __enter__(self) -> None:
        self.canvas.open_mark(self.opening)

    def __exit__(self, *_error: object) -> None:
        self.canvas.close_mark()


class _AnotherSubset(Exception):
    """A character outside a font's first subset of 256."""


class _Codes(dict[str, str]):
    """How a font's first subset codes what is not ASCII, asked of ReportLab once a letter."""

    def __init__(self, font: StableFont, doc: object) -> None:
        super().__init__()
        self._font, self._doc = font, doc
        font.splitString("", doc)  # makes the subset, in which ASCII stands for itself

    def __missing__(self, char: str) -> str:
        ((subset, codes),) = self._font.splitString(char, self._doc)
        if subset:
            raise _AnotherSubset
        self[char] = codes.decode("latin-1")
        return self[char]


class TaggedCanvas:
    """Draws pages and keeps the structure tree in the order in which content is drawn."""

    def __init__(self, fonts: FontSet, size: tuple[float, float], about: About) -> None:
        self.fonts = fonts
        self.width, self.height = size
        self.root = Element("Document")
        self._about = about
        self._buffer = BytesIO()
        self._pdf = Canvas(
            self._buffer,
            pagesize=size,
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            initialFontName=fonts.regular.fontName,
            lang=about.language,
        )
        self._parents: list[list[Element]] = [[]]
        self._open = False
        self._size_in_use: tuple[StableFont, int, float] | None = None
        self._lines: dict[tuple[int, float], tuple[str, Line]] = {}
        self._blocks: dict[tuple[int, float, float], tuple[str, bool, tuple[Line, ...]]] = {}
        self._codes: dict[StableFont, _Codes] = {}
        self._names: dict[tuple[StableFont, int], str] = {}

    # -- marked content ------------------------------------------------------------------------

    def content(self, element: Element) -> _Mark:
        """Make everything drawn inside content of this element."""
        return _Mark(self, self._next_content(element))

    def _next_content(self, element: Element) -> str:
        """Give an element the next stretch of content on this page; return how it is opened."""
        here = self._parents[-1]
        mcid = len(here)
        here.append(element)
        element.kids.append((len(self._parents) - 1, mcid))
        return f"/{element.tag}<</MCID {mcid}>>BDC"

    def artifact(self, kind: str) -> _Mark:
        """Make everything drawn inside decoration that a screen reader skips."""
        return _Mark(self, f"/Artifact <</Type /{kind}>> BDC")

    def open_mark(self, opening: str) -> None:
        """Begin marked content; it cannot be nested."""
        if self._open:
            raise RuntimeError(_NESTED)
        self._open = True
        self._write(opening)

    def close_mark(self) -> None:
        """End marked content."""
        self._write("EMC")
        self._open = False

    def _write(self, operators: str) -> None:
        self._pdf._code.append(operators)

    # -- drawing -------------------------------------------------------------------------------

    def text(self, x: float, y: float, line: Line, size: float) -> None:
        """Draw one line with its baseline at (x, y), in points from the bottom left."""
        if not self._open:
            raise RuntimeError(_UNTAGGED)
        self._write(f"BT {x:.2f} {y:.2f} Td {self._shown(line, size)} ET")

    def lines(
        self, lines: tuple[Line, ...], x: float, y: float, leading: float, size: float
    ) -> None:
        """Draw lines one under the other, the first with its baseline at (x, y)."""
        if not self._open:
            raise RuntimeError(_UNTAGGED)
        self._write(f"BT {x:.2f} {y:.2f} Td {self._set(lines, leading, size)[0]} ET")

    def said(
        self,
        element: Element,
        lines: tuple[Line, ...],
        x: float,
        y: float,
        leading: float,
        size: float,
    ) -> bool:
        """Draw lines as the content of an element: `content` and `lines` in one stroke.

        Return whether the element must be told in words, as its glyphs alone would misread.
        """
        if self._open:
            raise RuntimeError(_NESTED)
        opening, (shown, misread) = self._next_content(element), self._set(lines, leading, size)
        self._write(f"{opening} BT {x:.2f} {y:.2f} Td {shown} ET EMC")
        return misread

    def _set(self, lines: tuple[Line, ...], leading: float, size: float) -> tuple[str, bool]:
        """Return the operators that set lines one under the other, the same wherever they stand.

        And whether a reader of the glyphs alone would misread them.
        """
        made = self._blocks.get((id(lines), leading, size))
        if made is None:
            below = f" 0 {-leading:.2f} Td "
            shown = below.join([self._operators(line, size) for line in lines])
            misread = any([line.spoken for line in lines])
            # The lines are kept, so that their id stays their own.
            made = self._blocks[id(lines), leading, size] = (shown, misread, lines)
        return made[0], made[1]

    def _shown(self, line: Line, size: float) -> str:
        """Return the operators that show a line, the same for each place where it stands."""
        made = self._lines.get((id(line), size))
        if made is None:
            made = self._lines[id(line), size] = (self._operators(line, size), line)
        return made[0]

    def _operators(self, line: Line, size: float) -> str:
        self._size_in_use = None
        shown = self._simply(line.runs[0], size) if len(line.runs) == 1 else ""
        if not shown:
            shown = " ".join([part for run in line.runs for part in self._run(run, size)])
        if line.spoken:
            return f"/Span<</ActualText{utf16(line.spoken)}>>BDC {shown} EMC"
        return shown

    def _simply(self, run: Run, size: float) -> str:
        """Show a run in which every letter stands for itself, as most do; "" for any other."""
        if run.glyphs or run.thicken or not run.text.isascii():
            return ""
        if run.font not in self._codes:
            self._codes[run.font] = _Codes(run.font, self._pdf._doc)
        return f"{self._select(run.font, 0, size)}({escapePDF(run.text)}) Tj"

    def _run(self, run: Run, size: float) -> Iterator[str]:
        if run.thicken:
            yield f"2 Tr {_n(size / 36)} w"
        if run.glyphs:
            yield from self._glyphs(run, size)
        else:
            for subset, codes in self._encoded(run.font, run.text):
                yield f"{self._select(run.font, subset, size)}({escapePDF(codes)}) Tj"
        if run.thicken:
            yield f"0 Tr {_n(THIN)} w"

    def _encoded(self, font: StableFont, text: str) -> Sequence[tuple[int, str]]:
        """Return text as ReportLab codes it: subsets of the font, each with its bytes."""
        codes = self._codes.get(font)
        if codes is None:
            codes = self._codes[font] = _Codes(font, self._pdf._doc)
        if text.isascii():
            return ((0, text),)
        try:
            return ((0, _NOT_ASCII.sub(lambda found: codes[found[0]], text)),)
        except _AnotherSubset:
            split = font.splitString(text, self._pdf._doc)
            return [(subset, coded.decode("latin-1")) for subset, coded in split]

    def _glyphs(self, run: Run, size: float) -> Iterator[str]:
        rise = 0.0
        for glyph in run.glyphs:
            ((subset, codes),) = run.font.splitString(glyph.code, self._pdf._doc)
            if glyph.dy != rise:
                rise = glyph.dy
                yield f"{_n(rise * size / 1000)} Ts"
            after = glyph.nominal + glyph.dx - glyph.advance
            chosen = self._select(run.font, subset, size)
            yield f"{chosen}[{_n(-glyph.dx)} <{codes.hex()}> {_n(after)}] TJ"
        if rise:
            yield "0 Ts"

    def _select(self, font: StableFont, subset: int, size: float) -> str:
        if self._size_in_use == (font, subset, size):
            return ""
        self._size_in_use = (font, subset, size)
        name = self._names.get((font, subset))
        if name is None:
            name = font.getSubsetInternalName(subset, self._pdf._doc)
            self._names[font, subset] = name
        return f"{name} {size:g} Tf "

    def rules(self, segments: Sequence[tuple[float, float, float, float]], weight: float) -> None:
        """Draw straight lines (x1, y1, x2, y2) of one weight, all in black."""
        if segments:
            path = " ".join([f"{a:.2f} {b:.2f} m {c:.2f} {d:.2f} l" for a, b, c, d in segments])
            self._write(f"{weight} w {path} S")

    def boxes(self, places: Sequence[tuple[float, float]], side: float) -> None:
        """Draw the outlines of squares whose bottom left corners are given: boxes to tick."""
        if places:
            square = f"{side:.2f} {side:.2f} re"
            path = " ".join([f"{x:.2f} {y:.2f} {square}" for x, y in places])
            self._write(f"1 w {path} S")

    def box(self, x: float, y: float, width: float, height: float, weight: float) -> None:
        """Draw the outline of a rectangle whose bottom left corner is (x, y)."""
        self._write(f"{weight} w {x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")

    def bars(self, places: Sequence[tuple[float, float, float]], height: float) -> None:
        """Fill black bars (x, y, width): dark modules of a QR code, nothing else is filled."""
        path = " ".join([f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re" for x, y, width in places])
        self._write(f"{path} f")

    def outlined(self, x: float, y: float, line: Line, size: float, slope: float) -> None:
        """Draw large hollow letters across the page: a watermark that hides nothing."""
        turned = f"{_n(slope, slope, -slope, slope)} {_n(x, y)} Tm"
        self._write(f"q 0.5 w BT 1 Tr {turned} {self._shown(line, size)} ET Q")

    # -- pages and bookmarks -------------------------------------------------------------------

    def bookmark(self, title: str, top: float) -> None:
        """Add an entry to the outline that leads to this height on the page being drawn."""
        key = f"b{len(self._parents)}-{_n(top)}"
        self._pdf.bookmarkPage(key, fit="XYZ", left=0, top=top)
        self._pdf.addOutlineEntry(title, key, 0)

    def next_page(self) -> None:
        """Close the page being drawn and open another."""
        number = len(self._parents)
        self._pdf.showPage()
        self._dress_page(number)
        self._parents.append([])

    def _dress_page(self, number: int) -> None:
        page = self._pdf._doc.idToObject[f"Page{number}"]
        # On this page alone: the class keeps the list of keys it always had.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = number - 1
        page.Tabs = pdfdoc.PDFName("S")

    # -- the file ------------------------------------------------------------------------------

    def finish(self) -> bytes:
        """Close the last page and return the bytes: a function of what was drawn alone."""
        number = len(self._parents)
        self._pdf.showPage()
        self._dress_page(number)
        self._describe()
        written = bytes(self._pdf.getpdfdata())
        return self._with_structure(written)

    def _describe(self) -> None:
        pdf, about = self._pdf, self._about
        pdf.setTitle(about.title)
        pdf.setAuthor(about.author)
        pdf.setSubject(about.subject)
        pdf.setCreator("opioid taper tracker")
        pdf.setKeywords("")
        stamp = about.made_on.strftime("D:%Y%m%d")
        pdf.setDateFormatter(lambda *_parts: stamp)
        pdf.setViewerPreference("DisplayDocTitle", "true")
        catalog = pdf._doc.Catalog
        catalog.Metadata = pdfdoc.XMP(creator=lambda _doc: packet(about))
        catalog.StructTreeRoot = _ROOT_LATER
        catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})

    def _with_structure(self, written: bytes) -> bytes:
        """Add the structure tree to what ReportLab wrote, and close the file anew."""
        doc = self._pdf._doc
        offsets = [doc.idToOffset[doc.numberToId[n + 1]] for n in range(len(doc.numberToId))]
        root = len(offsets) + 1
        numbers = doc.idToObjectNumberAndVersion
        pages = [numbers[f"Page{page + 1}"][0] for page in range(len(self._parents))]
        packed = objects(self.root, self._parents, pages, root)
        body = written[: written.rindex(b"xref", 0, written.rindex(b"startxref"))]
        known = b"%-*d 0 R" % (len(_ROOT_LATER) - len(b" 0 R"), root)
        body = body.replace(_KEY + _ROOT_LATER, _KEY + known, 1)
        keys = (*(doc.Reference(one).format(doc) for one in (doc.Catalog, doc.info)), doc.ID())
        return close_file(body, offsets, packed, b"/Root %s /Info %s /ID %s" % keys)


def packet(about: About) -> bytes:
    """Return the metadata that claims PDF/UA-1 and names the document."""
    title, author = escape(about.title), escape(about.author)
    day = about.made_on.isoformat()
    written = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{about.language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
    return written.encode("utf-8")
