"""Names of people as they are searched and compared; never how they are shown.

What belongs here: folding a name for search, a phonetic key for names in Latin letters, the
likeness of two names, what a name may not contain, and the digits of a phone number. What does
not: who is the same person. A name is stored and shown exactly as typed, in any script.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from tracker.languages import said

LONGEST = 200  # characters

# Letters that Unicode does not take apart, and variants that people type for one another.
_PLAIN = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "\u0131": "i",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ə": "e",
        "\u0649": "\u064a",  # Arabic alef maksura as yeh
        "\u06cc": "\u064a",  # Persian yeh as yeh
        "\u06a9": "\u0643",  # Persian kaf as kaf
        "\u0629": "\u0647",  # Arabic teh marbuta as heh
        "\u0640": None,  # Arabic tatweel only stretches a word
    }
)
_NO_APOSTROPHES = dict.fromkeys(
    map(
        ord,
        "'`\u00b4\u00b7\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u05f3\u2018\u2019\u201b\u2032\uff07",
    )
)


def fold(text: str) -> str:
    """Return a name for search: no case, no accents, single blanks between its parts.

    "Nguyễn Văn-An" gives "nguyen van an", "O'Neil" "oneil", "Łukasz" "lukasz". Any script
    is kept; vowel points of Arabic and Hebrew are dropped, vowel signs that make a letter are not.
    """
    bare = text.translate(_NO_APOSTROPHES)
    apart = unicodedata.normalize("NFKD", bare.casefold()).casefold().translate(_NO_APOSTROPHES)
    letters = "".join(character for character in apart if not _is_accent(character))
    together = unicodedata.normalize("NFC", letters.translate(_PLAIN))
    kept = (_kept(character) for character in together)
    return " ".join("".join(kept).split())


def fold_parts(text: str) -> tuple[str, ...]:
    """Return the folded parts of a name: "Maria-Elena Rivera" has three."""
    return tuple(fold(text).split())


def _is_accent(character: str) -> bool:
    # By Unicode's combining class: 1 strokes, 10 to 36 the points of Hebrew, Arabic and Syriac, 200
    # and over accents above and below. The others (7 to 9 and 84 to 132) make another letter.
    placed = unicodedata.combining(character)
    return placed == 1 or 10 <= placed <= 36 or placed >= 200


def _kept(character: str) -> str:
    kind = unicodedata.category(character)
    if kind[0] in "LNM":
        return character
    return "" if kind in {"Cf", "Cc"} and not character.isspace() else " "


# --- Likeness -------------------------------------------------------------------------------------

# Spellings of one sound, tried in this order at each place of a name in plain Latin letters. The
# codes: a vowel at the start, b, f, k, j, l, m, n, r, s, t.
_SOUNDS = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        ("^(?:kn|gn|pn)", "n"),
        ("^wr", "r"),
        ("^gh", "k"),
        ("^(?:ps|ts|x)", "s"),
        ("^h?[aeiou]", "a"),
        ("^y(?![aeiou])", "a"),
        ("^y", "j"),
        ("^(?:wh|w)", "f"),
        ("sch|sh|tsch|cz|tz|sz", "s"),
        ("ph", "f"),
        ("th", "t"),
        ("ch(?=[rl])|ck|cq", "k"),
        ("ch", "s"),
        ("dg(?=[eiy])", "j"),
        ("g(?=h)", ""),
        ("g(?=u[ei])", "k"),
        ("g(?=[eiy])", "j"),
        ("c(?=[eiy])", "s"),
        ("x", "ks"),
        ("[bp]", "b"),
        ("[fv]", "f"),
        ("[ckqg]", "k"),
        ("j", "j"),
        ("[dt]", "t"),
        ("[sz]", "s"),
        ("l", "l"),
        ("m", "m"),
        ("n", "n"),
        ("r", "r"),
        ("[aeiouy]", "."),
        (".", ""),
    )
)


def phonetic(text: str) -> str:
    """Return a key that is equal for names that sound alike, one code for each part.

    Made for names in Latin letters: "Smith" and "Smyth", "Jiménez" and "Gimenez", "Philip" and
    "Filip" share a key. A part in another script is its own key.
    """
    return " ".join(_sound(part) for part in fold_parts(text))


def _sound(part: str) -> str:
    if not re.fullmatch("[a-z]+", part):
        return part
    sounds, place = "", 0
    while place < len(part):
        # Never a slice of the part: "^" has to mean its start alone.
        found = ((spelling.match(part, place), sound) for spelling, sound in _SOUNDS)
        match, sound = next((match, sound) for match, sound in found if match)
        sounds, place = sounds + sound, match.end()
    return re.sub(r"(.)\1+", r"\1", sounds).replace(".", "")


def similar(a_parts: Sequence[str], b_parts: Sequence[str]) -> bool:
    """Say whether two names, as `fold_parts` gives them, could be one person's.

    True when every part of the shorter name has its own part in the longer one, in any order, that
    is the same, sounds alike, or differs by one edit; an initial stands for its name. A name of one
    word is like a longer name that contains it exactly, and like another single word by the same
    rules. Parts written together or apart ("de la Cruz", "Delacruz") are the same.
    """
    if not a_parts or not b_parts:
        return False
    if "".join(a_parts) == "".join(b_parts):
        return True
    shorter, longer = sorted((tuple(a_parts), tuple(b_parts)), key=len)
    if len(shorter) == 1 < len(longer):
        return shorter[0] in longer
    if any(all(len(part) == 1 for part in parts) for parts in (shorter, longer)):
        return sorted(shorter) == sorted(longer)  # initials alone say too little
    return _each_has_its_own(shorter, longer)


def _each_has_its_own(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Give each part of the shorter name a part of its own, moving earlier ones if need be."""
    partners = [[n for n, other in enumerate(longer) if _alike(part, other)] for part in shorter]
    taken: dict[int, int] = {}

    def place(part: int, tried: set[int]) -> bool:
        for other in partners[part]:
            if other in tried:
                continue
            tried.add(other)
            if other not in taken or place(taken[other], tried):
                taken[other] = part
                return True
        return False

    return all(place(part, set()) for part in range(len(shorter)))


def _alike(a: str, b: str) -> bool:
    if a == b:
        return True
    if min(len(a), len(b)) == 1:
        return a[0] == b[0] and a.isalpha() and b.isalpha()
    if min(len(a), len(b)) < 3:
        return False  # most two-letter names are one edit apart
    return _one_edit(a, b) or (len(_sound(a)) > 1 and _sound(a) == _sound(b))


def _one_edit(a: str, b: str) -> bool:
    """Say whether one letter added, dropped or changed, or two neighbors exchanged, is all."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    return (
        rest_a[1:] == rest_b
        or rest_a == rest_b[1:]
        or rest_a[1:] == rest_b[1:]
        or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
    )


# --- What may be typed ----------------------------------------------------------------------------

# Letters are joined or kept apart with these in Persian, Urdu and Indic names, and marked with a
# direction in names copied from right-to-left text. None of them can turn the text around it.
_HARMLESS = {"\u200c", "\u200d", "\u200e", "\u200f", "\u061c"}
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


_THE_NAME = said("The name")


def why_not_name(text: str, what: str = _THE_NAME) -> str | None:
    """Say why `text` cannot be stored as a name, called `what`; None when it can.

    Refuses an empty name, one over 200 characters, one without a letter, and characters that
    cannot be seen or that turn the text around them. Everything else is a name as typed: one word,
    any script, apostrophes, markup.
    """
    if not text.strip():
        return said("{what} is empty. Type the name; one word is enough.", what=what)
    if len(text) > LONGEST:
        return said(
            "{what} is longer than {most} characters. Type a shorter form of it.",
            what=what,
            most=LONGEST,
        )
    if any(character in _TURNING for character in text):
        return said(
            "{what} has a hidden character that turns text around. Type the name again.", what=what
        )
    if "\ufffd" in text:
        return said("A letter of this name was lost in copying. Type the name again.")
    if any(_is_hidden(character) for character in text):
        return said(
            "{what} has a tab, a line break or a hidden character. Type the name again.", what=what
        )
    if not any(character.isalpha() for character in text):
        return said("{what} has no letter. Type the name as the person writes it.", what=what)
    return None


def _is_hidden(character: str) -> bool:
    kind = unicodedata.category(character)
    hidden = kind[0] == "C" or kind in {"Zl", "Zp"}
    return hidden and character not in _HARMLESS


def digits(phone: str) -> str:
    """Return the digits of a phone number alone, in the digits 0 to 9: "(555) 010-2233"."""
    values = (unicodedata.decimal(character, None) for character in phone)
    return "".join(str(value) for value in values if value is not None)
