"""Reading a finished sheet back: its text by structure element, and where each line stands.

Works on the bytes alone, so that a test compares what is printed with what was typed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

from tests.handouts.ua import _is_element, _kids, _to_unicode, content_of, instructions

NBSP = "\u00a0"


@dataclass
class Node:
    """One structure element with the text that it shows, its kids' text not included."""

    tag: str
    text: str = ""
    spoken: str = ""
    alt: str = ""
    kids: list[Node] = field(default_factory=list)

    def all(self) -> Iterator[Node]:
        yield self
        for kid in self.kids:
            yield from kid.all()

    @property
    def said(self) -> str:
        """The text a screen reader says: ActualText where there is one."""
        return (self.spoken or self.text).strip()


@dataclass(frozen=True)
class Shown:
    """A stretch of text on a page: where it begins, how wide and how large it is, in points."""

    page: int
    text: str
    x: float
    y: float
    width: float
    size: float
    mcid: int | None
    artifact: bool


@dataclass(frozen=True)
class Stroke:
    """A straight line or the outline of a rectangle, by its corners, in points."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    artifact: bool
    filled: bool


class Reading:
    """A PDF read back."""

    def __init__(self, data: bytes) -> None:
        self.shown: list[Shown] = []
        self.strokes: list[Stroke] = []
        with pikepdf.open(BytesIO(data)) as pdf:
            self.sizes = [tuple(float(v) for v in page.MediaBox)[2:] for page in pdf.pages]
            content: dict[tuple[tuple[int, int], int], str] = {}
            for number, page in enumerate(pdf.pages):
                self._page(number, page)
                for one in (one for one in self.shown if one.page == number):
                    if one.mcid is not None:
                        key = (page.obj.objgen, one.mcid)
                        content[key] = content.get(key, "") + one.text
            self.root = _node(_kids(pdf.Root.StructTreeRoot)[0], content)
            self.bookmarks = [item.title for item in pdf.open_outline().root]
            self.title = str(pdf.docinfo["/Title"])
            self.info = {key: str(value) for key, value in pdf.docinfo.items()}

    def _page(self, number: int, page: Any) -> None:
        reader = _Page(number, {name: _Font(font) for name, font in page.Resources.Font.items()})
        for operands, word in instructions(page):
            reader.read(operands, word)
        self.shown += reader.shown
        self.strokes += reader.strokes

    def tables(self) -> list[list[list[str]]]:
        """Return each table as rows of the text of its cells, header rows included."""
        return [
            [[cell.said for cell in row.kids] for row in table.all() if row.tag == "TR"]
            for table in self.root.all()
            if table.tag == "Table"
        ]

    def texts(self) -> list[str]:
        """Return what each element says, in reading order."""
        return [node.said for node in self.root.all() if node.said]

    def page_text(self, page: int) -> str:
        """Return all text of one page in drawing order, artifacts included."""
        return "".join(one.text for one in self.shown if one.page == page)


class _Page:
    """The state of one page while its instructions are read."""

    def __init__(self, number: int, fonts: dict[str, _Font]) -> None:
        self.number, self.fonts = number, fonts
        self.shown: list[Shown] = []
        self.strokes: list[Stroke] = []
        self._marks: list[tuple[int | None, bool]] = []
        self._font, self._size = "", 0.0
        self._begin(0.0, 0.0)
        self._at = (0.0, 0.0)
        self._path: list[tuple[float, float, float, float]] = []

    def read(self, operands: list[Any], word: str) -> None:
        """Take in one instruction."""
        if word in ("BDC", "BMC"):
            extra = operands[1] if len(operands) > 1 else {}
            found = extra.get("/MCID") if isinstance(extra, pikepdf.Dictionary) else None
            mcid = None if found is None else int(found)
            self._marks.append((mcid, str(operands[0]) == "/Artifact"))
        elif word == "EMC":
            self._marks.pop()
        elif word == "BT":
            self._begin(0.0, 0.0)
        elif word == "Td":
            self._begin(self._start[0] + float(operands[0]), self._start[1] + float(operands[1]))
        elif word == "Tm":
            self._begin(float(operands[4]), float(operands[5]))
        elif word == "Tf":
            self._font, self._size = str(operands[0]), float(operands[1])
        elif word in ("Tj", "TJ"):
            self._show(operands[0])
        else:
            self._draw([float(v) for v in operands] if word in ("m", "l", "re") else [], word)

    def _begin(self, x: float, y: float) -> None:
        self._start = self._x, self._y = x, y

    def _show(self, shown: Any) -> None:
        text, wide = self.fonts[self._font].read(shown, self._size)
        mcid = next((mark for mark, _ in reversed(self._marks) if mark is not None), None)
        artifact = any(decoration for _, decoration in self._marks)
        place = (self._x, self._y, wide, self._size)
        self.shown.append(Shown(self.number, text, *place, mcid, artifact))
        self._x += wide

    def _draw(self, values: list[float], word: str) -> None:
        if word == "m":
            self._at = (values[0], values[1])
        elif word == "l":
            (x, y), (to_x, to_y) = self._at, values
            self._path.append((min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)))
        elif word == "re":
            left, bottom, wide, high = values
            self._path.append((left, bottom, left + wide, bottom + high))
        elif word in ("S", "f"):
            artifact = any(decoration for _, decoration in self._marks)
            self.strokes += [Stroke(self.number, *one, artifact, word == "f") for one in self._path]
            self._path = []


class _Font:
    def __init__(self, font: Any) -> None:
        self.meaning = _to_unicode(font.ToUnicode.read_bytes().decode("latin-1"))
        self.widths = [float(width) for width in font.Widths]

    def read(self, shown: Any, size: float) -> tuple[str, float]:
        text, width = "", 0.0
        for part in shown if isinstance(shown, pikepdf.Array) else [shown]:
            if isinstance(part, pikepdf.String):
                for code in bytes(part):
                    text += self.meaning[code]
                    width += self.widths[code] * size / 1000
            else:
                width -= float(part) * size / 1000
        return text, width


def _node(element: Any, content: dict[tuple[tuple[int, int], int], str]) -> Node:
    made = Node(str(element.S)[1:])
    made.spoken = str(element.get("/ActualText", ""))
    made.alt = str(element.get("/Alt", ""))
    made.text = "".join(content.get(key, "") for key in content_of(element))
    made.kids = [_node(kid, content) for kid in _kids(element) if _is_element(kid)]
    return made


def pdftotext(data: bytes, folder: Path) -> str:
    """Return the text as Poppler sees it, layout kept."""
    path = folder / "sheet.pdf"
    path.write_bytes(data)
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
    )
    return done.stdout
