"""Page 4 of the patient sheet in words: a diary to write in, printed when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.handouts.blocks import (
    Blank,
    Block,
    Heading,
    NewPage,
    Paragraph,
    Table,
    TableCell,
    Together,
)
from tracker.handouts.phrases import Phrases
from tracker.handouts.values import PatientSheet

_DAYS, _LARGE_DAYS = 12, 4
_COLUMNS = ("column-date", "diary-pain", "diary-joy", "diary-tasks", "diary-feel", "treatment")


def page(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return the diary: a line for each day, in large print a block for each day."""
    yield NewPage()
    yield Heading(2, say.say("diary"), bookmark=True)
    yield Paragraph(say.say("diary-why"))
    yield Paragraph(say.say("diary-scale"))
    if sheet.is_large:
        for _ in range(_LARGE_DAYS):
            yield Together(tuple(Blank(say.say(column)) for column in _COLUMNS))
    else:
        headers = tuple(say.say(column) for column in _COLUMNS)
        yield Table(headers, ((TableCell(),) * len(_COLUMNS),) * _DAYS, wide=(0, 4, 5), tall=True)
    yield Blank(say.say("diary-question"), 2)
