"""Page 1, the page for the fridge: this step and the next, in every size, language and paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from tests.handouts import sheets
from tests.handouts.page_1 import shown, typed
from tests.handouts.reading import Reading
from tests.handouts.ua import problems
from tracker.handouts import draw, printable
from tracker.handouts.values import PatientSheet

WAYS = [(language, paper) for language in ("en", "es") for paper in ("letter", "a4")]
ALWAYS = {
    "en": ("Call 911 now", "Give naloxone", "988", "Do not stop suddenly.", "Too sleepy",
           "(555) 010-0100", "(555) 010-0199"),
    "es": ("Llame ya al 911", "Dé naloxona", "988", "No deje la medicina de golpe.",
           "¿Mucho sueño", "(555) 010-0100", "(555) 010-0199"),
}  # fmt: skip
CHECK = {"en": ("Check:",), "es": ("Revise:",)}
STARTS = {"en": "How steps start:", "es": "Cómo empieza un paso:"}
CONTACT = {"en": "Next contact:", "es": "Próximo contacto:"}


def made(medicines: int, language: str, paper: str, size: str, step: int | None) -> PatientSheet:
    sheet = sheets.sheet_of(
        sheets.mixed(medicines), checkins=sheets.CHECKINS, current_step=step, paper=paper
    )
    return replace(sheet, language=language, size=size, drafts_allowed=True)


@cache
def _reading(medicines: int, language: str, paper: str, size: str, step: int | None) -> Reading:
    data = draw(made(medicines, language, paper, size, step))
    assert problems(data) == []
    return Reading(data)


def _first(reading: Reading) -> str:
    return " ".join(reading.page_text(0).split())


def _told(sheet: PatientSheet) -> set[str]:
    return {one.sentence for one in printable(sheet) if one.where == "page 1"}


@pytest.mark.parametrize("step", [None, 3])
@pytest.mark.parametrize(("language", "paper"), WAYS)
@pytest.mark.parametrize("medicines", range(1, 7))
def test_page_1_in_the_usual_size_has_every_amount_of_this_step_and_the_next(
    medicines: int, language: str, paper: str, step: int | None
) -> None:
    sheet = made(medicines, language, paper, "standard", step)
    reading = _reading(medicines, language, paper, "standard", step)
    assert shown(sheet, reading) == typed(sheet)
    text = _first(reading)
    for words in (*ALWAYS[language], *CHECK[language], STARTS[language], CONTACT[language]):
        assert words in text
    assert not _told(sheet)


@pytest.mark.parametrize(("language", "paper"), WAYS)
@pytest.mark.parametrize("medicines", range(1, 7))
def test_page_1_in_large_print_has_what_it_can_and_says_what_not(
    medicines: int, language: str, paper: str
) -> None:
    """By measure: 24 lines of 18 points. Danger and reaching us come first, and take 11 to 14."""
    sheet = made(medicines, language, paper, "large", 3)
    reading = _reading(medicines, language, paper, "large", 3)
    text = _first(reading)
    for words in ALWAYS[language]:
        assert words in text
    step, following = ("Step 3: ", "Step 4: ") if language == "en" else ("Paso 3: ", "Paso 4: ")
    assert step in text
    # The next step's dates; or its first day, where this step's amounts leave one line for it.
    brief = "Next, step 4 from " if language == "en" else "Después, paso 4 desde el "
    assert following in text or brief in text
    found, wanted = shown(sheet, reading), typed(sheet)
    if medicines == 1 or (medicines == 2 and language == "en"):
        assert found == wanted
        assert ("Label not" if language == "en" else "Su etiqueta no dice") in text
        assert not any("amounts" in one for one in _told(sheet))
        return
    if (medicines, language, paper) in ((2, "es", "a4"), (3, "en", "a4")):
        assert found
    assert found == {} or found == {key: one for key, one in wanted.items() if key[1] == 3}
    assert any("amounts" in one for one in _told(sheet))
    starts = "What to take now starts on page 2" if language == "en" else "empieza en la página 2"
    assert (starts in text) == (found == {})


@pytest.mark.parametrize("language", ["en", "es"])
def test_amounts_never_stand_under_the_name_of_the_next_step(language: str) -> None:
    """This step, its amounts, then the next step; page 2 has both, with every label's words."""
    sheet = made(3 if language == "en" else 2, language, "a4", "large", 3)
    reading = Reading(draw(sheet))
    said = [" ".join(text.split()) for text in reading.texts()]
    first, later = ("Now.", "Next, step 4") if language == "en" else ("Ahora.", "Después, paso 4")
    begins = next(at for at, text in enumerate(said) if text.startswith(first))
    ends = next(at for at, text in enumerate(said) if text.startswith(later))
    heads = [at for at, text in enumerate(said) if "oxycodone 5 mg tablets –" in text]
    assert begins < heads[0] < ends < heads[1]
    own = ("Step 3. ", "Step 4. ") if language == "en" else ("Paso 3. ", "Paso 4. ")
    amounts = [text for text in said[:ends] if text.startswith(own)]
    assert len(amounts) == len(sheet.medicines)
    assert all(text.startswith(own[0]) for text in amounts)
    rest = said[ends + 1 :]
    assert any(
        "Step 3" in text or "Paso 3" in text for text in rest[: rest.index(said[heads[1]]) + 4]
    )


@pytest.mark.parametrize("size", ["standard", "large"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_medicine_that_begins_or_ends_with_the_next_step_says_so(
    language: str, size: str
) -> None:
    whole = sheets.mixed(3)
    first, second, third = whole.medicines
    changed = replace(
        whole,
        medicines=(first, replace(second, through_step=3), replace(third, from_step=4)),
        steps=tuple(
            replace(
                step,
                medicines=tuple(
                    one
                    for one in step.medicines
                    if not (one.medicine == "m2" and step.number > 3)
                    and not (one.medicine == "m3" and step.number < 4)
                ),
            )
            for step in whole.steps
        ),
    )
    sheet = replace(
        sheets.sheet_of(changed, current_step=3, paper="a4"), language=language, size=size,
        drafts_allowed=True,
    )  # fmt: skip
    reading = Reading(draw(sheet))
    said = "\n".join(reading.texts()).replace("\u00a0", " ")
    if size == "standard":
        assert shown(sheet, reading) == typed(sheet)
        not_yet = "take it from step 4 on" if language == "en" else "empieza en el paso 4"
        over = "Step 4. morphine" if language == "en" else "Paso 4. morphine"
        assert not_yet in said and over in said
    assert problems(draw(sheet)) == []


def test_long_words_for_the_step_give_way_before_an_amount_does() -> None:
    sheet = made(4, "en", "letter", "standard", 3)
    noted = tuple(replace(step, instruction="Rest well. " * 30) for step in sheet.steps)
    sheet = replace(sheet, steps=noted)
    reading = Reading(draw(sheet))
    assert shown(sheet, reading) == typed(sheet)
    assert "There is more to read on this step on page 2." in _first(reading)
    assert any("Step 3: Rest well." in text for text in reading.texts())
    assert any("your words for the step" in one for one in _told(sheet))


def test_a_patch_in_a_card_has_the_days_of_both_steps() -> None:
    sheet = replace(made(3, "en", "a4", "standard", None), printed_on=date(2026, 11, 23))
    text = _first(Reading(draw(sheet)))
    assert "fentanyl 12 mcg per hour patches: Take the old patch off first. New patch on:" in text
    assert "Tue, Dec 1; Fri, Dec 4;" in text
