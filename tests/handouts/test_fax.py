"""Paper that went through a bad printer or a fax: the code can still be read, nothing is shaded.

A fax has one bit for each dot and 204 by 98 of them in a square inch ("standard", ITU-T T.4).
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.handouts.reading import Reading
from tests.handouts.sheets import SHEETS, mixed, sheet_of
from tests.handouts.staff import STAFF, hold_slip
from tracker.handouts import draw, kinds

GREY = ("-gray", "-r", "100")
FAX = ("-mono", "-rx", "204", "-ry", "98")
FINE_FAX = ("-mono", "-rx", "204", "-ry", "196")

CODED: dict[str, Callable[[], bytes]] = {
    "sheet": lambda: draw(SHEETS["one medicine"]()),
    "crowded sheet": lambda: draw(SHEETS["six medicines"]()),
    "A4 sheet": lambda: draw(SHEETS["liquid until reviewed"]()),
    "large print": lambda: draw(replace(SHEETS["one medicine"](), size="large")),
    "Spanish sheet": lambda: draw(replace(SHEETS["one medicine"](), language="es")),
    "hold slip": lambda: kinds.draw(STAFF["hold slip"]()),
    "fullest sheet": lambda: draw(
        replace(sheet_of(mixed(6), current_step=2), language="es", drafts_allowed=True)
    ),
    "fullest hold slip": lambda: kinds.draw(hold_slip(6, language="es")),
}


def pictures(data: bytes, folder: Path, how: tuple[str, ...]) -> list[Image.Image]:
    """Return the first three pages as dots: black, white and, unless it is a fax, grey."""
    (folder / "sheet.pdf").write_bytes(data)
    subprocess.run(
        ["pdftoppm", *how, "-l", "3", str(folder / "sheet.pdf"), str(folder / "page")], check=True
    )
    found = []
    for path in sorted(folder.glob("page*.p?m")):
        with Image.open(path) as page:
            found.append(page.convert("L"))
    return found


@pytest.mark.parametrize("how", [GREY, FAX, FINE_FAX], ids=["100 dpi", "fax", "fine fax"])
@pytest.mark.parametrize("kind", CODED)
def test_the_code_is_read_from_a_poor_copy(kind: str, how: tuple[str, ...], tmp_path: Path) -> None:
    codes = [
        found.text
        for page in pictures(CODED[kind](), tmp_path, how)
        for found in zxingcpp.read_barcodes(page)
    ]
    assert codes == ["7F3K92QD"]


def _drawn(kind: str) -> bytes:
    return draw(SHEETS[kind]()) if kind in SHEETS else kinds.draw(STAFF[kind]())


@pytest.mark.parametrize("kind", [*SHEETS, *STAFF])
def test_nothing_is_shaded_and_no_letter_is_small(kind: str) -> None:
    reading = Reading(_drawn(kind))
    assert min(one.size for one in reading.shown) >= 11.9
    # Only the modules of the code are filled: bars of squares of a fax dot's size or more.
    filled = [one for one in reading.strokes if one.filled]
    assert all(2.3 <= one.top - one.bottom <= 5 for one in filled)
    assert len({round(one.top - one.bottom, 2) for one in filled}) <= 1
    modules = [(one.right - one.left) / (one.top - one.bottom) for one in filled]
    assert all(abs(wide - round(wide)) < 0.05 for wide in modules)


def test_a_grey_page_is_black_on_white(tmp_path: Path) -> None:
    page = pictures(CODED["sheet"](), tmp_path, ("-gray", "-r", "300"))[0]
    counts = page.histogram()
    grey = sum(counts[60:200]) / sum(counts)  # the edges of letters, and nothing else
    assert grey < 0.02 and counts[255] / sum(counts) > 0.85
