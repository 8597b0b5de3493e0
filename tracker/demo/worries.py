"""The worries of the demo: escalations that wait, that were accepted, decided, and told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.demo.people import Team
from tracker.records import escalations as records


def escalations(team: Team, ids: Mapping[str, int]) -> None:
    """Raise three escalations: one answered to the end, one decided, one that still waits."""
    _answered(team, ids["DEMO-001"])
    _to_tell(team, ids["DEMO-002"])
    _waiting(team, ids["DEMO-003"])


def _answered(team: Team, patient_id: int) -> None:
    by, clinic_id = team.at("bo")
    physician, _ = team.at("amara")
    one: dict[str, Any] = {"clinic_id": clinic_id, "patient_id": patient_id}
    raised = records.raise_one(
        by=by,
        about="Slept badly since the step",
        needed_by="today",
        text="Slept two hours a night since the step. No other complaint. Asks whether to go on.",
        **one,
    )
    records.add_note(
        by=by, escalation_id=raised, seen=1, text="Called again: no fever, no vomiting.", **one
    )
    records.accept(by=physician, escalation_id=raised, seen=2, **one)
    records.resolve(
        by=physician,
        escalation_id=raised,
        seen=3,
        decision="Stay on this step as written. I will see her at the next visit.",
        told="to_tell",
        **one,
    )
    records.patient_told(
        by=by, escalation_id=raised, seen=4, told_on=team.today, text="She is content.", **one
    )


def _to_tell(team: Team, patient_id: int) -> None:
    by, clinic_id = team.at("cleo")
    physician, _ = team.at("amara")
    one: dict[str, Any] = {"clinic_id": clinic_id, "patient_id": patient_id}
    raised = records.raise_one(
        by=by,
        about="Patch comes off",
        needed_by="next_day",
        text="Called the desk: the patch does not hold in the shower.",
        **one,
    )
    records.resolve(
        by=physician,
        escalation_id=raised,
        seen=1,
        decision="Use the film that the pharmacy has for it. No change of the plan.",
        told="to_tell",
        **one,
    )


def _waiting(team: Team, patient_id: int) -> None:
    by, clinic_id = team.at("bo")
    records.raise_one(
        by=by,
        clinic_id=clinic_id,
        patient_id=patient_id,
        about="Low mood",
        needed_by="now",
        text="Says she sees no point any more. No plan to harm herself, she says.",
        spoken_to="Dr. Okafor, by phone",
        patient_is="At home, her sister is with her",
    )
