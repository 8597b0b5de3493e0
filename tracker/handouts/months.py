"""The calendar of the patient sheet in words: two months a page, boxes to tick, no amounts.

Belongs here: what stands on a day: a step's start, a check-in, a new patch, a box for each time of
day on which something is taken.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from tracker.handouts import medicines
from tracker.handouts.blocks import (
    Block,
    Heading,
    NewPage,
    Paragraph,
    Table,
    TableCell,
    Together,
    Words,
)
from tracker.handouts.phrases import Phrases, capital, typed
from tracker.handouts.values import PatientSheet, StepLine


def calendar(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return two months a page: starts of steps, check-ins, patch days, boxes; never an amount."""
    months = _months(sheet)
    if not months:
        return
    days = _Days(sheet, say, months)
    yield NewPage()
    yield Heading(2, say.say("calendar"), bookmark=True)
    if days.times:
        names = ", ".join(say.text(time) for time in days.times)
        yield Paragraph(say.say("calendar-boxes", times=names.lower()))
    weekdays = tuple(typed(say.weekday(day)) for day in say.week())
    for number, month in enumerate(months):
        if number and number % 2 == 0:
            yield NewPage()
        table = Table(weekdays, tuple(days.weeks(month)), month=True)
        yield Together((Heading(3, typed(say.month(month))), table))
    if _goes_on(sheet, months[-1]):
        yield Paragraph(say.say("calendar-more"))


def agenda(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return the same days as a list for large print: only those on which something happens."""
    months = _months(sheet)
    if not months:
        return
    days = _Days(sheet, say, months)
    yield NewPage()
    yield Heading(2, say.say("calendar"), bookmark=True)
    headers = (say.say("column-date"), say.say("column-what"), say.say("column-done"))
    for month in months:
        rows = tuple(_event(day, days, say) for day in _days_of(month) if days.events(day))
        if rows:
            yield Heading(3, typed(say.month(month)))
            yield Table(headers, rows, wide=(0, 1))
    if _goes_on(sheet, months[-1]):
        yield Paragraph(say.say("calendar-more"))


def _days_of(month: date) -> Iterable[date]:
    return (month + timedelta(days=n) for n in range((_next_month(month) - month).days))


def _event(day: date, days: _Days, say: Phrases) -> tuple[TableCell, ...]:
    first, *more = days.events(day)
    date_cell = TableCell(typed(capital(say.short_date(day))), row_header=True)
    return date_cell, TableCell(first, notes=tuple(more)), TableCell(ticks=(True,))


def _months(sheet: PatientSheet) -> list[date]:
    """Return the first days of the months shown, from the current step's on."""
    start = next(step for step in sheet.steps if step.number == sheet.current_step).starts_on
    end = sheet.steps[-1].last_day
    if sheet.under_way:
        start = max(start, min(sheet.printed_on, end or sheet.printed_on))
    month, months = start.replace(day=1), list[date]()
    while len(months) < sheet.calendar_months and month <= (end or date.max):
        months.append(month)
        month = _next_month(month)
    return months


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _goes_on(sheet: PatientSheet, month: date) -> bool:
    end = sheet.steps[-1].last_day
    return end is None or end >= _next_month(month)


class _Days:
    """What a sheet says of each day, looked up once."""

    def __init__(self, sheet: PatientSheet, say: Phrases, months: Sequence[date]) -> None:
        self._sheet, self._say = sheet, say
        self._firsts = [step.starts_on for step in sheet.steps]
        self._starts = {step.starts_on: step for step in sheet.steps}
        self._modes: dict[date, set[str]] = {}
        for one in sheet.checkins:
            self._modes.setdefault(one.on, set()).add(one.mode)
        patches = [one for one in sheet.medicines if medicines.is_patch(one)]
        self._patch = {day for one in patches for row in one.rows for day in row.change_dates}
        self._taken: dict[tuple[int, int], frozenset[str]] = {}
        self.times = self._in_use(months)

    def _in_use(self, months: Sequence[date]) -> tuple[str, ...]:
        end = _next_month(months[-1])
        days = (months[0] + timedelta(days=n) for n in range((end - months[0]).days))
        used = {time for day in days for time in self.taken_on(day)}
        return tuple(time for time in medicines.TIMES if time in used)

    def weeks(self, month: date) -> Iterable[tuple[TableCell, ...]]:
        """Return the rows of a month, days of other months left empty."""
        day = month - timedelta(days=self._say.week().index(month.weekday()))
        while day < month or day.month == month.month:
            week = [day + timedelta(days=ahead) for ahead in range(7)]
            yield tuple(self._cell(one) if one.month == month.month else _NO_DAY for one in week)
            day += timedelta(days=7)

    def _cell(self, day: date) -> TableCell:
        step = self._starts.get(day)
        taken = self.taken_on(day)
        return TableCell(
            typed(str(day.day), bold=step is not None),
            ticks=tuple(time in taken for time in self.times) if taken else (),
            notes=self.events(day),
            marked=step is not None,
        )

    def events(self, day: date) -> tuple[Words, ...]:
        """Return what happens on a day: a step's start, check-ins, a new patch."""
        return tuple(self._notes(day))

    def _notes(self, day: date) -> Iterable[Words]:
        step = self._starts.get(day)
        if step is not None:
            yield self._say.say("calendar-step", step=str(step.number))
        for mode in sorted(self._modes.get(day, ())):
            yield self._say.say(f"calendar-{mode}")
        if day in self._patch:
            yield self._say.say("calendar-patch")

    def taken_on(self, day: date) -> frozenset[str]:
        """Return the times of day on which the day's step has something to take."""
        step = self._step_on(day)
        if step is None:
            return frozenset()
        key = step.number, day.weekday()
        if key not in self._taken:
            self._taken[key] = self._times(*key)
        return self._taken[key]

    def _times(self, step: int, weekday: int) -> frozenset[str]:
        rows = (
            (medicine, medicines.row_in_force(medicine, step)) for medicine in self._sheet.medicines
        )
        return frozenset(
            time
            for medicine, row in rows
            if row is not None
            for time in medicines.takes_at(medicine, row, weekday)
        )

    def _step_on(self, day: date) -> StepLine | None:
        begun = bisect_right(self._firsts, day)
        step = self._sheet.steps[begun - 1] if begun else None
        if step is None or (step.last_day is not None and day > step.last_day):
            return None
        return step


_NO_DAY = TableCell()
