"""Cells typed under a pattern that a medicine has no more: kept apart, moved whole, never read."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from tests.rules.plan_samples import reading, usual
from tests.rules.test_draft_forms import ALL_PRODUCTS, WHEN, every_pattern
from tracker import drafts
from tracker.drafts import Raw


def as_typed(raw: Raw, **changed: Any) -> Raw:
    """The draft as its form comes back with other choices for the first medicine."""
    raw = copy.deepcopy(raw)
    raw["medicines"][0] |= changed
    return drafts.from_form(drafts.to_form(raw))


def cells_of(raw: Raw) -> list[Any]:
    return [row["cells"].get("m1", {}) for row in raw["steps"]]


INTERVAL = {"pattern": "interval", "every_unit": "hours"}


@pytest.mark.parametrize(
    "between",
    [
        [{"pattern": "as_needed"}],
        [{"pattern": "weekdays", "at": "noon"}],
        [INTERVAL],
        [INTERVAL, {"every_unit": "days"}, {"pattern": "as_needed", "purpose": "pain"}],
        [{"pattern": ""}, INTERVAL, {"pattern": "?"}, {"pattern": "as_needed"}],
    ],
)
def test_doses_of_another_pattern_are_kept_apart_until_it_is_chosen_again(
    between: list[dict[str, Any]],
) -> None:
    raw = as_typed(usual())
    doses = cells_of(raw)
    assert all(cells for cells in doses)
    for changed in between:
        raw = as_typed(raw, **changed)
        assert raw == drafts.tidy(raw)
        if raw["medicines"][0]["pattern"] in ("as_needed", "weekdays", "interval"):
            assert cells_of(raw) == [{}, {}, {}]
    raw = as_typed(raw, pattern="times")
    assert cells_of(raw) == doses and raw["aside"] == {}


def test_the_same_cell_of_two_patterns_never_meets() -> None:
    raw = as_typed(as_typed(usual(), pattern="as_needed"))
    raw["steps"][0]["cells"]["m1"] = {"each": "3", "gap": "7", "most": "5"}
    raw = as_typed(as_typed(raw), **INTERVAL)
    assert cells_of(raw) == [{}, {}, {}]
    raw["steps"][0]["cells"]["m1"] = {"each": "9", "every": "48"}
    days = as_typed(raw, every_unit="days")
    assert cells_of(days) == [{}, {}, {}]
    assert cells_of(as_typed(days, every_unit="hours"))[0] == {"each": "9", "every": "48"}
    assert cells_of(as_typed(days, pattern="as_needed"))[0] == {
        "each": "3",
        "gap": "7",
        "most": "5",
    }


def test_an_interval_without_its_unit_keeps_what_is_typed_when_the_unit_is_chosen() -> None:
    raw = as_typed(usual(), pattern="interval")
    raw["steps"][0]["cells"]["m1"] = {"each": "9", "every": "48"}
    assert cells_of(as_typed(raw, every_unit="hours"))[0] == {"each": "9", "every": "48"}


def test_what_was_laid_aside_goes_with_its_step_and_its_medicine() -> None:
    raw = as_typed(usual(), pattern="as_needed")
    gone = drafts.remove_row(raw, 0, date(2026, 11, 23)).raw
    assert set(drafts.tidy(gone)["aside"]["m1"]["times"]) == {"s2", "s3"}
    assert drafts.tidy(drafts.remove_medicine(raw, 0).raw)["aside"] == {}
    assert drafts.clear_doses(raw, "m1")["aside"] == {}


def test_a_version_never_has_what_was_laid_aside() -> None:
    raw = as_typed(every_pattern(), pattern="as_needed", purpose="pain")
    for row in raw["steps"]:
        row["cells"]["m1"] = {"each": "7", "gap": "5", "most": "9"}
    made = reading(raw, products=ALL_PRODUCTS, by="Dr Amara", at=WHEN).version
    assert made is not None and {
        part.medicine: [str(cell.text) for cell in part.cells] for part in made.steps[0].medicines
    }["m1"] == ["7", "5", "9"]
    assert drafts.from_version(made)["aside"] == {}
