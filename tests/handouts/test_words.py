"""The fixed words: complete, sourced, easy to read, and said the same on paper and on screen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyphen
import pytest

from tests.handouts import sheets
from tests.handouts.page_1 import shown
from tests.handouts.reading import Reading
from tracker import dates
from tracker.handouts import draw, phrases, preview_of, printable
from tracker.handouts.phrases import BadPhrases, Phrases
from tracker.handouts.values import Phone, SupportLine, from_json, to_json

ROOT = Path(__file__).resolve().parents[2]
SAY = phrases.load("en")
SYLLABLES = pyphen.Pyphen(lang="en_US")
# Words on the bottle and in the law: they have no plainer form, so each counts as one known word.
ON_THE_LABEL = {"naloxone", "acetaminophen", "extended-release"}


def _grade(text: str) -> float:
    """The Flesch-Kincaid grade, for which a colon ends a sentence as a period does."""
    text = re.sub(r"\{\w+\}", "one", text.replace("**", ""))
    sentences = [part for part in re.split(r"[.!?:]+(?:\s|$)", text) if part.strip()]
    words = re.findall(r"[A-Za-z'-]+", text)
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    return 2 if word in ON_THE_LABEL else len(SYLLABLES.inserted(word).split("-"))


SENTENCES = [entry for entry in SAY.entries.values() if entry.kind == "sentence"]


@pytest.mark.parametrize("entry", SENTENCES, ids=lambda entry: entry.id)
def test_every_sentence_reads_at_grade_6_or_below(entry: phrases.Phrase) -> None:
    assert _grade(entry.words) <= 6


def test_the_whole_sheet_reads_at_grade_6_or_below() -> None:
    assert _grade(" ".join(entry.words.rstrip(".") + "." for entry in SENTENCES)) <= 4


def test_the_grade_would_catch_hard_words() -> None:
    assert _grade("Respiratory depression necessitates immediate administration.") > 12


def test_claims_about_care_have_a_source() -> None:
    for entry in SAY.entries.values():
        assert entry.reviewed_on and entry.review_by and entry.reviewed_on < entry.review_by
        if entry.source == "layout":
            assert entry.reference == "handout layout"
        else:
            assert entry.kind == "sentence" or entry.id.startswith("naloxone")


def test_no_word_is_in_capitals() -> None:
    shouted = re.compile(r"\b[A-Z]{2,}\b")
    assert not [entry.id for entry in SAY.entries.values() if shouted.search(entry.words)]


def _said_ids() -> Iterator[str]:
    """Every phrase id that the code names, or the stem of a made one."""
    for path in (ROOT / "tracker/handouts").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_no_phrase_is_left_over() -> None:
    named = set(_said_ids())
    stems = tuple(text for text in named if text.endswith("-") and len(text) > 4)
    numbered = {f"{stem}-{number}" for stem in ("feel", "call") for number in range(1, 20)}
    made = numbered | {"hours", "phone", "video", "in_person"}
    unused = {one for one in SAY.entries if one not in named | made}
    assert {one for one in unused if not one.startswith(stems)} == set()


# -- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", range(0, 400, 13))
def test_dates_are_written_as_everywhere_on_paper(ahead: int) -> None:
    day = date(2026, 1, 1) + timedelta(days=ahead)
    assert SAY.text("date-long", **_parts(day)).replace("\u00a0", " ") == dates.paper(day)
    assert SAY.long_date(day).replace("\u00a0", " ") == dates.paper(day)
    assert SAY.plain_date(day).replace("\u00a0", " ") == dates.paper_born(day)
    assert SAY.printed_date(day).replace("\u00a0", " ") == dates.born(day)


def _parts(day: date) -> dict[str, str]:
    return {
        "weekday": f"{day:%A}",
        "weekday_short": "",
        "month": f"{day:%B}",
        "month_short": "",
        "day": str(day.day),
        "year": str(day.year),
    }


# -- the phrase file ---------------------------------------------------------------------------

GOOD = {
    "id": '"a"',
    "words": '"Say **this**."',
    "kind": '"sentence"',
    "source": '"guideline"',
    "reference": '"CDC22"',
    "reviewer": '"R. Vega"',
    "reviewed_on": "2026-11-23",
    "review_by": "2027-11-23",
}


def _file(folder: Path, *rows: dict[str, str]) -> Phrases:
    text = "".join(
        "[[phrase]]\n" + "".join(f"{key} = {value}\n" for key, value in row.items()) for row in rows
    )
    (folder / "handout.xx.toml").write_text(text, encoding="utf-8")
    return phrases.load.__wrapped__("xx", folder)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert _file(tmp_path, GOOD).text("a") == "Say this."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"words": '""'}, "are text and not empty"),
        ({"source": '"rumor"'}, "source is one of"),
        ({"kind": '"song"'}, "kind is one of"),
        ({"reviewed_on": '"2026"'}, "are dates"),
        ({"words": '"a ** b"'}, "is not closed"),
        ({"extra": '"x"'}, "missing or unknown: extra"),
        ({"reviewer": '""'}, "missing or unknown: review_by, reviewed_on"),
    ],
)
def test_a_bad_entry_is_named(tmp_path: Path, change: dict[str, str], said: str) -> None:
    with pytest.raises(BadPhrases, match=r"handout\.xx\.toml, entry 1 \(a\)") as refusal:
        _file(tmp_path, GOOD | change)
    assert said in str(refusal.value)


def test_a_missing_field_a_double_id_and_a_missing_file_are_named(tmp_path: Path) -> None:
    less = {key: value for key, value in GOOD.items() if key != "source"}
    with pytest.raises(BadPhrases, match="source"):
        _file(tmp_path, less)
    with pytest.raises(BadPhrases, match=r"entry 2.*used twice"):
        _file(tmp_path, GOOD, GOOD)
    with pytest.raises(BadPhrases, match=r"handout\.zz\.toml cannot be read"):
        phrases.load.__wrapped__("zz", tmp_path)


def test_an_unknown_phrase_is_an_error() -> None:
    with pytest.raises(KeyError):
        SAY.say("no-such-phrase")
    with pytest.raises(KeyError):
        SAY.say("phone-day")


# -- the preview -------------------------------------------------------------------------------


def _preview_texts(value: Any) -> Iterator[str]:
    if isinstance(value, list) and value and isinstance(value[0], dict) and "text" in value[0]:
        yield "".join(span["text"] for span in value)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in ("kind", "ticks"):
                yield from _preview_texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _preview_texts(part)


@pytest.mark.parametrize("kind", sheets.SHEETS)
def test_the_preview_says_what_the_paper_says_in_the_same_order(kind: str) -> None:
    sheet = sheets.SHEETS[kind]()
    shown = " ".join(_preview_texts(preview_of(sheet)["blocks"])).replace("\u00a0", " ")
    reading = Reading(draw(sheet))
    printed = " ".join(text for text in reading.texts() if text != "•")
    assert shown.split() == printed.split()


def test_the_preview_is_plain_data() -> None:
    seen = preview_of(sheets.SHEETS["one medicine"]())
    kinds = {block["kind"] for block in seen["blocks"]}
    assert kinds >= {"heading", "paragraph", "box", "beside", "table", "page", "list", "group"}
    assert seen["version"] == "Version 2" and seen["language"] == "en-US"
    assert seen["watermark"] == "" and seen["stamp"] == []


# -- page 3 ------------------------------------------------------------------------------------


def _said(sheet: Any) -> list[str]:
    return Reading(draw(sheet)).texts()


@pytest.mark.parametrize(
    ("support", "said"),
    [
        (SupportLine("paired", "Sam, Thursdays"), "part of your plan: Sam, Thursdays"),
        (SupportLine("paired"), "We will tell you where and when."),
        (SupportLine("in_place", "Dr. Wu"), "You have someone to talk with: Dr. Wu"),
        (SupportLine("in_place"), "You have someone to talk with. Keep it up."),
        (SupportLine("declined"), "You did not want this for now."),
        (SupportLine("not_now"), "This can wait for now."),
    ],
)
def test_talking_support_says_what_was_answered(support: SupportLine, said: str) -> None:
    texts = _said(sheets.sheet_of(sheets.one_medicine(2), support=support))
    assert any(said in text for text in texts)


def test_no_answer_on_talking_support_prints_nothing() -> None:
    texts = _said(sheets.sheet_of(sheets.one_medicine(2), support=SupportLine()))
    assert "Talking support" not in texts


def test_a_sheet_with_nothing_paired_leaves_lines_to_write_on() -> None:
    sheet = replace(
        sheets.SHEETS["one medicine"](),
        treatments=(),
        checkins=(),
        goal="",
        unchanged=(),
        new_medicines=(),
        support=SupportLine(),
        patient=replace(sheets.MARIA, supporter=""),
    )
    texts = _said(sheet)
    for said in (
        "None is set up yet. Ask us what could help you.",
        "What I want to do more of:",
        "Name and phone:",
        "Next contact: call us to plan one.",
        "We have none on our list. Tell us if you take any.",
    ):
        assert said in texts
    assert not any(text.startswith("Use what you learn in") for text in texts)


def test_the_clinics_own_texts_are_printed() -> None:
    clinic = replace(
        sheets.CLINIC,
        flare_text="Use the heat pad we gave you.",
        leftovers_to="the box at the front desk",
        language_line="Llame a Ana",
        night=Phone("(555) 010-0199", "", None),
    )
    texts = _said(sheets.sheet_of(sheets.one_medicine(2), clinic=clinic))
    assert "Use the heat pad we gave you." in texts
    assert "Take what is left over to: the box at the front desk" in texts
    assert "Llame a Ana" in texts
    assert "Phone numbers checked: days October 2, 2026, nights not yet." in texts


def test_cautions_follow_the_medicines() -> None:
    def cautions(make: Any) -> str:
        return " ".join(_said(sheets.sheet_of(make())))

    assert "Do not cut, crush, or chew" in cautions(sheets.one_after_the_other)
    assert "Fold used ones" in cautions(sheets.patch_and_as_needed)
    assert "Liquid: use the syringe" in cautions(sheets.liquid)
    plain = cautions(sheets.one_medicine)
    assert "chew" not in plain and "Fold" not in plain and "syringe" not in plain


def test_a_long_note_on_a_treatment_stands_under_the_table() -> None:
    note = "Bring your shoes. " * 20
    sheet = sheets.sheet_of(sheets.one_medicine(3), treatment_notes={"yoga": note})
    texts = _said(sheet)
    assert f"Yoga: {note.strip()}" in texts
    assert "Yoga (steps 1–2)" in texts


def test_steps_of_a_treatment_are_written_in_runs() -> None:
    sheet = sheets.SHEETS["one medicine"]()
    some = replace(sheet.treatments[1], steps=(1, 3, 4, 5, 7))
    one = replace(sheet.treatments[0], steps=(2,))
    texts = _said(replace(sheet, treatments=(one, some)))
    assert "Yoga (steps 1, 3–5, 7)" in texts and "Physical therapy (step 2)" in texts


def test_how_steps_start_is_said() -> None:
    made = sheets.one_medicine(2)
    sheet = replace(sheets.sheet_of(made), how_steps_start="wait", contact_before_step=True)
    start = "How steps start: wait for our call before each new step. We will talk with you"
    assert any(text.startswith(start) for text in _said(sheet))


def test_units_of_time_agree_with_their_number() -> None:
    sheet = sheets.SHEETS["patch and as needed"]()
    patch = sheet.medicines[0]
    rows = tuple(
        replace(
            row,
            cells=tuple(replace(c, text="1") if c.slot == "every" else c for c in row.cells),
        )
        for row in patch.rows
    )
    daily = replace(patch, rows=rows, every_unit="days")
    sheet = replace(sheet, medicines=(daily, sheet.medicines[1]))
    assert shown(sheet, Reading(draw(sheet)))["m1", 2] == ["3", "1 day"]


def test_an_oral_interval_is_taken_not_changed() -> None:
    sheet = sheets.SHEETS["patch and as needed"]()
    oral = replace(
        sheet.medicines[0], kinds=(), form="tablet", form_plural="tablets", unit_plural="tablets",
        strength="",
    )  # fmt: skip
    reading = Reading(draw(replace(sheet, medicines=(oral, sheet.medicines[1]))))
    assert [row[0] for row in reading.tables()[0]] == ["How", "Each time", "Take every"]
    assert "fentanyl tablets – number of tablets" in reading.texts()
    assert not any("old patch" in text for text in reading.texts())


def test_new_medicines_carry_their_dates() -> None:
    sheet = sheets.SHEETS["one medicine"]()
    new = replace(sheet.new_medicines[0], starts="today", until="your next visit")
    texts = _said(replace(sheet, new_medicines=(new,)))
    said = "naproxen 250 mg tablets, 1 with food each morning, from today, until your next visit"
    assert said in texts


# -- before printing ---------------------------------------------------------------------------


def test_a_good_sheet_has_no_problem() -> None:
    for make in sheets.SHEETS.values():
        assert [one for one in printable(make()) if one.stops] == []
    assert printable(sheets.SHEETS["one medicine"]()) == ()


@pytest.mark.parametrize(
    ("confirmed", "said"),
    [
        (date(2025, 11, 22), "was last confirmed on Nov 22, 2025"),
        (date(2025, 11, 23), ""),
        (date(2024, 2, 29), "was last confirmed on Feb 29, 2024"),
        (None, "Nobody has confirmed the daytime number (555) 010-0100."),
    ],
)
def test_a_number_not_confirmed_for_12_months_is_flagged(confirmed: date | None, said: str) -> None:
    clinic = replace(sheets.CLINIC, day=Phone("(555) 010-0100", "", confirmed))
    problems = printable(sheets.sheet_of(sheets.one_medicine(2), clinic=clinic))
    assert bool(problems) == bool(said)
    assert all(said in one.sentence and not one.stops for one in problems)


def test_a_missing_number_stops_the_print() -> None:
    clinic = replace(sheets.CLINIC, night=Phone(""))
    (problem,) = printable(sheets.sheet_of(sheets.one_medicine(2), clinic=clinic))
    assert problem.stops and "after-hours" in problem.sentence


# -- the kept input ----------------------------------------------------------------------------


def test_the_kept_input_is_text_dates_and_answers() -> None:
    text = to_json(sheets.SHEETS["draft"]())
    assert '"text": "40"' in text and '"born": "1961-03-14"' in text


@pytest.mark.parametrize(
    "text",
    ["[]", '{"clinic": 1}', '{"unknown": 1}', "not json", '{"steps": [1]}', '{"version": "2"}'],
)
def test_what_is_no_sheet_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        from_json(text)
