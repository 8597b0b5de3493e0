"""The number in words beside a dose, said in Spanish from its English words."""

from __future__ import annotations

import pytest

from tracker.doses import DoseText, words
from tracker.languages import kept, read
from tracker.number_words import NumberWords, in_spanish

CASES = {
    "0": "cero",
    "1": "uno",
    "10": "diez",
    "16": "dieciséis",
    "20": "veinte",
    "21": "veintiuno",
    "30": "treinta",
    "31": "treinta y uno",
    "72": "setenta y dos",
    "100": "cien",
    "101": "ciento uno",
    "115": "ciento quince",
    "200": "doscientos",
    "500": "quinientos",
    "777": "setecientos setenta y siete",
    "999": "novecientos noventa y nueve",
    "1,000": "mil",
    "1,001": "mil uno",
    "1,100": "mil cien",
    "2,500": "dos mil quinientos",
    "21,000": "veintiún mil",
    "31,031": "treinta y un mil treinta y uno",
    "100,000": "cien mil",
    "1,000,000": "un millón",
    "2,000,001": "dos millones uno",
    "21,000,000": "veintiún millones",
    "1,000,000,000": "mil millones",
    "1,001,000,000": "mil un millones",
    "½": "un medio",
    "¼": "un cuarto",
    "¾": "tres cuartos",
    "1½": "uno y medio",
    "2¼": "dos y un cuarto",
    "21¾": "veintiuno y tres cuartos",
    "0.5": "cero punto cinco",
    "2.05": "dos punto cero cinco",
    "1,200.25": "mil doscientos punto dos cinco",
}


@pytest.mark.parametrize(("text", "spanish"), CASES.items())
def test_the_words_are_said_in_spanish_and_stay_english_for_the_record(
    text: str, spanish: str
) -> None:
    said = words(DoseText(text))
    assert isinstance(said, NumberWords)
    assert said.into("es") == spanish
    assert said.into("en") == str.__str__(said)
    assert read(kept(said)).into("es") == spanish  # type: ignore[attr-defined]


def test_no_two_numbers_are_said_alike() -> None:
    typed = [str(n) for n in range(1000)] + [f"{n:,}" for n in range(1000, 120_000, 7)]
    typed += [f"{n}{part}" for n in ("", *range(1, 200)) for part in "½¼¾"]
    typed += [f"{n}.{part}" for n in range(200) for part in ("5", "05", "25", "75", "1")]
    assert len({words(DoseText(text)).into("es") for text in typed}) == len(typed)  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", ["dozen", "two and a bit", "twenty-dozen"])
def test_other_words_are_refused(words: str) -> None:
    with pytest.raises(KeyError):
        in_spanish(words)
