"""On which days a patch is changed: derived from the typed interval, step after step.

Belongs here: the rhythm of one medicine through a whole plan. A step that changes neither how many
nor how often runs on in the rhythm of the step before: its start is no reason to change a patch
early. The days are laid out by `dates.change_dates`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tracker.dates import change_dates
from tracker.plans import AfterLast, Pattern, PlanMedicine

Typed = Mapping[str, str]  # a step's texts by cell: "each", "every"
Step = tuple[date, date | None, Typed]  # first day, last day (None: open), texts


def days_of_change(
    medicine: PlanMedicine, steps: Sequence[Step], *, plan_ends: date | None, until: date
) -> tuple[tuple[date, ...], ...]:
    """Give the days of change in each step, from its first day through its last.

    `steps` are the medicine's own, one after the other; `plan_ends` is the plan's last day, None
    while it is open, and then `until` is the last day worth naming. Beyond its own last step a
    patch that stays is changed on. Nothing for what is no patch at an interval, for a typed 0,
    and for hours that are not whole days.
    """
    if medicine.schedule.pattern is not Pattern.INTERVAL or "patch" not in medicine.product.kinds:
        return tuple(() for _ in steps)
    made = []
    run_from, before = date.min, dict[str, str]()
    for number, (first, last, typed) in enumerate(steps, 1):
        if number == len(steps) and medicine.after_last is AfterLast.STAY:
            last = plan_ends
        if typed != before:
            run_from, before = first, dict(typed)
        days = _days(run_from, last or until, typed, medicine.schedule.every_unit)
        made.append(tuple(day for day in days if day >= first))
    return tuple(made)


def last_day_named(start: date, months: int) -> date:
    """Give the last day of so many months, the one of `start` included; two months at the least.

    It is the last day that a sheet names for a step with no end, as its calendar does.
    """
    day = start.replace(day=1)
    for _ in range(max(months, 2)):
        day = (day + timedelta(days=31)).replace(day=1)
    return day - timedelta(days=1)


def _days(first: date, last: date, typed: Typed, unit: str) -> tuple[date, ...]:
    every = typed.get("every", "")
    if not every or typed.get("each") == "0":
        return ()
    return change_dates(first, last, every, unit)
