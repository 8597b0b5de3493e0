"""The paper: frozen values -> words -> pages -> tagged PDF bytes, and the same words on screen.

Belongs here: everything about printed sheets. It takes plain frozen values and touches neither
the database nor the web. The words are data (`catalogue/handout.<language>.toml`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tracker.handouts import fonts, pages, phrases
from tracker.handouts.blocks import Document
from tracker.handouts.check import Problem, printable
from tracker.handouts.flow import DoesNotFit
from tracker.handouts.patient import ARRANGEMENTS, document
from tracker.handouts.preview import preview
from tracker.handouts.textline import MissingGlyph
from tracker.handouts.values import PatientSheet, from_json, to_json

# Printed into the record of each handout: raise it when the layout or a fixed word changes.
TEMPLATE = "patient-1"

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


def _laid_out(sheet: PatientSheet, fonts_folder: Path | None) -> pages.Layout:
    """Lay the sheet out with the first arrangement whose page 1 is one page."""
    loaded, said = fonts.load(fonts_folder), phrases.load(sheet.language)
    tried = (
        pages.layout(document(sheet, said, one), loaded, sheet.paper) for one in ARRANGEMENTS
    )
    laid_out = next(tried)
    while not laid_out.fits_first_page():
        following = next(tried, None)
        if following is None:
            break
        laid_out = following
    return laid_out


def words(sheet: PatientSheet, fonts_folder: Path | None = None) -> Document:
    """Return the sheet's words in reading order, page 1 arranged as it will be printed."""
    return _laid_out(sheet, fonts_folder).document


def preview_of(sheet: PatientSheet, fonts_folder: Path | None = None) -> dict[str, Any]:
    """Return the printed words as nested dicts and lists for a template; see `preview`."""
    return preview(words(sheet, fonts_folder))


def draw(sheet: PatientSheet, fonts_folder: Path | None = None) -> bytes:
    """Return the PDF of a patient sheet: tagged PDF/UA-1, the same bytes for the same values.

    fonts_folder: the clinic's own fonts (`instance/fonts`), for scripts the shipped ones lack.
    Raises MissingGlyph for a character no font has, DoesNotFit for a text no page can hold.
    """
    return _laid_out(sheet, fonts_folder).draw(sheet.printed_on)


def made_with(fonts_folder: Path | None = None) -> dict[str, str]:
    """Return what else the bytes depend on, for the record: template, library, fonts' SHA-256."""
    import reportlab  # noqa: PLC0415  # only the version is wanted

    hashes = fonts.load(fonts_folder).fingerprints()
    return {"template": TEMPLATE, "reportlab": reportlab.Version, **hashes}
