"""Acts about tokens: a person lets a calendar or a program read for them, and takes it back."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from tracker.charts.tokens import hash_of
from tracker.models import AccessToken, db
from tracker.policy import COMMAND, Actor
from tracker.records.acts import Conflict, Entry, act

KINDS = {"calendar": "a calendar’s address", "fhir": "a program’s key"}


def make(*, by: Actor, clinic_id: int, kind: str, words: str, days: int | None) -> str:
    """Make a token and give it, this once; the database keeps its hash.

    `kind` is a key of KINDS, `words` name the program, `days` say until when it counts: None,
    for a calendar's address alone, until it is ended.
    """
    if days is None and kind != "calendar":
        raise ValueError("a program's key has an end")
    token = secrets.token_urlsafe(32)
    with act("token.make", by=by, clinic_id=clinic_id, what=KINDS[kind], words=words) as entry:
        db.session.add(
            AccessToken(
                clinic_id=clinic_id,
                staff_id=by.staff_id,
                kind=kind,
                token_hash=hash_of(token),
                words=words,
                made_at=entry.at,
                ends_at=entry.at + timedelta(days=days) if days is not None else None,
            )
        )
    return token


def end(*, by: Actor, clinic_id: int, token_id: int) -> None:
    """End one of one's own tokens; raises Conflict for one that has ended, or is not one's own."""
    with act("token.end", by=by, clinic_id=clinic_id) as entry:
        _end(entry, token_id, AccessToken.staff_id == by.staff_id)


def end_by_command(*, clinic_id: int, token_id: int) -> None:
    """End anybody's token from the command line; raises Conflict for one that has ended."""
    with act("install.token_end", by=COMMAND, clinic_id=clinic_id) as entry:
        _end(entry, token_id)


def _end(entry: Entry, token_id: int, *whose: ColumnElement[bool]) -> None:
    row = db.session.scalar(
        select(AccessToken)
        .where(
            AccessToken.clinic_id == entry.clinic_id,
            AccessToken.id == token_id,
            AccessToken.ended_at.is_(None),
            *whose,
        )
        .with_for_update()
    )
    if row is None:
        raise Conflict("the token has ended")
    row.ended_at = entry.at
    entry.about |= {"what": KINDS[row.kind], "words": row.words}
