"""The keys by which a patient is found, each a short folded text behind a letter and a colon.

`n:` a part of a name, `r:` the record number, `p:` a phone number, `e:` its digits from the end
(so that a number without its area code is found by a prefix as well), `d:` the date of birth,
`s:` how a name part, or two of them together, sound. Pure: what is stored, and what is asked for,
are folded by the same functions here.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations

from tracker.names import digits, fold, fold_parts, phonetic

LONGEST_KEY = 100  # characters; a longer name part is found by its beginning
SHORTEST_PHONE = 4
_MOST_PARTS = 8  # of a name, paired by sound; longer names say no more about who is meant
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x)\s*\d+\s*$", re.IGNORECASE)


def record_key(record_no: str) -> str:
    """Fold a record number: "MRN-0045" and "mrn 0045" are one."""
    return fold(record_no).replace(" ", "")


def phone_digits(phone: str) -> str:
    """Give a phone number's digits without the country code 1 and without an extension."""
    found = digits(_EXTENSION.sub("", phone))
    return found[1:] if len(found) == 11 and found.startswith("1") else found


def name_parts(*names: str) -> tuple[str, ...]:
    """Give the folded parts of several names, each once, in order."""
    return tuple(dict.fromkeys(part for name in names for part in fold_parts(name)))


def like_keys(family_name: str, given_names: str = "") -> frozenset[str]:
    """Give how a name sounds, with its given names apart and as one: "Xiao Ming", "Xiaoming"."""
    parts, joined = name_parts(family_name, given_names), _joined(family_name, given_names)
    return frozenset({*sound_keys(parts), *sound_keys(joined)})


def _joined(*names: str) -> tuple[str, ...]:
    return tuple("".join(parts) for name in names if (parts := fold_parts(name)))


def sound_keys(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Give how each part of a name sounds, and how each two of them sound, in any order."""
    sounds = sorted({sound for part in parts[:_MOST_PARTS] if (sound := phonetic(part))})
    pairs = [f"{a} {b}" for a, b in combinations(sounds, 2)]
    return tuple(f"s:{key}"[:LONGEST_KEY] for key in (*sounds, *pairs))


def pairs_of(keys: frozenset[str]) -> frozenset[str]:
    """Give the sound keys that say most about a name: its pairs, or its one part."""
    return frozenset(key for key in keys if " " in key) or keys


def all_keys(
    *, family_name: str, given_names: str, preferred_name: str, latin_name: str,
    birth_date: date, record_no: str, phones: tuple[str, ...],
) -> frozenset[str]:  # fmt: skip
    """Give every key of one patient."""
    names = (family_name, given_names, preferred_name, latin_name)
    # "de la Cruz" is found as "delacruz" too.
    keys = {f"n:{part}" for part in (*name_parts(*names), *_joined(*names))}
    keys |= like_keys(family_name, given_names) | like_keys(latin_name)
    keys.add(f"d:{birth_date.isoformat()}")
    if folded := record_key(record_no):
        keys |= {f"r:{folded}", f"r:{folded.lstrip('0') or '0'}"}
    for phone in map(phone_digits, phones):
        if phone:
            keys |= {f"p:{phone}", f"e:{phone[::-1]}"}
    return frozenset(key[:LONGEST_KEY] for key in keys)


def after(prefix: str) -> str:
    """Give the first text, by code point, that is past every text with this prefix."""
    last = ord(prefix[-1])
    if last == 0x10FFFF:
        return after(prefix[:-1])
    return prefix[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)
