"""The patient sheet in words: its pages in order, and what runs along each of them.

Not here: page 1 (`fridge`), the steps (`schedule`), the advice (`aftercare`), the fixed words
(`catalogue/handout.<language>.toml`), or anything about paper.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.handouts import aftercare, diary, fridge, large, months, schedule
from tracker.handouts.blocks import Block, Document, NewPage, Running, Words
from tracker.handouts.fridge import Arrangement
from tracker.handouts.identity import born, name_of, shown_code, version_of
from tracker.handouts.phrases import NBSP, TAGS, Phrases
from tracker.handouts.values import PatientSheet


def document(
    sheet: PatientSheet, say: Phrases, arrangement: Arrangement, first: tuple[Block, ...]
) -> Document:
    """Return the whole sheet in words, given page 1 in one of its arrangements."""
    further = (
        NewPage(),
        *(_large(sheet, say, arrangement) if sheet.is_large else _usual(sheet, say, arrangement)),
        NewPage(),
        *aftercare.feel_and_help(sheet, say),
        *(diary.page(sheet, say) if sheet.diary else ()),
    )
    return Document(
        title=_title(sheet, say),
        subject=say.text("file-subject"),
        language=TAGS[sheet.language],
        author=sheet.clinic.name,
        running=running(sheet, say),
        first_page=first,
        further=further,
        tight=arrangement.tight,
    )


def _usual(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    yield from fridge.moved(sheet, say, arrangement)
    yield from schedule.all_steps(sheet, say)
    yield from months.calendar(sheet, say)


def _large(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    yield from large.take_now(sheet, say, arrangement)
    yield from large.all_steps(sheet, say)
    yield from months.agenda(sheet, say)


def _title(sheet: PatientSheet, say: Phrases) -> str:
    if sheet.draft:
        return say.text("file-title-draft")
    return say.text("file-title", version=str(sheet.version))


def running(sheet: PatientSheet, say: Phrases) -> Running:
    """Return what stands on every page."""
    return Running(
        top_left=name_of(sheet, say),
        page_of=say.text("page-of", page="{page}", pages="{pages}"),
        version=version_of(sheet, say),
        bottom=_foot(sheet, say),
        watermark=say.text("watermark") if sheet.draft else "",
        stamp=_stamp(sheet, say),
        born=say.say("born", date=born(sheet, say)),
    )


def _foot(sheet: PatientSheet, say: Phrases) -> Words:
    phrase = "foot" if sheet.code else "foot-draft"
    return say.say(
        phrase,
        record=sheet.patient.record_number,
        code=shown_code(sheet.code),
        date=say.printed_date(sheet.printed_on).replace(" ", NBSP),
        by=sheet.printed_by,
    )


def _stamp(sheet: PatientSheet, say: Phrases) -> Words:
    if sheet.stamp is None:
        return ()
    on = say.plain_date(sheet.stamp.on)
    return say.say("stamp", version=str(sheet.stamp.version), date=on)
