"""The steps that a new version may not change: what has begun stays as it was signed.

Which steps those are follows from what happened (`course.locked_steps`); here they are only held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from tracker import dates
from tracker.drafts.shape import Raw, tidy
from tracker.drafts.typed import typed_day
from tracker.languages import said
from tracker.plans import Problem, Step, Version


def why_locked(version: Version, old: Version, locked: Collection[str]) -> tuple[Problem, ...]:
    """Say which begun steps a new version would change: their place, date, doses or words.

    `locked` are keys of steps of the version in force, which are its first ones.
    """
    return tuple(_changed(version, old, locked))


def _changed(version: Version, old: Version, locked: Collection[str]) -> Iterator[Problem]:
    for index, before in enumerate(step for step in old.steps if step.key in locked):
        now = version.steps[index] if index < len(version.steps) else None
        if now is None or now.key != before.key:
            told = said(
                "Step {number} has begun and cannot be removed or moved.", number=before.number
            )
            yield Problem("steps", told)
            return
        if now.starts_on != before.starts_on:
            day = dates.screen(before.starts_on)
            told = said(
                "Step {number} has begun. Its date stays {day}.", number=before.number, day=day
            )
            yield Problem(f"steps.{index}.start", told)
        if _doses(now) != _doses(before) or now.instruction != before.instruction:
            told = said(
                "Step {number} has begun. Its doses and words stay as in version {version}; "
                "a medicine that joins later has a “from step” of its own.",
                number=before.number,
                version=old.number,
            )
            yield Problem("steps", told)


def _doses(step: Step) -> set[tuple[str, str, str]]:
    return {
        (part.medicine, cell.slot, cell.text.text) for part in step.medicines for cell in part.cells
    }


def keep_starts(raw: Raw, old: Version, locked: Collection[str]) -> Raw:
    """Put the starts of begun steps back after an edit that lays out dates; no dose is touched."""
    raw = tidy(raw)
    starts = {step.key: step.starts_on for step in old.steps if step.key in locked}
    for row in raw["steps"]:
        if row["key"] in starts:
            row["start"] = typed_day(starts[row["key"]])
    return raw


def lay_out_later(raw: Raw, locked: Collection[str], first: date, every: int) -> Raw:
    """Lay out the starts of all steps that have not begun: `every` days each, from `first`.

    The last day follows from the interval. Doses stay where they are.
    """
    raw = tidy(raw)
    later = [row for row in raw["steps"] if row["key"] not in locked]
    starts = dates.lay_out(first, every, len(later))
    for row, start in zip(later, starts, strict=True):
        row["start"] = typed_day(start)
    if starts:
        raw["last_day"] = typed_day(starts[-1] + timedelta(days=every - 1))
    return raw
