"""Drawing without a search for garbage in between.

A long sheet is ten thousand small objects, and all of them live until its bytes are there. Python
counts them as they are made and would look through them, and through all that is kept for the next
sheet, again and again, to find nothing: a tenth of the time. What a sheet leaves is found after it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def undisturbed(work: Callable[P, T]) -> Callable[P, T]:
    """Let the garbage collector wait while `work` is done, and go on after it, come what may.

    For work of milliseconds. Where several threads draw, the first to end lets it go on.
    """

    @wraps(work)
    def done(*args: P.args, **named: P.kwargs) -> T:
        was_on = gc.isenabled()
        gc.disable()
        try:
            return work(*args, **named)
        finally:
            if was_on:
                gc.enable()

    return done
