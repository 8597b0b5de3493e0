"""What one page reads only once: a chart that several parts of the page ask for.

From `begin` on, a function marked `once_a_page` answers the same question from memory. The first
write ends it (see `begin_writing`), so an act always reads the record itself. Where an act reads
much and writes nothing meanwhile, it may say so: `read_once`. Only for functions that give frozen
values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from tracker.models import READ_BEFORE, db

P = ParamSpec("P")
R = TypeVar("R")


def begin() -> None:
    """Remember from here on what is read, until something is written or the request ends."""
    db.session.info[READ_BEFORE] = {}


@contextmanager
def read_once() -> Iterator[None]:
    """Remember what is read within; nothing that is read may be written meanwhile."""
    info = db.session.info
    before = info.get(READ_BEFORE)
    info[READ_BEFORE] = {}
    try:
        yield
    finally:
        info[READ_BEFORE] = before


def once_a_page(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function of plain arguments answer from memory while a page is read."""

    @wraps(function)
    def answer(*args: P.args, **named: P.kwargs) -> R:
        known = db.session.info.get(READ_BEFORE)
        if known is None:
            return function(*args, **named)
        question = (function, args, tuple(named.items()))
        if question not in known:
            known[question] = function(*args, **named)
        found: R = known[question]
        return found

    return answer
