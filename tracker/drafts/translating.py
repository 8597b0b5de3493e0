"""The texts of a draft that reach the patient's paper, and the same in the patient's language.

A translation stands for the very text it was typed for: where that text changes, it is missing.
Nothing is translated here; both are typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tracker.drafts.shape import Raw, tidy
from tracker.languages import said
from tracker.plans import AfterLast, Pattern, Translation

GOAL = said("the patient’s own goal")


@dataclass(frozen=True, slots=True)
class FreeText:
    """One text as typed, and every place of the paper where it stands."""

    text: str
    places: tuple[str, ...]
    translation: str

    @property
    def is_missing(self) -> bool:
        """Whether the sheet cannot be printed without it; the goal alone may be left out."""
        return not self.translation and self.places != (GOAL,)


def read_translations(raw: Raw) -> tuple[Translation, ...]:
    """Read the translations that say something, each text once."""
    found = {row["of"]: row["text"] for row in raw["translations"] if row["of"] and row["text"]}
    return tuple(Translation(of, text) for of, text in found.items())


def free_texts(raw: Raw, therapies: Mapping[str, str]) -> tuple[FreeText, ...]:
    """List the texts of a draft that reach paper, each once, with its translation or "".

    `therapies` gives the words of those whose name the language's own phrases lack.
    """
    raw = tidy(raw)
    places: dict[str, list[str]] = {}
    for place, text in _texts(raw, therapies):
        if text:
            places.setdefault(text, []).append(place)
    known = {one.of: one.text for one in read_translations(raw)}
    return tuple(
        FreeText(text, tuple(dict.fromkeys(where)), known.get(text, ""))
        for text, where in places.items()
    )


def left_over(raw: Raw, texts: Iterable[FreeText]) -> tuple[Translation, ...]:
    """List the translations of texts that have changed since: kept until somebody clears them."""
    used = {one.text for one in texts}
    return tuple(one for one in read_translations(tidy(raw)) if one.of not in used)


def _texts(raw: Raw, therapies: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(raw["medicines"], 1):
        if row["pattern"] == Pattern.AS_NEEDED.value:
            yield said("medicine {number}, needed for what", number=number), row["purpose"]
        if row["after"] in set(AfterLast):
            yield said("medicine {number}, after the last step", number=number), row["after_text"]
    for number, row in enumerate(raw["steps"], 1):
        yield said("step {number}, words", number=number), row["instruction"]
    for number, row in enumerate(raw["therapies"], 1):
        yield said("therapy {number}, name", number=number), therapies.get(row["id"], "")
        yield said("therapy {number}, where, when and with whom", number=number), row["note"]
    if raw["psych"]["answer"] == "in_place":
        yield said("psychological support"), raw["psych"]["text"]
    for number, row in enumerate(raw["new_medicines"], 1):
        yield said("the directions of new medicine {number}", number=number), row["directions"]
        yield said("when to start new medicine {number}", number=number), row["starts"]
        yield said("the end of new medicine {number}", number=number), row["until"]
    yield GOAL, raw["goal"]
