"""Every sheet is tagged as PDF/UA-1 asks, and the checks that say so catch broken files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from tests.handouts.sheets import SHEETS, one_medicine, sheet_of
from tests.handouts.ua import _nodes, problems
from tracker.handouts import draw
from tracker.handouts.canvas import About, TaggedCanvas
from tracker.handouts.fonts import load
from tracker.handouts.textline import line


@pytest.mark.parametrize("kind", SHEETS)
def test_every_sheet_is_tagged(kind: str) -> None:
    data = draw(SHEETS[kind]())
    assert problems(data) == []
    with pikepdf.open(BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []


@cache
def _whole() -> bytes:
    return draw(sheet_of(one_medicine(2)))


def _first(pdf: pikepdf.Pdf, tag: str) -> Any:
    nodes = (node for node, _ in _nodes(pdf.Root.StructTreeRoot))
    return next(node for node in nodes if Name("/" + tag) == node.S)


def _stream(pdf: pikepdf.Pdf, change: Callable[[bytes], bytes]) -> None:
    page: Any = pdf.pages[0]
    page.Contents.write(change(page.Contents.read_bytes()))


def _no_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def _no_title(pdf: pikepdf.Pdf) -> None:
    del pdf.docinfo["/Title"]


def _no_claim(pdf: pikepdf.Pdf) -> None:
    packet = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(packet.replace(b"pdfuaid:part>1", b"pdfuaid:part>7"))


def _no_metadata_title(pdf: pikepdf.Pdf) -> None:
    packet = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(packet.replace(b"dc:title", b"dc:other"))


def _file_name_shown(pdf: pikepdf.Pdf) -> None:
    pdf.Root.ViewerPreferences.DisplayDocTitle = False


def _not_marked(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.MarkInfo


def _no_tree(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def _parents_swapped(pdf: pikepdf.Pdf) -> None:
    row: Any = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    first, second = row[0], row[1]
    row[0], row[1] = second, first


def _invented_type(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "P").S = Name.Wonder


def _cell_outside_row(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "TR").S = Name.P


def _cell_lost(pdf: pikepdf.Pdf) -> None:
    cell = _first(pdf, "TR")
    cell.K = Array(list(cell.K)[:-1])


def _no_scope(pdf: pikepdf.Pdf) -> None:
    del _first(pdf, "TH").A


def _heading_skipped(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "H2").S = Name.H4


def _no_first_heading(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "H1").S = Name.H2


def _picture_without_words(pdf: pikepdf.Pdf) -> None:
    del _first(pdf, "Figure").Alt


def _wrong_parent(pdf: pikepdf.Pdf) -> None:
    _first(pdf, "TR").P = _first(pdf, "H1")


def _painted_outside(pdf: pikepdf.Pdf) -> None:
    _stream(pdf, lambda content: content + b"\n0 0 10 10 re f\n")


def _nested(pdf: pikepdf.Pdf) -> None:
    def change(content: bytes) -> bytes:
        return content.replace(b"/H1<</MCID", b"/Artifact BMC /H1<</MCID", 1) + b"\nEMC\n"

    _stream(pdf, change)


def _never_closed(pdf: pikepdf.Pdf) -> None:
    _stream(pdf, lambda content: content + b"\n/Artifact BMC\n")


def _number_used_twice(pdf: pikepdf.Pdf) -> None:
    _stream(pdf, lambda content: content.replace(b"/MCID 1>>", b"/MCID 0>>", 1))


def _claims_nothing(pdf: pikepdf.Pdf) -> None:
    paragraph = _first(pdf, "P")
    paragraph.K = Array([paragraph.K, 9999])


def _fonts(pdf: pikepdf.Pdf) -> list[Any]:
    resources: Any = pdf.pages[0].Resources
    return [font for _, font in resources.Font.items()]


def _no_meaning(pdf: pikepdf.Pdf) -> None:
    for font in _fonts(pdf):
        del font.ToUnicode


def _not_embedded(pdf: pikepdf.Pdf) -> None:
    for font in _fonts(pdf):
        del font.FontDescriptor.FontFile2


def _no_glyph(pdf: pikepdf.Pdf) -> None:
    _stream(pdf, lambda content: content.replace(b") Tj", b"\\376) Tj", 1))


def _unknown_font(pdf: pikepdf.Pdf) -> None:
    resources: Any = pdf.pages[0].Resources
    resources.Font = Dictionary()


def _tabs_by_place(pdf: pikepdf.Pdf) -> None:
    page: Any = pdf.pages[0]
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 1, 1], Contents=String("x"))
    page.Annots = Array([pdf.make_indirect(note)])
    page.Tabs = Name.R


def _read_in_another_order(pdf: pikepdf.Pdf) -> None:
    document: Any = pdf.Root.StructTreeRoot.K
    document.K = Array([*list(document.K)[1:], document.K[0]])
    # The tree stays whole, so that the order alone is wrong.


def _cells_in_another_order(pdf: pikepdf.Pdf) -> None:
    row = _first(pdf, "TR")
    row.K = Array(list(row.K)[::-1])


def _no_bookmarks(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Outlines


def _bookmark_to_nowhere(pdf: pikepdf.Pdf) -> None:
    outlines: Any = pdf.Root.Outlines
    outlines.First.Dest = Array([pdf.make_indirect(Dictionary()), Name.Fit])


def test_drawing_outside_any_mark_is_refused_at_once() -> None:
    fonts = load()
    about = About("title", "en-US", "author", "subject", date(2026, 11, 23))
    canvas = TaggedCanvas(fonts, (612, 792), about)
    with pytest.raises(RuntimeError, match="content of an element, or an artifact"):
        canvas.text(36, 36, line(fonts, (("x", False),)), 12)
    with (
        pytest.raises(RuntimeError, match="cannot be opened inside"),
        canvas.artifact("Layout"),
        canvas.artifact("Layout"),
    ):
        pass


BROKEN: dict[Callable[[pikepdf.Pdf], None], str] = {
    _no_language: "no language",
    _no_title: "no title",
    _no_claim: "does not claim PDF/UA-1",
    _no_metadata_title: "metadata has no title",
    _file_name_shown: "does not show the title",
    _not_marked: "not marked as tagged",
    _no_tree: "no structure tree",
    _parents_swapped: "leads content 0 elsewhere",
    _invented_type: "Wonder is not a standard type",
    _cell_outside_row: "stands in P",
    _cell_lost: "different numbers of cells",
    _no_scope: "no scope",
    _heading_skipped: "skips from H1 to H4",
    _no_first_heading: "first heading is not an H1",
    _picture_without_words: "no words in its place",
    _wrong_parent: "does not name the element",
    _painted_outside: "paints outside",
    _nested: "inside marked content",
    _never_closed: "is not closed",
    _number_used_twice: "used twice",
    _claims_nothing: "no page draws",
    _no_meaning: "no ToUnicode",
    _not_embedded: "is not embedded",
    _no_glyph: "without a glyph",
    _unknown_font: "is not in the file",
    _tabs_by_place: "tab order",
    _read_in_another_order: "in another order",
    _cells_in_another_order: "in another order",
    _no_bookmarks: "no bookmarks",
    _bookmark_to_nowhere: "leads to no page",
}


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda breaks: breaks.__name__)
def test_a_broken_file_is_caught(breaks: Callable[[pikepdf.Pdf], None]) -> None:
    with pikepdf.open(BytesIO(_whole())) as pdf:
        breaks(pdf)
        saved = BytesIO()
        pdf.save(saved)
    assert BROKEN[breaks] in " ".join(problems(saved.getvalue()))


def test_a_file_that_names_the_patient_is_caught() -> None:
    words = ("Maria", "Rivera", "004512", "1961")
    assert problems(_whole(), private=words) == []
    for change in (_named_in_the_title, _named_in_a_bookmark, _named_in_the_metadata):
        with pikepdf.open(BytesIO(_whole())) as pdf:
            change(pdf)
            saved = BytesIO()
            pdf.save(saved)
        assert "names Rivera" in " ".join(problems(saved.getvalue(), private=words))


def _named_in_the_title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Taper plan of Rivera"


def _named_in_a_bookmark(pdf: pikepdf.Pdf) -> None:
    outlines: Any = pdf.Root.Outlines
    outlines.First.Title = String("Rivera")


def _named_in_the_metadata(pdf: pikepdf.Pdf) -> None:
    packet = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(packet.replace(b"</dc:title>", b"</dc:title><!-- Rivera -->"))


def test_each_broken_file_has_a_finding_of_its_own() -> None:
    found = []
    for breaks in BROKEN:
        with pikepdf.open(BytesIO(_whole())) as pdf:
            breaks(pdf)
            saved = BytesIO()
            pdf.save(saved)
        found.append(tuple(problems(saved.getvalue())))
    assert len(BROKEN) >= 30 and all(found)
    assert len(set(found)) >= len(found) - 1  # two ways of a wrong order are told alike
