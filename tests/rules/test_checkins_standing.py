"""How check-ins stand: their lines folded, and which planned ones still count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tracker.checkins import (
    Attempt,
    Booked,
    Cancelled,
    CheckIn,
    Contact,
    Line,
    Planned,
    Standing,
    Start,
    contact_since,
    fold,
    last_contact,
    next_open,
    settled,
)
from tracker.dates import today_at

DEC = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)


def day(number: int) -> date:
    return DEC.replace(day=number)


def planned(on: int, version: int = 1, mode: str = "phone", grace: int = 1) -> Planned:
    return Planned(version, 1, day(on), mode, ("withdrawal",), grace)


def booked(on: int, reason: str = "") -> Booked:
    return Booked(day(on), "14:30", "video", (), 1, "Cleo Marsh", reason)


def attempt(on: int, outcome: str = "no_answer") -> Attempt:
    return Attempt(day(on), "phone", outcome, "", "Bo Lindqvist, RN", NOW)


def contact(on: int, entered: int | None = None, **more: Any) -> Contact:
    values: dict[str, Any] = {
        "id": 50,
        "on": day(on),
        "entered_on": day(entered or on),
        "mode": "phone",
        "spoke_with": "patient",
        "spoke_name": "",
        "version_id": 1,
        "step_number": 1,
        "note": "",
        "by": "Bo Lindqvist, RN",
        "at": NOW,
        "replaces_id": None,
        "reason": "",
    }
    return Contact(**{**values, **more})


CANCELLED = Cancelled("Dr. Amara Okafor", NOW, "In hospital")


def one(*lines: Line, id: int = 10) -> CheckIn:
    found = fold(id, 7, f"checkin:{id}", len(lines), lines)
    assert found is not None
    return found


# --- One check-in ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "standing", "tries"),
    [
        ((planned(3),), Standing.AHEAD, 0),
        ((planned(3), attempt(3)), Standing.AHEAD, 1),
        ((planned(3), attempt(3), attempt(3, "message")), Standing.AHEAD, 2),
        ((planned(3), contact(3)), Standing.RECORDED, 0),
        ((planned(3), attempt(3), contact(3)), Standing.RECORDED, 1),
        ((planned(3), CANCELLED), Standing.CANCELLED, 0),
        ((planned(3), CANCELLED, booked(9)), Standing.AHEAD, 0),
        ((planned(3), attempt(3), booked(9)), Standing.AHEAD, 0),
        ((planned(3), attempt(3), booked(9), attempt(9)), Standing.AHEAD, 1),
        ((contact(1),), Standing.RECORDED, 0),
        ((booked(9),), Standing.AHEAD, 0),
    ],
)
def test_lines_fold_into_how_it_stands(
    lines: tuple[Line, ...], standing: Standing, tries: int
) -> None:
    found = one(*lines)
    assert (found.standing(day(2)), found.tries) == (standing, tries)


@pytest.mark.parametrize(
    ("grace", "today", "standing"),
    [
        (1, 2, Standing.AHEAD),
        (1, 3, Standing.DUE),
        (1, 4, Standing.DUE),
        (1, 5, Standing.OVERDUE),
        (0, 3, Standing.DUE),
        (0, 4, Standing.OVERDUE),
        (7, 10, Standing.DUE),
        (7, 11, Standing.OVERDUE),
    ],
)
def test_it_is_overdue_after_its_days_of_grace(grace: int, today: int, standing: Standing) -> None:
    assert one(planned(3, grace=grace)).standing(day(today)) is standing


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        # Denver leaves daylight saving time on Nov 1, 2026: midnight moves from 6:00 to 7:00 UTC.
        (datetime(2026, 10, 31, 5, 59, tzinfo=UTC), Standing.AHEAD),
        (datetime(2026, 10, 31, 6, 0, tzinfo=UTC), Standing.DUE),
        (datetime(2026, 11, 2, 6, 59, tzinfo=UTC), Standing.DUE),
        (datetime(2026, 11, 2, 7, 0, tzinfo=UTC), Standing.OVERDUE),
    ],
)
def test_days_are_the_clinics_own_when_its_clock_changes(
    moment: datetime, standing: Standing
) -> None:
    asked = replace(one(planned(3)), on=date(2026, 10, 31))
    assert asked.standing(today_at("America/Denver", moment)) is standing


def test_a_booking_gives_the_day_the_time_and_the_mode() -> None:
    found = one(planned(3), booked(9, "Asked for Wednesday"))
    assert (found.on, found.at, found.mode) == (day(9), "14:30", "video")
    assert found.planned is not None and found.planned.on == day(3)


def test_the_last_record_counts() -> None:
    amended = contact(3, id=51, replaces_id=50, reason="Wrong scale")
    assert one(planned(3), contact(3), amended).contact == amended


def test_nothing_is_left_when_every_line_was_entered_in_error() -> None:
    assert fold(10, 7, "checkin:10", 2, ()) is None
    assert fold(10, 7, "checkin:10", 2, (attempt(3),)) is None


@pytest.mark.parametrize(("entered", "late"), [(3, False), (4, True)])
def test_a_record_typed_on_a_later_day_is_late(entered: int, late: bool) -> None:
    assert contact(3, entered).late is late


# --- Several, and versions of the plan ------------------------------------------------------------

V1, V2 = Start(1, day(1)), Start(2, day(10))


def standing_of(*checkins: CheckIn, versions: tuple[Start, ...] = (V1, V2)) -> dict[int, bool]:
    """Tell for each check-in whether it was replaced."""
    return {found.id: found.replaced for found in settled(checkins, versions)}


@pytest.mark.parametrize(
    ("case", "checkins", "replaced"),
    [
        ("of the version in force", [one(planned(12, 2))], {10: False}),
        ("a newer version lays its own", [one(planned(12, 1))], {10: True}),
        ("on the day of the new signature", [one(planned(10, 1))], {10: True}),
        ("overdue when the new version was signed", [one(planned(9, 1))], {10: False}),
        ("laid for a day before its own signature", [one(planned(9, 2))], {10: True}),
        ("recorded", [one(planned(12, 1), contact(11))], {10: False}),
        ("cancelled", [one(planned(12, 1), CANCELLED)], {10: False}),
        ("its day was agreed with the patient", [one(planned(12, 1), booked(14))], {10: False}),
        ("tried in vain, and not overdue", [one(planned(12, 1), attempt(9))], {10: True}),
        ("booked by a person", [one(booked(20))], {10: False}),
        (
            "the new version lays anew what was recorded early",
            [one(planned(12, 1), contact(9)), one(planned(12, 2), id=11)],
            {10: False, 11: True},
        ),
        (
            "the new version lays anew what was moved",
            [one(planned(12, 1), booked(14)), one(planned(12, 2), id=11)],
            {10: False, 11: True},
        ),
        (
            "another way of contact on the same day",
            [one(planned(12, 1), contact(9)), one(planned(12, 2, "in_person"), id=11)],
            {10: False, 11: False},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_newer_version_replaces_what_has_not_happened(
    case: str, checkins: list[CheckIn], replaced: dict[int, bool]
) -> None:
    assert standing_of(*checkins) == replaced


def test_a_version_entered_in_error_replaces_nothing() -> None:
    assert standing_of(one(planned(12, 1)), versions=(V1,)) == {10: False}


def test_a_replaced_check_in_is_neither_due_nor_overdue() -> None:
    (found,) = settled([one(planned(12, 1))], (V1, V2))
    assert found.standing(day(20)) is Standing.REPLACED
    assert not found.open


def test_the_next_contact_is_the_first_open_one_from_today_on() -> None:
    checkins = settled(
        [
            one(planned(3), id=10),
            one(planned(5), contact(5), id=11),
            one(planned(8), id=12),
            one(booked(6), id=13),
        ],
        (V1,),
    )
    assert [found.id for found in checkins] == [10, 11, 13, 12]
    nearest = next_open(checkins, day(4))
    assert nearest is not None and nearest.id == 13
    assert next_open(checkins, day(9)) is None


def test_the_last_contact_and_whether_there_was_one_since() -> None:
    checkins = [one(planned(3), contact(4)), one(contact(8), id=11), one(planned(9), id=12)]
    latest = last_contact(checkins)
    assert latest is not None and latest.on == day(8)
    assert contact_since(checkins, day(8))
    assert not contact_since(checkins, day(9))
    assert not contact_since([], day(1))
