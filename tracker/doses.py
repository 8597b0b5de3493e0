"""Doses as the prescriber's words.

A dose is text, exactly as a person typed it into one cell. It has no order, no arithmetic and no
conversion. Three named functions, and no others in the project, may read its digits: the number in
words (`words`), the one comparison (`is_more`) and the height in a timeline lane (`lane_heights`).

What belongs here: the opaque type and those three functions. What does not: units, products,
patterns, and anything that would make a dose out of other doses. What a cell accepts is in
`dose_notation`, and named again here so that callers need one module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NoReturn

from tracker.dose_notation import PART, WRITTEN, why_not, why_not_interval
from tracker.number_words import NumberWords

__all__ = ["DoseText", "is_more", "lane_heights", "why_not", "why_not_interval", "words"]

_REFUSED = "A dose is the prescriber's words: it is never ordered, calculated or converted."


@dataclass(frozen=True, slots=True)
class DoseText:
    """Hold one dose exactly as it was typed.

    Equal and hashed by its text, and shown by `str`. Everything that would treat it as a number
    (order, arithmetic, `int`, `float`, `bool`, `round`, an index, a format specification) raises
    TypeError.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse anything but text, so that no number can slip in."""
        if not isinstance(self.text, str):
            raise TypeError("A dose is text. Pass what was typed, not a number.")

    def __str__(self) -> str:
        """Return the text as typed."""
        return self.text

    def __format__(self, spec: str) -> str:
        """Return the text as typed; refuse a format specification."""
        if spec:
            raise TypeError(_REFUSED)
        return self.text

    @property
    def is_none(self) -> bool:
        """Say whether the typed text is exactly "0": take none at this time."""
        return self.text == "0"


def _refuse(*_: object) -> NoReturn:
    raise TypeError(_REFUSED)


if not TYPE_CHECKING:
    # Hidden from the type checker on purpose: to mypy the operations do not exist, so misuse fails
    # before it runs; at run time each one fails with our sentence.
    for _name in (
        *("lt", "le", "gt", "ge", "bool", "int", "float", "complex", "index", "round", "trunc"),
        *("floor", "ceil", "neg", "pos", "abs", "invert", "len", "iter", "contains", "getitem"),
        *("add", "sub", "mul", "truediv", "floordiv", "mod", "divmod", "pow", "matmul"),
        *("radd", "rsub", "rmul", "rtruediv", "rfloordiv", "rmod", "rdivmod", "rpow", "rmatmul"),
    ):
        setattr(DoseText, f"__{_name}__", _refuse)
    del _name


_ONES = {
    "1": "one",
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
}
_TEENS = {
    "0": "ten",
    "1": "eleven",
    "2": "twelve",
    "3": "thirteen",
    "4": "fourteen",
    "5": "fifteen",
    "6": "sixteen",
    "7": "seventeen",
    "8": "eighteen",
    "9": "nineteen",
}
_TENS = {
    "2": "twenty",
    "3": "thirty",
    "4": "forty",
    "5": "fifty",
    "6": "sixty",
    "7": "seventy",
    "8": "eighty",
    "9": "ninety",
}
_SCALES = ("", " thousand", " million", " billion")
_SAIDPART = {"½": "half", "¼": "quarter", "¾": "three quarters"}


# READS DIGITS: 1 of 3.
def words(dose: DoseText) -> str:
    """Say the typed number in words, to stand beside the typed digits.

    "2½" gives "two and a half", "½" "half", "¼" "one quarter", "0.5" "zero point five", "1,200"
    "one thousand two hundred", "0" "zero". A page in Spanish says the words in Spanish. Raises
    ValueError for text that `why_not` refuses.
    """
    text = _written(dose)
    if text[-1] in PART:
        return NumberWords(_fraction_in_words(text[:-1], text[-1]))
    whole, _, decimals = text.partition(".")
    said = _whole_in_words(whole)
    if decimals:
        said += " point " + " ".join(_ONES.get(digit, "zero") for digit in decimals)
    return NumberWords(said)


# READS DIGITS: 2 of 3.
def is_more(a: DoseText, b: DoseText) -> bool:
    """Say whether `a` is more than `b`; the one comparison.

    The two must be typed in the same cell of two steps: same medicine, unit and time. Only yes or
    no leaves this function. Raises ValueError for text that `why_not` refuses.
    """
    return _value(a) > _value(b)


# READS DIGITS: 3 of 3.
def lane_heights(doses: Sequence[DoseText]) -> tuple[int, ...]:
    """Return heights in thousandths of the tallest dose in one lane.

    The lane stands on a true zero: "0" has height 0, and no dose above zero has less than 1. The
    heights mean nothing outside their lane. Raises ValueError for text that `why_not` refuses.
    """
    values = [_value(dose) for dose in doses]
    tallest = max(values, default=Fraction(0))
    if not tallest:
        return tuple(0 for _ in values)
    rounded = (int(1000 * value / tallest + Fraction(1, 2)) for value in values)
    return tuple(max(height, int(value > 0)) for height, value in zip(rounded, values, strict=True))


def _written(dose: DoseText) -> str:
    if not WRITTEN.fullmatch(dose.text):
        raise ValueError("This text is not a dose that was accepted in a cell.")
    return dose.text


def _value(dose: DoseText) -> Fraction:
    """Read the digits. For `is_more` and `lane_heights` alone; a test holds that."""
    text = _written(dose).replace(",", "")
    parts = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
    if text[-1] in parts:
        return Fraction(text[:-1] or "0") + parts[text[-1]]
    return Fraction(text)


def _fraction_in_words(whole: str, part: str) -> str:
    said = _SAIDPART[part]
    if not whole:
        return "one quarter" if part == "¼" else said
    article = "" if part == "¾" else "a "
    return f"{_whole_in_words(whole)} and {article}{said}"


def _whole_in_words(whole: str) -> str:
    groups = whole.split(",")
    said = [
        _group_in_words(group) + _SCALES[place]
        for place, group in zip(range(len(groups) - 1, -1, -1), groups, strict=True)
        if group.strip("0")
    ]
    return " ".join(said) or "zero"


def _group_in_words(group: str) -> str:
    hundreds, tens, ones = tuple(group.zfill(3))
    said = [f"{_ONES[hundreds]} hundred"] if hundreds != "0" else []
    if tens == "1":
        said.append(_TEENS[ones])
    else:
        below = [_TENS.get(tens, ""), _ONES.get(ones, "")]
        said.append("-".join(word for word in below if word))
    return " ".join(word for word in said if word)
