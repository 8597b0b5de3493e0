"""The Today page: what needs a person, by dates alone, and nothing that nobody signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import patient_of, ranges
from tracker.charts import today as chart
from tracker.charts.checkins import checkins_of
from tracker.charts.ranges import Begun, Listed
from tracker.charts.today import Filters
from tracker.models import Draft, Fact, Patient, PlanVersion, WorklistRow, db
from tracker.policy import Role
from tracker.records import course, drafts, escalations, patients, staff
from tracker.records.contacts import draft_about
from tracker.worklist import Group, Kind, Lane, Row, group_of, says

NOTHING = "Nothing is due. No signed plan has a date ahead."
EVERYTHING = Filters()
Day = dict[Group, list[tuple[int, str, str]]]  # patient, name, what


def today(visitor: Visitor, cast: Cast, **query: str) -> Page:
    return visitor.get(f"/c/{cast.hillside}/today", query=query)


def rows(page: Page, group: Group) -> list[list[str]]:
    """Give the rows of one group, without its headings; empty when it is not on the page."""
    if group.value not in page.document.by_id:
        return []
    headings = [e.get("id") for e in page.document.all("h2")]
    return page.table(headings.index(group.value))[1:]


def day(
    app: Flask, cast: Cast, on: date, filters: Filters = EVERYTHING, *,
    at: int = 0, me: tuple[int, ...] = (),
) -> Day:  # fmt: skip
    with app.app_context():
        found = chart.found(at or cast.hillside, on, filters, me=me, drafts=True)
        return {
            group: [
                (row.patient_id, row.family_name, "draft")
                if isinstance(row, Begun)
                else (row.patient_id, row.name, says(group, row.what, row.due, on))
                for row in of_group
            ]
            for group, of_group in found.rows
        }


def said(app: Flask, cast: Cast, on: date, group: Group) -> list[str]:
    return [what for _, _, what in day(app, cast, on).get(group, ())]


def names(app: Flask, cast: Cast, on: date, group: Group) -> list[str]:
    return [name for _, name, _ in day(app, cast, on).get(group, ())]


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    """Maria Rivera with a signed plan: steps start Dec 1, Dec 29 and Jan 26, calls on day 3."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    return patient_id


def another(app: Flask, cast: Cast, who: str = "amara", **values: object) -> int:
    with app.app_context():
        more = {"family_name": "Onwudiwe", "given_names": "Ada", "record_no": "TEST-2", **values}
        patient_id, _ = charts.signed_plan(cast[who], **more)
    return patient_id


# ---- the page


@pytest.mark.parametrize("who", ["amara", "bo", "cleo"])
def test_an_empty_day_says_so(cast: Cast, sign_in: Callable[[str], Visitor], who: str) -> None:
    assert NOTHING in today(sign_in(who), cast).text


def test_a_day_with_nothing_due_says_what_comes_next(
    app: Flask, cast: Cast, maria: int, sign_in: Callable[[str], Visitor],
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    with app.app_context():
        charts.printed_handout(cast["amara"], maria)
    clock.move_to("2026-11-21T15:42:00+00:00")  # before the plan was signed: nothing is due yet
    assert (
        "Nothing is due. Next step start: Tue Dec 1, 2026 (1 patient). "
        "Next contact: Thu Dec 3, 2026 (1 patient)."
    ) in today(sign_in("bo"), cast).text


def test_a_row_names_the_patient_with_two_identifiers_and_links_to_them(
    cast: Cast, maria: int, bo: Visitor
) -> None:
    page = today(bo, cast)
    assert rows(page, Group.SOON) == [
        [
            "RIVERA, Maria Born Mar 14, 1961 · Record no. TEST-004512",
            "Step 1 starts",
            "Tue Dec 1, 2026 in 7 days",
            "–",
            "Start: RIVERA, Maria",
        ]
    ]
    assert page.links["RIVERA, Maria"] == f"/c/{cast.hillside}/patients/{maria}"
    assert rows(page, Group.PAPER)[0][1] == "Version 1 was signed, its handout not printed"
    assert f"/{maria}/handout" in page.links["See the handout: RIVERA, Maria"]
    assert "Tue Nov 24, 2026. As of 8:42 AM." in page.text
    assert not [e for e in page.document.all("section") if e.get("aria-label") == "Patient"]


def test_the_front_desk_sees_dates_and_nothing_clinical(
    app: Flask, cast: Cast, maria: int, cleo: Visitor
) -> None:
    with app.app_context():
        charts.draft(cast["amara"], another_draft(cast))
    page = today(cleo, cast)
    assert rows(page, Group.SOON) and not rows(page, Group.DRAFT)
    for words in ("oxy", "tablet", "9½", "Draft", "Walk to the lake"):
        assert words not in page.text


def another_draft(cast: Cast) -> int:
    patient_id = charts.register(cast["amara"], family_name="Onwudiwe", record_no="TEST-2")
    charts.record_regimen(cast["amara"], patient_id)
    return patient_id


def test_a_draft_is_listed_with_who_saved_it_and_opens(
    app: Flask, cast: Cast, amara: Visitor, bo: Visitor
) -> None:
    with app.app_context():
        patient_id = another_draft(cast)
        charts.draft(cast["amara"], patient_id)
    for visitor in (amara, bo):
        page = today(visitor, cast)
        (row,) = rows(page, Group.DRAFT)
        assert row[1:] == [
            "Draft plan Draft Saved by Dr. Amara Okafor, not signed",
            "Tue Nov 24, 2026, 8:42 AM",
            "Dr. Amara Okafor",
            "Open the draft: ONWUDIWE, Maria",
        ]
        assert page.links[row[4]].endswith(f"/patients/{patient_id}/plan/draft")
    assert rows(today(bo, cast, whose="mine"), Group.DRAFT) == []
    with app.app_context():
        version = db.session.scalars(select(Draft.form_version)).one()
        drafts.discard(
            by=cast["amara"].actor,
            clinic_id=cast.hillside,
            patient_id=patient_id,
            form_version=version,
        )
    assert not rows(today(amara, cast), Group.DRAFT)


def test_a_draft_of_a_signed_plan_is_a_draft_of_a_new_version(
    app: Flask, cast: Cast, maria: int, amara: Visitor
) -> None:
    with app.app_context():
        charts.draft(cast["amara"], maria)
    (row,) = rows(today(amara, cast), Group.DRAFT)
    assert row[1].startswith("Draft of a new version")


def test_a_long_list_is_read_page_by_page(
    app: Flask, cast: Cast, maria: int, bo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    another(app, cast)
    whole = [
        (group, row[:2]) for group in Group for row in rows(today(bo, cast), group)
    ]  # fmt: skip
    monkeypatch.setattr("tracker.views.today.MOST_ROWS", 1)
    page, read = today(bo, cast), []
    while True:
        read += [(group, row[:2]) for group in Group for row in rows(page, group)]
        if "Next rows" not in page.links:
            break
        page = bo.get(page.links["Next rows"])
    assert sorted(read) == sorted(whole) and len(read) == 4
    assert [group for group, _ in read] == [group for group, _ in whole]
    assert "Step starts within 7 days (2)" in today(bo, cast).text


# ---- which group, by dates


@pytest.mark.parametrize(
    ("on", "soon", "not_recorded"),
    [
        (date(2026, 11, 23), [], []),
        (date(2026, 11, 24), ["Step 1 starts"], []),
        (date(2026, 11, 30), ["Step 1 starts"], []),
        (date(2026, 12, 1), ["Step 1 starts today"], []),
        (
            date(2026, 12, 2),
            [],
            ["Step 1 on paper since Tue Dec 1, 2026, start not recorded"],
        ),
        (
            date(2026, 12, 22),
            ["Step 2 starts"],
            ["Step 1 on paper since Tue Dec 1, 2026, start not recorded"],
        ),
        (
            date(2027, 3, 1),
            [],
            ["Step 3 on paper since Tue Jan 26, 2027, start not recorded"],
        ),
    ],
)
def test_a_step_is_listed_by_its_start_date(
    app: Flask, cast: Cast, maria: int, on: date, soon: list[str], not_recorded: list[str]
) -> None:
    assert said(app, cast, on, Group.SOON) == soon
    assert said(app, cast, on, Group.NOT_RECORDED) == not_recorded


def test_a_plan_past_its_last_day_says_so(app: Flask, cast: Cast) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        charts.record_regimen(cast["amara"], patient_id)
        row = charts.desk(cast["amara"], patient_id).raw["medicines"][0]
        change = {"after": "change", "after_text": "buprenorphine film"}
        charts.draft(
            cast["amara"],
            patient_id,
            medicines=[{**row, "uses": ["morning", "bedtime"], **change}],
            target="change",
            target_text="buprenorphine film",
        )
        charts.sign(cast["amara"], patient_id)
        details = db.session.scalars(select(WorklistRow.detail).order_by(WorklistRow.due))
        assert "The last day on paper is Mon Feb 22, 2027" in list(details)


def test_without_a_contact_ahead_a_patient_is_listed(app: Flask, cast: Cast, maria: int) -> None:
    last_call = date(2027, 1, 28)
    assert said(app, cast, last_call, Group.NO_CONTACT) == []
    assert said(app, cast, date(2027, 1, 29), Group.NO_CONTACT) == [
        "The last one planned was on Thu Jan 28, 2027"
    ]


def test_a_plan_without_check_ins_is_listed(app: Flask, cast: Cast, bo: Visitor) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        charts.record_regimen(cast["amara"], patient_id)
        charts.draft(
            cast["amara"], patient_id, rhythms=[], checkin_none_because="She comes each week"
        )
        charts.sign(cast["amara"], patient_id)
    (row,) = rows(today(bo, cast), Group.NO_CONTACT)
    assert row[1] == "No check-in was planned Not booked"


def test_a_printed_handout_leaves_the_list(app: Flask, cast: Cast, maria: int, bo: Visitor) -> None:
    page = bo.get(f"/c/{cast.hillside}/patients/{maria}/handout")
    page.form("/handout").submit()
    assert not rows(today(bo, cast), Group.PAPER)
    (row,) = rows(today(bo, cast), Group.DONE)
    assert row[1] == "Handout printed by Bo Lindqvist, RN Done"


def test_days_are_told_beside_the_date(
    app: Flask, cast: Cast, maria: int, sign_in: Callable[[str], Visitor],
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    for moment, group, words in (
        ("2026-11-30T15:00:00+00:00", Group.SOON, "tomorrow"),
        ("2026-12-01T15:00:00+00:00", Group.SOON, "today"),
        ("2026-12-02T15:00:00+00:00", Group.NOT_RECORDED, "yesterday"),
        ("2026-12-06T15:00:00+00:00", Group.NOT_RECORDED, "5 days ago"),
    ):
        clock.move_to(moment)
        (row,) = rows(today(sign_in("bo"), cast), group)
        assert row[2] == f"Tue Dec 1, 2026 {words}"


def test_the_day_is_the_clinics(
    cast: Cast, maria: int, sign_in: Callable[[str], Visitor], clock: time_machine.Traveller
) -> None:
    clock.move_to("2026-12-02T05:00:00+00:00")  # 10 PM on Tuesday in Denver
    (row,) = rows(today(sign_in("bo"), cast), Group.SOON)
    assert row[1] == "Step 1 starts today"


def test_rows_are_in_the_order_of_their_dates(app: Flask, cast: Cast, maria: int) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"], family_name="Zuniga", record_no="TEST-3")
        charts.record_regimen(cast["amara"], patient_id)
        charts.draft(cast["amara"], patient_id, first_day="11/28/2026")
        charts.sign(cast["amara"], patient_id)
    another(app, cast)
    assert names(app, cast, date(2026, 11, 24), Group.SOON) == [
        "ZUNIGA, Maria",
        "ONWUDIWE, Ada",
        "RIVERA, Maria",
    ]


# ---- whose plan counts


def test_only_the_newest_version_counts(app: Flask, cast: Cast, maria: int) -> None:
    with app.app_context():
        charts.draft(cast["amara"], maria, first_day="12/9/2026", change_reason="Moved")
        charts.sign(cast["amara"], maria)
    groups = day(app, cast, date(2026, 12, 8))
    assert [what for *_, what in groups[Group.SOON]] == ["Step 1 starts"]
    assert Group.NOT_RECORDED not in groups
    assert len(groups[Group.PAPER]) == 1


def test_a_version_entered_in_error_does_not_count(app: Flask, cast: Cast, maria: int) -> None:
    with app.app_context():
        version = db.session.scalars(select(PlanVersion)).one()
        fact = db.session.get_one(Fact, (cast.hillside, version.id))
        patients.mark_in_error(
            by=cast["amara"].actor,
            clinic_id=cast.hillside,
            fact_id=fact.id,
            seen=fact.seq,
            reason="Another patient's plan",
            what="version 1 of the plan",
        )
    assert day(app, cast, date(2026, 11, 24)) == {}


@pytest.mark.parametrize(
    ("state", "left"),
    [("moved", ["Moved away, and the plan is not closed: close it, or make the record active"]),
     ("died", [])],
)  # fmt: skip
def test_a_patient_who_is_gone_leaves_an_open_plan_at_most(
    app: Flask, cast: Cast, maria: int, state: str, left: list[str]
) -> None:
    with app.app_context():
        charts.draft(cast["amara"], maria)
        patients.edit(
            by=cast["amara"].actor,
            clinic_id=cast.hillside,
            patient_id=maria,
            seen=1,
            values={"state": state, "state_since": date(2026, 11, 20)},
        )
    found = day(app, cast, date(2026, 11, 24))
    assert [row[-1] for rows in found.values() for row in rows] == left


def test_a_plan_of_a_merged_record_stands_under_the_record_that_was_kept(
    app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        kept = charts.register(cast["amara"], given_names="María Elena", record_no="TEST-9")
        patients.merge(
            by=cast["amara"].actor,
            clinic_id=cast.hillside,
            kept_id=kept,
            merged_id=maria,
            seen=1,
            seen_merged=1,
            reason="Registered twice",
        )
    (row,) = day(app, cast, date(2026, 11, 24))[Group.SOON]
    assert row[:2] == (kept, "RIVERA, María Elena")


def test_another_clinics_patients_are_not_there(app: Flask, cast: Cast, maria: int) -> None:
    another(app, cast, who="eli", family_name="Whitfield")
    assert names(app, cast, date(2026, 11, 24), Group.SOON) == ["RIVERA, Maria"]
    theirs = day(app, cast, date(2026, 11, 24), at=cast.prairie)
    assert [name for _, name, _ in theirs[Group.SOON]] == ["WHITFIELD, Ada"]


def test_a_one_word_name_stands_alone(app: Flask, cast: Cast) -> None:
    another(app, cast, family_name="Suharto", given_names="")
    assert names(app, cast, date(2026, 11, 24), Group.SOON) == ["SUHARTO"]


def test_the_queries_do_not_grow_with_the_patients_and_name_the_clinic(
    app: Flask, cast: Cast, maria: int
) -> None:
    def asked() -> list[str]:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            chart.found(cast.hillside, date(2026, 11, 24), Filters(), me=(), drafts=True)
            event.remove(db.engine, "before_cursor_execute", note)
        return [statement for statement in statements if statement.startswith(("SELECT", "WITH"))]

    one = asked()
    another(app, cast)
    assert asked() == one and len(one) == 3  # the counts with the end of history, and two groups
    assert all("clinic_id =" in statement for statement in one)


def test_the_heads_of_patients_are_untouched_by_looking(
    app: Flask, cast: Cast, maria: int, bo: Visitor
) -> None:
    today(bo, cast)
    with app.app_context():
        assert patient_of(cast.hillside, maria) is not None
        assert db.session.scalar(select(Patient.seq).where(Patient.id == maria)) == 1


# ---- filters, and what goes on beside the list


def test_the_database_puts_each_row_where_the_rules_put_it(
    app: Flask, cast: Cast, maria: int
) -> None:
    another(app, cast)
    with app.app_context():
        escalations.raise_one(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=maria, about="Pain",
            needed_by="today", text="Asks for help",
        )  # fmt: skip
        kept = list(db.session.scalars(select(WorklistRow)))
        for on in (date(2026, 11, 24), *(date(2026, 12, n) for n in (1, 2, 3, 4, 5, 6, 29, 30))):
            found = chart.found(cast.hillside, on, Filters(), me=(), drafts=False, most=500)
            told = {
                (row.kind, row.ref, row.part): group
                for group, rows in found.rows
                for row in rows
                if isinstance(row, Listed)
            }
            for row in kept:
                group = group_of(_as_rule(row), on)
                assert told.get((row.kind, row.ref, row.part)) is group, (row.kind, on)


def _as_rule(row: WorklistRow) -> Row:
    names = ("ref", "part", "what", "due", "shows_from", "late_from", "until", "tried_on")
    values: dict[str, Any] = {name: getattr(row, name) for name in names}
    return Row(lane=Lane(row.lane), kind=Kind(row.kind), **values)


def test_mine_is_the_physicians_own_and_of_those_they_stand_in_for(
    app: Flask, cast: Cast, maria: int, sign_in: Callable[[str], Visitor]
) -> None:
    amara = sign_in("amara")
    assert rows(today(amara, cast, whose="mine"), Group.SOON) == []
    with app.app_context():
        other = staff.add(
            by=cast["dee"].actor, clinic_id=cast.hillside, username="fay", name="Dr. Fay Moon",
            roles={Role.PHYSICIAN}, password_hash="x",
        )  # fmt: skip
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
            values={"physician_id": other},
        )  # fmt: skip
    assert rows(today(amara, cast, whose="mine"), Group.SOON) == []
    with app.app_context():
        staff.set_cover(
            by=cast["dee"].actor, clinic_id=cast.hillside, staff_id=other,
            away_from=date(2026, 11, 23), away_until=None, covered_by=cast["amara"].staff_id,
            words="away",
        )  # fmt: skip
    assert len(rows(today(amara, cast, whose="mine"), Group.SOON)) == 1
    assert len(rows(today(amara, cast, physician=str(other)), Group.SOON)) == 1
    assert rows(today(amara, cast, physician="7"), Group.SOON) == []


def test_filters_stand_in_the_address_and_go_along_with_each_row(
    app: Flask, cast: Cast, maria: int, bo: Visitor, clock: time_machine.Traveller,
    sign_in: Callable[[str], Visitor],
) -> None:  # fmt: skip
    another(app, cast)
    clock.move_to("2026-12-05T18:00:00+00:00")
    page = today(sign_in("bo"), cast, therapy="physical-therapy", group="overdue")
    assert len(rows(page, Group.OVERDUE)) == 2 and not rows(page, Group.PAPER)
    links = [e.get("href") or "" for e in page.document.all("a")]
    record = [href for href in links if "/record?back=" in href]
    assert "therapy%3Dphysical-therapy" in record[0] and "group%3Doverdue" in record[0]
    assert "%23go-checkin-" in record[0] and "%23" not in record[1]
    page = today(sign_in("bo"), cast, therapy="yoga")
    assert "Nothing here with these filters." in page.text


def test_two_alike_on_one_list_are_marked(app: Flask, cast: Cast, maria: int, bo: Visitor) -> None:
    another(app, cast, family_name="Rivera", given_names="Mario")
    assert all("Similar name on this list" in row[0] for row in rows(today(bo, cast), Group.SOON))


def test_a_patient_told_of_nothing_is_asked_for_changes_only(
    app: Flask, cast: Cast, maria: int, bo: Visitor
) -> None:
    page = today(bo, cast)
    (line,) = [e for e in page.document.all("span") if e.get("data-changes")]
    address = line.get("data-changes") or ""
    assert bo.http.get(address).json == {"changes": 0, "most": 100}
    another(app, cast)
    assert (bo.http.get(address).json or {})["changes"] >= 3


def test_work_done_is_listed_until_midnight_with_who_did_it(
    app: Flask, cast: Cast, maria: int, sign_in: Callable[[str], Visitor],
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    clock.move_to("2026-12-02T05:30:00+00:00")  # half past ten on Tuesday evening in Denver
    with app.app_context():
        course.start(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
            on=date(2026, 12, 1), today=date(2026, 12, 1),
        )  # fmt: skip
    (row,) = rows(today(sign_in("bo"), cast), Group.DONE)
    assert row[1:3] == ["Step 1 started as written by Bo Lindqvist, RN Done", "10:30 PM"]
    clock.move_to("2026-12-02T07:30:00+00:00")
    assert rows(today(sign_in("bo"), cast), Group.DONE) == []


def test_a_check_in_that_somebody_began_is_a_draft_of_theirs_alone(
    app: Flask, cast: Cast, maria: int, amara: Visitor, bo: Visitor
) -> None:
    with app.app_context():
        found = checkins_of(cast.hillside, maria)[0]
        drafts.save(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=maria, kind="checkin",
            form_version=0, body={"note": ["Half"]},
            about=draft_about(found.id, cast["bo"].staff_id),
        )  # fmt: skip
    page = today(bo, cast)
    (row,) = rows(page, Group.DRAFT)
    assert row[1] == "Draft of a check-in Draft Saved by Bo Lindqvist, RN, not recorded"
    opened = bo.get(page.links[row[4]].split("#")[0])
    assert opened.h1 == "Record the check-in" and opened.form("/record").fields["note"] == "Half"
    assert rows(today(amara, cast), Group.DRAFT) == []


def test_filters_together_leave_what_each_of_them_leaves(
    app: Flask, cast: Cast, maria: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    amara, bo, other = cast["amara"].staff_id, cast["bo"].staff_id, 77
    physicians = {maria: amara, another(app, cast): other}
    with app.app_context():
        for patient_id in physicians:
            escalations.raise_one(
                by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=patient_id, about="Pain",
                needed_by="today", text="Asks for help",
            )  # fmt: skip
        for row in db.session.scalars(select(WorklistRow)):
            row.physician_id = physicians[row.patient_id]
            row.owner_id = bo if row.part % 2 else None
        db.session.commit()

    def keys(on: date, me: int, **filters: Any) -> set[tuple[str, str, int, int]]:
        with app.app_context():
            found = chart.found(
                cast.hillside, on, Filters(**filters), me=(me,), drafts=False, most=500
            )
        return {
            (group, row.kind, row.ref, row.part)
            for group, of_group in found.rows
            for row in of_group
            if isinstance(row, Listed)
        }

    therapy = "physical-therapy"
    for few, on, me in product((1, 300), (date(2026, 12, 1), date(2026, 12, 6)), (amara, bo, 7)):
        monkeypatch.setattr(chart, "FEW", few)
        mine, has_therapy = keys(on, me, mine=True), keys(on, me, therapy=therapy)
        assert mine & has_therapy == keys(on, me, mine=True, therapy=therapy)
        for physician in (amara, other):
            theirs = keys(on, me, physician=physician)
            assert theirs and mine & theirs == keys(on, me, mine=True, physician=physician)
            assert theirs & has_therapy == keys(on, me, physician=physician, therapy=therapy)
            together = keys(on, me, mine=True, physician=physician, therapy=therapy)
            assert together == mine & theirs & has_therapy


@pytest.mark.parametrize("typed", ["", "task' OR 1=1", "two words", "1"])
def test_only_a_word_of_our_own_is_written_into_a_statement(typed: str) -> None:
    assert str(ranges._fixed("task")) == "'task'"
    with pytest.raises(ValueError, match="word of our own"):
        ranges._fixed(typed)
