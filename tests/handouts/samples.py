"""Patients whose sheets are looked at as pictures (`make sheets`): one of each kind that prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.handouts import sheets
from tracker.handouts.values import PatientSheet

TREATMENTS = {"physical-therapy": "Gimnasio Hillside, martes a las 10", "yoga": ""}


def in_words_of(language: str, made: PatientSheet) -> PatientSheet:
    """Give a sheet as a clinic would have typed it for a patient who reads this language."""
    if language == "en":
        return made
    clinic = replace(made.clinic, day=replace(made.clinic.day, hours="lunes a viernes, 8 a 5"))
    medicines = tuple(
        replace(
            one,
            purpose="dolor fuerte" if one.purpose else "",
            after_text="la pastilla nueva" if one.after_text else "",
        )
        for one in made.medicines
    )
    return replace(
        made,
        clinic=clinic,
        medicines=medicines,
        steps=tuple(
            replace(one, instruction="Tome la de la noche con leche" if one.instruction else "")
            for one in made.steps
        ),
        treatments=tuple(replace(one, note=TREATMENTS[one.key]) for one in made.treatments),
        checkins=tuple(replace(one, who="", time="") for one in made.checkins),
        support=replace(made.support, text="Sam Ortiz, los jueves"),
        patient=replace(
            made.patient, supporter="Luis, mi hermano" if made.patient.supporter else ""
        ),
        new_medicines=tuple(
            replace(one, directions="1 con comida cada mañana") for one in made.new_medicines
        ),
        unchanged=("lisinopril 10 mg tablet",),
        goal="Caminar con mi perro por el lago",
        language=language,
        drafts_allowed=True,
    )


def _thousands() -> PatientSheet:
    """A liquid in micrograms, typed with commas from 1,000 on; one step has words of its own."""
    product = sheets.product(
        "methadone", "", "oral solution", "oral solution",
        concentration="10 mg per mL", kinds=("opioid", "liquid"),
    )  # fmt: skip
    rows = [{"m1": {"morning": f"{9 - n},250", "bedtime": f"1{n},375.5"}} for n in range(4)]
    made = sheets.version(
        (replace(sheets.medicine("m1", product, sheets.times("morning", "bedtime"), 4), unit="mcg",
                 unit_plural="mcg"),), rows,
    )  # fmt: skip
    steps = tuple(
        replace(one, instruction="Take the one at night with milk" if one.number == 2 else "")
        for one in made.steps
    )
    return sheets.sheet_of(replace(made, steps=steps), current_step=2, checkins=sheets.CHECKINS)


def _named(name: str, latin: str = "") -> Callable[[], PatientSheet]:
    patient = replace(sheets.MARIA, name=name, latin_name=latin)
    return lambda: sheets.sheet_of(sheets.mixed(2), patient=patient, checkins=sheets.CHECKINS)


PATIENTS: dict[str, Callable[[], PatientSheet]] = {
    "one medicine": lambda: sheets.sheet_of(sheets.one_medicine(), checkins=sheets.CHECKINS),
    "two strengths": lambda: sheets.sheet_of(sheets.two_strengths(), current_step=5),
    "three medicines": lambda: sheets.sheet_of(sheets.mixed(3), current_step=2),
    "six medicines": lambda: sheets.sheet_of(
        sheets.mixed(6), current_step=2, checkins=sheets.CHECKINS
    ),
    "six at four times": lambda: sheets.sheet_of(sheets.six_medicines()),
    "patch and as needed": lambda: sheets.sheet_of(sheets.patch_and_as_needed(), current_step=2),
    "liquid": lambda: sheets.sheet_of(sheets.liquid()),
    "thousands": _thousands,
    "weekdays": lambda: sheets.sheet_of(sheets.weekdays()),
    "in turn": lambda: sheets.sheet_of(sheets.one_after_the_other(), current_step=3),
    "last step": lambda: sheets.sheet_of(sheets.one_medicine(3), current_step=3),
    "from the right": _named("محمد (Mo) بن علي", "Mohammed Ben Ali"),
    "long name": _named(
        "María de los Ángeles Fernández-Villanueva y Echeverría de la Santísima Trinidad"
    ),
    "draft": lambda: replace(
        sheets.sheet_of(replace(sheets.one_medicine(), code="")), code="", draft=True
    ),
}
