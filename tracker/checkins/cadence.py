"""Days that follow from typed intervals: a contact every so often, for so many months.

The intervals are the clinician's own. The norm that stands beside them on the page is CDC 2022:
follow up at least monthly while tapering; after a taper, risk was seen raised for up to 24 months.
"""

from __future__ import annotations

from datetime import date, timedelta

from tracker.dates import months_later
from tracker.languages import said

UNITS = {"days": said("days"), "weeks": said("weeks"), "months": said("months")}
LONGEST_MONTHS = 36
MOST_DAYS = 160  # weekly for three years


def series(first: date, every: int, unit: str, months: int) -> tuple[date, ...]:
    """Give the days from `first` on, one each `every` days, weeks or months, for `months` months.

    A month is a month of the calendar, counted from `first`: from January 31 on, the last day of a
    shorter month, and March 31 again. Raises ValueError, with a sentence, for an interval below 1,
    more than 36 months, or more than 160 days in all.
    """
    if unit not in UNITS:
        raise ValueError("Choose days, weeks or months.")
    if every < 1:
        raise ValueError("Type how often as a whole number, 1 or more.")
    if not 1 <= months <= LONGEST_MONTHS:
        raise ValueError(f"Type for how many months, from 1 to {LONGEST_MONTHS}.")
    end, found = months_later(first, months), [first]
    while len(found) <= MOST_DAYS:
        count = every * len(found)
        if unit == "months":
            day = months_later(first, count)
        else:
            day = first + timedelta(days=count * (7 if unit == "weeks" else 1))
        if day > end:
            return tuple(found)
        found.append(day)
    raise ValueError(f"These come to more than {MOST_DAYS} contacts. Space them out.")
