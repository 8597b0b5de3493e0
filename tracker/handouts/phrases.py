"""The fixed words of the paper, by id, in one language: `catalogue/handout.<language>.toml`.

Belongs here: reading and checking that file, putting typed text into a phrase, and writing dates
in its language. Typed text goes in after the phrase's own marks are read, so it is never markup.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from tracker.handouts.blocks import Span, Words, plain
from tracker.handouts.textline import clean, turns

FOLDER = Path(__file__).resolve().parent.parent / "catalogue"
NBSP = "\u00a0"
_FIELDS = {"id", "words", "kind", "source", "reference", "reviewer"}
_REVIEW = {"reviewed_on", "review_by"}
TAGS = {"en": "en-US", "es": "es-US"}  # the languages of the paper, as a document names them
# "layout" names a part of the sheet and makes no claim about care.
SOURCES = ("article", "guideline", "layout")
KINDS = ("sentence", "label")
_HOLE = re.compile(r"\{(\w+)\}")
_Part = tuple[bool, tuple[tuple[bool, str], ...]]  # bold?, pieces: is it a hole?, text or name


class BadPhrases(ValueError):
    """A phrase file that cannot be used; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One fixed phrase. `**` in its words turns bold on and off; {name} is filled when said."""

    id: str
    words: str
    kind: str
    source: str
    reference: str
    reviewer: str  # who answers for the words; "" for a draft that nobody has approved
    reviewed_on: date | None = None
    review_by: date | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 (hex) of its words: who approves it approves these words alone."""
        return hashlib.sha256(self.words.encode()).hexdigest()

    @property
    def is_draft(self) -> bool:
        """Whether no named person has approved the words yet."""
        return not self.reviewer


class Phrases:
    """All fixed phrases of one language."""

    def __init__(self, language: str, entries: Mapping[str, Phrase]) -> None:
        self.language = language
        self.entries = dict(entries)
        self._said: dict[str, Words] = {}
        self._parts: dict[str, tuple[_Part, ...]] = {}

    @cached_property
    def drafts(self) -> tuple[Phrase, ...]:
        """The phrases that no named person has approved."""
        return tuple(entry for entry in self.entries.values() if entry.is_draft)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 (hex) of all words by id: who allows drafts allows these words alone."""
        told = "\n".join(f"{key}\t{self.entries[key].words}" for key in sorted(self.entries))
        return hashlib.sha256(told.encode()).hexdigest()

    def has(self, phrase_id: str) -> bool:
        """Say whether this language has the phrase; a few belong to one language alone."""
        return phrase_id in self.entries

    def say(self, phrase_id: str, **values: str) -> Words:
        """Return a phrase with its holes filled by text that is taken literally.

        Raises KeyError for an unknown id or a hole without a value.
        """
        if not values:
            return self._fixed(phrase_id)
        return self._filled(phrase_id, values)

    def _fixed(self, phrase_id: str) -> Words:
        made = self._said.get(phrase_id)
        if made is None:
            made = self._said[phrase_id] = self._filled(phrase_id, {})
        return made

    def _filled(self, phrase_id: str, values: Mapping[str, str]) -> Words:
        parts = self._parts.get(phrase_id)
        if parts is None:
            parts = self._parts[phrase_id] = _parts(self.entries[phrase_id].words)
        spans = []
        for bold, pieces in parts:
            text = "".join(_apart(values[piece]) if is_hole else piece for is_hole, piece in pieces)
            if text:
                spans.append(Span(text, bold))
        return tuple(spans)

    def text(self, phrase_id: str, **values: str) -> str:
        """Return a phrase as plain text."""
        return plain(self.say(phrase_id, **values))

    def long_date(self, day: date) -> str:
        """Write a date with its weekday: "Tuesday, December 1, 2026"."""
        return self._date("date-long", day)

    def row_date(self, day: date) -> str:
        """Write a date with its weekday for a narrow column of a table."""
        return self._date("date-row", day)

    def plain_date(self, day: date) -> str:
        """Write a date without its weekday: "December 1, 2026"."""
        return self._date("date-plain", day)

    def brief_date(self, day: date) -> str:
        """Write a date for a crowded page: "Tue, Dec 1, 2026"."""
        return self._date("date-brief", day)

    def short_date(self, day: date) -> str:
        """Write a day for a list: "Tue, Dec 1"."""
        return self._date("date-short", day)

    def printed_date(self, day: date) -> str:
        """Write a date for the foot of a page: "Nov 23, 2026"."""
        return self._date("date-printed", day)

    def month(self, day: date) -> str:
        """Write a month over its calendar: "December 2026", "Diciembre de 2026"."""
        return capital(self._date("date-month", day))

    def weekday(self, number: int) -> str:
        """Write a weekday in short over its column, Monday being 0."""
        return capital(self.text(f"weekday-short-{number + 1}"))

    def week(self) -> tuple[int, ...]:
        """Return the weekdays in the order of a calendar here, Monday being 0."""
        first = self.text("first-weekday")
        start = next(day for day in range(7) if self.text(f"weekday-{day + 1}") == first)
        return tuple((start + day) % 7 for day in range(7))

    def _date(self, phrase_id: str, day: date) -> str:
        return _written_date(self, phrase_id, day)


@lru_cache(maxsize=1024)
def _written_date(say: Phrases, phrase_id: str, day: date) -> str:
    return say.text(
        phrase_id,
        weekday=say.text(f"weekday-{day.weekday() + 1}"),
        weekday_short=say.text(f"weekday-short-{day.weekday() + 1}"),
        month=say.text(f"month-{day.month}"),
        month_short=say.text(f"month-short-{day.month}"),
        day=str(day.day),
        year=str(day.year),
    )


def _parts(words: str) -> tuple[_Part, ...]:
    """Read a phrase's marks: stretches of one weight, each made of literal text and holes."""
    return tuple(
        (
            number % 2 == 1,
            # Every second piece of a split by one group is what the group found: a hole's name.
            tuple((at % 2 == 1, piece) for at, piece in enumerate(_HOLE.split(part)) if piece),
        )
        for number, part in enumerate(words.split("**"))
    )


def capital(text: str) -> str:
    """Return text with a capital first letter, for the head of a line or a cell."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1024)
def typed(text: str, bold: bool = False) -> Words:
    """Return typed text as words, cleaned of controls; empty for empty text."""
    kept = clean(text).strip()
    return (Span(_apart(kept), bold),) if kept else ()


@lru_cache(maxsize=1024)
def _apart(value: str) -> str:
    """Keep right-to-left text from turning the words around it: an isolate (UAX #9)."""
    kept = clean(value)
    return f"\u2068{kept}\u2069" if turns(kept) else kept


@lru_cache(maxsize=8)
def load(language: str, folder: Path = FOLDER) -> Phrases:
    """Read the phrases of a language ("en"). Raises BadPhrases naming file and entry."""
    path = folder / f"handout.{language}.toml"
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["phrase"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise BadPhrases(f"{path.name} cannot be read: {error}.") from error
    entries: dict[str, Phrase] = {}
    for number, row in enumerate(rows, start=1):
        name = f"{path.name}, entry {number} ({row.get('id', 'no id')})"
        _check(name, row, entries)
        entries[row["id"]] = Phrase(**row)
    return Phrases(language, entries)


def _check(name: str, row: Mapping[str, object], entries: Mapping[str, Phrase]) -> None:
    wanted = _FIELDS | (_REVIEW if row.get("reviewer") else set())
    if set(row) != wanted:
        wrong = sorted(set(row) ^ wanted)
        raise BadPhrases(f"{name}: these fields are missing or unknown: {', '.join(wrong)}.")
    if row["id"] in entries:
        raise BadPhrases(f"{name}: this id is used twice.")
    if row["source"] not in SOURCES or row["kind"] not in KINDS:
        raise BadPhrases(f"{name}: source is one of {SOURCES}, kind is one of {KINDS}.")
    if not all(isinstance(row[key], str) and row[key] for key in ("id", "words", "reference")):
        raise BadPhrases(f"{name}: id, words and reference are text and not empty.")
    if not all(type(row[key]) is date for key in wanted & _REVIEW):
        raise BadPhrases(f"{name}: reviewed_on and review_by are dates.")
    if str(row["words"]).count("**") % 2:
        raise BadPhrases(f"{name}: a ** is not closed.")
