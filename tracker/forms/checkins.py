"""A check-in as a form posts it, and the few fields of booking, moving, trying and cancelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from tracker.checkins import MODES, OUTCOMES, UNITS, Typed, one, read_booking, series
from tracker.languages import said
from tracker.plans import Problem

# What a page carries beside what a person typed.
CARRIED = frozenset({"csrf_token", "do", "back", "seen", "form_version"})
LONGEST = 500
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def typed(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """Give what was typed, by field; what the page carries for itself is left out.

    Characters that no page and no database can hold become blanks.
    """
    return {
        name: [_UNPRINTABLE.sub(" ", value) for value in values]
        for name, values in form.to_dict(flat=False).items()
        if name not in CARRIED and any(value.strip() for value in values)
    }


@dataclass(frozen=True, slots=True)
class DayTyped:
    """A day for a check-in as read: the first of them, where it repeats, and what is wrong."""

    on: date | None
    at: str
    mode: str
    topics: tuple[str, ...]
    reason: str
    problems: tuple[Problem, ...]
    days: tuple[date, ...] = ()  # the first and those that follow from the typed interval


def read_day(raw: Typed, *, today: date, topics: Sequence[str], reason_for: str = "") -> DayTyped:
    """Read the day of a check-in; `reason_for` says what it is that needs a reason."""
    problems: list[Problem] = []
    on, at = read_booking(raw, "", today, problems)
    mode, reason = one(raw, "mode"), one(raw, "reason")
    if mode not in MODES:
        problems.append(Problem("mode", said("Choose phone, video or in person.")))
    chosen = tuple(topic for topic in raw.get("topics", ()) if topic in topics)
    if reason_for and not reason:
        problems.append(Problem("reason", said("Say why {reason_for}.", reason_for=reason_for)))
    if len(reason) > LONGEST:
        problems.append(
            Problem("reason", said("Keep this below {longest} letters.", longest=LONGEST))
        )
    days = _days(raw, on, problems)
    return DayTyped(on, at, mode, chosen, reason, tuple(problems), days)


def _days(raw: Typed, first: date | None, problems: list[Problem]) -> tuple[date, ...]:
    """Read whether the day repeats: how often, and for how many months."""
    typed = {name: one(raw, name) for name in ("every", "unit", "months")}
    if first is None or not any(typed.values()):
        return (first,) if first else ()
    numbers = {name: _count(typed[name]) for name in ("every", "months")}
    for name, told in (
        ("every", said("Type how often as a whole number, or leave all three empty.")),
        ("months", said("Type for how many months, or leave all three empty.")),
    ):
        if numbers[name] is None:
            problems.append(Problem(name, told))
            return ()
    try:
        return series(first, numbers["every"] or 0, typed["unit"], numbers["months"] or 0)
    except ValueError as refused:
        field = "unit" if typed["unit"] not in UNITS else "every"
        problems.append(Problem(field, str(refused)))
        return ()


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def read_outcome(raw: Typed) -> tuple[str, str, tuple[Problem, ...]]:
    """Read a try that did not reach the patient: the outcome, the note, and what is wrong."""
    outcome, note = one(raw, "outcome"), one(raw, "note")
    problems = []
    if outcome not in OUTCOMES:
        problems.append(Problem("outcome", said("Choose what came of the try.")))
    if len(note) > LONGEST:
        problems.append(
            Problem("note", said("Keep this below {longest} letters.", longest=LONGEST))
        )
    return outcome, note, tuple(problems)
