"""A clinic's own fonts: what can be added, what is kept, and a name printed with one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # it ships no types
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from sqlalchemy import select

from tests.handouts.reading import Reading
from tests.handouts.sheets import MARIA, one_medicine, sheet_of
from tests.handouts.ua import problems
from tracker.handouts import MissingGlyph, draw, made_with, printable
from tracker.handouts import fonts as fonts_module
from tracker.handouts.fontfiles import SUMS, add, listing, why_not
from tracker.handouts.fonts import SHIPPED, BadFont
from tracker.handouts.values import PatientSheet
from tracker.models import Event, db

KANNADA = SHIPPED / "NotoSansKannada-Regular.ttf"


def wang(name: str) -> PatientSheet:
    return sheet_of(one_medicine(2), patient=replace(MARIA, name=name))


@pytest.fixture
def chinese(tmp_path: Path) -> Path:
    """A font of four Chinese characters, made here: real ones weigh 5 to 11 MB."""
    names = [".notdef", *(f"uni{ord(char):04X}" for char in "王小明 ")]
    build = FontBuilder(1000, isTTF=True)
    build.setupGlyphOrder(names)
    build.setupCharacterMap({ord(char): f"uni{ord(char):04X}" for char in "王小明 "})
    build.setupGlyf({name: _square(100 * at) for at, name in enumerate(names, start=1)})
    build.setupHorizontalMetrics({name: (1000, 0) for name in names})
    build.setupHorizontalHeader(ascent=880, descent=-120)
    build.setupNameTable({"familyName": "Four Characters", "styleName": "Regular"})
    build.setupOS2(sTypoAscender=880, usWinAscent=880, usWinDescent=120)
    build.setupPost()
    path = tmp_path / "FourCharacters.ttf"
    build.save(path)
    return path


def _square(side: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, side), (side, side), (side, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def test_a_chinese_name_is_refused_without_its_font_and_printed_with_it(
    chinese: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "fonts"
    with pytest.raises(MissingGlyph, match="王"):
        draw(wang("王小明"), folder)
    fonts_module.load.cache_clear()  # as the restart does
    add(chinese, folder)
    assert printable(wang("王小明"), folder) == ()
    for name in ("王小明", "王小明 (Wang 3)", "Li 王, Jr."):
        data = draw(wang(name), folder)
        assert problems(data) == []
        assert name in Reading(data).texts()
    assert (
        made_with(folder)["FourCharacters.ttf"] == hashlib.sha256(chinese.read_bytes()).hexdigest()
    )
    with pytest.raises(MissingGlyph, match="陳"):
        draw(wang("王陳"), folder)


def test_an_added_font_is_listed_with_its_checksum(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    assert listing(folder) == ()
    added = add(KANNADA, folder)
    assert add(KANNADA, folder) == added  # a second time changes nothing
    assert listing(folder) == (added,)
    assert "Kannada" in added.scripts and added.characters > 90
    assert (folder / SUMS).read_text() == f"{added.sha256}  {KANNADA.name}\n"
    assert (folder / KANNADA.name).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("Song.otf", b"OTTO" + b"\0" * 20, "PostScript outlines (.otf)"),
        ("Song.ttc", b"ttcf" + b"\0" * 20, "a collection of several fonts (.ttc)"),
        ("Song.woff2", b"wOF2" + b"\0" * 20, "packed for the web"),
        ("Song.ttf", b"OTTO" + b"\0" * 20, "PostScript outlines (.otf)"),
        ("notes.ttf", b"only words", "is not a font file"),
        ("Song.bin", b"\0\1\0\0" + b"\0" * 20, "does not end in .ttf"),
        ("Song.ttf", b"\0\1\0\0\0\1" + b"\0" * 6 + b"fvar" + b"\0" * 12, "variable font"),
        ("Song.ttf", b"\0\1\0\0" + b"\0" * (40 * 1024 * 1024), "larger than 40 MB"),
    ],
)
def test_other_kinds_of_files_are_refused_in_a_sentence(name: str, data: bytes, told: str) -> None:
    sentence = why_not(name, data)
    assert sentence is not None and sentence.startswith(name) and told in sentence


def test_a_file_that_only_looks_like_a_font_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "Broken.ttf"
    broken.write_bytes(b"\0\1\0\0\0\0" + b"\0" * 64)
    with pytest.raises(BadFont, match=r"Broken\.ttf cannot be used"):
        add(broken, tmp_path / "fonts")
    assert not (tmp_path / "fonts").exists()


def test_another_font_of_the_same_name_is_refused(tmp_path: Path) -> None:
    add(KANNADA, tmp_path / "fonts")
    other = tmp_path / KANNADA.name
    other.write_bytes((SHIPPED / "NotoSansHebrew-Regular.ttf").read_bytes())
    with pytest.raises(BadFont, match="another font named"):
        add(other, tmp_path / "fonts")


def test_the_commands_add_and_list(app: Flask, tmp_path: Path) -> None:
    app.config["FONTS"] = tmp_path / "fonts"
    runner = app.test_cli_runner()
    assert "No fonts of your own" in runner.invoke(args=["fonts", "list"]).output
    added = runner.invoke(args=["fonts", "add", str(KANNADA)])
    assert added.exit_code == 0 and "SHA-256 40e8188c98e3913a" in added.output
    assert "as it was added" in runner.invoke(args=["fonts", "list"]).output
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.act == "install.font")).one()
    assert "40e8188c98e3913a" in event.about
    (tmp_path / "fonts" / "Own.ttf").write_bytes(KANNADA.read_bytes())
    assert "put here without the command" in runner.invoke(args=["fonts", "list"]).output
    hebrew = (SHIPPED / "NotoSansHebrew-Regular.ttf").read_bytes()
    (tmp_path / "fonts" / KANNADA.name).write_bytes(hebrew)
    changed = runner.invoke(args=["fonts", "list"])
    assert changed.exit_code == 1 and "changed since it was added" in changed.output
    (tmp_path / "fonts" / "Own.ttf").write_bytes(b"no font")
    refused = runner.invoke(args=["fonts", "list"])
    assert refused.exit_code == 1 and "Own.ttf cannot be used" in refused.output


def test_the_command_refuses_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    app.config["FONTS"] = tmp_path / "fonts"
    font = tmp_path / "Song.ttc"
    font.write_bytes(b"ttcf" + b"\0" * 20)
    refused = app.test_cli_runner().invoke(args=["fonts", "add", str(font)])
    assert refused.exit_code == 1 and "collection of several fonts" in refused.output
