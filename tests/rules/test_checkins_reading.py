"""Reading a check-in: what must be answered, what contradicts, what is never saved unhandled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.catalogue import load
from tracker.checkins import (
    ALARM_WORDS,
    CORE,
    RAISES,
    Alarm,
    Part,
    Place,
    Reading,
    missing,
    parts,
    raised_by,
    read,
)

TODAY = date(2026, 12, 3)
BORN = date(1961, 3, 14)
CATALOGUE = load()
TOPICS = [(t.id, t.words, t.beside, t.instruments) for t in CATALOGUE.topics]
INSTRUMENTS = CATALOGUE.instruments


def form(*planned: str) -> tuple[Part, ...]:
    return parts(TOPICS, INSTRUMENTS, planned)


ROUTINE: Mapping[str, str] = {
    "mode": "phone",
    "on": "12/3/2026",
    "spoke_with": "patient",
    "identity": "yes",
    "taking.words": "Two in the morning, as it says",
    "taking.as": "as_written",
    "peg.pain": "6",
    "peg.enjoyment": "7",
    "peg.activity": "6",
    "withdrawal-signs.any": "none",
    "alertness.state": "clear",
    "mood.low": "no",
    "events.any": "none",
    "pace.view": "right",
    "therapies.going": "going",
    "next.way": "planned",
}


def typed(**changes: str | list[str] | None) -> dict[str, list[str]]:
    """Type the routine check-in with changes; None leaves a field empty. `__` stands for a dot."""
    values: dict[str, Any] = dict(ROUTINE)
    for name, value in changes.items():
        values[name.replace("__", ".").replace("_HYPHEN_", "-")] = value
    return {
        name: value if isinstance(value, list) else [value]
        for name, value in values.items()
        if value is not None
    }


def reading(raw: Mapping[str, list[str]] | None = None, **more: Any) -> Reading:
    values: dict[str, Any] = {"today": TODAY, "born": BORN, "has_next": True, **more}
    return read(typed() if raw is None else raw, values.pop("form", form()), **values)


def fields(found: Reading) -> list[str]:
    return [problem.field for problem in found.problems]


def answers(found: Reading) -> dict[str, tuple[str, str]]:
    return {answer.question: (answer.value, answer.words) for answer in found.answers}


# --- The form -------------------------------------------------------------------------------------


def placed(place: Place, *planned: str) -> list[tuple[str, list[str]]]:
    return [
        (part.topic, [one.id for one in part.instruments])
        for part in form(*planned)
        if part.place is place
    ]


def test_the_form_asks_in_its_order_and_offers_the_rest_closed() -> None:
    usual = [
        ("taking", ["taking"]),
        ("pain-flare", ["peg"]),
        ("withdrawal", ["withdrawal-signs", "cows"]),
        ("alertness", ["alertness"]),
        ("mood", ["mood"]),
        ("safety", ["events"]),
        ("pace", ["pace"]),
        ("therapies", ["therapies"]),
    ]
    assert placed(Place.FRONT) == usual
    assert placed(Place.FRONT, "bones") == [*usual, ("bones", ["bones"])]
    later = [("pain-flare", ["flare"]), ("safety", ["naloxone"]), ("function", ["goal"])]
    assert placed(Place.LATER) == later
    closed = dict(placed(Place.CLOSED))
    assert closed["mood"] == ["phq-2", "phq-9", "gad-2", "gad-7"]
    assert {"bones", "hormones", "hyperalgesia"} <= set(closed)


def test_scales_that_are_planned_come_to_the_front() -> None:
    assert dict(placed(Place.FRONT, "mood"))["mood"] == ["mood", "phq-2", "phq-9", "gad-2", "gad-7"]


def test_an_instrument_is_asked_once() -> None:
    asked = [one.id for part in form() for one in part.instruments]
    assert len(asked) == len(set(asked))
    assert set(asked) == set(INSTRUMENTS)


# --- A routine one --------------------------------------------------------------------------------


def test_a_routine_check_in_can_be_saved() -> None:
    found = reading()
    assert found.problems == ()
    assert found.head is not None and found.head.on == TODAY
    assert [(s.instrument, s.total) for s in found.scores] == [("peg", "6.3")]
    assert found.alarms == () and found.wish is None
    assert answers(found)["taking.as"] == ("as_written", "As on the sheet")


def test_each_answer_keeps_its_question_as_asked_with_its_version() -> None:
    pain = next(one for one in reading().answers if one.question == "peg.pain")
    assert pain.asked == INSTRUMENTS["peg"].questions[0].ask
    assert (pain.version, pain.value) == (1, "6")


def test_blank_is_stored_as_blank_and_never_as_no() -> None:
    kept = answers(reading(form=form("bones")))
    assert kept["naloxone.home"] == ("", "")
    assert kept["bones.any"] == ("", "")
    assert "hormones.any" not in kept  # it was offered closed, and nobody opened it
    assert "phq-2.interest" not in kept and "cows.pulse" not in kept


# --- What must be answered ------------------------------------------------------------------------

LEADS = [one.questions[0] for one in CORE]


def test_an_empty_form_names_everything_that_is_open() -> None:
    found = reading({})
    assert fields(found) == ["mode", "on", "spoke_with", "identity", *LEADS, "next.way"]
    assert found.head is None


@pytest.mark.parametrize("lead", [one for one in LEADS if one != "peg.pain"])
def test_the_core_set_takes_not_asked_for_an_answer(lead: str) -> None:
    raw = typed()
    raw[lead] = []
    assert fields(reading(raw)) == [lead]
    raw[lead] = ["not_asked"]
    found = reading(raw)
    assert found.problems == ()
    assert answers(found)[lead] == ("not_asked", "Not asked")


def test_the_peg_can_be_marked_not_asked_as_a_whole() -> None:
    raw = typed(peg__pain=None, peg__enjoyment=None, peg__activity=None)
    assert fields(reading(raw)) == ["peg.pain"]
    found = reading({**raw, "peg.not_asked": ["yes"]})
    assert found.problems == () and found.scores == ()
    assert answers(found)["peg.activity"] == ("not_asked", "Not asked")


def test_an_incomplete_peg_is_saved_without_a_total() -> None:
    found = reading(typed(peg__activity=None))
    assert found.problems == ()
    assert [(s.total, s.answered) for s in found.scores] == [("", 2)]
    assert answers(found)["peg.activity"] == ("", "")


def test_of_what_needs_to_be_seen_nothing_is_kept_by_phone() -> None:
    for mode, kept in (("phone", False), ("in_person", True)):
        found = reading({**typed(mode=mode), "cows.not_asked": ["yes"]})
        assert found.problems == ()
        assert any(name.startswith("cows.") for name in answers(found)) is kept


@pytest.mark.parametrize(
    ("with_whom", "open_ones"),
    [("patient", ["mood.low"]), ("interpreter", ["mood.low"]), ("supporter", []), ("other", [])],
)
def test_mood_is_not_asked_by_proxy(with_whom: str, open_ones: list[str]) -> None:
    assert [name for name, _ in missing({}, with_whom) if name == "mood.low"] == open_ones
    raw = typed(spoke_with=with_whom, spoke_name="Ana Rivera", mood__low=None)
    found = reading(raw)
    assert fields(found) == open_ones
    if not open_ones:
        assert answers(found)["mood.low"] == ("not_asked", "Not asked")
        assert fields(reading(typed(spoke_with=with_whom, spoke_name="Ana"))) == ["mood.low"]


def test_cows_answers_withdrawal_in_person_and_needs_eyes() -> None:
    scale = {q.id: ["0"] for q in INSTRUMENTS["cows"].questions}
    raw = typed(withdrawal_HYPHEN_signs__any=None) | scale
    assert fields(reading(raw)) == ["cows.pulse"]  # by phone
    found = reading({**raw, "mode": ["in_person"]})
    assert found.problems == ()
    assert [(s.instrument, s.total) for s in found.scores] == [("peg", "6.3"), ("cows", "0")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mode": "letter"}, "mode"),
        ({"on": "12/4/2026"}, "on"),
        ({"on": "3/13/1961"}, "on"),
        ({"on": "yesterday week"}, "on"),
        ({"spoke_with": "dog"}, "spoke_with"),
        ({"spoke_with": "other", "mood__low": None}, "spoke_name"),
        ({"identity": None}, "identity"),
        ({"peg__pain": "11"}, "peg.pain"),
        ({"peg__pain": "6.5"}, "peg.pain"),
        ({"peg__pain": "six"}, "peg.pain"),
        ({"pace__view": "wrong"}, "pace.view"),
        ({"pace__view": ["right", "pause"]}, "pace.view"),
        ({"events__which": ["overdose"]}, "events.which"),
        ({"taking__words": "x" * 4001}, "taking.words"),
        ({"next__way": "later"}, "next.way"),
        ({"next__way": "none"}, "next.because"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(change: dict[str, Any], field: str) -> None:
    found = reading(typed(**change))
    assert field in fields(found)
    assert all(problem.sentence.endswith(".") for problem in found.problems)


def test_a_late_entry_is_read_as_such() -> None:
    found = reading(typed(on="dec 1 2026"))
    assert found.head is not None and found.head.on == date(2026, 12, 1)


# --- Alarms ---------------------------------------------------------------------------------------


def asked_with(question: str, value: str) -> dict[str, list[str]]:
    """Type the routine check-in with one answer that raises an alarm."""
    raw = typed(**{question.replace(".", "__"): value})
    if question == "events.which":
        raw["events.any"] = ["yes"]
    return raw


@pytest.mark.parametrize(("key", "alarm"), RAISES.items(), ids=lambda one: str(one))
def test_a_fact_is_never_saved_unhandled(key: tuple[str, str], alarm: Alarm) -> None:
    found = reading(asked_with(*key))
    assert found.alarms == (alarm,)
    assert fields(found) == [f"alarm.{alarm}.way"]
    assert ALARM_WORDS[alarm] in found.problems[0].sentence


@pytest.mark.parametrize("key", RAISES)
def test_every_alarm_speaks_of_an_answer_that_the_catalogue_offers(key: tuple[str, str]) -> None:
    question, value = key
    instrument = INSTRUMENTS[question.partition(".")[0]]
    offered = next(q for q in instrument.questions if q.id == question)
    assert value in {choice.value for choice in offered.choices}


def test_every_kind_of_alarm_can_be_raised() -> None:
    assert set(RAISES.values()) == set(Alarm) == set(ALARM_WORDS)


def test_the_ninth_item_counts_whatever_the_total() -> None:
    assert raised_by({"phq-9.harm": ["1"]}) == (Alarm.SELF_HARM,)
    assert raised_by({"phq-9.harm": ["0"]}) == ()


MOOD = {"alarm__self-harm__way": "handled"}


@pytest.mark.parametrize(
    ("done", "left"),
    [
        ({"way": "handled"}, ["by", "how"]),
        ({"way": "handled", "by": "Bo Lindqvist, RN"}, ["how"]),
        ({"way": "handled", "how": "Dr. Okafor spoke with her"}, ["by"]),
        ({"way": "ignored", "by": "Bo", "how": "x"}, ["way"]),
        ({"way": "handled", "by": "Bo", "how": "Dr. Okafor spoke with her"}, []),
    ],
)
def test_handled_now_says_by_whom_and_how(done: dict[str, str], left: list[str]) -> None:
    raw = typed(mood__low="yes") | {f"alarm.self-harm.{k}": [v] for k, v in done.items()}
    found = reading(raw)
    assert fields(found) == [f"alarm.self-harm.{name}" for name in left]
    if not left:
        (handled,) = found.handled
        assert (handled.escalated, handled.by) == (False, "Bo")
        assert found.wish is None


def test_an_escalated_alarm_needs_what_an_escalation_needs() -> None:
    raw = typed(mood__low="yes") | {"alarm.self-harm.way": ["escalate"]}
    assert fields(reading(raw)) == ["escalate.needed_by", "escalate.text"]
    raw |= {"escalate.needed_by": ["now"], "escalate.text": ["She says she cannot go on"]}
    assert fields(reading(raw)) == ["escalate.spoken_to", "escalate.patient_is"]
    raw |= {"escalate.spoken_to": ["Dr. Okafor"], "escalate.patient_is": ["At home, with Ana"]}
    found = reading(raw)
    assert found.problems == ()
    assert found.wish is not None and found.wish.needed_by == "now"
    assert found.wish.about == ALARM_WORDS[Alarm.SELF_HARM]


def test_two_alarms_are_each_handled_in_their_own_way() -> None:
    raw = typed(events__any="yes", events__which=["supply", "pregnancy"]) | {
        "alarm.pregnancy.way": ["escalate"],
        "alarm.supply.way": ["handled"],
        "alarm.supply.by": ["Bo"],
        "alarm.supply.how": ["Pharmacy found the bottle"],
        "escalate.needed_by": ["today"],
        "escalate.text": ["Test positive this morning"],
    }
    found = reading(raw)
    assert found.problems == ()
    assert [(one.alarm, one.escalated) for one in found.handled] == [
        (Alarm.PREGNANCY, True),
        (Alarm.SUPPLY, False),
    ]
    assert found.wish is not None and found.wish.about == ALARM_WORDS[Alarm.PREGNANCY]


def test_a_check_in_can_be_escalated_without_an_alarm() -> None:
    raw = typed(escalate__needed_by="next_day", escalate__text="Wants a pause")
    found = reading(raw)
    assert found.problems == () and found.wish is not None
    assert found.wish.about == "From a check-in"


def test_an_amended_copy_does_not_escalate_twice_and_says_why() -> None:
    raw = typed(mood__low="yes", next__way=None)
    found = reading(raw, amending=True, escalated={Alarm.SELF_HARM})
    assert fields(found) == ["reason"]
    found = reading({**raw, "reason": ["Wrong day"]}, amending=True, escalated={Alarm.SELF_HARM})
    assert found.problems == ()
    assert found.wish is None and found.following is None
    assert [one.escalated for one in found.handled] == [True]


# --- The next contact -----------------------------------------------------------------------------


def booked(**more: str) -> dict[str, list[str]]:
    return typed(next__way="book", **{"next__on": "+7", "next__mode": "phone", **more})


def test_the_next_contact_is_booked_in_the_same_form() -> None:
    found = reading(booked(next__at="2:30 pm"))
    assert found.problems == () and found.following is not None
    assert (found.following.on, found.following.at) == (date(2026, 12, 10), "14:30")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"next__on": ""}, "next.on"),
        ({"next__on": "12/1/2026"}, "next.on"),
        ({"next__at": "half past two"}, "next.at"),
        ({"next__mode": ""}, "next.mode"),
    ],
)
def test_a_booking_needs_a_day_to_come_and_a_way(more: dict[str, str], field: str) -> None:
    assert fields(reading(booked(**more))) == [field]


def test_as_planned_needs_a_planned_one() -> None:
    assert fields(reading(has_next=False)) == ["next.way"]


def test_no_next_contact_says_why() -> None:
    found = reading(typed(next__way="none", next__because="Moved to other care"))
    assert found.problems == () and found.following is not None
    assert found.following.because == "Moved to other care"


# --- Whatever is typed ----------------------------------------------------------------------------

QUESTIONS = [q for one in INSTRUMENTS.values() for q in one.questions]
VALUES = {
    q.id: [c.value for c in q.choices] or [str(n) for n in range(q.low, q.high + 2)] or ["words"]
    for q in QUESTIONS
}
PAIRS = [(name, value) for name, values in VALUES.items() for value in (*values, "not_asked", "")]
ONE_MORE = st.sampled_from([None, *PAIRS])
RAISED = st.lists(st.sampled_from(list(RAISES)), min_size=1, max_size=2)


def said(pairs: Sequence[tuple[str, str] | None]) -> dict[str, list[str]]:
    """Give answers as typed; a sign is ticked under the choice that opens it."""
    given_pairs = [pair for pair in pairs if pair]
    found: dict[str, list[str]] = {}
    for name, value in given_pairs:
        signs = name == "events.which"
        found[name] = [*found.get(name, []), value] if signs else [value]
    return found | ({"events.any": ["yes"]} if "events.which" in found else {})


WAYS: list[dict[str, str]] = [
    {"way": "escalate"},
    {"way": "handled", "by": "Bo", "how": "Spoke with her"},
    {"way": "handled", "by": "Bo"},
    {},
]
DONE = st.lists(st.sampled_from(WAYS), min_size=len(Alarm), max_size=len(Alarm)).map(
    lambda ways: {
        f"alarm.{alarm}.{part}": [value]
        for alarm, way in zip(Alarm, ways, strict=True)
        for part, value in way.items()
    }
)
FULL = {"escalate.needed_by": ["today"], "escalate.text": ["Please call her"]}
WISHED = st.sampled_from([{}, {"escalate.needed_by": ["today"]}, FULL, FULL])


@settings(max_examples=150, deadline=None)
@given(
    raised=RAISED, more=ONE_MORE, done=DONE, wished=WISHED,
    with_whom=st.sampled_from(["patient", "supporter"]),
    mode=st.sampled_from(["phone", "in_person"]),
)  # fmt: skip
def test_nothing_unhandled_incomplete_or_contradictory_is_ever_ready(
    raised: list[tuple[str, str]], more: tuple[str, str] | None, done: dict[str, list[str]],
    wished: dict[str, list[str]], with_whom: str, mode: str,
) -> None:  # fmt: skip
    head = typed(spoke_with=with_whom, spoke_name="Ana", mode=mode)
    found = reading(head | said([*raised, more]) | done | wished)
    if not found.problems:
        assert {one.alarm for one in found.handled} == set(found.alarms)
        assert all(one.escalated or (one.by and one.how) for one in found.handled)
        assert found.wish is not None or not any(one.escalated for one in found.handled)
        kept = {one.question: one.value for one in found.answers}
        assert all(bool(score.total) is score.complete for score in found.scores)
        if with_whom == "supporter":
            assert kept["mood.low"] == "not_asked"
        if mode == "phone":
            assert not any(name.startswith("cows.") for name in kept)
