"""Small readings that several rooms of a draft share: a typed date, whole number, list of steps.

Every function gives the value, or raises `Unreadable` with the sentence to show.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from tracker import dates, doses
from tracker.languages import said
from tracker.plans import ranges

LONG = 2000  # characters in a note
SHORT = 200  # characters in a line that is printed in a table or a heading

_FAR = 10  # years either side of today; a date beyond them is a slip in the year


class Unreadable(ValueError):
    """Carry the plain sentence that says why a typed text cannot be read."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence to be shown beside the field."""
        super().__init__(sentence)
        self.sentence = sentence


def day_of(text: str, today: date) -> date:
    """Read a date, within ten years of today. Raises Unreadable."""
    try:
        day = dates.read_date(text, today=today)
    except dates.NotADate as refused:
        raise Unreadable(refused.sentence) from None
    if abs(day.year - today.year) > _FAR:
        raise Unreadable(said("{day} is far from today. Check the year.", day=dates.screen(day)))
    return day


def day_or_none(text: str, today: date) -> date | None:
    """Read a date, or give None for a text that is none."""
    try:
        return day_of(text, today)
    except Unreadable:
        return None


def typed_day(day: date) -> str:
    """Write a date as people type it, with its year: "12/1/2026"."""
    return f"{day.month}/{day.day}/{day.year}"


def days_of(text: str) -> int:
    """Read a number of days, 1 to 999. Raises Unreadable."""
    if (refused := doses.why_not_interval(text)) is not None:
        raise Unreadable(refused)
    return int(text)


def count_of(text: str, most: int, noun: str) -> int:
    """Read a whole number from 1 to `most`. Raises Unreadable, naming what is counted."""
    if not re.fullmatch("[1-9][0-9]{0,4}", text):
        raise Unreadable(
            said(
                "Type the number of {noun} as a whole number, from 1 to {most}.",
                noun=noun,
                most=most,
            )
        )
    if int(text) > most:
        raise Unreadable(said("A plan has at most {most} {noun}.", most=most, noun=noun))
    return int(text)


_ALL = frozenset({"all", "todos"})
_SPAN = re.compile("([1-9][0-9]{0,4})(?: ?(?:-|–|to|a) ?([1-9][0-9]{0,4}))?")


def steps_of(text: str, count: int) -> tuple[int, ...]:
    """Read which steps are meant: "all", or numbers and spans such as "1, 3-5".

    The Spanish words are read on any page too: "todos", "3 a 5". `count` is how many steps
    there are. Raises Unreadable for anything else, a span that runs backward, or a step that
    does not exist.
    """
    told = " ".join(text.split()).casefold()
    if told in _ALL:
        return tuple(range(1, count + 1))
    if not told:
        raise Unreadable(said("Type which steps: all, or numbers as in 1, 3-5."))
    named: set[int] = set()
    for part in told.rstrip(",").split(","):
        named.update(_span(part.strip(), count))
    return tuple(sorted(named))


def _span(part: str, count: int) -> range:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise Unreadable(said("Steps are typed as all, or as numbers such as 1, 3-5."))
    low, high = int(found[1]), int(found[2] or found[1])
    if low > high:
        raise Unreadable(
            said(
                "{low} to {high} runs backward. Type the smaller number first.", low=low, high=high
            )
        )
    if high > count:
        raise Unreadable(said("There is no step {number}.", number=high))
    return range(low, high + 1)


def renumbered(text: str, count: int, move: Callable[[int], tuple[int, ...]]) -> str:
    """Write a typed list of steps anew after rows have moved; "all" and the unreadable stay.

    `move` tells where the step with this number is now: nowhere, in one place, or in two.
    """
    if " ".join(text.split()).casefold() in _ALL:
        return text
    try:
        named = steps_of(text, count)
    except Unreadable:
        return text
    return ranges(new for old in named for new in move(old))
