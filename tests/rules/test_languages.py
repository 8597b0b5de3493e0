"""Sentences that keep their template: what they are in English, and said in Spanish."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from datetime import date

import pytest
from markupsafe import Markup

from tracker import languages
from tracker.dates import born, month_day, paper_born, screen, weekday_words
from tracker.languages import (
    counted,
    here,
    into,
    joined,
    kept,
    read,
    said,
    said_as,
    say,
    say_counted,
    small,
    spoken,
)

DAY = date(2026, 12, 1)
TEXTS = {
    "Step {number} since {day}": ("Paso {number} desde el {day}",),
    "Step {number}": ("Paso {number}",),
    "Phone": ("Teléfono",),
    "{mode} check-in": ("Seguimiento: {mode}",),
    "{n} row": ("{n} fila", "{n} filas"),
    "verb\x04Record": ("Registrar",),
    "Told by {who}": ("Informado por {who}",),
}


@pytest.fixture(autouse=True)
def spanish(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lend a small catalogue, and put the real one back."""
    monkeypatch.setattr(languages, "_texts", {"es": TEXTS})
    yield


SENTENCES = [
    (said("Step {number}", number=3), "Step 3", "Paso 3"),
    (said("Step {number} since {day}", number=3, day=screen(DAY)),
     "Step 3 since Tue Dec 1, 2026", "Paso 3 desde el mar 1 dic 2026"),
    (said("{mode} check-in", mode=said("Phone")), "Phone check-in", "Seguimiento: Teléfono"),
    (counted("{n} row", "{n} rows", 1), "1 row", "1 fila"),
    (counted("{n} row", "{n} rows", 0), "0 rows", "0 filas"),
    (said_as("verb", "Record"), "Record", "Registrar"),
    (said("Not in the catalogue"), "Not in the catalogue", "Not in the catalogue"),
    (said("No {such} text", such=said("Phone")), "No Phone text", "No Teléfono text"),
    (joined(", ", (said("Phone"), "typed")), "Phone, typed", "Teléfono, typed"),
    (said("Phone") + ".", "Phone.", "Teléfono."),
    ("1. " + said("Phone"), "1. Phone", "1. Teléfono"),
    (said("Phone").lower(), "phone", "teléfono"),
    (said("Step {number}", number=3).lower().capitalize(), "Step 3", "Paso 3"),
    (small(said("Phone")), "phone", "teléfono"),
    (small("Typed Words"), "typed Words", "typed Words"),
    (born(DAY), "Dec 1, 2026", "1 dic 2026"),
    (paper_born(DAY), "December 1, 2026", "1 de diciembre de 2026"),
    (month_day(DAY), "Tuesday, December 1", "martes 1 de diciembre"),
    (weekday_words(DAY), "Tuesday", "martes"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "english", "es"), SENTENCES)
def test_a_sentence_is_english_and_can_be_said_in_spanish(
    sentence: str, english: str, es: str
) -> None:
    assert sentence == english
    assert into(sentence, "es") == es
    assert into(read(kept(sentence)), "es") == es
    assert read(kept(sentence)) == english
    with spoken("es"):
        assert here(sentence) == es
        assert type(here(sentence)) is str


def test_what_a_person_typed_is_never_translated() -> None:
    typed = said("Told by {who}", who="Phone")
    assert into(typed, "es") == "Informado por Phone"
    assert into(said("Told by {who}", who="{number}"), "es") == "Informado por {number}"
    assert into("Phone", "es") == "Phone"
    assert read("Phone") == "Phone"


def test_it_survives_an_exception_a_copy_and_a_page() -> None:
    sentence = said("Told by {who}", who="<b>O'Neil</b>")
    for again in (str(ValueError(sentence)), copy.deepcopy(sentence), str(sentence)):
        assert into(again, "es") == "Informado por <b>O'Neil</b>"
    assert into(pickle.loads(pickle.dumps(sentence)), "es") == "Informado por <b>O'Neil</b>"
    filled = Markup("<p>{}</p>").format(sentence)
    assert filled == "<p>Told by &lt;b&gt;O&#39;Neil&lt;/b&gt;</p>"
    page = "Told by &lt;b&gt;O&#39;Neil&lt;/b&gt;"
    assert sentence.__html__() == page  # type: ignore[attr-defined]  # what a template asks for
    with spoken("es"):
        assert sentence.__html__() == page.replace("Told by", "Informado por")  # type: ignore[attr-defined]


def test_say_speaks_at_once() -> None:
    assert say("Step {number}", number=3) == "Step 3"
    assert say_counted("{n} row", "{n} rows", 2) == "2 rows"
    with spoken("es"):
        assert say("Step {number}", number=3) == "Paso 3"
        assert say("Phone") == "Teléfono"
        assert say_counted("{n} row", "{n} rows", 2) == "2 filas"
        assert say("{mode} check-in", mode=said("Phone")) == "Seguimiento: Teléfono"
