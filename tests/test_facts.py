"""Facts are added, never rewritten; every act leaves its event; what was altered shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.conftest import NOW
from tests.harness.cast import Cast
from tracker.models import Clinic, ClinicRevision, Event, EventHead, ReadLog, ReadSeal, db
from tracker.models.base import FactsAreAppendOnly
from tracker.models.protection import REFUSAL, fact_tables
from tracker.policy import NotAllowed
from tracker.records import acts, audit, clinics

SOMEBODY = 7  # a patient's id: the read log keeps no key to the patient


@pytest.fixture
def edit(app: Flask, cast: Cast) -> Callable[..., None]:
    """Change the clinic's hours, the smallest act there is."""

    def change(hours: str, *, seen: int | None = None) -> None:
        with app.app_context():
            now = db.session.get_one(Clinic, cast.hillside).seq
            clinics.edit(
                by=cast["dee"].actor,
                clinic_id=cast.hillside,
                seen=now if seen is None else seen,
                changes={"hours": hours},
            )

    return change


def in_sql(app: Flask, statement: str, **values: object) -> None:
    """Reach past the application, as somebody with the database's password would."""
    with app.app_context(), db.engine.connect() as connection:
        connection.execution_options(writing=True).execute(text(statement), values)
        connection.commit()


def without_triggers(app: Flask, table: str, statement: str, **values: object) -> None:
    """Tear the protection off a table, then change it."""
    with app.app_context():
        on_sqlite = db.engine.dialect.name == "sqlite"
    if on_sqlite:
        in_sql(app, f"DROP TRIGGER {table}_no_update")
        in_sql(app, f"DROP TRIGGER {table}_no_delete")
    else:
        in_sql(app, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    in_sql(app, statement, **values)


def findings(app: Flask, anchors: dict[int, tuple[int, str]] | None = None) -> list[str]:
    with app.app_context():
        return [found.sentence for found in audit.verify(anchors)]


# ---- the session refuses


def test_the_session_refuses_to_change_a_fact(app: Flask) -> None:
    with app.app_context():
        row = db.session.scalars(select(ClinicRevision)).first()
        assert row is not None
        row.body = "{}"
        with pytest.raises(FactsAreAppendOnly, match="never changed"):
            db.session.commit()
        db.session.rollback()


def test_the_session_refuses_to_delete_a_fact(app: Flask) -> None:
    with app.app_context():
        row = db.session.scalars(select(ClinicRevision)).first()
        db.session.delete(row)
        with pytest.raises(FactsAreAppendOnly):
            db.session.commit()
        db.session.rollback()


@pytest.mark.parametrize("statement", [update(Event).values(by_name="x"), delete(Event)])
def test_the_session_refuses_bulk_changes_of_facts(app: Flask, statement: object) -> None:
    with app.app_context():
        with pytest.raises(FactsAreAppendOnly):
            db.session.execute(statement)  # type: ignore[call-overload]
        db.session.rollback()


# ---- the database refuses what walks past the session

WRITTEN_TO = ("clinic_revision", "staff_revision", "event")


@pytest.mark.parametrize("table", WRITTEN_TO)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET seq = seq + 100"])
def test_the_database_refuses_it_too(app: Flask, table: str, statement: str) -> None:
    with pytest.raises(DBAPIError, match=REFUSAL):
        in_sql(app, statement.format(table))


def test_the_database_refuses_to_replace_or_empty(app: Flask) -> None:
    with app.app_context():
        on_sqlite = db.engine.dialect.name == "sqlite"
    for table in WRITTEN_TO:
        statement = (
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
            if on_sqlite
            else f"TRUNCATE {table} CASCADE"
        )
        with pytest.raises(DBAPIError, match=REFUSAL):
            in_sql(app, statement)
    assert set(WRITTEN_TO) <= set(fact_tables())


# ---- one act, one event


def test_an_act_leaves_one_event_with_the_digests_of_its_facts(
    app: Flask, cast: Cast, edit: Callable[..., None]
) -> None:
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(Event))
    edit("Monday to Friday, 8 to 5")
    with app.app_context():
        events = list(db.session.scalars(select(Event).where(Event.act == "clinic.edit")))
        after = db.session.scalar(select(func.count()).select_from(Event))
    assert (before or 0) + 1 == after
    (event,) = events
    assert (event.by_name, json.loads(event.about)) == ("Dee Novak", {"fields": "hours"})
    assert [name.split(":")[0] for name in json.loads(event.digests)] == ["clinic_revision"]


def test_facts_without_an_act_are_not_committed(app: Flask, cast: Cast) -> None:
    with app.app_context():
        row = ClinicRevision(
            clinic_id=cast.hillside, seq=99, body="{}", recorded_by=0, recorded_at=NOW
        )
        db.session.add(row)
        with pytest.raises(acts.FactWithoutEvent):
            db.session.commit()
        db.session.rollback()
        assert db.session.get(ClinicRevision, (cast.hillside, 99)) is None


def test_an_event_that_cannot_be_written_undoes_the_act(
    app: Flask, cast: Cast, edit: Callable[..., None]
) -> None:
    with app.app_context():
        head = db.session.get_one(EventHead, cast.hillside).seq
        event = db.session.get_one(Event, (cast.hillside, head))
        row = {**acts.row_values(event), "seq": head + 1, "at": event.at}
    columns = ", ".join(row)
    holders = ", ".join(f":{name}" for name in row)
    in_sql(app, f"INSERT INTO event ({columns}) VALUES ({holders})", **row)
    with pytest.raises(acts.Conflict):
        edit("Never")
    with app.app_context():
        assert db.session.get_one(Clinic, cast.hillside).hours == ""


def test_two_people_who_saw_the_same_cannot_both_win(
    app: Flask, cast: Cast, edit: Callable[..., None]
) -> None:
    with app.app_context():
        seen = db.session.get_one(Clinic, cast.hillside).seq
    edit("8 to 5", seen=seen)
    with pytest.raises(acts.Conflict):
        edit("9 to 6", seen=seen)
    with app.app_context():
        assert db.session.get_one(Clinic, cast.hillside).hours == "8 to 5"


@pytest.mark.parametrize("who", ["amara", "bo", "cleo", "eli"])
def test_the_records_refuse_whom_the_table_does_not_name(app: Flask, cast: Cast, who: str) -> None:
    with app.app_context(), pytest.raises(NotAllowed):
        clinics.edit(
            by=cast[who].actor, clinic_id=cast.hillside, seen=1, changes={"hours": "never"}
        )


# ---- the chain shows what was altered


def test_an_untouched_history_is_whole(app: Flask, edit: Callable[..., None]) -> None:
    edit("8 to 5")
    assert findings(app) == []


@pytest.mark.parametrize(
    ("table", "statement", "sentence"),
    [
        ("event", "UPDATE event SET about = '{{}}' WHERE clinic_id = {0} AND seq = 2", "altered"),
        ("event", "DELETE FROM event WHERE clinic_id = {0} AND seq = 2", "event 2 is missing"),
        (
            "event",
            "DELETE FROM event WHERE clinic_id = {0}"
            " AND seq = (SELECT max(seq) FROM event WHERE clinic_id = {0})",
            "head says otherwise",
        ),
        (
            "event",
            "UPDATE event SET previous = 'x' WHERE clinic_id = {0} AND seq = 3",
            "event 3 does not follow from event 2",
        ),
        (
            "clinic_revision",
            "UPDATE clinic_revision SET body = '{{}}' WHERE clinic_id = {0}",
            "was altered",
        ),
        ("staff_revision", "DELETE FROM staff_revision", "is missing"),
    ],
)
def test_what_was_altered_or_removed_is_named(
    app: Flask, cast: Cast, table: str, statement: str, sentence: str
) -> None:
    without_triggers(app, table, statement.format(cast.hillside))
    assert any(sentence in found for found in findings(app)), findings(app)


def test_a_fact_put_in_behind_the_application_is_named(app: Flask, cast: Cast) -> None:
    in_sql(
        app,
        "INSERT INTO clinic_revision (clinic_id, seq, body, recorded_by, recorded_at) "
        "SELECT clinic_id, 50, body, recorded_by, recorded_at FROM clinic_revision "
        "WHERE clinic_id = :clinic",
        clinic=cast.hillside,
    )
    assert findings(app) == [f"clinic_revision:{cast.hillside}/50 stands in no event"]


def test_a_history_cut_off_at_its_end_is_found_by_the_anchor(
    app: Flask, cast: Cast, edit: Callable[..., None]
) -> None:
    edit("8 to 5")
    with app.app_context():
        anchors = {clinic: (seq, mac) for clinic, seq, mac in audit.heads().heads}
        last = anchors[cast.hillside][0]
        before = db.session.get_one(Event, (cast.hillside, last - 1)).mac
    # A thief with the database's password cuts the act away with everything it left.
    without_triggers(
        app,
        "event",
        "DELETE FROM event WHERE clinic_id = :clinic AND seq = :seq",
        clinic=cast.hillside,
        seq=last,
    )
    without_triggers(
        app,
        "clinic_revision",
        "DELETE FROM clinic_revision WHERE clinic_id = :clinic AND seq = 2",
        clinic=cast.hillside,
    )
    in_sql(
        app,
        "UPDATE event_head SET seq = :seq, mac = :mac WHERE clinic_id = :clinic",
        seq=last - 1,
        mac=before,
        clinic=cast.hillside,
    )
    assert findings(app) == ["the clinic's details differ from their revision"]
    in_sql(
        app,
        "UPDATE clinic SET seq = 1, hours = '' WHERE id = :clinic",
        clinic=cast.hillside,
    )
    assert findings(app) == []
    assert findings(app, anchors) == [
        f"the chain ends at event {last - 1}, the anchor knows {last}"
    ]
    edit("another day")
    assert f"event {last} is not the one that was anchored outside" in findings(app, anchors)


# ---- the read log


@pytest.fixture
def read_and_sealed(
    app: Flask, cast: Cast, clock: time_machine.Traveller, edit: Callable[..., None]
) -> None:
    """Three openings of a record, and a later act that seals them."""
    with app.app_context():
        for _ in range(3):
            acts.log_read(
                by=cast["bo"].actor,
                clinic_id=cast.hillside,
                patient_id=SOMEBODY,
                act_name="patient.read",
            )
    clock.shift(120)
    edit("8 to 5")


def test_openings_of_a_record_are_sealed_by_the_next_act(
    app: Flask, cast: Cast, read_and_sealed: None
) -> None:
    with app.app_context():
        (seal,) = db.session.scalars(select(ReadSeal))
        logged = list(db.session.scalars(select(ReadLog)))
    assert (seal.rows, {row.by_id for row in logged}) == (3, {cast["bo"].staff_id})
    assert findings(app) == []


@pytest.mark.parametrize(
    ("table", "statement", "sentence"),
    [
        ("read_log", "UPDATE read_log SET by_id = 1", "read log under seal 1 was altered"),
        ("read_log", "DELETE FROM read_log", "read log under seal 1 was altered"),
        ("read_seal", "UPDATE read_seal SET seq = 2", "seal 1 of the read log is missing"),
        ("read_seal", "DELETE FROM read_seal", "read_seal:"),
    ],
)
def test_an_altered_read_log_is_named(
    app: Flask, read_and_sealed: None, table: str, statement: str, sentence: str
) -> None:
    without_triggers(app, table, statement)
    assert sentence in findings(app)[0]


def test_nobody_reads_without_being_named(app: Flask, cast: Cast) -> None:
    with app.app_context(), pytest.raises(NotAllowed):
        acts.log_read(
            by=cast["eli"].actor,
            clinic_id=cast.hillside,
            patient_id=SOMEBODY,
            act_name="patient.read",
        )


# ---- the command


def command(app: Flask, *words: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=words)


def test_the_command_says_that_all_is_whole_and_writes_the_anchor(
    app: Flask, tmp_path: Path, edit: Callable[..., None]
) -> None:
    anchor = tmp_path / "anchor.json"
    edit("8 to 5")
    said = command(app, "verify-audit", "--write-anchor", str(anchor))
    assert said.exit_code == 0 and "The history is whole" in said.output, said.output
    assert command(app, "verify-audit", "--anchor", str(anchor)).exit_code == 0


def test_the_command_names_what_is_broken_and_fails(app: Flask, cast: Cast) -> None:
    without_triggers(
        app, "event", "UPDATE event SET by_name = 'x' WHERE clinic_id = :c", c=cast.hillside
    )
    said = command(app, "verify-audit")
    assert said.exit_code == 1
    assert said.output.startswith(f"clinic {cast.hillside}: event 1 was altered\n")
