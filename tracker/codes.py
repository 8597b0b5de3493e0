"""Plan codes: eight random characters that name one signed version, the last one a check.

What belongs here: making, reading and showing a code. What does not: which version a code names.
A code holds nothing about the patient. The alphabet leaves out 0, O, 1, I and L, which are misread
on paper and misheard by phone.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8

# There are 31 characters, a prime number, and every place has its own weight. So no single wrong
# character and no two exchanged ones can leave the weighted total a multiple of 31.
_WEIGHTS = range(1, LENGTH)
_CHECK_WEIGHT = LENGTH
_TYPED = re.compile(r"[0-9A-Za-z\s\-\u2010-\u2015\u2212]{8,24}")


def new_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Return a new code of eight characters, the last a check character.

    `choose` picks one character of the alphabet; the default is the operating system's source of
    secrets, and tests pass another. Whether the code is already in use is for the caller to ask.
    """
    body = "".join(choose(ALPHABET) for _ in range(LENGTH - 1))
    return body + _check(body)


def read_code(typed: str) -> str | None:
    """Return the code that was typed or read out, or None when it cannot be one.

    Small letters, blanks and dashes are welcome. A single wrong character, or two that changed
    places, give None.
    """
    if not _TYPED.fullmatch(typed):
        return None
    code = "".join(character for character in typed.upper() if character.isalnum())
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return None
    return code if _check(code[:-1]) == code[-1] else None


def shown(code: str) -> str:
    """Return a code as screens and paper show it, in two halves: "7F3K-92QD"."""
    return f"{code[:4]}-{code[4:]}"


def _check(body: str) -> str:
    """Return the character that makes the weighted total a multiple of the alphabet's size."""
    size = len(ALPHABET)
    total = sum(
        weight * ALPHABET.index(character) for weight, character in zip(_WEIGHTS, body, strict=True)
    )
    return ALPHABET[-total * pow(_CHECK_WEIGHT, -1, size) % size]
