"""Instruments as values, and their scores by the published rule.

A score is the mean or the sum of whole numbers a person chose; the items stand beside it wherever
it is shown. A scale with an unanswered item has no total (clinical content of the catalogue).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.languages import joined, said

NOT_ASKED = "not_asked"
Answers = Mapping[str, Sequence[str]]  # by question id; "" and () are unanswered


class Kind(StrEnum):
    """What a question is answered with."""

    CHOICE = "choice"  # one of the choices
    WHOLE = "whole"  # a whole number, from `low` to `high`
    SIGNS = "signs"  # any of the choices
    TEXT = "text"


class Method(StrEnum):
    """How a total comes about."""

    MEAN = "mean"
    SUM = "sum"
    NONE = ""


# Scales that were published and validated: asked in those words, in no free translation.
PUBLISHED = frozenset({"peg", "cows", "phq-2", "phq-9", "gad-2", "gad-7"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer; its value is for ever, its words may change with a version."""

    value: str
    words: str
    more: bool  # opens the questions marked `more`


@dataclass(frozen=True, slots=True)
class Question:
    """One question of an instrument, as it is asked."""

    id: str  # "peg.pain"
    ask: str
    kind: Kind
    choices: tuple[Choice, ...]
    low: int
    high: int
    low_words: str
    high_words: str
    hint: str
    more: bool  # shown when a choice with `more` was picked
    scored: bool
    loinc: str  # only where verified

    def words_of(self, values: Sequence[str]) -> str:
        """Say an answer as the page shows it; "" for none."""
        if list(values) == [NOT_ASKED]:
            return said("Not asked")
        if self.kind in (Kind.TEXT, Kind.WHOLE):
            return "".join(values)
        return joined(", ", [choice.words for choice in self.choices if choice.value in values])


@dataclass(frozen=True, slots=True)
class Band:
    """A published label of totals from `low` to `high`; help text, nothing acts on it."""

    low: int
    high: int
    words: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A scale, or a set of own questions without a total."""

    id: str
    version: int
    words: str
    method: Method
    modes: tuple[str, ...]  # ways of contact it can be used in; () for all
    alone: bool  # asked of the patient alone, never of a proxy
    continues: str  # the shorter scale whose questions come first and count too
    cut: int | None  # the published total from which it is positive
    credit: str
    note: str
    loinc: str
    total_loinc: str
    bands: tuple[Band, ...]
    questions: tuple[Question, ...]

    def fits(self, mode: str) -> bool:
        """Tell whether it can be used in a contact by this mode."""
        return not self.modes or mode in self.modes


@dataclass(frozen=True, slots=True)
class Score:
    """A total beside how much was answered; "" while an item is not answered."""

    instrument: str
    version: int
    total: str
    answered: int
    items: int
    positive: bool | None  # by the published cut; None without a total or a cut
    band: str  # the published label of this total, "" where there is none

    @property
    def complete(self) -> bool:
        """Tell whether every item was answered."""
        return self.answered == self.items


def items_of(instrument: Instrument, others: Mapping[str, Instrument]) -> tuple[Question, ...]:
    """Give the questions that count for the total, those of the shorter scale first."""
    before = others[instrument.continues].questions if instrument.continues else ()
    return tuple(one for one in (*before, *instrument.questions) if one.scored)


def score(
    instrument: Instrument, answers: Answers, others: Mapping[str, Instrument]
) -> Score | None:
    """Score an instrument by its published rule; None where nothing of its own was answered.

    Answers are whole numbers as text. Raises ValueError for any other answer of an item.
    """
    if instrument.method is Method.NONE:
        return None
    own = [one for one in instrument.questions if one.scored]
    if not any(_number(one, answers) is not None for one in own):
        return None
    items = items_of(instrument, others)
    numbers = [n for n in (_number(one, answers) for one in items) if n is not None]
    complete = len(numbers) == len(items)
    total = _total(instrument.method, numbers) if complete else ""
    return Score(
        instrument=instrument.id,
        version=instrument.version,
        total=total,
        answered=len(numbers),
        items=len(items),
        positive=sum(numbers) >= instrument.cut if complete and instrument.cut else None,
        band=_band(instrument.bands, sum(numbers)) if complete else "",
    )


def _number(question: Question, answers: Answers) -> int | None:
    """Give the number of one item, or None where it was not answered or not asked."""
    values = [value for value in answers.get(question.id, ()) if value]
    if not values or values == [NOT_ASKED]:
        return None
    if question.kind is Kind.CHOICE:
        allowed = {choice.value for choice in question.choices}
    else:
        allowed = {str(n) for n in range(question.low, question.high + 1)}
    if len(values) != 1 or values[0] not in allowed:
        raise ValueError(f"{question.id} cannot be answered with {values}")
    return int(values[0])


def _total(method: Method, numbers: Sequence[int]) -> str:
    """Give the sum, or the mean to one decimal, halves up."""
    if method is Method.SUM:
        return str(sum(numbers))
    tenths = (20 * sum(numbers) + len(numbers)) // (2 * len(numbers))
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def _band(bands: Sequence[Band], total: int) -> str:
    return next((band.words for band in bands if band.low <= total <= band.high), "")
