"""The edits of a draft: laying out dates, adding, duplicating and removing rows and medicines.

Each takes a draft and gives another, with the problems that stopped it; then the draft is as it
was. Dates may be filled in, since they follow from a typed day and interval. No edit writes, copies
or moves a dose: the cells of a new row are always empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from tracker import dates
from tracker.drafts.notes import Notes
from tracker.drafts.shape import Raw, tidy
from tracker.drafts.typed import (
    Unreadable,
    count_of,
    day_of,
    day_or_none,
    days_of,
    renumbered,
    typed_day,
)
from tracker.languages import said
from tracker.plans import MOST_MEDICINES, MOST_STEPS, Problem

CHAINED = "chained"


@dataclass(frozen=True, slots=True)
class Edited:
    """A draft after an edit, or unchanged with the problems that stopped the edit."""

    raw: Raw
    problems: tuple[Problem, ...] = ()


def lay_out(raw: Raw, today: date) -> Edited:
    """Fill in the starts from the first day, the interval in days and the number of steps.

    Adds empty rows as needed and keeps the doses of those there are. With starts typed one by one
    (`start_mode` "typed") only empty starts are filled; else all are. The last day follows from the
    interval. Refuses unreadable values, and fewer steps than there are rows with something typed.
    """
    raw = tidy(raw)
    notes = Notes()
    first = notes.attempt("first_day", said("First day"), day_of, raw["first_day"], today)
    every = notes.attempt("every", said("Days for each step"), days_of, raw["every"])
    rows = len(raw["steps"])
    count: int | None = rows
    if raw["count"] or not rows:
        count = notes.attempt(
            "count", said("Steps"), count_of, raw["count"], MOST_STEPS, said("steps")
        )
    elif rows > MOST_STEPS:
        notes.say(
            "steps", said("Steps"), said("a plan has at most {most}. Remove rows.", most=MOST_STEPS)
        )
    if count is not None and any(_has_text(row) for row in raw["steps"][count:]):
        told = said(
            "rows after step {number} have something typed in them. Remove those first.",
            number=count,
        )
        notes.say("count", said("Steps"), told)
    if first is None or every is None or count is None or notes.problems:
        return Edited(raw, tuple(notes.problems))
    raw["steps"] = raw["steps"][:count] + [_empty_row("") for _ in range(count - rows)]
    raw["first_day"] = typed_day(first)
    keep = raw["start_mode"] == "typed"
    for row, start in zip(raw["steps"], dates.lay_out(first, every, count), strict=True):
        if not (keep and row["start"]):
            row["start"] = typed_day(start)
    _end_after(raw, every, today)
    return Edited(tidy(raw))


def chain(raw: Raw, today: date, after: int = 0) -> Edited:
    """Lay out the starts of all later rows from the start of row `after` (from 0), by the interval.

    Refuses when that start or the interval cannot be read, or the row is not there.
    """
    raw = tidy(raw)
    notes = Notes()
    if not 0 <= after < len(raw["steps"]):
        return Edited(raw, (Problem("steps", said("There is no such row to chain from.")),))
    text = raw["steps"][after]["start"]
    first = notes.attempt(
        f"steps.{after}.start", said("Step {number}, start", number=after + 1), day_of, text, today
    )
    every = notes.attempt("every", said("Days for each step"), days_of, raw["every"])
    if first is None or every is None:
        return Edited(raw, tuple(notes.problems))
    later = raw["steps"][after:]
    for row, start in zip(later, dates.lay_out(first, every, len(later)), strict=True):
        row["start"] = typed_day(start)
    _end_after(raw, every, today)
    return Edited(raw)


def settle(raw: Raw, today: date) -> Raw:
    """Write every readable date out in full, so that "+14" still means the same day tomorrow.

    To be called with each save. What cannot be read stays as typed.
    """
    raw = tidy(raw)
    for place in (raw, *raw["steps"], *raw["checklist"].values()):
        for name in ("first_day", "last_day", "start", "on"):
            day = day_or_none(place[name], today) if place.get(name) else None
            if day is not None:
                place[name] = typed_day(day)
    return raw


def add_row(raw: Raw, today: date) -> Edited:
    """Add an empty row at the end; chained, it starts where the last one ends."""
    raw = tidy(raw)
    if full := _full(raw):
        return Edited(raw, full)
    rows = raw["steps"]
    if rows:
        _insert(raw, len(rows) - 1, _empty_row(""), today)
    else:
        rows.append(_empty_row(raw["first_day"]))
    # A pairing with the last step by number stays with that step; "all" includes the new one.
    return Edited(tidy(raw))


def duplicate_row(raw: Raw, index: int, today: date) -> Edited:
    """Copy row `index` (from 0) below itself: its instruction, length in days and pairings.

    The dose cells of the copy are empty. Later steps are renumbered wherever they are named.
    """
    raw = tidy(raw)
    if full := _full(raw):
        return Edited(raw, full)
    if not 0 <= index < len(raw["steps"]):
        return Edited(raw, (Problem("steps", said("There is no such row to duplicate.")),))
    double = _doubling(index + 1)
    _renumber(raw, double, double, double)
    copy = {**_empty_row(""), "instruction": raw["steps"][index]["instruction"]}
    _insert(raw, index, copy, today)
    return Edited(tidy(raw))


def remove_row(raw: Raw, index: int, today: date) -> Edited:
    """Remove row `index` (from 0) with all that is typed in it; chained, later rows move up."""
    raw = tidy(raw)
    rows = raw["steps"]
    if not 0 <= index < len(rows):
        return Edited(raw, (Problem("steps", said("There is no such row to remove.")),))
    length = _length(raw, index, today)
    number = index + 1
    _renumber(raw, _without(number), _from_without(number), _through_without(number))
    del rows[index]
    if raw["start_mode"] == CHAINED and length is not None:
        _shift(raw, index, timedelta(days=-length), today)
    return Edited(tidy(raw))


def add_medicine(raw: Raw) -> Edited:
    """Add a medicine with nothing chosen; refuses a seventh."""
    raw = tidy(raw)
    if len(raw["medicines"]) >= MOST_MEDICINES:
        told = said("A plan changes at most {most} medicines.", most=MOST_MEDICINES)
        return Edited(raw, (Problem("medicines", told),))
    raw["medicines"].append({})
    return Edited(tidy(raw))


def remove_medicine(raw: Raw, index: int) -> Edited:
    """Remove medicine `index` (from 0) and the cells typed for it in every step."""
    raw = tidy(raw)
    if not 0 <= index < len(raw["medicines"]):
        return Edited(raw, (Problem("medicines", said("There is no such medicine to remove.")),))
    gone = raw["medicines"].pop(index)
    for row in raw["steps"]:
        row["cells"].pop(gone["key"], None)
    return Edited(raw)


def _empty_row(start: str) -> Raw:
    return {"key": "", "start": start, "cells": {}, "instruction": ""}


def _has_text(row: Raw) -> bool:
    return bool(row["instruction"]) or any(
        text for cells in row["cells"].values() for text in cells.values()
    )


def _full(raw: Raw) -> tuple[Problem, ...]:
    if len(raw["steps"]) < MOST_STEPS:
        return ()
    return (Problem("steps", said("A plan has at most {most} steps.", most=MOST_STEPS)),)


def _end_after(raw: Raw, every: int, today: date) -> None:
    last = day_or_none(raw["steps"][-1]["start"], today)
    if last is not None:
        raw["last_day"] = typed_day(last + timedelta(days=every - 1))


def _length(raw: Raw, index: int, today: date) -> int | None:
    """Count the days of a row: to the next start, or through the last day, else the interval."""
    rows = raw["steps"]
    start = day_or_none(rows[index]["start"], today)
    if index + 1 < len(rows):
        end = day_or_none(rows[index + 1]["start"], today)
    else:
        last = day_or_none(raw["last_day"], today)
        end = last + timedelta(days=1) if last else None
    if start is not None and end is not None and end > start:
        return (end - start).days
    try:
        return days_of(raw["every"])
    except Unreadable:
        return None


def _insert(raw: Raw, index: int, row: Raw, today: date) -> None:
    """Put `row` after row `index`, as long as that one; chained, move all that follows."""
    rows = raw["steps"]
    start, length = day_or_none(rows[index]["start"], today), _length(raw, index, today)
    at_end = index == len(rows) - 1
    rows.insert(index + 1, row)
    if start is None or length is None or not (at_end or raw["start_mode"] == CHAINED):
        return
    row["start"] = typed_day(start + timedelta(days=length))
    _shift(raw, index + 2, timedelta(days=length), today)


def _shift(raw: Raw, first: int, by: timedelta, today: date) -> None:
    """Move the starts from row `first` on, and the last day. What cannot be read stays."""
    for place, name in (*((row, "start") for row in raw["steps"][first:]), (raw, "last_day")):
        day = day_or_none(place[name], today) if place[name] else None
        if day is not None:
            place[name] = typed_day(day + by)


Move = Callable[[int], tuple[int, ...]]


def _doubling(number: int) -> Move:
    """Where each step is once step `number` has a copy below it."""
    return lambda old: (
        (old,) if old < number else (old + 1,) if old > number else (number, number + 1)
    )


def _without(number: int) -> Move:
    """Where each step is once step `number` is gone."""
    return lambda old: (old,) if old < number else (old - 1,) if old > number else ()


def _from_without(number: int) -> Move:
    """Where a medicine joins once step `number` is gone: with the row that took its place."""
    return lambda old: (old,) if old <= number else (old - 1,)


def _through_without(number: int) -> Move:
    """Where a medicine ends once step `number` is gone: with the row before it."""
    return lambda old: (old,) if old < number else (max(1, old - 1),)


def _renumber(raw: Raw, pairings: Move, joins: Move, ends: Move) -> None:
    """Follow moved rows wherever steps are named. To be called before the rows move."""
    count = len(raw["steps"])
    for paired in (*raw["therapies"], *raw["rhythms"]):
        paired["steps"] = renumbered(paired["steps"], count, pairings)
    for medicine in raw["medicines"]:
        for name, move, pick in (("from_step", joins, 0), ("through_step", ends, -1)):
            if re.fullmatch("[1-9][0-9]{0,2}", medicine[name]):
                medicine[name] = str(move(int(medicine[name]))[pick])
