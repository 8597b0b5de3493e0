"""The calendar, read by a library's parser: days, zone, updates, withdrawal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest

from tracker.exchange.calendar import Entry, calendar

AT = datetime(2026, 11, 24, 15, 42, tzinfo=UTC)
CALL = Entry(1, 7, 3, AT, date(2026, 12, 1), "14:30", "Call from Hillside Spine", "(303) 555-0141",
             False, "https://clinic.example/c/7")  # fmt: skip


def events(*entries: Entry, zone: str = "America/Denver") -> list[Any]:
    made = icalendar.Calendar.from_ical(calendar("Check-ins", zone, entries))
    assert made.errors == []
    return [one for one in made.walk("VEVENT")]


def test_a_time_is_the_clinics_with_its_zone() -> None:
    [call] = events(CALL)
    start = call["DTSTART"].dt
    assert (start.hour, start.minute) == (14, 30)
    assert start.utcoffset() == timedelta(hours=-7)
    [summer] = events(replace(CALL, on=date(2027, 7, 1)))
    assert summer["DTSTART"].dt.utcoffset() == timedelta(hours=-6)
    [visit] = events(replace(CALL, at="", withdrawn=False))
    assert visit["DTSTART"].dt == date(2026, 12, 1)


def test_the_zone_itself_is_in_the_file() -> None:
    made = icalendar.Calendar.from_ical(calendar("Check-ins", "America/Denver", [CALL]))
    assert [str(zone["TZID"]) for zone in made.walk("VTIMEZONE")] == ["America/Denver"]
    assert calendar("Check-ins", "America/Denver", []).startswith(b"BEGIN:VCALENDAR")


def test_a_change_replaces_what_a_calendar_had() -> None:
    [before], [after] = events(CALL), events(replace(CALL, revision=4, on=date(2026, 12, 2)))
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_what_is_withdrawn_stays_as_cancelled() -> None:
    [gone] = events(replace(CALL, withdrawn=True))
    assert gone["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("text", ["a\r\nBEGIN:VEVENT\r\nSUMMARY:x", "semi; colon: comma, \\n é 王"])
def test_typed_text_makes_no_lines_of_its_own(text: str) -> None:
    [one] = events(replace(CALL, summary=text, where=text))
    assert str(one["SUMMARY"]).replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_the_same_entries_give_the_same_bytes() -> None:
    assert calendar("A", "Europe/Paris", [CALL]) == calendar("A", "Europe/Paris", [CALL])
