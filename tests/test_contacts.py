"""Check-ins recorded and amended: answers as asked, alarms, the next contact, two at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.harness import charts
from tests.harness.cast import Cast, Person
from tests.rules.test_checkins_reading import typed
from tracker import checkins as rules
from tracker.charts import checkins as chart
from tracker.charts import contacts as contact_chart
from tracker.charts.checkin_drafts import drafts_by_others
from tracker.charts.course import course_of
from tracker.charts.escalations import all_of
from tracker.charts.plans import in_force
from tracker.checkins import CheckIn, Reading, Standing
from tracker.models import Draft, Event, Fact, WorklistRow, db
from tracker.records import checkins, contacts, drafts, papers, patients
from tracker.records.acts import Conflict

TODAY = date(2026, 12, 3)


def reading(raw: dict[str, list[str]] | None = None, **more: Any) -> Reading:
    catalogue = charts.catalogue()
    topics = [(t.id, t.words, t.beside, t.instruments) for t in catalogue.topics]
    values: dict[str, Any] = {"today": TODAY, "born": date(1961, 3, 14), "has_next": True, **more}
    parts = rules.parts(topics, catalogue.instruments, ())
    return rules.read(typed() if raw is None else raw, parts, **values)


def first(by: Person, patient_id: int) -> CheckIn:
    return chart.checkins_of(by.clinic_id, patient_id)[0]


def record(by: Person, patient_id: int, found: CheckIn | None, read: Reading | None = None) -> int:
    return contacts.record(
        by=by.actor, clinic_id=by.clinic_id, patient_id=patient_id,
        checkin_id=found.id if found else None, seen=found.seq if found else 0,
        reading=read or reading(), today=TODAY,
    )  # fmt: skip


def amend(by: Person, patient_id: int, found: CheckIn, read: Reading) -> int:
    return contacts.amend(
        by=by.actor, clinic_id=by.clinic_id, patient_id=patient_id, checkin_id=found.id,
        seen=found.seq, reading=read, reason="Wrong number", today=TODAY,
    )  # fmt: skip


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    return patient_id


def test_a_recorded_check_in_reads_as_it_was_asked(app: Flask, cast: Cast, maria: int) -> None:
    bo = cast["bo"]
    with app.app_context():
        fact_id = record(bo, maria, first(bo, maria))
        done = first(bo, maria)
        assert done.standing(TODAY) is Standing.RECORDED
        assert done.contact is not None and done.contact.id == fact_id
        assert (done.contact.step_number, done.contact.late) == (1, False)
        (kept,) = contact_chart.latest(bo.clinic_id, maria)
        pain = kept.answer("peg.pain")
        assert pain is not None and pain.words == "6" and "past week" in pain.asked
        said = kept.answer("next.contact")
        assert said is not None and said.words == "As planned"
        assert [(s.instrument, s.total) for s in kept.scores] == [("peg", "6.3")]
        assert contact_chart.scores_over_time(bo.clinic_id, maria)[0].total == "6.3"
        event = db.session.query(Event).filter_by(act="checkin.record").one()
        assert "checkin_answer:" in event.digests and "checkin_score:" in event.digests


def test_two_nurses_record_one_check_in_and_one_wins(app: Flask, cast: Cast, maria: int) -> None:
    amara, bo = cast["amara"], cast["bo"]
    with app.app_context():
        seen = first(bo, maria)
        record(bo, maria, seen)
        with pytest.raises(Conflict):
            record(amara, maria, seen)
        assert len(contact_chart.latest(bo.clinic_id, maria, most=9)) == 1
        record(amara, maria, None)  # hers, as another contact
        assert len(contact_chart.latest(bo.clinic_id, maria, most=9)) == 2


def test_nothing_is_saved_while_something_stands_in_the_way(
    app: Flask, cast: Cast, maria: int
) -> None:
    bo = cast["bo"]
    with app.app_context():
        for raw in (typed(mood__low="yes"), typed(pace__view=None), typed(next__way=None)):
            with pytest.raises(contacts.NotReady):
                record(bo, maria, first(bo, maria), reading(raw))
        assert first(bo, maria).open
        assert db.session.query(Fact).filter_by(kind="checkin_record").count() == 0


def test_an_alarm_is_escalated_in_the_same_act(app: Flask, cast: Cast, maria: int) -> None:
    bo = cast["bo"]
    raw = typed(events__any="yes", events__which=["overdose", "sedative"]) | {
        "alarm.overdose.way": ["escalate"],
        "alarm.sedative.way": ["handled"],
        "alarm.sedative.by": ["Dr. Okafor"],
        "alarm.sedative.how": ["Stopped it by phone"],
        "escalate.needed_by": ["today"],
        "escalate.text": ["Naloxone given on Sunday"],
    }
    with app.app_context():
        record_id = record(bo, maria, first(bo, maria), reading(raw))
        (thread,) = all_of(bo.clinic_id, maria)
        (kept,) = contact_chart.latest(bo.clinic_id, maria)
        ways = {one.alarm: (one.escalated, one.handled_by) for one in kept.alarms}
        assert ways == {"overdose": (True, ""), "sedative": (False, "Dr. Okafor")}
        assert db.session.query(Event).filter_by(act="checkin.record").count() == 1
        assert record_id == kept.contact.id
        assert {one.escalation_id for one in kept.alarms} - {None}
        assert thread is not None


def test_the_next_contact_is_booked_with_the_record(app: Flask, cast: Cast) -> None:
    bo = cast["bo"]
    booked = typed(next__way="book", next__on="+7", next__at="9 am", next__mode="video")
    with app.app_context():
        patient_id = charts.register(cast["amara"])  # no plan: patients call too
        record(bo, patient_id, None, reading(booked, has_next=False))
        following = chart.next_contact(bo.clinic_id, patient_id, TODAY)
        assert following is not None
        assert (following.on, following.at, following.mode) == (
            date(2026, 12, 10),
            "09:00",
            "video",
        )
        (kept,) = contact_chart.latest(bo.clinic_id, patient_id)
        said = kept.answer("next.contact")
        assert said is not None and said.words == "Thu Dec 10, 2026 at 9:00 AM, video"
        assert chart.last_contact(bo.clinic_id, patient_id) is not None
        assert chart.contact_since(bo.clinic_id, patient_id, TODAY)


def test_an_amended_copy_names_the_one_it_replaces(app: Flask, cast: Cast, maria: int) -> None:
    bo = cast["bo"]
    alarming = typed(mood__low="yes") | {
        "alarm.self-harm.way": ["escalate"],
        "escalate.needed_by": ["today"],
        "escalate.text": ["Very low since Sunday"],
    }
    with app.app_context():
        old = record(bo, maria, first(bo, maria), reading(alarming))
        again = reading(
            typed(mood__low="yes", peg__pain="9", reason="Wrong number"),
            amending=True, escalated={rules.Alarm.SELF_HARM},
        )  # fmt: skip
        amend(cast["amara"], maria, first(bo, maria), again)
        done = first(bo, maria)
        new, before = contact_chart.copies_of(bo.clinic_id, maria, done.stream)
        assert (new.contact.replaces_id, new.contact.reason) == (old, "Wrong number")
        assert before.answer("peg.pain") != new.answer("peg.pain")
        assert new.alarms[0].escalation_id == before.alarms[0].escalation_id
        assert len(all_of(bo.clinic_id, maria)) == 1
        (counts,) = contact_chart.latest(bo.clinic_id, maria, most=9)
        assert counts.contact.id == new.contact.id
        fact = db.session.get_one(Fact, (bo.clinic_id, new.contact.id))
        patients.mark_in_error(
            by=bo.actor, clinic_id=bo.clinic_id, fact_id=fact.id, seen=fact.seq,
            reason="Another patient’s", what="check-in",
        )  # fmt: skip
        (counts,) = contact_chart.latest(bo.clinic_id, maria, most=9)
        assert counts.contact.id == old
        back = first(bo, maria).contact
        assert back is not None and back.id == old


def test_only_what_was_recorded_can_be_amended(app: Flask, cast: Cast, maria: int) -> None:
    bo = cast["bo"]
    with app.app_context():
        ready = reading(typed(reason="Wrong number"), amending=True)
        with pytest.raises(checkins.Refused):
            amend(bo, maria, first(bo, maria), ready)
        with pytest.raises(ValueError, match="reason"):
            contacts.amend(
                by=bo.actor, clinic_id=bo.clinic_id, patient_id=maria, checkin_id=1, seen=0,
                reading=ready, reason="", today=TODAY,
            )  # fmt: skip


def test_recording_ends_the_persons_own_draft_and_no_others(
    app: Flask, cast: Cast, maria: int
) -> None:
    amara, bo = cast["amara"], cast["bo"]
    with app.app_context():
        found = first(bo, maria)
        for who in (amara, bo):
            drafts.save(
                by=who.actor, clinic_id=who.clinic_id, patient_id=maria, kind="checkin",
                form_version=0, body={"note": [who.name]},
                about=contacts.draft_about(found.id, who.actor.staff_id),
            )  # fmt: skip
        record(bo, maria, found)
        (left,) = db.session.query(Draft).filter_by(kind="checkin")
        assert left.saved_by == amara.staff_id
        others = drafts_by_others(bo.clinic_id, maria, found.id, bo.staff_id)
        assert [name for name, _ in others] == [amara.name]


def test_a_recorded_contact_is_the_call_that_a_code_promised(
    app: Flask, cast: Cast, maria: int, clock: time_machine.Traveller
) -> None:
    bo = cast["bo"]

    def owed() -> int:
        rows = select(func.count()).where(WorklistRow.kind == "call_back")
        assert len(course_of(bo.clinic_id, maria).calls) == db.session.scalar(rows)
        return db.session.scalar(rows) or 0

    with app.app_context():
        version = in_force(bo.clinic_id, maria)
        assert version is not None
        papers.check_code(
            by=cast["cleo"].actor, clinic_id=bo.clinic_id, typed="7F3K92QD", answer="old",
            words="Old", patient_id=maria, version_id=version.id,
        )  # fmt: skip
        assert owed() == 1
    clock.move_to(datetime(2026, 12, 3, 18, tzinfo=UTC))
    with app.app_context():
        record(
            bo,
            maria,
            None,
            reading(typed(spoke_with="supporter", spoke_name="Ana Rivera", mood__low=None)),
        )
        assert owed() == 1
        contact_id = record(bo, maria, first(bo, maria))
        assert owed() == 0
        patients.mark_in_error(
            by=bo.actor, clinic_id=bo.clinic_id, fact_id=contact_id, reason="Another patient",
            seen=db.session.get_one(Fact, (bo.clinic_id, contact_id)).seq, what="contact",
        )  # fmt: skip
        assert owed() == 1
