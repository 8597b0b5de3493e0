"""The sheets beside the patient's own: tagged, the same bytes each time, and what they say."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.handouts.page_1 import shown, typed
from tests.handouts.reading import Reading
from tests.handouts.sheets import one_medicine
from tests.handouts.staff import NOW, STAFF, form, hold_slip, pack, supervision
from tests.handouts.test_fridge import ALWAYS, CHECK, CONTACT
from tests.handouts.test_names import NASTY
from tests.handouts.ua import problems
from tracker.handouts import kinds, staffwords
from tracker.handouts.phrases import BadPhrases
from tracker.timeline import Drawing, planned_track

MARGIN = 35.9


@pytest.mark.parametrize("kind", STAFF)
def test_each_is_tagged_inside_its_margins_and_names_nobody_in_its_properties(kind: str) -> None:
    data = kinds.draw(STAFF[kind]())
    assert problems(data, private=("Rivera", "RIVERA", "004512", "1961")) == []
    reading = Reading(data)
    width, height = reading.sizes[0]
    for one in reading.shown:
        beyond = one.size * 0.3 if one.text.endswith(" ") else 0.6  # the space after a line
        assert one.x >= MARGIN and one.x + one.width <= width - MARGIN + beyond, one.text
        assert MARGIN - 12 <= one.y <= height - MARGIN
        assert one.size >= 11.9, one.text
    assert reading.bookmarks


@pytest.mark.parametrize("kind", STAFF)
def test_the_same_values_make_the_same_bytes(kind: str) -> None:
    first, second = (hashlib.sha256(kinds.draw(STAFF[kind]())).hexdigest() for _ in range(2))
    assert first == second
    made = kinds.made_with(STAFF[kind]())
    assert made["template"].startswith(kinds.kind_of(STAFF[kind]()).name)
    assert made["reportlab"] and "NotoSans-Regular.ttf" in made
    assert kinds.to_json(STAFF[kind]()) == kinds.to_json(STAFF[kind]())


@pytest.mark.parametrize("kind", [k for k in STAFF if k.startswith("hold")])
def test_a_hold_slip_is_one_page_and_shows_no_last_day(kind: str) -> None:
    reading = Reading(kinds.draw(STAFF[kind]()))
    assert len(reading.sizes) == 1
    said = "\n".join(reading.texts())
    assert "January" not in said  # step 2 would end in it, were it not for the hold
    assert "November 30, 2026" in said or "30 de noviembre de 2026" in said


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("medicines", range(1, 7))
def test_a_hold_slip_of_up_to_six_medicines_is_one_page(
    medicines: int, language: str, paper: str
) -> None:
    slip = hold_slip(medicines, language=language, paper=paper)
    data = kinds.draw(slip)
    assert problems(data) == []
    reading = Reading(data)
    assert len(reading.sizes) == 1
    mine = {key: cells for key, cells in typed(slip.sheet).items() if key[1] == 2}
    assert shown(slip.sheet, reading) == mine
    text = " ".join(reading.page_text(0).split())
    for words in (*ALWAYS[language], *CHECK[language], CONTACT[language], "7F3K-92QD"):
        assert words in text


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize(("medicines", "language"), [(1, "en"), (1, "es"), (2, "en")])
def test_a_hold_slip_in_large_print_is_one_page_where_24_lines_hold_it(
    medicines: int, language: str, paper: str
) -> None:
    slip = hold_slip(medicines, language=language, paper=paper, size="large")
    reading = Reading(kinds.draw(slip))
    assert len(reading.sizes) == 1
    mine = {key: cells for key, cells in typed(slip.sheet).items() if key[1] == 2}
    assert shown(slip.sheet, reading) == mine
    text = " ".join(reading.page_text(0).split())
    for words in ("(555) 010-0199", CONTACT[language], "7F3K-92QD"):
        assert words in text
    assert min(one.size for one in reading.shown) >= 18


def test_a_hold_slip_that_is_longer_than_a_page_keeps_every_amount() -> None:
    slip = hold_slip(6, size="large")
    reading = Reading(kinds.draw(slip))
    mine = {key: cells for key, cells in typed(slip.sheet).items() if key[1] == 2}
    assert shown(slip.sheet, reading) == mine
    pages = len(reading.sizes)
    assert pages == 3 and f"Page 1 of {pages}" in reading.page_text(0)
    for page in range(1, pages):  # who, which page, danger, the phones, and for which step
        text = " ".join(reading.page_text(page).split())
        for words in ("Maria Rivera", "Too sleepy or mixed up?", "(555) 010-0199", "Step 2: Tue"):
            assert words in text
        assert f"Page {page + 1} of {pages}" in text
        # No label check without the medicine that it is for.
        assert text.count("Label not") == text.count(" – number of") + text.count(" – amount in")


@pytest.mark.parametrize(
    ("medicines", "size", "told"),
    [
        (6, "standard", []),
        (1, "large", []),
        (6, "large", ["The hold slip takes 3 pages. Keep them together. "
                      "In the usual size it is one page."]),
    ],
)  # fmt: skip
def test_a_slip_of_several_pages_is_told_before_it_is_printed(
    medicines: int, size: str, told: list[str]
) -> None:
    found = kinds.before_printing(hold_slip(medicines, size=size))
    assert [str(one.sentence) for one in found] == told
    assert not any(one.stops for one in found)


def test_nothing_is_told_of_a_sheet_that_cannot_be_printed() -> None:
    slip = hold_slip(6, size="large")
    nobody = replace(slip.sheet.patient, name="王")
    assert kinds.before_printing(replace(slip, sheet=replace(slip.sheet, patient=nobody))) == ()
    assert kinds.before_printing(form()) == ()


def test_a_hold_slip_keeps_the_doses_as_typed() -> None:
    (table,) = Reading(kinds.draw(STAFF["hold slip"]())).tables()
    assert table == [["Morning", "Noon", "Evening", "Bedtime"], ["41", "none", "none", "81½"]]


def test_the_pack_says_what_is_missing_and_how_much_is_left_out() -> None:
    said = "\n".join(Reading(kinds.draw(pack())).texts())
    assert "The first 1 of 140." in said and "Active patients with a plan (4)" in said
    assert "Phone not recorded" in said and "leave no message" in said
    assert "Not begun. Step 1 starts on Dec 29, 2026" in said
    assert "No contact is booked" in said and "No later step" in said
    assert "Steps start after our call" in said
    # On hold: no date of a next step, and the words that none may start.
    assert said.count("Do not start the next step") == 1 and "On hold since" in said


def test_the_pack_repeats_its_header_and_splits_no_row() -> None:
    reading = Reading(kinds.draw(pack(60)))
    last = max(one.page for one in reading.shown)
    for page in range(1, last + 1):
        assert reading.page_text(page).count("Current step") == 1
    (_, _, patients) = reading.tables()
    assert len(patients) == 61


def test_the_form_asks_for_an_answer_where_the_screen_does() -> None:
    said = Reading(kinds.draw(form())).texts()
    assert "How it is taken – needs an answer or “Not asked”" in said
    assert any(text.startswith("Compared As written Other Not asked") for text in said)
    assert any(text.endswith("0 1 2 3 4 5 6 7 8 9 10") for text in said)
    assert said.index("The plan on paper") > said.index(
        "How have you been taking it? In their words."
    )


def test_the_supervision_sheet_works_nothing_out() -> None:
    reading = Reading(kinds.draw(supervision()))
    said = "\n".join(reading.texts())
    assert "Supervision sheet – not for the patient" in said
    assert "Recorded values only. No dose, MME or percentage is calculated." in (
        reading.page_text(0)
    )
    assert "The newest 1 of 14." in said and "6 / 4 / 5, mean 5.0" in said
    assert said.count("Not recorded") >= 4  # each blank says so
    (figure,) = [node for node in reading.root.all() if node.tag == "Figure"]
    assert "oxycodone" in figure.alt.lower()
    assert "41" in figure.text and "81½" in figure.text


def test_the_supervision_sheet_of_a_year_is_two_pages() -> None:
    sheet = supervision()
    begun, coming = sheet.steps
    steps = [replace(begun if n < 5 else coming, number=n) for n in range(1, 13)]
    done = ("Started as written Tue Dec 1, 2026", "Completed Mon Dec 28, 2026")
    written = ("oxyCODONE 5 mg tablet, tablets: 40 / none / none / 80½",)
    year = replace(
        sheet,
        steps=tuple(
            replace(one, written=written, happened=done if one.happened else ()) for one in steps
        ),
        drawing=planned_track(one_medicine(12), sheet.made_on, width=495),
        contacts=sheet.contacts * 5,
        contacts_in_all=5,
    )
    reading = Reading(kinds.draw(year))
    assert len(reading.sizes) == 2
    assert reading.page_text(1).count("Reviewed by") == 1


def _nasty(value: Any, name: str = "") -> Any:
    """Put markup into every text that a person could have typed."""
    if isinstance(value, Drawing):
        return value
    if isinstance(value, str):
        kept = {"paper", "code", "kind", "leave_message", "language", "slot", "pattern", "measure"}
        return value if name in kept or value in ("phone", "video", "in_person") else NASTY
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{f.name: _nasty(getattr(value, f.name), f.name) for f in fields(value)}
        )
    if isinstance(value, tuple):
        return tuple(_nasty(member) for member in value)
    return value


@pytest.mark.parametrize("kind", ["downtime pack", "check-in form", "supervision sheet"])
def test_markup_in_every_typed_text_prints_literally(kind: str) -> None:
    data = kinds.draw(_nasty(STAFF[kind]()))
    assert problems(data) == []
    assert b"/URI" not in data and b"/XObject" not in data and b"/Annots" not in data
    assert "\n".join(Reading(data).texts()).count("<img src='/etc/hostname'>") >= 5


def test_a_character_without_a_font_is_its_code_point_on_sheets_for_staff() -> None:
    wang = replace(NOW, who=replace(NOW.who, name="王, Li"))
    said = "\n".join(Reading(kinds.draw(replace(pack(), patients=(wang,)))).texts())
    assert "(U+738B), Li" in said
    assert "فاطمه" in "\n".join(
        Reading(
            kinds.draw(replace(pack(), patients=(replace(NOW, physician="فاطمه‌زهرا"),)))
        ).texts()
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[form]\ntitle = 3", "form-title: this is not text"),
        ("[form]\ntitle = '**open'", "closed"),
        ("[page]\nof = 'x'", "page-of: this id is used twice"),
        ("[form", "cannot be read"),
    ],
)
def test_a_bad_file_of_staff_words_is_named(tmp_path: Any, text: str, told: str) -> None:
    path = tmp_path / "staffpaper.toml"
    path.write_text(text)
    with pytest.raises(BadPhrases, match=told):
        staffwords.load(path)


def test_made_on_is_the_day_of_printing() -> None:
    assert STAFF["hold slip"]().made_on == date(2026, 12, 2)


_ELSEWHERE = """
import hashlib
import os
import subprocess
import sys
from tests.handouts.sheets import one_medicine
from tests.handouts.staff import STAFF
from tracker.handouts import kinds
for make in STAFF.values():
    print(hashlib.sha256(kinds.draw(make())).hexdigest())
"""


def test_the_same_in_another_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    here = [hashlib.sha256(kinds.draw(make())).hexdigest() for make in STAFF.values()]
    assert done.stdout.split() == here
