"""A patient's history: every act in words, newest first, with what it changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import history as chart
from tracker.models import Event, ReadLog, Staff, db
from tracker.records import patients as records
from tracker.records.acts import act


def at(cast: Cast, patient_id: int, *parts: object) -> str:
    return "/".join([f"/c/{cast.hillside}/patients/{patient_id}", *map(str, parts)])


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.register(cast["amara"])


def edit(app: Flask, cast: Cast, patient_id: int, seen: int = 1, **values: Any) -> None:
    with app.app_context():
        records.edit(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=patient_id, seen=seen,
            values=values,
        )  # fmt: skip


def told(page: Page) -> list[str]:
    """Give the sentences of the page, without what can be done about them."""
    return [
        row[1].split(" Mark as entered in error")[0].split(" Before and after")[0]
        for row in page.table()[1:]
        if row[0].startswith("Tue") or row[0].startswith("Wed")
    ]


def test_history_tells_every_act_newest_first_by_the_clinics_clock(
    bo: Visitor, app: Flask, cast: Cast, maria: int, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        charts.record_regimen(cast["bo"], maria)
        charts.draft(cast["amara"], maria)
        charts.sign(cast["amara"], maria)
    clock.shift(60)
    edit(app, cast, maria, phone="(303) 555-0999")
    page = bo.get(at(cast, maria, "history"))
    rows = page.table()
    assert rows[0] == ["When", "What was done"]
    assert rows[1][0] == "Tue Nov 24, 2026, 8:43 AM"
    sentences = told(page)
    assert sentences[0].startswith("Bo Lindqvist, RN changed phone")
    assert sentences[1].startswith("Dr. Amara Okafor signed version 1 of the plan, code ")
    assert sentences[2:] == [
        "Bo Lindqvist, RN recorded the regimen as of Tue Nov 24, 2026",
        "Dr. Amara Okafor registered the patient",
    ]


def test_a_change_shows_before_and_after(bo: Visitor, app: Flask, cast: Cast, maria: int) -> None:
    edit(
        app, cast, maria,
        phone="(303) 555-0999", interpreter=True, leave_message="no", goal="",
        physician_id=cast["amara"].staff_id, address="9 Oak Street\nBoulder",
    )  # fmt: skip
    page = bo.get(at(cast, maria, "history"))
    assert page.table(1) == [
        ["Field", "Before", "After"],
        ["Phone", "(303) 555-0177", "(303) 555-0999"],
        ["Permission to leave a message", "not asked", "no"],
        ["Address", "not recorded", "9 Oak Street, Boulder"],
        ["Interpreter", "no", "yes"],
        ["Responsible physician", "none", "Dr. Amara Okafor"],
        ["The patient’s own goal", charts.RIVERA["goal"], "not recorded"],
    ]


def test_names_stay_as_they_were_at_the_time(
    amara: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    edit(app, cast, maria, phone="")
    with app.app_context():
        db.session.get_one(Staff, cast["bo"].staff_id).name = "Bo Berg, RN"
        db.session.commit()
    sentences = told(amara.get(at(cast, maria, "history")))
    assert sentences[0].startswith("Bo Lindqvist, RN changed phone")


def test_a_long_history_comes_in_pages(bo: Visitor, app: Flask, cast: Cast, maria: int) -> None:
    for number in range(30):
        edit(app, cast, maria, seen=number + 1, phone=f"303 555 01{number:02}")
    first = bo.get(at(cast, maria, "history"))
    assert len(told(first)) == chart.ON_A_PAGE
    assert "Newest lines" not in first.links
    second = bo.get(first.links["Older lines"])
    assert len(told(second)) == 6
    assert told(second)[-1] == "Dr. Amara Okafor registered the patient"
    assert "Older lines" not in second.links
    assert bo.get(second.links["Newest lines"]).path == at(cast, maria, "history")
    assert "There is nothing earlier." in bo.get(at(cast, maria, "history?before=0")).text
    assert len(told(bo.get(at(cast, maria, "history?before=x")))) == chart.ON_A_PAGE


def test_the_last_lines_stand_on_the_patients_page(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    for number in range(6):
        edit(app, cast, maria, seen=number + 1, phone=f"303 555 01{number:02}")
    page = bo.get(at(cast, maria))
    assert page.text.count("Bo Lindqvist, RN changed phone") == 5
    assert page.links["The whole history"] == at(cast, maria, "history")


def test_words_of_users_stay_text(bo: Visitor, app: Flask, cast: Cast, maria: int) -> None:
    script = "<script>alert('{by}')</script>"
    with app.app_context():
        other = charts.register(cast["bo"], family_name="Oak", record_no="9")
        records.merge(
            by=cast["bo"].actor, clinic_id=cast.hillside, kept_id=maria, merged_id=other,
            seen=1, seen_merged=1, reason=script,
        )  # fmt: skip
    page = bo.get(at(cast, maria, "history"))
    assert f"merged OAK, Maria, record no. 9 into this record: {script}" in page.text
    assert "<script>alert" not in page.html


def test_the_merged_records_history_is_part_of_it(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        other = charts.register(cast["bo"], record_no="")
        records.merge(
            by=cast["bo"].actor, clinic_id=cast.hillside, kept_id=maria, merged_id=other,
            seen=1, seen_merged=1, reason="Same person",
        )  # fmt: skip
    sentences = told(bo.get(at(cast, maria, "history")))
    assert sentences == [
        "Bo Lindqvist, RN merged RIVERA, Maria into this record: Same person",
        "Bo Lindqvist, RN registered the patient In the merged record RIVERA, Maria.",
        "Dr. Amara Okafor registered the patient",
    ]


def test_an_event_that_lacks_a_word_is_told_all_the_same(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with (
        app.app_context(),
        act("handout.print", by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=maria),
    ):
        pass
    sentences = told(bo.get(at(cast, maria, "history")))
    assert sentences[0] == "Bo Lindqvist, RN did this: print the current handout"


def test_reading_the_history_goes_to_the_read_log_and_changes_nothing(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        before = db.session.scalars(select(Event.seq)).all()
    bo.get(at(cast, maria, "history"))
    with app.app_context():
        rows = db.session.execute(select(ReadLog.act, ReadLog.patient_id)).all()
        after = db.session.scalars(select(Event.seq)).all()
    assert [tuple(row) for row in rows] == [("history.read", maria)]
    assert after == before


@pytest.mark.parametrize(("who", "status"), [("cleo", 403), ("dee", 403), ("eli", 404)])
def test_others_do_not_read_it(
    sign_in: Callable[[str], Visitor], cast: Cast, maria: int, who: str, status: int
) -> None:
    sign_in(who).get(at(cast, maria, "history"), status=status)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({}, {"phone": "1"}, [("Phone", "not recorded", "1")]),
        ({"state": "active"}, {"state": "died"}, [("State", "active", "died")]),
        ({"birth_date": "1961-03-14"}, {"birth_date": "1961-03-15"},
         [("Date of birth", "Mar 14, 1961", "Mar 15, 1961")]),
        ({"physician_id": None}, {"physician_id": 7},
         [("Responsible physician", "none", "another physician")]),
        ({"phone": "1", "seq": 1}, {"phone": "1", "seq": 2}, []),
    ],
)  # fmt: skip
def test_differences_are_said_in_words(
    before: Mapping[str, Any], after: Mapping[str, Any], changes: list[tuple[str, str, str]]
) -> None:
    found = chart.differences(before, after, {})
    assert [(c.field, c.before, c.after) for c in found] == changes


def test_every_fact_has_its_name(app: Flask, cast: Cast) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        kinds = {}
        events = db.session.scalars(select(Event).where(Event.patient_id == patient_id))
        for event in events:
            for name in json.loads(event.digests):
                table, _, key = name.partition(":")
                if table == "fact":
                    line = chart.fact_line(cast.hillside, patient_id, int(key.split("/")[1]))
                    assert line is not None
                    kinds[line.what.split(",")[0]] = line.recorded_by
    assert kinds == {
        "regimen as of Tue Nov 24": "Dr. Amara Okafor",
        "version 1 of the plan": "Dr. Amara Okafor",
        "planned check-in": "Dr. Amara Okafor",
    }
