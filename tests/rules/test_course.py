"""The state that follows from what happened, and what may follow what, as tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.rules.course_samples import (
    BY,
    SIGNED,
    STEP_1,
    STEP_2,
    STEP_3,
    at,
    away,
    course,
    happened,
    started,
)
from tracker import course as rules
from tracker.course import (
    Amount,
    Course,
    Happening,
    PlanState,
    Signing,
    StepState,
    Struck,
    What,
    refusals,
)
from tracker.course.words import happening_title, state_sentence
from tracker.doses import DoseText
from tracker.plans import Problem

DAY = timedelta(days=1)
HOLD = happened(What.HELD, date(2026, 12, 20), until=date(2027, 1, 3), why="withdrawal")
RESUME = happened(What.RESUMED, date(2027, 1, 4), why="kept")
PAUSE = happened(What.PAUSED, date(2026, 12, 20), words="Sweats at night")
LIFT = happened(What.LIFTED, date(2026, 12, 21))
FIRST = started(1, STEP_1)


def refused(problem: Problem | None) -> str | None:
    """Give the sentence of a refusal, and check that it names a field of a form or none."""
    if problem is None:
        return None
    assert problem.field in {
        "", "on", "until", "key", "how", "amounts", "words", "why", "review_on", "accepted_by",
        "takes_now", "no_contact",
    }  # fmt: skip
    return problem.sentence


def closed_as(why: str) -> Happening:
    return happened(What.CLOSED, date(2027, 1, 5), why=why)


@pytest.mark.parametrize(
    ("facts", "today", "state", "sentence"),
    [
        (
            (),
            STEP_1 - DAY,
            PlanState.SIGNED,
            "Signed, not started. Step 1 starts on Tue Dec 1, 2026",
        ),
        ((), STEP_1, PlanState.SIGNED, "Step 1 on paper since Tue Dec 1, 2026, start not recorded"),
        (
            (),
            STEP_3,
            PlanState.SIGNED,
            "Step 3 on paper since Tue Jan 26, 2027, start not recorded",
        ),
        ((FIRST,), STEP_1, PlanState.ACTIVE, "Step 1 since Tue Dec 1, 2026"),
        (
            (started(1, STEP_1 + DAY),),
            STEP_2 - DAY,
            PlanState.ACTIVE,
            "Step 1 since Wed Dec 2, 2026",
        ),
        (
            (FIRST,),
            STEP_2,
            PlanState.ACTIVE,
            "Step 2 on paper since Tue Dec 29, 2026, start not recorded",
        ),
        ((FIRST, HOLD), STEP_3, PlanState.ON_HOLD, "On hold since Sun Dec 20, 2026"),
        ((HOLD,), STEP_3, PlanState.ON_HOLD, "On hold since Sun Dec 20, 2026"),
        (
            (FIRST, HOLD, RESUME),
            STEP_2 + 7 * DAY,
            PlanState.ACTIVE,
            "Step 2 on paper since Tue Dec 29, 2026, start not recorded",
        ),
        (
            (FIRST, PAUSE),
            STEP_3,
            PlanState.ACTIVE,
            "Next step paused since Sun Dec 20, 2026: physician asked",
        ),
        ((FIRST, PAUSE, LIFT), STEP_2 - DAY, PlanState.ACTIVE, "Step 1 since Tue Dec 1, 2026"),
        (
            (FIRST, closed_as("lost")),
            STEP_3,
            PlanState.CLOSED,
            "Closed Tue Jan 5, 2027: lost to contact",
        ),
    ],
)
def test_where_a_plan_stands(
    facts: tuple[Happening, ...], today: date, state: PlanState, sentence: str
) -> None:
    one = course(*facts)
    assert rules.plan_state(one) is state
    assert state_sentence(one, today) == sentence


@pytest.mark.parametrize(
    ("facts", "states"),
    [
        ((), "planned planned planned"),
        ((FIRST,), "active planned planned"),
        ((FIRST, happened(What.COMPLETED, STEP_2 - DAY, 1)), "done planned planned"),
        ((FIRST, started(2, STEP_2)), "done active planned"),
        (
            (FIRST, happened(What.DIFFERENTLY, STEP_1, 1, why="less")),
            "active planned planned",
        ),
        (
            (FIRST, happened(What.DIFFERENTLY, STEP_1, 1, why="less"), started(2, STEP_2)),
            "differently active planned",
        ),
        ((FIRST, happened(What.SKIPPED, STEP_2, 2), started(3, STEP_3)), "done skipped active"),
        ((FIRST, HOLD), "active planned planned"),
        ((FIRST, closed_as("stopped")), "done planned planned"),
    ],
)
def test_where_each_step_stands(facts: tuple[Happening, ...], states: str) -> None:
    one = course(*facts)
    assert [rules.step_state(one, f"s{n}").value for n in (1, 2, 3)] == states.split()


def test_an_undone_or_mistaken_start_counts_no_more() -> None:
    one = course()
    struck = Struck(replace(FIRST, id=102, seq=2), "Wrong day", BY, at(3), undone=True)
    one = replace(one, struck=(struck,))
    assert rules.plan_state(one) is PlanState.SIGNED
    assert rules.step_state(one, "s1") is StepState.PLANNED


def test_a_patient_without_plan_has_no_state() -> None:
    assert rules.plan_state(Course()) is None
    assert rules.plan_state(Course(has_draft=True)) is PlanState.DRAFT
    assert state_sentence(Course(), SIGNED) == ""
    assert rules.next_step(Course()) is None


def test_an_older_version_is_replaced() -> None:
    one = course(FIRST)
    assert one.version is not None
    newer = replace(one, version=replace(one.version, number=2))
    assert rules.version_state(newer, 1) is PlanState.REPLACED
    assert rules.version_state(newer, 2) is PlanState.ACTIVE


@pytest.mark.parametrize(
    ("facts", "locked"),
    [
        ((), set()),
        ((FIRST,), {"s1"}),
        ((FIRST, started(2, STEP_2)), {"s1", "s2"}),
        ((happened(What.SKIPPED, STEP_1, 1), started(2, STEP_2)), {"s1", "s2"}),
    ],
)
def test_past_and_active_steps_are_locked(facts: tuple[Happening, ...], locked: set[str]) -> None:
    assert rules.locked_steps(course(*facts)) == locked


START: dict[str, Any] = {
    "on": STEP_2,
    "today": STEP_2,
    "is_physician": False,
    "open_escalations": 0,
    "last_contact": None,
}


@pytest.mark.parametrize(
    ("facts", "changed", "more", "told"),
    [
        ((FIRST,), {}, {}, None),
        ((FIRST,), {"on": STEP_2 + DAY, "today": STEP_2 + DAY}, {}, None),
        ((FIRST,), {"on": STEP_2 + DAY}, {}, "still to come"),
        ((FIRST,), {"on": STEP_2 - DAY}, {}, "planned for Tue Dec 29, 2026"),
        ((), {"on": SIGNED - DAY}, {}, "signed on Tue Nov 24, 2026"),
        ((FIRST, HOLD), {}, {}, "on hold since Sun Dec 20, 2026, recorded by Dr. Amara Okafor"),
        ((FIRST, PAUSE), {}, {}, "paused since Sun Dec 20, 2026"),
        ((FIRST, PAUSE, LIFT), {}, {}, None),
        ((FIRST, closed_as("stopped")), {}, {}, "closed on Tue Jan 5, 2027 by"),
        ((FIRST,), {}, {"patient_state": "died"}, "This patient died"),
        ((FIRST,), {}, {"patient_state": "moved"}, "moved away, so no list shows"),
        ((FIRST,), {"open_escalations": 1}, {}, "open escalation"),
        ((FIRST,), {"open_escalations": 1, "is_physician": True}, {}, None),
        ((FIRST,), {}, {"away": (away(STEP_1),)}, "away since"),
        ((FIRST,), {}, {"away": (away(STEP_1, STEP_1 + DAY),)}, "reviews the plan before"),
        ((FIRST,), {}, {"away": (away(STEP_1, back_on=STEP_1 + DAY),)}, "reviews the plan before"),
        (
            (FIRST,),
            {},
            {"away": (away(STEP_1, back_on=STEP_1 + DAY, reviewed_on=STEP_1 + DAY),)},
            None,
        ),
        (
            (FIRST, started(2, STEP_2), started(3, STEP_3)),
            {"on": STEP_3, "today": STEP_3},
            {},
            "started or skipped",
        ),
    ],
)
def test_whether_the_next_step_may_start(
    facts: tuple[Happening, ...], changed: dict[str, Any], more: dict[str, Any], told: str | None
) -> None:
    sentence = refused(refusals.why_not_start(course(*facts, **more), **{**START, **changed}))
    assert (sentence is None) if told is None else (told in (sentence or ""))


@pytest.mark.parametrize(
    ("facts", "last_contact", "asked"),
    [
        ((FIRST,), None, True),
        ((FIRST,), STEP_1 - DAY, True),
        ((FIRST,), STEP_1, False),
        ((FIRST,), STEP_2, False),
        ((), SIGNED - DAY, True),
        ((), SIGNED, False),
    ],
)
def test_a_contact_before_each_step_where_the_plan_says_so(
    facts: tuple[Happening, ...], last_contact: date | None, asked: bool
) -> None:
    one = course(*facts)
    assert one.version is not None
    asking = replace(one, version=replace(one.version, contact_before_step=True))
    told = refused(refusals.why_not_start(asking, **{**START, "last_contact": last_contact}))
    assert (told is not None and "contact before each step" in told) is asked
    assert not refusals.needs_contact(one, last_contact)


AMOUNT = (Amount("m1", "morning", DoseText("1½")),)
TAKEN: dict[str, Any] = {
    "key": "s1",
    "on": STEP_1,
    "until": None,
    "today": STEP_2,
    "how": "less",
    "amounts": AMOUNT,
    "words": "Slept through",
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, None),
        ({"how": "missed", "amounts": ()}, None),
        ({"how": "other_times", "amounts": ()}, None),
        ({"amounts": ()}, "amount that was taken"),
        ({"how": "more", "amounts": ()}, "amount that was taken"),
        ({"how": "extra", "amounts": ()}, "amount that was taken"),
        ({"how": ""}, "Choose how"),
        ({"words": ""}, "reason"),
        ({"key": "s9"}, "Choose the step"),
        ({"on": STEP_1 - DAY}, "began on Tue Dec 1, 2026"),
        ({"on": STEP_2 + DAY}, "still to come"),
        ({"until": STEP_1 - DAY}, "before the first"),
        ({"until": STEP_2 + DAY}, "still to come"),
    ],
)
def test_taken_differently_needs_amount_and_reason(
    changed: dict[str, Any], told: str | None
) -> None:
    sentence = refused(refusals.why_not_differently(course(FIRST), **{**TAKEN, **changed}))
    assert (sentence is None) if told is None else (told in (sentence or ""))


CLOSE: dict[str, Any] = {
    "on": STEP_3,
    "today": STEP_3,
    "why": "stopped",
    "words": "Side effects",
    "accepted_by": "",
    "takes_now": "As in step 2",
    "no_contact": "",
    "next_contact": STEP_3 + DAY,
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, None),
        ({"why": ""}, "why the plan ends"),
        ({"words": ""}, "reason in a few words"),
        ({"takes_now": ""}, "takes from now on"),
        ({"next_contact": None}, "No next contact"),
        ({"next_contact": None, "no_contact": "Calls when needed"}, None),
        ({"why": "moved"}, "accepted the patient’s care"),
        ({"why": "moved", "accepted_by": "Dr. Lee, Lakeside", "next_contact": None}, None),
        ({"why": "lost", "takes_now": "", "next_contact": None}, "No next contact"),
        ({"why": "died", "words": "", "takes_now": "", "next_contact": None}, None),
        ({"on": STEP_3 + DAY}, "still to come"),
    ],
)
def test_closing_asks_for_what_the_reason_needs(changed: dict[str, Any], told: str | None) -> None:
    sentence = refused(refusals.why_not_close(course(FIRST), **{**CLOSE, **changed}))
    assert (sentence is None) if told is None else (told in (sentence or ""))


@pytest.mark.parametrize(
    ("facts", "on", "review", "told"),
    [
        ((FIRST,), STEP_2, STEP_2 + DAY, None),
        ((FIRST,), STEP_2, STEP_2, "a day to come"),
        ((FIRST,), STEP_2 + DAY, STEP_3, "still to come"),
        ((FIRST,), STEP_1 - DAY, STEP_3, "started on"),
        ((FIRST, HOLD), STEP_2, STEP_3, "on hold already"),
        ((FIRST, PAUSE), STEP_2, STEP_3, None),
    ],
)
def test_whether_a_plan_may_be_held(
    facts: tuple[Happening, ...], on: date, review: date, told: str | None
) -> None:
    sentence = refused(refusals.why_not_hold(course(*facts), on=on, review_on=review, today=STEP_2))
    assert (sentence is None) if told is None else (told in (sentence or ""))


@pytest.mark.parametrize(
    ("facts", "on", "told"),
    [
        ((FIRST, HOLD), STEP_2, None),
        ((FIRST, HOLD), date(2026, 12, 19), "hold began"),
        ((FIRST, HOLD), STEP_3, "still to come"),
        ((FIRST,), STEP_2, "not on hold"),
    ],
)
def test_whether_a_plan_may_resume(
    facts: tuple[Happening, ...], on: date, told: str | None
) -> None:
    sentence = refused(refusals.why_not_resume(course(*facts), on=on, today=STEP_2))
    assert (sentence is None) if told is None else (told in (sentence or ""))


def test_the_small_refusals() -> None:
    on: dict[str, Any] = {"on": STEP_2, "today": STEP_2}
    assert refusals.why_ended(Course()) == refusals.NO_PLAN
    assert refusals.why_not_pause(course(FIRST)) is None
    assert "paused since" in (refused(refusals.why_not_pause(course(FIRST, PAUSE))) or "")
    assert refusals.why_not_lift(course(FIRST, PAUSE)) is None
    assert "not paused" in (refused(refusals.why_not_lift(course(FIRST))) or "")
    assert refusals.why_not_complete(course(FIRST), **on) is None
    assert "No step is active" in (refused(refusals.why_not_complete(course(), **on)) or "")
    assert refusals.why_not_skip(course(FIRST), words="Shortage", **on) is None
    assert "why the step is skipped" in (
        refused(refusals.why_not_skip(course(FIRST), words="", **on)) or ""
    )
    everything = course(FIRST, started(2, STEP_2), happened(What.SKIPPED, STEP_3, 3))
    later: dict[str, Any] = {"on": STEP_3, "today": STEP_3}
    assert "no step left" in (refused(refusals.why_not_skip(everything, words="x", **later)) or "")


def test_only_the_last_thing_is_undone() -> None:
    one = course(FIRST, HOLD)
    first, last = one.happened
    assert refusals.why_not_undo(one, last) is None
    assert "Something was recorded after" in (refused(refusals.why_not_undo(one, first)) or "")
    signed_since = replace(one, signings=(*one.signings, Signing(12, 2, 4, STEP_2, at(4), BY)))
    assert refusals.why_not_undo(signed_since, last) is not None
    undone = replace(one, happened=(first,), struck=(Struck(last, "Slip", BY, at(4), undone=True),))
    assert rules.undoable(undone) == first  # one slip after the other, the last first
    assert refusals.why_not_undo(undone, last) is not None


def test_signing_a_version_answers_a_pause() -> None:
    one = course(FIRST, PAUSE)
    assert rules.paused(one) is not None
    later = Signing(12, 2, 4, STEP_2, at(4), BY)
    assert rules.paused(replace(one, signings=(*one.signings, later))) is None


@pytest.mark.parametrize(
    ("facts", "number", "more", "said"),
    [
        ((FIRST,), 1, {}, "Current – version 1."),
        ((), 1, {}, "Current – version 1."),
        (
            (FIRST, HOLD),
            1,
            {},
            "On hold since Sun Dec 20, 2026: stay on step 1, do not start the next. Call us.",
        ),
        (
            (HOLD,),
            1,
            {},
            "On hold since Sun Dec 20, 2026: stay on step 1, do not start the next. Call us.",
        ),
        (
            (happened(What.HELD, SIGNED, until=STEP_1, why="other"),),
            1,
            {},
            "On hold since Tue Nov 24, 2026: stay on what you take now, do not start the next. "
            "Call us.",
        ),
        (
            (FIRST, closed_as("completed")),
            1,
            {},
            "Plan ended. This does not mean stop the medicine.",
        ),
        ((FIRST,), 1, {"patient_state": "died"}, "Plan ended."),
        ((FIRST, PAUSE), 1, {}, "The next step is paused since Sun Dec 20, 2026: stay on step 1"),
        (
            (FIRST,),
            0,
            {},
            "Old – replaced by version 1; do not change anything until a nurse calls",
        ),
        ((FIRST, HOLD), 0, {}, "Old – replaced by version 1;"),
    ],
)
def test_what_a_plan_code_answers(
    facts: tuple[Happening, ...], number: int, more: dict[str, Any], said: str
) -> None:
    one = course(*facts, **more)
    answer = rules.answer(one, number=number, is_of_this_plan=True, today=STEP_3)
    assert answer.say.startswith(said)
    assert answer.owes_a_call == (answer.kind in ("old", "ended"))


def test_a_code_of_an_earlier_plan_has_ended() -> None:
    answer = rules.answer(course(FIRST), number=1, is_of_this_plan=False, today=STEP_2)
    assert answer.kind == "ended" and answer.owes_a_call


@pytest.mark.parametrize(
    ("one", "day", "is_away", "asks"),
    [
        (away(STEP_1), STEP_1 - DAY, False, False),
        (away(STEP_1), STEP_1, True, False),
        (away(STEP_1, STEP_2), STEP_2, True, False),
        (away(STEP_1, STEP_2), STEP_2 + DAY, False, True),
        (away(STEP_1, STEP_2, back_on=STEP_1 + DAY), STEP_1 + DAY, False, True),
        (away(STEP_1, back_on=STEP_2, reviewed_on=STEP_2), STEP_2, False, False),
    ],
)
def test_time_away_and_the_review_after_it(
    one: rules.Away, day: date, is_away: bool, asks: bool
) -> None:
    found = course(away=(one,))
    assert (rules.away_now(found, day) is not None) is is_away
    assert (rules.to_review(found, day) is not None) is asks


def test_paper_printed_before_a_hold_or_resume_is_out_of_date() -> None:
    one = course(FIRST, HOLD, RESUME, started(2, STEP_2))
    assert rules.changed_since(one, at(2)) == one.happened[2]
    assert rules.changed_since(one, at(4)) is None


@pytest.mark.parametrize("what", What)
def test_every_happening_has_a_title(what: What) -> None:
    why = {What.DIFFERENTLY: "less", What.HELD: "other", What.CLOSED: "lost"}.get(what, "kept")
    title = happening_title(happened(what, STEP_1, 2, why=why))
    assert title and "{" not in title


@pytest.mark.parametrize(
    ("happened_so_far", "day", "number"),
    [
        ((), SIGNED, 0),
        ((), STEP_1, 1),  # on paper
        ((FIRST,), STEP_2 - DAY, 1),
        ((FIRST,), STEP_2, 2),
        ((FIRST, started(2, STEP_2 + 3 * DAY)), STEP_2 + DAY, 1),  # it began late
        ((FIRST, happened(What.HELD, STEP_2 - DAY)), STEP_3, 1),  # the dates on paper do not count
        ((FIRST, happened(What.CLOSED, STEP_2 - DAY)), STEP_2 - DAY, 1),
        ((FIRST, happened(What.CLOSED, STEP_2 - DAY)), STEP_2, 0),
    ],
)
def test_the_step_of_a_day_is_the_one_that_was_recorded(
    happened_so_far: tuple[Happening, ...], day: date, number: int
) -> None:
    step = rules.step_of_day(course(*happened_so_far), day)
    assert (step.number if step else 0) == number
    assert rules.step_of_day(Course(), day) is None


def test_after_a_death_the_card_names_no_step() -> None:
    found = rules.standing(course(FIRST, patient_state="died"), STEP_2)
    assert found is not None
    assert (found.term, found.value, found.step) == ("Plan ended", "The patient died", None)
