"""Names print right in any script the fonts cover, or are refused by name; text is literal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.handouts.reading import Reading, pdftotext
from tests.handouts.sheets import MARIA, one_medicine, sheet_of
from tests.handouts.ua import problems
from tracker.handouts import MissingGlyph, draw, printable
from tracker.handouts import fonts as fonts_module
from tracker.handouts.fonts import SHIPPED, BadFont
from tracker.handouts.textline import Line, clean, line, turns
from tracker.handouts.values import PatientSheet

NAMES = [
    "Nguyễn Thị Ánh",
    "Žižek",
    "Łukasz",
    "Ștefan Țurcanu",
    "Ольга Петрова",
    "Γιώργος",
    "محمد بن علي",
    "فاطمه‌زهرا",
    "יוסף כהן",
    "सुनीता शर्मा",
    "ಸುನಿತಾ ರಾವ್",
    "አበበ በቀለ",
    "O'Neil",
    "D’Arcy–Smith",
    "Ḩasan al-Ḥāfiẓ",
    "Cher",
    # Mixtures: digits, brackets and Latin letters inside a name written from the right.
    "محمد (Mo) علي",
    "محمد 2 علي",
    "יוסף (ג'ו) כהן",
    "יוסף כהן, 3rd",
    "Ольга [Olga] 2",
    "सुनीता (Sunita) 3",
    "ಸುನಿತಾ-ರಾವ್ (7)",
    "አበበ “Abe” በቀለ 4",
]


def _sheet(name: str, **more: object) -> PatientSheet:
    return sheet_of(one_medicine(2), patient=replace(MARIA, name=name, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_and_read_aloud(name: str) -> None:
    data = draw(_sheet(name))
    assert problems(data) == []
    assert name in Reading(data).texts()


@pytest.mark.parametrize("name", [n for n in NAMES if not turns(n)])
def test_poppler_reads_left_to_right_names(name: str, tmp_path: Path) -> None:
    assert name in pdftotext(draw(_sheet(name)), tmp_path)


def test_a_decomposed_name_prints_as_the_composed_one() -> None:
    assert draw(_sheet("Nguye\u0302\u0303n")) == draw(_sheet("Nguyễn"))


def test_both_names_are_printed_where_they_differ() -> None:
    texts = Reading(draw(_sheet("Ольга", latin_name="Olga"))).texts()
    assert "Ольга (Olga)" in texts
    assert "Maria" in Reading(draw(_sheet("Maria", latin_name="Maria"))).texts()


@pytest.mark.parametrize(
    ("name", "char"),
    [("王小明", "王 (U+738B)"), ("Ana 😀", "😀 (U+1F600)"), ("தமிழ்", "த (U+0BA4)")],
)
def test_a_name_no_font_has_is_refused_by_character(name: str, char: str) -> None:
    with pytest.raises(MissingGlyph, match="No font here can print the character") as refusal:
        draw(_sheet(name))
    assert char in str(refusal.value)
    (problem,) = printable(_sheet(name))
    assert problem.where == "patient.name" and problem.stops and char in problem.sentence
    assert "Latin letters" in problem.sentence


def test_the_latin_name_is_offered_and_can_be_printed_alone() -> None:
    (problem,) = printable(_sheet("王小明", latin_name="Wang Xiaoming"))
    assert "Wang Xiaoming" in problem.sentence
    alone = _sheet("王小明", latin_name="Wang Xiaoming", latin_only=True)
    assert printable(alone) == ()
    assert "Wang Xiaoming" in Reading(draw(alone)).texts()


def test_another_text_with_such_a_character_is_named() -> None:
    (problem,) = printable(replace(_sheet("Maria"), goal="王"))
    assert problem.where == "goal" and "another way" in problem.sentence


def test_a_font_in_the_clinics_folder_is_used(tmp_path: Path) -> None:
    # Stands for a CJK font: found by coverage alone, loaded when a character needs it.
    (tmp_path / "Own.ttf").write_bytes((SHIPPED / "NotoSansKannada-Regular.ttf").read_bytes())
    own = fonts_module.FontSet(tmp_path)
    assert own.font_for("王", False) is None
    own._scripts = []
    found = own.font_for("ಸ", False)
    assert found is not None and found.fontName == "Own"
    assert "Own.ttf" in own.fingerprints()


def test_a_file_that_is_no_font_is_named(tmp_path: Path) -> None:
    (tmp_path / "Broken.ttf").write_bytes(b"not a font at all, only some words of text")
    with pytest.raises(BadFont, match=r"Broken\.ttf cannot be used"):
        fonts_module.FontSet(tmp_path).font_for("王", False)


def test_reportlab_without_its_c_half_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportlab.lib.rl_accel._c_funcs", {})
    with pytest.raises(RuntimeError, match="rl_accel"):
        fonts_module.check_native_parts()


# -- the line function ------------------------------------------------------------------------


def _shaped(text: str, bold: bool = False) -> Line:
    return line(fonts_module.load(None), ((text, bold),))


def _as_drawn(shaped: Line) -> str:
    """The characters from left to right, by the glyph that each one is drawn with."""
    return "".join(
        "".join(chr(run.font._meaning(ord(glyph.code))) for glyph in run.glyphs) or run.text
        for run in shaped.runs
    )


def test_hebrew_is_drawn_from_the_right_without_changing_its_letters() -> None:
    # With discretionary ligatures on, Noto Sans Hebrew prints another name here.
    assert _as_drawn(_shaped("יוסף")) == "ףסוי"


def test_a_latin_part_keeps_its_direction_inside_an_arabic_name() -> None:
    shaped = _shaped("محمد (Mo) علي")
    latin = next(run for run in shaped.runs if "Mo" in run.text)
    assert latin.glyphs == () and shaped.runs.index(latin) not in (0, len(shaped.runs) - 1)
    assert shaped.spoken == "محمد (Mo) علي"


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("יוסף (3) כהן", "ןהכ (3) ףסוי"),
        ("יוסף 12 כהן", "ןהכ 12 ףסוי"),
        ("יוסף [Joe B] כהן", "ןהכ [Joe B] ףסוי"),
        ("Joe (יוסף) 2", "Joe (ףסוי) 2"),
        ("כהן, 3rd", "3rd ,ןהכ"),
    ],
)
def test_digits_and_brackets_stand_where_a_reader_expects_them(name: str, seen: str) -> None:
    # The order is that of the Unicode bidirectional algorithm; a bracket is turned with its text.
    assert _as_drawn(_shaped(name)) == seen


def test_arabic_letters_are_joined() -> None:
    codes = [glyph.code for run in _shaped("محمد").runs for glyph in run.glyphs]
    assert len(codes) == 4 and any(code >= "\U000f0000" for code in codes)


def test_a_script_without_a_bold_weight_is_thickened() -> None:
    assert all(run.thicken for run in _shaped("አበበ", bold=True).runs)
    assert not any(run.thicken for run in _shaped("Abebe", bold=True).runs)


def test_plain_text_is_not_shaped() -> None:
    shaped = _shaped("Łukasz 1½ – “5 mg”")
    assert shaped.spoken == "" and not any(run.glyphs for run in shaped.runs)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\tb\nc\r\nd", "a b c  d"),
        ("5\u202e21 mg", "521 mg"),
        ("\u2067abc\u2069", "abc"),
        ("co\u00adop", "coop"),
        ("line\u2028end", "line end"),
        ("فاطمه\u200cزهرا", "فاطمه\u200cزهرا"),
        ("plain", "plain"),
    ],
)
def test_controls_cannot_turn_or_hide_text(typed: str, kept: str) -> None:
    assert clean(typed) == kept


# -- typed text is literal ----------------------------------------------------------------------

NASTY = "<img src='/etc/hostname'> <b>bold</b> & {version} **x** <a href='http://x'>y</a> %s"


def test_markup_in_every_typed_text_prints_literally() -> None:
    sheet = sheet_of(
        replace(
            one_medicine(2),
            goal=NASTY,
            unchanged=(NASTY,),
            steps=tuple(replace(s, instruction=NASTY) for s in one_medicine(2).steps),
        ),
        patient=replace(MARIA, name=NASTY, supporter=NASTY, record_number=NASTY),
        physician=NASTY,
        printed_by=NASTY,
        treatment_notes={"yoga": NASTY},
    )
    data = draw(sheet)
    reading = Reading(data)
    assert problems(data) == []
    assert b"/URI" not in data and b"/XObject" not in data and b"/Annots" not in data
    said = "\n".join(reading.texts())
    assert said.count(NASTY) >= 9
    assert NASTY[:30] not in reading.title


def test_no_patient_data_in_the_files_own_description() -> None:
    sheet = _sheet("Zebulon Quill")
    data = draw(sheet)
    info = " ".join(Reading(data).info.values())
    packet = data[data.index(b"<?xpacket") : data.index(b"<?xpacket end")].decode()
    for text in ("Zebulon", "Quill", sheet.patient.record_number, "1961"):
        assert text not in info and text not in packet
