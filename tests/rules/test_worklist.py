"""The rows that a patient's facts put on the list, and the group they stand in on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.rules.course_samples import course as course_with
from tests.rules.course_samples import happened
from tracker.checkins import Attempt, Booked, CheckIn, Planned
from tracker.course import Away, AwayWhere, CallBack, Course, What
from tracker.escalations import Escalation, Line, NeededBy
from tracker.worklist import (
    NEVER,
    Done,
    Group,
    Kind,
    Paper,
    PatientFacts,
    group_of,
    rows_for,
    says,
)

ZONE = "America/Denver"
AT = datetime(2026, 12, 3, 5, 30, tzinfo=UTC)  # half past ten in the evening of Dec 2, in Denver
D = date(2026, 12, 3)
EMPTY = Course()


def facts(course: Course = EMPTY, **more: object) -> PatientFacts:
    return PatientFacts(patient_id=1, zone=ZONE, course=course, **more)  # type: ignore[arg-type]


def checkin(on: date = D, grace: int = 1, **more: object) -> CheckIn:
    values: dict[str, object] = {
        "id": 5, "patient_id": 1, "stream": "checkin:5", "seq": 1, "on": on, "at": "",
        "mode": "phone", "topics": (), "grace_days": grace,
        "planned": Planned(9, 2, on, "phone", (), grace), "booked": None, "attempts": (),
        "tries": 0, "cancelled": None, "contact": None, **more,
    }  # fmt: skip
    return CheckIn(**values)  # type: ignore[arg-type]


def groups(made: PatientFacts, on: date) -> list[tuple[Kind, Group]]:
    found = [(row.kind, group_of(row, on)) for row in rows_for(made)]
    return [(kind, group) for kind, group in found if group is not None]


@pytest.mark.parametrize(
    ("days", "group"),
    [(-1, None), (0, Group.DUE), (1, Group.DUE), (2, Group.OVERDUE), (400, Group.OVERDUE)],
)
def test_a_check_in_is_due_through_its_grace_and_then_overdue(
    days: int, group: Group | None
) -> None:
    (row,) = rows_for(facts(checkins=(checkin(),)))
    assert group_of(row, D + timedelta(days=days)) is group


def test_a_try_in_vain_stands_apart_on_its_day_and_is_due_again_on_the_next() -> None:
    tried = Attempt(D, "phone", "no_answer", "", "Bo", AT)
    (row,) = rows_for(facts(checkins=(checkin(attempts=(tried,), tries=1),)))
    assert [group_of(row, D + timedelta(days=n)) for n in (0, 1, 2)] == [
        Group.NOT_REACHED, Group.DUE, Group.OVERDUE,
    ]  # fmt: skip


def test_a_booked_hour_is_said_as_a_clock_shows_it() -> None:
    booked = Booked(D, "14:30", "phone", (), 1, "Bo", "")
    (row,) = rows_for(facts(checkins=(checkin(at="14:30", booked=booked, planned=None),)))
    assert row.what == "Phone check-in at 2:30 PM"


RAISED = Escalation(
    id=7, patient_id=1, about="Mood", needed_by=NeededBy.TODAY, needed_on=date(2026, 12, 2),
    source="page", source_id=None, raised_by="Bo", raised_at=AT,
    lines=(Line(7, "raised", "Bo", AT),), seq=1,
)  # fmt: skip
TO_TELL = replace(
    RAISED, owner_id=4, lines=(*RAISED.lines, Line(8, "resolved", "Dr. A", AT, told="to_tell"))
)


def test_a_worry_waits_on_the_clinics_own_day_and_nothing_clinical_is_in_its_words() -> None:
    (row,) = rows_for(facts(escalations=(RAISED,)))
    assert (row.shows_from, group_of(row, date(2026, 12, 2))) == (date(2026, 12, 2), Group.WAITING)
    assert row.what == "Escalation, needed today" and row.detail == "Mood"
    assert row.late_from == date(2026, 12, 3)


def test_now_is_late_at_once_until_somebody_takes_it() -> None:
    now = replace(RAISED, needed_by=NeededBy.NOW)
    (row,) = rows_for(facts(escalations=(now,)))
    (taken,) = rows_for(facts(escalations=(replace(now, owner_id=4),)))
    assert (row.late_from, taken.late_from) == (date(2026, 12, 2), date(2026, 12, 3))


def test_a_patient_to_be_told_is_a_task_of_the_day_of_the_decision() -> None:
    assert groups(facts(escalations=(TO_TELL,)), date(2026, 12, 2)) == [(Kind.TELL, Group.DUE)]
    assert groups(facts(escalations=(TO_TELL,)), D) == [(Kind.TELL, Group.OVERDUE)]
    assert rows_for(facts(escalations=(replace(TO_TELL, in_error="Wrong chart"),))) == ()


def test_a_death_silences_everything_and_a_move_what_is_due() -> None:
    called = replace(course_with(), calls=(CallBack(8, AT, "old", "Cleo"),))
    made = facts(
        called, checkins=(checkin(),), escalations=(RAISED,), done=(Done(3, AT, "Bo", "X"),)
    )
    assert rows_for(replace(made, state="died")) == ()
    moved = replace(made, state="moved", state_since=D)
    assert groups(moved, D + timedelta(days=1)) == [
        (Kind.ESCALATION, Group.WAITING), (Kind.CALL_BACK, Group.OVERDUE),
        (Kind.REVIEW_HOLD, Group.OVERDUE),
    ]  # fmt: skip


def test_a_move_leaves_no_closed_plan_on_the_list() -> None:
    closed = course_with(happened(What.CLOSED, D, why="moved", accepted_by="Dr. Bell"))
    assert rows_for(facts(closed, state="moved", state_since=D)) == ()


# ---- steps


def starts(course: Course, on: date) -> list[str]:
    return [
        f"{group_of(row, on)}: {says(group, row.what, row.due, on)}"
        for row in rows_for(facts(course))
        if row.kind is Kind.START and (group := group_of(row, on))
    ]


def test_an_unstarted_step_comes_passes_and_gives_way_to_the_next() -> None:
    course = course_with()
    assert course.version is not None
    first, second = (step.starts_on for step in course.version.steps[:2])
    assert starts(course, first - timedelta(days=8)) == []
    assert starts(course, first - timedelta(days=7)) == ["soon: Step 1 starts"]
    assert starts(course, first) == ["soon: Step 1 starts today"]
    assert starts(course, second) == ["soon: Step 2 starts today"]
    (late,) = [one for one in starts(course, first + timedelta(days=1)) if "Step 1" in one]
    assert late.startswith("not_recorded: Step 1 on paper since ")
    assert late.endswith(", start not recorded")


def test_a_hold_stops_the_steps_to_come_and_asks_for_its_review() -> None:
    course = course_with()
    assert course.version is not None
    first = course.version.steps[0].starts_on
    day = first + timedelta(days=1)
    held = course_with(happened(What.HELD, day, until=day + timedelta(days=7)))
    made = groups(facts(held), day + timedelta(days=8))
    assert (Kind.REVIEW_HOLD, Group.OVERDUE) in made
    assert [one for one in rows_for(facts(held)) if one.kind is Kind.START] == [
        row for row in rows_for(facts(held)) if row.kind is Kind.START and row.due <= day
    ]


def test_a_closed_plan_still_needs_a_contact_unless_the_reason_why_not_was_typed() -> None:
    closed = course_with(happened(What.CLOSED, D, why="completed"))
    assert (Kind.NO_CONTACT, Group.NO_CONTACT) in groups(facts(closed), D)
    said = course_with(happened(What.CLOSED, D, why="stopped", no_contact="She asked for none"))
    moved = course_with(happened(What.CLOSED, D, why="moved", accepted_by="Dr. Bell"))
    for course in (said, moved):
        assert Kind.NO_CONTACT not in [kind for kind, _ in groups(facts(course), D)]
    assert Kind.START not in [row.kind for row in rows_for(facts(closed))]


# ---- away, and the rest


def away(left: date, until: date | None, back: date | None = None) -> Away:
    return Away(3, AwayWhere.HOSPITAL, "General", left, until, "Bo", AT, 1, back_on=back)


def test_what_is_due_falls_silent_while_the_patient_is_away_and_comes_back() -> None:
    course = Course(away=(away(D, D + timedelta(days=4)),))
    made = facts(course, checkins=(checkin(D - timedelta(days=1)),))
    seen = {n: dict(groups(made, D + timedelta(days=n))).get(Kind.CHECKIN) for n in range(-1, 7)}
    assert seen == {
        -1: Group.DUE, 0: None, 1: None, 2: None, 3: None, 4: None, 5: Group.OVERDUE,
        6: Group.OVERDUE,
    }  # fmt: skip


def test_without_a_return_known_only_that_is_said_and_a_return_asks_for_a_review() -> None:
    gone = course_with()
    gone = replace(gone, away=(away(D, None),))
    assert groups(facts(gone, checkins=(checkin(),)), D + timedelta(days=300)) == [
        (Kind.RETURN, Group.NO_CONTACT)
    ]
    back = replace(gone, away=(away(D, None, back=D + timedelta(days=2)),))
    made = groups(facts(back, checkins=(checkin(),)), D + timedelta(days=2))
    assert (Kind.RETURN, Group.DUE) in made and (Kind.CHECKIN, Group.OVERDUE) in made


def test_a_promised_call_is_due_on_the_clinics_day_of_the_promise() -> None:
    made = facts(Course(calls=(CallBack(6, AT, "old", "Cleo"),)))
    assert groups(made, date(2026, 12, 2)) == [(Kind.CALL_BACK, Group.DUE)]
    assert groups(made, D) == [(Kind.CALL_BACK, Group.OVERDUE)]


def test_what_was_done_stays_until_midnight_in_the_clinics_zone() -> None:
    made = facts(done=(Done(3, AT, "Bo", "Check-in recorded"),))
    assert groups(made, date(2026, 12, 2)) == [(Kind.DONE, Group.DONE)]
    assert groups(made, D) == []


def test_paper_that_is_out_of_date_waits_from_the_day_it_became_so() -> None:
    made = facts(paper=Paper(9, D, "The printed sheet is out of date."))
    assert groups(made, D - timedelta(days=1)) == []
    assert groups(made, D) == [(Kind.PAPER, Group.PAPER)]


def test_a_row_without_an_end_is_shown_for_ever() -> None:
    (row,) = rows_for(facts(checkins=(checkin(),)))
    assert row.until == NEVER
