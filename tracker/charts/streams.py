"""Streams of facts: how far one has come, and which facts are marks upon others."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from tracker.models import Fact, db

NOT_MARKED = frozenset({"entered_in_error", "patient_merge", "reversal"})  # are undone, not marked


def stream_seq(clinic_id: int, stream: str) -> int:
    """Give the last place taken in a stream, 0 for a stream not yet begun."""
    found = db.session.scalar(
        select(Fact.seq)
        .where(Fact.clinic_id == clinic_id, Fact.stream == stream)
        .order_by(Fact.seq.desc())
        .limit(1)
    )
    return found or 0


def stream_seqs(clinic_id: int, streams: Iterable[str]) -> dict[str, int]:
    """Give the last place taken in each of these streams; one not yet begun is left out."""
    rows = db.session.execute(
        select(Fact.stream, func.max(Fact.seq))
        .where(Fact.clinic_id == clinic_id, Fact.stream.in_(tuple(streams)))
        .group_by(Fact.stream)
    )
    return {stream: seq for stream, seq in rows}
