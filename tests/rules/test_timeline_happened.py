"""The second track: strips under the lanes, holds, totals, ticks and flags on one day axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.rules.course_samples import STEP_1, STEP_2, STEP_3, away, course, happened, started
from tests.rules.timeline_cases import within
from tracker.course import Amount, Happening, What
from tracker.doses import DoseText
from tracker.escalations import Escalation
from tracker.therapies import Kind, Line, Standing
from tracker.timeline import (
    Drawing,
    Group,
    Happened,
    Outline,
    Rect,
    Shape,
    Text,
    both_tracks,
    happened_of,
    planned_track,
    to_svg,
    told_of,
)
from tracker.timeline import Line as Stroke

DAY = timedelta(days=1)
LESS = happened(
    What.DIFFERENTLY, STEP_1 + 3 * DAY, 1, why="less", words="Slept through",
    amounts=(Amount("m1", "bedtime", DoseText("¾")),),
)  # fmt: skip
HOLD = happened(What.HELD, date(2026, 12, 20), until=date(2027, 1, 3), why="withdrawal")
RESUME = happened(What.RESUMED, date(2027, 1, 4), why="kept")


def drawn(*facts: Happening, today: date = STEP_3, **more: Any) -> Drawing:
    one = course(*facts, away=more.pop("away", ()))
    assert one.version is not None
    return both_tracks(one.version, happened_of(one, today=today, **more), today)


def of(drawing: Drawing, kind: str) -> list[Any]:
    return [s for s in within(drawing.shapes) if getattr(s, "kind", "") == kind]


def words_over(drawing: Drawing) -> str:
    return " ".join(s.label for s in within(drawing.shapes) if isinstance(s, Group))


def test_nothing_that_happened_is_said_and_drawn_as_nothing() -> None:
    drawing = drawn()
    assert of(drawing, "tl-taken") == []
    assert drawing.sentence.endswith("Nothing that happened is recorded.")


def test_a_started_step_is_a_strip_until_the_next_one() -> None:
    drawing = drawn(started(1, STEP_1), started(2, STEP_2 + DAY))
    strips = of(drawing, "tl-taken")
    lanes = 2  # morning and bedtime
    assert len(strips) == 2 * lanes
    first, second = strips[0], strips[1]
    assert first.y == second.y and first.x + first.width == second.x
    assert "Step 2 from Wed Dec 30, 2026, as written" in words_over(drawing)


def test_a_strip_differs_with_the_text_that_was_typed_in_its_own_lane_alone() -> None:
    drawing = drawn(started(1, STEP_1), LESS)
    (differed,) = of(drawing, "tl-differed")
    assert differed.width >= 2
    assert [t.words for t in of(drawing, "tl-dose")].count("¾") == 1
    assert "Step 1 taken differently: less than written, Fri Dec 4, 2026: ¾" in words_over(drawing)


@pytest.mark.parametrize(
    ("facts", "end"),
    [((HOLD,), STEP_3), ((HOLD, RESUME), date(2027, 1, 4)), ((HOLD, happened(
        What.CLOSED, date(2027, 1, 2), why="stopped")), date(2027, 1, 2))],
)  # fmt: skip
def test_a_hold_is_a_hatched_band_with_its_word(facts: tuple[Happening, ...], end: date) -> None:
    drawing = drawn(started(1, STEP_1), *facts)
    (band,) = of(drawing, "tl-hold")
    assert [t.words for t in of(drawing, "tl-hold-word")] == ["On hold"]
    hatches = of(drawing, "tl-hatch")
    assert len(hatches) > 3
    assert all(band.x <= line.x1 <= band.x + band.width + 6 for line in hatches)
    today_line = of(drawing, "tl-today")[0]
    assert (band.x + band.width <= today_line.x1) is (end < STEP_3)


def test_time_away_is_a_band_with_its_own_word() -> None:
    drawing = drawn(started(1, STEP_1), away=(away(STEP_1 + DAY, back_on=STEP_1 + 9 * DAY),))
    assert [t.words for t in of(drawing, "tl-hold-word")] == ["In hospital"]


SCORES = (
    (STEP_1, "peg", "7"),
    (STEP_1 + 7 * DAY, "peg", "6.33"),
    (STEP_1 + 14 * DAY, "peg", ""),
    (STEP_1 + 21 * DAY, "peg", "0"),
    (STEP_1 + 28 * DAY, "peg", "10"),
    (STEP_2, "cows", "48"),
)


def test_totals_stand_in_panels_of_their_own_and_break_where_one_is_missing() -> None:
    drawing = drawn(started(1, STEP_1), scores=SCORES)
    dots = of(drawing, "tl-dot")
    assert len(dots) == 5
    assert len(of(drawing, "tl-score")) == 2  # 7 to 6.33, 0 to 10: broken between
    assert len(of(drawing, "tl-missed")) == 1
    peg = dots[:4]
    assert peg[0].y < peg[1].y < peg[2].y and peg[3].y < peg[0].y
    assert dots[4].y - of(drawing, "tl-dot")[3].y > 0
    assert "PEG, Tue Dec 8, 2026: 6.33" in words_over(drawing)
    assert "0 to 48" in {t.words for t in of(drawing, "tl-unit")}


def standing(*lines: Line) -> Standing:
    return Standing(1, "yoga", "Yoga", lines)


def line(kind: Kind, on: date, times: int = 0) -> Line:
    return Line(1, kind, on, "Bo", datetime(2026, 12, 1, tzinfo=UTC), times)


def worry(on: date, **more: Any) -> Escalation:
    at = datetime(on.year, on.month, on.day, 18, tzinfo=UTC)
    known = {name: None for name in Escalation.__dataclass_fields__}
    return Escalation(**{**known, "raised_at": at, "about": "Low mood", "in_error": "", **more})


def test_sessions_are_ticks_and_escalations_flags() -> None:
    drawing = drawn(
        started(1, STEP_1),
        therapies=(standing(line(Kind.STARTED, STEP_1), line(Kind.ATTENDED, STEP_2, 3)),),
        escalations=(worry(STEP_2), worry(STEP_3, in_error="Wrong chart")),
    )
    assert len(of(drawing, "tl-tick")) == 2
    assert [type(s) for s in of(drawing, "tl-flag")] == [Outline]
    assert "Yoga: Tue Dec 29, 2026, attended 3 times" in words_over(drawing)
    assert "Escalations: Tue Dec 29, 2026, Low mood" in words_over(drawing)


def edges(drawing: Drawing) -> Iterator[int]:
    for shape in within(drawing.shapes):
        match shape:
            case Rect(_, x, _, width, _):
                yield from (x, x + width)
            case Stroke(_, x1, _, x2, _):
                yield from (x1, x2)


def everything() -> dict[str, Any]:
    return {
        "scores": SCORES,
        "therapies": (standing(line(Kind.ATTENDED, STEP_1 - 20 * DAY, 2)),),
        "escalations": (worry(STEP_3 + 90 * DAY),),
    }


def test_the_axis_reaches_from_the_first_to_the_last_thing_there_is() -> None:
    drawing = drawn(started(1, STEP_1), HOLD, today=STEP_3 + 60 * DAY, **everything())
    assert all(0 <= x <= drawing.width for x in edges(drawing))
    assert of(drawing, "tl-start")[0].x1 > of(drawing, "tl-tick")[0].x1


def test_no_text_lies_over_another() -> None:
    drawing = drawn(started(1, STEP_1), LESS, HOLD, RESUME, **everything())
    lines: dict[int, list[tuple[int, int, str]]] = {}
    for shape in within(drawing.shapes):
        if isinstance(shape, Text):
            long = int(len(shape.words) * 11 * 0.5)
            left = shape.x - {"start": 0, "middle": long // 2, "end": long}[shape.anchor]
            lines.setdefault(shape.y, []).append((left, left + long, shape.words))
    for row in lines.values():
        for (_, right, one), (left, _, two) in pairwise(sorted(row)):
            assert right <= left, (one, two)


def plain(drawing: Drawing, *kinds: str) -> list[Shape]:
    return [s for s in within(drawing.shapes) if getattr(s, "kind", "") in kinds]


def test_an_amount_that_was_taken_changes_its_own_text_alone() -> None:
    one = drawn(started(1, STEP_1), LESS)
    other = drawn(
        started(1, STEP_1), replace(LESS, amounts=(Amount("m1", "bedtime", DoseText("½")),))
    )
    assert to_svg(one).replace("¾", "½") == to_svg(other)


def test_the_planned_track_is_as_it_was_without_what_happened() -> None:
    version = course().version
    assert version is not None
    kinds = ("tl-plan", "tl-area")
    before = [s.corners for s in plain(planned_track(version, STEP_1), *kinds)]  # type: ignore[union-attr]  # outlines
    after = [s.corners for s in plain(both_tracks(version, Happened(), STEP_1), *kinds)]  # type: ignore[union-attr]  # outlines
    assert [[x for x, _ in one] for one in before] == [[x for x, _ in one] for one in after]


def test_the_full_table_has_a_row_for_everything_in_the_order_of_the_days() -> None:
    one = course(started(1, STEP_1), LESS, HOLD)
    rows = told_of(one, happened_of(one, today=STEP_3, **everything()))
    assert [row.on for row in rows] == sorted(row.on for row in rows)
    said = [(row.what, row.words) for row in rows]
    assert ("Step 1 started as written", "") in said
    assert ("Plan held", "Withdrawal is hard to bear") in said
    assert ("PEG", "Not recorded") in said
    assert ("Yoga", "attended 2 times") in said
    assert any("bedtime ¾" in words for _, words in said)


def test_a_timeline_needs_a_step() -> None:
    version = course().version
    assert version is not None
    with pytest.raises(ValueError, match="at least one step"):
        both_tracks(replace(version, steps=()), Happened(), STEP_1)
