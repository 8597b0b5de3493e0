"""The notation of a dose: which typed texts a cell accepts, and why it refuses the others.

What belongs here: the grammar of a dose cell and of an interval cell, with one plain refusal for
each kind of slip. What does not: the value of a number. Texts are compared with patterns only,
never converted and never rewritten; where a refusal names a safer spelling, it is the same digits.

Notation follows ISMP's list of error-prone abbreviations and the Joint Commission's do-not-use
list (no trailing zero, a zero before the point, commas from 1,000, no U, QD or micro sign).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from tracker.languages import joined, said

LONGEST = 12  # characters; the longest sensible number, 999,999.125, has eleven
MEASURES = ("count", "amount")

_WHOLE = "[1-9][0-9]{0,2}(?:,[0-9]{3})*"
PART = "½¼¾"
WRITTEN = re.compile(rf"(?:0|{_WHOLE})(?:\.[0-9]*[1-9])?|(?:{_WHOLE})?[{PART}]")
_SCANNED = 40  # characters; longer text is prose, not a slip in a number

_DASH = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_SLASH = "/\u2044\u2215"
_NUM = rf"(?:[0-9][0-9.,]*[{PART}]?|\.[0-9]+|[{PART}])"

_EMPTY = said("This cell is empty. Type the dose, or 0 for none.")
_TOO_LONG = said("A dose is at most {most} characters long. Type the number alone.", most=LONGEST)
_WHOLE_ONLY = said("This product is used in whole units only. Type a whole number, or 0 for none.")
_DECIMAL_ONLY = said(
    "A fraction is for counted units such as tablets. Type this amount as a decimal."
)


@dataclass(frozen=True, slots=True)
class _Slip:
    """Why a text is refused, and the same number in safe notation where that is certain."""

    why: str
    instead: tuple[str, ...] = ()


def why_not(text: str, *, measure: str, whole_units_only: bool = False) -> str | None:
    """Say in one sentence or two why `text` cannot stand in a dose cell; None when it can.

    `measure` is "count" (of the product: ½, ¼, ¾ and decimals allowed) or "amount" (mL, mg, mcg:
    decimals, no fractions). `whole_units_only` refuses any part of a unit. Nothing is stripped or
    rewritten: an outer blank is refused. Raises ValueError for another measure.
    Source: ISMP error-prone abbreviations; Joint Commission do-not-use list.
    """
    if measure not in MEASURES:
        raise ValueError(f"A dose cell holds a count or an amount, not {measure!r}.")
    if WRITTEN.fullmatch(text):
        return _why_not_here(text, measure, whole_units_only)
    slip = _slip_in(text)
    fitting = [fix for fix in slip.instead if not _why_not_here(fix, measure, whole_units_only)]
    if fitting:
        type_it = (
            said("Type {one} or {other}, whichever is meant.", one=fitting[0], other=fitting[1])
            if len(fitting) > 1
            else said("Type {one}.", one=fitting[0])
        )
        return joined(" ", (slip.why, type_it))
    if slip.instead:
        return _why_not_here(slip.instead[0], measure, whole_units_only)
    return slip.why


def _why_not_here(text: str, measure: str, whole_units_only: bool) -> str | None:
    if len(text) > LONGEST:
        return _TOO_LONG
    fraction = text[-1] in PART
    if whole_units_only and (fraction or "." in text):
        return _WHOLE_ONLY
    if measure == "amount" and fraction:
        return _DECIMAL_ONLY
    return None


def why_not_interval(text: str) -> str | None:
    """Say why `text` is not an interval, a whole number of hours or days from 1 to 999; else None.

    Like a dose it is kept as typed: no leading zero, no blank, no unit, no part of an hour.
    """
    if re.fullmatch("[1-9][0-9]{0,2}", text):
        return None
    text = text[:_SCANNED]
    if not text.strip():
        return said("This cell is empty. Type the number of hours or days, from 1 to 999.")
    if re.fullmatch("0+", text):
        return said("An interval is at least 1. Type a whole number from 1 to 999.")
    if re.fullmatch("0[0-9]+", text):
        return said(
            "A zero in front can be misread. Type the whole number without it, from 1 to 999."
        )
    if re.fullmatch("[0-9][0-9,]{3,}", text):
        return said("An interval is at most 999. Type a whole number from 1 to 999.")
    if re.search(rf"{_NUM}\s*(?:[{_DASH}]|to|or)\s*{_NUM}", text, re.IGNORECASE):
        return said("An interval is one number, not a range. Type a whole number from 1 to 999.")
    if re.fullmatch(_NUM, text):
        return said("An interval has no part of an hour or day. Type a whole number from 1 to 999.")
    return said("The unit stands beside the interval. Type a whole number from 1 to 999.")


def _slip_in(text: str) -> _Slip:
    if not text.strip():
        return _Slip(_EMPTY)
    if len(text) > _SCANNED:
        return _Slip(_TOO_LONG)
    for look in _LOOKS:
        if slip := look(text):
            return slip
    if any(character.isalpha() for character in text):
        return _Slip(said("Words do not belong in a dose cell. Type the number alone."))
    return _Slip(
        said(
            "A dose is made of the digits 0 to 9, a point, commas, ½, ¼ and ¾. Type the number "
            "alone."
        )
    )


def _in_its_blanks(text: str) -> _Slip | None:
    if re.search(r"[\t\n\r\v\f]", text):
        return _Slip(
            said("There is a tab or a line break in this cell. Type one number in each cell.")
        )
    if text != text.strip():
        return _Slip(said("There is a blank before or after the number. Type the number alone."))
    return None


def _in_its_characters(text: str) -> _Slip | None:
    for character in text:
        kind = unicodedata.category(character)
        form = unicodedata.decomposition(character)
        if kind in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            return _Slip(
                said("There is an invisible character. Empty the cell and type the number.")
            )
        if kind.startswith("M"):
            return _Slip(
                said("There is a mark on a character. Empty the cell and type the number.")
            )
        if form.startswith(("<super>", "<sub>")):
            return _Slip(
                said("A raised or lowered digit can be misread. Type plain digits, 0 to 9.")
            )
        if form.startswith("<fraction>") and character not in PART:
            return _Slip(said("The only fractions are ½, ¼ and ¾. Type one of them, or a decimal."))
        if character.isnumeric() and not character.isascii() and character not in PART:
            return _Slip(
                said("These digits are not the ones on the label. Type the digits 0 to 9.")
            )
    return None


def _in_a_slash_fraction(text: str) -> _Slip | None:
    found = re.fullmatch(rf"(?:({_WHOLE}) )?([1-9])[{_SLASH}]([1-9])", text)
    fraction = {"12": "½", "14": "¼", "34": "¾"}.get("".join(found.group(2, 3))) if found else None
    if found and fraction:
        return _Slip(said("A slash can be read as a 1."), ((found[1] or "") + fraction,))
    if re.search(rf"[0-9]\s*[{_SLASH}]\s*[0-9]", text):
        return _Slip(said("A slash can be read as a 1. Type ½, ¼ or ¾ for a part, or one number."))
    return None


def _pattern(pattern: str, why: str) -> Callable[[str], _Slip | None]:
    """Return a look that refuses every text in which `pattern` is found."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: _Slip(why) if compiled.search(text) else None


_LATIN_ORDERS = (
    "q[0-9]+h?|qh|qd|qod|qday|qid|bid|tid|hs|qhs|qam|qpm|am|pm|bt|ac|pc|po|pr|sl|im|iv|sc|sq|prn|od|"
    "stat|d/?c|ss|daily|sos|nocte|mane"
)


def _in_an_abbreviation(text: str) -> _Slip | None:
    words = re.findall("[a-z/]+[0-9]*h?", text.replace(".", "").casefold())
    if any(re.fullmatch(_LATIN_ORDERS, word) for word in words):
        return _Slip(
            said(
                "Abbreviations of time or route, such as QD or HS, are misread. Type the number "
                "alone."
            )
        )
    return None


_UNIT_WORDS = (
    r"mgs?|mcgs?|ugs?|g|gm|grams?|milligrams?|micrograms?|mls?|cc|l|millilit(?:er|re)s?|units?|"
    r"tabs?|tablets?|caps?|capsules?|patch(?:es)?|films?|pills?|drops?|gtts?|sprays?|puffs?|"
    r"lozenges?|suppositor(?:y|ies)|tsps?|tbsps?|(?:tea|table)spoons?|hours?|hrs?|h|days?|weeks?"
)
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|"
    "nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|half|halves|quarters?|"
    "point|and|an?|i{1,3}|iv|vi{0,3}|ix|x"
)


def _in_number_words(text: str) -> _Slip | None:
    words = re.findall(r"[^\s-]+", text.casefold())
    if all(re.fullmatch(_NUMBER_WORDS, word) for word in words):
        return _Slip(said("Numbers in words are not accepted here. Type the number in digits."))
    return None


_LOOKS: tuple[Callable[[str], _Slip | None], ...] = (
    _in_its_blanks,
    _in_its_characters,
    _pattern(
        r"[0-9]e[+-]?[0-9]", said("Powers of ten are misread. Type the number in full, as 1,000.")
    ),
    _pattern(
        rf"[=*\u00d7÷^%√]|.\+|[0-9{PART}]\s*x\b|[0-9{PART}]\s*x\s*[0-9{PART}]|\bx\s*[0-9{PART}]",
        said("Doses are never calculated here. Type the number itself."),
    ),
    _in_a_slash_fraction,
    _pattern(r"^\+", said("A plus sign can be read as a 4. Type the number without it.")),
    _pattern(rf"^[{_DASH}]+$", said('A dash is not an answer. For "take none", type 0.')),
    _pattern(
        rf"^[{_DASH}]\s*{_NUM}",
        said("A dose is not below zero, and a dash can hide in print. Type the number without it."),
    ),
    _pattern(
        rf"{_NUM}\s*(?:[{_DASH}~\u2026]|\.\.+|to|or|and|a)\s*{_NUM}",
        said("A range leaves the choice open. Type the one number to take."),
    ),
    _pattern(
        r"[<>~\u2264\u2265\u2248\u00b1\u223c]|\b(?:about|approx\w*|up to|max\w*|min\w*)\b",
        said("A dose is exact: signs such as < and ~ are misread. Type the one number to take."),
    ),
    _pattern(
        "[\u00b5\u03bc]", said("µg is read as mg, a thousand times more. Type the number alone.")
    ),
    _pattern(
        r"(?:^|[0-9\s½¼¾])i?\.?u\.?$",
        said(
            "U and IU are read as 0, 4 or IV. The unit stands beside the cell. Type the number "
            "alone."
        ),
    ),
    _in_an_abbreviation,
    _pattern(
        rf"(?:^|[^a-z])(?:{_UNIT_WORDS})\b(?!.*[0-9]$)",
        said(
            "The unit stands beside the cell. Check that it is the one you mean, and type the "
            "number "
            "alone."
        ),
    ),
    _pattern(
        "^(?:none|nil|no|nothing|stop|skip|off|zero|n/?a)$",
        said('For "take none at this time", type 0.'),
    ),
    _pattern(
        "^(?:same|ditto|as before|unchanged|[\"\u3003\u201c\u201d]|'')$",
        said("A dose is typed into each cell, also when it stays the same. Type the number."),
    ),
    _in_number_words,
    _pattern(
        r"^(?=.*[oil|])[0-9oil|.,]+$",
        said("The letters O, l and I look like digits. Type the digits 0 and 1 for them."),
    ),
    lambda text: _in_its_number(text) if re.fullmatch(rf"[0-9.,{PART}\s]+", text) else None,
)


def _in_its_number(text: str) -> _Slip:
    """Name the slip in a text made of digits, points, commas, fractions and inner blanks."""
    if re.search(r"\s", text):
        return _in_a_number_with_blanks(text)
    if any(part in text for part in PART):
        return _in_a_number_with_a_fraction(text)
    if text.count(".") > 1:
        return _Slip(
            said(
                "A number has one decimal point. Commas group thousands. Type the one number to "
                "take."
            )
        )
    if re.search(r"[0-9]", text) is None:
        return _Slip(said("There is no digit in this cell. Type the number alone."))
    if re.fullmatch("0[0-9]+", text):
        return _in_a_number_with_a_leading_zero(text)
    if "," in text and not re.fullmatch(rf"{_WHOLE}(?:\.[0-9]*)?", text):
        return _in_a_number_with_a_comma(text)
    return _in_a_number_with_a_point(text)


def _in_a_number_with_blanks(text: str) -> _Slip:
    why = said("A blank can split a number in two.")
    closed = re.sub(rf"\s(?=[{PART}]$)", "", text)
    if WRITTEN.fullmatch(closed):
        return _Slip(why, (closed,))
    if re.fullmatch(r"[1-9][0-9]{0,2}(?:\s[0-9]{3})+", text):
        return _Slip(said("Commas, not blanks, group thousands."), (re.sub(r"\s", ",", text),))
    return _Slip(said("A blank can split a number in two. Type one number without blanks."))


def _in_a_number_with_a_fraction(text: str) -> _Slip:
    if len(re.findall(f"[{PART}]", text)) > 1:
        return _Slip(said("A number has one fraction at most. Type the one number to take."))
    if text[-1] not in PART:
        return _Slip(said("The fraction comes last, after the whole number. Type it so, as in 1½."))
    if "." in text:
        return _Slip(
            said("A number has a decimal or a fraction, not both. Type the one number to take.")
        )
    if re.fullmatch("0+.", text):
        return _Slip(said("A zero before a fraction can be misread."), (text[-1],))
    if grouped := _grouped(text[:-1]):
        return _Slip(said("From 1,000 on a comma groups the digits."), (grouped + text[-1],))
    return _Slip(
        said("The whole number before the fraction is not in order. Type the one number to take.")
    )


def _in_a_number_with_a_leading_zero(text: str) -> _Slip:
    rest = text.lstrip("0")
    if not rest:
        return _Slip(said("More than one zero can be misread."), ("0",))
    # A lost point is as likely as a stray zero, so both readings are named.
    readings = (_grouped(rest), f"0.{rest.rstrip('0')}")
    why = said("A zero in front can hide a lost decimal point.")
    return _Slip(why, readings if text == f"0{rest}" else readings[:1])


def _in_a_number_with_a_comma(text: str) -> _Slip:
    fix = text.replace(",", ".").rstrip("0")
    if re.fullmatch("(?:0,[0-9]+|[1-9][0-9]{0,2},[0-9])", text) and WRITTEN.fullmatch(fix):
        return _Slip(said("A comma groups thousands and is not a decimal point."), (fix,))
    return _Slip(
        said(
            "A comma stands before each group of three digits, as in 1,000, and a point before a "
            "decimal. Type the one number to take."
        )
    )


def _in_a_number_with_a_point(text: str) -> _Slip:
    whole, point, decimals = text.partition(".")
    kept = decimals.rstrip("0")
    tidy = whole if "," in whole else _grouped(whole.lstrip("0")) or "0"
    fix = f"{tidy}.{kept}" if kept else tidy
    if point and not whole:
        return _Slip(said("A point with no zero before it can be overlooked."), (fix,))
    if point and not decimals:
        return _Slip(said("A point with no digit after it can be overlooked."), (fix,))
    if re.fullmatch("0[0-9]+", whole):
        return _Slip(said("A zero in front of a number can be misread."), (fix,))
    if decimals.endswith("0"):
        # Three digits after a point are thousands in other countries' notation.
        thousands = re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", text) is not None
        meant = (fix, f"{whole},{decimals}") if thousands else (fix,)
        return _Slip(said("A zero at the end of a decimal can be read as ten times more."), meant)
    return _Slip(said("From 1,000 on a comma groups the digits."), (fix,))


def _grouped(whole: str) -> str:
    """Return bare digits with their thousands commas, or "" for anything else."""
    if not re.fullmatch("[1-9][0-9]*", whole):
        return ""
    head = len(whole) % 3 or 3
    return ",".join((whole[:head], *re.findall("...", whole[head:])))
