"""A clinic's own fonts: which files can be used, what is kept of them, and how one is added.

Belongs here: reading a font file's own marks, copying it into the fonts folder, and the list of
checksums beside it. Not here: choosing a font for a character (`fonts`).
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tracker.handouts.fonts import UNREADABLE, BadFont, StableFont

SUMS = "SHA256SUMS"
_LARGEST = 40 * 1024 * 1024  # bytes; the largest static font of a script is a third of it
_TRUETYPE = (b"\x00\x01\x00\x00", b"true")
_OTHER = {
    b"OTTO": "is an OpenType font with PostScript outlines (.otf)",
    b"ttcf": "is a collection of several fonts (.ttc)",
    b"wOFF": "is packed for the web (.woff)",
    b"wOF2": "is packed for the web (.woff2)",
}
_INSTEAD = "Only static TrueType files (.ttf) can be printed with: look for one of the same script."


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font of the clinic's own: its checksum, and what it can print."""

    name: str
    sha256: str
    characters: int
    scripts: tuple[str, ...]  # those with most characters, by their Unicode names
    recorded: str  # the checksum kept when it was added; "" when it never was


def why_not(name: str, data: bytes) -> str | None:
    """Say in a sentence why a file cannot be a font of the paper, or None when it may be."""
    if len(data) > _LARGEST:
        return f"{name} is larger than 40 MB. {_INSTEAD}"
    if data[:4] in _OTHER:
        return f"{name} {_OTHER[data[:4]]}. {_INSTEAD}"
    if data[:4] not in _TRUETYPE:
        return f"{name} is not a font file. {_INSTEAD}"
    if not name.lower().endswith(".ttf"):
        return f"{name} does not end in .ttf. Rename it if it is a TrueType font."
    if "fvar" in _tables(data):
        return f"{name} is a variable font, with many weights in one file. {_INSTEAD}"
    return None


def _tables(data: bytes) -> set[str]:
    count = int.from_bytes(data[4:6], "big")
    heads = (data[12 + 16 * number : 16 + 16 * number] for number in range(count))
    return {head.decode("latin-1") for head in heads}


def add(source: Path, folder: Path) -> FontFile:
    """Copy a font into the clinic's folder and keep its checksum beside it.

    Raises BadFont, in a sentence, for a file the paper cannot use, and for one whose name is taken
    by another font. Adding the same file twice changes nothing.
    """
    data = source.read_bytes()
    if why := why_not(source.name, data):
        raise BadFont(why)
    found = _examined(source, "")
    place = folder / source.name
    if place.exists() and place.read_bytes() != data:
        raise BadFont(f"There is another font named {source.name}. Rename this one first.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(place, data)
    sums = {**recorded(folder), source.name: found.sha256}
    listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    _write(folder / SUMS, listed.encode())
    return FontFile(found.name, found.sha256, found.characters, found.scripts, found.sha256)


def _write(place: Path, data: bytes) -> None:
    # Whole or not at all: a running server may be reading the folder.
    half = place.with_name(place.name + ".part")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    half.replace(place)


def recorded(folder: Path) -> dict[str, str]:
    """Return file name -> SHA-256 of the fonts that were added by command."""
    sums = folder / SUMS
    if not sums.exists():
        return {}
    rows = (line.split(maxsplit=1) for line in sums.read_text(encoding="utf-8").splitlines())
    return {name.strip(): digest for digest, name in rows}


def listing(folder: Path) -> tuple[FontFile, ...]:
    """Return the fonts of a clinic's folder in the order in which they are asked for a character.

    Raises BadFont, naming the file, for one that cannot be used.
    """
    sums = recorded(folder)
    paths = sorted(folder.glob("*.ttf")) if folder.is_dir() else []
    return tuple(_examined(path, sums.get(path.name, "")) for path in paths)


def _examined(path: Path, kept: str) -> FontFile:
    try:
        covered = StableFont(path.stem, path).face.charToGlyph
    except UNREADABLE as error:
        raise BadFont(f"{path.name} cannot be used: {error}. {_INSTEAD}") from error
    letters = (chr(code) for code in covered if unicodedata.category(chr(code)).startswith("L"))
    words = Counter(unicodedata.name(char, "?").split(" ", 1)[0] for char in letters)
    most = tuple(word.capitalize() for word, _ in words.most_common(4))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return FontFile(path.name, digest, len(covered), most, kept)
