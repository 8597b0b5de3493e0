"""A draft's shape, its names in a form, its digest, and what is carried into a change."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.plan_samples import (
    LIQUID,
    LIQUID_FIELDS,
    NEEDED_FIELDS,
    PATCH,
    PATCH_FIELDS,
    PRODUCTS,
    TABLET,
    TODAY,
    WEEKLY_FIELDS,
    draft,
    medicine,
    problems,
    reading,
    two,
    usual,
    version,
)
from tracker import drafts, sentences
from tracker.drafts import Raw
from tracker.plans import Version


def test_a_form_names_its_fields_by_dotted_paths() -> None:
    raw = drafts.from_form(
        [
            ("goal", "  Walk the dog\r\nevery day "),
            ("medicines.0.key", "m1"),
            ("medicines.0.uses", "morning"),
            ("medicines.0.uses", "bedtime"),
            ("steps.3.start", "1/26/2027"),
            ("steps.0.start", "12/1/2026"),
            ("steps.0.cells.m1.morning", " 1½ "),
            ("steps.10.start", "2/23/2027"),
            ("rhythms.0.day", "3"),
            ("checklist.naloxone.on", "11/20/2026"),
            ("answers.higher-s1-0a.reason", "intended"),
        ]
    )
    assert raw["goal"] == "Walk the dog\nevery day"
    assert raw["medicines"][0]["uses"] == ["morning", "bedtime"]
    assert [row["start"] for row in raw["steps"]] == ["12/1/2026", "1/26/2027", "2/23/2027"]
    assert raw["steps"][0]["cells"] == {"m1": {"morning": "1½"}}
    assert raw["rhythms"][0]["day"] == "3"
    assert raw["checklist"]["naloxone"]["on"] == "11/20/2026"
    assert raw["answers"] == {"higher-s1-0a": {"reason": "intended", "text": ""}}


def test_a_part_of_a_form_keeps_the_other_sections() -> None:
    raw = drafts.from_form([("goal", "Sleep"), ("therapies", "")], usual())
    assert raw == usual() | {"goal": "Sleep", "therapies": []}


@pytest.mark.parametrize(
    "pairs",
    [
        [("", "x"), (".", "x"), ("..", "x"), ("a.b.c.d.e.f.g.h.i.j", "x")],
        [("goal.0.text", "x"), ("steps.-1.start", "x"), ("steps.x.start", "x")],
        [("steps.99999.start", "x"), ("steps.²\u0663.start", "x"), ("password", "x")],
        [("medicines.uses", "x"), ("checklist.naloxone", "x"), ("checklist.other.on", "x")],
        [("steps", "x"), ("used.steps", "x" * 9999), ("answers.a b.reason", "x")],
    ],
)
def test_junk_in_a_form_is_left_out(pairs: list[tuple[str, str]]) -> None:
    assert drafts.from_form(pairs) == drafts.blank()


def test_a_form_is_bounded() -> None:
    many = [(f"steps.{index}.start", "today") for index in range(5000)]
    raw = drafts.from_form([*many, ("goal", "x" * 60_000)])
    assert len(raw["steps"]) == 200
    assert len(raw["goal"]) == 50_000
    assert "at most 60" in problems(raw)["steps"]
    answers = [(f"answers.a{index}.text", "x") for index in range(30_000)]
    assert len(drafts.from_form(answers)["answers"]) == 400


def test_a_form_and_its_draft_are_inverse() -> None:
    raw = usual() | {"answers": {"higher-s1-0a": {"reason": "other", "text": "why"}}}
    assert drafts.from_form(drafts.to_form(raw)) == raw


def test_a_control_character_never_joins_two_digits() -> None:
    raw = drafts.from_form([("steps.0.cells.m1.noon", "2\x005")])
    assert raw["steps"][0]["cells"]["m1"]["noon"] == "2 5"


def test_rows_have_keys_of_their_own() -> None:
    raw = drafts.tidy({"steps": [{"key": "s2"}, {"key": "s2"}, {}, {"key": "../x"}, {"key": "s1"}]})
    assert [row["key"] for row in raw["steps"]] == ["s2", "s3", "s4", "s5", "s1"]
    assert raw["used"] == {"steps": "5", "medicines": ""}


def test_a_digest_is_of_the_texts_alone() -> None:
    raw = usual()
    turned = dict(reversed(list(copy.deepcopy(raw).items())))
    assert drafts.digest(raw) == drafts.digest(turned)
    assert re.fullmatch("[0-9a-f]{64}", drafts.digest(raw))
    turned["steps"][0]["cells"]["m1"]["morning"] = "20"
    assert drafts.digest(raw) != drafts.digest(turned)


# --- Whatever arrives -----------------------------------------------------------------------------

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=4)
)
names = st.one_of(
    st.sampled_from(
        ["steps", "medicines", "cells", "m1", "key", "start", "uses", "therapies", "rhythms"]
    ),
    st.sampled_from(["first_day", "every", "count", "answers", "checklist", "used", "pattern"]),
    st.text(max_size=5),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=6)),
    max_leaves=30,
)
texts = st.one_of(
    st.sampled_from(
        ["", "1", "0", "1½", "60", "61", "999", "all", "1-3", "today", "+14", "12/1/2026", "9" * 99]
    ),
    st.sampled_from(["times", "interval", "weekdays", "as_needed", "count", "stop", "stay", "m1"]),
    st.text(max_size=6),
)


@st.composite
def odd_drafts(draw: st.DrawFn) -> Raw:
    """A draft of the right shape with odd texts in some of its fields."""
    raw = draw(st.sampled_from([usual(), every_pattern(), drafts.blank()]))
    pairs = drafts.to_form(raw)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(pairs) - 1))
        pairs[place] = (pairs[place][0], draw(texts))
    return drafts.from_form(pairs)


def every_pattern() -> Raw:
    cells = {
        **two("2", "1½"),
        "m2": {"each": "1", "every": "72"},
        "m3": {"monday": "1", "thursday": "2"},
        "m4": {"each": "1", "gap": "6", "most": "3"},
        "m5": {"noon": "2.5"},
    }
    medicines = [
        medicine(),
        medicine("m2", **PATCH_FIELDS),
        medicine("m3", **WEEKLY_FIELDS),
        medicine("m4", **NEEDED_FIELDS),
        medicine("m5", **LIQUID_FIELDS, uses=["noon"]),
    ]
    return draft(cells, cells, medicines=medicines)


ALL_PRODUCTS = {"m1": TABLET, "m2": PATCH, "m3": PATCH, "m4": TABLET, "m5": LIQUID}


def use_everything(raw: Any) -> None:
    read = reading(raw, products=ALL_PRODUCTS)
    assert read.stops or read.version
    if read.version:
        sentences.review_tables(read.version)
        for step in read.version.steps:
            sentences.step_sentences(read.version, step)
    tidy = drafts.tidy(raw)
    assert drafts.tidy(tidy) == tidy
    drafts.digest(raw)
    for index in (-1, 0, 1):
        drafts.duplicate_row(raw, index, TODAY)
        drafts.remove_row(raw, index, TODAY)
        drafts.chain(raw, TODAY, after=index)
        drafts.remove_medicine(raw, index)
    drafts.lay_out(raw, TODAY)
    drafts.add_row(drafts.add_medicine(raw).raw, TODAY)
    drafts.settle(raw, TODAY)


@given(raw=anything)
@settings(max_examples=150, deadline=None)
def test_nothing_that_arrives_raises(raw: Any) -> None:
    use_everything(raw)


@given(raw=odd_drafts())
@settings(max_examples=150, deadline=None)
def test_no_text_in_any_field_raises(raw: Raw) -> None:
    use_everything(raw)


@given(pairs=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=5)), max_size=20))
def test_no_form_raises(pairs: list[tuple[str, str]]) -> None:
    raw = drafts.from_form(pairs)
    assert drafts.from_form(drafts.to_form(raw)) == raw


odd_doses = st.sampled_from(["17", "13½", "2.75", "1,009", "¾", "0", "0.003", "29", "31¼"])


@given(typed=st.lists(st.tuples(odd_doses, odd_doses), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_doses_come_out_as_typed_and_no_other_number_does(typed: list[tuple[str, str]]) -> None:
    made = version(draft(*[two(*pair) for pair in typed]))
    out = [
        tuple(cell.text.text for part in step.medicines for cell in part.cells)
        for step in made.steps
    ]
    assert out == typed
    for pair, step in zip(typed, made.steps, strict=True):
        (said,) = sentences.step_sentences(made, step)
        told = said.partition(" – ")[2].replace(sentences.NBSP, " ")
        assert re.findall(r"[0-9½¼¾][0-9.,½¼¾]*", told) == [text for text in pair if text != "0"]
    (table,) = sentences.review_tables(made)
    assert [tuple(cell.text for cell in row.cells) for row in table.rows] == typed


def test_a_refusal_shows_no_number_but_places_limits_and_dates() -> None:
    raw = draft(two("17.0", "13-19"), two(".29", "1009"))
    allowed = r"Step \d+|5 mg tablet|[Ff]rom 1,000|0 for none|0\.29|1,009|17\b"
    for sentence in problems(raw).values():
        left = re.sub(allowed, "", sentence)
        assert not re.search(r"\d", left), sentence


# --- The next version -----------------------------------------------------------------------------

WHEN = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
LATER = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)


def first() -> Version:
    made = reading(every_pattern(), products=ALL_PRODUCTS, by="Dr Amara", at=WHEN).version
    assert made is not None
    return replace(made, signed_on=TODAY)


def change(raw: Raw, old: Version, **changed: Any) -> Version:
    made = reading(
        raw, **{"products": ALL_PRODUCTS, "old": old, "by": "Dr Bell", "at": LATER, **changed}
    ).version
    assert made is not None
    return made


def typed_again(made: Version) -> list[tuple[int, str, str, str]]:
    return [
        (step.number, part.medicine, cell.slot, cell.typed_by)
        for step in made.steps
        for part in step.medicines
        for cell in part.cells
        if cell.typed_in_version == made.number
    ]


def test_a_change_starts_as_the_signed_version() -> None:
    raw = drafts.from_version(first())
    second = change(raw, first())
    assert second.number == 2
    assert typed_again(second) == []
    assert second.steps == first().steps
    assert second.medicines == first().medicines
    assert second.last_day == first().last_day
    assert "change_reason" in problems(raw, products=ALL_PRODUCTS, old=first())


def test_a_change_gives_back_the_choices_when_it_knows_them() -> None:
    read = reading(every_pattern(), products=ALL_PRODUCTS)
    read_again = drafts.from_version(first(), read.preparation)
    found = problems(read_again | {"change_reason": "Too fast"}, products=ALL_PRODUCTS, old=first())
    assert found == {}
    assert read_again["rhythms"] == every_pattern()["rhythms"]


def test_a_moved_date_carries_every_cell() -> None:
    raw = drafts.from_version(first())
    raw["steps"][1]["start"] = "1/5/2027"
    second = change(raw, first())
    assert second.steps[1].starts_on == date(2027, 1, 5)
    assert typed_again(second) == []
    origin = second.steps[1].medicines[0].cells[0]
    assert (origin.typed_by, origin.typed_at) == ("Dr Amara", WHEN)


def test_a_changed_cell_is_typed_and_the_others_are_carried() -> None:
    raw = drafts.from_version(first())
    raw["steps"][1]["cells"]["m1"]["morning"] = "1"
    assert typed_again(change(raw, first())) == [(2, "m1", "morning", "Dr Bell")]
    places = drafts.carried(first(), raw, ALL_PRODUCTS)
    assert ("s2", "m1", "morning") not in places
    assert places["s1", "m1", "morning"].typed_by == "Dr Amara"
    assert len(places) == 19


def test_a_cell_changed_back_in_a_third_version_is_typed_in_the_third() -> None:
    raw = drafts.from_version(first())
    raw["steps"][1]["cells"]["m1"]["morning"] = "1"
    second = replace(change(raw, first()), signed_on=date(2027, 1, 4))
    raw = drafts.from_version(second)
    third = change(raw, second)
    assert third.steps[1].medicines[0].cells[0].typed_in_version == 2
    raw["steps"][1]["cells"]["m1"]["morning"] = "2"
    assert [place[:3] for place in typed_again(change(raw, second))] == [(2, "m1", "morning")]


def test_the_same_text_of_another_product_or_unit_is_not_carried() -> None:
    raw = drafts.from_version(first())
    stronger = ALL_PRODUCTS | {"m1": replace(TABLET, strength="10 mg")}
    assert {place[1] for place in typed_again(change(raw, first(), products=stronger))} == {"m1"}
    raw["medicines"][4]["unit"] = "mg"
    assert {place[1] for place in typed_again(change(raw, first()))} == {"m5"}


def test_a_new_row_is_typed_even_where_an_old_key_is_free() -> None:
    raw = drafts.from_version(first(), spent=["s11", "s9"])
    raw = drafts.remove_row(raw, 1, TODAY).raw
    raw = drafts.add_row(raw, TODAY).raw
    assert [row["key"] for row in raw["steps"]] == ["s1", "s12"]


def test_therapies_and_check_ins_come_back_by_step() -> None:
    raw = draft(
        *[two("1", "1")] * 3,
        therapies=[
            {"id": "cbt", "steps": "1, 3", "note": ""},
            {"id": "physical-therapy", "steps": "all", "note": "Tuesdays"},
        ],
        rhythms=[{"mode": "phone", "day": "3", "again": "14", "steps": "all"}],
        new_medicines=[{"words": "naproxen", "directions": "as labeled", "until": "May"}],
        medicines=[medicine(from_step="2"), medicine("m2", through_step="2")],
    )
    products = {"m1": TABLET, "m2": TABLET}
    for row in raw["steps"]:
        row["cells"]["m2"] = {"morning": "1", "bedtime": "1"}
    old = version(raw, products=products)
    again = drafts.from_version(old)
    assert [(one["id"], one["steps"]) for one in again["therapies"]] == [
        ("cbt", "1, 3"),
        ("physical-therapy", "all"),
    ]
    assert [(one["day"], one["steps"]) for one in again["rhythms"]] == [("3", "all"), ("17", "all")]
    spans = [(one["from_step"], one["through_step"]) for one in again["medicines"]]
    assert spans == [("2", ""), ("", "2")]
    assert change(again, old, products=products).new_medicines == old.new_medicines


def test_an_open_version_comes_back_open() -> None:
    old = version(draft(two("1", "1"), target="lower", medicines=[medicine(after="stay")]))
    raw = drafts.from_version(old)
    assert raw["last_day"] == ""
    assert change(raw, old, products=PRODUCTS).last_day is None


@pytest.mark.parametrize(
    ("name", "value", "keys"),
    [
        ("line", "7", ("m1",)),
        ("measure", "amount", ("m1",)),
        ("unit", "capsule", ("m1",)),
        ("every_unit", "days", ()),  # laid aside, see below
        ("pattern", "as_needed", ()),
        ("purpose", "pain", ()),
        ("uses", ["noon"], ()),
    ],
)
def test_doses_of_another_product_or_unit_are_to_be_cleared(
    name: str, value: Any, keys: tuple[str, ...]
) -> None:
    after = usual()
    after["medicines"][0][name] = value
    after["medicines"].append({})
    assert drafts.doses_to_clear(usual(), after) == keys
    cleared = drafts.clear_doses(after, "m1")
    assert [row["cells"] for row in cleared["steps"]] == [{}, {}, {}]
