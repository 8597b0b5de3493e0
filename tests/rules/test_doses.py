"""A dose is text: it has no order and no arithmetic, and three functions read its digits."""

from __future__ import annotations

import copy
import math
import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.doses import DoseText, is_more, lane_heights, why_not, words

# --- The type ------------------------------------------------------------------------------------

BINARY = [
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
    operator.matmul,
    divmod,
]
UNARY = [
    int,
    float,
    complex,
    bool,
    round,
    operator.index,
    operator.neg,
    operator.pos,
    operator.invert,
    abs,
    len,
    iter,
    math.trunc,
    math.floor,
    math.ceil,
    lambda dose: dose[0],
    lambda dose: "5" in dose,
    lambda dose: f"{dose:>5}",
    lambda dose: f"{dose:.2f}",
    lambda dose: [10, 20][dose],
    lambda dose: sum([dose]),
    lambda dose: max([dose, DoseText("6")]),
    lambda dose: sorted([dose, DoseText("6")]),
    lambda dose: not dose,
]


@pytest.mark.parametrize("operation", BINARY)
@pytest.mark.parametrize("other", [DoseText("2"), 2, 2.5, "2"])
def test_a_dose_has_no_order_and_no_arithmetic(
    operation: Callable[[Any, Any], object], other: object
) -> None:
    with pytest.raises(TypeError, match="never ordered, calculated or converted"):
        operation(DoseText("5"), other)
    if not isinstance(other, str):  # "2" % dose would be text formatting, which shows the text
        with pytest.raises(TypeError, match="never ordered, calculated or converted"):
            operation(other, DoseText("5"))


@pytest.mark.parametrize("operation", UNARY)
def test_a_dose_converts_to_nothing(operation: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match="never ordered, calculated or converted"):
        operation(DoseText("5"))


@pytest.mark.parametrize("value", [5, 2.5, None, b"5", True])
def test_only_text_becomes_a_dose(value: Any) -> None:
    with pytest.raises(TypeError, match="A dose is text"):
        DoseText(value)


def test_a_dose_is_its_text() -> None:
    dose = DoseText("1½")
    assert str(dose) == f"{dose}" == dose.text == "1½"
    assert repr(dose) == "DoseText(text='1½')"
    assert dose == DoseText("1½")
    assert dose != DoseText("1.5")
    assert dose != str(dose)  # type: ignore[comparison-overlap]
    assert len({dose, DoseText("1½"), DoseText("2")}) == 2
    assert pickle.loads(pickle.dumps(dose)) == copy.deepcopy(dose) == dose
    with pytest.raises(AttributeError):
        dose.text = "2"  # type: ignore[misc]


@pytest.mark.parametrize(("text", "none"), [("0", True), ("", False), ("00", False), ("10", False)])
def test_none_is_a_typed_zero_and_nothing_else(text: str, none: bool) -> None:
    assert DoseText(text).is_none is none


# --- The three functions that read digits --------------------------------------------------------

ACCEPTED = {
    "0": "zero",
    "1": "one",
    "7": "seven",
    "10": "ten",
    "12": "twelve",
    "19": "nineteen",
    "20": "twenty",
    "21": "twenty-one",
    "100": "one hundred",
    "110": "one hundred ten",
    "115": "one hundred fifteen",
    "345": "three hundred forty-five",
    "1,000": "one thousand",
    "1,200": "one thousand two hundred",
    "1,250": "one thousand two hundred fifty",
    "10,017": "ten thousand seventeen",
    "999,999": "nine hundred ninety-nine thousand nine hundred ninety-nine",
    "1,000,001": "one million one",
    "0.5": "zero point five",
    "0.05": "zero point zero five",
    "2.5": "two point five",
    "12.25": "twelve point two five",
    "3.125": "three point one two five",
    "1,250.75": "one thousand two hundred fifty point seven five",
}
FRACTIONS = {
    "½": "half",
    "¼": "one quarter",
    "¾": "three quarters",
    "1½": "one and a half",
    "2¼": "two and a quarter",
    "21¾": "twenty-one and three quarters",
    "1,000½": "one thousand and a half",
}


@pytest.mark.parametrize(("text", "said"), [*ACCEPTED.items(), *FRACTIONS.items()])
def test_a_well_written_number_is_accepted_and_said_in_words(text: str, said: str) -> None:
    assert why_not(text, measure="count") is None
    assert words(DoseText(text)) == said


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("1", "0"),
        ("10", "9"),
        ("½", "¼"),
        ("¾", "½"),
        ("1", "¾"),
        ("1½", "1¼"),
        ("2", "1¾"),
        ("1,000", "999"),
        ("1,000.5", "1,000"),
        ("0.5", "0.45"),
        ("0.1", "0.09"),
        ("2½", "2.4"),
    ],
)
def test_the_one_comparison(more: str, less: str) -> None:
    assert is_more(DoseText(more), DoseText(less)) is True
    assert is_more(DoseText(less), DoseText(more)) is False
    assert is_more(DoseText(more), DoseText(more)) is False


def test_a_half_is_not_more_than_its_decimal() -> None:
    assert not is_more(DoseText("½"), DoseText("0.5"))
    assert not is_more(DoseText("0.5"), DoseText("½"))


@pytest.mark.parametrize(
    ("texts", "heights"),
    [
        ([], ()),
        (["0"], (0,)),
        (["0", "0"], (0, 0)),
        (["7"], (1000,)),
        (["3", "1½", "1", "0"], (1000, 500, 333, 0)),
        (["1", "¾", "½", "¼"], (1000, 750, 500, 250)),
        (["1,000", "1"], (1000, 1)),
        (["10,000", "1"], (1000, 1)),
        (["3", "2"], (1000, 667)),
    ],
)
def test_heights_are_thousandths_of_the_tallest(texts: list[str], heights: tuple[int, ...]) -> None:
    assert lane_heights([DoseText(text) for text in texts]) == heights
    assert all(type(height) is int for height in heights)


@pytest.mark.parametrize("text", ["", "5.0", "1-2", "1000", "two", "\u0665", "5\n"])
@pytest.mark.parametrize(
    "reader",
    [
        words,
        lambda dose: is_more(dose, DoseText("1")),
        lambda dose: is_more(DoseText("1"), dose),
        lambda dose: lane_heights([dose]),
    ],
)
def test_no_reader_guesses_at_a_refused_text(
    reader: Callable[[DoseText], object], text: str
) -> None:
    with pytest.raises(ValueError, match="not a dose that was accepted"):
        reader(DoseText(text))


@settings(max_examples=200, deadline=None)
@given(whole=st.integers(0, 999_999), decimals=st.integers(0, 999))
def test_numbers_read_back_as_they_are(whole: int, decimals: int) -> None:
    text = f"{whole:,}" + f".{decimals:03}".rstrip("0").rstrip(".")
    smaller = DoseText("0")
    assert why_not(text, measure="amount") is None
    assert is_more(DoseText(text), smaller) is (whole + decimals > 0)
    assert not is_more(smaller, DoseText(text))
    assert lane_heights([DoseText(text), DoseText("1,000,000")])[1] == 1000


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.sampled_from([*ACCEPTED, *FRACTIONS]), min_size=1, max_size=8))
def test_heights_follow_the_comparison(texts: list[str]) -> None:
    doses = [DoseText(text) for text in texts]
    heights = lane_heights(doses)
    for a, height_a in zip(doses, heights, strict=True):
        assert (height_a == 0) is a.is_none
        assert 0 <= height_a <= 1000
        for b, height_b in zip(doses, heights, strict=True):
            assert height_a >= height_b or not is_more(a, b)
