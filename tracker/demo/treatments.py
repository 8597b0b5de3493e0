"""The therapies of the demo: referred, started, attended, stopped, and what stood in the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import current_app

from tracker.demo.people import Team
from tracker.records import therapies as records


def treatments(team: Team, ids: Mapping[str, int]) -> None:
    """Record what became of the therapies of three charts."""
    maria, anh, olga = ids["DEMO-001"], ids["DEMO-002"], ids["DEMO-003"]
    therapy = _say(team, maria, "physical-therapy", "referred", -30, text="Cedar Road gym")
    _say(team, maria, "physical-therapy", "started", -8, therapy, 1)
    _say(team, maria, "physical-therapy", "attended", -1, therapy, 2, times=3)
    therapy = _say(team, maria, "yoga", "referred", -8)
    _say(team, maria, "yoga", "barrier", -2, therapy, 1, barrier="transport", text="No bus there")
    _say(team, anh, "acupuncture", "referred", -12)
    therapy = _say(team, olga, "massage", "started", -40)
    _say(team, olga, "massage", "attended", -20, therapy, 1, times=2)
    _say(team, olga, "massage", "stopped", -15, therapy, 2, text="It did not help")


def _say(
    team: Team, patient_id: int, therapy: str, kind: str, days: int,
    therapy_id: int | None = None, seen: int = 0, *, times: int = 0, barrier: str = "",
    text: str = "",
) -> int:  # fmt: skip
    by, clinic_id = team.at("bo")
    return records.record(
        by=by,
        clinic_id=clinic_id,
        patient_id=patient_id,
        therapy=therapy,
        words=current_app.extensions["catalogue"].therapy(therapy).words,
        kind=kind,
        on=team.today + timedelta(days=days),
        today=team.today,
        therapy_id=therapy_id,
        seen=seen,
        times=times,
        barrier=barrier,
        text=text,
    )
