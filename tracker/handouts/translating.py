"""A sheet in another language: the texts that people typed, found, left out, or named as missing.

Belongs here: looking each text up among the translations that were typed for it. Not here: the
fixed words of a language (`phrases`), or any translating: a text without one stops the print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tracker.handouts import phrases
from tracker.handouts.values import (
    ClinicLines,
    MedicineTable,
    NewMedicineLine,
    PatientSheet,
    TreatmentLine,
)
from tracker.regimens import product_said


def translated(sheet: PatientSheet, language: str, typed: Mapping[str, str]) -> PatientSheet:
    """Return the sheet in this language. English is what was typed, and stays as it is.

    typed: each text as it was typed -> the same in the language. A text without one stays as it
    is and its place is named in `untranslated`, which stops the print; the goal is left out.
    Of a medicine that stays the same only the product is said: how it is taken does not change.
    """
    if language == "en":
        return sheet
    texts = _Texts(language, typed)
    made = replace(
        sheet,
        language=language,
        clinic=_clinic(sheet.clinic, texts),
        steps=tuple(
            replace(one, instruction=texts.say(one.instruction, f"the words for step {one.number}"))
            for one in sheet.steps
        ),
        medicines=tuple(_medicine(one, texts) for one in sheet.medicines),
        treatments=tuple(_treatment(one, texts) for one in sheet.treatments),
        new_medicines=tuple(_new_medicine(one, texts) for one in sheet.new_medicines),
        support=replace(
            sheet.support, text=texts.say(sheet.support.text, "the psychological support")
        ),
        unchanged=tuple(product_said(line) for line in sheet.unchanged),
        goal=texts.known(sheet.goal),
    )
    left_out = ("the patient’s own goal",) if sheet.goal and not made.goal else ()
    return replace(made, untranslated=tuple(dict.fromkeys(texts.missing)), left_out=left_out)


class _Texts:
    """The typed texts in one language, and the places that have none."""

    def __init__(self, language: str, typed: Mapping[str, str]) -> None:
        self.phrases = phrases.load(language)
        self._typed = typed
        self.missing: list[str] = []

    def known(self, text: str) -> str:
        """Return the text in the language, or nothing."""
        return self._typed.get(text, "")

    def say(self, text: str, place: str) -> str:
        """Return the text in the language; where there is none, note its place and keep it."""
        if text and not self.known(text):
            self.missing.append(place)
        return self.known(text) or text


def _clinic(clinic: ClinicLines, texts: _Texts) -> ClinicLines:
    hours = texts.say(clinic.day.hours, "the clinic’s opening hours")
    return replace(
        clinic,
        day=replace(clinic.day, hours=hours),
        flare_text=texts.say(clinic.flare_text, "the clinic’s words for when pain is worse"),
        leftovers_to=texts.say(clinic.leftovers_to, "the place for leftover medicine"),
    )


def _medicine(one: MedicineTable, texts: _Texts) -> MedicineTable:
    return replace(
        one,
        purpose=texts.say(one.purpose, f"what {one.label_name} is needed for"),
        after_text=texts.say(one.after_text, f"what follows the last step of {one.label_name}"),
    )


def _treatment(one: TreatmentLine, texts: _Texts) -> TreatmentLine:
    words = one.words
    if not texts.phrases.has(f"therapy-{one.key}"):  # a therapy of the clinic's own catalogue
        words = texts.say(words, f"the name of the therapy “{words}”")
    return replace(one, words=words, note=texts.say(one.note, f"where and when: {one.words}"))


def _new_medicine(one: NewMedicineLine, texts: _Texts) -> NewMedicineLine:
    return replace(
        one,
        directions=texts.say(one.directions, f"the directions of {one.words}"),
        starts=texts.say(one.starts, f"when {one.words} starts"),
        until=texts.say(one.until, f"until when {one.words} is taken"),
    )
