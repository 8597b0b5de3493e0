"""Which texts of a draft reach paper, and which translation stands for each."""

from __future__ import annotations

import pytest

from tracker import drafts
from tracker.drafts.translating import GOAL, read_translations

DRAFT = drafts.tidy(
    {
        "goal": "Walk",
        "psych": {"answer": "in_place", "text": "Sam"},
        "medicines": [
            {"pattern": "as_needed", "purpose": "bad pain", "after": "change", "after_text": "B"},
            {"pattern": "times", "purpose": "kept from before", "after": "", "after_text": "C"},
        ],
        "steps": [{"instruction": "Rest"}, {"instruction": ""}, {"instruction": "Rest"}],
        "therapies": [{"id": "own", "note": "Gym"}, {"id": "yoga", "note": ""}],
        "new_medicines": [{"words": "X", "directions": "1 a day", "starts": "May 1", "until": ""}],
        "translations": [
            {"of": "Rest", "text": "Descanse"},
            {"of": "Gone", "text": "Ya no"},
            {"of": "Walk", "text": ""},
        ],
    }
)


def test_every_text_is_listed_once_with_its_places() -> None:
    listed = drafts.free_texts(DRAFT, {"own": "Sauna"})
    assert {one.text: one.places for one in listed} == {
        "bad pain": ("medicine 1, needed for what",),
        "B": ("medicine 1, after the last step",),
        "Rest": ("step 1, words", "step 3, words"),
        "Sauna": ("therapy 1, name",),
        "Gym": ("therapy 1, where, when and with whom",),
        "Sam": ("psychological support",),
        "1 a day": ("the directions of new medicine 1",),
        "May 1": ("when to start new medicine 1",),
        "Walk": (GOAL,),
    }
    assert [one.translation for one in listed if one.text == "Rest"] == ["Descanse"]


def test_the_goal_alone_may_be_left_out() -> None:
    missing = {one.text for one in drafts.free_texts(DRAFT, {}) if one.is_missing}
    assert missing == {"bad pain", "B", "Gym", "Sam", "1 a day", "May 1"}


def test_a_goal_that_stands_elsewhere_as_well_is_missing() -> None:
    draft = drafts.tidy({"goal": "Rest", "steps": [{"instruction": "Rest"}]})
    assert [one.is_missing for one in drafts.free_texts(draft, {})] == [True]


def test_what_was_typed_for_words_that_are_gone_is_kept() -> None:
    over = drafts.left_over(DRAFT, drafts.free_texts(DRAFT, {}))
    assert [(one.of, one.text) for one in over] == [("Gone", "Ya no")]


def test_blank_translations_are_none() -> None:
    assert [one.of for one in read_translations(DRAFT)] == ["Rest", "Gone"]


@pytest.mark.parametrize("answer", ["", "paired", "declined", "not_now"])
def test_support_reaches_paper_only_where_it_is_in_place(answer: str) -> None:
    draft = drafts.tidy({"psych": {"answer": answer, "text": "Sam"}})
    assert drafts.free_texts(draft, {}) == ()
