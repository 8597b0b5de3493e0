"""What the timeline promises: any size, typed texts alone, and one dose moves one lane."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.rules.timeline_cases import (
    ALL_PATTERNS,
    FIRST,
    NEEDED,
    SVG,
    TABLET,
    TODAY,
    doses,
    lanes,
    medicine,
    of_kind,
    plan,
    texts,
    times,
    unique,
    within,
)
from tracker.plans import Pattern, PlanMedicine, Schedule
from tracker.timeline import UNTYPED, Drawing, Group, Text, data_table, planned_track, to_svg

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
    assert "A dash" not in to_svg(drawing)
    assert len(to_svg(drawing)) < 250_000


def test_a_text_without_room_is_marked_and_kept_in_the_label() -> None:
    version = plan(
        [medicine("m1", times("noon"))],
        lambda k, c, n: "1,234,567.25" if n == 9 else "1",
        steps=60,
        every=7,
    )
    drawing = planned_track(version, TODAY)
    (lane,) = lanes(drawing).values()
    assert len(of_kind(lane, "tl-unsaid")) == 1
    assert "A dash: a dose without room here." in to_svg(drawing)
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
