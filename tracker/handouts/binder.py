"""Many kept sheets bound into one tagged PDF, one after the other, while memory stays flat.

Each sheet is read, copied and let go before the next; only where its objects lie is remembered.
The sheets' own bytes stay what they are: a bound file is another document made from them. Its
structure is one Document with a Part for each sheet, so it is PDF/UA-1 as they are.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

import pikepdf

from tracker.handouts.canvas import About, packet
from tracker.handouts.pdffile import PACKED, PLAIN, entry, object_stream, stream

_CATALOG, _PAGES, _INFO, _METADATA, _TREE, _PARENTS, _DOCUMENT, _OUTLINES = range(1, 9)
Key = tuple[int, int]


def bind(sheets: Iterable[bytes], out: IO[bytes], about: About) -> int:
    """Write sheets drawn by this program into one PDF, and return how many there were.

    The same sheets make the same bytes. Raises pikepdf.PdfError for bytes that are no PDF.
    """
    binder = _Binder(out, about)
    for sheet in sheets:
        binder.add(sheet)
    binder.finish()
    return len(binder.firsts)


class _Binder:
    """The file being written: its objects' places, and what the last pages need to know."""

    def __init__(self, out: IO[bytes], about: About) -> None:
        self.firsts = array("L")  # the first page of each sheet
        self._out, self._about = out, about
        self._digest = hashlib.md5(usedforsecurity=False)
        self._at = 0
        self._places = bytearray(entry(0, 0, 0xFFFF))
        self._places += entry(PLAIN, 0, 0) * _OUTLINES  # filled in when they are written
        self._pages, self._parts, self._rows = array("L"), array("L"), array("L")
        self._streams: dict[bytes, int] = {}  # the same font in every sheet is written once
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._at += len(data)

    def new(self) -> int:
        """Give the number of an object that will be written."""
        self._places += entry(PLAIN, 0, 0)
        return len(self._places) // len(entry(0, 0, 0)) - 1

    def put(self, number: int, body: bytes) -> None:
        """Write an object whole; `body` is what stands between obj and endobj."""
        self._place(number, PLAIN, self._at, 0)
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def _place(self, number: int, kind: int, where: int, inside: int) -> None:
        made = entry(kind, where, inside)
        self._places[number * len(made) : (number + 1) * len(made)] = made

    def add(self, sheet: bytes) -> None:
        """Copy one sheet to the end of the file."""
        with pikepdf.open(BytesIO(sheet)) as pdf:
            copy = _Copy(self, pdf)
            pages = [copy.page(page, len(self._rows) + n) for n, page in enumerate(pdf.pages)]
            self.firsts.append(pages[0])
            self._pages.extend(pages)
            self._parts.append(copy.part())
            self._rows.extend(copy.rows())
            copy.write()

    def written_before(self, content: bytes) -> int | None:
        """Return the number of a stream with this content that refers to nothing, or None."""
        return self._streams.get(hashlib.sha256(content).digest())

    def remember(self, content: bytes, number: int) -> None:
        """Keep in mind that a stream with this content is in the file."""
        self._streams[hashlib.sha256(content).digest()] = number

    def finish(self) -> None:
        """Write what ties the sheets together, and the table of objects."""
        pages, parts = _refs(self._pages), _refs(self._parts)
        self.put(_PAGES, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(self._pages), pages))
        self._outlines()
        rows = b" ".join(b"%d %d 0 R" % (place, row) for place, row in enumerate(self._rows))
        self.put(_PARENTS, b"<< /Nums [%s] >>" % rows)
        document = b"<< /Type /StructElem /S /Document /P %d 0 R /K [%s] >>"
        self.put(_DOCUMENT, document % (_TREE, parts))
        tree = b"<< /Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d >>"
        self.put(_TREE, tree % (_DOCUMENT, _PARENTS, len(self._rows)))
        xmp = packet(self._about)
        about = b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream"
        self.put(_METADATA, about % (len(xmp), xmp))
        self.put(_INFO, self._info())
        self.put(_CATALOG, self._catalog())
        self._close()

    def _info(self) -> bytes:
        about = self._about
        made = about.made_on.strftime("D:%Y%m%d")
        named = {b"Title": about.title, b"Author": about.author, b"Subject": about.subject}
        pairs = (b"/%s %s" % (key, _text(words)) for key, words in named.items())
        return b"<< %s /CreationDate (%s) >>" % (b" ".join(pairs), made.encode())

    def _outlines(self) -> None:
        numbers = [self.new() for _ in self.firsts]
        for place, (number, page) in enumerate(zip(numbers, self.firsts, strict=True)):
            around = b"/Prev %d 0 R " % numbers[place - 1] if place else b""
            if place + 1 < len(numbers):
                around += b"/Next %d 0 R " % numbers[place + 1]
            body = b"<< /Title %s /Parent %d 0 R %s/Dest [%d 0 R /Fit] >>"
            self.put(number, body % (_text(str(place + 1)), _OUTLINES, around, page))
        ends = b" /First %d 0 R /Last %d 0 R" % (numbers[0], numbers[-1]) if numbers else b""
        self.put(_OUTLINES, b"<< /Type /Outlines /Count %d%s >>" % (len(numbers), ends))

    def _catalog(self) -> bytes:
        return (
            b"<< /Type /Catalog /Pages %d 0 R /Lang %s /MarkInfo << /Marked true >> "
            b"/Metadata %d 0 R /Outlines %d 0 R /PageMode /UseOutlines /StructTreeRoot %d 0 R "
            b"/ViewerPreferences << /DisplayDocTitle true >> >>"
        ) % (_PAGES, _text(self._about.language), _METADATA, _OUTLINES, _TREE)

    def pack(self, numbers: list[int], bodies: list[bytes]) -> None:
        """Write small objects together, in one compressed stream."""
        holder = self.new()
        for place, number in enumerate(numbers):
            self._place(number, PACKED, holder, place)
        self._place(holder, PLAIN, self._at, 0)
        self._write(object_stream(holder, numbers, bodies))

    def _close(self) -> None:
        table, start = self.new(), self._at
        self._place(table, PLAIN, start, 0)
        mark = self._digest.hexdigest().encode()
        keys = b"/Type /XRef /W [1 4 2] /Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]"
        self._write(
            stream(table, keys % (table + 1, _CATALOG, _INFO, mark, mark), bytes(self._places))
        )
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)


def _refs(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _text(text: str) -> bytes:
    return b"<feff%s>" % text.encode("utf-16-be").hex().encode()


class _Copy:
    """One sheet on its way into the file: its objects get new numbers as they are met."""

    def __init__(self, binder: _Binder, pdf: pikepdf.Pdf) -> None:
        self._binder, self._pdf = binder, pdf
        self._numbers: dict[Key, int] = {}
        self._waiting: list[Any] = []
        self._packed: tuple[list[int], list[bytes]] = ([], [])
        root: Any = pdf.Root
        self._tree: Any = root.StructTreeRoot
        for page in pdf.pages:
            self._numbers[page.obj.objgen] = binder.new()
        self._numbers[self._tree.objgen] = _DOCUMENT

    def page(self, page: Any, place: int) -> int:
        """Copy a page, as row `place` of the parent tree; give its number."""
        number = self._numbers[page.obj.objgen]
        kept = {key: value for key, value in page.obj.items() if key not in ("/Parent", "/Type")}
        kept |= {"/MediaBox": page.MediaBox, "/Resources": page.Resources}
        kept["/StructParents"] = place
        body = b" ".join(b"%s %s" % (_name(key), self._said(value)) for key, value in kept.items())
        self._packed[0].append(number)
        self._packed[1].append(b"<< /Type /Page /Parent %d 0 R %s >>" % (_PAGES, body))
        return number

    def part(self) -> int:
        """Copy the structure, the sheet's Document becoming a Part; give its number."""
        document: Any = self._tree.K
        number = self._number(document)
        self._waiting.remove(document)
        kept = {key: value for key, value in document.items() if key != "/S"}
        root: Any = self._pdf.Root
        kept["/Lang"] = root.Lang
        body = b" ".join(b"%s %s" % (_name(key), self._said(value)) for key, value in kept.items())
        self._packed[0].append(number)
        self._packed[1].append(b"<< /S /Part %s >>" % body)
        return number

    def rows(self) -> list[int]:
        """Copy the rows of the parent tree, one for each page; give their numbers."""
        numbers = []
        found = list(self._tree.ParentTree.Nums)
        for row in found[1::2]:
            number = self._binder.new()
            self._packed[0].append(number)
            self._packed[1].append(self._direct(row))
            numbers.append(number)
        return numbers

    def write(self) -> None:
        """Write everything that was met."""
        while self._waiting:
            one = self._waiting.pop()
            number = self._numbers[one.objgen]
            if isinstance(one, pikepdf.Stream):
                self._binder.put(number, self._stream(one))
            else:
                self._packed[0].append(number)
                self._packed[1].append(self._direct(one))
        self._binder.pack(*self._packed)

    def _number(self, one: Any) -> int:
        if one.objgen not in self._numbers:
            if isinstance(one, pikepdf.Stream) and not any(v.is_indirect for v in _values(one)):
                self._numbers[one.objgen] = self._shared(one)
            else:
                self._numbers[one.objgen] = self._binder.new()
                self._waiting.append(one)
        return self._numbers[one.objgen]

    def _shared(self, one: Any) -> int:
        content = self._stream(one)
        number = self._binder.written_before(content)
        if number is None:
            number = self._binder.new()
            self._binder.put(number, content)
            self._binder.remember(content, number)
        return number

    def _stream(self, one: Any) -> bytes:
        raw = one.read_raw_bytes()
        kept = {key: value for key, value in one.stream_dict.items() if key != "/Length"}
        body = b" ".join(b"%s %s" % (_name(key), self._said(value)) for key, value in kept.items())
        return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (body, len(raw), raw)

    def _said(self, value: Any) -> bytes:
        if isinstance(value, pikepdf.Object) and value.is_indirect:
            return b"%d 0 R" % self._number(value)
        return self._direct(value)

    def _direct(self, value: Any) -> bytes:
        if isinstance(value, pikepdf.Array):
            return b"[%s]" % b" ".join(self._said(one) for one in value)
        if isinstance(value, pikepdf.Dictionary):
            pairs = (b"%s %s" % (_name(key), self._said(one)) for key, one in value.items())
            return b"<< %s >>" % b" ".join(pairs)
        if isinstance(value, pikepdf.Object):
            return value.unparse()
        if isinstance(value, bool):
            return b"true" if value else b"false"
        return str(value).encode()


def _values(one: Any) -> list[Any]:
    return [value for _, value in one.stream_dict.items() if isinstance(value, pikepdf.Object)]


def _name(key: str) -> bytes:
    return pikepdf.Name(key).unparse()
