"""A page asks the database as often for many rows as for few: no page asks once for each row.

A page joins with one line in `OF_A_CLINIC` (more patients are added) or `OF_A_CHART` (more is
added to the one chart).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import event, select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker.charts import exporting, reading
from tracker.charts.course import course_of
from tracker.charts.reports import REPORTS
from tracker.course import held
from tracker.models import Patient, begin_writing, db
from tracker.records import course as records
from tracker.records import escalations, tokens, worklist

OF_A_CLINIC = (
    "/today", "/today?whose=mine", "/today?group=overdue", "/patients", "/patients?q=riv",
    "/escalations", "/printing", "/imports", "/reports", *(f"/reports/{name}" for name in REPORTS),
)  # fmt: skip
OF_A_CHART = (
    "", "/history", "/handout", "/regimen", "/plan/versions/{version}", "/course", "/course/start",
    "/checkins/new", "/escalations/new", "/edit",
)  # fmt: skip
FEW, MORE = 2, 4
LATER = datetime(2026, 12, 8, 16, 0, tzinfo=UTC)  # steps have begun, check-ins are overdue


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def questions(visitor: Visitor, path: str) -> list[str]:
    """Give what a page asks the second time: the first fills what is kept between pages."""
    address, _, typed = path.partition("?q=")

    def fetch() -> None:
        visitor.get(address)
        if typed:
            visitor.post(address, {"q": typed}, status=200)

    fetch()
    with counted(visitor.app) as asked:
        fetch()
    return asked


def new_in(few: list[str], many: list[str]) -> list[str]:
    return [statement for statement in set(many) if many.count(statement) > few.count(statement)]


def patients(cast: Cast, numbers: range, **values: Any) -> None:
    for number in numbers:
        charts.signed_plan(
            cast["amara"],
            family_name=f"Riverton{number}",
            record_no=f"TEST-77{number:02}",
            **values,
        )


def printed(cast: Cast, patient_id: int, times: int) -> None:
    for _ in range(times):
        charts.printed_handout(cast["amara"], patient_id)


def worried_about(cast: Cast, numbers: range) -> None:
    """Add patients in a taper, each with an escalation."""
    patients(cast, numbers, physician_id=cast["amara"].staff_id)
    for patient_id in db.session.scalars(
        select(Patient.id).where(Patient.record_no.in_([f"TEST-77{n:02}" for n in numbers]))
    ):
        escalations.raise_one(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=patient_id, about="Pain",
            needed_by="today", text="Asks for help",
        )  # fmt: skip


def grown(visitor: Visitor, base: str, pages: Iterable[str], more: Callable[[], None]) -> list[str]:
    """Name the pages that ask more often once there is more, with what they ask again."""
    few = {page: questions(visitor, base + page) for page in pages}
    more()
    many = {page: questions(visitor, base + page) for page in pages}
    assert all(few.values())
    return [
        f"{page or 'the chart'}: {new_in(few[page], many[page])}"
        for page in few
        if len(many[page]) > len(few[page])
    ]


def test_no_list_asks_more_for_more_patients(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor], clock: time_machine.Traveller
) -> None:
    def more() -> None:
        with app.app_context():
            worried_about(cast, range(FEW, FEW + MORE))

    with app.app_context():
        worried_about(cast, range(FEW))
    clock.move_to(LATER)
    assert grown(sign_in("amara"), f"/c/{cast.hillside}", OF_A_CLINIC, more) == []


def test_no_chart_asks_more_for_a_longer_story(amara: Visitor, app: Flask, cast: Cast) -> None:
    def more() -> None:
        with app.app_context():
            printed(cast, patient_id, MORE)

    with app.app_context():
        patient_id, version = charts.signed_plan(cast["amara"])
        printed(cast, patient_id, FEW)
    pages = [page.format(version=version) for page in OF_A_CHART]
    assert grown(amara, f"/c/{cast.hillside}/patients/{patient_id}", pages, more) == []


def test_a_page_reads_a_chart_once_and_an_act_reads_it_again(
    bo: Visitor, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        asked = questions(bo, f"/c/{cast.hillside}/patients/{patient_id}")
        reading.begin()
        before = course_of(cast.hillside, patient_id)
        with counted(app) as again:
            assert course_of(cast.hillside, patient_id) is before
        records.hold(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=patient_id,
            seen=before.seq, on=charts.TODAY, review_on=LATER.date(), today=charts.TODAY,
            reason="withdrawal", words="",
        )  # fmt: skip
        assert held(course_of(cast.hillside, patient_id)) and not held(before)
    assert again == []
    assert len(asked) < 70


def test_a_feed_asks_no_more_for_more_patients(app: Flask, cast: Cast) -> None:
    amara = cast["amara"]
    with app.app_context():
        token = tokens.make(
            by=amara.actor, clinic_id=cast.hillside, kind="calendar", words="x", days=None
        )
        patients(cast, range(FEW), physician_id=amara.staff_id)
    few, shown = fed(app, token)
    with app.app_context():
        patients(cast, range(FEW, FEW + MORE), physician_id=amara.staff_id)
    many, more = fed(app, token)
    assert 0 < shown < more
    assert len(many) <= len(few), new_in(few, many)


def fed(app: Flask, token: str) -> tuple[list[str], int]:
    """Give what a calendar's address asks the database, and how many entries it gives."""
    client = app.test_client()
    client.get(f"/feeds/{token}.ics")
    with counted(app) as asked:
        answer = client.get(f"/feeds/{token}.ics")
    return asked, answer.data.count(b"BEGIN:VEVENT")


def test_an_export_asks_no_more_for_more_patients(app: Flask, cast: Cast) -> None:
    def exported() -> tuple[list[str], int]:
        with app.app_context():
            ids = exporting.patient_ids(cast.hillside)
            with counted(app) as asked:
                found = list(exporting.clinic_resources(cast.hillside, ids, {}))
        return asked, [one["resourceType"] for one in found].count("Patient")

    with app.app_context():
        patients(cast, range(FEW))
    few, less = exported()
    with app.app_context():
        patients(cast, range(FEW, FEW + MORE))
    many, more = exported()
    assert (less, more) == (FEW, FEW + MORE)
    assert len(many) <= len(few), new_in(few, many)


def test_a_question_for_each_row_would_be_found(app: Flask) -> None:
    with app.app_context(), counted(app) as asked:
        for _ in range(3):
            db.session.connection().exec_driver_sql("SELECT 1")
    assert "SELECT 1" in new_in(["SELECT 1"], asked)


def test_an_act_asks_nothing_twice_to_make_its_rows_of_today(app: Flask, cast: Cast) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    with app.app_context():
        patient_id, *_ = charts.signed_plan(cast["amara"])
        begin_writing()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            worklist.refresh(cast.hillside, [patient_id])
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        db.session.rollback()
    again = {statement for statement, values in asked if asked.count((statement, values)) > 1}
    assert asked and again == set()
