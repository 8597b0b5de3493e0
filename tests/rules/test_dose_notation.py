"""The notation of a dose: every slip is refused with a reason and what to type."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.doses import DoseText, why_not, why_not_interval, words

WHOLE = ["0", "1", "7", "12", "100", "999", "1,000", "1,250", "10,017", "1,000,001"]
DECIMALS = ["0.5", "0.05", "2.5", "12.25", "3.125", "1,250.75"]
FRACTIONS = ["½", "¼", "¾", "1½", "2¼", "21¾", "1,000½"]


@pytest.mark.parametrize("text", [*WHOLE, *DECIMALS, *FRACTIONS])
def test_a_count_takes_whole_numbers_decimals_and_fractions(text: str) -> None:
    assert why_not(text, measure="count") is None


@pytest.mark.parametrize("text", [*WHOLE, *DECIMALS])
def test_an_amount_takes_decimals(text: str) -> None:
    assert why_not(text, measure="amount") is None


EMPTY = "This cell is empty"
TRAILING = "A zero at the end of a decimal can be read as ten times more."
NAKED = "A point with no zero before it can be overlooked."
HANGING = "A point with no digit after it can be overlooked."
GROUP = "From 1,000 on a comma groups the digits."
COMMA_DECIMAL = "A comma groups thousands and is not a decimal point."
COMMA = "A comma stands before each group of three digits"
RANGE = "A range leaves the choice open."
UNIT = "The unit stands beside the cell."
CALCULATED = "Doses are never calculated here."
SLASH = "A slash can be read as a 1."
ABBREVIATION = "Abbreviations of time or route"
ZERO_IN_FRONT = "A zero in front"
BLANK = "A blank can split a number in two."
INVISIBLE = "There is an invisible character."
DIGITS = "These digits are not the ones on the label."
RAISED = "A raised or lowered digit"
SIGNS = "A dose is exact"
IN_WORDS = "Numbers in words are not accepted here."
PARTS = "The only fractions are ½, ¼ and ¾."
LOOKALIKE = "The letters O, l and I look like digits."
NONE = "type 0."
DITTO = "A dose is typed into each cell"
TOO_LONG = "A dose is at most 12 characters long."
FALLBACK = "A dose is made of the digits"

REFUSED = [
    ("", EMPTY, "or 0 for none."),
    ("   ", EMPTY, "or 0 for none."),
    ("5.0", TRAILING, "Type 5."),
    ("5.50", TRAILING, "Type 5.5."),
    ("0.0", TRAILING, "Type 0."),
    ("1,000.0", TRAILING, "Type 1,000."),
    ("1.000", TRAILING, "Type 1 or 1,000, whichever is meant."),
    ("1.250", TRAILING, "Type 1.25 or 1,250, whichever is meant."),
    (".5", NAKED, "Type 0.5."),
    (".50", NAKED, "Type 0.5."),
    ("5.", HANGING, "Type 5."),
    ("0.", HANGING, "Type 0."),
    ("1000", GROUP, "Type 1,000."),
    ("12500", GROUP, "Type 12,500."),
    ("1000.5", GROUP, "Type 1,000.5."),
    ("1000½", GROUP, "Type 1,000½."),
    ("1,5", COMMA_DECIMAL, "Type 1.5."),
    ("0,5", COMMA_DECIMAL, "Type 0.5."),
    ("0,25", COMMA_DECIMAL, "Type 0.25."),
    ("10,00", COMMA, "Type the one number to take."),
    ("1,50", COMMA, "Type the one number to take."),
    ("1,0000", COMMA, "Type the one number to take."),
    ("5,", COMMA, "Type the one number to take."),
    ("1,0½", "The whole number before the fraction", "Type the one number to take."),
    ("5-10", RANGE, "Type the one number to take."),
    ("5\u201310", RANGE, "Type the one number to take."),
    ("5 to 10", RANGE, "Type the one number to take."),
    ("5 TO 10", RANGE, "Type the one number to take."),
    ("1 or 2", RANGE, "Type the one number to take."),
    ("5..6", RANGE, "Type the one number to take."),
    ("½-1", RANGE, "Type the one number to take."),
    ("5mg", UNIT, "Check that it is the one you mean, and type the number alone."),
    ("5 mg", UNIT, "type the number alone."),
    ("5 MG", UNIT, "type the number alone."),
    ("5 mcg/h", UNIT, "type the number alone."),
    ("2 tablets", UNIT, "type the number alone."),
    ("½ tab", UNIT, "type the number alone."),
    ("10 mL", UNIT, "type the number alone."),
    ("5cc", UNIT, "type the number alone."),
    ("1 patch", UNIT, "type the number alone."),
    ("mg", UNIT, "type the number alone."),
    ("1 every 4 hours", UNIT, "type the number alone."),
    ("=A1*.9", CALCULATED, "Type the number itself."),
    ("=5", CALCULATED, "Type the number itself."),
    ("2x5", CALCULATED, "Type the number itself."),
    ("2 x 5", CALCULATED, "Type the number itself."),
    ("2\u00d75", CALCULATED, "Type the number itself."),
    ("x2", CALCULATED, "Type the number itself."),
    ("5+5", CALCULATED, "Type the number itself."),
    ("10%", CALCULATED, "Type the number itself."),
    ("1/2", SLASH, "Type ½."),
    ("3/4", SLASH, "Type ¾."),
    ("1\u20444", SLASH, "Type ¼."),
    ("1 1/2", SLASH, "Type 1½."),
    ("1-1/2", SLASH, "Type ½, ¼ or ¾ for a part, or one number."),
    ("1/3", SLASH, "Type ½, ¼ or ¾ for a part, or one number."),
    ("5/10", SLASH, "Type ½, ¼ or ¾ for a part, or one number."),
    ("U", "U and IU are read as", "Type the number alone."),
    ("5U", "U and IU are read as", "Type the number alone."),
    ("5 iu", "U and IU are read as", "Type the number alone."),
    ("QD", ABBREVIATION, "Type the number alone."),
    ("q.d.", ABBREVIATION, "Type the number alone."),
    ("1 BID", ABBREVIATION, "Type the number alone."),
    ("2 tid", ABBREVIATION, "Type the number alone."),
    ("1 HS", ABBREVIATION, "Type the number alone."),
    ("1 PRN", ABBREVIATION, "Type the number alone."),
    ("1 q4h", ABBREVIATION, "Type the number alone."),
    ("D/C", ABBREVIATION, "Type the number alone."),
    ("5 \u00b5g", "µg is read as mg", "Type the number alone."),
    ("5 \u03bcg", "µg is read as mg", "Type the number alone."),
    ("05", ZERO_IN_FRONT, "Type 5 or 0.5, whichever is meant."),
    ("010", ZERO_IN_FRONT, "Type 10 or 0.1, whichever is meant."),
    ("007", ZERO_IN_FRONT, "Type 7."),
    ("00", "More than one zero", "Type 0."),
    ("00.5", ZERO_IN_FRONT, "Type 0.5."),
    ("05.5", ZERO_IN_FRONT, "Type 5.5."),
    ("0½", "A zero before a fraction", "Type ½."),
    ("-5", "A dose is not below zero", "Type the number without it."),
    ("\u22125", "A dose is not below zero", "Type the number without it."),
    ("-", "A dash is not an answer.", NONE),
    ("\u2014", "A dash is not an answer.", NONE),
    ("+5", "A plus sign can be read as a 4.", "Type the number without it."),
    ("1e3", "Powers of ten are misread.", "Type the number in full, as 1,000."),
    ("1E+3", "Powers of ten are misread.", "Type the number in full, as 1,000."),
    ("\uff15", DIGITS, "Type the digits 0 to 9."),
    ("\u0665", DIGITS, "Type the digits 0 to 9."),
    ("\u096b", DIGITS, "Type the digits 0 to 9."),
    ("\u2163", DIGITS, "Type the digits 0 to 9."),
    ("5\u00b2", RAISED, "Type plain digits, 0 to 9."),
    ("\u2085", RAISED, "Type plain digits, 0 to 9."),
    ("1 2", BLANK, "Type one number without blanks."),
    ("1 ½", BLANK, "Type 1½."),
    ("1\u00a0½", BLANK, "Type 1½."),
    ("1 000", "Commas, not blanks, group thousands.", "Type 1,000."),
    (" 5", "There is a blank before or after the number.", "Type the number alone."),
    ("5\u00a0", "There is a blank before or after the number.", "Type the number alone."),
    ("5\t6", "There is a tab or a line break", "Type one number in each cell."),
    ("5\n", "There is a tab or a line break", "Type one number in each cell."),
    ("½½", "A number has one fraction at most.", "Type the one number to take."),
    ("½1", "The fraction comes last", "as in 1½."),
    ("1.5½", "A number has a decimal or a fraction, not both.", "Type the one number to take."),
    ("1.2.3", "A number has one decimal point.", "Type the one number to take."),
    (",", "There is no digit in this cell.", "Type the number alone."),
    (".", "There is no digit in this cell.", "Type the number alone."),
    ("two", IN_WORDS, "Type the number in digits."),
    ("Two and a half", IN_WORDS, "Type the number in digits."),
    ("half", IN_WORDS, "Type the number in digits."),
    ("twenty-one", IN_WORDS, "Type the number in digits."),
    ("iii", IN_WORDS, "Type the number in digits."),
    ("none", 'For "take none at this time"', NONE),
    ("stop", 'For "take none at this time"', NONE),
    ("n/a", 'For "take none at this time"', NONE),
    ("same", DITTO, "Type the number."),
    ('"', DITTO, "Type the number."),
    ("<5", SIGNS, "Type the one number to take."),
    (">5", SIGNS, "Type the one number to take."),
    ("~5", SIGNS, "Type the one number to take."),
    ("\u22645", SIGNS, "Type the one number to take."),
    ("about 5", SIGNS, "Type the one number to take."),
    ("up to 4", SIGNS, "Type the one number to take."),
    ("5\u200b", INVISIBLE, "Empty the cell and type the number."),
    ("\u202e5", INVISIBLE, "Empty the cell and type the number."),
    ("5\x00", INVISIBLE, "Empty the cell and type the number."),
    ("\ufeff5", INVISIBLE, "Empty the cell and type the number."),
    ("5\u0336", "There is a mark on a character.", "Empty the cell and type the number."),
    ("\u2153", PARTS, "Type one of them, or a decimal."),
    ("1\u215b", PARTS, "Type one of them, or a decimal."),
    ("O", LOOKALIKE, "Type the digits 0 and 1 for them."),
    ("1O", LOOKALIKE, "Type the digits 0 and 1 for them."),
    ("l.5", LOOKALIKE, "Type the digits 0 and 1 for them."),
    ("2 in the morning", "Words do not belong in a dose cell.", "Type the number alone."),
    ("ma\u00f1ana", "Words do not belong in a dose cell.", "Type the number alone."),
    ("5?", FALLBACK, "Type the number alone."),
    ("(5)", FALLBACK, "Type the number alone."),
    ("$5", FALLBACK, "Type the number alone."),
    ("123,456,789.25", TOO_LONG, "Type the number alone."),
    ("5" * 13, TOO_LONG, "Type the number alone."),
    ("5" * 10_000, TOO_LONG, "Type the number alone."),
    ("\u202e" * 10_000, TOO_LONG, "Type the number alone."),
]


@pytest.mark.parametrize(("text", "why", "instead"), REFUSED)
def test_each_slip_is_refused_with_a_reason_and_what_to_type(
    text: str, why: str, instead: str
) -> None:
    sentence = why_not(text, measure="count")
    assert sentence is not None
    assert sentence.startswith(why)
    assert sentence.endswith(instead)


@pytest.mark.parametrize("text", [*FRACTIONS, "1/2", "1 ½", "0½"])
def test_an_amount_takes_no_fraction(text: str) -> None:
    assert why_not(text, measure="amount") == (
        "A fraction is for counted units such as tablets. Type this amount as a decimal."
    )


@pytest.mark.parametrize("measure", ["count", "amount"])
@pytest.mark.parametrize("text", ["½", "1¾", "0.5", "2.5", ".5", "1/2", "0,5", "5.50"])
def test_whole_units_take_no_part(text: str, measure: str) -> None:
    assert why_not(text, measure=measure, whole_units_only=True) == (
        "This product is used in whole units only. Type a whole number, or 0 for none."
    )


def test_whole_units_name_only_the_reading_that_fits() -> None:
    assert why_not("12", measure="count", whole_units_only=True) is None
    sentence = why_not("05", measure="count", whole_units_only=True)
    assert sentence == "A zero in front can hide a lost decimal point. Type 5."


def test_another_measure_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="count or an amount"):
        why_not("5", measure="weight")


INTERVALS = [
    ("", "This cell is empty. Type the number of hours or days, from 1 to 999."),
    ("0", "An interval is at least 1. Type a whole number from 1 to 999."),
    ("000", "An interval is at least 1. Type a whole number from 1 to 999."),
    ("072", "A zero in front can be misread. Type the whole number without it, from 1 to 999."),
    ("1000", "An interval is at most 999. Type a whole number from 1 to 999."),
    ("1,000", "An interval is at most 999. Type a whole number from 1 to 999."),
    ("9" * 10_000, "An interval is at most 999. Type a whole number from 1 to 999."),
    ("4-6", "An interval is one number, not a range. Type a whole number from 1 to 999."),
    ("4 to 6", "An interval is one number, not a range. Type a whole number from 1 to 999."),
    ("4\u20136", "An interval is one number, not a range. Type a whole number from 1 to 999."),
    ("1.5", "An interval has no part of an hour or day. Type a whole number from 1 to 999."),
    ("½", "An interval has no part of an hour or day. Type a whole number from 1 to 999."),
    ("72 hours", "The unit stands beside the interval. Type a whole number from 1 to 999."),
    ("q72h", "The unit stands beside the interval. Type a whole number from 1 to 999."),
    ("-3", "The unit stands beside the interval. Type a whole number from 1 to 999."),
    (" 72", "The unit stands beside the interval. Type a whole number from 1 to 999."),
    ("\u0667\u0662", "The unit stands beside the interval. Type a whole number from 1 to 999."),
]


@pytest.mark.parametrize(("text", "sentence"), INTERVALS)
def test_an_interval_is_a_whole_number(text: str, sentence: str) -> None:
    assert why_not_interval(text) == sentence


@pytest.mark.parametrize("text", ["1", "4", "10", "72", "999"])
def test_a_whole_interval_is_accepted(text: str) -> None:
    assert why_not_interval(text) is None


# --- Properties ----------------------------------------------------------------------------------

SCRAPS = st.text(
    st.one_of(
        st.sampled_from("0123456789.,½¼¾ -+/x%<>OlmgqdU\u2013\u00a0\u0665\u00b2"), st.characters()
    ),
    max_size=16,
)


@settings(max_examples=400, deadline=None)
@given(text=SCRAPS, measure=st.sampled_from(["count", "amount"]), whole=st.booleans())
def test_every_text_is_a_number_or_is_told_what_to_type(
    text: str, measure: str, whole: bool
) -> None:
    sentence = why_not(text, measure=measure, whole_units_only=whole)
    if sentence is None:
        assert re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})*(\.[0-9]*[1-9])?[½¼¾]?|[½¼¾]", text)
        assert words(DoseText(text))
    else:
        assert re.search(r"[Tt]ype\b.*\.$", sentence)
        assert len(sentence) <= 180


@settings(max_examples=400, deadline=None)
@given(
    text=st.text("0123456789.,½¼¾ /", min_size=1, max_size=9),
    measure=st.sampled_from(["count", "amount"]),
    whole=st.booleans(),
)
def test_a_spelling_that_a_refusal_names_is_accepted_and_keeps_the_digits(
    text: str, measure: str, whole: bool
) -> None:
    sentence = why_not(text, measure=measure, whole_units_only=whole) or ""
    found = re.search(r"Type ([0-9.,½¼¾]+?)(?: or ([0-9.,½¼¾]+?))?(?:\.$|, whichever)", sentence)
    for spelling in found.groups() if found else ():
        if spelling is not None:
            assert why_not(spelling, measure=measure, whole_units_only=whole) is None
            same = {"1/2": "½", "1/4": "¼", "3/4": "¾"}
            typed = text
            for slashed, part in same.items():
                typed = typed.replace(slashed, part)
            assert re.sub("[0., /]", "", spelling) == re.sub("[0., /]", "", typed)
