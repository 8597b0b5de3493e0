"""The structure tree of a tagged PDF: what each stretch of content is, in reading order.

Belongs here: elements and how they are written. Not here: drawing (`canvas`), or the file around
them (`pdffile`). PDF/UA-1 (ISO 14289-1); ISO 32000-1, 14.7.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.rl_accel import fp_str

# What a header cell of a table is the header of.
COLUMN, ROW = "/A<</O/Table/Scope/Column>>", "/A<</O/Table/Scope/Row>>"
Corners = tuple[float, float, float, float]


class Element:
    """One node of the structure tree. Kids are elements or (page number from 0, MCID)."""

    # Written out, not a dataclass: a long sheet has three thousand of them.
    __slots__ = ("kids", "number", "parent", "spoken", "tag", "told", "tree")

    def __init__(self, tag: str, parent: Element | None = None, told: str = "") -> None:
        self.tag, self.parent, self.told = tag, parent, told
        self.spoken = ""  # the whole text, where the glyphs alone would misread
        self.kids: list[Element | tuple[int, int]] = []
        self.number = 0  # of its object in the file
        self.tree: list[Element] = parent.tree if parent else []  # in the order of making
        self.tree.append(self)

    def child(self, tag: str, told: str = "") -> Element:
        """Add a child at the end, with what else is told of it, and return it."""
        kid = Element(tag, self, told)
        self.kids.append(kid)
        return kid

    def figure(self, alt: str, box: Corners) -> Element:
        """Add a picture as child, with the words that stand for it and where it lies."""
        layout = f"/A<</O/Layout/Placement/Block/BBox[{fp_str(*box)}]>>"
        return self.child("Figure", f"{layout}/Alt{utf16(alt)}")


def objects(
    root: Element, content: Sequence[Sequence[Element]], pages: Sequence[int], first: int
) -> list[bytes]:
    """Return the tree as objects `first` and on: its root, the parent tree, every element.

    content: page by page, the element of each MCID. pages: the number of each page's object.
    """
    for number, element in enumerate(root.tree, first + 2):
        element.number = number
    begin = [f" 0 R/Pg {page} 0 R/K " for page in pages]
    written = [_tree_root(root, len(content), first), _parent_tree(content)]
    written += [_written(element, pages, begin, first) for element in root.tree]
    return [one.encode("ascii") for one in written]


def _tree_root(root: Element, pages: int, first: int) -> str:
    tree = f"/K {root.number} 0 R/ParentTree {first + 1} 0 R/ParentTreeNextKey {pages}"
    return f"<</Type/StructTreeRoot{tree}>>"


def _parent_tree(content: Sequence[Sequence[Element]]) -> str:
    rows = (
        f"{page} [{' '.join([f'{element.number} 0 R' for element in elements])}]"
        for page, elements in enumerate(content)
    )
    return f"<</Nums[{' '.join(rows)}]>>"


def _written(element: Element, pages: Sequence[int], begin: Sequence[str], root: int) -> str:
    kids = element.kids
    parent = element.parent.number if element.parent else root
    told = f"<</S/{element.tag}{element.told}/P {parent}"
    if element.spoken:
        told = f"<</ActualText{utf16(element.spoken)}{told[2:]}"
    if len(kids) == 1 and isinstance(kids[0], tuple):  # most elements: one stretch of text
        page, mcid = kids[0]
        return f"{told}{begin[page]}{mcid}>>"
    own = next((kid[0] for kid in kids if isinstance(kid, tuple)), None)
    listed = " ".join([_kid(kid, pages, own) for kid in kids])
    if own is None:
        return f"{told} 0 R/K[{listed}]>>"
    return f"{told}{begin[own]}[{listed}]>>"


def _kid(kid: Element | tuple[int, int], pages: Sequence[int], page: int | None) -> str:
    if isinstance(kid, Element):
        return f"{kid.number} 0 R"
    if kid[0] == page:
        return str(kid[1])
    return f"<</Type/MCR/Pg {pages[kid[0]]} 0 R/MCID {kid[1]}>>"


def utf16(text: str) -> str:
    """Return text as a PDF string that holds any character."""
    return f"<feff{text.encode('utf-16-be').hex()}>"
