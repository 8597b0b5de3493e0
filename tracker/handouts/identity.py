"""Who a sheet is for and which plan it shows, in the words that every page repeats.

Belongs here: the patient's name in the letters that can be printed, and the plan code's form.
"""

from __future__ import annotations

from tracker.handouts.blocks import Words, strong
from tracker.handouts.phrases import NBSP, Phrases, typed
from tracker.handouts.values import PatientSheet


def version_of(sheet: PatientSheet, say: Phrases) -> str:
    """Return "Version 2", or the word for a draft."""
    if sheet.draft:
        return say.text("version-draft")
    return say.text("version", version=str(sheet.version))


def shown_code(code: str) -> str:
    """Return a plan code in two halves: "7F3K-92QD"."""
    return f"{code[:4]}-{code[4:]}" if code else ""


def name_of(sheet: PatientSheet, say: Phrases) -> Words:
    """Return the patient's name in bold, with the one in Latin letters where it differs."""
    patient = sheet.patient
    if patient.latin_name and patient.latin_only:
        return typed(patient.latin_name, bold=True)
    if patient.latin_name and patient.latin_name != patient.name:
        return strong(say.say("name-two", name=patient.name, latin=patient.latin_name))
    return typed(patient.name, bold=True)


def born(sheet: PatientSheet, say: Phrases) -> str:
    """Return the date of birth as paper writes it."""
    return say.plain_date(sheet.patient.born).replace(" ", NBSP)
