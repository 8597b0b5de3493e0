"""Plan codes: random, readable over the phone, and unforgiving to a slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import cycle
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.codes import ALPHABET, LENGTH, new_code, read_code, shown


def in_turn(letters: str) -> Callable[[str], str]:
    supply = cycle(letters)
    return lambda _: next(supply)


SAMPLES = [new_code(Random(seed).choice) for seed in range(40)] + [
    new_code(in_turn(letter)) for letter in ALPHABET
]


def test_the_alphabet_has_nothing_that_is_misread() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 31  # prime: see the check character
    assert not set(ALPHABET) & set("0O1IL")


@pytest.mark.parametrize("code", SAMPLES)
def test_a_new_code_reads_back_however_it_is_typed(code: str) -> None:
    assert len(code) == LENGTH
    for typed in (
        code,
        code.lower(),
        shown(code),
        f" {code[:4]} {code[4:]} ",
        f"{code[:4]}\u2013{code[4:]}\n",
        "-".join(code),
    ):
        assert read_code(typed) == code


def test_a_code_is_shown_in_two_halves() -> None:
    assert shown("7F3K92QD") == "7F3K-92QD"


@pytest.mark.parametrize("code", SAMPLES[:20])
def test_every_single_wrong_character_is_caught(code: str) -> None:
    for place in range(LENGTH):
        for wrong in set(ALPHABET) - {code[place]}:
            assert read_code(code[:place] + wrong + code[place + 1 :]) is None


@pytest.mark.parametrize("code", SAMPLES)
def test_every_exchange_of_two_characters_is_caught(code: str) -> None:
    for a in range(LENGTH):
        for b in range(a + 1, LENGTH):
            exchanged = list(code)
            exchanged[a], exchanged[b] = exchanged[b], exchanged[a]
            if code[a] != code[b]:
                assert read_code("".join(exchanged)) is None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "2222",
        "222222222",
        "22222222 22222222",
        "7F3K-92Q0",
        "7F3K-92QO",
        "7F3K-92QI",
        "7F3K_92QD",
        "7F3K/92QD",
        "\uff17F3K92QD",
        "7F3K92Q\u00df",
        "7F3K92Q\u017f",
        "7F3K-92QD'--",
        "7" * 10_000,
        "-" * 20,
    ],
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_seven_characters_are_chosen_and_the_eighth_follows() -> None:
    asked: list[str] = []

    def choose(letters: str) -> str:
        asked.append(letters)
        return "7F3K92Q"[len(asked) - 1]

    assert new_code(choose) == "7F3K92QD"
    assert asked == [ALPHABET] * 7


def test_each_place_takes_each_character_about_equally_often() -> None:
    random = Random(20261123)
    codes = [new_code(random.choice) for _ in range(6_200)]
    assert len(set(codes)) == len(codes)
    for place in range(LENGTH):
        counted = Counter(code[place] for code in codes)
        assert set(counted) == set(ALPHABET)
        assert max(counted.values()) < 2 * min(counted.values())  # 200 of each expected


def test_the_check_character_takes_every_value() -> None:
    codes = {new_code(in_turn(f"222222{letter}")) for letter in ALPHABET}
    assert {code[-1] for code in codes} == set(ALPHABET)


def test_codes_from_the_systems_secrets_differ() -> None:
    assert len({new_code() for _ in range(100)}) == 100


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_code_or_none(typed: str) -> None:
    code = read_code(typed)
    assert code is None or read_code(shown(code)) == code
