"""Acts about the words of a clinic's paper in another language."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tracker.charts.wording import clinic_words
from tracker.models import ClinicWords, DraftWordsAllowed, db, new_id
from tracker.policy import Actor
from tracker.records.acts import Conflict, act


def translate(
    *, by: Actor, clinic_id: int, language: str, language_name: str, seen: int,
    texts: Mapping[str, str],
) -> None:  # fmt: skip
    """Keep the clinic's own texts in a language: each as it stands in English -> translated.

    `seen` is the place of the last change that the form showed, else Conflict. A text that is
    blank in the language is left out, and stops a print that needs it.
    """
    with act("wording.translate", by=by, clinic_id=clinic_id, language=language_name) as entry:
        if clinic_words(clinic_id, language).seq != seen:
            raise Conflict("the texts were changed meanwhile")
        kept = {of: text for of, text in texts.items() if of and text}
        db.session.add(
            ClinicWords(
                clinic_id=clinic_id,
                id=new_id(),
                language=language,
                seq=seen + 1,
                body=json.dumps(kept, ensure_ascii=False, sort_keys=True),
                recorded_by=by.staff_id,
                recorded_at=entry.at,
            )
        )


def allow_drafts(
    *, by: Actor, clinic_id: int, language: str, language_name: str, words: str
) -> None:
    """Allow phrases that no translator has approved; `words` is the SHA-256 of those shown."""
    _decide("wording.allow", True, by, clinic_id, language, language_name, words)


def withdraw_drafts(
    *, by: Actor, clinic_id: int, language: str, language_name: str, words: str
) -> None:
    """Take that back: from now on such phrases stop the print again."""
    _decide("wording.withdraw", False, by, clinic_id, language, language_name, words)


def _decide(
    name: str, allowed: bool, by: Actor, clinic_id: int, language: str, language_name: str,
    words: str,
) -> None:  # fmt: skip
    with act(name, by=by, clinic_id=clinic_id, language=language_name) as entry:
        db.session.add(
            DraftWordsAllowed(
                clinic_id=clinic_id,
                id=new_id(),
                language=language,
                words=words,
                allowed=allowed,
                recorded_by=by.staff_id,
                recorded_at=entry.at,
            )
        )
