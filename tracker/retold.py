"""What the record keeps in fixed English words, said again in the language of whoever reads.

The record and its history stay English. Where a page shows a word of a fixed list, a day, or the
few sentences that acts put together from them, it is said again; what a person typed stays as it
is, and so does whatever is not known word for word. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from tracker import dates
from tracker.languages import ENGLISH, forms_of, joined, said, small, speaking

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [0-9]{1,2}, [0-9]{4}"
_ON = re.compile(rf"(.+) on ({_DAY})")
_SINCE = re.compile(rf"(.+) since ({_DAY})(?:: (.+))?")
_ATTENDED = re.compile(rf"attended (once|([0-9]+) times), last on ({_DAY})")


def retold(text: str) -> str:
    """Say a kept text again: a fixed word, a day, or words with a day; any other as it is."""
    if speaking() == ENGLISH:
        return text
    if whole := _known(text):
        return whole
    if found := _ATTENDED.fullmatch(text):
        day = _day(found[3])
        if found[2] is None:
            return said("attended once, last on {day}", day=day)
        return said("attended {times} times, last on {day}", times=found[2], day=day)
    if (found := _ON.fullmatch(text)) and (words := _known(found[1])):
        return said("{words} on {day}", words=words, day=_day(found[2]))
    if (found := _SINCE.fullmatch(text)) and (words := _known(found[1])):
        since = said("{words} since {day}", words=words, day=_day(found[2]))
        return joined(": ", (since, _known(found[3]) or found[3])) if found[3] else since
    return _listed(text) or text


def retold_first(text: str, between: str) -> str:
    """Say again the chosen words that a kept text begins with; what was typed after them stays."""
    if speaking() == ENGLISH:
        return text
    chosen, mark, typed = text.partition(between)
    words = _known(chosen)
    return joined(between, (words, typed)) if words and mark else words or text


def _known(text: str) -> str:
    """Give a word of a fixed list, or a day, so that it can be said; "" for any other text."""
    if re.fullmatch(_DAY, text):
        return _day(text)
    if forms_of(text, speaking()):
        return said(text)
    capital = text[:1].upper() + text[1:]
    return small(said(capital)) if forms_of(capital, speaking()) else ""


def _day(text: str) -> str:
    return dates.screen(datetime.strptime(text, "%a %b %d, %Y").date())


def _listed(text: str) -> str:
    """Give a list of fixed words again, longest first: a word may hold a comma itself."""
    parts = text.split(", ")
    found: list[str] = []
    while parts:
        words, taken = _longest(parts)
        if not words:
            return ""
        found.append(words)
        parts = parts[taken:]
    return joined(", ", found)


def _longest(parts: Sequence[str]) -> tuple[str, int]:
    for taken in range(len(parts), 0, -1):
        if words := _known(", ".join(parts[:taken])):
            return words, taken
    return "", 0
