"""The timeline shows what was typed and nothing else; one dose moves nothing but its own lane."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tracker.doses import DoseText
from tracker.plans import (
    AfterLast,
    Cell,
    HowStepsStart,
    Measure,
    Pattern,
    PlanMedicine,
    Product,
    Schedule,
    Slot,
    Step,
    StepMedicine,
    Target,
    Version,
    cell_keys,
)
from tracker.timeline import (
    UNTYPED,
    Drawing,
    Group,
    Line,
    Outline,
    Rect,
    Shape,
    Text,
    data_table,
    planned_track,
    to_svg,
)

FIRST = date(2026, 12, 1)
TODAY = date(2026, 12, 20)
SVG = "{http://www.w3.org/2000/svg}"
Typed = Callable[[str, str, int], str]  # medicine, cell, step -> text

TABLET = Product(
    None, "oxyCODONE", "oxycodone", "tablet", "tablets", "5 mg", "", "by mouth", ("opioid",), False
)
PATCH = Product(
    None, "fentaNYL", "fentanyl", "patch", "patches", "25 mcg per hour", "", "on the skin", (), True
)
LIQUID = Product(
    None,
    "morphine",
    "morphine",
    "oral solution",
    "oral solution",
    "",
    "10 mg per 5 mL",
    "by mouth",
    ("opioid", "liquid"),
    False,
)


def medicine(
    key: str,
    schedule: Schedule,
    *,
    product: Product = TABLET,
    unit: tuple[str, str] = ("tablet", "tablets"),
    steps: tuple[int, int] = (1, 99),
) -> PlanMedicine:
    return PlanMedicine(key, product, Measure.COUNT, *unit, schedule, *steps, AfterLast.STAY, "")


def times(*uses: str) -> Schedule:
    return Schedule(Pattern.TIMES, uses)


INTERVAL = Schedule(Pattern.INTERVAL, (), every_unit="hours")
NEEDED = Schedule(Pattern.AS_NEEDED, (), purpose="pain that breaks through")
WEEKDAYS = Schedule(Pattern.WEEKDAYS, ("monday", "thursday"), at=Slot.MORNING)


def plan(
    medicines: list[PlanMedicine],
    typed: Typed,
    *,
    steps: int = 4,
    every: int = 14,
    open_end: bool = False,
) -> Version:
    used = [replace(m, through_step=min(m.through_step, steps)) for m in medicines]
    return Version(
        number=2,
        code="",
        signed_on=None,
        signed_by="",
        reason="",
        goal="",
        target=Target.LATER,
        target_text="",
        starts=HowStepsStart.ON_DATE,
        contact_before_step=False,
        medicines=tuple(used),
        steps=tuple(_step(number, every, used, typed) for number in range(1, steps + 1)),
        last_day=None if open_end else FIRST + timedelta(days=every * steps - 1),
        new_medicines=(),
        unchanged=(),
        therapy_none_because="",
        checkin_none_because="",
        change_reason="",
    )


def _step(number: int, every: int, medicines: list[PlanMedicine], typed: Typed) -> Step:
    cells = tuple(
        StepMedicine(
            m.key,
            tuple(
                Cell(key, DoseText(text))
                for key in cell_keys(m.schedule)
                if (text := typed(m.key, key, number))
            ),
        )
        for m in medicines
        if m.from_step <= number <= m.through_step
    )
    starts = FIRST + timedelta(days=every * (number - 1))
    return Step(number, f"s{number}", starts, cells, (), (), "")


# Odd doses, each used once, so that a sum, a difference or a carried text would be seen.
ODD = ["17", "13½", "11", "7.25", "5", "3¾", "1,309", "0.7", "23", "19", "0", "2.3"]


def unique(key: str, cell: str, number: int) -> str:
    if cell in ("every", "gap"):
        return str(number * 3 + 30)
    place = (sum(map(ord, key + cell)) + number) % len(ODD)
    return ODD[place]


ALL_PATTERNS = [
    medicine("m1", times("morning", "bedtime")),
    medicine("m2", INTERVAL, product=PATCH, unit=("patch", "patches")),
    medicine("m3", NEEDED, steps=(2, 3)),
    medicine("m4", WEEKDAYS, product=LIQUID, unit=("mL", "mL")),
]


def within(shapes: tuple[Shape, ...]) -> Iterator[Shape]:
    for shape in shapes:
        yield shape
        if isinstance(shape, Group):
            yield from within(shape.shapes)


def lanes(drawing: Drawing) -> dict[str, Group]:
    return {
        shape.label: shape
        for shape in within(drawing.shapes)
        if isinstance(shape, Group) and shape.kind.startswith("tl-lane")
    }


def of_kind(group: Group, kind: str) -> list[Shape]:
    return [s for s in within(group.shapes) if not isinstance(s, Group) and s.kind == kind]


def doses(group: Group) -> list[str]:
    return [s.words for s in of_kind(group, "tl-dose") if isinstance(s, Text)]


def plateaus(lane: Group) -> list[int]:
    """Return how high each plateau of a lane stands above its zero line."""
    zero = next(s.y1 for s in of_kind(lane, "tl-zero") if isinstance(s, Line))
    lines = [s.corners for s in of_kind(lane, "tl-plan") if isinstance(s, Outline)]
    return [zero - y for corners in lines for _, y in corners[::2]]


def texts(drawing: Drawing) -> Counter[str]:
    root = ET.fromstring(svg_of(drawing))
    return Counter(text for element in root.iter() if (text := (element.text or "").strip()))


def svg_of(drawing: Drawing) -> str:
    return to_svg(drawing).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


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


# Any size


def six() -> list[PlanMedicine]:
    every = times("morning", "noon", "evening", "bedtime")
    return [medicine(f"m{n}", every) for n in range(1, 6)] + [medicine("m6", NEEDED)]


def boxes(drawing: Drawing) -> Iterator[tuple[int, int, int, int, str]]:
    """Return where each text is, by a width that is sure to be at most the real one."""
    for shape in within(drawing.shapes):
        if isinstance(shape, Text):
            long = int(len(shape.words) * 11 * 0.5)
            left = shape.x - {"start": 0, "middle": long // 2, "end": long}[shape.anchor]
            yield left, shape.y - 8, left + long, shape.y, shape.words


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 12, 24, 30, 45, 60])
@pytest.mark.parametrize("width", [320, 960])
def test_no_text_lies_over_another_or_outside(steps: int, width: int) -> None:
    drawing = planned_track(plan(six(), unique, steps=steps, every=7), TODAY, width=width)
    found = list(boxes(drawing))
    for left, top, right, bottom, words in found:
        assert left >= 0, words
        assert right <= drawing.width, words
        assert top >= 0, words
        assert bottom <= drawing.height, words
    by_line: dict[int, list[tuple[int, int, str]]] = {}
    for left, _, right, bottom, words in found:
        by_line.setdefault(bottom, []).append((left, right, words))
    for line in by_line.values():
        line.sort()
        for (_, right, one), (left, _, two) in pairwise(line):
            assert right <= left, (one, two)


@pytest.mark.parametrize("steps", range(1, 61))
def test_every_text_is_there_for_any_number_of_steps(steps: int) -> None:
    version = plan([medicine("m1", times("morning"))], unique, steps=steps, every=7)
    drawing = planned_track(version, TODAY)
    (lane,) = lanes(drawing).values()
    labels = [s.label for s in lane.shapes if isinstance(s, Group)]
    assert labels == [f"Step {n}: {unique('m1', 'morning', n)}" for n in range(1, steps + 1)]
    assert len(doses(lane)) + len(of_kind(lane, "tl-unsaid")) == steps
    assert [row.cells[0].text for row in data_table(version)] == [
        unique("m1", "morning", n) for n in range(1, steps + 1)
    ]


def test_at_sixty_steps_the_usual_doses_have_room() -> None:
    usual = plan(six(), lambda k, c, n: ["2½", "12", "½", "7.5"][n % 4], steps=60, every=7)
    drawing = planned_track(usual, TODAY)
    for lane in lanes(drawing).values():
        assert len(doses(lane)) == 60
    assert len(to_svg(drawing)) < 250_000


def test_a_text_without_room_is_marked_and_kept_in_the_label() -> None:
    version = plan(
        [medicine("m1", times("noon"))],
        lambda k, c, n: "1,234,567.25" if n == 9 else "1",
        steps=60,
        every=7,
    )
    (lane,) = lanes(planned_track(version, TODAY)).values()
    assert len(of_kind(lane, "tl-unsaid")) == 1
    assert "Step 9: 1,234,567.25" in [s.label for s in lane.shapes if isinstance(s, Group)]


# Metamorphic: one dose changed


@pytest.mark.parametrize("steps", [4, 12, 60])
@pytest.mark.parametrize(
    ("key", "cell", "lane"),
    [
        ("m1", "morning", "oxyCODONE 5 mg tablet, morning, tablets"),
        ("m2", "each", "fentaNYL 25 mcg per hour patch, amount each time, patches"),
        ("m4", "monday", "morphine 10 mg per 5 mL oral solution, Monday, morning, mL"),
    ],
)
@pytest.mark.parametrize("new", ["9", "0", "8,888"])
def test_one_changed_dose_changes_no_other_text_and_only_its_own_lane(
    steps: int, key: str, cell: str, lane: str, new: str
) -> None:
    def changed(k: str, c: str, number: int) -> str:
        return new if (k, c, number) == (key, cell, 3) else unique(k, c, number)

    before = planned_track(plan(ALL_PATTERNS, unique, steps=steps), TODAY)
    after = planned_track(plan(ALL_PATTERNS, changed, steps=steps), TODAY)
    old = unique(key, cell, 3)
    assert texts(before) - texts(after) <= Counter({old: 1, f"Step 3: {old}": 1})
    assert texts(after) - texts(before) <= Counter({new: 1, f"Step 3: {new}": 1})

    one, two = lanes(before), lanes(after)
    assert {label for label in one if one[label] != two[label]} == {lane}
    assert (before.title, before.sentence) == (after.title, after.sentence)
    assert (before.width, before.height) == (after.width, after.height)


# Provenance: all text from input


def test_no_number_is_drawn_that_is_not_typed_or_a_step_or_a_date() -> None:
    version = plan(ALL_PATTERNS, unique, steps=12)
    typed = {
        str(cell.text) for step in version.steps for part in step.medicines for cell in part.cells
    }
    drawing = planned_track(version, TODAY)
    known = typed | {str(step.number) for step in version.steps}
    for shape in within(drawing.shapes):
        if isinstance(shape, Text) and re.search(r"[\d½¼¾]", shape.words):
            assert (
                shape.words in known
                or shape.kind in ("tl-date", "tl-axis", "tl-medicine")
                or shape.words == "Most in 24 hours"
            ), shape


# The table


def test_the_table_has_every_typed_text_for_each_step_and_medicine() -> None:
    rows = data_table(plan(ALL_PATTERNS, unique))
    assert [(row.step, row.medicine) for row in rows][:4] == [
        (1, "oxyCODONE 5 mg tablet"),
        (1, "fentaNYL 25 mcg per hour patch"),
        (1, "morphine 10 mg per 5 mL oral solution"),
        (2, "oxyCODONE 5 mg tablet"),
    ]
    assert len(rows) == 14
    assert (rows[0].starts_on, rows[0].last_day) == (FIRST, FIRST + timedelta(days=13))
    needed = rows[5]
    assert [(cell.label, cell.unit, cell.text) for cell in needed.cells] == [
        ("amount each time", "tablets", unique("m3", "each", 2)),
        ("no sooner than", "hours", "36"),
        ("most in 24 hours", "tablets", unique("m3", "most", 2)),
    ]


def test_the_table_says_what_was_not_typed_and_keeps_a_zero() -> None:
    version = plan([medicine("m1", times("noon"))], lambda k, c, n: "" if n == 2 else "0", steps=2)
    assert [row.cells[0].text for row in data_table(version)] == ["0", UNTYPED]
    assert data_table(plan(ALL_PATTERNS, unique, open_end=True))[-1].last_day is None


# Painting

NASTY = "<script>alert(\"x\")</script> & 'q' \x00\x0b\ud800\uffff"


def test_whatever_was_typed_is_text_and_nothing_else() -> None:
    bad = replace(TABLET, name=NASTY, strength="", form="")
    schedule = Schedule(Pattern.AS_NEEDED, (), purpose=NASTY)
    version = plan(
        [
            medicine("m1", times("noon"), product=bad, unit=(NASTY, NASTY)),
            medicine("m2", schedule, product=bad),
        ],
        lambda k, c, n: "1",
    )
    svg = to_svg(planned_track(version, TODAY), id='a" onload="x')
    assert "<script" not in svg
    assert 'onload="' not in svg
    root = ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert {element.tag for element in root.iter()} == {
        f"{SVG}{name}"
        for name in ("svg", "title", "desc", "g", "rect", "line", "polygon", "polyline", "text")
    }
    assert '<script>alert("x")</script>' in (root.findtext(f"{SVG}desc") or "")


def test_the_svg_has_classes_only_and_a_name_and_a_sentence() -> None:
    drawing = planned_track(plan(ALL_PATTERNS, unique), TODAY)
    svg = to_svg(drawing, id="plan")
    root = ET.fromstring(svg)
    assert root.attrib == {
        "class": "tl",
        "viewBox": f"0 0 {drawing.width} {drawing.height}",
        "role": "img",
        "aria-labelledby": "plan-title plan-sentence",
        "focusable": "false",
    }
    assert (root[0].attrib["id"], root[0].text) == ("plan-title", drawing.title)
    assert (root[1].attrib["id"], root[1].text) == ("plan-sentence", drawing.sentence)
    allowed = {"class", "x", "y", "width", "height", "x1", "y1", "x2", "y2", "points"}
    for element in list(root.iter())[3:]:
        assert set(element.attrib) <= allowed
    assert "style" not in svg
    assert "fill" not in svg


def test_each_class_has_its_looks_in_the_style_sheet() -> None:
    drawing = planned_track(plan(six(), unique, steps=60, every=7), TODAY)
    svg = to_svg(drawing)
    used = {name for names in re.findall(r'class="([^"]+)"', svg) for name in names.split()}
    sheet = Path(__file__).parents[2] / "tracker" / "static" / "timeline.css"
    styled = set(re.findall(r"\.(tl[a-z-]*)", sheet.read_text(encoding="utf-8")))
    assert used - styled == {"tl-one", "tl-lane", "tl-ribbons"}, "groups are only joined shapes"


def test_the_same_facts_give_the_same_bytes() -> None:
    one = to_svg(planned_track(plan(ALL_PATTERNS, unique), TODAY))
    assert one == to_svg(planned_track(plan(ALL_PATTERNS, unique), TODAY))
