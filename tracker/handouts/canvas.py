"""A canvas that writes tagged PDF: every mark is either content of an element or an artifact.

Belongs here: marked content, the structure tree, the parent tree, metadata, and the few drawing
operators the paper uses. Not here: where things go (`flow`, `pages`). PDF/UA-1 (ISO 14289-1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib.rl_accel import fp_str as _n  # the C one: numbers as PDF wants them
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from tracker.handouts.fonts import FontSet, StableFont
from tracker.handouts.pdffile import close_file
from tracker.handouts.textline import Line, Run

# Stands in the catalog until the number of the structure tree's root is known: as wide as any.
_KEY, _ROOT_LATER = b"/StructTreeRoot ", b"9999999 0 R"
THIN, THICK = 0.75, 2.25  # points: a hairline that survives a fax, and a rule that carries meaning


@dataclass(eq=False, slots=True)
class Element:
    """One node of the structure tree. Kids are elements or (page number from 0, MCID)."""

    tag: str
    parent: Element | None = None
    scope: str = ""  # TH: "Column" or "Row"
    alt: str = ""  # Figure
    spoken: str = ""  # the whole text, where the glyphs alone would misread
    box: tuple[float, float, float, float] | None = None  # Figure
    kids: list[Element | tuple[int, int]] = field(default_factory=list)
    number: int = 0  # of its object in the file

    def child(self, tag: str, **extra: Any) -> Element:
        """Add a child at the end and return it."""
        kid = Element(tag, self, **extra)
        self.kids.append(kid)
        return kid


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
        self._lines: dict[tuple[int, float], tuple[Line, str]] = {}
        self._codes: dict[StableFont, dict[str, int]] = {}  # of each font's first subset
        self._names: dict[tuple[StableFont, int], str] = {}

    # -- marked content ------------------------------------------------------------------------

    def content(self, element: Element) -> _Mark:
        """Make everything drawn inside content of this element."""
        page = len(self._parents) - 1
        mcid = len(self._parents[page])
        self._parents[page].append(element)
        element.kids.append((page, mcid))
        return _Mark(self, f"/{element.tag} <</MCID {mcid}>> BDC")

    def artifact(self, kind: str) -> _Mark:
        """Make everything drawn inside decoration that a screen reader skips."""
        return _Mark(self, f"/Artifact <</Type /{kind}>> BDC")

    def open_mark(self, opening: str) -> None:
        """Begin marked content; it cannot be nested."""
        if self._open:
            raise RuntimeError("Marked content cannot be opened inside marked content.")
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
            raise RuntimeError("Text must be content of an element, or an artifact.")
        shown = f"BT 1 0 0 1 {_n(x, y)} Tm {self._shown(line, size)} ET"
        if line.spoken:
            shown = f"/Span <</ActualText {_utf16(line.spoken)}>> BDC {shown} EMC"
        self._write(shown)

    def _shown(self, line: Line, size: float) -> str:
        """Return the operators that show a line, the same for each place where it stands."""
        made = self._lines.get((id(line), size))
        if made is None:
            self._size_in_use = None
            operators = " ".join(part for run in line.runs for part in self._run(run, size))
            # The line is kept, so that its id stays its own.
            made = self._lines[id(line), size] = (line, operators)
        return made[1]

    def _run(self, run: Run, size: float) -> Iterator[str]:
        if run.thicken:
            yield f"2 Tr {_n(size / 36)} w"
        if run.glyphs:
            yield from self._glyphs(run, size)
        else:
            for subset, codes in self._encoded(run.font, run.text):
                yield self._select(run.font, subset, size)
                yield f"<{codes.hex()}> Tj"
        if run.thicken:
            yield f"0 Tr {_n(THIN)} w"

    def _encoded(self, font: StableFont, text: str) -> Sequence[tuple[int, bytes]]:
        """Return text as ReportLab would code it, quickly where it has coded each letter before."""
        known = self._codes.setdefault(font, {})
        try:
            return ((0, bytes(map(known.__getitem__, text))),)
        except KeyError:
            coded: list[tuple[int, bytes]] = font.splitString(text, self._pdf._doc)
        if len(coded) == 1 and coded[0][0] == 0:
            known.update(zip(text, coded[0][1], strict=True))
        return coded

    def _glyphs(self, run: Run, size: float) -> Iterator[str]:
        rise = 0.0
        for glyph in run.glyphs:
            ((subset, codes),) = run.font.splitString(glyph.code, self._pdf._doc)
            yield self._select(run.font, subset, size)
            if glyph.dy != rise:
                rise = glyph.dy
                yield f"{_n(rise * size / 1000)} Ts"
            after = glyph.nominal + glyph.dx - glyph.advance
            yield f"[{_n(-glyph.dx)} <{codes.hex()}> {_n(after)}] TJ"
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
        return f"{name} {_n(size)} Tf"

    def rules(self, segments: Sequence[tuple[float, float, float, float]], weight: float) -> None:
        """Draw straight lines (x1, y1, x2, y2) of one weight, all in black."""
        if segments:
            path = " ".join(f"{_n(a, b)} m {_n(c, d)} l" for a, b, c, d in segments)
            self._write(f"{_n(weight)} w {path} S")

    def boxes(self, places: Sequence[tuple[float, float]], side: float) -> None:
        """Draw the outlines of squares whose bottom left corners are given: boxes to tick."""
        if places:
            path = " ".join(f"{_n(x, y, side, side)} re" for x, y in places)
            self._write(f"1 w {path} S")

    def box(self, x: float, y: float, width: float, height: float, weight: float) -> None:
        """Draw the outline of a rectangle whose bottom left corner is (x, y)."""
        self._write(f"{_n(weight)} w {_n(x, y, width, height)} re S")

    def squares(self, places: Sequence[tuple[float, float]], side: float) -> None:
        """Fill black squares of one size: the modules of a QR code, nothing else is filled."""
        path = " ".join(f"{_n(x, y, side, side)} re" for x, y in places)
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
        stream = pdfdoc.PDFStream(content=page.stream, filters=[pdfdoc.PDFZCompress])
        page.Contents = stream
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
        elements = list(_walk(self.root))
        for place, element in enumerate(elements):
            element.number = root + 2 + place
        numbers = doc.idToObjectNumberAndVersion
        pages = [numbers[f"Page{page + 1}"][0] for page in range(len(self._parents))]
        packed = [self._tree_root(root + 1), self._parent_tree()]
        packed += [_element(element, pages, root) for element in elements]
        body = written[: written.rindex(b"xref", 0, written.rindex(b"startxref"))]
        known = b"%-*d 0 R" % (len(_ROOT_LATER) - len(b" 0 R"), root)
        body = body.replace(_KEY + _ROOT_LATER, _KEY + known, 1)
        keys = (*(doc.Reference(one).format(doc) for one in (doc.Catalog, doc.info)), doc.ID())
        return close_file(body, offsets, packed, b"/Root %s /Info %s /ID %s" % keys)

    def _tree_root(self, parent_tree: int) -> bytes:
        return b"<< /Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d >>" % (
            self.root.number,
            parent_tree,
            len(self._parents),
        )

    def _parent_tree(self) -> bytes:
        rows = (
            b"%d [%s]" % (place, b" ".join(b"%d 0 R" % element.number for element in page))
            for place, page in enumerate(self._parents)
        )
        return b"<< /Nums [" + b"\n".join(rows) + b"] >>"


def _walk(root: Element) -> Iterator[Element]:
    """Yield an element and all below it, each before its kids, in order."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += [kid for kid in reversed(element.kids) if isinstance(kid, Element)]


def _element(element: Element, pages: list[int], root: int) -> bytes:
    parent = element.parent.number if element.parent else root
    if len(element.kids) == 1 and not (element.scope or element.box or element.spoken):
        kid = element.kids[0]
        if not isinstance(kid, Element):  # most elements: one stretch of text
            where = pages[kid[0]], kid[1]
            told = b"<< /S /%s /P %d 0 R /Pg %d 0 R /K [%d] >>"
            return told % (element.tag.encode(), parent, *where)
    parts = [f"<< /S /{element.tag} /P {parent} 0 R"]
    if element.scope:
        parts.append(f"/A << /O /Table /Scope /{element.scope} >>")
    if element.box:
        parts.append(f"/A << /O /Layout /Placement /Block /BBox [{_n(*element.box)}] >>")
    if element.alt:
        parts.append(f"/Alt {_utf16(element.alt)}")
    if element.spoken:
        parts.append(f"/ActualText {_utf16(element.spoken)}")
    page = next((kid[0] for kid in element.kids if not isinstance(kid, Element)), None)
    if page is not None:
        parts.append(f"/Pg {pages[page]} 0 R")
    kids = " ".join(_kid(kid, pages, page) for kid in element.kids)
    return f"{' '.join(parts)} /K [{kids}] >>".encode("ascii")


def _kid(kid: Element | tuple[int, int], pages: list[int], page: int | None) -> str:
    if isinstance(kid, Element):
        return f"{kid.number} 0 R"
    if kid[0] == page:
        return str(kid[1])
    return f"<< /Type /MCR /Pg {pages[kid[0]]} 0 R /MCID {kid[1]} >>"


def _utf16(text: str) -> str:
    return f"<feff{text.encode('utf-16-be').hex()}>"


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
