"""Reading a draft: what it becomes, and a sentence for everything that cannot be read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.rules.plan_samples import (
    LIQUID,
    LIQUID_FIELDS,
    NEEDED_FIELDS,
    PATCH,
    PATCH_FIELDS,
    TABLET,
    TODAY,
    WEEKLY_FIELDS,
    draft,
    medicine,
    problems,
    product,
    reading,
    two,
    usual,
    version,
    with_text,
)
from tracker import drafts
from tracker.plans import AfterLast, PairedTherapy, Product


def test_a_usual_draft_becomes_a_version() -> None:
    made = version(usual())
    assert (made.number, made.code, made.signed_on, made.signed_by) == (1, "", None, "")
    assert made.reason == "The patient asks for it"
    assert [step.starts_on.isoformat() for step in made.steps] == [
        "2026-12-01",
        "2026-12-29",
        "2027-01-26",
    ]
    assert made.last_day == date(2027, 2, 22)
    assert [step.key for step in made.steps] == ["s1", "s2", "s3"]
    assert made.medicines[0].after_last is AfterLast.STOP
    assert made.steps[0].therapies == (
        PairedTherapy("physical-therapy", "Physical therapy", "Tuesdays"),
    )
    assert [one.on.isoformat() for one in made.steps[1].checkins] == ["2026-12-31"]


def test_a_version_may_be_signed_only_when_nothing_stands_in_the_way() -> None:
    read = reading(usual())
    assert read.stops == () and read.signable is read.version is not None
    lacking = reading(with_text(usual(), "goal", ""))
    assert lacking.version is not None and lacking.signable is None
    rising = with_text(usual(), "steps.0.cells.m1.morning", "3")
    asked = reading(rising)
    assert asked.problems == () and asked.signable is None
    (stop,) = asked.stops
    assert stop.field == f"answers.{asked.questions[0].id}.reason"
    rising["answers"] = {asked.questions[0].id: {"reason": "intended", "text": ""}}
    assert reading(rising).signable is not None


@pytest.mark.parametrize(
    ("path", "value", "field", "sentence"),
    [
        # Dates
        ("steps.1.start", "", None, "Step 2, start: This date is empty."),
        ("steps.1.start", "31/31/2026", None, "Step 2, start: "),
        ("steps.1.start", "12/1/2026", None, "Step 2, start: step 1 starts on the same day"),
        ("steps.1.start", "11/30/2026", None, "Step 2, start: Mon Nov 30, 2026 is before step 1"),
        ("steps.0.start", "12/1/2062", None, "Check the year."),
        ("last_day", "1/25/2027", None, "Last day: Mon Jan 25, 2027 is before step 3 starts"),
        ("last_day", "soon", None, "Last day: "),
        ("last_day", "", None, "since oxyCODONE 5 mg tablet ends after step 3"),
        ("steps", [], None, "Steps: lay out the dates, or add a row."),
        # Doses: each names its cell in words
        (
            "steps.2.cells.m1.morning",
            "",
            None,
            "Step 3, morning, oxyCODONE 5 mg tablet: This cell is empty.",
        ),
        (
            "steps.0.cells.m1.bedtime",
            "5.0",
            None,
            "Step 1, bedtime, oxyCODONE 5 mg tablet: ",
        ),
        ("steps.0.cells.m1.bedtime", "1-2", None, "Step 1, bedtime, oxyCODONE 5 mg tablet: "),
        # Medicines
        ("medicines", [], None, "Medicines: add the medicine"),
        ("medicines.0.measure", "grams", None, "choose whether a dose is a count or an amount"),
        ("medicines.0.unit", "spoon", None, "choose what is counted: tablet, capsule"),
        ("medicines.0.pattern", "", None, "choose how its doses fall"),
        ("medicines.0.uses", [], None, "tick at least one time of day"),
        ("medicines.0.uses", ["monday"], None, "tick at least one time of day"),
        ("medicines.0.after", "", None, "choose what comes after its last step"),
        ("medicines.0.after", "change", "medicines.0.after_text", "type what it is changed to"),
        ("medicines.0.from_step", "4", None, '"from" names step 4, and the plan has no such step'),
        ("medicines.0.through_step", "4", None, '"through" names step 4'),
        ("medicines.0.through_step", "0", None, 'type the "through" step as a number'),
        ("medicines.0.from_step", "first", None, 'type the "from" step as a number'),
        ("medicines.0.from_step", "²", None, 'type the "from" step as a number'),
        # Pairings
        ("therapies.0.id", "leeches", None, "Therapy 1: choose a therapy from the list."),
        ("therapies.0.steps", "", None, "Therapy 1, Physical therapy: Type which steps"),
        ("therapies.0.steps", "1, 4", None, "Therapy 1, Physical therapy: There is no step 4."),
        ("therapies.0.steps", "3-1", None, "3 to 1 runs backward"),
        ("therapies.0.steps", "most", None, "Steps are typed as all, or as numbers"),
        ("therapies.0.steps", "1,,2", None, "Steps are typed as all, or as numbers"),
        ("rhythms.0.mode", "fax", None, "Check-in 1: choose phone, video or in person."),
        ("rhythms.0.topics", ["gossip"], None, "Check-in 1: choose topics from the list."),
        ("rhythms.0.day", "", None, "Check-in 1, day: This cell is empty."),
        ("rhythms.0.day", "0", None, "Check-in 1, day: "),
        ("rhythms.0.day", "29", None, "Check-in 1: day 29 is after the last day of steps 1-3."),
        ("rhythms.0.again", "often", None, "Check-in 1, again: "),
        ("rhythms.0.steps", "2-9", None, "Check-in 1: There is no step 9."),
        # New medicines
        ("new_medicines", [{"words": "naproxen"}], "new_medicines.0.directions", "directions"),
        ("new_medicines", [{"until": "May"}], "new_medicines.0.words", "type the medicine"),
        # Checklist
        ("checklist.mood.on", "11/25/2026", None, "this day is still to come"),
        ("checklist.mood.on", "lately", None, "Mood and suicide risk assessed: "),
        ("checklist.mood.answer", "", None, "choose done, not done or not applicable"),
        ("psych.answer", "paired", None, None),
    ],
)
def test_every_slip_has_its_field_and_its_sentence(
    path: str, value: Any, field: str | None, sentence: str | None
) -> None:
    found = problems(with_text(usual(), path, value), psychological={"physical-therapy"})
    if sentence is None:
        assert found == {}
    else:
        assert sentence in found[field or path]


@pytest.mark.parametrize(
    ("product_used", "fields", "cells", "field", "sentence"),
    [
        (PATCH, {**PATCH_FIELDS, "every_unit": ""}, {}, "medicines.0.every_unit", "hours or days"),
        (TABLET, {**NEEDED_FIELDS, "purpose": ""}, {}, "medicines.0.purpose", "needed for"),
        (PATCH, {**WEEKLY_FIELDS, "at": "dawn"}, {}, "medicines.0.at", "time of day"),
        (PATCH, {**WEEKLY_FIELDS, "uses": ["noon"]}, {}, "medicines.0.uses", "one weekday"),
        (LIQUID, {"unit": ""}, {}, "medicines.0.unit", "a liquid is measured"),
        (LIQUID, {**LIQUID_FIELDS, "unit": "U"}, {}, "medicines.0.unit", "mL, mg or mcg"),
        (
            PATCH,
            PATCH_FIELDS,
            {"each": "1", "every": "72 h"},
            "steps.0.cells.m1.every",
            "Step 1, every, fentaNYL 12 mcg per hour patch: ",
        ),
        (
            PATCH,
            PATCH_FIELDS,
            {"each": "½", "every": "72"},
            "steps.0.cells.m1.each",
            "whole units only",
        ),
        (
            TABLET,
            NEEDED_FIELDS,
            {"each": "1", "gap": "06", "most": "3"},
            "steps.0.cells.m1.gap",
            "Step 1, no sooner than, oxyCODONE 5 mg tablet: ",
        ),
        (
            TABLET,
            NEEDED_FIELDS,
            {"each": "1", "gap": "6", "most": ""},
            "steps.0.cells.m1.most",
            "Step 1, most in 24 hours, oxyCODONE 5 mg tablet: ",
        ),
        (
            PATCH,
            WEEKLY_FIELDS,
            {"monday": "1"},
            "steps.0.cells.m1.thursday",
            "Step 1, Thursday, fentaNYL 12 mcg per hour patch: ",
        ),
        (
            LIQUID,
            {**LIQUID_FIELDS, "uses": ["noon"]},
            {"noon": "2½"},
            "steps.0.cells.m1.noon",
            "decimal",
        ),
    ],
)
def test_every_pattern_has_its_own_cells_and_refusals(
    product_used: Product, fields: dict[str, Any], cells: dict[str, str], field: str, sentence: str
) -> None:
    raw = draft({"m1": cells}, medicines=[medicine(**fields)])
    assert sentence in problems(raw, products={"m1": product_used})[field]


@pytest.mark.parametrize(
    ("fields", "product_used", "unit"),
    [
        ({"unit": ""}, TABLET, ("tablet", "tablets")),
        ({"unit": "tablets"}, TABLET, ("tablet", "tablets")),
        ({"unit": ""}, product(form="extended-release capsule"), ("capsule", "capsules")),
        ({"unit": ""}, product(form="troche"), ("troche", "troches")),
        ({"unit": "troche"}, product(form="troche"), ("troche", "troches")),
        ({**LIQUID_FIELDS, "unit": "mg"}, LIQUID, ("mg", "mg")),
    ],
)
def test_a_unit_has_its_two_forms(
    fields: dict[str, str], product_used: Product, unit: tuple[str, str]
) -> None:
    made = version(
        draft(two("1", "1"), medicines=[medicine(**fields)]), products={"m1": product_used}
    )
    assert (made.medicines[0].unit, made.medicines[0].unit_plural) == unit


def test_a_medicine_needs_its_product() -> None:
    assert problems(usual(), products={})["medicines.0.line"] == "Medicine 1: choose the product."


def test_seven_medicines_are_too_many() -> None:
    keys = [f"m{number}" for number in range(1, 8)]
    cells = {key: {"noon": "1"} for key in keys}
    raw = draft(cells, medicines=[medicine(key, uses=["noon"]) for key in keys])
    products = dict.fromkeys(keys, TABLET)
    assert "at most 6" in problems(raw, products=products)["medicines"]


def test_sixty_steps_are_read_and_sixty_one_refused() -> None:
    sixty = [{"cells": two("1", "1")} for _ in range(60)]
    raw = drafts.lay_out({**draft(two("1", "1")), "steps": sixty, "count": ""}, TODAY).raw
    raw["every"] = "7"
    raw = drafts.chain(raw, TODAY).raw
    assert len(version(raw).steps) == 60
    one_more = {"start": "1/1/2031", "cells": two("1", "1")}
    raw = {**raw, "steps": [*raw["steps"], one_more], "last_day": "2/1/2031"}
    assert problems(raw)["steps"] == "Steps: a plan has at most 60. Remove rows."


def test_a_step_without_a_medicine_is_refused() -> None:
    raw = with_text(usual(), "medicines.0.through_step", "2")
    assert "Step 3: no medicine is in use" in problems(raw)["steps.2.start"]


def test_from_after_through_runs_backward() -> None:
    raw = with_text(usual(), "medicines.0.from_step", "3")
    raw = with_text(raw, "medicines.0.through_step", "2")
    assert "runs backward" in problems(raw)["medicines.0.through_step"]


def test_a_blank_last_day_is_asked_for_only_where_something_ends() -> None:
    raw = with_text(usual(), "last_day", "")
    assert "last_day" in problems(raw)
    assert "last_day" not in problems(with_text(raw, "medicines.0.through_step", "2"))


def test_a_plan_that_stays_has_no_last_day() -> None:
    made = version(with_text(usual(), "medicines.0.after", "stay"))
    assert made.last_day is None


def test_dates_are_checked_against_every_row_above() -> None:
    raw = with_text(usual(), "steps.1.start", "never")
    raw = with_text(raw, "steps.2.start", "11/1/2026")
    assert "before step 1" in problems(raw)["steps.2.start"]


@pytest.mark.parametrize(
    "path",
    [
        "goal",
        "agreed",
        "reason_text",
        "target_text",
        "change_reason",
        "checklist.pdmp.why",
        "medicines.0.purpose",
        "medicines.0.after_text",
        "steps.1.instruction",
        "therapies.0.note",
        "therapy_none_because",
        "psych.text",
        "checkin_none_because",
        "new_medicines.0.words",
        "new_medicines.0.directions",
        "new_medicines.0.starts",
        "new_medicines.0.until",
        "answers.higher-s1-0.text",
    ],
)
def test_a_note_of_ten_thousand_characters_is_refused_and_kept(path: str) -> None:
    raw = with_text(usual(), "new_medicines", [{"words": "naproxen", "directions": "as labeled"}])
    raw["answers"] = {"higher-s1-0": {"reason": "other", "text": ""}}
    raw = with_text(drafts.tidy(raw), path, "x" * 10_000)
    assert "characters. Make it shorter." in problems(raw)[path]
    assert ("x" * 10_000) in dict(drafts.to_form(drafts.tidy(raw))).values()


def test_a_note_of_two_thousand_characters_is_taken() -> None:
    assert problems(with_text(usual(), "goal", "x" * 2000)) == {}


def test_problems_come_in_the_order_of_the_form() -> None:
    raw = usual()
    for path, text in [
        ("rhythms.0.day", "x"),
        ("steps.2.cells.m1.morning", "x"),
        ("steps.1.start", "x"),
        ("medicines.0.unit", "x"),
        ("goal", ""),
    ]:
        raw = with_text(raw, path, text)
    assert list(problems(raw)) == [
        "goal",
        "medicines.0.unit",
        "steps.1.start",
        "rhythms.0.day",
    ]


@pytest.mark.parametrize(
    ("reason", "text", "words"),
    [
        ("risk", "", "The risks have become greater than the benefits"),
        ("risk", "falls", "The risks have become greater than the benefits: falls"),
        ("other", "moving away", "moving away"),
    ],
)
def test_the_reason_is_said_in_words(reason: str, text: str, words: str) -> None:
    assert version(usual() | {"reason": reason, "reason_text": text}).reason == words


def test_cells_that_ticks_leave_out_are_not_read() -> None:
    raw = with_text(usual(), "steps.0.cells.m1.noon", "not a dose")
    raw["steps"][0]["cells"]["m9"] = {"noon": "7"}
    assert [cell.slot for cell in version(raw).steps[0].medicines[0].cells] == [
        "morning",
        "bedtime",
    ]


def test_dates_are_echoed_while_the_rest_is_wrong() -> None:
    read = reading(with_text(usual(), "steps.1.start", "soon"))
    assert read.version is None
    assert read.dates.starts == (date(2026, 12, 1), None, date(2027, 1, 26))
    assert read.dates.last_days == (None, date(2027, 1, 25), date(2027, 2, 22))


def test_an_empty_draft_says_what_to_do_first() -> None:
    found = problems(drafts.blank())
    assert found["steps"] == "Steps: lay out the dates, or add a row."
    assert found["medicines"] == "Medicines: add the medicine that this plan changes."
