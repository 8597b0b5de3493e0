"""The questions before signing, by tables of cases."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.rules.plan_samples import (
    NEEDED_FIELDS,
    PATCH,
    PATCH_FIELDS,
    TABLET,
    WEEKLY_FIELDS,
    draft,
    medicine,
    two,
    version,
)
from tracker.doses import DoseText
from tracker.questions import (
    Answer,
    Kind,
    Question,
    RegimenCells,
    questions,
    unanswered,
    why_not_answered,
)

Cells = dict[str, dict[str, str]]


def regimen(cells: Cells) -> RegimenCells:
    return {
        key: {slot: DoseText(text) for slot, text in typed.items()} for key, typed in cells.items()
    }


def asked(
    *steps: Cells, before: Cells | None = None, fields: dict[str, Any] | None = None, **changed: Any
) -> list[Question]:
    made = version(
        draft(*steps, **{"target": "later", "medicines": [medicine(**(fields or {}))], **changed}),
        products={"m1": PATCH if (fields or {}).get("unit") == "patch" else TABLET, "m2": TABLET},
    )
    return list(questions(made, regimen(before if before is not None else two("9", "9"))))


def short(found: list[Question]) -> list[tuple[str, int, list[str]]]:
    return [
        (one.kind.value, one.step, [f"{c.medicine} {c.slot}" for c in one.concerns])
        for one in found
    ]


@pytest.mark.parametrize(
    ("steps", "before", "expected"),
    [
        ([two("2", "2"), two("1", "1½")], two("2", "2"), []),
        ([two("2½", "2")], two("2", "2"), [("higher", 1, ["m1 morning"])]),
        ([two("3", "3")], two("2", "2"), [("higher", 1, ["m1 morning", "m1 bedtime"])]),
        ([two("2", "2"), two("3", "1")], two("2", "2"), [("higher", 2, ["m1 morning"])]),
        ([two("10", "2")], two("9", "2"), [("higher", 1, ["m1 morning"])]),
        ([two("0.5", "2")], two("½", "2"), []),
        # A time of day that the regimen does not use: something where there was none.
        ([two("1", "1")], {"m1": {"morning": "1"}}, [("higher", 1, ["m1 bedtime"])]),
        ([two("1", "0")], {"m1": {"morning": "1"}}, []),
        # Not in the regimen at all, or not to be laid beside it.
        ([two("1", "0")], {}, [("higher", 1, ["m1 morning"])]),
        ([two("1", "0")], {"m1": {}}, [("higher", 1, ["m1 morning"])]),
    ],
)
def test_a_dose_higher_than_before_is_asked_about(
    steps: list[Cells], before: Cells, expected: list[tuple[str, int, list[str]]]
) -> None:
    assert short(asked(*steps, before=before)) == expected


@pytest.mark.parametrize(
    ("steps", "before", "expected"),
    [
        ([two("0", "0")], two("1", "1"), [("first-none", 1)]),
        ([two("0", "0"), two("0", "0")], two("1", "1"), [("first-none", 1)]),
        ([two("1", "0"), two("0", "0")], two("1", "1"), [("first-none", 2)]),
        ([two("0", "0")], two("0", "0"), []),
        ([two("0", "0")], {}, []),
        ([two("0", "0")], {"m1": {}}, [("first-none", 1)]),
        (
            [two("0", "0"), two("0", "1")],
            two("1", "1"),
            [("first-none", 1), ("higher", 2), ("again", 2)],
        ),
        # Joining from nothing is an increase, not "again".
        ([two("0", "0"), two("1", "0")], {}, [("higher", 2)]),
        # None a second time is not the first time.
        (
            [two("0", "0"), two("1", "0"), two("0", "0")],
            two("1", "1"),
            [("first-none", 1), ("higher", 2), ("again", 2)],
        ),
    ],
)
def test_becoming_none_and_some_again_is_asked_about(
    steps: list[Cells], before: Cells, expected: list[tuple[str, int]]
) -> None:
    assert [(one.kind.value, one.step) for one in asked(*steps, before=before)] == expected


def patch(each: str, every: str) -> Cells:
    return {"m1": {"each": each, "every": every}}


@pytest.mark.parametrize(
    ("steps", "before", "expected"),
    [
        ([patch("1", "72")], patch("1", "72"), []),
        ([patch("1", "48")], patch("1", "72"), [("sooner", 1, ["m1 every"])]),
        ([patch("1", "72"), patch("1", "48")], patch("1", "72"), [("sooner", 2, ["m1 every"])]),
        ([patch("1", "96")], patch("1", "72"), []),
        ([patch("2", "72")], patch("1", "72"), [("higher", 1, ["m1 each"])]),
        ([patch("1", "48")], {"m1": {"each": "1"}}, []),
        ([patch("0", "72")], patch("1", "72"), [("first-none", 1, ["m1 each"])]),
    ],
)
def test_a_shorter_interval_is_asked_about(
    steps: list[Cells], before: Cells, expected: list[tuple[str, int, list[str]]]
) -> None:
    assert short(asked(*steps, before=before, fields=PATCH_FIELDS)) == expected


def needed(each: str, gap: str, most: str) -> Cells:
    return {"m1": {"each": each, "gap": gap, "most": most}}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (needed("1", "6", "4"), []),
        (needed("1", "6", "5"), [("most", 1, ["m1 most"])]),
        (needed("2", "6", "4"), [("higher", 1, ["m1 each"])]),
        (needed("1", "4", "4"), [("sooner", 1, ["m1 gap"])]),
        (needed("1", "8", "3"), []),
        (needed("1", "6", "0"), [("first-none", 1, ["m1 each", "m1 most"])]),
        (
            needed("2", "4", "5"),
            [("higher", 1, ["m1 each"]), ("sooner", 1, ["m1 gap"]), ("most", 1, ["m1 most"])],
        ),
    ],
)
def test_an_as_needed_medicine_is_asked_about_by_kind(
    step: Cells, expected: list[tuple[str, int, list[str]]]
) -> None:
    assert short(asked(step, before=needed("1", "6", "4"), fields=NEEDED_FIELDS)) == expected


def test_weekdays_are_compared_day_by_day() -> None:
    week = {"m1": {"monday": "1", "thursday": "2"}}
    before = {"m1": {"monday": "1", "thursday": "1"}}
    assert short(asked(week, before=before, fields=WEEKLY_FIELDS)) == [
        ("higher", 1, ["m1 thursday"])
    ]


def test_a_medicine_that_joins_is_compared_with_the_regimen() -> None:
    cells = [{**two("1", "1"), "m2": {"noon": text}} for text in ("7", "2", "1")]
    medicines = [medicine(), medicine("m2", uses=["noon"], from_step="2", after="stop")]
    before = {**two("1", "1"), "m2": {"noon": "2"}}
    assert short(asked(*cells, before=before, medicines=medicines)) == []
    before["m2"]["noon"] = "1"
    assert short(asked(*cells, before=before, medicines=medicines)) == [("higher", 2, ["m2 noon"])]


def test_a_medicine_that_ends_before_the_plan_is_none_from_the_next_step() -> None:
    cells = [{**two("1", "1"), "m2": {"noon": "1"}} for _ in range(3)]
    medicines = [medicine(through_step="1"), medicine("m2", uses=["noon"], after="stop")]
    found = asked(*cells, before={**two("1", "1"), "m2": {"noon": "1"}}, medicines=medicines)
    assert short(found) == [("first-none", 2, ["m1 morning", "m1 bedtime"])]
    concern = found[0].concerns[0]
    assert (concern.text, concern.before) == (None, DoseText("1"))
    medicines[0]["after"] = "stay"
    before = {**two("1", "1"), "m2": {"noon": "1"}}
    assert asked(*cells, before=before, medicines=medicines) == []


@pytest.mark.parametrize(
    ("target", "last", "after", "misfits"),
    [
        ("stop", two("1", "0"), "stay", True),
        ("stop", two("0", "0"), "stay", False),
        ("stop", two("1", "0"), "stop", False),
        ("stop", two("0", "0"), "change", True),
        ("lower", two("1", "0"), "stay", False),
        ("lower", two("0", "0"), "stay", True),
        ("lower", two("1", "0"), "stop", True),
        ("change", two("1", "0"), "change", False),
        ("change", two("1", "0"), "stop", True),
        ("later", two("1", "0"), "stop", False),
    ],
)
def test_an_end_that_does_not_fit_the_target_is_asked_about(
    target: str, last: Cells, after: str, misfits: bool
) -> None:
    found = asked(
        two("2", "2"),
        last,
        target=target,
        target_text="buprenorphine",
        fields={"after": after, "after_text": "buprenorphine"},
    )
    about = [one for one in found if one.kind is Kind.TARGET]
    assert [(one.step, len(one.concerns)) for one in about] == ([(2, 2)] if misfits else [])


def test_only_an_interval_is_left_out_of_what_the_end_lists() -> None:
    found = asked(
        patch("1", "72"),
        before=patch("1", "72"),
        target="stop",
        fields={**PATCH_FIELDS, "after": "stay"},
    )
    assert short(found) == [("target", 1, ["m1 each"])]


def test_a_question_shows_the_typed_texts_and_no_other_number() -> None:
    found = asked(two("17", "13"), before=two("2¾", "2¾"))
    told = [found[0].sentence, *(words for _, words in found[0].reasons)]
    assert not re.search(r"\d", "".join(told).replace("Step 1", ""))
    concern = found[0].concerns[0]
    assert (str(concern.text), str(concern.before)) == ("17", "2¾")
    assert concern.product == "oxyCODONE 5 mg tablet"
    assert concern.label == "morning"


def test_an_id_is_stable_until_one_of_its_texts_changes() -> None:
    first = asked(two("3", "1"), before=two("2", "2"))[0].id
    assert first == asked(two("3", "1"), before=two("2", "2"))[0].id
    assert first == asked(two("3", "½"), before=two("2", "2"))[0].id
    assert first != asked(two("30", "1"), before=two("2", "2"))[0].id
    assert first != asked(two("3", "1"), before=two("2½", "2"))[0].id
    assert re.fullmatch(r"[a-z0-9-]+", first)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, "Step 1: choose a reason, or type one."),
        (Answer("moved_time", ""), None),
        (Answer("moved_strength", ""), None),
        (Answer("intended", ""), None),
        (Answer("because", "of it"), "Step 1: choose a reason, or type one."),
        (Answer("", "of it"), "Step 1: choose a reason, or type one."),
        (Answer("other", " "), "Step 1: type the other reason."),
        (Answer("other", "pharmacy was closed"), None),
    ],
)
def test_a_question_is_answered_by_a_ready_reason_or_a_typed_one(
    answer: Answer | None, sentence: str | None
) -> None:
    found = tuple(asked(two("3", "1"), before=two("2", "2")))
    answers = {found[0].id: answer} if answer else {}
    assert why_not_answered(found[0], answers) == sentence
    assert unanswered(found, answers) == (() if sentence is None else found)


def test_a_reason_that_the_question_does_not_offer_is_no_answer() -> None:
    found = tuple(asked(two("0", "0"), before=two("2", "2")))
    assert unanswered(found, {found[0].id: Answer("moved_time", "")}) == found
