"""A pasted schedule: taken exactly or left empty, with the source text kept beside it."""

from __future__ import annotations

import pytest

from tests.rules import plan_samples as samples
from tracker import drafts
from tracker.drafts.pasting import (
    Pasted,
    ReadCell,
    Target,
    looks_headed,
    put,
    read_paste,
    suggested,
    table_of,
    targets,
)
from tracker.plans import product_words

NAMES = {"m1": (product_words(samples.TABLET), False)}
TODAY = samples.TODAY
PASTE = "Start\tMorning\tBedtime\n12/1/2026\t2\t1½\n12/29/2026\t1\t1\n1/26/2027\t0\t½\n"


def offered() -> tuple[Target, ...]:
    return targets(drafts.tidy({"medicines": [samples.medicine()]}), NAMES)


def read(text: str, columns: list[str] | None = None) -> Pasted:
    return read_paste(text, offered=offered(), today=TODAY, columns=columns)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", ()),
        ("\n \t \n", ()),
        ("a\tb\r\nc\td\r\n", (("a", "b"), ("c", "d"))),
        ("a\tb\nc\n", (("a", "b"), ("c", ""))),
        ('"a\nb"\tc\n', (("a b", "c"),)),
        (" 2 \t 3 ", (("2", "3"),)),
    ],
)
def test_a_paste_is_cut_into_rows_and_cells(text: str, rows: tuple[tuple[str, ...], ...]) -> None:
    assert table_of(text) == rows


@pytest.mark.parametrize(
    ("first", "headed"),
    [("Start\tMorning", True), ("12/1/2026\t2", False), ("Step\t½", False), ("A\tB", True)],
)
def test_a_heading_is_told_from_a_step(first: str, headed: bool) -> None:
    assert looks_headed(table_of(first), TODAY) is headed


def test_columns_are_matched_by_their_heading_word_for_word() -> None:
    assert suggested(["Start", "Morning", "BEDTIME:", "Total", "Morning"], offered()) == (
        "start", "m1.morning", "m1.bedtime", "", "",
    )  # fmt: skip


def test_two_medicines_with_one_heading_are_left_to_the_person() -> None:
    two = targets(
        drafts.tidy({"medicines": [samples.medicine(), samples.medicine("m2")]}),
        {**NAMES, "m2": ("morphine 15 mg tablet", True)},
    )
    assert suggested(["Morning", "morphine 15 mg tablet, morning"], two) == ("", "m2.morning")


@pytest.mark.parametrize(
    "source", ["5-10", "1,5", "10 mg BID", "=A1*.9", "5.0", ".5", "1/2", "two", "1 2", "5mg", "-1"]
)
def test_what_is_no_exact_dose_stays_empty_beside_its_source(source: str) -> None:
    pasted = read(f"Morning\tBedtime\n{source}\t1½")
    cell = pasted.rows[0][0]
    assert (cell.source, cell.text) == (source, "")
    assert cell.why
    assert pasted.unread == 1
    assert pasted.rows[0][1].text == "1½"


@pytest.mark.parametrize("source", ["5", "0", "½", "2½", "0.5", "1,000"])
def test_an_exact_dose_is_taken_as_it_was_written(source: str) -> None:
    assert read(f"Morning\tBedtime\n{source}\t1").rows[0][0].text == source


def test_a_day_is_read_or_left_with_its_sentence() -> None:
    pasted = read("Start\tMorning\n2026-12-01\t2\nsoon\t1")
    assert pasted.rows[0][0].text == "12/1/2026"
    assert pasted.rows[1][0].text == "" and pasted.rows[1][0].why


def test_a_column_that_is_not_used_is_shown_and_not_read() -> None:
    pasted = read("Step\tMorning\n1\t2")
    assert pasted.columns == ("", "m1.morning")
    assert pasted.rows[0][0] == ReadCell("1", "", "")


@pytest.mark.parametrize(
    ("text", "columns", "told"),
    [
        ("", None, "Paste rows"),
        ("A\tB\n1\t2", None, "Choose what the columns are"),
        ("A\tB\n1\t2", ["m1.morning", "m1.morning"], "Two columns are both"),
        ("Morning\n" + "1\n" * 61, None, "at most 60 steps; 61"),
    ],
)
def test_what_stands_in_the_way_is_said(text: str, columns: list[str] | None, told: str) -> None:
    assert any(told in problem for problem in read(text, columns=columns).problems)


def test_an_unknown_column_is_not_used() -> None:
    assert read("A\n1", columns=["m9.dawn"]).columns == ("",)


def test_a_paste_becomes_the_steps_of_the_draft() -> None:
    raw = drafts.tidy({**samples.usual(), "steps": [], "first_day": ""})
    done = put(raw, read(PASTE), by="Dr. Amara Okafor", on=TODAY)
    assert [row["start"] for row in done["steps"]] == ["12/1/2026", "12/29/2026", "1/26/2027"]
    version = samples.version(done)
    assert [[str(c.text) for m in s.medicines for c in m.cells] for s in version.steps] == [
        ["2", "1½"], ["1", "1"], ["0", "½"],
    ]  # fmt: skip
    assert done["pasted"] == "Steps 1 to 3 were pasted by Dr. Amara Okafor on Tue Nov 24, 2026"


def test_choosing_a_time_of_day_ticks_it_and_an_unread_cell_is_emptied() -> None:
    raw = samples.usual()
    done = put(raw, read("Noon\tMorning\n1\t5-10"), by="Amara", on=TODAY)
    assert done["medicines"][0]["uses"] == ["morning", "noon", "bedtime"]
    assert done["steps"][0]["cells"]["m1"] == {"morning": "", "bedtime": "1½", "noon": "1"}
    assert len(done["steps"]) == 1


def test_steps_that_have_begun_stay() -> None:
    raw = samples.usual()
    done = put(raw, read("Morning\tBedtime\n½\t¼"), locked=1, by="Amara", on=TODAY)
    assert done["steps"][0] == raw["steps"][0]
    assert done["steps"][1]["cells"]["m1"] == {"morning": "½", "bedtime": "¼"}
    assert len(done["steps"]) == 2
    assert done["pasted"].startswith("Steps 2 were") or done["pasted"].startswith("Step")


def test_interval_cells_are_read_as_numbers_of_hours() -> None:
    patch = targets(
        drafts.tidy({"medicines": [{**samples.medicine(), **samples.PATCH_FIELDS}]}), NAMES
    )
    pasted = read_paste("Amount each time\tEvery\n1\t72\n1\t72.5", offered=patch, today=TODAY)
    assert [[cell.text for cell in row] for row in pasted.rows] == [["1", "72"], ["1", ""]]
