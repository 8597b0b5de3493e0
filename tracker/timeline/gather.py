"""From what rules and charts know to what the second track is drawn from, and its full table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from tracker import course as courses
from tracker import dates
from tracker.checkins import CheckIn
from tracker.course import Course, Happening, What
from tracker.course.words import (
    AWAY_WORDS,
    amounts_by_medicine,
    happening_day,
    happening_reason,
    happening_title,
)
from tracker.escalations import Escalation
from tracker.languages import joined, said
from tracker.therapies import KIND_WORDS, Kind, Standing
from tracker.timeline.events import Band, Differed, Happened, Marks, Panel, Point, Taken, Told

DAY = timedelta(days=1)
ON_HOLD = said("On hold")
PANELS = {"peg": ("PEG", 10), "cows": ("COWS", 48)}
Score = tuple[date, str, str]
"""A total on its day: the day, the instrument's id, the total; "" for an incomplete scale."""


def happened_of(
    course: Course, *, today: date, checkins: Iterable[CheckIn] = (),
    escalations: Iterable[Escalation] = (), therapies: Iterable[Standing] = (),
    scores: Sequence[Score] = (), zone: str = "UTC",
) -> Happened:  # fmt: skip
    """Lay out what happened to a plan and beside it; `zone` is the clinic's, for its days."""
    missed = [one.on for one in checkins if one.open and one.last_day < today]
    return Happened(
        taken=tuple(_taken(course, today)),
        differed=tuple(_differed(one) for one in course.happened if one.what is What.DIFFERENTLY),
        bands=(*_holds(course, today), *_away(course, today)),
        panels=tuple(_panels(scores, missed)),
        therapies=tuple(_sessions(therapies)),
        escalations=Marks(
            said("Escalations"),
            tuple(
                (dates.today_at(zone, one.raised_at), one.about)
                for one in escalations
                if not one.in_error
            ),
        ),
    )


def _taken(course: Course, today: date) -> Iterator[Taken]:
    starts = [one for one in course.happened if one.what is What.STARTED]
    ended = courses.closed(course)
    for place, one in enumerate(starts):
        later = [s.on for s in starts[place + 1 :]]
        done = [
            c.on + DAY
            for c in courses.of_step(course, one.step)
            if c.what is What.COMPLETED
        ]  # fmt: skip
        ends = [*later[:1], *done, *([ended.on] if ended else []), today + DAY]
        number, day = _number(course, one), dates.screen(one.on)
        words = said("Step {number} from {day}, as written", number=number, day=day)
        if any(c.what is What.DIFFERENTLY for c in courses.of_step(course, one.step)):
            words = said("Step {number} from {day}, taken differently", number=number, day=day)
        yield Taken(number, one.on, max(min(ends), one.on), words)


def _number(course: Course, one: Happening) -> int:
    steps = course.version.steps if course.version else ()
    return next((step.number for step in steps if step.key == one.step), one.number)


def _differed(one: Happening) -> Differed:
    return Differed(
        one.on,
        (one.until or one.on) + DAY,
        joined(", ", (happening_title(one), happening_day(one))),
        tuple((a.medicine, a.slot, str(a.text)) for a in one.amounts),
    )


def _holds(course: Course, today: date) -> Iterator[Band]:
    for place, one in enumerate(course.happened):
        if one.what is not What.HELD:
            continue
        over = next(
            (
                later.on
                for later in course.happened[place + 1 :]
                if later.what in (What.RESUMED, What.CLOSED)
            ),
            None,
        )
        since = dates.screen(one.on)
        words = said("On hold from {since} until now", since=since)
        if over:
            words = said("On hold from {since} to {over}", since=since, over=dates.screen(over))
        yield Band(one.on, max(over or today + DAY, one.on + DAY), ON_HOLD, words)


def _away(course: Course, today: date) -> Iterator[Band]:
    for one in reversed(course.away):
        if one.left_on > today:
            continue
        end = one.back_on or (one.until + DAY if one.until else None)
        place = AWAY_WORDS[one.where]
        words = said("{place} from {day}", place=place, day=dates.screen(one.left_on))
        yield Band(one.left_on, max(min(end or today + DAY, today + DAY), one.left_on + DAY),
                   place, words)  # fmt: skip


def _panels(scores: Sequence[Score], missed: Sequence[date]) -> Iterator[Panel]:
    for instrument, (name, most) in PANELS.items():
        own = [Point(on, total or None) for on, which, total in scores if which == instrument]
        if own:
            breaks = [Point(on, None) for on in missed if min(p.on for p in own) < on]
            yield Panel(name, most, tuple(sorted((*own, *breaks), key=lambda point: point.on)))


def _sessions(therapies: Iterable[Standing]) -> Iterator[Marks]:
    for one in therapies:
        days = tuple(
            (line.on, _session(line.kind, line.times)) for line in one.lines if not line.in_error
        )
        if days:
            yield Marks(said(one.words), days)


def _session(kind: Kind, times: int) -> str:
    words = KIND_WORDS[kind].lower()
    return said("{words} {times} times", words=words, times=times) if times > 1 else words


def told_of(course: Course, happened: Happened) -> tuple[Told, ...]:
    """Give the full table of what happened, the earliest day first: day, what, and the words."""
    rows = [_told(course, one) for one in course.happened]
    away = [band for band in happened.bands if band.word != ON_HOLD]
    rows += [Told(one.start, said("Away"), one.words) for one in away]
    rows += [
        Told(point.on, panel.name, point.total or said("Not recorded"))
        for panel in happened.panels
        for point in panel.points
    ]
    rows += [
        Told(day, marks.name, words)
        for marks in (*happened.therapies, happened.escalations)
        for day, words in marks.days
    ]
    return tuple(sorted(rows, key=lambda row: row.on))


def _told(course: Course, one: Happening) -> Told:
    parts = [happening_reason(one)]
    if course.version:
        parts += [joined(": ", pair) for pair in amounts_by_medicine(one, course.version)]
    return Told(one.on, happening_title(one), joined("; ", [part for part in parts if part]))
