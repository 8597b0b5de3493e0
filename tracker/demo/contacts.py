"""Check-ins of the demo: held, tried in vain, moved, cancelled, and a call that nobody planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import current_app

from tracker import checkins as rules
from tracker.catalogue import Catalogue
from tracker.charts.checkins import checkins_of
from tracker.checkins import CheckIn
from tracker.demo.people import Team
from tracker.records import checkins, contacts

ROUTINE: Mapping[str, list[str]] = {
    "mode": ["phone"],
    "spoke_with": ["patient"],
    "identity": ["yes"],
    "taking.as": ["as_written"],
    "alertness.state": ["clear"],
    "mood.low": ["no"],
    "events.any": ["none"],
    "pace.view": ["right"],
    "therapies.going": ["going"],
}


def held(team: Team, ids: Mapping[str, int]) -> None:
    """Record what was said, leave some to be done, and let one family agree on another day."""
    maria, anh, olga = ids["DEMO-001"], ids["DEMO-002"], ids["DEMO-003"]
    _say(
        team, maria, 0, "6 5 6",
        **{
            "taking.words": "Just as it says, morning and bedtime",
            "withdrawal-signs.any": "some", "withdrawal-signs.which": "sleep sweating",
            "withdrawal-signs.bear": "bearable", "goal.way": "same",
        },
    )  # fmt: skip
    _say(
        team, maria, 1, "5 5 4",
        **{
            "withdrawal-signs.any": "none", "goal.way": "better", "naloxone.home": "yes",
            "goal.words": "Walked to the corner twice", "events.any": "yes",
            "events.which": "supply", "alarm.supply.way": "handled", "alarm.supply.by": "Bo",
            "alarm.supply.how": "A week’s bottle was lost on the bus; Dr. Okafor wrote a new one",
        },
    )  # fmt: skip
    _say(
        team, ids["DEMO-007"], 0, "7 8 8",
        **{"withdrawal-signs.any": "many", "withdrawal-signs.which": "sweating sleep restless",
           "withdrawal-signs.bear": "hard", "pace.view": "too_fast", "note": "Told Dr. Okafor"},
    )  # fmt: skip
    for outcome in ("no_answer", "message"):
        _try(team, ids["DEMO-008"], outcome)
    _cancel(team, ids["DEMO-009"], "Moved to other care")
    _move(team, anh)
    _say(
        team, olga, None, "4 5 4",
        **{"withdrawal-signs.any": "none", "note": "She called us", "next.way": "none",
           "next.because": "She asked for no calls and comes to each visit"},
    )  # fmt: skip


def _parts() -> tuple[rules.Part, ...]:
    catalogue: Catalogue = current_app.extensions["catalogue"]
    topics = [(t.id, t.words, t.beside, t.instruments) for t in catalogue.topics]
    return rules.parts(topics, catalogue.instruments, ())


def _all(team: Team, patient_id: int) -> tuple[CheckIn, ...]:
    _, clinic_id = team.at("bo")
    return checkins_of(clinic_id, patient_id)


def _say(team: Team, patient_id: int, number: int | None, peg: str, **said: str) -> None:
    """Record one check-in by its number, on its own day; None is a call that nobody planned."""
    by, clinic_id = team.at("bo")
    found = None if number is None else _all(team, patient_id)[number]
    on = found.on if found else team.today - timedelta(days=2)
    values = dict(zip(("peg.pain", "peg.enjoyment", "peg.activity"), peg.split(), strict=True))
    signs = ("withdrawal-signs.which", "events.which")
    typed = {
        **ROUTINE,
        "on": [on.isoformat()],
        **{name: [value] for name, value in values.items()},
        **_next(team, patient_id, on),
        **{name: words.split() if name in signs else [words] for name, words in said.items()},
    }
    reading = rules.read(typed, _parts(), today=on, born=date(1900, 1, 1), has_next=True)
    contacts.record(
        by=by,
        clinic_id=clinic_id,
        patient_id=patient_id,
        checkin_id=found.id if found else None,
        seen=found.seq if found else 0,
        reading=reading,
        today=on,
    )


def _next(team: Team, patient_id: int, on: date) -> Mapping[str, list[str]]:
    if any(one.open and one.on > on for one in _all(team, patient_id)):
        return {"next.way": ["planned"]}
    day = (on + timedelta(days=14)).isoformat()
    return {"next.way": ["book"], "next.on": [day], "next.mode": ["phone"]}


def _first_open(team: Team, patient_id: int) -> dict[str, Any]:
    by, clinic_id = team.at("bo")
    found = next(one for one in _all(team, patient_id) if one.open)
    return {
        "by": by, "clinic_id": clinic_id, "patient_id": patient_id, "checkin_id": found.id,
        "seen": found.seq,
    }  # fmt: skip


def _try(team: Team, patient_id: int, outcome: str) -> None:
    day = team.today - timedelta(days=1)
    checkins.not_reached(**_first_open(team, patient_id), on=day, mode="phone", outcome=outcome)


def _cancel(team: Team, patient_id: int, reason: str) -> None:
    while any(one.open for one in _all(team, patient_id)):
        checkins.cancel(**_first_open(team, patient_id), reason=reason)


def _move(team: Team, patient_id: int) -> None:
    found = next(one for one in _all(team, patient_id) if one.open)
    day = checkins.Day(found.on + timedelta(days=1), "14:30", "phone", found.topics)
    checkins.move(**_first_open(team, patient_id), day=day, reason="Works mornings")
