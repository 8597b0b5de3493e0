"""Courses for the tests of the rules: a plan of three steps, and what happened to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.rules import plan_samples
from tracker.course import Away, AwayWhere, Course, Happening, Signing, What

# The usual plan: steps start on December 1, December 29 and January 26; signed on November 24.
STEP_1, STEP_2, STEP_3 = date(2026, 12, 1), date(2026, 12, 29), date(2027, 1, 26)
SIGNED = date(2026, 11, 24)
BY = "Dr. Amara Okafor"


def at(seq: int) -> datetime:
    """Give the moment at which the fact at this place of the stream was recorded."""
    return datetime(2026, 11, 24, 16, 0, tzinfo=UTC) + timedelta(hours=seq)


def course(*happened: Happening, **changed: Any) -> Course:
    """Give the usual plan, signed, and what happened to it, one place of the stream each."""
    version = replace(
        plan_samples.version(plan_samples.usual()), signed_on=SIGNED, signed_by=BY, code="K7M2P9RX"
    )
    in_order = tuple(
        replace(one, id=100 + seq, seq=seq, at=at(seq)) for seq, one in enumerate(happened, 2)
    )
    return Course(
        **{
            "plan_id": 1,
            "seq": 1 + len(in_order),
            "version": version,
            "version_id": 11,
            "signings": (Signing(11, 1, 1, SIGNED, at(1), BY),),
            "happened": in_order,
            **changed,
        }
    )


def happened(what: What, on: date, step: int = 0, **more: Any) -> Happening:
    """Make one happening; a step is named by its number."""
    return Happening(
        0, 0, what, on, BY, at(0), step=f"s{step}" if step else "", number=step, version=1, **more
    )


def started(step: int, on: date) -> Happening:
    """Make the start of a step."""
    return happened(What.STARTED, on, step)


def away(left: date, until: date | None = None, **more: Any) -> Away:
    """Make a stay in hospital."""
    return Away(7, AwayWhere.HOSPITAL, "St. Anne", left, until, BY, at(1), 1, **more)
