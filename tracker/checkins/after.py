"""Reads what follows from a check-in: what was done about its alarms, and the next contact."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.checkins.alarms import ALARM_WORDS, Alarm
from tracker.checkins.standing import MODES
from tracker.dates import NotADate, read_date, read_time, screen
from tracker.escalations import why_not_raise
from tracker.languages import said
from tracker.plans import Problem

Typed = Mapping[str, Sequence[str]]
ESCALATE, HANDLED = "escalate", "handled"


@dataclass(frozen=True, slots=True)
class Handled:
    """What was done about an alarm: escalated, or handled now by whom and how."""

    alarm: Alarm
    words: str
    escalated: bool
    by: str
    how: str


@dataclass(frozen=True, slots=True)
class Wish:
    """An escalation to be raised with the check-in."""

    about: str
    needed_by: str
    text: str
    spoken_to: str
    patient_is: str


@dataclass(frozen=True, slots=True)
class Next:
    """The next contact: one that is planned already, a new one, or none and why."""

    way: str  # "planned", "book" or "none"
    on: date | None
    at: str
    mode: str
    because: str


def one(typed: Typed, name: str) -> str:
    """Give the one value of a field, without spaces around it; "" for none."""
    return next(iter(typed.get(name, ())), "").strip()


def day_of(typed: Typed, field: str, today: date, problems: list[Problem]) -> date | None:
    """Read a typed day; adds to `problems` what is wrong with it."""
    try:
        return read_date(one(typed, field), today=today)
    except NotADate as refused:
        problems.append(Problem(field, refused.sentence))
        return None


def read_handled(
    typed: Typed, alarms: Sequence[Alarm], before: Collection[Alarm], problems: list[Problem]
) -> tuple[Handled, ...]:
    """Read what was done about each alarm; what was escalated `before` is not asked again."""
    found = []
    for alarm in alarms:
        if alarm in before:
            found.append(Handled(alarm, ALARM_WORDS[alarm], escalated=True, by="", how=""))
            continue
        field = f"alarm.{alarm}"
        way, by, how = (one(typed, f"{field}.{name}") for name in ("way", "by", "how"))
        if way not in (ESCALATE, HANDLED):
            told = said(
                "{alarm}: escalate it, or say who handled it and how.", alarm=ALARM_WORDS[alarm]
            )
            problems.append(Problem(f"{field}.way", told))
            continue
        if way == HANDLED and not by:
            problems.append(Problem(f"{field}.by", said("Type who handled it.")))
        if way == HANDLED and not how:
            problems.append(Problem(f"{field}.how", said("Type what was done.")))
        escalated = way == ESCALATE
        found.append(
            Handled(alarm, ALARM_WORDS[alarm], escalated, "" if escalated else by,
                    "" if escalated else how)
        )  # fmt: skip
    return tuple(found)


def read_wish(typed: Typed, handled: Sequence[Handled], problems: list[Problem]) -> Wish | None:
    """Read the escalation: wished for by its own choice, or by an alarm that is escalated."""
    alarms = [one.words for one in handled if one.escalated]
    needed_by = one(typed, "escalate.needed_by")
    if not alarms and not needed_by:
        return None
    wish = Wish(
        about="; ".join(alarms) or said("From a check-in"),
        needed_by=needed_by,
        text=one(typed, "escalate.text"),
        spoken_to=one(typed, "escalate.spoken_to"),
        patient_is=one(typed, "escalate.patient_is"),
    )
    wrong = why_not_raise(
        about=wish.about,
        needed_by=wish.needed_by,
        text=wish.text,
        spoken_to=wish.spoken_to,
        patient_is=wish.patient_is,
    )
    problems += [Problem(f"escalate.{name}", sentence) for name, sentence in wrong.items()]
    return None if wrong else wish


def read_next(typed: Typed, today: date, has_next: bool, problems: list[Problem]) -> Next | None:
    """Read the next contact: planned already, to be booked, or none and why."""
    way = one(typed, "next.way")
    if way == "planned" and has_next:
        return Next(way, None, "", "", "")
    if way == "none":
        because = one(typed, "next.because")
        if not because:
            problems.append(Problem("next.because", said("Say why no next contact is booked.")))
        return Next(way, None, "", "", because)
    if way != "book":
        problems.append(Problem("next.way", said("Next contact: choose one.")))
        return None
    on, at = read_booking(typed, "next.", today, problems)
    mode = one(typed, "next.mode")
    if mode not in MODES:
        problems.append(Problem("next.mode", said("Choose phone, video or in person.")))
    return Next(way, on, at, mode, "") if on else None


def read_booking(
    typed: Typed, prefix: str, today: date, problems: list[Problem]
) -> tuple[date | None, str]:
    """Read the day and the time of a check-in to come; adds to `problems` what is wrong."""
    on = day_of(typed, f"{prefix}on", today, problems)
    if on and on < today:
        problems.append(
            Problem(f"{prefix}on", said("{day} is past. Type a day to come.", day=screen(on)))
        )
        on = None
    at = one(typed, f"{prefix}at")
    if not at:
        return on, ""
    try:
        return on, read_time(at)
    except NotADate as refused:
        problems.append(Problem(f"{prefix}at", refused.sentence))
        return on, ""
