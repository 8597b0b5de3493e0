"""Any plan the builder allows prints: 1 to 60 steps, 1 to 6 medicines, every pattern."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handouts import sheets
from tests.handouts.page_1 import shown, typed
from tests.handouts.reading import Reading
from tests.handouts.test_large import blocks, expected
from tests.handouts.ua import problems
from tracker.handouts import PatientSheet, draw, from_json, phrases, printable, to_json
from tracker.handouts.frame import MARGIN, PAPERS
from tracker.plans import AfterLast, Pattern, Schedule, Slot, Version, Weekday

WHOLE = st.integers(1, 9999).map(str)
DOSE = st.one_of(
    st.just("0"),
    WHOLE,
    WHOLE.map(lambda text: f"{text}½"),
    st.just("999,999.125"),
    st.tuples(WHOLE, st.integers(1, 9)).map(lambda pair: f"{pair[0]}.{pair[1]}"),
)
SLOTS = [slot.value for slot in Slot]
DAYS = [day.value for day in Weekday]
SCHEDULES = st.one_of(
    st.sets(st.sampled_from(SLOTS), min_size=1).map(
        lambda uses: Schedule(Pattern.TIMES, tuple(s for s in SLOTS if s in uses))
    ),
    st.tuples(st.sets(st.sampled_from(DAYS), min_size=1), st.sampled_from(list(Slot))).map(
        lambda pair: Schedule(Pattern.WEEKDAYS, tuple(d for d in DAYS if d in pair[0]), at=pair[1])
    ),
    st.just(Schedule(Pattern.INTERVAL, (), every_unit="hours")),
    st.text("abc déß", max_size=30).map(
        lambda purpose: Schedule(Pattern.AS_NEEDED, (), purpose=purpose)
    ),
)
PRODUCTS = [
    *(sheets.OXY5, sheets.OXY10, sheets.MORPHINE_ER, sheets.PATCH, sheets.LIQUID, sheets.TRAMADOL)
]
INTERVALS = st.sampled_from(["2", "8", "24", "48", "72"])


def _slots(schedule: Schedule) -> dict[str, st.SearchStrategy[str]]:
    if schedule.pattern is Pattern.INTERVAL:
        return {"each": DOSE, "every": INTERVALS}
    if schedule.pattern is Pattern.AS_NEEDED:
        return {"each": DOSE, "gap": INTERVALS, "most": DOSE}
    return dict.fromkeys(schedule.uses, DOSE)


@st.composite
def plans(draw_one: Any, most: int = 60) -> Version:
    steps = draw_one(st.one_of(st.integers(1, 8), st.integers(1, most)))
    medicines, rows = [], [dict[str, dict[str, str]]() for _ in range(steps)]
    for number in range(1, draw_one(st.integers(1, 6)) + 1):
        schedule = draw_one(SCHEDULES)
        first = draw_one(st.integers(1, steps))
        last = draw_one(st.integers(first, steps))
        key = f"m{number}"
        medicines.append(
            sheets.medicine(
                key,
                draw_one(st.sampled_from(PRODUCTS)),
                schedule,
                last,
                from_step=first,
                after=draw_one(st.sampled_from(AfterLast)),
                after_text="the other one",
            )
        )
        texts = draw_one(st.fixed_dictionaries(_slots(schedule)))
        for step in range(first - 1, last):
            rows[step][key] = texts
    made = sheets.version(tuple(medicines), rows, every=draw_one(st.integers(1, 40)))
    if draw_one(st.booleans()):
        return replace(made, last_day=None)
    return made


WAYS = st.tuples(st.sampled_from(["en", "es"]), st.sampled_from(["letter", "a4"]))


def _sheet(made: Version, way: tuple[str, str], data: Any) -> PatientSheet:
    """The plan's sheet in one language on one paper, at any of its steps."""
    current = data.draw(st.one_of(st.none(), st.integers(1, len(made.steps))))
    sheet = sheets.sheet_of(made, paper=way[1], current_step=current)
    named = tuple(  # so that no two headings are alike
        replace(one, label_name=f"{one.label_name} {letter}")
        for one, letter in zip(sheet.medicines, "ABCDEF", strict=False)
    )
    diary = data.draw(st.booleans())
    return replace(sheet, medicines=named, language=way[0], drafts_allowed=True, diary=diary)


def _checked(sheet: PatientSheet, least: float) -> Reading:
    """Print a sheet, and hold what holds for every sheet: kept values, tags, sizes, margins."""
    assert [one for one in printable(sheet) if one.stops] == []
    assert from_json(to_json(sheet)) == sheet
    pdf = draw(sheet)
    assert problems(pdf) == []
    reading = Reading(pdf)
    wide, high = PAPERS[sheet.paper]
    for one in reading.shown:
        assert one.size >= least
        # A space ends each line but the last, so that copied words stay apart.
        assert one.x + one.width <= wide - MARGIN + least * 0.3
        assert MARGIN <= one.y <= high - MARGIN
    pages, all_steps = len(reading.sizes), phrases.load(sheet.language).text("all-steps")
    for page in range(pages):
        numbered = phrases.load(sheet.language).text(
            "page-of", page=str(page + 1), pages=str(pages)
        )
        assert numbered in reading.page_text(page)
    assert all_steps not in reading.page_text(0) and all_steps in " ".join(reading.texts())
    _page_1_says_what_was_typed(sheet, reading)
    return reading


def _page_1_says_what_was_typed(sheet: PatientSheet, reading: Reading) -> None:
    """Both steps, cell by cell, or a word beforehand about what page 1 has no room for."""
    found, wanted = shown(sheet, reading), typed(sheet)
    assert found.items() <= wanted.items()
    told = [one for one in printable(sheet) if one.where == "page 1"]
    assert found == wanted or any("amounts" in one.sentence for one in told)
    first = " ".join(reading.page_text(0).split())
    for phrase in ("danger-naloxone", "danger-today", "reach-pause", "reach-sleepy"):
        assert phrases.load(sheet.language).text(phrase) in first


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(made=plans(), way=WAYS, data=st.data())
def test_any_plan_prints_whole(made: Version, way: tuple[str, str], data: Any) -> None:
    sheet = _sheet(made, way, data)
    say = phrases.load(sheet.language)
    reading = _checked(sheet, 12)
    tables = [table for table in reading.tables() if table[0][0] == say.text("column-step")]
    lines = "|".join([*(say.text(slot) for slot in SLOTS), *(say.weekday(n) for n in range(7))])
    for medicine, table in zip(sheet.medicines, tables, strict=True):
        printed = [row[2:-1] for row in table[1:]]
        if table[0][2] == say.text("in-lines"):  # too long for a column each: each its own line
            told = rf"(?:{lines}): ?(.*?)(?= (?:{lines}):|$)"
            printed = [re.findall(told, row[0]) for row in printed]
        assert printed == expected(sheet, medicine)


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(made=plans(most=12), way=WAYS, data=st.data())
def test_any_plan_prints_whole_in_large_print(
    made: Version, way: tuple[str, str], data: Any
) -> None:
    sheet = replace(_sheet(made, way, data), size="large")
    reading = _checked(sheet, 18)
    rows = [row for medicine in sheet.medicines for row in expected(sheet, medicine)]
    assert blocks(reading, phrases.load(sheet.language).text("column-done")) == rows


TEXTS = st.text(
    st.one_of(
        st.sampled_from("aZ é<&>{}*½ мд אב عر कि ಸು አ\u200d\u200f\u202e\n\t0"),
        st.characters(max_codepoint=0x17F),
    ),
    max_size=60,
)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(name=TEXTS, goal=TEXTS, note=TEXTS)
def test_any_text_prints_or_is_refused_by_name(name: str, goal: str, note: str) -> None:
    sheet = sheets.sheet_of(sheets.one_medicine(2), patient=replace(sheets.MARIA, name=name))
    steps = tuple(replace(step, instruction=note) for step in sheet.steps)
    sheet = replace(sheet, goal=goal, steps=steps)
    if any(one.stops for one in printable(sheet)):
        return
    assert problems(draw(sheet)) == []
