"""The words of a clinic's paper in another language: its own texts, and the drafts it allows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.handouts import phrases
from tracker.languages import said
from tracker.models import Clinic, ClinicWords, DraftWordsAllowed, PhraseApproval, Staff, db

# The details of a clinic that reach the patient's paper, with the labels of the clinic's form.
OWN_TEXTS = {
    "hours": said("Opening hours"),
    "flare_text": said("When pain is worse"),
    "leftover_text": said("Where leftover medicine goes"),
}


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A clinic's texts in one language: `texts` maps each as it stands in English."""

    seq: int
    texts: Mapping[str, str]
    by_name: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who allowed the drafts that are printed now, and when."""

    by_name: str
    at: datetime


def clinic_words(clinic_id: int, language: str) -> OwnWords:
    """Give the clinic's own texts in a language, as they are after the newest change."""
    row = db.session.execute(
        select(ClinicWords, Staff.name)
        .join(Staff, Staff.id == ClinicWords.recorded_by)
        .where(ClinicWords.clinic_id == clinic_id, ClinicWords.language == language)
        .order_by(ClinicWords.seq.desc())
    ).first()
    if row is None:
        return OwnWords(0, {})
    words, name = row
    return OwnWords(words.seq, json.loads(words.body), name, words.recorded_at)


def own_texts(clinic: Clinic) -> tuple[tuple[str, str, str], ...]:
    """List the clinic's texts that reach paper: the detail, its label, and the text. No blanks."""
    named = ((name, label, str(getattr(clinic, name))) for name, label in OWN_TEXTS.items())
    return tuple((name, label, text) for name, label, text in named if text)


def drafts_allowed(clinic_id: int, language: str) -> Allowed | None:
    """Say who allowed this language's drafts, or None.

    What was allowed are the phrases that were shown: where a word of them has changed since, it
    is to be asked again.
    """
    row = db.session.execute(
        select(DraftWordsAllowed, Staff.name)
        .join(Staff, Staff.id == DraftWordsAllowed.recorded_by)
        .where(DraftWordsAllowed.clinic_id == clinic_id, DraftWordsAllowed.language == language)
        .order_by(DraftWordsAllowed.id.desc())
    ).first()
    if row is None:
        return None
    newest, name = row
    if not newest.allowed or newest.words != phrases.load(language).fingerprint:
        return None
    return Allowed(name, newest.recorded_at)


@dataclass(frozen=True, slots=True)
class Approval:
    """The translator who approved a phrase as it stands, and who recorded it."""

    translator: str
    qualification: str
    on: date
    by_name: str
    at: datetime


def approvals(clinic_id: int, language: str) -> dict[str, Approval]:
    """Give who approved which phrase, by its id: of drafts alone, and of the words they have now.

    Where a phrase's words have changed since, nobody has approved them.
    """
    rows = db.session.execute(
        select(PhraseApproval, Staff.name)
        .join(Staff, Staff.id == PhraseApproval.recorded_by)
        .where(PhraseApproval.clinic_id == clinic_id, PhraseApproval.language == language)
        .order_by(PhraseApproval.id)
    )
    digests = {one.id: one.digest for one in phrases.load(language).drafts}
    found: dict[str, Approval] = {}
    for row, name in rows:  # the newest one of a phrase comes last
        found.pop(row.phrase, None)
        if row.approved and row.approved_on and digests.get(row.phrase) == row.words:
            found[row.phrase] = Approval(
                row.translator, row.qualification, row.approved_on, name, row.recorded_at
            )
    return found


def left_to_approve(clinic_id: int, language: str) -> int:
    """Count the phrases that no named translator has approved."""
    return len(phrases.load(language).drafts) - len(approvals(clinic_id, language))
