"""Which steps a line means, as typed in English and Spanish."""

from __future__ import annotations

import pytest

from tracker.drafts.typed import Unreadable, renumbered, steps_of


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        ("all", (1, 2, 3, 4)),
        ("Todos", (1, 2, 3, 4)),
        ("1, 3-4", (1, 3, 4)),
        ("2 to 3", (2, 3)),
        ("2 a 3", (2, 3)),
    ],
)
def test_steps_are_read(typed: str, steps: tuple[int, ...]) -> None:
    assert steps_of(typed, 4) == steps


@pytest.mark.parametrize("typed", ["", "todo", "algunos", "3 a 2", "a 3", "5"])
def test_other_words_are_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        steps_of(typed, 4)


@pytest.mark.parametrize("typed", ["all", "todos"])
def test_all_steps_stay_all_when_rows_move(typed: str) -> None:
    assert renumbered(typed, 4, lambda old: (old + 1,)) == typed
