"""Plans that the timeline's tests draw, and ways to look into a drawing. No test is here."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

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
from tracker.timeline import Drawing, Group, Line, Outline, Shape, Text, to_svg

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
