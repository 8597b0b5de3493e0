"""The sheets beside the patient's own: which there are, how each is drawn, and its template.

Belongs here: the way from a sheet's frozen values to PDF bytes, the same for all of them, and the
JSON in which a sheet's values are kept. Not here: what a sheet says (one module for each).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.handouts import checkin_form, downtime, fonts, pages
from tracker.handouts.blocks import Document
from tracker.handouts.checkin_form import CheckinForm
from tracker.handouts.downtime import DowntimePack
from tracker.handouts.frame import Frame
from tracker.handouts.wrapping import Style

Sheet = DowntimePack | CheckinForm


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sheet: its name in the record, its template, and its words."""

    name: str
    template: str  # raise its number when the layout or a fixed word changes
    document: Callable[[Any], Document]


KINDS: dict[type[Sheet], Kind] = {
    CheckinForm: Kind("checkin", "checkin-1", checkin_form.document),
    DowntimePack: Kind("downtime", "downtime-1", downtime.document),
}


def kind_of(sheet: Sheet) -> Kind:
    """Return the kind of a sheet's values."""
    return KINDS[type(sheet)]


def draw(sheet: Sheet, fonts_folder: Path | None = None) -> bytes:
    """Return the PDF of a sheet: tagged PDF/UA-1, the same bytes for the same values.

    Raises MissingGlyph for a character no font has, DoesNotFit for a text no page can hold.
    """
    document = kind_of(sheet).document(sheet)
    frame = Frame(document.running, Style(fonts.load(fonts_folder)), sheet.paper)
    return pages.draw(document, frame, sheet.made_on)


def to_json(sheet: Sheet) -> str:
    """Write a sheet's values as JSON text with sorted keys; dates as ISO."""
    return json.dumps(asdict(sheet), default=date.isoformat, ensure_ascii=False, sort_keys=True)
