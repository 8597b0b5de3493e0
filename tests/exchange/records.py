"""A synthetic record as an export takes it, every part of it used."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tests.rules import plan_samples as samples
from tracker.checkins import Attempt, Booked, Cancelled, CheckIn, Contact
from tracker.course import Course, Happening, PlanState, What, WhyClosed, WhyHeld
from tracker.doses import DoseText
from tracker.exchange.values import (
    Answer,
    CheckInValue,
    ClinicValue,
    EventValue,
    HandoutValue,
    PatientValue,
    PersonValue,
    PlanValue,
    Record,
    Score,
)
from tracker.plans import Cell, Measure, Pattern, Schedule, Version
from tracker.regimens import Line, Regimen, Source
from tracker.therapies import Kind, Standing
from tracker.therapies import Line as TherapyLine

AT = datetime(2026, 11, 24, 15, 42, tzinfo=UTC)
CLINIC = ClinicValue(
    7, "Hillside Spine", "41 Cedar Road, Boulder", "(303) 555-0141", "America/Denver"
)
PATIENT = PatientValue(
    id=41, seq=3, family_name="Nguyễn", given_names="Maria Ana", preferred_name="Mia",
    latin_name="Maria Nguyen", birth_date=date(1961, 3, 14), record_no="TEST-1",
    phone="(303) 555-0177", other_phone="(303) 555-0178", address="1 Elm Street",
    emergency_name="Rosa", emergency_phone="(303) 555-0179", supporter_name="Luis",
    supporter_phone="", language="Vietnamese", interpreter=True, physician_id=9,
    leave_message="yes", supporter_permission="no", large_print=True, allergies_state="recorded",
    allergies="Penicillin: rash",
    goal="Walk to the lake", state="active", state_since=None,
)  # fmt: skip
FIRST = Happening(50, 3, What.STARTED, date(2026, 12, 1), "Bo", AT, step="s1", number=1, version=1)
HELD = Happening(
    51, 4, What.HELD, date(2026, 12, 9), "Dr. Amara", AT, version=1, until=date(2026, 12, 20),
    why=WhyHeld.WITHDRAWAL, words="Sweats at night",
)  # fmt: skip
CLOSED = Happening(
    52, 5, What.CLOSED, date(2026, 12, 9), "Dr. Amara", AT, version=1, why=WhyClosed.COMPLETED
)


def version(**changed: Any) -> Version:
    """Give a signed version in which each dose is a text of its own."""
    made = samples.version(
        samples.draft(
            samples.two("7½", "3"), samples.two("6", "2½"), samples.two("0", "1½"), **changed
        ),
        products={"m1": samples.TABLET, "m2": samples.PATCH, "m3": samples.LIQUID},
    )
    return replace(made, code="7F3KX2QD", signed_on=date(2026, 11, 24))


def line(name: str, *cells: str, **changed: Any) -> Line:
    """Give one medicine of a regimen, taken in the morning and at bedtime."""
    return Line(
        product=samples.product(name),
        measure=Measure.COUNT,
        unit="tablet",
        unit_plural="tablets",
        schedule=Schedule(Pattern.TIMES, ("morning", "bedtime")),
        cells=tuple(
            Cell(slot, DoseText(text))
            for slot, text in zip(("morning", "bedtime"), cells, strict=True)
        ),
        **changed,
    )


def checkin(id: int, on: date, **changed: Any) -> CheckIn:
    """Give a check-in that was booked by a person."""
    given: dict[str, Any] = {
        "id": id, "patient_id": 41, "stream": f"checkin:{id}", "seq": 1, "on": on, "at": "",
        "mode": "phone", "topics": (), "grace_days": 1, "planned": None,
        "booked": Booked(on, "", "phone", (), 1, "Bo", ""), "attempts": (), "tries": 0,
        "cancelled": None, "contact": None,
    }  # fmt: skip
    return CheckIn(**{**given, **changed})


def contact(id: int, **changed: Any) -> Contact:
    """Give a contact by phone with the patient."""
    given: dict[str, Any] = {
        "id": id, "on": date(2026, 12, 3), "entered_on": date(2026, 12, 3), "mode": "phone",
        "spoke_with": "patient", "spoke_name": "", "version_id": 300, "step_number": 1, "note": "",
        "by": "Bo", "at": AT, "replaces_id": None, "reason": "",
    }  # fmt: skip
    return Contact(**{**given, **changed})


def record(**changed: Any) -> Record:
    """Give a record with two versions, a hold, check-ins of each kind, therapies and paper."""
    first, second = version(), replace(version(), number=2, change_reason="Slower at the end")
    given: dict[str, Any] = {
        "clinic": CLINIC,
        "patient": PATIENT,
        "people": {9: PersonValue(9, "Dr. Amara Okafor")},
        "regimens": (
            Regimen(
                200, 1, 41, date(2026, 11, 20), Source.BOTTLE, "",
                (
                    line("oxyCODONE", "9", "4½", label_says="1–2 every 4–6 hours"),
                    line("gabapentin", "3", "0", other_prescriber=True, note="For the legs"),
                ),
                "Bo", AT, "",
            ),
        ),
        "plans": (
            PlanValue(299, AT, "Dr. Amara Okafor", first, PlanState.REPLACED),
            PlanValue(300, AT, "Dr. Amara Okafor", second, PlanState.ON_HOLD),
        ),
        "course": Course(1, 4, second, 300, happened=(FIRST, HELD)),
        "checkins": (
            CheckInValue(
                checkin(60, date(2026, 12, 3), contact=contact(61)),
                (Answer("taking.words", "How are you?", "Fine <b>"), Answer("x", "Mood?", "")),
                (Score("peg", "PEG", 6.3, "91147-9"), Score("cows", "COWS", None, "")),
            ),
            CheckInValue(
                checkin(
                    62, date(2026, 12, 9), tries=1,
                    attempts=(Attempt(date(2026, 12, 9), "phone", "no_answer", "", "Bo", AT),),
                )
            ),
            CheckInValue(
                checkin(63, date(2026, 12, 10), cancelled=Cancelled("Bo", AT, "Away that day"))
            ),
        ),
        "therapies": (
            Standing(
                70, "physical-therapy", "Physical therapy",
                (TherapyLine(70, Kind.REFERRED, date(2026, 11, 24), "Bo", AT),), planned=True,
            ),
            Standing(None, "cbt", "Cognitive behavioral therapy", planned=True),
        ),
        "handouts": (
            HandoutValue(80, 299, AT, "Cleo", "en", "ab" * 32, 40_123),
            HandoutValue(81, 300, AT, "Cleo", "es", "cd" * 32, 41_456),
        ),
        "events": (
            EventValue(1, AT, 9, "Dr. Amara Okafor", "plan.sign", "signed version 1"),
            EventValue(2, AT, None, "The command line", "retired.act", "did something"),
        ),
    }  # fmt: skip
    return Record(**{**given, **changed})
