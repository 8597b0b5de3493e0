"""A canvas that writes tagged PDF: every mark is either content of an element or an artifact.

Belongs here: marked content, the structure tree, the parent tree, metadata, and the few drawing
operators the paper uses. Not here: where things go (`flow`, `pages`). PDF/UA-1 (ISO 14289-1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from html import escape
from io import BytesIO
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from tracker.handouts.fonts import FontSet
from tracker.handouts.textline import Line, Run

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
    name: str = ""

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


class _Raw(pdfdoc.PDFObject):  # type: ignore[misc]  # reportlab ships no types
    """An indirect object written as it stands, once every reference has its number."""

    def __init__(self, write: Any) -> None:
        self.write = write

    def format(self, document: Any) -> bytes:
        return bytes(self.write(document))


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
        self._open: Element | str | None = None
        self._size_in_use: tuple[str, float] | None = None

    # -- marked content ------------------------------------------------------------------------

    @contextmanager
    def content(self, element: Element) -> Iterator[None]:
        """Make everything drawn inside content of this element."""
        page = len(self._parents) - 1
        mcid = len(self._parents[page])
        self._parents[page].append(element)
        element.kids.append((page, mcid))
        with self._marked(f"/{element.tag} <</MCID {mcid}>> BDC", element):
            yield

    @contextmanager
    def artifact(self, kind: str = "") -> Iterator[None]:
        """Make everything drawn inside decoration that a screen reader skips."""
        opening = f"/Artifact <</Type /{kind}>> BDC" if kind else "/Artifact BMC"
        with self._marked(opening, "artifact"):
            yield

    @contextmanager
    def _marked(self, opening: str, owner: Element | str) -> Iterator[None]:
        if self._open is not None:
            raise RuntimeError("Marked content cannot be opened inside marked content.")
        self._open = owner
        self._write(opening)
        yield
        self._write("EMC")
        self._open = None

    def _write(self, operators: str) -> None:
        self._pdf._code.append(operators)

    # -- drawing -------------------------------------------------------------------------------

    def text(self, x: float, y: float, line: Line, size: float) -> None:
        """Draw one line with its baseline at (x, y), in points from the bottom left."""
        if self._open is None:
            raise RuntimeError("Text must be content of an element, or an artifact.")
        self._size_in_use = None
        operators = [f"BT 1 0 0 1 {_n(x)} {_n(y)} Tm"]
        for run in line.runs:
            operators.extend(self._run(run, size))
        operators.append("ET")
        if line.spoken:
            operators.insert(0, f"/Span <</ActualText {_utf16(line.spoken)}>> BDC")
            operators.append("EMC")
        self._write(" ".join(operators))

    def _run(self, run: Run, size: float) -> Iterator[str]:
        if run.thicken:
            yield f"2 Tr {_n(size / 36)} w"
        if run.glyphs:
            yield from self._glyphs(run, size)
        else:
            for subset, codes in run.font.splitString(run.text, self._pdf._doc):
                yield self._select(run, subset, size)
                yield f"<{codes.hex()}> Tj"
        if run.thicken:
            yield f"0 Tr {_n(THIN)} w"

    def _glyphs(self, run: Run, size: float) -> Iterator[str]:
        rise = 0.0
        for glyph in run.glyphs:
            ((subset, codes),) = run.font.splitString(glyph.code, self._pdf._doc)
            yield self._select(run, subset, size)
            if glyph.dy != rise:
                rise = glyph.dy
                yield f"{_n(rise * size / 1000)} Ts"
            after = glyph.nominal + glyph.dx - glyph.advance
            yield f"[{_n(-glyph.dx)} <{codes.hex()}> {_n(after)}] TJ"
        if rise:
            yield "0 Ts"

    def _select(self, run: Run, subset: int, size: float) -> str:
        name = run.font.getSubsetInternalName(subset, self._pdf._doc)
        if self._size_in_use == (name, size):
            return ""
        self._size_in_use = (name, size)
        return f"{name} {_n(size)} Tf"

    def rules(self, segments: Sequence[tuple[float, float, float, float]], weight: float) -> None:
        """Draw straight lines (x1, y1, x2, y2) of one weight, all in black."""
        if segments:
            path = " ".join(f"{_n(a)} {_n(b)} m {_n(c)} {_n(d)} l" for a, b, c, d in segments)
            self._write(f"{_n(weight)} w {path} S")

    def box(self, x: float, y: float, width: float, height: float, weight: float) -> None:
        """Draw the outline of a rectangle whose bottom left corner is (x, y)."""
        self._write(f"{_n(weight)} w {_n(x)} {_n(y)} {_n(width)} {_n(height)} re S")

    def squares(self, places: Sequence[tuple[float, float]], side: float) -> None:
        """Fill black squares of one size: the modules of a QR code, nothing else is filled."""
        path = " ".join(f"{_n(x)} {_n(y)} {_n(side)} {_n(side)} re" for x, y in places)
        self._write(f"{path} f")

    def outlined(self, x: float, y: float, line: Line, size: float, slope: float) -> None:
        """Draw large hollow letters across the page: a watermark that hides nothing."""
        self._size_in_use = None
        parts = [part for run in line.runs for part in self._run(run, size)]
        turned = f"{_n(slope)} {_n(slope)} {_n(-slope)} {_n(slope)}"
        self._write(f"q 0.5 w BT 1 Tr {turned} {_n(x)} {_n(y)} Tm {' '.join(parts)} ET Q")

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
        self._write_structure()
        return bytes(self._pdf.getpdfdata())

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
        catalog.Metadata = pdfdoc.XMP(creator=lambda _doc: _xmp(about))
        catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})

    def _write_structure(self) -> None:
        doc = self._pdf._doc
        elements = list(_walk(self.root))
        for number, element in enumerate(elements):
            element.name = f"StructElem{number}"
        doc.Catalog.StructTreeRoot = _Raw(lambda d: self._tree_root(d))
        doc.Reference(doc.Catalog.StructTreeRoot, "StructTreeRoot")
        doc.Reference(_Raw(lambda d: self._parent_tree(d)), "ParentTree")
        for element in elements:
            doc.Reference(_Raw(lambda d, e=element: _element(d, e)), element.name)

    def _tree_root(self, doc: Any) -> bytes:
        parts = (_ref(doc, self.root.name), _ref(doc, "ParentTree"), len(self._parents))
        return b"<< /Type /StructTreeRoot /K %s /ParentTree %s /ParentTreeNextKey %d >>" % parts

    def _parent_tree(self, doc: Any) -> bytes:
        rows = (
            b"%d [%s]" % (number, b" ".join(_ref(doc, element.name) for element in page))
            for number, page in enumerate(self._parents)
        )
        return b"<< /Nums [" + b"\n".join(rows) + b"] >>"


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _walk(kid)


def _ref(doc: Any, name: str) -> bytes:
    return bytes(pdfdoc.PDFObjectReference(name).format(doc))


def _element(doc: Any, element: Element) -> bytes:
    parent = element.parent.name if element.parent else "StructTreeRoot"
    parts = [b"<< /Type /StructElem /S /%s /P %s" % (element.tag.encode(), _ref(doc, parent))]
    if element.scope:
        parts.append(b"/A << /O /Table /Scope /%s >>" % element.scope.encode())
    if element.box:
        corners = " ".join(_n(corner) for corner in element.box).encode()
        parts.append(b"/A << /O /Layout /Placement /Block /BBox [%s] >>" % corners)
    if element.alt:
        parts.append(b"/Alt " + _utf16(element.alt).encode())
    if element.spoken:
        parts.append(b"/ActualText " + _utf16(element.spoken).encode())
    kids = b" ".join(_kid(doc, kid) for kid in element.kids)
    return b" ".join([*parts, b"/K [%s] >>" % kids])


def _kid(doc: Any, kid: Element | tuple[int, int]) -> bytes:
    if isinstance(kid, Element):
        return _ref(doc, kid.name)
    page, mcid = kid
    return b"<< /Type /MCR /Pg %s /MCID %d >>" % (_ref(doc, f"Page{page + 1}"), mcid)


def _n(value: float) -> str:
    """Write a number as PDF wants it: no exponent, no more digits than can be seen."""
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _utf16(text: str) -> str:
    return f"<feff{text.encode('utf-16-be').hex()}>"


def _xmp(about: About) -> bytes:
    title, author = escape(about.title), escape(about.author)
    day = about.made_on.isoformat()
    packet = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
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
    return packet.encode("utf-8")
