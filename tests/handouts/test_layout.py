"""Where things stand on paper: sizes, margins, page numbers, page 1, rows kept whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from tests.handouts import sheets
from tests.handouts.page_1 import shown, typed
from tests.handouts.reading import Reading, Shown
from tracker.handouts import DoesNotFit, draw, printable
from tracker.handouts.frame import MARGIN, PAPERS
from tracker.handouts.values import PatientSheet, Stamp
from tracker.plans import Version

PAPER_KINDS = [(kind, paper) for kind in sheets.SHEETS for paper in ("letter", "a4")]


@cache
def _reading(kind: str, paper: str) -> Reading:
    return Reading(draw(replace(sheets.SHEETS[kind](), paper=paper)))


def _lines(reading: Reading, page: int) -> list[Shown]:
    return [one for one in reading.shown if one.page == page]


@pytest.mark.parametrize(("kind", "paper"), PAPER_KINDS)
def test_nothing_leaves_the_margins_or_is_too_small(kind: str, paper: str) -> None:
    reading = _reading(kind, paper)
    wide, high = PAPERS[paper]
    assert all(size == pytest.approx((wide, high), abs=0.02) for size in reading.sizes)
    for one in (one for one in reading.shown if one.size < 100):  # the watermark is larger
        assert one.size >= 12
        assert one.x >= MARGIN - 0.1 and one.x + one.width <= wide - MARGIN + 3.5, one.text
        assert one.y >= MARGIN and one.y + one.size * 0.8 <= high - MARGIN
    for stroke in reading.strokes:
        assert stroke.left >= MARGIN - 1.2 and stroke.right <= wide - MARGIN + 1.2
        assert stroke.bottom >= MARGIN - 1.2 and stroke.top <= high - MARGIN + 1.2


@pytest.mark.parametrize(("kind", "paper"), PAPER_KINDS)
def test_every_page_says_whose_it_is_and_which(kind: str, paper: str) -> None:
    sheet, reading = sheets.SHEETS[kind](), _reading(kind, paper)
    pages = len(reading.sizes)
    for page in range(pages):
        text = reading.page_text(page)
        assert f"Page {page + 1} of {pages}" in text
        assert "Maria Rivera" in text and "Born March 14, 1961" in text
        assert "Record 004512" in text and "printed Nov 23, 2026 by K. Osei" in text
        if sheet.code:
            assert "Version 2" in text and "plan code 7F3K-92QD" in text
        else:
            assert "Draft · Page" in text and "draft with no code" in text


@pytest.mark.parametrize(("kind", "paper"), PAPER_KINDS)
def test_the_name_is_bold_and_at_least_14_points(kind: str, paper: str) -> None:
    reading = _reading(kind, paper)
    for page in range(len(reading.sizes)):
        name = next(one for one in _lines(reading, page) if one.text.startswith("Maria Rivera"))
        assert name.size >= 14


@pytest.mark.parametrize(("kind", "paper"), PAPER_KINDS)
def test_page_1_holds_what_the_fridge_needs(kind: str, paper: str) -> None:
    sheet, reading = sheets.SHEETS[kind](), _reading(kind, paper)
    text = " ".join(reading.page_text(0).split())
    for words in ("Call 911 now", "988", "Give naloxone", "(555) 010-0100", "(555) 010-0199"):
        assert words in text
    assert f"Step {sheet.current_step}: " in text
    assert "How steps start:" in text and "Next contact:" in text
    assert "Dr. Dana Lee wrote these amounts." in text
    assert "All steps" not in text


def test_the_first_printing_shows_steps_1_and_2() -> None:
    texts = Reading(draw(sheets.SHEETS["one medicine"]())).texts()
    assert any(text.startswith("First. Step 1: Tuesday, December 1, 2026 to") for text in texts)
    assert any(text.startswith("Next. Step 2: ") for text in texts)


def test_a_reprint_shows_where_the_patient_is() -> None:
    texts = Reading(draw(sheets.SHEETS["one after the other"]())).texts()
    assert any(text.startswith("You are here. Step 4: ") for text in texts)
    assert any(text.startswith("Next. Step 5: ") for text in texts)


def test_the_last_step_says_that_it_is_the_last() -> None:
    texts = Reading(draw(sheets.SHEETS["last step"]())).texts()
    assert any("This is the last step of the plan." in text for text in texts)


def _long(sheet: PatientSheet) -> PatientSheet:
    medicines = tuple(
        replace(one, label_name=f"{one.label_name} with a very long name on its label " * 3)
        for one in sheet.medicines
    )
    return replace(sheet, medicines=medicines)


def test_what_cannot_stand_on_page_1_stands_on_page_2_and_page_1_says_so() -> None:
    sheet = _long(_long(sheets.SHEETS["six medicines"]()))
    reading = Reading(draw(sheet))
    assert "What to take now is on page 2." in reading.page_text(0)
    assert "Do not stop suddenly." in reading.page_text(0)
    assert "First. Step 1: " in reading.page_text(1)
    assert any("no room for the amounts" in one.sentence for one in printable(sheet))


def test_a_note_stands_with_its_step_where_there_is_room() -> None:
    sheet = sheets.SHEETS["one medicine"]()
    noted = (replace(sheet.steps[0], instruction="Start on a calm day."), *sheet.steps[1:])
    assert "Note: Start on a calm day." in Reading(draw(replace(sheet, steps=noted))).page_text(0)


def test_ten_thousand_characters_flow_over_pages() -> None:
    long = "All work and no play. " * 460
    sheet = sheets.SHEETS["one medicine"]()
    noted = (replace(sheet.steps[0], instruction=long), *sheet.steps[1:])
    data = draw(replace(sheet, steps=noted, goal=long, unchanged=(long, "one"), treatments=()))
    said = " ".join(Reading(data).texts())
    assert said.count(long.strip()) == 3


def test_a_word_without_spaces_is_broken_at_the_margin() -> None:
    sheet = replace(sheets.SHEETS["one medicine"](), goal="Donaudampf" * 60)
    reading = Reading(draw(sheet))
    assert all(one.x + one.width <= 612 - MARGIN + 3.5 for one in reading.shown)
    assert "Donaudampf" * 60 in "".join(one.text for one in reading.shown).replace(" ", "")


def test_what_no_page_can_hold_is_refused_with_its_words() -> None:
    sheet = sheets.SHEETS["one medicine"]()
    first, second = sheet.checkins
    with pytest.raises(DoesNotFit, match="too long for one page: “Tuesday, December"):
        draw(replace(sheet, checkins=(first, replace(second, who="nurse " * 2000))))
    too_much = replace(sheet, physician="Dr. Lee " * 900)
    with pytest.raises(DoesNotFit, match="Page 1 has more words"):
        draw(too_much)
    (problem,) = printable(too_much)
    assert problem.stops and "Shorten" in problem.sentence


LONGEST = "999,999.125"  # the longest text a dose cell takes


def _retyped(sheet: PatientSheet, text: str, **more: str) -> PatientSheet:
    """The sheet with the same text in every cell, and its medicines changed."""
    medicines = []
    for one in sheet.medicines:
        rows = [
            replace(row, cells=tuple(replace(cell, text=text) for cell in row.cells))
            for row in one.rows
        ]
        medicines.append(replace(one, rows=tuple(rows), **more))  # type: ignore[arg-type]
    return replace(sheet, medicines=tuple(medicines))


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("make", [sheets.liquid, sheets.weekdays, sheets.two_strengths])
def test_an_amount_is_never_broken_over_lines(make: Callable[[], Version], paper: str) -> None:
    sheet = replace(_retyped(sheets.sheet_of(make()), LONGEST), paper=paper)
    shown = [one.text for one in Reading(draw(sheet)).shown if "999" in one.text]
    assert shown and all(LONGEST in text for text in shown)


def test_amounts_too_long_for_columns_stand_one_under_the_other() -> None:
    sheet = _retyped(sheets.sheet_of(sheets.weekdays()), "1,000.25")
    table = next(one for one in Reading(draw(sheet)).tables() if one[0][0] == "Step")
    assert table[1][2].startswith("Mon: 1,000.25 Tue: none Wed: 1,000.25")


def test_a_table_too_wide_for_any_page_is_refused() -> None:
    unit = "a-unit-word-far-longer-than-any-unit-on-any-bottle"
    sheet = sheets.SHEETS["patch and as needed"]()
    sheet = _retyped(sheet, "1", unit=unit, measure="amount")
    with pytest.raises(DoesNotFit, match="too wide for the page"):
        draw(sheet)
    assert [one.stops for one in printable(sheet)] == [True]


def test_a_table_too_wide_for_its_column_is_not_squeezed_into_it() -> None:
    made, weekly = sheets.six_medicines(), sheets.weekdays()
    first = replace(made.medicines[0], schedule=weekly.medicines[0].schedule)
    part = replace(made.steps[0].medicines[0], cells=weekly.steps[0].medicines[0].cells)
    steps = tuple(replace(one, medicines=(part, *one.medicines[1:])) for one in made.steps)
    mixed = replace(made, medicines=(first, *made.medicines[1:]), steps=steps)
    sheet = sheets.sheet_of(mixed)
    reading = Reading(draw(sheet))
    assert shown(sheet, reading) == typed(sheet)
    texts = [one.text for one in reading.shown]
    assert texts.count("none") >= 5 and "non" not in texts


def test_rows_are_never_split_and_headers_are_repeated() -> None:
    reading = Reading(draw(sheets.SHEETS["sixty steps"]()))
    heads: Counter[int] = Counter()
    for one in reading.shown:
        if one.text == "Dates":
            heads[one.page] += 1
            assert one.artifact == (one.page > 1)
    assert len(heads) > 2 and set(heads.values()) == {1}
    table = next(table for table in reading.tables() if table[0][0] == "Step")
    assert len(table) == 61
    for number in range(1, 61):
        row = [one for one in reading.shown if one.text == f"{39 + number}"]
        assert row


def test_a_table_that_goes_on_names_its_medicine_again() -> None:
    """Two strengths of one drug: rows without the name could be read as the other one's."""
    reading = Reading(draw(sheets.sheet_of(sheets.two_strengths(20))))
    named = (
        "oxycodone 5 mg tablets – number of tablets",
        "oxycodone 10 mg tablets – number of tablets",
    )
    pages = {one.page for one in reading.shown if one.text == "Dates"}
    assert len(pages) > 2
    for page in pages:
        lines = sorted(_lines(reading, page), key=lambda one: -one.y)
        heads = [number for number, one in enumerate(lines) if one.text == "Step"]
        assert all(lines[number - 1].text in named for number in heads), page
    again = [one for one in reading.shown if one.text in named and one.artifact]
    assert again and all(one.page > 1 for one in again)
    # What is read aloud names each table once.
    assert [text for text in reading.texts() if text in named].count(named[1]) == 3


def test_a_heading_is_never_the_last_thing_on_a_page() -> None:
    for kind, paper in PAPER_KINDS:
        reading = _reading(kind, paper)
        for page in range(len(reading.sizes)):
            content = [one for one in _lines(reading, page) if not one.artifact]
            lowest = min(one.y for one in content)
            last = [one for one in content if one.y == lowest]
            assert not any(re.match(r"oxycodone .* number of", one.text) for one in last)


def test_black_only_and_nothing_filled_but_the_code() -> None:
    reading = Reading(draw(sheets.SHEETS["one medicine"]()))
    filled = [stroke for stroke in reading.strokes if stroke.filled]
    assert filled and {stroke.page for stroke in filled} == {0}
    side = max(one.right for one in filled) - min(one.left for one in filled)
    assert 60 < side <= 84
    for color in (b" rg", b" RG", b" k\n", b" g\n"):
        assert color not in b"".join(one.text.encode() for one in reading.shown)


def test_a_draft_has_a_watermark_and_no_code() -> None:
    reading = Reading(draw(sheets.SHEETS["draft"]()))
    marks = [one for one in reading.shown if one.size > 100]
    assert [one.text for one in marks] == ["Draft"] * len(reading.sizes)
    assert all(one.artifact for one in marks)
    assert "This is a draft. Do not use it to take medicine." in reading.page_text(0)
    assert not [stroke for stroke in reading.strokes if stroke.filled]


def test_a_stamped_copy_says_what_replaced_it_on_every_page() -> None:
    sheet = replace(sheets.SHEETS["one medicine"](), stamp=Stamp(3, date(2027, 1, 4)))
    reading = Reading(draw(sheet))
    for page in range(len(reading.sizes)):
        assert "Replaced by version 3 on January 4, 2027." in reading.page_text(page)


def test_it_says_which_sheet_to_throw_away() -> None:
    texts = Reading(draw(sheets.SHEETS["one medicine"]())).texts()
    assert (
        "This sheet replaces version 1 (October 2, 2026). Please throw the old one away." in texts
    )
    first = Reading(draw(sheets.sheet_of(sheets.one_medicine(), replaces=None))).texts()
    assert not any("replaces" in text for text in first)


def test_bookmarks_lead_through_the_sheet() -> None:
    reading = Reading(draw(sheets.SHEETS["one medicine"]()))
    assert reading.bookmarks == [
        "My opioid taper plan",
        "All steps",
        "Calendar",
        "How it may feel",
        "My other treatments",
        "Check-ins",
    ]


# -- the calendar ----------------------------------------------------------------------------


def _months(reading: Reading) -> list[list[list[str]]]:
    return [table for table in reading.tables() if table[0][0] == "Sun"]


def test_the_calendar_marks_steps_check_ins_and_patches_without_amounts() -> None:
    months = _months(Reading(draw(sheets.sheet_of(sheets.patch_and_as_needed()))))
    days = {cell.split(" ")[0]: cell for row in months[0][1:] for cell in row if cell}
    assert days["1"] == "1 Step 1 New patch"
    assert days["3"] == "3 Phone" and days["15"] == "15 Visit"
    assert days["4"] == "4 New patch" and days["5"] == "5"
    assert len(days) == 31


def test_two_months_a_page_and_as_many_as_asked_for() -> None:
    sheet = sheets.SHEETS["one medicine"]()
    reading = Reading(draw(sheet))
    assert len(_months(reading)) == 4
    assert "Later months will come with your next sheet." in reading.texts()
    whole = Reading(draw(replace(sheet, calendar_months=24)))
    assert len(_months(whole)) == 12  # through the last day, November 1, 2027
    assert "Later months will come with your next sheet." not in whole.texts()
    none = Reading(draw(replace(sheet, calendar_months=0)))
    assert _months(none) == [] and "Calendar" not in none.texts()


def test_boxes_stand_only_for_times_with_something_to_take() -> None:
    sheet = replace(sheets.sheet_of(sheets.one_medicine(1)), calendar_months=1)
    reading = Reading(draw(sheet))
    page = next(n for n in range(9) if "Calendar" in reading.page_text(n))
    boxes = [s for s in reading.strokes if s.page == page and abs(s.right - s.left - 11) < 0.1]
    assert len(boxes) == 28  # one step of 28 days; the typed 0 at bedtime has no box
    said = " ".join(Reading(draw(sheet)).texts())
    assert "in order: morning." in said


def test_a_reprint_starts_its_calendar_with_the_month_it_is_printed_in() -> None:
    sheet = sheets.sheet_of(
        sheets.one_medicine(), current_step=3, printed_on=sheets.FIRST + timedelta(days=100)
    )
    assert "March 2027" in Reading(draw(sheet)).texts()
    assert "February 2027" not in Reading(draw(sheet)).texts()
