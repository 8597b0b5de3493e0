"""Large print: 18 points, lines 1.5 apart, one medicine a page, a block for each step."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from tests.handouts import sheets
from tests.handouts.reading import Reading, Shown
from tests.handouts.test_spanish import spanish
from tests.handouts.ua import problems
from tracker.handouts import draw
from tracker.handouts.frame import MARGIN, PAPERS
from tracker.handouts.values import MedicineTable, PatientSheet

# English on Letter and Spanish, which is longer, on A4: every kind of sheet meets both.
CHOICES = [("en", "letter"), ("es", "a4")]
KINDS = [(kind, *choice) for kind in sheets.SHEETS for choice in CHOICES]


def _sheet(kind: str, language: str, paper: str) -> PatientSheet:
    made = spanish(kind) if language == "es" else replace(sheets.SHEETS[kind](), diary=True)
    return replace(made, size="large", paper=paper)


@cache
def _bytes(kind: str, language: str, paper: str) -> bytes:
    return draw(_sheet(kind, language, paper))


@cache
def _reading(kind: str, language: str, paper: str) -> Reading:
    return Reading(_bytes(kind, language, paper))


@pytest.mark.parametrize(("kind", "language", "paper"), KINDS)
def test_nothing_is_below_18_points_or_outside_the_margins(
    kind: str, language: str, paper: str
) -> None:
    reading = _reading(kind, language, paper)
    wide, high = PAPERS[paper]
    for one in (one for one in reading.shown if one.size < 100):  # the watermark is larger
        assert one.size >= 18, one.text
        assert one.x >= MARGIN - 0.1 and one.x + one.width <= wide - MARGIN + 5.2, one.text
        assert one.y >= MARGIN and one.y + one.size * 0.8 <= high - MARGIN
    for stroke in reading.strokes:
        assert stroke.left >= MARGIN - 1.2 and stroke.right <= wide - MARGIN + 1.2
        assert stroke.bottom >= MARGIN - 1.2 and stroke.top <= high - MARGIN + 1.2
    assert problems(_bytes(kind, language, paper)) == []


@pytest.mark.parametrize("kind", ["two strengths", "patch and as needed", "sixty steps"])
def test_each_page_with_amounts_names_its_medicine(kind: str) -> None:
    reading = _reading(kind, "en", "letter")
    amounts = ("Number of", "Amounts", "Amount in")
    named = 0
    for page in range(1, len(reading.sizes)):
        texts = [one for one in reading.shown if one.page == page]
        if any(one.text.startswith(amounts) for one in texts):
            words = reading.page_text(page)
            assert "tablets –" in words or "patches –" in words, page + 1
            named += 1
    assert named > 3


@pytest.mark.parametrize(("kind", "language", "paper"), KINDS)
def test_page_1_is_one_page_with_what_the_fridge_needs(
    kind: str, language: str, paper: str
) -> None:
    text = " ".join(_reading(kind, language, paper).page_text(0).split())
    for words in ("911", "988", "(555) 010-0100", "(555) 010-0199", "Maria Rivera"):
        assert words in text
    en = ("First. Step", "Now. Step", "What to take now is on page 2.")
    es = ("Primero. Paso", "Ahora. Paso", "Lo que toma ahora está en la página 2.")
    assert any(words in text for words in (en if language == "en" else es))
    pages = len(_reading(kind, language, paper).sizes)
    assert f"1 {'of' if language == 'en' else 'de'} {pages}" in text


def test_lines_of_running_text_are_27_points_apart() -> None:
    reading = _reading("one medicine", "en", "letter")
    lines = sorted({one.y for one in reading.shown if one.page == 0 and one.size == 18})
    gaps = [round(above - below, 1) for below, above in pairwise(lines)]
    assert min(gaps) >= 27 and gaps.count(27.0) >= 5


def blocks(reading: Reading, done: str) -> list[list[str]]:
    """The amounts of each block of "all steps", in order: those with a box for done."""
    return [[row[1] for row in table[1:-1]] for table in reading.tables() if table[-1][0] == done]


def expected(sheet: PatientSheet, medicine: MedicineTable) -> list[list[str]]:
    """What each step of a medicine says, cell by cell, in the sheet's language."""
    none = "none" if sheet.language == "en" else "nada"
    slots = {
        "times": ("morning", "noon", "evening", "bedtime"),
        "interval": ("each", "every"),
        "as_needed": ("each", "gap", "most"),
        "weekdays": (
            "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        ),
    }[medicine.pattern]  # fmt: skip
    unit = "" if medicine.measure == "count" else f" {medicine.unit}"
    hours = " hours" if sheet.language == "en" else " horas"
    rows = []
    for row in medicine.rows:
        typed = {cell.slot: cell.text for cell in row.cells}
        rows.append(
            [
                f"{typed[slot]}{hours}" if slot in ("every", "gap")
                else none if typed.get(slot, "0") == "0"
                else f"{typed[slot]}{unit}"
                for slot in slots
            ]
        )  # fmt: skip
    return rows


@pytest.mark.parametrize(("kind", "language", "paper"), KINDS)
def test_every_block_says_what_was_typed(kind: str, language: str, paper: str) -> None:
    sheet = _sheet(kind, language, paper)
    reading = _reading(kind, language, paper)
    done = "Done" if language == "en" else "Hecho"
    rows = [row for one in sheet.medicines for row in expected(sheet, one)]
    assert blocks(reading, done) == rows


def _of_page(reading: Reading, page: int) -> list[Shown]:
    return [one for one in reading.shown if one.page == page and not one.artifact]


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_medicine_has_pages_of_its_own(language: str) -> None:
    paper = dict(CHOICES)[language]
    reading = _reading("six medicines", language, paper)
    head = "number of" if language == "en" else "número de"
    amount = "amount in" if language == "en" else "cantidad en"
    for page in range(1, len(reading.sizes)):
        heads = [one for one in _of_page(reading, page) if head in one.text or amount in one.text]
        assert len(heads) <= 1


def test_a_block_is_never_split() -> None:
    reading = _reading("sixty steps", "en", "letter")
    for page in range(2, len(reading.sizes)):
        texts = [one.text for one in _of_page(reading, page)]
        assert texts.count("Morning") == texts.count("Bedtime")


def test_the_diary_is_printed_only_when_asked_for() -> None:
    sheet = sheets.SHEETS["one medicine"]()
    assert "My diary" not in Reading(draw(sheet)).bookmarks
    reading = Reading(draw(replace(sheet, diary=True)))
    assert reading.bookmarks[-1] == "My diary"
    last = len(reading.sizes) - 1
    assert "My diary" in reading.page_text(last) and "My question" in reading.page_text(last)
    assert len(reading.tables()[-1]) == 13
