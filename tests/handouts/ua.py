"""What PDF/UA-1 asks of a file and a machine can check, read with pikepdf.

`problems` returns one sentence for each thing that is wrong; an empty list means it passed. It
reads the finished bytes alone and shares no code with the canvas that wrote them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types
from pikepdf import Dictionary, Name

STANDARD = {
    *("Document", "Part", "Sect", "Div", "P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI"),
    *("Lbl", "LBody", "Table", "THead", "TBody", "TR", "TH", "TD", "Figure", "Span", "Link"),
}
PARENTS = {
    "LI": {"L"},
    "Lbl": {"LI"},
    "LBody": {"LI"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TR": {"Table", "THead", "TBody"},
    "TH": {"TR"},
    "TD": {"TR"},
}
KIDS = {
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "Table": {"TR", "THead", "TBody"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TR": {"TH", "TD"},
}
PAINT = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "EI"}


def problems(data: bytes, private: Sequence[str] = ()) -> list[str]:
    """Return what keeps a file from being PDF/UA-1, as far as a machine can tell.

    private: words that what the file says about itself, its bookmarks included, may not hold.
    """
    with pikepdf.open(BytesIO(data)) as pdf:
        return [*_all(pdf), *_private(pdf, private)]


def instructions(page: Any) -> Iterator[tuple[list[Any], str]]:
    """Yield the operands and the operator of each instruction of a page."""
    parsed: Any = pikepdf.parse_content_stream(page)
    for operands, operator in parsed:
        yield operands, str(operator)


def _all(pdf: pikepdf.Pdf) -> Iterator[str]:
    yield from _document(pdf)
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        yield "The file has no structure tree."
        return
    nodes = list(_nodes(root))
    yield from _tree(nodes)
    yield from _headings(nodes)
    yield from _tables(nodes)
    yield from _marks(pdf, root, nodes)
    yield from _order(pdf, nodes)
    yield from _bookmarks(pdf)
    yield from _fonts(pdf)


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    if not str(pdf.Root.get("/Lang", "")):
        yield "The document has no language."
    if not str(pdf.docinfo.get("/Title", "")):
        yield "The document has no title."
    metadata = pdf.Root.get("/Metadata")
    packet = metadata.read_bytes().decode() if metadata is not None else ""
    if "<pdfuaid:part>1</pdfuaid:part>" not in packet:
        yield "The metadata does not claim PDF/UA-1."
    if not re.search(r"<dc:title>.*?<rdf:li[^>]*>[^<]+<", packet, re.S):
        yield "The metadata has no title."
    nothing: Any = {}
    if pdf.Root.get("/ViewerPreferences", nothing).get("/DisplayDocTitle") is not True:
        yield "The window does not show the title."
    marks = pdf.Root.get("/MarkInfo", nothing)
    if marks.get("/Marked") is not True or marks.get("/Suspects") is True:
        yield "The document is not marked as tagged."
    if any("/Annots" in page and page.get("/Tabs") != Name.S for page in pdf.pages):
        yield "A page with annotations does not follow the structure with its tab order."


def _private(pdf: pikepdf.Pdf, private: Sequence[str]) -> Iterator[str]:
    packet = pdf.Root.Metadata.read_bytes().decode() if "/Metadata" in pdf.Root else ""
    with pdf.open_outline() as outline:
        marks = [item.title for item in outline.root]
    told = " ".join([*(str(value) for value in pdf.docinfo.values()), packet, *marks])
    for word in private:
        if word in told:
            yield f"The file names {word} in what it says about itself."


def _nodes(root: Any) -> Iterator[tuple[Any, str]]:
    """Walk the structure elements, each with its parent's type."""
    waiting = [(kid, "Root") for kid in reversed(_kids(root))]
    while waiting:
        node, above = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
            continue
        yield node, above
        waiting += [(kid, _type(node)) for kid in reversed(_kids(node))]


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _type(node: Any) -> str:
    return str(node["/S"])[1:]


def _tree(nodes: list[tuple[Any, str]]) -> Iterator[str]:
    for node, above in nodes:
        kind = _type(node)
        if kind not in STANDARD:
            yield f"{kind} is not a standard type."
        if kind in PARENTS and above not in PARENTS[kind]:
            yield f"{kind} stands in {above}."
        inside = {_type(kid) for kid in _kids(node) if _is_element(kid)}
        if kind in KIDS and not inside <= KIDS[kind]:
            yield f"{kind} holds {sorted(inside - KIDS[kind])}."
        if kind == "Figure" and not str(node.get("/Alt", "")).strip():
            yield "A figure has no words in its place."
        for kid in _kids(node):
            if _is_element(kid) and kid.get("/P") != node:
                yield f"A {_type(kid)} does not name the element that holds it."


def _is_element(kid: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and "/S" in kid


def _headings(nodes: list[tuple[Any, str]]) -> Iterator[str]:
    levels = [int(_type(n)[1]) for n, _ in nodes if re.fullmatch("H[1-6]", _type(n))]
    if not levels or levels[0] != 1:
        yield "The first heading is not an H1."
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"A heading skips from H{before} to H{after}."


def _tables(nodes: list[tuple[Any, str]]) -> Iterator[str]:
    for node, _ in nodes:
        if _type(node) != "Table":
            continue
        rows = [row for row, _ in _nodes(node) if _type(row) == "TR"]
        if len({len(_kids(row)) for row in rows}) != 1:
            yield "A table's rows have different numbers of cells."
        headers = [cell for row in rows for cell in _kids(row) if _type(cell) == "TH"]
        if not headers:
            yield "A table has no header cell."
        if any(cell.get("/A", {}).get("/Scope") not in (Name.Column, Name.Row) for cell in headers):
            yield "A header cell has no scope."


def content_of(node: Any) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield page and number of each stretch of content that an element claims itself."""
    for kid in _kids(node):
        if isinstance(kid, int):
            yield node["/Pg"].objgen, kid
        elif kid.get("/Type") == Name.MCR:
            yield kid["/Pg"].objgen, int(kid["/MCID"])


def _marks(pdf: pikepdf.Pdf, root: Any, nodes: list[tuple[Any, str]]) -> Iterator[str]:
    claimed = {}
    for node, _ in nodes:
        for key in content_of(node):
            claimed[key] = node
    parents = _parent_tree(root)
    for number, page in enumerate(pdf.pages, start=1):
        drawn, wrong = _page_marks(page)
        yield from (f"Page {number}: {sentence}" for sentence in wrong)
        index = parents.get(int(page.get("/StructParents", -1)), [])
        for mcid in drawn:
            owner = claimed.pop((page.obj.objgen, mcid), None)
            if owner is None:
                yield f"Page {number}: content {mcid} belongs to no element."
            elif mcid >= len(index) or index[mcid] != owner:
                yield f"Page {number}: the parent tree leads content {mcid} elsewhere."
    if claimed:
        yield "An element claims content that no page draws."


def _order(pdf: pikepdf.Pdf, nodes: list[tuple[Any, str]]) -> Iterator[str]:
    """Hold the tree to the order in which pages draw: the sheets are drawn as they are read."""
    read: dict[tuple[int, int], list[int]] = {}
    for node, _ in nodes:
        for place, mcid in content_of(node):
            read.setdefault(place, []).append(mcid)
    for number, page in enumerate(pdf.pages, start=1):
        if read.get(page.obj.objgen, []) != sorted(read.get(page.obj.objgen, [])):
            yield f"Page {number}: the structure is read in another order than the page is drawn."


def _bookmarks(pdf: pikepdf.Pdf) -> Iterator[str]:
    pages = {page.obj.objgen for page in pdf.pages}
    outline: Any = pdf.Root.get("/Outlines")
    entry: Any = outline.get("/First") if outline is not None else None
    if entry is None:
        yield "The document has no bookmarks."
    while entry is not None:
        place: Any = entry.get("/Dest", [None])
        if isinstance(place, pikepdf.Name | pikepdf.String):
            named: Any = pdf.Root.get("/Dests", Dictionary())
            place = named.get(str(place), [None])
        if getattr(place[0], "objgen", None) not in pages:
            yield "A bookmark leads to no page."
        entry = entry.get("/Next")


def _parent_tree(root: Any) -> dict[int, list[Any]]:
    numbers = list(root.get("/ParentTree", {}).get("/Nums", []))
    return {int(numbers[at]): list(numbers[at + 1]) for at in range(0, len(numbers), 2)}


def _page_marks(page: Any) -> tuple[list[int], list[str]]:
    drawn: list[int] = []
    wrong: list[str] = []
    stack: list[str] = []
    for operands, word in instructions(page):
        if word in ("BDC", "BMC"):
            tag = str(operands[0])[1:]
            extra = operands[1] if len(operands) > 1 else {}
            kind = _mark_kind(tag, extra)
            if kind != "inline" and any(one != "inline" for one in stack):
                wrong.append("marked content stands inside marked content.")
            if kind == "content":
                drawn.append(int(extra["/MCID"]))
            stack.append(kind)
        elif word == "EMC":
            stack.pop()
        elif word in PAINT and not any(one != "inline" for one in stack):
            wrong.append(f"{word} paints outside content and artifacts.")
    if stack:
        wrong.append("marked content is not closed.")
    if len(drawn) != len(set(drawn)):
        wrong.append("a content number is used twice.")
    return drawn, wrong


def _mark_kind(tag: str, extra: Any) -> str:
    if tag == "Artifact":
        return "artifact"
    return "content" if isinstance(extra, pikepdf.Dictionary) and "/MCID" in extra else "inline"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        fonts: Any = page.Resources.get("/Font", {})
        used = _used_codes(page)
        for name, codes in used.items():
            font = fonts.get(name)
            if font is None:
                yield f"Page {number}: the font {name} is not in the file."
                continue
            descriptor: Any = font.get("/FontDescriptor", {})
            if "/FontFile2" not in descriptor:
                yield f"Page {number}: the font {name} is not embedded."
                continue
            if "/ToUnicode" not in font:
                yield f"Page {number}: the font {name} has no ToUnicode map."
                continue
            yield from _codes(number, font, codes)


def _codes(number: int, font: Any, codes: set[int]) -> Iterator[str]:
    meanings = _to_unicode(font["/ToUnicode"].read_bytes().decode("latin-1"))
    program = TTFont(BytesIO(font["/FontDescriptor"]["/FontFile2"].read_bytes()))
    glyphs = program["cmap"].getcmap(1, 0).cmap
    for code in sorted(codes):
        if program.getGlyphID(glyphs.get(code, ".notdef")) == 0:
            yield f"Page {number}: a character without a glyph is shown (code {code})."
        if meanings.get(code, "\0") in ("\0", "\ufeff", "\ufffe"):
            yield f"Page {number}: code {code} has no meaning in ToUnicode."


def _to_unicode(text: str) -> dict[int, str]:
    blocks = "".join(re.findall(r"beginbfchar(.*?)endbfchar", text, re.S))
    pairs = re.findall(r"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]+)>", blocks)
    return {int(code, 16): bytes.fromhex(to).decode("utf-16-be") for code, to in pairs}


def _used_codes(page: Any) -> dict[str, set[int]]:
    used: dict[str, set[int]] = {}
    font = ""
    for operands, word in instructions(page):
        if word == "Tf":
            font = str(operands[0])
        elif word in ("Tj", "TJ"):
            parts = operands[0] if word == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    used.setdefault(font, set()).update(bytes(part))
    return used
