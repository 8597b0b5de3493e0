"""The sheets beside the patient's own: which there are, how each is drawn, and its template.

Belongs here: the way from a sheet's frozen values to PDF bytes, the same for all of them, and the
JSON in which a sheet's values are kept. Not here: what a sheet says (one module for each).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker import handouts
from tracker.handouts import (
    check,
    checkin_form,
    downtime,
    fonts,
    hold_slip,
    large,
    pages,
    supervision,
)
from tracker.handouts.blocks import Document
from tracker.handouts.check import Problem
from tracker.handouts.checkin_form import CheckinForm
from tracker.handouts.downtime import DowntimePack
from tracker.handouts.flow import DoesNotFit
from tracker.handouts.frame import Frame
from tracker.handouts.hold_slip import HoldSlip
from tracker.handouts.supervision import SupervisionSheet
from tracker.handouts.textline import MissingGlyph
from tracker.handouts.undisturbed import undisturbed
from tracker.handouts.wrapping import Style
from tracker.languages import joined, said

__all__ = [
    "KINDS", "CheckinForm", "DowntimePack", "HoldSlip", "Kind", "Sheet", "SupervisionSheet",
    "before_printing", "draw", "kind_of", "look", "made_with", "to_json",
]  # fmt: skip

Sheet = DowntimePack | CheckinForm | HoldSlip | SupervisionSheet


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sheet: its name in the record, its template, and its words."""

    name: str
    template: str  # raise its number when the layout or a fixed word changes
    documents: Callable[[Any], Iterable[Document]]  # from the roomiest to the tightest


def _one(document: Callable[[Any], Document]) -> Callable[[Any], Iterable[Document]]:
    return lambda values: (document(values),)


KINDS: dict[type[Sheet], Kind] = {
    CheckinForm: Kind("checkin", "checkin-1", _one(checkin_form.document)),
    DowntimePack: Kind("downtime", "downtime-1", _one(downtime.document)),
    HoldSlip: Kind("hold", "hold-3", hold_slip.documents),
    SupervisionSheet: Kind("supervision", "supervision-3", supervision.documents),
}


def kind_of(sheet: Sheet) -> Kind:
    """Return the kind of a sheet's values."""
    return KINDS[type(sheet)]


@undisturbed
def draw(sheet: Sheet, fonts_folder: Path | None = None) -> bytes:
    """Return the PDF of a sheet: tagged PDF/UA-1, the same bytes for the same values.

    A character no font has stops a patient's sheet (MissingGlyph); on a sheet for staff it stands
    as its code point. Raises DoesNotFit for a text no page can hold.
    """
    if not isinstance(sheet, HoldSlip):
        sheet = check.in_code_points(sheet, fonts_folder)
    return pages.draw(*_planned(sheet, fonts_folder), sheet.made_on)


def _planned(sheet: Sheet, fonts_folder: Path | None) -> tuple[Document, Frame]:
    """Return words and paper, in the first arrangement whose page 1 holds what it must.

    Where page 1 has to hold nothing of its own, it is the arrangement with the fewest pages.
    """
    is_large = isinstance(sheet, HoldSlip) and sheet.sheet.is_large
    style = (large.style if is_large else Style)(fonts.load(fonts_folder))
    run_on = []
    for document in kind_of(sheet).documents(sheet):
        close = style if document.first_page else style.closer(document.tight)
        frame = Frame(document.running, close, sheet.paper)
        if not document.first_page:
            run_on.append((document, frame))
        elif pages.first_page_fits(document.first_page, frame, document.tight):
            return document, frame
    if len(run_on) == 1:
        return run_on[0]
    return min(run_on, key=lambda planned: len(pages.fill(*planned)))


def before_printing(sheet: Sheet, fonts_folder: Path | None = None) -> tuple[Problem, ...]:
    """Return what someone should know before a sheet is printed: a slip of more than one page.

    Nothing for a sheet that cannot be printed: printing it says why.
    """
    if not isinstance(sheet, HoldSlip):
        return ()
    try:
        pages_in_all = len(pages.fill(*_planned(sheet, fonts_folder)))
    except (MissingGlyph, DoesNotFit):
        return ()
    if pages_in_all == 1:
        return ()
    sentence = said("The hold slip takes {n} pages. Keep them together.", n=pages_in_all)
    smaller = said("In the usual size it is one page.")
    return (
        Problem(
            "slip", joined(" ", [sentence, smaller] if sheet.sheet.is_large else [sentence]), False
        ),
    )


def look(sheet: Sheet) -> tuple[str, str, str]:
    """Return a sheet's language, size and paper."""
    if isinstance(sheet, HoldSlip):
        return sheet.sheet.language, sheet.sheet.size, sheet.paper
    return "en", "standard", sheet.paper


def made_with(sheet: Sheet, fonts_folder: Path | None = None) -> dict[str, str]:
    """Return what else the bytes depend on, for the record; see `handouts.made_with`."""
    template = {"template": kind_of(sheet).template}
    return handouts.made_with(fonts_folder, look(sheet)[0]) | template


def to_json(sheet: Sheet) -> str:
    """Write a sheet's values as JSON text with sorted keys; dates as ISO."""
    return json.dumps(asdict(sheet), default=date.isoformat, ensure_ascii=False, sort_keys=True)
