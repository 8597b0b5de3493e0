"""What is asked all day stays quick in a large clinic, and inside one clinic's part of the data.

Every statement of the pages that people open all day is caught as the application asks it and
explained by the database: no table that grows is walked through, none is read by the clinic alone,
and each is asked for by its clinic, so that a cluster that spreads the clinics asks one machine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import product

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Connection

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.explaining import Access, Asked, accesses, asked_of, pretend_large
from tests.harness.visitor import Visitor
from tests.test_checkin_pages import ROUTINE
from tracker.charts import batches
from tracker.charts.checkins import checkins_of
from tracker.charts.ranges import (
    Shape,
    counting,
    drafts_of,
    me_values,
    of_therapy,
    page_of_group,
)
from tracker.models import Draft, db
from tracker.worklist import Group

DEC_3 = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)

# People and their way in belong to no clinic; every machine of a cluster has all of them.
OF_NO_CLINIC = {
    "access_token", "authenticator", "clinic", "kept_form", "membership", "passkey",
    "recovery_code", "sign_in_attempt", "staff", "staff_session",
}  # fmt: skip
# A table of which a clinic has a few rows may be read by the clinic alone.
FEW_ROWS = OF_NO_CLINIC | {"clinic_words", "draft_words_allowed", "event_head"}
# The newest one alone, in the order of the key.
LAST_ROW = {"read_seal", "escalation_resolved"}


def faults(found: list[Access]) -> list[str]:
    """Say what makes a statement slow in a large clinic, or spreads it over all clinics."""
    return [
        one.words
        for one in found
        if _walks(one) or ("clinic_id" not in one.columns and one.table not in OF_NO_CLINIC)
    ]


def _walks(one: Access) -> bool:
    if one.table in FEW_ROWS:
        return False
    return not one.columns - {"clinic_id"} and one.table not in LAST_ROW


def faults_of(connection: Connection, asked: Asked) -> list[str]:
    found = []
    for statement, values in asked.values():
        if statement.startswith("INSERT"):
            table = statement.split()[2]
            if "clinic_id" not in statement and table not in OF_NO_CLINIC:
                found.append(statement)
        elif statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            wrong = faults(accesses(connection, statement, values))
            found += [f"{words}\n    in {statement}" for words in wrong]
    return found


@pytest.fixture
def maria(app: Flask, cast: Cast, clock: time_machine.Traveller) -> int:
    """Maria Rivera on the day of her first check-in, her first step not yet started."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"], physician_id=cast["amara"].staff_id)
    clock.move_to(DEC_3)
    return patient_id


def look_at_today(bo: Visitor, cast: Cast, _: int) -> None:
    today = f"/c/{cast.hillside}/today"
    bo.get(today)
    for group in Group:
        bo.get(today, query={"group": group.value})
    bo.get(today, query={"whose": "mine"})
    bo.get(today, query={"physician": str(cast["amara"].staff_id)})
    bo.get(today, query={"therapy": "physical-therapy", "whose": "mine"})
    bo.get(today, query={"therapy": "physical-therapy"})
    bo.get(f"{today}/changes/1")


SEARCHES = (
    "riv", "rivera maria", "maria rivera 3/14/1961", "riv 1961", "(303) 555-0177", "0177",
    "test-00", "nobody at all", "王",
)  # fmt: skip


def look_for_patients(bo: Visitor, cast: Cast, _: int) -> None:
    bo.get(f"/c/{cast.hillside}/patients")
    for typed in SEARCHES:
        bo.post(f"/c/{cast.hillside}/patients", {"q": typed}, status=200)
    bo.post(f"/c/{cast.hillside}/patients", {"q": "TEST-004512"})


def register_one_more(bo: Visitor, cast: Cast, _: int) -> None:
    bo.get(f"/c/{cast.hillside}/patients")
    page = bo.post(f"/c/{cast.hillside}/patients/new", {"q": "Riverra"}, status=200)
    page.form("/register").submit(
        "Register", family_name="Riverra", given_names="Maria", birth_date="3/14/1961", status=200
    )


def look_at_the_patient(bo: Visitor, cast: Cast, maria: int) -> None:
    for page in ("", "/history", "/regimen", "/course/start"):
        bo.get(f"/c/{cast.hillside}/patients/{maria}{page}")


def record_the_check_in(bo: Visitor, cast: Cast, maria: int) -> None:
    with bo.app.app_context():
        checkin = checkins_of(cast.hillside, maria)[0].id
    form = bo.get(f"/c/{cast.hillside}/patients/{maria}/checkins/{checkin}/record").form("/record")
    form.submit("Save check-in", ROUTINE)


def start_the_step(bo: Visitor, cast: Cast, maria: int) -> None:
    form = bo.get(f"/c/{cast.hillside}/patients/{maria}/course/start").form("/course/start")
    form.submit("Start step 1 as written")


def print_the_handout(bo: Visitor, cast: Cast, maria: int) -> None:
    page = bo.get(f"/c/{cast.hillside}/patients/{maria}/handout")
    bo.follow(page.form("/handout").submit("Print handout"))


def check_a_code(bo: Visitor, cast: Cast, _: int) -> None:
    bo.get(f"/c/{cast.hillside}/code").form("/code").submit(code="7F3K-92QD", status=200)


def draft_a_plan(bo: Visitor, cast: Cast, maria: int) -> None:
    draft = f"/c/{cast.hillside}/patients/{maria}/plan/draft"
    bo.get(draft)


def look_around(bo: Visitor, cast: Cast, _: int) -> None:
    bo.get("/", status=302)
    bo.get("/account")
    for page in ("escalations", "help"):
        bo.get(f"/c/{cast.hillside}/{page}")


HOT: dict[str, Callable[[Visitor, Cast, int], None]] = {
    "today": look_at_today,
    "search": look_for_patients,
    "registering": register_one_more,
    "the patient": look_at_the_patient,
    "a check-in": record_the_check_in,
    "a step": start_the_step,
    "paper": print_the_handout,
    "a code": check_a_code,
    "a draft": draft_a_plan,
    "around": look_around,
}


def test_what_is_asked_all_day_reads_a_range_of_one_clinic(
    app: Flask, cast: Cast, maria: int, sign_in: Callable[[str], Visitor]
) -> None:
    by_page: dict[str, Asked] = {}
    with asked_of(app) as by_page["signing in"]:
        bo = sign_in("bo")
    for page, visit in HOT.items():
        with asked_of(app) as by_page[page]:
            visit(bo, cast, maria)
    with app.app_context(), db.engine.connect() as connection:
        pretend_large(connection, cast.hillside)
        found = [
            f"{page}: {wrong}"
            for page, asked in by_page.items()
            for wrong in faults_of(connection, asked)
        ]
    assert all(len(asked) > 3 for asked in by_page.values())
    assert not found, "\n".join(found)


SHAPES = [
    Shape(), Shape(mine=1), Shape(mine=3), Shape(physician=True), Shape(therapy=True),
    Shape(mine=2, physician=True, therapy=True), Shape(mine=1, physician=True, own=True),
    Shape(mine=1, physician=True), Shape(mine=1, therapy=True, rare=True),
    Shape(physician=True, therapy=True, rare=True),
]  # fmt: skip
VALUES: dict[str, object] = {
    "today": date(2026, 12, 3), "grace": date(2026, 12, 11), "soon": date(2026, 12, 11),
    "physician": 2, "therapy": "yoga", "writer": 5, "most": 51,
    "c_key": date(2026, 12, 1), "c_ref": 1,
    "c_kind": "checkin", "c_part": 0, **me_values([2, 3, 4]),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_group_and_filter_of_today_is_a_range_of_an_index(
    app: Flask, cast: Cast, maria: int, shape: Shape
) -> None:
    values = {**VALUES, "clinic": cast.hillside}
    with app.app_context(), db.engine.connect() as connection:
        with asked_of(app) as asked:
            connection.execute(counting(shape, True), values)
            connection.execute(drafts_of(shape).order_by(Draft.id).limit(51), values)
            connection.execute(of_therapy(300), values)
            for group, later in product(set(Group) - {Group.DRAFT}, (False, True)):
                connection.execute(page_of_group(group, shape, later), values)
        pretend_large(connection, cast.hillside)
        assert faults_of(connection, asked) == []
        reads = [one for asking in asked.values() for one in accesses(connection, *asking)]
        connection.rollback()
    assert len(asked) > 10
    if connection.dialect.name == "sqlite":  # the other planner may find a better way
        far = {one.words for one in reads if not _narrow(one, shape)}
        assert not far, "\n".join(sorted(far))


def _narrow(one: Access, shape: Shape) -> bool:
    """Tell whether the filter stands in the index, and not only in what is read from it."""
    if one.table == "worklist_therapy":
        return bool(one.columns & {"therapy", "ref"})
    if one.table != "worklist":
        return True
    if shape.therapy and (shape.rare or not (shape.mine or shape.physician)):
        return "ref" in one.columns
    if shape.mine and not shape.own:
        past_due = {"lane", "late_from"} <= one.columns
        return bool(one.columns & {"owner_id", "physician_id"}) or past_due
    return not shape.physician or "physician_id" in one.columns


def test_what_is_due_on_paper_is_found_by_its_date(app: Flask, cast: Cast, maria: int) -> None:
    with app.app_context(), db.engine.connect() as connection:
        with asked_of(app) as asked:
            batches.due(cast.hillside, date(2026, 12, 1), date(2026, 12, 8), today=DEC_3.date())
        rows = {at: asking for at, asking in asked.items() if "FROM worklist" in asking[0]}
        db.session.rollback()
        pretend_large(connection, cast.hillside)
        assert rows and faults_of(connection, rows) == []
        connection.rollback()


def test_a_missing_index_and_a_missing_clinic_would_be_found(app: Flask, cast: Cast) -> None:
    with app.app_context(), db.engine.connect() as connection:
        pretend_large(connection, cast.hillside)
        connection.exec_driver_sql("DROP INDEX ix_worklist_late")
        with asked_of(app) as asked:
            shape = counting(Shape(), False)
            connection.execute(shape, {**VALUES, "clinic": cast.hillside})
        walked = faults_of(connection, asked)
        everyone = "SELECT name_folded FROM patient WHERE id = 7"
        in_all_clinics = faults(accesses(connection, everyone, ()))
        connection.rollback()
    assert walked and all("worklist" in one for one in walked)
    assert [one for one in in_all_clinics if "patient" in one]
