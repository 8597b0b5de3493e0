"""The worklist is a projection: whatever is done, its rows are those that the facts make."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from tests.harness import charts
from tests.harness.cast import Cast
from tracker.models import WorklistRow, db
from tracker.records import clinics, patients, worklist


def differing(app: Flask) -> int:
    with app.app_context():
        return next((differ for *_, differ in reversed([*worklist.differences()])), 0)


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(WorklistRow)) or 0


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.signed_plan(cast["amara"])[0]


def test_the_demo_s_list_is_what_its_facts_make(demo_app: Flask) -> None:
    assert count(demo_app) > 20
    assert differing(demo_app) == 0


def test_the_command_counts_what_differs_and_rebuild_mends_it(app: Flask, maria: int) -> None:
    runner = app.test_cli_runner()
    rows = count(app)
    assert rows > 3
    with app.app_context():
        first = db.session.scalars(select(WorklistRow).limit(1)).one()
        db.session.execute(
            update(WorklistRow).where(WorklistRow.ref == first.ref).values(what="Something else")
        )
        changed = db.session.scalar(select(func.count()).where(WorklistRow.ref == first.ref)) or 0
        db.session.execute(delete(WorklistRow).where(WorklistRow.lane == "no_contact"))
        db.session.commit()
    found = runner.invoke(args=["worklist", "rebuild", "--check"])
    assert found.exit_code == 1
    assert found.stdout == f"{changed + 1} rows differ from the facts.\n"
    assert runner.invoke(args=["worklist", "rebuild"]).exit_code == 0
    found = runner.invoke(args=["worklist", "rebuild", "--check"])
    assert (found.exit_code, found.stdout) == (0, "0 rows differ from the facts.\n")
    assert count(app) == rows


def test_a_merge_moves_the_rows_and_undoing_it_moves_them_back(
    app: Flask, cast: Cast, maria: int
) -> None:
    def whose() -> set[int]:
        with app.app_context():
            return set(db.session.scalars(select(WorklistRow.patient_id)))

    one: dict[str, Any] = {
        "by": cast["amara"].actor,
        "clinic_id": cast.hillside,
        "reason": "Registered twice",
    }
    with app.app_context():
        kept = charts.register(cast["amara"], record_no="TEST-9")
        patients.merge(kept_id=kept, merged_id=maria, seen=1, seen_merged=1, **one)
    assert whose() == {kept}
    assert differing(app) == 0
    with app.app_context():
        patients.unmerge(kept_id=kept, merged_id=maria, **one)
    assert whose() == {maria}
    assert differing(app) == 0


def test_a_new_phone_of_the_clinic_puts_every_printed_sheet_on_the_list(
    app: Flask, cast: Cast, maria: int
) -> None:
    def papers() -> list[str]:
        with app.app_context():
            paper = select(WorklistRow.what).where(WorklistRow.lane == "paper")
            return list(db.session.scalars(paper))

    assert papers() == ["Version 1 was signed, its handout not printed"]
    with app.app_context():
        charts.printed_handout(cast["amara"], maria)
    assert papers() == []
    with app.app_context():
        clinics.edit(
            by=cast["dee"].actor,
            clinic_id=cast.hillside,
            seen=1,
            changes={"day_phone": "(303) 555-0199"},
        )
    assert papers() == ["The printed sheet is out of date. A phone number has changed."]
    assert differing(app) == 0
