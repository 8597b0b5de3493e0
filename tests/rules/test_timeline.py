"""The timeline's lanes, ribbons and day axis: each shape says what was typed, where it belongs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.rules.timeline_cases import (
    ALL_PATTERNS,
    FIRST,
    TABLET,
    TODAY,
    doses,
    lanes,
    medicine,
    of_kind,
    plan,
    plateaus,
    times,
    unique,
    within,
)
from tracker.plans import Pattern, Schedule
from tracker.timeline import Drawing, Group, Line, Outline, Rect, Text, planned_track

# Lanes


def test_a_lane_is_one_product_unit_and_time_of_day() -> None:
    drawing = planned_track(plan(ALL_PATTERNS, unique), TODAY)
    assert list(lanes(drawing)) == [
        "oxyCODONE 5 mg tablet, morning, tablets",
        "oxyCODONE 5 mg tablet, bedtime, tablets",
        "fentaNYL 25 mcg per hour patch, amount each time, patches",
        "fentaNYL 25 mcg per hour patch, every, hours",
        "oxyCODONE 5 mg tablet, amount each time, tablets",
        "oxyCODONE 5 mg tablet, no sooner than, hours",
        "oxyCODONE 5 mg tablet, most in 24 hours, tablets",
        "morphine 10 mg per 5 mL oral solution, Monday, morning, mL",
        "morphine 10 mg per 5 mL oral solution, Thursday, morning, mL",
    ]


def test_each_plateau_carries_its_text_exactly_as_typed() -> None:
    said = ["12½", "1,200", "0.5", "0"]
    version = plan([medicine("m1", times("noon"))], lambda key, cell, number: said[number - 1])
    (lane,) = lanes(planned_track(version, TODAY)).values()
    assert doses(lane) == said
    labels = [s.label for s in lane.shapes if isinstance(s, Group)]
    assert labels == ["Step 1: 12½", "Step 2: 1,200", "Step 3: 0.5", "Step 4: 0"]


def test_heights_are_proportional_inside_the_lane_from_a_true_zero() -> None:
    said = {"morning": ["4", "2", "1", "0"], "bedtime": ["400", "200", "100", "0"]}
    version = plan(
        [medicine("m1", times("morning", "bedtime"))],
        lambda key, cell, number: said[cell][number - 1],
    )
    for lane in lanes(planned_track(version, TODAY)).values():
        assert plateaus(lane) == [30, 15, 7, 0]


def test_a_small_dose_beside_a_large_one_does_not_look_like_zero() -> None:
    said = ["1,000", "1", "0"]
    version = plan([medicine("m1", times("noon"))], lambda k, c, n: said[n - 1], steps=3)
    (lane,) = lanes(planned_track(version, TODAY)).values()
    assert plateaus(lane) == [30, 2, 0]


def test_only_level_and_upright_lines_are_drawn() -> None:
    drawing = planned_track(plan(ALL_PATTERNS, unique), TODAY)
    for shape in within(drawing.shapes):
        if isinstance(shape, Line):
            assert shape.x1 == shape.x2 or shape.y1 == shape.y2
        if isinstance(shape, Outline):
            for (x1, y1), (x2, y2) in pairwise(shape.corners):
                assert x1 == x2 or y1 == y2


def test_neighbours_of_one_height_share_a_plateau_and_keep_their_own_texts() -> None:
    version = plan([medicine("m1", times("noon"))], lambda k, c, n: "2" if n < 4 else "1")
    (lane,) = lanes(planned_track(version, TODAY)).values()
    assert plateaus(lane) == [30, 15]
    assert doses(lane) == ["2", "2", "2", "1"]


def test_a_step_without_the_medicine_or_without_a_text_is_a_gap_and_not_a_zero() -> None:
    joins = medicine("m1", times("noon"), steps=(2, 3))
    (lane,) = lanes(planned_track(plan([joins], lambda k, c, n: "3"), TODAY)).values()
    assert doses(lane) == ["3", "3"]
    assert len(of_kind(lane, "tl-plan")) == len(of_kind(lane, "tl-zero")) == 1

    blank = plan([medicine("m1", times("noon"))], lambda k, c, n: "" if n == 2 else "3")
    (lane,) = lanes(planned_track(blank, TODAY)).values()
    assert doses(lane) == ["3", "3", "3"]
    assert len(of_kind(lane, "tl-plan")) == len(of_kind(lane, "tl-zero")) == 2
    assert plateaus(lane) == [30, 30]


def test_patterns_without_a_height_are_ribbons_of_text() -> None:
    drawing = planned_track(plan(ALL_PATTERNS, unique), TODAY)
    ribbons = [lane for lane in lanes(drawing).values() if "tl-ribbons" in lane.kind]
    assert len(ribbons) == 5
    for lane in ribbons:
        boxes = [s for s in of_kind(lane, "tl-ribbon") if isinstance(s, Rect)]
        assert len({box.height for box in boxes}) == 1
        assert of_kind(lane, "tl-area") == []
        assert len(doses(lane)) == len(boxes)


def test_a_ribbon_has_no_box_where_the_medicine_is_not_in_use() -> None:
    drawing = planned_track(plan(ALL_PATTERNS, unique), TODAY)
    needed = lanes(drawing)["oxyCODONE 5 mg tablet, no sooner than, hours"]
    assert doses(needed) == ["36", "39"]


def test_a_weekday_without_a_time_of_day_is_a_lane_by_its_name() -> None:
    days = Schedule(Pattern.WEEKDAYS, ("sunday",))
    drawing = planned_track(plan([medicine("m1", days)], lambda k, c, n: "1"), TODAY)
    assert list(lanes(drawing)) == ["oxyCODONE 5 mg tablet, Sunday, tablets"]


def headings(drawing: Drawing) -> list[str]:
    return [
        s.words for s in within(drawing.shapes) if isinstance(s, Text) and s.kind == "tl-medicine"
    ]


def test_headings_say_the_product_the_purpose_and_the_steps() -> None:
    more = [
        medicine("m5", Schedule(Pattern.AS_NEEDED, ()), steps=(1, 99)),
        medicine("m6", times("noon"), steps=(4, 4)),
    ]
    drawing = planned_track(plan([*ALL_PATTERNS, *more], unique), TODAY)
    assert headings(drawing) == [
        "oxyCODONE 5 mg tablet",
        "fentaNYL 25 mcg per hour patch",
        "oxyCODONE 5 mg tablet, only when needed for pain that breaks through (steps 2 to 3)",
        "morphine 10 mg per 5 mL oral solution",
        "oxyCODONE 5 mg tablet, only when needed",
        "oxyCODONE 5 mg tablet (step 4)",
    ]


def test_a_very_long_name_is_broken_and_cut_inside_the_drawing() -> None:
    name = "very " * 60 + "x" * 400
    long = medicine("m1", times("noon"), product=replace(TABLET, name=name), unit=("u", "u" * 90))
    drawing = planned_track(plan([long], lambda k, c, n: "1"), TODAY)
    lines = headings(drawing)
    assert len(lines) > 2
    assert any(line.endswith("…") for line in lines)
    assert max(map(len, lines)) < 200
    units = [s.words for s in within(drawing.shapes) if isinstance(s, Text) and s.kind == "tl-unit"]
    assert units[0].endswith("…")


# The day axis


@pytest.mark.parametrize(
    ("today", "shaded_from", "line", "where"),
    [
        (FIRST - timedelta(days=9), 144, None, "is before the first step."),
        (FIRST, 144, 144, "is in the days of step 1."),
        (FIRST + timedelta(days=14), 345, 345, "is in the days of step 2."),
        (FIRST + timedelta(days=55), 933, 933, "is in the days of step 4."),
        (FIRST + timedelta(days=56), None, None, "is after the days drawn."),
    ],
)
def test_the_future_is_shaded_from_todays_line(
    today: date, shaded_from: int | None, line: int | None, where: str
) -> None:
    drawing = planned_track(plan(ALL_PATTERNS, unique), today)
    shaded = [s.x for s in drawing.shapes if isinstance(s, Rect) and s.kind == "tl-future"]
    lines = [s.x1 for s in drawing.shapes if isinstance(s, Line) and s.kind == "tl-today"]
    words = [s for s in drawing.shapes if isinstance(s, Text) and s.kind == "tl-today-word"]
    assert shaded == ([] if shaded_from is None else [shaded_from])
    assert lines == ([] if line is None else [line])
    assert len(words) == len(lines)
    assert where in drawing.sentence


def test_the_word_today_stays_inside_the_drawing() -> None:
    drawing = planned_track(plan(ALL_PATTERNS, unique), FIRST + timedelta(days=55))
    (word,) = [s for s in drawing.shapes if isinstance(s, Text) and s.kind == "tl-today-word"]
    assert (word.anchor, word.words) == ("end", "Today")


def axis(drawing: Drawing, kind: str) -> list[str]:
    return [s.words for s in drawing.shapes if isinstance(s, Text) and s.kind == kind]


def test_steps_have_their_numbers_and_dates_and_each_year_once() -> None:
    drawing = planned_track(plan(ALL_PATTERNS, unique), TODAY)
    assert axis(drawing, "tl-number") == ["1", "2", "3", "4"]
    assert axis(drawing, "tl-date") == ["Dec 1", "Dec 15", "Dec 29", "Jan 12", "2026", "2027"]
    assert "Last day Mon Jan 25, 2027" in axis(drawing, "tl-axis")


@pytest.mark.parametrize("steps", [1, 3])
def test_an_open_end_says_so(steps: int) -> None:
    drawing = planned_track(plan(ALL_PATTERNS[:1], unique, steps=steps, open_end=True), TODAY)
    assert "The last step goes on until reviewed" in axis(drawing, "tl-axis")
    assert "from Tue Dec 1, 2026 until reviewed." in drawing.sentence


def test_the_sentence_stands_for_the_drawing_without_a_dose() -> None:
    drawing = planned_track(plan(ALL_PATTERNS[:2], unique), TODAY)
    assert drawing.title == "Timeline of version 2, as planned"
    assert drawing.sentence == (
        "Version 2 plans 4 steps, from Tue Dec 1, 2026 to Mon Jan 25, 2027. "
        "Today, Sun Dec 20, 2026, is in the days of step 2. "
        "Lanes: oxyCODONE 5 mg tablet: morning, bedtime; "
        "fentaNYL 25 mcg per hour patch: amount each time, every. "
        "The table below the drawing gives every dose as it was typed."
    )
    one = planned_track(plan(ALL_PATTERNS[:1], unique, steps=1), TODAY)
    assert one.sentence.startswith("Version 2 plans 1 step, from")


def test_a_version_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        planned_track(replace(plan(ALL_PATTERNS, unique), steps=()), TODAY)
