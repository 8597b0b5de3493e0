"""Check-ins in the record: planned by a version, booked, moved, tried in vain, cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast, Person
from tracker.charts import checkins as chart
from tracker.charts import papers, patient_of
from tracker.charts.course import course_of
from tracker.charts.plans import in_force
from tracker.checkins import CheckIn, Standing
from tracker.models import Clinic, Fact, WorklistRow, db
from tracker.policy import NotAllowed
from tracker.records import checkins, patients
from tracker.records.acts import Conflict

TODAY = charts.TODAY
FIRST = date(2026, 12, 3)  # day 3 of step 1, as the version lays it


def of(by: Person, patient_id: int) -> tuple[CheckIn, ...]:
    return chart.checkins_of(by.clinic_id, patient_id)


def first(by: Person, patient_id: int) -> CheckIn:
    return of(by, patient_id)[0]


def move(by: Person, patient_id: int, one: CheckIn, on: date) -> None:
    checkins.move(
        by=by.actor, clinic_id=by.clinic_id, patient_id=patient_id, checkin_id=one.id,
        seen=one.seq, day=checkins.Day(on, "14:30", "video"), reason="Works mornings",
    )  # fmt: skip


def not_reached(by: Person, patient_id: int, one: CheckIn, outcome: str = "no_answer") -> None:
    checkins.not_reached(
        by=by.actor, clinic_id=by.clinic_id, patient_id=patient_id, checkin_id=one.id,
        seen=one.seq, on=TODAY, mode="phone", outcome=outcome,
    )  # fmt: skip


def cancel(by: Person, patient_id: int, one: CheckIn) -> None:
    checkins.cancel(
        by=by.actor, clinic_id=by.clinic_id, patient_id=patient_id, checkin_id=one.id,
        seen=one.seq, reason="In hospital",
    )  # fmt: skip


def test_a_version_plans_and_people_act(app: Flask, cast: Cast) -> None:
    amara, bo, cleo = cast["amara"], cast["bo"], cast["cleo"]
    with app.app_context():
        patient_id, version_id = charts.signed_plan(amara)
        planned = of(bo, patient_id)
        assert [one.on for one in planned] == [FIRST, *(FIRST + timedelta(28 * n) for n in (1, 2))]
        assert all(one.planned and one.planned.version_id == version_id for one in planned)
        assert chart.next_contact(bo.clinic_id, patient_id, TODAY) == planned[0]

        not_reached(bo, patient_id, first(bo, patient_id))
        not_reached(bo, patient_id, first(bo, patient_id), "message")
        tried = first(bo, patient_id)
        assert (tried.tries, tried.attempts[-1].outcome, tried.open) == (2, "message", True)

        move(cleo, patient_id, tried, FIRST + timedelta(1))
        moved = first(bo, patient_id)
        assert (moved.on, moved.at, moved.tries) == (FIRST + timedelta(1), "14:30", 0)
        assert moved.id == planned[0].id

        cancel(amara, patient_id, moved)
        cancelled = first(bo, patient_id)
        assert cancelled.standing(TODAY) is Standing.CANCELLED
        assert chart.next_contact(bo.clinic_id, patient_id, TODAY) == planned[1]
        with pytest.raises(checkins.Refused, match="cancelled this check-in: In hospital"):
            not_reached(bo, patient_id, cancelled)
        move(cleo, patient_id, cancelled, FIRST)
        assert first(bo, patient_id).open


def test_one_of_two_who_write_at_once_wins(app: Flask, cast: Cast) -> None:
    bo = cast["bo"]
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        seen = first(bo, patient_id)
        not_reached(bo, patient_id, seen)
        for late in (move, not_reached, cancel):
            with pytest.raises(Conflict):
                late(bo, patient_id, seen, *((FIRST,) if late is move else ()))
        assert first(bo, patient_id).tries == 1


def test_a_check_in_needs_no_plan(app: Flask, cast: Cast) -> None:
    cleo = cast["cleo"]
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        assert chart.last_contact(cleo.clinic_id, patient_id) is None
        booked = checkins.book(
            by=cleo.actor, clinic_id=cleo.clinic_id, patient_id=patient_id,
            day=checkins.Day(FIRST, "", "phone", ("withdrawal", "mood")),
        )  # fmt: skip
        (found,) = of(cleo, patient_id)
        assert (found.id, found.planned, found.topics) == (booked, None, ("withdrawal", "mood"))


def test_the_front_desk_books_and_moves_and_does_no_more(app: Flask, cast: Cast) -> None:
    cleo = cast["cleo"]
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        one = first(cleo, patient_id)
        for refused in (not_reached, cancel):
            with pytest.raises(NotAllowed):
                refused(cleo, patient_id, one)


def test_a_reason_and_a_known_mode_are_asked_for(app: Flask, cast: Cast) -> None:
    bo = cast["bo"]
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        one = first(bo, patient_id)
        common: dict[str, Any] = {
            "by": bo.actor,
            "clinic_id": bo.clinic_id,
            "patient_id": patient_id,
        }
        with pytest.raises(ValueError, match="reason"):
            checkins.cancel(**common, checkin_id=one.id, seen=one.seq, reason="")
        with pytest.raises(ValueError, match="reason"):
            day = checkins.Day(FIRST, "", "phone")
            checkins.move(**common, checkin_id=one.id, seen=one.seq, day=day, reason="")
        with pytest.raises(KeyError):
            checkins.book(**common, day=checkins.Day(FIRST, "", "telegram"))
        with pytest.raises(ValueError, match="no such check-in"):
            checkins.cancel(**common, checkin_id=1, seen=0, reason="Moved")


def test_what_was_entered_in_error_is_undone(app: Flask, cast: Cast) -> None:
    bo = cast["bo"]
    with app.app_context():
        patient_id, version_id = charts.signed_plan(cast["amara"])
        one = first(bo, patient_id)
        cancel(bo, patient_id, one)
        line = db.session.query(Fact).filter_by(kind="checkin_cancelled").one()
        mark: dict[str, Any] = {"by": bo.actor, "clinic_id": bo.clinic_id}
        patients.mark_in_error(
            **mark, fact_id=line.id, seen=line.seq, reason="Another patient", what="cancelling"
        )
        again = first(bo, patient_id)
        assert again.open and again.seq == 3
        seen = db.session.get_one(Fact, (bo.clinic_id, version_id)).seq
        patients.mark_in_error(
            **mark, fact_id=version_id, seen=seen, reason="Another patient", what="version"
        )
        assert of(bo, patient_id) == ()


def test_a_merged_record_brings_its_check_ins(app: Flask, cast: Cast) -> None:
    amara = cast["amara"]
    with app.app_context():
        doubled, _ = charts.signed_plan(amara)
        kept = charts.register(amara, record_no="TEST-9", given_names="Mary")
        common: dict[str, Any] = {"by": amara.actor, "clinic_id": amara.clinic_id}
        patients.merge(
            **common, kept_id=kept, merged_id=doubled, reason="One person",
            seen=1, seen_merged=1,
        )  # fmt: skip
        assert first(amara, kept).on == FIRST
        move(amara, kept, first(amara, kept), FIRST + timedelta(1))
        assert first(amara, kept).on == FIRST + timedelta(1)
        with pytest.raises(ValueError, match="no such record"):
            checkins.book(**common, patient_id=doubled, day=checkins.Day(FIRST, "", "phone"))


def test_the_paper_names_the_day_that_was_agreed(app: Flask, cast: Cast) -> None:
    amara, cleo = cast["amara"], cast["cleo"]
    with app.app_context():
        patient_id, _ = charts.signed_plan(amara)
        charts.printed_handout(amara, patient_id)
        signed, head = (
            in_force(amara.clinic_id, patient_id),
            patient_of(amara.clinic_id, patient_id),
        )
        clinic = db.session.get(Clinic, amara.clinic_id)
        assert signed and head and clinic

        def why() -> str:
            now = papers.sheet_now(clinic, head, signed, today=TODAY, printed_by="")
            (line,) = papers.printed(amara.clinic_id, patient_id)
            return papers.why_out_of_date(line, now, course_of(amara.clinic_id, patient_id))

        assert why() == ""
        move(cleo, patient_id, first(cleo, patient_id), FIRST + timedelta(1))
        assert why() == "A check-in date has changed."
        now = papers.sheet_now(clinic, head, signed, today=TODAY, printed_by="")
        assert (now.checkins[0].on, now.checkins[0].time) == (FIRST + timedelta(1), "2:30 PM")


def test_follow_up_after_the_taper_is_laid_shown_and_moved_with_its_end(
    app: Flask, cast: Cast
) -> None:
    beside = charts.CHOICES["rhythms"][0]
    monthly = {"mode": "video", "when": "after", "day": "14", "again": "1", "unit": "months"}
    with app.app_context():
        amara, patient_id = cast["amara"], charts.register(cast["amara"])
        charts.record_regimen(amara, patient_id)
        charts.draft(amara, patient_id, rhythms=[beside, {**monthly, "months": "2"}])
        charts.sign(amara, patient_id)
        signed = in_force(cast.hillside, patient_id)
        assert signed is not None
        assert [one.on for one in signed.version.follow_up] == [date(2027, 2, 9), date(2027, 3, 9)]
        clinic, head = db.session.get(Clinic, cast.hillside), patient_of(cast.hillside, patient_id)
        assert clinic and head
        sheet = papers.sheet_now(clinic, head, signed, today=TODAY, printed_by="")
        assert [one.on for one in sheet.checkins][-2:] == [date(2027, 2, 9), date(2027, 3, 9)]
        whats = db.session.scalars(select(WorklistRow.what).order_by(WorklistRow.due))
        assert "Video check-in, after the taper" in list(whats)
        charts.draft(amara, patient_id, first_day="12/8/2026", change_reason="A week later",
                     rhythms=[beside, {**monthly, "months": "2"}])  # fmt: skip
        charts.sign(amara, patient_id)
        after = [
            one.on
            for one in of(amara, patient_id)
            if one.open and one.planned and one.planned.follow_up
        ]
    assert after == [date(2027, 2, 16), date(2027, 3, 16)]
