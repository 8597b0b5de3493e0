"""The fixed words of the sheets for staff, and their dates: `catalogue/staffpaper.toml`.

Belongs here: reading that file, and the few lines that several staff sheets share. The patient's
sheets have a phrase library of their own, with a source and a review for each phrase (`phrases`).
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from tracker.handouts import phrases
from tracker.handouts.blocks import Running, Words
from tracker.handouts.phrases import BadPhrases, Phrase, Phrases

PATH = phrases.FOLDER / "staffpaper.toml"


@lru_cache(maxsize=2)
def load(path: Path = PATH) -> Phrases:
    """Return the staff's phrases together with the English ones, which write dates and modes.

    Raises BadPhrases, naming file and entry, for what is not text or is already taken.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadPhrases(f"{path.name} cannot be read: {error}.") from error
    entries = dict(phrases.load("en").entries)
    for table, rows in tables.items():
        for key, words in rows.items():
            name = f"{table}-{key}"
            if not isinstance(words, str) or not words or words.count("**") % 2:
                raise BadPhrases(f"{path.name}, {name}: this is not text with closed ** marks.")
            if name in entries:
                raise BadPhrases(f"{path.name}, {name}: this id is used twice.")
            entries[name] = Phrase(name, words, "label", "layout", path.name, "staff")
    return Phrases("en", entries)


def running(say: Phrases, top: Words, corner: str, foot: Words) -> Running:
    """Return what stands on every page of a staff sheet."""
    return Running(
        top_left=top,
        page_of=say.text("page-of", page="{page}", pages="{pages}"),
        version=corner,
        bottom=foot,
        watermark="",
        stamp=(),
    )
