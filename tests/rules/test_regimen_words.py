"""A regimen in words, and the rules of its lines: numbers as typed, each said beside its digits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tracker.doses import DoseText
from tracker.plans import Cell, Measure, Pattern, Product, Schedule, Slot, cell_keys
from tracker.regimens import (
    Line,
    dosed_as,
    label_name,
    line_words,
    staff_name,
    taken_words,
    why_not_cell,
    why_not_line,
    with_origins,
)

TABLET = Product(
    "oxycodone-tablet-5-mg", "oxyCODONE", "oxycodone", "tablet", "tablets", "5 mg", "", "by mouth",
    ("opioid",), False,
)  # fmt: skip
WHOLE = replace(
    TABLET, form="extended-release tablet", form_plural="extended-release tablets",
    kinds=("opioid", "extended-release"), whole_units_only=True,
)  # fmt: skip
LIQUID = replace(
    TABLET, form="oral solution", form_plural="oral solution", strength="",
    concentration="5 mg per 5 mL", kinds=("opioid", "liquid"),
)  # fmt: skip
TIMES = Schedule(Pattern.TIMES, ("morning", "bedtime"))


def line(
    product: Product, schedule: Schedule, *texts: str, amount: str = "", **more: object
) -> Line:
    cells = zip(cell_keys(schedule), texts, strict=True)
    made = Line(
        product,
        Measure.AMOUNT if amount else Measure.COUNT,
        amount or "tablet",
        amount or "tablets",
        schedule,
        tuple(Cell(slot, DoseText(text)) for slot, text in cells),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # parts of a line, by name


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            line(TABLET, TIMES, "11", "1½"),
            "11 (eleven) tablets in the morning, 1½ (one and a half) tablets at bedtime",
        ),
        (line(TABLET, TIMES, "0", "½"), "none in the morning, ½ (half) tablet at bedtime"),
        (
            line(TABLET, Schedule(Pattern.INTERVAL, (), every_unit="hours"), "1", "72"),
            "1 (one) tablet every 72 (seventy-two) hours",
        ),
        (
            line(TABLET, Schedule(Pattern.INTERVAL, (), every_unit="days"), "1", "1"),
            "1 (one) tablet every 1 (one) day",
        ),
        (line(TABLET, Schedule(Pattern.INTERVAL, (), every_unit="hours"), "0", "72"), "none"),
        (
            line(
                TABLET,
                Schedule(Pattern.WEEKDAYS, ("monday", "friday"), at=Slot.EVENING),
                "3",
                "7",
            ),
            "3 (three) tablets on Monday in the evening, 7 (seven) tablets on Friday in the "
            "evening",
        ),
        (
            line(LIQUID, Schedule(Pattern.AS_NEEDED, (), purpose="back pain"), "2.5", "6", "10",
                 amount="mL"),
            "only when needed for back pain: 2.5 (two point five) mL, no sooner than 6 (six) hours "
            "after the last, at most 10 (ten) mL in 24 hours",
        ),
        (line(TABLET, Schedule(Pattern.AS_NEEDED, (), purpose="pain"), "1", "6", "0"), "none"),
    ],
)  # fmt: skip
def test_how_a_line_is_taken_is_said_by_its_pattern(made: Line, words: str) -> None:
    assert plain(taken_words(made)) == words


def test_a_number_is_never_parted_from_its_unit() -> None:
    assert staff_name(LIQUID) == "oxyCODONE 5\xa0mg per 5\xa0mL oral solution"
    assert "11\xa0(eleven)\xa0tablets" in taken_words(line(TABLET, TIMES, "11", "13"))


def test_paper_spells_as_the_label_does_and_leaves_out_what_is_for_staff() -> None:
    made = line(TABLET, TIMES, "11", "13", label_says="1–2 every 4–6 hours", note="asks for less")
    said = plain(line_words(made))
    assert said == (
        "oxycodone 5 mg tablet: 11 (eleven) tablets in the morning, 13 (thirteen) tablets at "
        "bedtime"
    )
    assert plain(line_words(replace(made, other_prescriber=True))).endswith(
        "at bedtime (from another prescriber)"
    )
    assert plain(label_name(TABLET)) == "oxycodone 5 mg tablet"


def test_whole_units_are_a_rule_for_counts_only() -> None:
    counted = line(WHOLE, TIMES, "2", "3")
    assert why_not_cell(counted, "morning", "1½")
    assert why_not_cell(counted, "morning", "2") is None
    assert why_not_cell(line(WHOLE, TIMES, "2", "3", amount="mg"), "morning", "7.5") is None
    assert why_not_cell(counted, "every", "1½")


def test_a_line_with_a_cell_too_many_too_few_or_badly_written_is_refused() -> None:
    good = line(TABLET, TIMES, "11", "13")
    assert why_not_line(good) is None
    assert why_not_line(replace(good, cells=good.cells[:1]))
    assert why_not_line(replace(good, cells=(*good.cells, Cell("noon", DoseText("1")))))
    assert why_not_line(line(TABLET, TIMES, "5.0", "13"))


THEN = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)


def recorded(made: Line) -> Line:
    return replace(
        made, cells=tuple(replace(c, typed_by="Dr. Amara", typed_at=THEN) for c in made.cells)
    )


def test_an_unchanged_cell_keeps_its_origin_and_a_changed_one_does_not() -> None:
    before = recorded(line(TABLET, TIMES, "11", "13"))
    cells = with_origins(line(TABLET, TIMES, "11", "12"), before)
    assert [(str(c.text), c.typed_by, c.typed_at) for c in cells] == [
        ("11", "Dr. Amara", THEN),
        ("12", "", None),
    ]


@pytest.mark.parametrize(
    "other",
    [
        line(replace(TABLET, strength="10 mg"), TIMES, "11", "13"),
        line(TABLET, TIMES, "11", "13", amount="mg"),
        line(WHOLE, TIMES, "11", "13"),
    ],
)
def test_the_same_digits_of_another_product_or_unit_are_another_dose(other: Line) -> None:
    before = recorded(line(TABLET, TIMES, "11", "13"))
    assert dosed_as(before) != dosed_as(other)
    assert all(cell.typed_at is None for cell in with_origins(other, before))


def test_nothing_is_carried_from_nowhere() -> None:
    assert all(c.typed_at is None for c in with_origins(line(TABLET, TIMES, "11", "13"), None))
