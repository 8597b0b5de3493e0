"""What the record keeps in English, said again in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tracker.bilingual import ready
from tracker.languages import into, said, spoken
from tracker.retold import retold, retold_first


@pytest.fixture(autouse=True)
def in_spanish() -> Iterator[None]:
    ready("es")
    with spoken("es"):
        yield


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("Wed Dec 2, 2026", "mié 2 dic 2026"),
        ("phone", "teléfono"),
        ("Massage therapy", "Masaje terapéutico"),
        ("stopped on Tue Nov 10, 2026", "dejó el mar 10 nov 2026"),
        ("attended once, last on Thu Nov 5, 2026", "asistió una vez, la última el jue 5 nov 2026"),
        (
            "attended 3 times, last on Thu Nov 5, 2026",
            "asistió 3 veces, la última el jue 5 nov 2026",
        ),
        (
            "something in the way since Thu Nov 5, 2026: transport",
            "hay un impedimento desde el jue 5 nov 2026: transporte",
        ),
        ("Nurse, Front desk", "Enfermería, Recepción"),
        ("Yes, one or more, No", "Sí, una o más, No"),
        ("two tablets on Sunday", "two tablets on Sunday"),
        ("Slept on Thu Nov 5, 2026", "Slept on Thu Nov 5, 2026"),
        ("Nurse, and somebody else", "Nurse, and somebody else"),
    ],
)
def test_fixed_words_and_days_are_said_again_and_typed_ones_stay(kept: str, shown: str) -> None:
    assert into(retold(kept), "es") == shown
    assert str.__str__(retold(kept)) == kept  # the record's English is as it was
    with spoken("en"):
        assert type(retold(kept)) is str


@pytest.mark.parametrize(
    ("kept", "between", "shown"),
    [
        (
            "Withdrawal is hard to bear. Side effects",
            ". ",
            "La abstinencia es difícil de soportar. Side effects",
        ),
        ("Withdrawal is hard to bear", ". ", "La abstinencia es difícil de soportar"),
        ("She asked. Today", ". ", "She asked. Today"),
    ],
)
def test_only_the_chosen_beginning_is_said_again(kept: str, between: str, shown: str) -> None:
    assert into(retold_first(kept, between), "es") == shown
    with spoken("en"):
        assert retold_first(kept, between) == kept


def test_a_time_at_the_end_of_a_sentence_leaves_one_full_stop() -> None:
    at = said("{clock} PM", clock="2:30")
    whole = into(said("Last saved by {by_name}, {at}.", by_name="A. m..", at=at), "es")
    assert whole == "Guardado por última vez por A. m.., 2:30\u00a0p.\u00a0m."
