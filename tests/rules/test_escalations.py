"""Rules of escalations: working days, what must be said, where one stands, when it is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tracker.escalations import (
    Escalation,
    Line,
    NeededBy,
    State,
    is_past_due,
    is_working_day,
    needed_on,
    why_not_raise,
    why_not_resolve,
)

DEMO = "New Year’s Day, July 4, Thanksgiving, December 25"
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "hours", "closed", "due"),
    [
        (date(2026, 11, 24), "", "", date(2026, 11, 25)),
        (date(2026, 11, 25), "", DEMO, date(2026, 11, 27)),  # Thanksgiving in between
        (date(2026, 11, 25), "", "Day after Thanksgiving, Thanksgiving", date(2026, 11, 30)),
        (date(2026, 11, 25), "", "Day after Thanksgiving", date(2026, 11, 26)),
        (date(2026, 11, 27), "", "", date(2026, 11, 30)),  # over the weekend
        (date(2026, 11, 27), "Mon to Fri 8 to 5, Sat 9 to 1", "", date(2026, 11, 28)),
        (date(2026, 11, 27), "Mon to Fri 8 to 5, Saturday closed", "", date(2026, 11, 30)),
        (date(2026, 11, 24), "", "Wednesdays", date(2026, 11, 26)),
        (date(2026, 12, 24), "", DEMO, date(2026, 12, 28)),
        (date(2026, 12, 31), "", DEMO, date(2027, 1, 4)),
        (date(2026, 12, 29), "", "New Year's Eve", date(2026, 12, 30)),
        (date(2026, 12, 30), "", "New Year's Eve", date(2027, 1, 1)),
        (date(2026, 7, 2), "", "Jul 3", date(2026, 7, 6)),
        (date(2026, 7, 2), "", "July 3, 2025", date(2026, 7, 3)),
        (date(2026, 7, 2), "", "Feb 31, whatever 12", date(2026, 7, 3)),
        (date(2027, 5, 28), "", "Memorial Day", date(2027, 6, 1)),
        (date(2026, 9, 4), "", "Labor Day", date(2026, 9, 8)),
    ],
)
def test_the_next_working_day_passes_over_what_the_clinic_closes_for(
    today: date, hours: str, closed: str, due: date
) -> None:
    assert needed_on(NeededBy.NEXT_DAY, today, hours=hours, closed_days=closed) == due


@pytest.mark.parametrize("needed", [NeededBy.NOW, NeededBy.TODAY])
def test_now_and_today_are_today_even_on_a_closed_day(needed: NeededBy) -> None:
    assert needed_on(needed, date(2026, 11, 26), hours="", closed_days=DEMO) == date(2026, 11, 26)


def test_a_clinic_that_never_opens_is_asked_on_the_next_day() -> None:
    closed = "Mondays, Tuesdays, Wednesdays, Thursdays, Fridays"
    day = date(2026, 11, 24)
    assert not is_working_day(day, hours="", closed_days=closed)
    assert needed_on(NeededBy.NEXT_DAY, day, hours="", closed_days=closed) == date(2026, 11, 25)


GOOD = {
    "about": "Low mood", "needed_by": "today", "text": "She said so.", "spoken_to": "",
    "patient_is": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, set()),
        ({"about": " "}, {"about"}),
        ({"needed_by": ""}, {"needed_by"}),
        ({"needed_by": "soon"}, {"needed_by"}),
        ({"text": "\n"}, {"text"}),
        ({"needed_by": "now"}, {"spoken_to", "patient_is"}),
        ({"needed_by": "now", "spoken_to": "Dr. Okafor"}, {"patient_is"}),
        ({"needed_by": "now", "spoken_to": "Dr. Okafor", "patient_is": "At home"}, set()),
    ],
)
def test_an_escalation_says_what_a_physician_needs(
    change: dict[str, str], fields: set[str]
) -> None:
    assert set(why_not_raise(**{**GOOD, **change})) == fields


@pytest.mark.parametrize(
    ("decision", "told", "text", "fields"),
    [
        ("Stay", "told", "Bo", set()),
        ("Stay", "to_tell", "", set()),
        ("Stay", "not_needed", "He was there", set()),
        ("", "to_tell", "", {"decision"}),
        ("Stay", "", "", {"told"}),
        ("Stay", "perhaps", "", {"told"}),
        ("Stay", "told", " ", {"told_text"}),
        ("Stay", "not_needed", "", {"told_text"}),
    ],
)
def test_a_decision_says_whether_the_patient_knows(
    decision: str, told: str, text: str, fields: set[str]
) -> None:
    assert set(why_not_resolve(decision=decision, told=told, told_text=text)) == fields


def line(kind: str, told: str = "") -> Line:
    return Line(fact_id=7, kind=kind, by="Bo", at=AT, told=told)


RAISED = Escalation(
    id=7, patient_id=1, about="Low mood", needed_by=NeededBy.TODAY, needed_on=date(2026, 11, 24),
    source="page", source_id=None, raised_by="Bo", raised_at=AT, lines=(line("raised"),), seq=1,
)  # fmt: skip
TAKEN = replace(RAISED, owner_id=5, owner="Dr. Okafor")
DECIDED = replace(TAKEN, lines=(*TAKEN.lines, line("resolved", told="to_tell")))


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (RAISED, State.OPEN),
        (TAKEN, State.ACCEPTED),
        (DECIDED, State.TO_TELL),
        (replace(DECIDED, lines=(*DECIDED.lines, line("told"))), State.RESOLVED),
        (replace(TAKEN, lines=(*TAKEN.lines, line("resolved", told="told"))), State.RESOLVED),
        (
            replace(TAKEN, lines=(*TAKEN.lines, line("resolved", told="not_needed"))),
            State.RESOLVED,
        ),
    ],
)
def test_where_an_escalation_stands_follows_from_its_lines(one: Escalation, state: State) -> None:
    assert one.state is state
    assert one.is_open is (state in (State.OPEN, State.ACCEPTED))


@pytest.mark.parametrize(
    ("one", "today", "late"),
    [
        (RAISED, date(2026, 11, 24), False),
        (RAISED, date(2026, 11, 25), True),
        (TAKEN, date(2026, 11, 25), True),
        (DECIDED, date(2026, 11, 25), False),
        (replace(RAISED, in_error="Wrong chart"), date(2026, 11, 25), False),
        (replace(RAISED, needed_by=NeededBy.NOW), date(2026, 11, 24), True),
        (replace(TAKEN, needed_by=NeededBy.NOW), date(2026, 11, 24), False),
    ],
)
def test_an_escalation_is_past_due_after_its_day(one: Escalation, today: date, late: bool) -> None:
    assert is_past_due(one, today) is late
