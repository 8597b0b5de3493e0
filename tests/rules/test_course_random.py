"""Random courses on random days: whatever the refusals let through, the state follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.course_samples import SIGNED, course, happened
from tracker import course as rules
from tracker.course import Course, Happening, PlanState, StepState, What, refusals
from tracker.plans import Problem

Move = tuple[str, int]
MOVES = ("start", "complete", "skip", "pause", "lift", "hold", "resume", "close", "undo")
PLAIN = course()


def tried(one: Course, move: str, today: date) -> Happening | None:
    """Give what a move would add on a day, or None where the rules refuse it."""
    following, current = rules.next_step(one), rules.current_step(one)
    number = following.number if following else 0
    made: dict[str, tuple[Problem | None, Happening]] = {
        "start": (
            refusals.why_not_start(
                one, on=today, today=today, is_physician=True, open_escalations=0,
                last_contact=today,
            ),
            happened(What.STARTED, today, number),
        ),
        "complete": (
            refusals.why_not_complete(one, on=today, today=today),
            happened(What.COMPLETED, today, current.number if current else 0),
        ),
        "skip": (
            refusals.why_not_skip(one, on=today, today=today, words="x"),
            happened(What.SKIPPED, today, number),
        ),
        "pause": (refusals.why_not_pause(one), happened(What.PAUSED, today)),
        "lift": (refusals.why_not_lift(one), happened(What.LIFTED, today)),
        "hold": (
            refusals.why_not_hold(
                one, on=today, review_on=today + timedelta(days=7), today=today
            ),
            happened(What.HELD, today, why="pain", until=today + timedelta(days=7)),
        ),
        "resume": (
            refusals.why_not_resume(one, on=today, today=today),
            happened(What.RESUMED, today, why="kept"),
        ),
        "close": (refusals.why_not_close(
            one, on=today, today=today, why="lost", words="", accepted_by="", takes_now="",
            no_contact="nobody answers", next_contact=None,
        ), happened(What.CLOSED, today, why="lost")),
    }  # fmt: skip
    problem, adds = made[move]
    return None if problem else adds


class Model:
    """What a person with pencil and paper would keep: the plan's state, and each step's."""

    def __init__(self) -> None:
        self.held = self.paused = self.closed = False
        self.steps = {1: "planned", 2: "planned", 3: "planned"}

    def add(self, one: Happening) -> None:
        """Follow one happening."""
        match one.what:
            case What.STARTED:
                self.steps = {n: "done" if s == "active" else s for n, s in self.steps.items()}
                self.steps[one.number] = "active"
            case What.COMPLETED:
                self.steps[one.number] = "done"
            case What.SKIPPED:
                self.steps[one.number] = "skipped"
            case What.PAUSED:
                self.paused = True
            case What.LIFTED:
                self.paused = False
            case What.HELD:
                self.held, self.paused = True, False
            case What.RESUMED:
                self.held = False
            case What.CLOSED:
                self.closed, self.held, self.paused = True, False, False
                self.steps = {n: "done" if s == "active" else s for n, s in self.steps.items()}

    @property
    def state(self) -> PlanState:
        """The plan's state."""
        if self.closed:
            return PlanState.CLOSED
        if self.held:
            return PlanState.ON_HOLD
        begun = any(step in ("active", "done") for step in self.steps.values())
        return PlanState.ACTIVE if begun else PlanState.SIGNED


def agree(facts: tuple[Happening, ...], today: date) -> Course:
    """Hold the course against the model, and against what must always be so."""
    one, model = course(*facts), Model()
    for fact in facts:
        model.add(fact)
    states = {n: rules.step_state(one, f"s{n}") for n in (1, 2, 3)}
    assert {n: s.value for n, s in states.items()} == model.steps
    assert rules.plan_state(one) is model.state
    assert (rules.held(one) is not None, rules.paused(one) is not None) == (
        model.held, model.paused,
    )  # fmt: skip
    answer = rules.answer(one, number=1, is_of_this_plan=True, today=today)
    stopped = "hold" if model.held or model.paused else "current"
    assert answer.kind == ("ended" if model.closed else stopped)
    locked = rules.locked_steps(one)
    assert locked == {f"s{n}" for n in range(1, len(locked) + 1)}
    assert {f"s{n}" for n, s in states.items() if s is not StepState.PLANNED} <= locked
    if model.held or model.paused or model.closed:
        assert tried(one, "start", today) is None
    return one


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 30)), max_size=14))
def test_the_state_follows_from_whatever_happened(moves: list[Move]) -> None:
    facts: tuple[Happening, ...] = ()
    today = SIGNED
    one = agree(facts, today)
    for move, days in moves:
        today += timedelta(days=days)
        if move == "undo":
            facts = facts[:-1]
        elif adds := tried(one, move, today):
            facts = (*facts, adds)
        one = agree(facts, today)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(MOVES[:-1]), st.integers(0, 30)), max_size=10))
def test_a_death_stops_everything(moves: list[Move]) -> None:
    facts: tuple[Happening, ...] = ()
    today = SIGNED
    for move, days in moves:
        today += timedelta(days=days)
        if adds := tried(course(*facts), move, today):
            facts = (*facts, adds)
    dead = replace(course(*facts), patient_state="died")
    assert [move for move in MOVES[:-1] if tried(dead, move, today)] == []
    assert rules.is_stopped(dead)
    assert rules.answer(dead, number=1, is_of_this_plan=True, today=today).kind == "ended"
