"""What is printed is what was typed, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.handouts import sheets
from tests.handouts.page_1 import shown, typed
from tests.handouts.reading import NBSP, Reading, pdftotext
from tracker.doses import DoseText
from tracker.handouts import draw
from tracker.handouts.values import MedicineTable, PatientSheet
from tracker.plans import AfterLast, Cell, Version

APR_20 = date(2027, 4, 20)
COLUMNS = {
    "times": ("morning", "noon", "evening", "bedtime"),
    "weekdays": (
        *("monday", "tuesday", "wednesday", "thursday", "friday"),
        *("saturday", "sunday"),
    ),
    "interval": ("each", "every"),
    "as_needed": ("each", "gap", "most"),
}
UNITS = {"every": "hours", "gap": "hours"}


def _printed(medicine: MedicineTable, slot: str, typed: str | None) -> str:
    if typed in (None, "0"):
        return "none"
    if slot in UNITS:
        return f"{typed} {UNITS[slot]}"
    return f"{typed} {medicine.unit}" if medicine.measure == "amount" else f"{typed}"


def _rows(sheet: PatientSheet, medicine: MedicineTable) -> list[list[str]]:
    made = []
    for row in medicine.rows:
        typed = {cell.slot: cell.text for cell in row.cells}
        slots = COLUMNS[medicine.pattern]
        made.append([_printed(medicine, slot, typed.get(slot)) for slot in slots])
    return made


@cache
def _read(kind: str) -> Reading:
    return Reading(draw(sheets.SHEETS[kind]()))


@pytest.mark.parametrize("kind", sheets.SHEETS)
def test_each_medicine_has_a_table_with_each_step(kind: str) -> None:
    sheet = sheets.SHEETS[kind]()
    tables = [table for table in _read(kind).tables() if table[0][0] == "Step"]
    assert len(tables) == len(sheet.medicines)
    for medicine, table in zip(sheet.medicines, tables, strict=True):
        assert [row[2:-1] for row in table[1:]] == _rows(sheet, medicine)
        assert [row[0] for row in table[1:]] == [str(row.step) for row in medicine.rows]


@pytest.mark.parametrize("kind", sheets.SHEETS)
def test_page_1_shows_this_step_and_the_next(kind: str) -> None:
    sheet = sheets.SHEETS[kind]()
    assert shown(sheet, _read(kind)) == typed(sheet)


def test_dates_stand_beside_their_steps() -> None:
    table = next(
        table
        for table in Reading(draw(sheets.SHEETS["liquid until reviewed"]())).tables()
        if table[0][0] == "Step"
    )
    assert table[1][
        1
    ] == f"Tuesday, December{NBSP}1, 2026 to Monday, December{NBSP}28, 2026".replace(NBSP, " ")
    assert table[4][1] == "Tuesday, February 23, 2027, until we see you"


def test_the_heading_carries_product_strength_and_what_is_counted() -> None:
    texts = Reading(draw(sheets.SHEETS["patch and as needed"]())).texts()
    assert "oxycodone 5 mg tablets – number of tablets" in texts
    assert "fentanyl 12 mcg per hour patches – number of patches" in texts
    liquid = Reading(draw(sheets.SHEETS["liquid until reviewed"]())).texts()
    assert "oxycodone oral solution 5 mg per 5 mL – amount in mL" in liquid
    assert "Use the syringe, not a spoon." in liquid


def test_a_patch_prints_its_change_days_and_take_the_old_one_off() -> None:
    texts = Reading(draw(sheets.sheet_of(sheets.patch_and_as_needed()))).texts()
    on_page = next(text for text in texts if "Take the old patch off first." in text)
    assert "New patch on: Tue, Dec 1; Fri, Dec 4; Mon, Dec 7" in on_page
    assert "Mon, Dec 28" in on_page
    assert any(text.startswith("Step 3: Tue, Jan 26; Fri, Jan 29") for text in texts)
    # Step 2 changes the other medicine alone: the patch of December 28 stays on until the 31st.
    assert any(text.startswith("Step 2: Thu, Dec 31; Sun, Jan 3; Wed, Jan 6") for text in texts)


def test_a_patch_that_stays_is_changed_on_in_every_month_printed() -> None:
    made = sheets.patch_and_as_needed()
    patch = replace(made.medicines[0], after_last=AfterLast.STAY)
    open_ended = replace(made, medicines=(patch, made.medicines[1]), last_day=None)
    reading = Reading(draw(sheets.sheet_of(open_ended, current_step=4, printed_on=APR_20)))
    texts = reading.texts()
    on_page = next(text for text in texts if "Take the old patch off first." in text)
    assert "New patch on: Wed, Apr 21; Sat, Apr 24" in on_page
    assert on_page.endswith("Mon, May 24, and so on.")
    listed = next(text for text in texts if text.startswith("Step 4: Tue, Feb 23; Fri, Feb 26"))
    assert listed.endswith("Thu, Jul 29, and so on")
    months = [table for table in reading.tables() if table[0][0] == "Sun"]
    marked = [cell for table in months for row in table for cell in row if "New patch" in cell]
    assert len(months) == 4 and len(marked) == 40


def test_as_needed_says_what_for() -> None:
    texts = Reading(draw(sheets.SHEETS["patch and as needed"]())).texts()
    assert "Only when you need it, for: strong back pain" in texts


def test_a_medicine_without_purpose_still_says_only_when_needed() -> None:
    sheet = sheets.SHEETS["patch and as needed"]()
    need = replace(sheet.medicines[1], purpose="")
    texts = Reading(draw(replace(sheet, medicines=(sheet.medicines[0], need)))).texts()
    assert "Only when you need it." in texts


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (AfterLast.STOP, "none. You are done with this one."),
        (AfterLast.STAY, "stay on step 3, as shown."),
        (AfterLast.CHANGE, "changed to what we talked about"),
    ],
)
def test_page_1_says_what_became_of_a_medicine_whose_steps_are_over(
    after: AfterLast, said: str
) -> None:
    made = sheets.one_after_the_other()
    first = replace(made.medicines[0], after_last=after, after_last_text="what we talked about")
    sheet = sheets.sheet_of(replace(made, medicines=(first, made.medicines[1])), current_step=5)
    texts = Reading(draw(sheet)).texts()
    product = "morphine sulfate 15 mg extended-release tablets"
    assert any(text.endswith(f"{product}: {said}") for text in texts)
    stays = [(key, step) for key, step in shown(sheet, Reading(draw(sheet))) if key == "m1"]
    assert stays == ([("m1", 5), ("m1", 6)] if after is AfterLast.STAY else [])


def test_after_the_last_step_is_said_for_each_medicine() -> None:
    texts = Reading(draw(sheets.SHEETS["patch and as needed"]())).texts()
    assert "oxycodone 5 mg tablets: after step 3, change to the new pill below" in texts
    assert any("fentanyl" in text and "none after step 4" in text for text in texts)
    stay = Reading(draw(sheets.SHEETS["liquid until reviewed"]())).texts()
    assert any("stay on step 4 until we have seen you" in text for text in stay)


@pytest.mark.parametrize("kind", [kind for kind in sheets.SHEETS if kind != "draft"])
def test_poppler_reads_the_same_doses(kind: str, tmp_path: Path) -> None:
    sheet = sheets.SHEETS[kind]()
    text = pdftotext(draw(sheet), tmp_path)
    for medicine in sheet.medicines:
        for row in _rows(sheet, medicine):
            pattern = r"\s+".join(re.escape(cell) for cell in row)
            assert re.search(pattern, text.replace(NBSP, " ")), row


# -- provenance ------------------------------------------------------------------------------

_DOSE = re.compile(r"(\d[\d,.]*[½¼¾]?|[½¼¾])\s(?:mg|mcg|mL|tablets?|patch(?:es)?|hours?|units?)\b")


def _said(kind: str) -> str:
    return "\n".join(_read(kind).texts()).replace(NBSP, " ")


@pytest.mark.parametrize("kind", sheets.SHEETS)
def test_no_number_with_a_unit_that_nobody_typed(kind: str) -> None:
    sheet = sheets.SHEETS[kind]()
    typed = {cell.text for one in sheet.medicines for row in one.rows for cell in row.cells}
    labels = " ".join(
        (*(f"{m.strength} {m.concentration}" for m in sheet.medicines), *sheet.unchanged)
    )
    labels += " ".join(one.words for one in sheet.new_medicines)
    allowed = typed | {found.group(1) for found in _DOSE.finditer(labels)}
    fixed = "Most in 24 hours"  # a column's name
    found = {match.group(1) for match in _DOSE.finditer(_said(kind).replace(fixed, ""))}
    assert found <= allowed


@pytest.mark.parametrize("kind", sheets.SHEETS)
def test_no_total_of_typed_cells_appears(kind: str) -> None:
    sheet = sheets.SHEETS[kind]()
    bare = [text for text in _cells(_read(kind))]
    typed = {cell.text for one in sheet.medicines for row in one.rows for cell in row.cells}
    steps = {str(step.number) for step in sheet.steps}
    assert {text.split(" ")[0] for text in bare} <= typed | steps | {"none"}


def _cells(reading: Reading) -> list[str]:
    """All cells that begin with a digit, but those of the calendar and of dates."""
    return [
        cell
        for table in reading.tables()
        for row in table[1:]
        for cell in row
        if table[0][0] in ("Step", "Morning", "Each time") or len(table) == 2
        if re.match(r"[\d½¼¾]", cell)
    ]


# -- metamorphic -----------------------------------------------------------------------------


def _changed(made: Version, step: int, slot: str, text: str) -> Version:
    steps = list(made.steps)
    part = steps[step].medicines[0]
    new = tuple(
        Cell(cell.slot, DoseText(text)) if cell.slot == slot else cell for cell in part.cells
    )
    steps[step] = replace(steps[step], medicines=(replace(part, cells=new),))
    return replace(made, steps=tuple(steps))


@pytest.mark.parametrize(
    ("make", "slot"),
    [(sheets.one_medicine, "morning"), (sheets.liquid, "evening"), (sheets.weekdays, "monday")],
)
@pytest.mark.parametrize("step", [0, 1, 2])
def test_one_changed_cell_changes_that_text_alone(
    make: Callable[[], Version], slot: str, step: int
) -> None:
    made = make()
    old = next(c.text for c in made.steps[step].medicines[0].cells if c.slot == slot)
    before = Reading(draw(sheets.sheet_of(made))).texts()
    after = Reading(draw(sheets.sheet_of(_changed(made, step, slot, "977")))).texts()
    differing = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert {b.replace("977", str(old)) for _, b in differing} == {a for a, _ in differing}
    # Once in its table on page 2, and once more on page 1 for the first two steps.
    assert len(differing) == (2 if step < 2 else 1)
