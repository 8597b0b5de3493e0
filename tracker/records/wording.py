"""Acts about the words of a clinic's paper in another language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tracker.charts.wording import clinic_words
from tracker.dates import screen
from tracker.handouts.phrases import Phrase
from tracker.models import ClinicWords, DraftWordsAllowed, PhraseApproval, db, new_id
from tracker.policy import Actor
from tracker.records.acts import Conflict, act

_NAMED = 8  # ids in one line of the history; every phrase has a fact of its own


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


def approve(
    *, by: Actor, clinic_id: int, language: str, language_name: str, approved: Sequence[Phrase],
    translator: str, qualification: str, on: date,
) -> None:  # fmt: skip
    """Record that a named translator approved these phrases, each with the words it has now."""
    with act(
        "wording.approve", by=by, clinic_id=clinic_id, language=language_name,
        translator=translator, qualification=qualification, on=screen(on),
        count=str(len(approved)), phrases=_named(approved),
    ) as entry:  # fmt: skip
        db.session.add_all(
            PhraseApproval(
                **_of(one, clinic_id, language), approved=True, translator=translator,
                qualification=qualification, approved_on=on, recorded_by=by.staff_id,
                recorded_at=entry.at,
            )
            for one in approved
        )  # fmt: skip


def unapprove(
    *, by: Actor, clinic_id: int, language: str, language_name: str, phrases: Sequence[Phrase]
) -> None:
    """Take the approval of these phrases back: they are drafts again."""
    with act(
        "wording.unapprove", by=by, clinic_id=clinic_id, language=language_name,
        count=str(len(phrases)), phrases=_named(phrases),
    ) as entry:  # fmt: skip
        db.session.add_all(
            PhraseApproval(
                **_of(one, clinic_id, language), approved=False, translator="", qualification="",
                approved_on=None, recorded_by=by.staff_id, recorded_at=entry.at,
            )
            for one in phrases
        )  # fmt: skip


def _of(one: Phrase, clinic_id: int, language: str) -> dict[str, Any]:
    return {
        "clinic_id": clinic_id, "id": new_id(), "language": language, "phrase": one.id,
        "words": one.digest,
    }  # fmt: skip


def _named(phrases: Sequence[Phrase]) -> str:
    named = ", ".join(one.id for one in phrases[:_NAMED])
    return named + (f" and {len(phrases) - _NAMED} more" if len(phrases) > _NAMED else "")
