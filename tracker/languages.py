"""Sentences that can be said in more than one language; the rules' whole share in translation.

A rule says a sentence in English with `said`. The result is that English text, a `str` like any
other, and it still knows its template and its values, so that the edge can say it in the language
of the person who reads: a template's output does so by itself (`__html__`). What is kept in the
record stays English. The Spanish texts are handed in by `learn`; nothing here reads a file.

A value that a person typed, a dose above all, goes into the sentence as it is: only templates, and
values that are sentences themselves, are ever translated. Standard library only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self

ENGLISH, SPANISH = "en", "es"
NAMES = {ENGLISH: "English", SPANISH: "Español"}
CONTEXT = "\x04"  # between a context and its text, as in every catalogue of this kind
_TWO_STOPS = "\N{NO-BREAK SPACE}m.."  # nobody types this blank before an m
_KEPT = "\x1e"  # begins a kept sentence; nobody can type it

_speaking: ContextVar[str] = ContextVar("language", default=ENGLISH)
_texts: dict[str, Mapping[str, tuple[str, ...]]] = {}


def speaking() -> str:
    """Give the language of what is being answered: "en" or "es"."""
    return _speaking.get()


def speak(language: str) -> None:
    """Answer in this language from here on."""
    _speaking.set(language)


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Answer in this language for a while, then in the one before."""
    before = _speaking.set(language)
    try:
        yield
    finally:
        _speaking.reset(before)


def learn(language: str, texts: Mapping[str, tuple[str, ...]]) -> None:
    """Take in the texts of a language: English template to its forms (one, or one and many)."""
    _texts[language] = texts


def forms_of(template: str, language: str) -> tuple[str, ...]:
    """Give the forms of a template in another language, () where none is known."""
    return _texts.get(language, {}).get(template, ())


def text_of(template: str, language: str, count: int | None = None) -> str | None:
    """Give a template in another language, in the form for `count`, or None where none is known."""
    forms = forms_of(template, language)
    if not forms:
        return None
    return forms[-1] if count is not None and count != 1 else forms[0]


class _Html(str):
    """A text whose marks are escaped; whoever escapes texts leaves it alone."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


class Spoken(str):
    """A text that is English as a `str`, and can be said in another language."""

    __slots__ = ()
    KINDS: ClassVar[dict[str, type[Spoken]]] = {}

    def __init_subclass__(cls) -> None:
        """Note how a kept text of this kind is read again."""
        Spoken.KINDS[cls.__name__] = cls

    def into(self, language: str) -> str:
        """Say it in this language; English where it has no text there."""
        raise NotImplementedError

    def parts(self) -> list[Any]:
        """Give what `again` needs, as JSON takes it."""
        raise NotImplementedError

    @classmethod
    def again(cls, *parts: Any) -> Spoken:
        """Make it again from its parts."""
        raise NotImplementedError

    def __str__(self) -> str:
        """Stay a sentence: `str` of it, or of an exception that carries it, loses nothing."""
        return self

    def __html__(self) -> str:
        """Say it in the language being spoken, for a page."""
        language = _speaking.get()
        text = str.__str__(self) if language == ENGLISH else self.into(language)
        return _Html(
            text.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("'", "&#39;")
            .replace('"', "&#34;")
        )

    def lower(self) -> Spoken:
        """Give it in small letters, in every language."""
        return Altered.of(self, "lower")

    def capitalize(self) -> Spoken:
        """Give it with a capital first and small letters after, in every language."""
        return Altered.of(self, "capitalize")

    def __mod__(self, values: Any) -> str:
        """Stay a sentence where there is nothing to fill in, as the web's forms would do."""
        return self if "%" not in self else super().__mod__(values)

    def __add__(self, other: str) -> Spoken:
        """Put a text behind it."""
        return Joined.of("", (self, other))

    def __radd__(self, other: str) -> Spoken:
        """Put a text before it."""
        return Joined.of("", (other, self))


class Said(Spoken):
    """A sentence with its template and its values; `number` chooses between two forms."""

    __slots__ = ("many", "number", "template", "values")
    template: str
    many: str
    values: dict[str, Any]
    number: int | None

    @classmethod
    def of(
        cls, template: str, values: dict[str, Any], count: int | None = None, many: str = ""
    ) -> Self:
        """Make one; a template without values may hold braces of its own."""
        words = many if count is not None and count != 1 else template
        words = words.rpartition(CONTEXT)[2]
        one = cls(words.format(**values) if values else words)
        one.template, one.values, one.number, one.many = template, values, count, many
        return one

    def into(self, language: str) -> str:
        """Say it in this language, its values too where they are sentences."""
        found = text_of(self.template, language, self.number)
        if not self.values:
            return str.__str__(self) if found is None else found
        if found is None:
            found = self.many if self.number is not None and self.number != 1 else self.template
            found = found.rpartition(CONTEXT)[2]
        words = found.format(**{name: into(v, language) for name, v in self.values.items()})
        return one_stop(words)

    def parts(self) -> list[Any]:
        """Give template, values, count and the form for many."""
        values = {name: _packed(value) for name, value in self.values.items()}
        return [self.template, values, self.number, self.many]

    @classmethod
    def again(cls, *parts: Any) -> Spoken:
        """Make the sentence again."""
        template, values, count, many = parts
        return cls.of(template, {name: _unpacked(v) for name, v in values.items()}, count, many)


class Joined(Spoken):
    """Several texts, one after the other, with the same mark between them."""

    __slots__ = ("between", "texts")
    between: str
    texts: tuple[str, ...]

    @classmethod
    def of(cls, between: str, texts: tuple[str, ...]) -> Joined:
        """Make one."""
        one = cls(str.join(between, texts))
        one.between, one.texts = between, texts
        return one

    def into(self, language: str) -> str:
        """Say each of them."""
        between: str = into(self.between, language)
        return between.join(into(text, language) for text in self.texts)

    def parts(self) -> list[Any]:
        """Give the mark and the texts."""
        return [_packed(self.between), [_packed(text) for text in self.texts]]

    @classmethod
    def again(cls, *parts: Any) -> Spoken:
        """Make it again."""
        return cls.of(_unpacked(parts[0]), tuple(_unpacked(text) for text in parts[1]))


class Altered(Spoken):
    """A sentence in small letters, or with a capital first."""

    __slots__ = ("how", "text")
    text: Spoken
    how: str

    @classmethod
    def of(cls, text: Spoken, how: str) -> Altered:
        """Make one: "lower", "capitalize", "small" or "big"."""
        one = cls(_HOW[how](str.__str__(text)))
        one.text, one.how = text, how
        return one

    def into(self, language: str) -> str:
        """Say the sentence, altered."""
        return _HOW[self.how](self.text.into(language))

    def parts(self) -> list[Any]:
        """Give the sentence and how it is altered."""
        return [_packed(self.text), self.how]

    @classmethod
    def again(cls, *parts: Any) -> Spoken:
        """Make it again."""
        return cls.of(_unpacked(parts[0]), parts[1])


def one_stop(words: str) -> str:
    """Leave one full stop where a time that ends in one, "10:44 a. m.", ends a sentence."""
    return words.replace(_TWO_STOPS, _TWO_STOPS[:-1]) if _TWO_STOPS in words else words


_HOW: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "capitalize": str.capitalize,
    "small": lambda text: text[:1].lower() + text[1:],
    "big": lambda text: text[:1].upper() + text[1:],
}


def said(template: str, /, **values: Any) -> str:
    """Say a sentence that keeps its template: `said("Step {number} is done.", number=3)`.

    Values come as they are to be read: text, a whole number, or another sentence.
    """
    return Said.of(template, values)


def counted(one: str, many: str, n: int, /, **values: Any) -> str:
    """Say a sentence about a number: `counted("{n} row", "{n} rows", 3)`."""
    return Said.of(one, {"n": n, **values}, n, many)


def said_as(context: str, template: str, /, **values: Any) -> str:
    """Say a sentence whose English alone does not tell its meaning: `said_as("verb", "Record")`."""
    return Said.of(f"{context}{CONTEXT}{template}", values)


def joined(between: str, texts: Iterable[str]) -> str:
    """Put texts together, sentences or not: what `between.join(texts)` would lose."""
    return Joined.of(between, tuple(texts))


def big(text: str) -> str:
    """Give a text with a capital first, for the start of a line."""
    if isinstance(text, Spoken):
        return Altered.of(text, "big")
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Give a text with a small letter first, for the middle of a sentence."""
    if isinstance(text, Spoken):
        return Altered.of(text, "small")
    return text[:1].lower() + text[1:]


def say(template: str, /, **values: Any) -> str:
    """Say a sentence now, in the language being spoken; for a page, never for the record."""
    language = _speaking.get()
    if language == ENGLISH:
        return template.format(**values) if values else template
    return Said.of(template, values).into(language)


def say_counted(one: str, many: str, n: int, /, **values: Any) -> str:
    """Say a sentence about a number now, in the language being spoken."""
    language = _speaking.get()
    if language == ENGLISH:
        return (one if n == 1 else many).format(n=n, **values)
    return Said.of(one, {"n": n, **values}, n, many).into(language)


def into(value: Any, language: str) -> Any:
    """Give a value in this language: a sentence is said, anything else stays what it is."""
    return value.into(language) if isinstance(value, Spoken) else value


def here(text: str) -> str:
    """Give a text as a plain `str` in the language being spoken."""
    return str.__str__(into(text, _speaking.get()))


def kept(text: str) -> str:
    """Give a text for the record's keeping, as `read` takes it; a plain text stays as it is."""
    if not isinstance(text, Spoken):
        return text
    return _KEPT + json.dumps(_packed(text), ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> str:
    """Give back what was kept."""
    if not text.startswith(_KEPT):
        return text
    found: str = _unpacked(json.loads(text[1:]))
    return found


def _packed(value: Any) -> Any:
    """Write a value so that JSON takes it: a sentence becomes its kind and its parts."""
    if isinstance(value, Spoken):
        return [type(value).__name__, *value.parts()]
    return value if isinstance(value, int) else str(value)


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return Spoken.KINDS[value[0]].again(*value[1:])
    return value
