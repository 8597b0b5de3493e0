"""What must be put right before a sheet is printed: the machine's part of the checklist.

Belongs here: characters no font has, what page 1 has no room for, phone numbers nobody confirmed
lately, words that are missing in the sheet's language or that nobody approved.
Not here: whether the plan may be printed at all (rules of the plan and of the act).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from tracker.dates import born
from tracker.handouts import fonts, nownext, phrases
from tracker.handouts.fridge import Arrangement
from tracker.handouts.textline import JOINERS, MissingGlyph, clean, line
from tracker.handouts.values import PatientSheet, Phone
from tracker.languages import counted, joined, said

_GOOD_FOR_YEARS = 1
LANGUAGES = {"en": said("English"), "es": said("Spanish")}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. `stops` says whether the sheet cannot be printed until it is."""

    where: str  # the value's name: "patient.name", "clinic.day"
    sentence: str
    stops: bool
    bare: str = ""  # the same without any typed text, where `sentence` quotes some

    @property
    def plainly(self) -> str:
        """The problem in words that quote nothing of the record: for a terminal."""
        return self.bare or self.sentence


def unprintable(sheet: PatientSheet, folder: Path | None) -> Iterator[Problem]:
    """Name each value with a character that no font here can print, and what to do."""
    loaded = fonts.load(folder)
    for where, text in _texts(sheet, ""):
        if where == "patient.name" and sheet.patient.latin_only and sheet.patient.latin_name:
            continue
        try:
            line(loaded, ((clean(text), True), (clean(text), False)))
        except MissingGlyph as missing:
            code = f"U+{ord(missing.char):04X}"
            of = said("The name") if where == "patient.name" else said("A text")
            bare = said(
                "{of} has a character that no font here can print ({code}).", of=of, code=code
            )
            yield Problem(where, joined(" ", [str(missing), _offer(sheet, where)]), True, bare)


T = TypeVar("T")


def in_code_points(values: T, folder: Path | None) -> T:
    """Return a sheet's values with each character that no font has as its code point: "(U+738B)".

    For sheets of staff alone: a list of many patients must not stop at one name, and the code point
    is never mistaken for a letter, as a box or a blank could be.
    """
    loaded = fonts.load(folder)

    def shown(value: Any) -> Any:
        if isinstance(value, str):
            return "".join(_or_code_point(loaded, char) for char in clean(value))
        if is_dataclass(value) and not isinstance(value, type):
            changed = {one.name: shown(getattr(value, one.name)) for one in fields(value)}
            return type(value)(**changed)
        if isinstance(value, tuple):
            return tuple(shown(member) for member in value)
        return value

    made: T = shown(values)
    return made


def _or_code_point(loaded: fonts.FontSet, char: str) -> str:
    known = char in loaded.plain or char in JOINERS or loaded.font_for(char, True) is not None
    return char if known else f"(U+{ord(char):04X})"


def _offer(sheet: PatientSheet, where: str) -> str:
    if where == "patient.name" and sheet.patient.latin_name:
        return said(
            "Print the name in Latin letters, {latin_name}, instead.",
            latin_name=sheet.patient.latin_name,
        )
    if where == "patient.name":
        return said("Type the name in Latin letters as well, and print that.")
    return said("Type it another way, or add a font for it to the fonts folder.")


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Walk all text in the values, with the name of each place."""
    if isinstance(value, str):
        yield where, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), f"{where}.{field.name}".strip("."))
    elif isinstance(value, tuple):
        for number, member in enumerate(value, start=1):
            yield from _texts(member, f"{where}.{number}")


def first_page(sheet: PatientSheet, arrangement: Arrangement) -> Iterator[Problem]:
    """Name what page 1 has no room for; page 1 says the same, and page 2 begins with it."""
    both = nownext.both(sheet)
    smaller = said("In the usual size page 1 has room for more.")
    if arrangement.steps == 0:
        sentence = said("Page 1 has no room for the amounts: they stand on page 2 and after.")
        told = joined(" ", [sentence, smaller]) if sheet.is_large else sentence
        yield Problem("page 1", told, False)
    elif arrangement.steps < len(both):
        sentence = said(
            "Page 1 has no room for the amounts of the next step: they stand on page 2."
        )
        told = joined(" ", [sentence, smaller]) if sheet.is_large else sentence
        yield Problem("page 1", told, False)
    if not arrangement.notes and any(step.instruction for step in both):
        sentence = said("Page 1 has no room for your words for the step: they stand on page 2.")
        yield Problem("page 1", sentence, False)
    if not arrangement.contact:
        sentence = said("Page 1 has no room for the next contact: it stands on page 2.")
        yield Problem("page 1", sentence, False)


def phones(sheet: PatientSheet) -> Iterator[Problem]:
    """Name the clinic's numbers that are missing, or that nobody confirmed for 12 months."""
    named: tuple[tuple[str, str, Phone], ...] = (
        ("clinic.day", said("daytime"), sheet.clinic.day),
        ("clinic.night", said("after-hours"), sheet.clinic.night),
    )
    for where, words, phone in named:
        if not phone.number:
            yield Problem(
                where, said("There is no {words} number. Add it to the clinic.", words=words), True
            )
        elif phone.confirmed_on is None:
            sentence = said(
                "Nobody has confirmed the {words} number {number}. Try it first.",
                words=words,
                number=phone.number,
            )
            yield Problem(where, sentence, False)
        elif _a_year_later(phone.confirmed_on) < sheet.printed_on:
            sentence = said(
                "The {words} number {number} was last confirmed on {day}: more than 12 months "
                "ago. Try it, then confirm it.",
                words=words, number=phone.number, day=born(phone.confirmed_on),
            )  # fmt: skip
            yield Problem(where, sentence, False)


def _a_year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + _GOOD_FOR_YEARS)
    except ValueError:  # February 29
        return date(day.year + _GOOD_FOR_YEARS, 3, 1)


def _past_review(library: phrases.Phrases, today: date, name: str) -> Iterator[Problem]:
    late = [one for one in library.entries.values() if one.review_by and one.review_by < today]
    if late:
        sentence = counted(
            "{n} of {all} {name} phrases is past the day of its next review.",
            "{n} of {all} {name} phrases are past the day of their next review.",
            len(late), all=len(library.entries), name=name,
        )  # fmt: skip
        yield Problem("wording", sentence, False)


def language(sheet: PatientSheet) -> Iterator[Problem]:
    """Name the texts that have no words in the sheet's language, and wording nobody approved."""
    name = LANGUAGES[sheet.language]
    for place in sheet.untranslated:
        sentence = said(
            "There is no {name} for {place}. Add it, or print in another language.",
            name=name,
            place=place,
        )
        bare = said("A text has no {name}.", name=name)
        yield Problem("language", sentence, True, bare)
    for place in sheet.left_out:
        yield Problem(
            "language",
            said("Left out, because it has no {name}: {place}.", name=name, place=place),
            False,
        )
    library = phrases.load(sheet.language)
    yield from _past_review(library, sheet.printed_on, name)
    left = len(library.drafts) - sheet.phrases_approved
    if left <= 0:
        return
    sentence = counted(
        "{n} of {all} {name} phrases is a draft that no named translator has approved.",
        "{n} of {all} {name} phrases are drafts that no named translator has approved.",
        left, all=len(library.entries), name=name,
    )  # fmt: skip
    if sheet.drafts_allowed:
        yield Problem(
            "wording",
            said("{sentence} An administrator has allowed them.", sentence=sentence),
            False,
        )
    else:
        may = said("An administrator can allow them, from the page of the clinic’s details.")
        yield Problem("wording", joined(" ", [sentence, may]), True)
