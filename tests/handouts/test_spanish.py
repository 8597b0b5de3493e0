"""The Spanish words: as many as the English ones, plain, drafts until approved, no English left."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from tests.handouts import sheets
from tests.handouts.reading import Reading
from tests.handouts.samples import in_words_of
from tracker import catalogue
from tracker.handouts import draw, phrases, printable
from tracker.handouts.check import Problem
from tracker.handouts.phrases import Phrase
from tracker.handouts.values import PatientSheet

ENGLISH, SPANISH = phrases.load("en"), phrases.load("es")
ALONE = ("therapy-", "units-", "unchanged-line")  # what only another language needs


def test_both_languages_say_the_same_phrases_with_the_same_holes() -> None:
    alone = {one for one in SPANISH.entries if one.startswith(ALONE)}
    assert set(SPANISH.entries) - alone == set(ENGLISH.entries)
    for key, entry in ENGLISH.entries.items():
        other = SPANISH.entries[key]
        assert _holes(other) == _holes(entry), key
        assert (other.kind, other.source, other.reference) == (
            entry.kind,
            entry.source,
            entry.reference,
        )


def _holes(entry: Phrase) -> set[str]:
    # Each language writes its dates from the parts that it needs.
    found = set(re.findall(r"\{(\w+)\}", entry.words))
    return set() if entry.id.startswith("date-") else found


def test_every_therapy_and_every_counted_unit_has_a_spanish_name() -> None:
    known = catalogue.load()
    assert {f"therapy-{one.id}" for one in known.therapies} == {
        one for one in SPANISH.entries if one.startswith("therapy-")
    }
    counted = {one.unit for one in known.medicines if one.measure == "count"}
    assert {f"units-{unit}" for unit in counted} <= set(SPANISH.entries)


def test_spanish_is_a_draft_until_a_named_translator_approves_it() -> None:
    assert len(SPANISH.drafts) == len(SPANISH.entries)
    assert ENGLISH.drafts == ()
    assert SPANISH.fingerprint != ENGLISH.fingerprint


# -- reading ease ------------------------------------------------------------------------------


def _ease(text: str) -> float:
    """The Fernández-Huerta score; words in “” are a label's own, of two syllables each."""
    text = re.sub(r"\{\w+\}|“[^”]*”", "uno", text.replace("**", ""))
    sentences = [part for part in re.split(r"[.!?:]+(?:\s|$)", text) if part.strip()]
    words = re.findall(r"[A-Za-zÁÉÍÓÚÜÑáéíóúüñ-]+", text)
    syllables = sum(_syllables(word.lower()) for word in words)
    return 206.84 - 60 * syllables / len(words) - 1.02 * len(words) / len(sentences)


def _syllables(word: str) -> int:
    """Count what is heard: a strong or accented vowel each, a weak one only where it is alone."""
    heard = re.sub(r"(?<=[qg])u(?=[eéií])", "", word)
    groups = re.findall("[aeiouáéíóúüy]+", heard)
    return max(1, sum(max(1, len(re.findall("[aeoáéíóú]", group))) for group in groups))


@pytest.mark.parametrize(
    ("word", "count"),
    [("quien", 1), ("guarde", 2), ("día", 2), ("cuidado", 3), ("naloxona", 4), ("y", 1)],
)
def test_syllables_are_counted_as_heard(word: str, count: int) -> None:
    assert _syllables(word) == count


SENTENCES = [entry for entry in SPANISH.entries.values() if entry.kind == "sentence"]


@pytest.mark.parametrize("entry", SENTENCES, ids=lambda entry: entry.id)
def test_every_sentence_is_easy_to_read(entry: Phrase) -> None:
    assert _ease(entry.words) >= 70


def test_the_whole_sheet_is_easy_to_read() -> None:
    assert _ease(" ".join(entry.words.rstrip(".") + "." for entry in SENTENCES)) >= 80


def test_the_score_would_catch_hard_words() -> None:
    assert _ease("La depresión respiratoria requiere administración inmediata.") < 30


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_six_medicines_of_both_steps_stand_on_page_1(paper: str) -> None:
    reading = Reading(draw(replace(spanish("six medicines"), paper=paper)))
    assert "Primero. Paso 1: " in reading.page_text(0)
    assert "Después. Paso 2: " in reading.page_text(0)


def test_numbers_are_numerals_and_never_words() -> None:
    numbers = "once|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|medio|media|mitad"
    said = {
        entry.id: re.findall(rf"\b({numbers})\b", entry.words.lower())
        for entry in SPANISH.entries.values()
    }
    found = {key: words for key, words in said.items() if words}
    # "las dos hojas", "no tome dos", "dos veces" count no dose of this plan.
    assert set(found) <= {"amounts-on-page-2", "wrong-missed", "safe-cold"}
    every = [*SPANISH.entries.values(), *ENGLISH.entries.values()]
    assert not [one.id for one in every if re.search(r"\bonce\b", one.words, re.IGNORECASE)]


# -- a whole sheet -----------------------------------------------------------------------------


def spanish(kind: str, size: str = "standard") -> PatientSheet:
    """A sheet of the tests as a clinic that speaks Spanish would have typed it."""
    return replace(in_words_of("es", sheets.SHEETS[kind]()), size=size, diary=True,
                   drafts_allowed=False)  # fmt: skip


@cache
def _reading(kind: str, size: str) -> Reading:
    return Reading(draw(spanish(kind, size)))


# Words of a label stay as the bottle has them, and so do names.
_LABEL = (
    r"“[^”]*”|oxycodone|morphine sulfate|fentanyl|tramadol|naproxen|lisinopril|"
    r"oral solution|extended-release|tablets?|patch(es)?|per.hour|per|Hillside Spine|"
    r"Dana Lee|K\. Osei|NSAID"
)
_ENGLISH = re.compile(
    r"\b(the|and|you|your|of|to|in|is|are|it|if|not|for|with|from|this|that|call|take|step|day|"
    r"days|hours?|each|none|morning|noon|evening|bedtime|page|version|born|record|printed|by|"
    r"until|plan code|number|amount|done|dates?|visit|phone|week|pain|once|tablets?)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("kind", sheets.SHEETS)
@pytest.mark.parametrize("size", ["standard", "large"])
def test_no_english_is_left_but_names_and_labels(kind: str, size: str) -> None:
    reading = _reading(kind, size)
    text = " ".join(" ".join(one.text for one in reading.shown).split())
    left = _ENGLISH.findall(re.sub(_LABEL, "", text))
    assert left == []
    assert "Página 1 de" in text and re.search(r"Paso 1: del martes 1 de|mar 1 de", text)


def test_the_times_of_day_are_those_of_the_universal_schedule() -> None:
    tables = _reading("one medicine", "standard").tables()
    assert tables[0][0] == ["Mañana", "Mediodía", "Tarde-noche", "Al acostarse"]
    assert tables[0][1] == ["40", "nada", "nada", "80½"]


def test_name_strength_and_form_are_those_of_the_bottle() -> None:
    texts = _reading("patch and as needed", "standard").texts()
    assert "fentanyl 12 mcg per hour patches – número de parches" in texts
    assert "Solo si la necesita, para: dolor fuerte" in texts
    assert "lisinopril 10 mg tablet: siga igual que ahora." in texts


def test_an_unknown_unit_is_counted_in_plain_units() -> None:
    sheet = spanish("one medicine")
    sheet = replace(sheet, medicines=(replace(sheet.medicines[0], unit="troche"),))
    assert any("número de unidades" in text for text in Reading(draw(sheet)).texts())


def test_the_file_says_that_it_is_spanish() -> None:
    data = draw(spanish("one medicine"))
    assert b"(es-US)" in data
    assert Reading(data).title == "Plan para bajar los opioides, hoja del paciente, versión 2"


def test_another_crisis_line_is_not_told_to_press_2() -> None:
    sheet = spanish("one medicine")
    texts = " ".join(Reading(draw(sheet)).texts())
    assert "oprima 2" in texts
    numbers = replace(sheet.clinic.numbers, crisis="999")
    other = replace(sheet, clinic=replace(sheet.clinic, numbers=numbers))
    texts = " ".join(Reading(draw(other)).texts())
    assert "oprima 2" not in texts and "Llame al 999" in texts


# -- before printing ---------------------------------------------------------------------------


def _language(sheet: PatientSheet) -> list[Problem]:
    return [one for one in printable(sheet) if one.where in ("language", "wording")]


def test_drafts_stop_the_print_until_they_are_allowed() -> None:
    (told,) = _language(spanish("one medicine"))
    assert told.stops and "drafts that no named translator has approved" in told.sentence
    (allowed,) = _language(replace(spanish("one medicine"), drafts_allowed=True))
    assert not allowed.stops and "An administrator has allowed them." in allowed.sentence
    assert _language(sheets.SHEETS["one medicine"]()) == []


def test_words_past_their_review_are_told_and_do_not_stop_the_print() -> None:
    sheet = replace(sheets.SHEETS["one medicine"](), printed_on=date(2027, 12, 1))
    (told,) = [one for one in _language(sheet) if "past the day" in one.sentence]
    count = len(ENGLISH.entries)
    assert told.sentence.startswith(f"{count} of {count} English phrases") and not told.stops


def test_missing_spanish_is_named_and_stops_the_print() -> None:
    sheet = replace(
        spanish("one medicine"),
        drafts_allowed=True,
        untranslated=("the words for step 2",),
        left_out=("the patient’s goal",),
    )
    missing, left_out, _ = _language(sheet)
    assert missing.stops and "There is no Spanish for the words for step 2." in missing.sentence
    assert not left_out.stops and "the patient’s goal" in left_out.sentence
