"""The words of a plan for staff, by tables of cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.rules.plan_samples import (
    LIQUID,
    LIQUID_FIELDS,
    NEEDED_FIELDS,
    PATCH,
    PATCH_FIELDS,
    TABLET,
    WEEKLY_FIELDS,
    draft,
    medicine,
    two,
    usual,
    version,
)
from tracker import sentences
from tracker.doses import DoseText
from tracker.plans import Product


def plain(text: str) -> str:
    return text.replace(sentences.NBSP, " ")


def said(cells: dict[str, str], product: Product = TABLET, **fields: Any) -> str:
    made = version(draft({"m1": cells}, medicines=[medicine(**fields)]), products={"m1": product})
    (sentence,) = sentences.step_sentences(made, made.steps[0])
    return plain(sentence)


ALL_WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@pytest.mark.parametrize(
    ("product", "fields", "cells", "expected"),
    [
        (
            TABLET,
            {"uses": ["morning", "evening"]},
            {"morning": "2½", "evening": "1"},
            "oxyCODONE 5 mg tablet – 2½ (two and a half) tablets in the morning, none at noon, "
            "1 (one) tablet in the evening, none at bedtime.",
        ),
        (
            TABLET,
            {},
            {"morning": "0", "bedtime": "½"},
            "oxyCODONE 5 mg tablet – none in the morning, none at noon, none in the evening, "
            "½ (half) tablet at bedtime.",
        ),
        (
            LIQUID,
            {**LIQUID_FIELDS, "uses": ["noon"]},
            {"noon": "2.5"},
            "morphine 10 mg per 5 mL oral solution – none in the morning, "
            "2.5 (two point five) mL at noon, none in the evening, none at bedtime.",
        ),
        (
            PATCH,
            PATCH_FIELDS,
            {"each": "1", "every": "72"},
            "fentaNYL 12 mcg per hour patch – 1 (one) patch every 72 (seventy-two) hours.",
        ),
        (
            PATCH,
            {**PATCH_FIELDS, "every_unit": "days"},
            {"each": "2", "every": "1"},
            "fentaNYL 12 mcg per hour patch – 2 (two) patches every 1 (one) day.",
        ),
        (
            PATCH,
            PATCH_FIELDS,
            {"each": "0", "every": "72"},
            "fentaNYL 12 mcg per hour patch – none.",
        ),
        (
            PATCH,
            WEEKLY_FIELDS,
            {"monday": "1", "thursday": "2"},
            "fentaNYL 12 mcg per hour patch – 1 (one) patch on Monday in the morning, "
            "2 (two) patches on Thursday in the morning, none on other days.",
        ),
        (
            TABLET,
            NEEDED_FIELDS,
            {"each": "1", "gap": "6", "most": "3"},
            "oxyCODONE 5 mg tablet – only when needed for pain that breaks through: "
            "1 (one) tablet each time, no sooner than 6 (six) hours after the last, "
            "at most 3 (three) tablets in 24 hours.",
        ),
        (
            TABLET,
            NEEDED_FIELDS,
            {"each": "1", "gap": "6", "most": "0"},
            "oxyCODONE 5 mg tablet – none.",
        ),
    ],
)
def test_a_step_is_said_with_its_numbers_in_words(
    product: Product, fields: dict[str, Any], cells: dict[str, str], expected: str
) -> None:
    assert said(cells, product, **fields) == f"From Tue Dec 1, 2026: {expected}"


def test_a_whole_week_has_no_other_days() -> None:
    words = said(dict.fromkeys(ALL_WEEK, "1"), pattern="weekdays", uses=ALL_WEEK, at="bedtime")
    assert "other days" not in words
    assert words.count("1 (one) tablet on ") == len(ALL_WEEK)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1", "tablet"),
        ("½", "tablet"),
        ("¼", "tablet"),
        ("¾", "tablet"),
        ("1½", "tablets"),
        ("0.5", "tablets"),
        ("10", "tablets"),
        ("1,000", "tablets"),
    ],
)
def test_the_unit_word_follows_the_text(text: str, unit: str) -> None:
    assert sentences.unit_words(version(usual()).medicines[0], DoseText(text)) == unit


def test_number_and_unit_never_part() -> None:
    words = sentences.dose_words(version(usual()).medicines[0], DoseText("2"))
    assert words == f"2{sentences.NBSP}(two){sentences.NBSP}tablets"


@pytest.mark.parametrize(
    ("after", "note", "words"),
    [
        ("stop", "", "after step 2, stop"),
        ("stay", "", "after step 2, stay as in that step until reviewed"),
        (
            "stay",
            "at the spring visit",
            "after step 2, stay as in that step until reviewed (at the spring visit)",
        ),
        ("change", "buprenorphine film", "after step 2, changed to buprenorphine film"),
    ],
)
def test_what_follows_a_medicine_is_said(after: str, note: str, words: str) -> None:
    made = version(
        draft(two("2", "2"), two("1", "1"), medicines=[medicine(after=after, after_text=note)])
    )
    assert sentences.after_words(made.medicines[0]) == words
    assert sentences.review_tables(made)[0].after == words


def test_a_medicine_that_has_ended_is_still_said() -> None:
    cells = [{**two("1", "1"), "m2": {"noon": "2"}} for _ in range(2)]
    medicines = [medicine(through_step="1"), medicine("m2", uses=["noon"])]
    made = version(
        draft(*cells, medicines=medicines),
        products={"m1": TABLET, "m2": replace(TABLET, strength="10 mg")},
    )
    said_now = sentences.step_sentences(made, made.steps[1])
    assert [plain(one).partition(" tablet")[0] for one in said_now] == [
        "From Tue Dec 29, 2026: oxyCODONE 10 mg",
        "oxyCODONE 5 mg",
    ]
    assert said_now[1] == "oxyCODONE 5 mg tablet: after step 1, stop."


def test_a_review_table_has_each_typed_text_in_its_place() -> None:
    (table,) = sentences.review_tables(version(usual()))
    assert table.heading == "oxyCODONE 5 mg tablet – number of tablets"
    assert table.columns == ("morning", "bedtime")
    rows = [(r.step, r.starts, r.last_day, [c.text for c in r.cells]) for r in table.rows]
    assert rows == [
        (1, "Tue Dec 1, 2026", "Mon Dec 28, 2026", ["2", "1½"]),
        (2, "Tue Dec 29, 2026", "Mon Jan 25, 2027", ["1", "1"]),
        (3, "Tue Jan 26, 2027", "Mon Feb 22, 2027", ["0", "½"]),
    ]
    assert {cell.typed_in_version for row in table.rows for cell in row.cells} == {1}


@pytest.mark.parametrize(
    ("product", "fields", "cells", "heading", "columns"),
    [
        (
            PATCH,
            PATCH_FIELDS,
            {"each": "1", "every": "72"},
            "fentaNYL 12 mcg per hour patch – number of patches",
            ("amount each time", "every (hours)"),
        ),
        (
            TABLET,
            NEEDED_FIELDS,
            {"each": "1", "gap": "6", "most": "3"},
            "oxyCODONE 5 mg tablet – number of tablets",
            ("amount each time", "no sooner than (hours)", "most in 24 hours"),
        ),
        (
            LIQUID,
            LIQUID_FIELDS,
            {"morning": "5", "bedtime": "2.5"},
            "morphine 10 mg per 5 mL oral solution – amount in mL",
            ("morning", "bedtime"),
        ),
    ],
)
def test_a_review_table_is_headed_by_what_its_cells_hold(
    product: Product,
    fields: dict[str, Any],
    cells: dict[str, str],
    heading: str,
    columns: tuple[str, ...],
) -> None:
    made = version(draft({"m1": cells}, medicines=[medicine(**fields)]), products={"m1": product})
    (table,) = sentences.review_tables(made)
    assert (table.heading, table.columns) == (heading, columns)
    assert [cell.text for cell in table.rows[0].cells] == list(cells.values())


def test_an_open_last_step_lasts_until_reviewed() -> None:
    made = version(draft(two("1", "1"), target="lower", medicines=[medicine(after="stay")]))
    assert sentences.review_tables(made)[0].rows[0].last_day == "until reviewed"
