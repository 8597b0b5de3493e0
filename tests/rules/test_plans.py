"""The rules of plans and steps, by tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.rules.plan_samples import TODAY, draft, medicine, reading, two, usual, version
from tracker import plans
from tracker.doses import DoseText
from tracker.plans import Pattern, Schedule, Slot, Version
from tracker.readiness import CHECKLIST, Preparation, why_not_signed


def schedule(pattern: Pattern, *uses: str) -> Schedule:
    return Schedule(pattern, uses)


@pytest.mark.parametrize(
    ("pattern", "uses", "keys", "doses"),
    [
        (Pattern.TIMES, ("bedtime", "noon"), ("noon", "bedtime"), ("noon", "bedtime")),
        (Pattern.WEEKDAYS, ("sunday", "monday"), ("monday", "sunday"), ("monday", "sunday")),
        (Pattern.INTERVAL, (), ("each", "every"), ("each",)),
        (Pattern.AS_NEEDED, (), ("each", "gap", "most"), ("each", "most")),
    ],
)
def test_a_schedule_names_its_cells_in_the_order_of_the_day(
    pattern: Pattern, uses: tuple[str, ...], keys: tuple[str, ...], doses: tuple[str, ...]
) -> None:
    assert plans.cell_keys(schedule(pattern, *uses)) == keys
    assert plans.dose_keys(schedule(pattern, *uses)) == doses


@pytest.mark.parametrize(
    ("slot", "label"),
    [
        ("morning", "morning"),
        ("bedtime", "bedtime"),
        ("thursday", "Thursday"),
        ("each", "amount each time"),
        ("every", "every"),
        ("gap", "no sooner than"),
        ("most", "most in 24 hours"),
    ],
)
def test_a_cell_has_a_name_that_people_say(slot: str, label: str) -> None:
    assert plans.cell_label(slot) == label


@pytest.mark.parametrize(
    ("pattern", "cells", "none"),
    [
        (Pattern.TIMES, {"noon": "0", "bedtime": "0"}, True),
        (Pattern.TIMES, {"noon": "0", "bedtime": "½"}, False),
        (Pattern.TIMES, {}, False),
        (Pattern.INTERVAL, {"each": "0", "every": "72"}, True),
        (Pattern.INTERVAL, {"each": "1", "every": "72"}, False),
        (Pattern.AS_NEEDED, {"each": "1", "gap": "6", "most": "0"}, True),
        (Pattern.AS_NEEDED, {"each": "0", "gap": "6", "most": "3"}, True),
        (Pattern.AS_NEEDED, {"each": "1", "gap": "6", "most": "3"}, False),
    ],
)
def test_none_everywhere_is_a_typed_zero_in_every_dose(
    pattern: Pattern, cells: dict[str, str], none: bool
) -> None:
    typed = {slot: DoseText(text) for slot, text in cells.items()}
    assert plans.none_everywhere(schedule(pattern, "noon", "bedtime"), typed) is none


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([], ""), ([4], "4"), ([1, 2, 3], "1-3"), ([5, 1, 3, 4, 4], "1, 3-5"), ([1, 3], "1, 3")],
)
def test_step_numbers_are_written_as_people_type_them(numbers: list[int], words: str) -> None:
    assert plans.ranges(numbers) == words


def test_a_step_ends_the_day_before_the_next_and_the_last_by_its_own_day() -> None:
    made = version(usual())
    assert plans.last_day(made, 1) == date(2026, 12, 28)
    assert plans.last_day(made, 3) == date(2027, 2, 22)
    assert plans.last_day(replace(made, last_day=None), 3) is None


@pytest.mark.parametrize("number", [0, -1, 4])
def test_a_step_that_is_not_there_has_no_last_day(number: int) -> None:
    with pytest.raises(ValueError, match="no step"):
        plans.last_day(version(usual()), number)


def signed(**changed: Any) -> Version:
    return replace(version(usual()), **{"signed_on": TODAY, **changed})


@pytest.mark.parametrize(
    ("day", "number", "after", "words"),
    [
        ("2026-11-30", None, 1, "Signed, not started. Step 1 starts on Tue Dec 1, 2026"),
        ("2026-12-01", 1, 2, "Step 1 on paper since Tue Dec 1, 2026, start not recorded"),
        ("2026-12-28", 1, 2, "Step 1 on paper since Tue Dec 1, 2026, start not recorded"),
        ("2026-12-29", 2, 3, "Step 2 on paper since Tue Dec 29, 2026, start not recorded"),
        ("2027-02-22", 3, None, "Step 3 on paper since Tue Jan 26, 2027, start not recorded"),
        ("2027-02-23", None, None, "The last day on paper was Mon Feb 22, 2027, end not recorded"),
    ],
)
def test_the_day_tells_the_step_on_paper(
    day: str, number: int | None, after: int | None, words: str
) -> None:
    on = date.fromisoformat(day)
    step, following = plans.step_on(signed(), on), plans.step_after(signed(), on)
    assert (step.number if step else None) == number
    assert (following.number if following else None) == after
    assert plans.state_words(signed(), on) == words


def test_an_open_last_step_stays_on_paper() -> None:
    step = plans.step_on(signed(last_day=None), date(2031, 1, 1))
    assert step is not None and step.number == 3


def test_a_draft_says_that_it_is_one() -> None:
    assert plans.state_words(version(usual()), TODAY) == "Draft, not signed"


def test_medicines_join_and_end_at_their_own_steps() -> None:
    cells = [{**two("1", "1"), "m2": {"noon": "2"}} for _ in range(3)]
    made = version(
        draft(
            *cells,
            medicines=[
                medicine(through_step="2"),
                medicine("m2", uses=["noon"], from_step="2", after="stop"),
            ],
        ),
        products={"m1": reading_product(), "m2": reading_product()},
    )
    assert [m.key for m in plans.medicines_in(made, 1)] == ["m1"]
    assert [m.key for m in plans.medicines_in(made, 2)] == ["m1", "m2"]
    assert [m.key for m in plans.medicines_in(made, 3)] == ["m2"]
    assert plans.cells_of(made.steps[0], "m2") == {}
    assert plans.cells_of(made.steps[1], "m2") == {"noon": DoseText("2")}


def reading_product() -> plans.Product:
    return version(usual()).medicines[0].product


def test_check_ins_are_listed_by_date() -> None:
    rhythms = [
        {"mode": "phone", "day": "10", "steps": "all"},
        {"mode": "in_person", "day": "1", "steps": "2"},
    ]
    made = version(draft(two("2", "2"), two("1", "0"), rhythms=rhythms))
    listed = [(step.number, one.mode, one.on.isoformat()) for step, one in plans.checkins(made)]
    assert listed == [
        (1, "phone", "2026-12-10"),
        (2, "in_person", "2026-12-29"),
        (2, "phone", "2027-01-07"),
    ]


BEFORE = {"mode": "phone", "when": "before", "steps": "all"}


@pytest.mark.parametrize(
    ("day", "listed"),
    [
        ("1", [(1, "2026-12-28"), (2, "2027-01-25")]),
        ("7", [(1, "2026-12-22"), (2, "2027-01-19")]),
        ("28", [(1, "2026-12-01"), (2, "2026-12-29")]),
    ],
)
def test_a_check_in_before_each_step_is_counted_back_from_it(
    day: str, listed: list[tuple[int, str]]
) -> None:
    raw = draft(two("3", "3"), two("2", "2"), two("1", "0"), rhythms=[{**BEFORE, "day": day}])
    made = version({**raw, "checkin_none_because": "The last step is seen in the clinic"})
    assert [(s.number, one.on.isoformat()) for s, one in plans.checkins(made)] == listed


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"day": "29"}, "29 days before the next step is before steps 1-2 begin."),
        ({"day": "7", "again": "7"}, "a day before the next step does not repeat."),
        ({"day": ""}, "This cell is empty."),
    ],
)
def test_a_day_before_a_step_that_cannot_be_kept_is_refused(
    changed: dict[str, str], sentence: str
) -> None:
    rhythms = [{**BEFORE, **changed}]
    read = reading(draft(two("3", "3"), two("2", "2"), two("1", "0"), rhythms=rhythms))
    assert any(sentence in problem.sentence for problem in read.problems)


def test_a_weekday_pattern_keeps_its_time_of_day() -> None:
    assert Schedule(Pattern.WEEKDAYS, ("monday",), at=Slot.EVENING).at is Slot.EVENING


# --- What is missing before signing ---------------------------------------------------------------


def prepared() -> Preparation:
    return reading(usual()).preparation


def test_a_plan_that_is_ready_lacks_nothing() -> None:
    assert why_not_signed(prepared()) == ()


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"reason": ""}, "reason", "Choose the reason"),
        ({"reason": "other"}, "reason_text", "Type the other reason"),
        ({"goal": ""}, "goal", "own goal"),
        ({"agreed": ""}, "agreed", "agreed to"),
        ({"target": ""}, "target", "aims for"),
        ({"target": "change"}, "target_text", "changes to"),
        ({"starts": ""}, "starts", "how steps start"),
        ({"contact_before": ""}, "contact_before", "contact is required"),
        ({"version": 2}, "change_reason", "why the plan changes"),
        ({"psych": ""}, "psych.answer", "psychological support"),
        ({"psych": "not_now"}, "psych.text", "why not now"),
        ({"psych": "paired", "talking_paired": False}, "psych.answer", "no step has one"),
        ({"therapy_steps": frozenset({1})}, "therapy_none_because", "Steps 2-3 have no therapy."),
        ({"therapy_steps": frozenset({1, 3})}, "therapy_none_because", "Step 2 has no therapy."),
        ({"checkin_steps": frozenset()}, "checkin_none_because", "Steps 1-3 have no check-in."),
        ({"therapy_none_because": "no car"}, "therapy_none_because", "Clear one of the two."),
        ({"checkin_none_because": "none"}, "checkin_none_because", "Every step has a check-in"),
    ],
)
def test_each_missing_thing_is_said(changed: dict[str, Any], field: str, words: str) -> None:
    (problem,) = why_not_signed(replace(prepared(), **changed))
    assert problem.field == field
    assert words in problem.sentence


def test_none_because_stands_for_the_steps_without() -> None:
    some = replace(prepared(), therapy_steps=frozenset({1}), therapy_none_because="No transport")
    assert why_not_signed(some) == ()


@pytest.mark.parametrize("item", CHECKLIST)
@pytest.mark.parametrize(
    ("answer", "name"),
    [({"answer": ""}, "answer"), ({"on": None}, "on"), ({"answer": "not_done"}, "why")],
)
def test_each_item_of_the_checklist_is_answered(
    item: str, answer: dict[str, Any], name: str
) -> None:
    checklist = tuple(
        replace(one, **answer) if one.item == item else one for one in prepared().checklist
    )
    (problem,) = why_not_signed(replace(prepared(), checklist=checklist))
    assert problem.field == f"checklist.{item}.{name}"
    assert problem.sentence.startswith(CHECKLIST[item])


@pytest.mark.parametrize(
    "answer", [{"answer": "na", "on": None}, {"answer": "not_done", "why": "x"}]
)
def test_an_item_may_be_not_applicable_or_not_done_with_a_reason(answer: dict[str, Any]) -> None:
    checklist = tuple(replace(one, **answer) for one in prepared().checklist)
    assert why_not_signed(replace(prepared(), checklist=checklist)) == ()
