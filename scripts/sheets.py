"""`make sheets`: every sheet in both languages, sizes and papers, as PDF and as pictures.

The people are invented and the values are those of the tests, so whoever changes the paper can see
what they changed. Each page becomes a PNG; `--poor` makes them as a bad printer and a fax would.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.handouts import staff
from tests.handouts.samples import PATIENTS, in_words_of
from tracker import handouts
from tracker.handouts import PatientSheet, kinds

CLEAR = ("-r", "60")
POOR = {"grey": ("-gray", "-r", "100"), "fax": ("-mono", "-rx", "204", "-ry", "98")}
LOOKS = [
    (language, size, paper)
    for language in ("en", "es")
    for size in ("standard", "large")
    for paper in ("letter", "a4")
]


def patients() -> Iterator[tuple[str, PatientSheet]]:
    """Give each patient's sheet in every language, size and paper, with a name for its file."""
    for name, make in PATIENTS.items():
        for language, size, paper in LOOKS:
            sheet = replace(in_words_of(language, make()), size=size, paper=paper, diary=True)
            yield f"{name}, {language}, {size}, {paper}", sheet


def others() -> Iterator[tuple[str, kinds.Sheet]]:
    """Give the other sheets: hold slips in every look, those for staff on both papers."""
    for name, make in PATIENTS.items():
        for language, size, paper in LOOKS:
            sheet = replace(in_words_of(language, make()), size=size, paper=paper)
            yield f"hold slip, {name}, {language}, {size}, {paper}", staff.slip_of(sheet)
    for name, made in staff.STAFF.items():
        if not name.startswith(("hold", "large hold")):
            for paper in ("letter", "a4"):
                yield f"{name}, {paper}", staff.on(made(), paper)


def printed(wanted: str) -> Iterator[tuple[str, bytes]]:
    """Draw each sheet whose name holds the wanted words."""
    for name, sheet in patients():
        if wanted in name:
            yield re.sub("[^a-z0-9]+", "-", name), handouts.draw(sheet)
    for name, other in others():
        if wanted in name:
            yield re.sub("[^a-z0-9]+", "-", name), kinds.draw(other)


def main(words: list[str]) -> int:
    """Write PDFs and pictures into the folder, and say how many pages each sheet has."""
    asked = argparse.ArgumentParser(prog="make sheets")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--only", default="", help="words that a sheet's name must hold")
    asked.add_argument("--poor", choices=POOR, help="as a bad printer or a fax shows it")
    choice = asked.parse_args(words)
    choice.folder.mkdir(parents=True, exist_ok=True)
    for name, data in printed(choice.only):
        at = choice.folder / name
        at.with_suffix(".pdf").write_bytes(data)
        how = POOR.get(choice.poor, CLEAR)
        subprocess.run(["pdftoppm", "-png", *how, str(at.with_suffix(".pdf")), str(at)], check=True)
        pages = len(list(choice.folder.glob(f"{name}-*.png")))
        print(f"{pages:3} pages  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
