"""What happened to the plans of the demo: one goes on, one is held, one waits, one is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tracker.charts.course import course_of
from tracker.course import Amount
from tracker.demo.care import taper
from tracker.demo.people import Team
from tracker.doses import DoseText
from tracker.records import course as records


def courses(team: Team, ids: Mapping[str, int]) -> None:
    """Let four plans run their course; the steps of others are still to come."""
    _goes_on(team, ids["DEMO-001"])
    _held(team, ids["DEMO-007"])
    _not_recorded(team, ids["DEMO-008"])
    _closed(team, ids["DEMO-009"])
    _wants_no_calls(team, ids["DEMO-006"])


def _goes_on(team: Team, patient_id: int) -> None:
    _start(team, patient_id, -23)
    _start(team, patient_id, -9)
    records.differently(
        **_of(team, patient_id, "amara"),
        key="s2",
        on=_day(team, -5),
        until=_day(team, -4),
        today=team.today,
        how="less",
        amounts=[Amount("m1", "bedtime", DoseText("4¾"))],
        words="Fell asleep early on two evenings; no withdrawal, she says",
    )


def _held(team: Team, patient_id: int) -> None:
    taper(
        team,
        patient_id,
        product="oxycodone-tablet-5-mg",
        before={"morning": "8½", "bedtime": "9½"},
        steps=[
            {"morning": "7½", "bedtime": "8¼"},
            {"morning": "6½", "bedtime": "7¼"},
            {"morning": "5½", "bedtime": "6¼"},
        ],
        starts_in=-40,
        every=21,
        goal="Sing in the choir again",
    )
    _start(team, patient_id, -40)
    _start(team, patient_id, -18)
    records.hold(
        **_of(team, patient_id, "amara"),
        on=_day(team, -6),
        review_on=_day(team, 4),
        today=team.today,
        reason="withdrawal",
        words="Sweats and no sleep since the second step; she asks for a pause",
    )


def _not_recorded(team: Team, patient_id: int) -> None:
    taper(
        team,
        patient_id,
        product="tramadol-tablet-50-mg",
        before={"morning": "3¼", "evening": "3¾"},
        steps=[
            {"morning": "2¾", "evening": "3"},
            {"morning": "2¼", "evening": "2½"},
            {"morning": "1¾", "evening": "2"},
        ],
        starts_in=-3,
        every=28,
        goal="Sit through a film",
    )


def _wants_no_calls(team: Team, patient_id: int) -> None:
    taper(
        team,
        patient_id,
        product="morphine-tablet-15-mg",
        before={"morning": "5½", "bedtime": "6½"},
        steps=[{"morning": "5", "bedtime": "6"}, {"morning": "4", "bedtime": "3"}],
        starts_in=7,
        every=28,
        goal="Dance at my niece’s wedding",
        rhythms=[],
        checkin_none_because="He comes to each visit and wants no calls",
    )


def _closed(team: Team, patient_id: int) -> None:
    taper(
        team,
        patient_id,
        product="oxycodone-tablet-10-mg",
        before={"morning": "4½", "noon": "3½"},
        steps=[{"morning": "4", "noon": "3"}, {"morning": "2", "noon": "1"}],
        starts_in=-70,
        every=28,
        goal="Carry the shopping home",
    )
    _start(team, patient_id, -70)
    _start(team, patient_id, -42)
    records.close(
        **_of(team, patient_id, "amara"),
        on=_day(team, -12),
        today=team.today,
        reason="moved",
        words="Moves to her sister in Peoria",
        accepted_by="Dr. Lena Brandt, Peoria Family Medicine",
        takes_now="As in step 2",
    )


def _start(team: Team, patient_id: int, days: int) -> None:
    records.start(
        **_of(team, patient_id, "bo"),
        on=_day(team, days),
        today=team.today,
        last_contact=_day(team, days),
    )


def _of(team: Team, patient_id: int, username: str) -> dict[str, Any]:
    by, clinic_id = team.at(username)
    seen = course_of(clinic_id, patient_id).seq
    return {"by": by, "clinic_id": clinic_id, "patient_id": patient_id, "seen": seen}


def _day(team: Team, days: int) -> date:
    return team.today + timedelta(days=days)
