"""The edits of a draft: dates follow from what was typed, doses never do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.plan_samples import TODAY, draft, medicine, problems, reading, two, usual, version
from tracker import drafts
from tracker.drafts import Edited, Raw


def starts(raw: Raw) -> list[str]:
    return [row["start"] for row in raw["steps"]]


def cells(raw: Raw) -> list[Any]:
    return [row["cells"] for row in raw["steps"]]


def laid(**changed: str) -> Edited:
    typed = {"first_day": "12/1/2026", "every": "28", "count": "3", **changed}
    return drafts.lay_out({**drafts.blank(), **typed}, TODAY)


def test_laying_out_fills_dates_and_leaves_doses_empty() -> None:
    raw = laid().raw
    assert starts(raw) == ["12/1/2026", "12/29/2026", "1/26/2027"]
    assert raw["last_day"] == "2/22/2027"
    assert cells(raw) == [{}, {}, {}]
    assert [row["key"] for row in raw["steps"]] == ["s1", "s2", "s3"]


def test_laying_out_keeps_what_is_typed_and_adds_rows() -> None:
    raw = drafts.lay_out({**usual(), "count": "5", "every": "14", "first_day": "dec 8"}, TODAY).raw
    assert cells(raw)[:3] == cells(usual())
    assert cells(raw)[3:] == [{}, {}]
    assert starts(raw)[:2] == ["12/8/2026", "12/22/2026"]
    assert raw["first_day"] == "12/8/2026"


def test_starts_typed_one_by_one_are_kept() -> None:
    raw = {**usual(), "start_mode": "typed"}
    raw["steps"][1]["start"] = "1/5/2027"
    raw["steps"][2]["start"] = ""
    assert starts(drafts.lay_out(raw, TODAY).raw) == ["12/1/2026", "1/5/2027", "1/26/2027"]


def test_laying_out_without_a_number_dates_the_rows_there_are() -> None:
    raw = drafts.lay_out({**usual(), "count": "", "every": "7"}, TODAY).raw
    assert starts(raw) == ["12/1/2026", "12/8/2026", "12/15/2026"]


def test_laying_out_drops_only_rows_with_nothing_typed() -> None:
    five = drafts.lay_out({**usual(), "count": "5"}, TODAY).raw
    assert len(drafts.lay_out({**five, "count": "3"}, TODAY).raw["steps"]) == 3
    refused = drafts.lay_out({**five, "count": "2"}, TODAY)
    assert "rows after step 2 have something typed" in refused.problems[0].sentence
    assert refused.raw == five | {"count": "2"}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"first_day": ""}, "first_day", "First day: This date is empty."),
        ({"first_day": "12/1/26"}, "first_day", "First day: "),
        ({"every": ""}, "every", "Days for each step: "),
        ({"every": "monthly"}, "every", "Days for each step: "),
        ({"count": ""}, "count", "Steps: Type the number of steps as a whole number"),
        ({"count": "61"}, "count", "Steps: A plan has at most 60 steps."),
        ({"count": "0"}, "count", "Steps: Type the number of steps"),
        ({"count": "²"}, "count", "Steps: Type the number of steps"),
    ],
)
def test_laying_out_says_what_it_cannot_read(
    typed: dict[str, str], field: str, sentence: str
) -> None:
    (problem,) = laid(**typed).problems
    assert problem.field == field
    assert problem.sentence.startswith(sentence)


def test_laying_out_sixty_one_rows_is_refused() -> None:
    raw = {**usual(), "count": "", "steps": [{} for _ in range(61)]}
    assert drafts.lay_out(raw, TODAY).problems[0].field == "steps"


def test_chaining_lays_out_the_later_rows_from_a_moved_one() -> None:
    raw = usual()
    raw["steps"][1]["start"] = "1/5/2027"
    chained = drafts.chain(raw, TODAY, after=1).raw
    assert starts(chained) == ["12/1/2026", "1/5/2027", "2/2/2027"]
    assert chained["last_day"] == "3/1/2027"
    assert cells(chained) == cells(usual())


@pytest.mark.parametrize(
    ("changed", "after", "fields"),
    [
        ({}, 3, ["steps"]),
        ({}, -1, ["steps"]),
        ({"every": "x"}, 0, ["every"]),
        ({"every": "", "steps": [{"start": "x"}]}, 0, ["steps.0.start", "every"]),
    ],
)
def test_chaining_says_what_it_cannot_read(
    changed: dict[str, Any], after: int, fields: list[str]
) -> None:
    edited = drafts.chain({**usual(), **changed}, TODAY, after=after)
    assert [problem.field for problem in edited.problems] == fields


def test_settling_writes_relative_dates_in_full() -> None:
    raw = usual() | {"first_day": "+7", "last_day": "soon"}
    raw["steps"][0]["start"] = "today"
    raw["checklist"]["mood"]["on"] = "nov 23 2026"
    settled = drafts.settle(raw, TODAY)
    assert settled["first_day"] == "12/1/2026"
    assert starts(settled)[0] == "11/24/2026"
    assert settled["checklist"]["mood"]["on"] == "11/23/2026"
    assert settled["last_day"] == "soon"
    assert drafts.settle(settled, TODAY + timedelta(days=9)) == settled


def test_a_first_row_starts_on_the_first_day() -> None:
    raw = drafts.add_row({**drafts.blank(), "first_day": "12/1/2026"}, TODAY).raw
    assert (starts(raw), cells(raw)) == (["12/1/2026"], [{}])


def test_a_row_added_starts_where_the_last_one_ends() -> None:
    raw = drafts.add_row(usual(), TODAY).raw
    assert starts(raw)[-1] == "2/23/2027"
    assert raw["last_day"] == "3/22/2027"
    assert cells(raw)[-1] == {}
    assert raw["steps"][-1]["key"] == "s4"


def test_a_row_added_without_dates_has_none() -> None:
    raw = usual() | {"last_day": "", "every": ""}
    assert starts(drafts.add_row(raw, TODAY).raw)[-1] == ""
    raw["every"] = "14"
    assert starts(drafts.add_row(raw, TODAY).raw)[-1] == "2/9/2027"


def pairable() -> Raw:
    raw = usual()
    raw["steps"][1]["instruction"] = "With food"
    raw["therapies"][0]["steps"] = "1, 3"
    raw["therapies"].append({"id": "cbt", "steps": "2-3", "note": ""})
    raw["rhythms"].append({"mode": "video", "day": "1", "steps": "soon", "again": "", "topics": []})
    raw["medicines"].append(medicine("m2", from_step="3", through_step="3"))
    raw["medicines"].append(medicine("m3", from_step="2", through_step="2"))
    return drafts.tidy(raw)


def test_a_duplicate_has_the_interval_pairing_and_instruction_but_no_dose() -> None:
    raw = drafts.duplicate_row(pairable(), 1, TODAY).raw
    assert starts(raw) == ["12/1/2026", "12/29/2026", "1/26/2027", "2/23/2027"]
    assert raw["last_day"] == "3/22/2027"
    assert cells(raw) == [cells(usual())[0], cells(usual())[1], {}, cells(usual())[2]]
    assert [row["instruction"] for row in raw["steps"]] == ["", "With food", "With food", ""]
    assert [row["key"] for row in raw["steps"]] == ["s1", "s2", "s4", "s3"]
    assert [one["steps"] for one in raw["therapies"]] == ["1, 4", "2-4"]
    assert [one["steps"] for one in raw["rhythms"]] == ["all", "soon"]
    spans = [(m["from_step"], m["through_step"]) for m in raw["medicines"]]
    assert spans == [("", ""), ("4", "4"), ("2", "3")]


def test_a_duplicate_among_typed_starts_waits_for_its_own() -> None:
    raw = {**pairable(), "start_mode": "typed"}
    edited = drafts.duplicate_row(raw, 0, TODAY).raw
    assert starts(edited) == ["12/1/2026", "", "12/29/2026", "1/26/2027"]
    assert edited["last_day"] == raw["last_day"]
    at_end = drafts.duplicate_row(raw, 2, TODAY).raw
    assert starts(at_end)[-1] == "2/23/2027"


def test_a_row_removed_takes_its_pairings_and_moves_the_rest_up() -> None:
    raw = drafts.remove_row(pairable(), 1, TODAY).raw
    assert starts(raw) == ["12/1/2026", "12/29/2026"]
    assert raw["last_day"] == "1/25/2027"
    assert cells(raw) == [cells(usual())[0], cells(usual())[2]]
    assert [one["steps"] for one in raw["therapies"]] == ["1-2", "2"]
    spans = [(m["from_step"], m["through_step"]) for m in raw["medicines"]]
    assert spans == [("", ""), ("2", "2"), ("2", "1")]


def test_a_row_removed_from_typed_starts_moves_nothing() -> None:
    raw = drafts.remove_row({**usual(), "start_mode": "typed"}, 0, TODAY).raw
    assert starts(raw) == ["12/29/2026", "1/26/2027"]


def test_the_key_of_a_removed_row_is_never_given_again() -> None:
    raw = drafts.remove_row(usual(), 2, TODAY).raw
    raw = drafts.add_row(raw, TODAY).raw
    assert [row["key"] for row in raw["steps"]] == ["s1", "s2", "s4"]


@pytest.mark.parametrize("index", [-1, 3])
@pytest.mark.parametrize("edit", [drafts.duplicate_row, drafts.remove_row])
def test_a_row_that_is_not_there_is_refused(edit: Any, index: int) -> None:
    edited = edit(usual(), index, TODAY)
    assert edited.raw == usual()
    assert "no such row" in edited.problems[0].sentence


def test_a_sixty_first_row_is_refused() -> None:
    raw = laid(count="60").raw
    for edited in (drafts.add_row(raw, TODAY), drafts.duplicate_row(raw, 0, TODAY)):
        assert edited.raw == raw
        assert edited.problems[0].sentence == "A plan has at most 60 steps."


def test_medicines_are_added_up_to_six_and_removed_with_their_cells() -> None:
    raw = usual()
    for _ in range(5):
        raw = drafts.add_medicine(raw).raw
    assert [one["key"] for one in raw["medicines"]] == ["m1", "m2", "m3", "m4", "m5", "m6"]
    refused = drafts.add_medicine(raw)
    assert refused.raw == raw and "at most 6" in refused.problems[0].sentence
    raw["steps"][0]["cells"]["m2"] = {"noon": "1"}
    raw = drafts.remove_medicine(raw, 0).raw
    assert cells(raw) == [{"m2": {"noon": "1"}}, {}, {}]
    assert drafts.add_medicine(raw).raw["medicines"][-1]["key"] == "m7"


@pytest.mark.parametrize("index", [-1, 1])
def test_a_medicine_that_is_not_there_is_refused(index: int) -> None:
    edited = drafts.remove_medicine(usual(), index)
    assert edited.raw == usual() and edited.problems[0].field == "medicines"


@given(
    first=st.dates(date(2026, 11, 24), date(2030, 1, 1)),
    every=st.integers(1, 35),
    count=st.integers(1, 60),
)
@settings(max_examples=60, deadline=None)
def test_dates_laid_out_are_the_dates_read(first: date, every: int, count: int) -> None:
    raw = draft(*[two("1", "1")] * count, first_day=first.isoformat(), every=str(every), rhythms=[])
    read = reading(raw | {"checkin_none_because": "Seen each week"})
    expected = [first + timedelta(days=every * step) for step in range(count)]
    assert read.problems == ()
    assert read.version is not None
    assert [step.starts_on for step in read.version.steps] == expected
    assert read.version.last_day == expected[-1] + timedelta(days=every - 1)


EDITS: list[Callable[[Raw, int], Raw]] = [
    lambda raw, _: drafts.add_row(raw, TODAY).raw,
    lambda raw, index: drafts.duplicate_row(raw, index, TODAY).raw,
    lambda raw, index: drafts.remove_row(raw, index, TODAY).raw,
    lambda raw, index: drafts.chain(raw, TODAY, after=index).raw,
    lambda raw, index: drafts.lay_out({**raw, "count": str(index + 1)}, TODAY).raw,
    lambda raw, _: drafts.settle(raw, TODAY),
]
doses = st.sampled_from(["17", "13½", "2.75", "1,009", "0", "¾", "not a dose", ""])
rows = st.lists(st.tuples(doses, doses), min_size=1, max_size=8)


@given(typed=rows, moves=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=12))
@settings(max_examples=120, deadline=None)
def test_no_edit_ever_makes_or_moves_a_dose(
    typed: list[tuple[str, str]], moves: list[tuple[int, int]]
) -> None:
    raw = draft(*[two(*pair) for pair in typed])
    original = {row["key"]: row["cells"] for row in raw["steps"]}
    for kind, index in moves:
        raw = EDITS[kind](raw, index)
    for row in raw["steps"]:
        assert row["cells"] == original.get(row["key"], {})


def test_an_untouched_copy_must_be_answered_before_signing() -> None:
    raw = drafts.duplicate_row(usual(), 0, TODAY).raw
    assert set(problems(raw)) == {"steps.1.cells.m1.morning", "steps.1.cells.m1.bedtime"}
    assert len(version(usual()).steps) == 3
