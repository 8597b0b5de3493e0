"""Records that the law lets go are removed whole, by command; the history still verifies."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from tests.harness import charts
from tests.harness.cast import HILLSIDE, Cast
from tests.test_audit import in_sql
from tracker.models import Base, Event, Patient, Removal, db
from tracker.models.protection import REFUSAL
from tracker.records import acts, audit, patients, retention

LATER = datetime(2034, 6, 1, 15, tzinfo=UTC)


def command(app: Flask, *words: str, typed: str = "") -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["retention", *words], input=typed)


@pytest.fixture
def old_and_new(app: Flask, cast: Cast, clock: time_machine.Traveller) -> tuple[int, int]:
    """Maria Rivera, with a plan and paper of 2026, and somebody who was seen eight years later."""
    with app.app_context():
        old, _ = charts.signed_plan(cast["amara"])
        charts.printed_handout(cast["amara"], old)
        acts.log_read(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=old, act_name="patient.read"
        )
        charts.register(cast["bo"], family_name="Quiet", record_no="T-QUIET")
    clock.move_to(LATER)
    with app.app_context():
        new = charts.register(cast["bo"], family_name="Nakamura", record_no="T-NEW", goal="")
    return old, new


def remove(app: Flask, before: str = "2028-01-01") -> Result:
    return command(app, "remove", "--clinic", HILLSIDE, "--before", before, typed=f"{before}\n")


def test_what_is_old_goes_whole_and_the_history_is_still_whole(
    app: Flask, cast: Cast, old_and_new: tuple[int, int]
) -> None:
    old, new = old_and_new
    with app.app_context():
        anchors = {clinic: (seq, mac) for clinic, seq, mac in audit.heads().heads}
        assert audit.verify(anchors) == ()
    listed = command(app, "due", "--clinic", HILLSIDE, "--before", "2028-01-01").output
    assert listed.splitlines() == [
        "T-QUIET", "TEST-004512", "2 records have no entry since 2028-01-01.",
    ]  # fmt: skip
    assert "2 records were removed." in remove(app).output
    with app.app_context():
        assert list(db.session.scalars(select(Patient.id))) == [new]
        assert audit.verify(anchors) == () and audit.unprotected() == ()
        event = db.session.scalars(select(Event).where(Event.act == "install.remove")).one()
        assert '"records": "2"' in event.about and event.by_id is None
        assert db.session.scalars(select(Removal)).first() is not None
        for table in Base.metadata.sorted_tables:
            left = " ".join(repr(tuple(row)) for row in db.session.execute(select(table)))
            assert "Rivera" not in left and "grandson" not in left, table.name
            if "patient_id" in table.c and table.name != "read_log":
                assert old not in db.session.scalars(select(table.c.patient_id)).all(), table.name
        patients_left = patients.register(
            by=cast["bo"].actor, clinic_id=cast.hillside, values={**charts.RIVERA}
        )
        assert patients_left and audit.verify(anchors) == ()
    in_the_dark = "UPDATE removal SET digest = 'x'"
    with pytest.raises(Exception, match=REFUSAL):
        in_sql(app, in_the_dark)


def test_a_line_cut_out_under_the_cloak_of_a_removal_is_found(
    app: Flask, cast: Cast, old_and_new: tuple[int, int]
) -> None:
    remove(app)
    with app.app_context():
        seq, mac = db.session.execute(
            select(Event.seq, Event.mac)
            .where(Event.clinic_id == cast.hillside)
            .order_by(Event.seq)
            .limit(1)
        ).one()
        sqlite = db.engine.dialect.name == "sqlite"
    off = "DROP TRIGGER event_no_delete" if sqlite else "ALTER TABLE event DISABLE TRIGGER ALL"
    in_sql(
        app,
        off,
        f"DELETE FROM event WHERE clinic_id = {cast.hillside} AND seq = {seq}",
        "INSERT INTO removal (clinic_id, name, digest)"
        f" VALUES ({cast.hillside}, 'event:{seq}', '{mac}')",
    )
    with app.app_context():
        said = [finding.sentence for finding in audit.verify()]
    assert any("stands in no event" in sentence for sentence in said)


def test_another_day_or_a_young_one_removes_nothing(
    app: Flask, cast: Cast, old_and_new: tuple[int, int]
) -> None:
    wrong = command(
        app, "remove", "--clinic", HILLSIDE, "--before", "2028-01-01", typed="2028-01-02\n"
    )
    assert wrong.exit_code == 1 and "That is another day. Nothing was removed." in wrong.output
    young = remove(app, "2030-01-01")
    assert young.exit_code == 1 and "Nothing of the last 6 years is removed" in young.output
    assert "No record is that old." in remove(app, "2020-01-01").output
    assert (
        "There is no clinic named Nowhere."
        in command(app, "due", "--clinic", "Nowhere", "--before", "2020-01-01").output
    )
    with app.app_context():
        assert len(list(db.session.scalars(select(Patient.id)))) == 3


def test_a_record_that_another_one_hangs_on_stays(
    app: Flask, cast: Cast, old_and_new: tuple[int, int]
) -> None:
    old, new = old_and_new
    with app.app_context():
        fact_id = db.session.scalar(
            text("SELECT id FROM fact WHERE kind = 'regimen' AND patient_id = :old"), {"old": old}
        )
        columns = "clinic_id, id, patient_id, stream, seq, kind, recorded_by, recorded_at"
    mark = f"{cast.hillside}, 5, {new}"
    in_sql(
        app,
        f"INSERT INTO fact ({columns}, replaces_id, reason) SELECT {mark}, 'x', 1, 'other',"
        f" recorded_by, recorded_at, NULL, '' FROM fact WHERE id = {fact_id}",
        "INSERT INTO entered_in_error"
        " (clinic_id, id, patient_id, fact_id, right_patient_id, reason)"
        f" VALUES ({mark}, {fact_id}, NULL, 'x')",
    )
    with app.app_context():
        assert old in retention.due(cast.hillside, date(2028, 1, 1))
    said = remove(app).output
    assert "1 records were removed." in said and "1 records stay" in said
    with app.app_context():
        assert old in set(db.session.scalars(select(Patient.id)))
