"""The paper: frozen values -> words -> pages -> tagged PDF bytes, and the same words on screen.

Belongs here: everything about printed sheets. It takes plain frozen values and touches neither
the database nor the web. The words are data (`catalogue/handout.<language>.toml`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.handouts import check, fonts, large, pages, phrases
from tracker.handouts.blocks import Document
from tracker.handouts.check import Problem
from tracker.handouts.flow import DoesNotFit
from tracker.handouts.frame import Frame
from tracker.handouts.fridge import ARRANGEMENTS, Arrangement, first_page
from tracker.handouts.patient import document, running
from tracker.handouts.preview import preview
from tracker.handouts.textline import MissingGlyph
from tracker.handouts.undisturbed import undisturbed
from tracker.handouts.values import PatientSheet, from_json, to_json
from tracker.handouts.wrapping import Style

# Printed into the record of each handout: raise it when the layout or a fixed word changes.
TEMPLATE = "patient-8"

__all__ = [
    "TEMPLATE",
    "DoesNotFit",
    "MissingGlyph",
    "PatientSheet",
    "Problem",
    "draw",
    "from_json",
    "made_with",
    "preview_of",
    "printable",
    "to_json",
    "words",
]


def _planned(sheet: PatientSheet, fonts_folder: Path | None) -> tuple[Document, Frame]:
    """Return words and paper, with the first arrangement whose page 1 is one page."""
    return _arranged(sheet, fonts_folder)[:2]


def _arranged(
    sheet: PatientSheet, fonts_folder: Path | None
) -> tuple[Document, Frame, Arrangement]:
    said = phrases.load(sheet.language)
    style = (large.style if sheet.is_large else Style)(fonts.load(fonts_folder))
    frame = Frame(running(sheet, said), style, sheet.paper)
    arrange = large.first_page if sheet.is_large else first_page
    for one in large.ARRANGEMENTS if sheet.is_large else ARRANGEMENTS:
        first = arrange(sheet, said, one)
        if pages.first_page_fits(first, frame, one.tight):
            break
    return document(sheet, said, one, first), frame, one


def words(sheet: PatientSheet, fonts_folder: Path | None = None) -> Document:
    """Return the sheet's words in reading order, page 1 arranged as it will be printed."""
    return _planned(sheet, fonts_folder)[0]


def preview_of(sheet: PatientSheet, fonts_folder: Path | None = None) -> dict[str, Any]:
    """Return the printed words as nested dicts and lists for a template; see `preview`."""
    box = phrases.load(sheet.language).text("tick-box")
    return preview(words(sheet, fonts_folder)) | {"size": sheet.size, "tick_box": box}


@undisturbed
def draw(sheet: PatientSheet, fonts_folder: Path | None = None) -> bytes:
    """Return the PDF of a patient sheet: tagged PDF/UA-1, the same bytes for the same values.

    fonts_folder: the clinic's own fonts (`instance/fonts`), for scripts the shipped ones lack.
    Raises MissingGlyph for a character no font has, DoesNotFit for a text no page can hold.
    """
    planned, frame = _planned(sheet, fonts_folder)
    return pages.draw(planned, frame, sheet.printed_on)


def printable(sheet: PatientSheet, fonts_folder: Path | None = None) -> tuple[Problem, ...]:
    """Return what stands in the way of printing, and what someone should know before it.

    An empty result means the sheet prints as it is.
    """
    glyphs = tuple(check.unprintable(sheet, fonts_folder))
    fits = () if glyphs else tuple(_on_pages(sheet, fonts_folder))
    return (*glyphs, *fits, *check.phones(sheet), *check.language(sheet))


def _on_pages(sheet: PatientSheet, fonts_folder: Path | None) -> Iterator[Problem]:
    """Name a text that no page can hold, and what page 1 has no room for."""
    planned, frame, arrangement = _arranged(sheet, fonts_folder)
    try:
        pages.fill(planned, frame)
    except DoesNotFit as refusal:
        bare = "A text or a table is too large for the page."
        yield Problem("", str(refusal), True, bare)
        return
    yield from check.first_page(sheet, arrangement)


def made_with(fonts_folder: Path | None = None, language: str = "en") -> dict[str, str]:
    """Return what else the bytes depend on, for the record.

    The template, the library, and the SHA-256 of the fixed words and of each font.
    """
    import reportlab  # only the version is wanted

    hashes = fonts.load(fonts_folder).fingerprints()
    told = phrases.load(language).fingerprint
    return {"template": TEMPLATE, "reportlab": reportlab.Version, "words": told, **hashes}
