"""Escalations: a worry goes to a physician and comes back answered, and the patient is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import escalations as chart
from tracker.escalations import Escalation, State
from tracker.policy import NotAllowed, Role
from tracker.records import escalations, staff
from tracker.records.acts import Conflict

WORRY = {
    "about": "Mood or safety",
    "needed_by": "today",
    "text": "She says she sees no point any more.",
}


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.register(cast["amara"], physician_id=cast["amara"].staff_id)


@pytest.fixture
def worry(app: Flask, cast: Cast, maria: int) -> int:
    """A worry of Nurse Bo's, needed today."""
    with app.app_context():
        return escalations.raise_one(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=maria, **WORRY
        )


def address(cast: Cast, patient_id: int, more: object = "") -> str:
    return f"/c/{cast.hillside}/patients/{patient_id}/escalations/{more}"


def one_of(app: Flask, cast: Cast, maria: int, worry: int) -> Escalation:
    with app.app_context():
        found = chart.one_of(cast.hillside, maria, worry)
    assert found is not None
    return found


def whose(cast: Cast, who: str, maria: int, worry: int, seen: int) -> dict[str, Any]:
    return {
        "by": cast[who].actor, "clinic_id": cast.hillside, "patient_id": maria,
        "escalation_id": worry, "seen": seen,
    }  # fmt: skip


# ---- raising


@pytest.mark.parametrize("who", ["amara", "bo", "cleo"])
def test_anyone_on_staff_raises_one(
    app: Flask, cast: Cast, maria: int, sign_in: Callable[[str], Visitor], who: str
) -> None:
    page = sign_in(who).get(address(cast, maria, "new"))
    assert "It goes to Dr. Amara Okafor." in page.text
    assert "Next working day (Wed Nov 25, 2026)" in page.text
    done = page.form("/new").submit(**WORRY)
    assert done.location.endswith(f"/patients/{maria}#escalations")
    with app.app_context():
        (one,) = chart.open_for(cast.hillside, maria)
    assert (one.state, one.about, one.needed_on) == (
        State.OPEN, "Mood or safety", date(2026, 11, 24),
    )  # fmt: skip


def test_now_asks_for_a_person_and_loses_nothing_that_was_typed(
    app: Flask, cast: Cast, maria: int, bo: Visitor
) -> None:
    page = bo.get(address(cast, maria, "new"))
    assert "This list rings nobody’s phone." in page.text
    page = page.form("/new").submit(**{**WORRY, "needed_by": "now"}, status=422)
    assert "Speak to a person first" in page.words_of("spoken_to-error")
    assert "where the patient is now" in page.words_of("patient_is-error")
    assert page.form("/new").fields["text"] == WORRY["text"]
    page.form("/new").submit(spoken_to="Dr. Okafor, by phone", patient_is="At home, alone")
    with app.app_context():
        (one,) = chart.open_for(cast.hillside, maria)
    assert one.lines[0].spoken_to == "Dr. Okafor, by phone"
    assert one.lines[0].patient_is == "At home, alone"


def test_it_goes_to_whoever_is_on_cover(app: Flask, cast: Cast, maria: int, bo: Visitor) -> None:
    with app.app_context():
        other = staff.add(
            by=cast["dee"].actor, clinic_id=cast.hillside, username="fay", name="Dr. Fay Moon",
            roles={Role.PHYSICIAN}, password_hash="x",
        )  # fmt: skip
        staff.set_cover(
            by=cast["dee"].actor, clinic_id=cast.hillside, staff_id=cast["amara"].staff_id,
            away_from=date(2026, 11, 23), away_until=date(2026, 11, 27), covered_by=other,
            words="away",
        )  # fmt: skip
    page = bo.get(address(cast, maria, "new"))
    assert "It goes to Dr. Fay Moon, covering for Dr. Amara Okafor." in page.text
    with app.app_context():
        nobodys = charts.register(cast["amara"], record_no="TEST-7")
    assert "It goes to Dr. Fay Moon." in bo.get(address(cast, nobodys, "new")).text


# ---- the thread


def test_a_worry_is_read_as_one_thread_from_note_to_patient_told(
    app: Flask, cast: Cast, maria: int, worry: int, amara: Visitor, bo: Visitor
) -> None:
    page = bo.get(address(cast, maria, worry))
    assert "accept" not in page.document.by_id and "resolve" not in page.document.by_id
    page.form("/note").submit(text="Called again: her sister is with her.")
    amara.follow(amara.get(address(cast, maria, worry)).form("/accept").submit())
    page = amara.get(address(cast, maria, worry))
    page.form("/resolve").submit(decision="I will call her at 4.", told="to_tell")
    assert one_of(app, cast, maria, worry).state is State.TO_TELL
    today = bo.get(f"/c/{cast.hillside}/today")
    assert "Tell the patient what was decided" in today.text
    page = bo.get(today.links["Record: RIVERA, Maria"])
    done = page.form("/told").submit(told_on="today")
    assert done.location.startswith(f"/c/{cast.hillside}/today")
    page = bo.get(address(cast, maria, worry))
    thread = page.words_of("thread-lines")
    for earlier, later in pairwise(STORY):
        assert thread.index(earlier) < thread.index(later), thread
    assert one_of(app, cast, maria, worry).state is State.RESOLVED


STORY = (
    "Bo Lindqvist, RN raised it",
    "She says she sees no point any more.",
    "Bo Lindqvist, RN added",
    "Called again: her sister is with her.",
    "Dr. Amara Okafor accepted it",
    "Dr. Amara Okafor decided",
    "I will call her at 4.",
    "A nurse is to tell the patient.",
    "Told by Bo Lindqvist, RN on Tue Nov 24, 2026.",
)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"decision": "", "told": "to_tell"}, "decision"),
        ({"decision": "Stay", "told": None}, "told"),
        ({"decision": "Stay", "told": "not_needed"}, "told_text"),
        ({"decision": "Stay", "told": "told"}, "told_text"),
    ],
)
def test_none_is_resolved_without_decision_and_word_to_the_patient(
    app: Flask, cast: Cast, maria: int, worry: int, amara: Visitor,
    typed: dict[str, str | None], field: str,
) -> None:  # fmt: skip
    form = amara.get(address(cast, maria, worry)).form("/resolve")
    page = form.submit(None, typed, status=422)
    assert f"{field}-error" in page.document.by_id
    one = one_of(app, cast, maria, worry)
    assert (one.state, one.owner) == (State.OPEN, "")


def test_deciding_makes_the_physician_its_owner_and_links_the_act_upon_the_plan(
    app: Flask, cast: Cast, worry: int, maria: int, amara: Visitor
) -> None:
    with app.app_context():
        charts.record_regimen(cast["amara"], maria)
        charts.draft(cast["amara"], maria)
        version_id = charts.sign(cast["amara"], maria)
    amara.get(address(cast, maria, worry)).form("/resolve").submit(
        decision="A new plan", told="told", told_text="I did", plan_fact_id=str(version_id)
    )
    one = one_of(app, cast, maria, worry)
    assert (one.owner, one.state) == ("Dr. Amara Okafor", State.RESOLVED)
    page = amara.get(address(cast, maria, worry))
    assert "Done to the plan: Version 1 signed" in page.text


def test_a_plan_act_of_another_patient_is_refused(
    app: Flask, cast: Cast, maria: int, worry: int
) -> None:
    with app.app_context():
        _, version_id = charts.signed_plan(cast["amara"], record_no="TEST-2")
        with pytest.raises(escalations.Refused):
            escalations.resolve(
                **whose(cast, "amara", maria, worry, 1), decision="Stay", told="to_tell",
                plan_fact_id=version_id,
            )  # fmt: skip


# ---- two people, and who may not

NOTHING = "Not recorded"


def test_a_decision_that_came_second_stays_on_the_page(
    cast: Cast, maria: int, worry: int, amara: Visitor, sign_in: Callable[[str], Visitor]
) -> None:
    first = amara.get(address(cast, maria, worry)).form("/resolve")
    second = sign_in("amara").get(address(cast, maria, worry)).form("/resolve")
    first.submit(decision="Stay on this step.", told="to_tell")
    page = second.submit(
        decision="Stop tonight’s dose.", told="told", told_text="Dr. Amara", status=409
    )
    assert page.table()[1:] == [
        ["What was decided", NOTHING, "Stay on this step.", "Stop tonight’s dose."],
        ["The patient", NOTHING, "A nurse is to tell the patient", "Has been told. Dr. Amara"],
        ["Owner", NOTHING, "Dr. Amara Okafor", NOTHING],
    ]


def test_two_who_write_at_once_and_the_second_keeps_what_was_typed(
    app: Flask, cast: Cast, maria: int, worry: int, amara: Visitor, bo: Visitor
) -> None:
    resolving = amara.get(address(cast, maria, worry)).form("/resolve")
    bo.get(address(cast, maria, worry)).form("/note").submit(text="She called again.")
    page = resolving.submit(decision="I will call her at 4.", told="to_tell", status=409)
    assert "Bo Lindqvist, RN added to it at Tue Nov 24, 2026, 8:42 AM." in page.text
    assert page.form("/resolve").fields["decision"] == "I will call her at 4."
    assert ["What was decided", *[NOTHING] * 2, "I will call her at 4."] in page.table()
    assert ["Bo Lindqvist, RN: She called again.", NOTHING] in [r[2:] for r in page.table()]
    page.form("/resolve").submit()
    assert one_of(app, cast, maria, worry).state is State.TO_TELL
    unfinished = resolving.submit(decision="Or at 5.", told="", status=409)  # no form to mend
    assert "There is a problem" not in unfinished.text and "Or at 5." in unfinished.text
    late = whose(cast, "amara", maria, worry, 3)
    with app.app_context(), pytest.raises(Conflict):
        escalations.accept(**late)


def test_only_a_physician_accepts_and_resolves(
    app: Flask, cast: Cast, maria: int, worry: int
) -> None:
    for who in ("bo", "cleo", "dee", "eli"):
        with app.app_context(), pytest.raises((NotAllowed, Conflict)):
            escalations.accept(**whose(cast, who, maria, worry, 1))


# ---- lists


def waits(visitor: Visitor, cast: Cast, **query: str) -> Page:
    return visitor.get(f"/c/{cast.hillside}/today", query={"group": "waiting", **query})


def test_past_due_is_everybodys_and_the_administrators_without_its_text(
    app: Flask, cast: Cast, maria: int, worry: int, sign_in: Callable[[str], Visitor],
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    with app.app_context():
        staff.add(
            by=cast["dee"].actor, clinic_id=cast.hillside, username="fay", name="Dr. Fay Moon",
            roles={Role.PHYSICIAN}, password_hash="x",
        )  # fmt: skip
        escalations.accept(**whose(cast, "amara", maria, worry, 1))
    dee = sign_in("dee")
    assert "No escalation is past due." in dee.get(f"/c/{cast.hillside}/escalations/late").text
    clock.move_to("2026-11-25T15:42:00+00:00")
    dee, bo = sign_in("dee"), sign_in("bo")
    assert "Past due" in waits(bo, cast, whose="mine").text
    page = dee.get(f"/c/{cast.hillside}/escalations/late")
    assert page.table()[1] == [
        "Tue Nov 24, 2026", "Tue Nov 24, 2026, 8:42 AM", "Dr. Amara Okafor", "Dr. Amara Okafor",
    ]  # fmt: skip
    assert "RIVERA" not in page.text and "no point" not in page.text and "Mood" not in page.text
    assert "Escalations past due: 1" in dee.get(f"/c/{cast.hillside}/staff").text


def test_the_inbox_lists_what_waits_or_says_when_the_last_was_resolved(
    app: Flask, cast: Cast, maria: int, worry: int, amara: Visitor
) -> None:
    page = amara.get(f"/c/{cast.hillside}/escalations")
    assert page.table()[1][1].startswith("Escalation, needed today Mood or safety")
    with app.app_context():
        escalations.resolve(
            **whose(cast, "amara", maria, worry, 1), decision="Stay", told="not_needed",
            told_text="She was there",
        )  # fmt: skip
    page = amara.get(f"/c/{cast.hillside}/escalations")
    assert "No open escalations. The last one was resolved Tue Nov 24, 2026, 8:42 AM." in page.text


def test_the_front_desk_sees_that_one_waits_and_not_what_it_says(
    cast: Cast, maria: int, worry: int, cleo: Visitor
) -> None:
    page = waits(cleo, cast)
    assert "Escalation, needed today" in page.text and "Mood" not in page.text
    cleo.get(address(cast, maria, worry), status=403)
