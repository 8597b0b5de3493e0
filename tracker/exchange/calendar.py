"""Check-ins as an iCalendar: for the patient's own calendar, and as a feed for the staff.

It holds days, times and kinds of contact. No medicine, no dose, no reason; a feed names no patient,
for its address is all that protects it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar

PRODUCT = "-//Opioid taper tracker//Check-ins//EN"


@dataclass(frozen=True, slots=True)
class Entry:
    """One check-in: an id that never changes, and how often it has changed until now."""

    id: int
    clinic_id: int
    revision: int  # grows with each change: a calendar replaces what it had
    changed_at: datetime
    on: date
    at: str  # "14:30" by the clinic's clock, or "" for a day without a time
    summary: str
    where: str  # a phone number or an address, or ""
    withdrawn: bool
    link: str = ""


def calendar(name: str, time_zone: str, entries: Iterable[Entry]) -> bytes:
    """Give an iCalendar with its time zone; withdrawn entries stay in it, as cancelled.

    A calendar that only lacked them would keep showing what it was given before.
    """
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", time_zone)
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    listed = tuple(entries)
    for entry in listed:
        made.add_component(_event(entry, ZoneInfo(time_zone)))
    if listed:
        years = [entry.on.year for entry in listed]
        made.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1))
    return bytes(made.to_ical())


def _event(entry: Entry, zone: ZoneInfo) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"checkin-{entry.id}@clinic-{entry.clinic_id}.taper-tracker")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.revision)
    event.add("dtstart", _start(entry, zone))
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if entry.withdrawn else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if entry.at and not entry.withdrawn else "TRANSPARENT")
    if entry.where:
        event.add("location", entry.where)
    if entry.link:
        event.add("url", entry.link)
    return event


def _start(entry: Entry, zone: ZoneInfo) -> date | datetime:
    if not entry.at:
        return entry.on
    return datetime.combine(entry.on, time.fromisoformat(entry.at), zone)
