"""What the plan's pages show of a draft's texts in the patient's language, where paper has one."""

from __future__ import annotations

from typing import Any

from tracker import drafts
from tracker.catalogue import Catalogue
from tracker.charts.papers import LANGUAGES
from tracker.charts.patients import PatientHead
from tracker.drafts import Raw
from tracker.handouts import phrases


def translation(raw: Raw, patient: PatientHead, catalogue: Catalogue) -> dict[str, Any]:
    """Give the texts to translate for this patient, each with what is typed for it so far.

    `language` is the name of the patient's language, or "" for one that paper is not printed in
    beside English: then nothing is asked, and what was typed is only kept.
    """
    code = LANGUAGES.get(patient.language, "en")
    kept = [(row["of"], row["text"]) for row in raw["translations"]]
    if code == "en":
        return {"language": "", "kept": kept, "texts": (), "left_over": (), "missing": ()}
    said = phrases.load(code)
    unnamed = {t.id: t.words for t in catalogue.therapies if not said.has(f"therapy-{t.id}")}
    texts = drafts.free_texts(raw, unnamed)
    return {
        "language": patient.language,
        "code": code,
        "kept": kept,
        "texts": texts,
        "left_over": drafts.left_over(raw, texts),
        "missing": tuple(text for text in texts if text.is_missing),
    }
