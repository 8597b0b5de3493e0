"""A whole chart under attack: every table of facts is protected, and each alteration is named.

`test_facts` holds the machinery on the smallest act; here it is held on the demo's charts.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tracker.models import db
from tracker.models.protection import REFUSAL, fact_tables
from tracker.records import audit

EMPTY_IN_THE_DEMO = {
    "amendment_answer", "amendment_request", "removal", "import_file",
    "code_check", "entered_in_error", "patient_merge", "read_seal", "read_log",
    "away", "away_note", "emergency_access", "emergency_acknowledged", "batch_sheet", "call_back",
    "clinic_words", "draft_words_allowed", "phrase_approval", "print_batch", "reversal",
    "checkin_cancelled", "supply_problem", "version_translation",
}  # fmt: skip


@pytest.fixture
def charts(demo_app: Flask) -> Flask:
    """The demo's charts: plans, regimens and paper, all of them facts."""
    return demo_app


def in_sql(app: Flask, *statements: str) -> None:
    """Reach past the application, as somebody with the database's password would."""
    with app.app_context(), db.engine.connect() as connection:
        writing = connection.execution_options(writing=True)
        for statement in statements:
            writing.execute(text(statement))
        connection.commit()


def on_sqlite(app: Flask) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "sqlite"


def unprotected(app: Flask, table: str) -> list[str]:
    """Give the statements that tear the protection off a table."""
    if on_sqlite(app):
        return [f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete"]
    return [f"ALTER TABLE {table} DISABLE TRIGGER ALL"]


def findings(app: Flask) -> list[str]:
    with app.app_context():
        return [found.sentence for found in audit.verify()]


def test_every_table_of_facts_refuses_every_way_of_changing_a_row(charts: Flask) -> None:
    replacing = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"
    ways = ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}") + (
        (replacing,) if on_sqlite(charts) else ("TRUNCATE {0} CASCADE",)
    )
    for table in fact_tables():
        with charts.app_context():
            rows = db.session.scalar(text(f"SELECT count(*) FROM {table}"))
            column = db.session.execute(text(f"SELECT * FROM {table} LIMIT 1")).keys()
        assert bool(rows) is (table not in EMPTY_IN_THE_DEMO), f"{table} has {rows} rows"
        for way in ways if rows else ():
            with pytest.raises(DBAPIError, match=REFUSAL):
                in_sql(charts, way.format(table, next(iter(column))))
    assert findings(charts) == []


ALTERED = (
    ("step_cell", "UPDATE step_cell SET text = '66' WHERE text = '6½'", "step_cell:", "altered"),
    ("step_cell", "DELETE FROM step_cell WHERE text = '6½'", "step_cell:", "is missing"),
    (
        "version_step",
        "UPDATE version_step SET starts_on = '2030-01-01' WHERE number = 2",
        "version_step:",
        "was altered",
    ),
    ("regimen_line", "UPDATE regimen_line SET name = 'other'", "regimen_line:", "was altered"),
    ("handout", "UPDATE handout SET pdf = 'x'", "handout:", "was altered"),
    ("patient_revision", "DELETE FROM patient_revision", "patient_revision:", "is missing"),
    ("happening", "UPDATE happening SET words = 'as written'", "happening:", "was altered"),
    ("happening_cell", "DELETE FROM happening_cell", "happening_cell:", "is missing"),
    (
        "planned_checkin",
        "UPDATE planned_checkin SET mode = 'x'",
        "planned_checkin:",
        "was altered",
    ),
    (
        "checkin_record",
        "UPDATE checkin_record SET note = 'x'",
        "checkin_record:",
        "was altered",
    ),
    ("checkin_answer", "DELETE FROM checkin_answer", "checkin_answer:", "is missing"),
    ("checkin_score", "UPDATE checkin_score SET total = '0'", "checkin_score:", "was altered"),
    ("escalation", "UPDATE escalation SET text = 'nothing'", "escalation:", "was altered"),
    (
        "therapy_event",
        "UPDATE therapy_event SET text = 'x'",
        "therapy_event:",
        "was altered",
    ),
    ("fact", "UPDATE fact SET reason = 'x' WHERE kind = 'checkin_record'", "fact:", "was altered"),
    (
        "event",
        "UPDATE event SET patient_id = 7 WHERE act = 'plan.sign'",
        "event ",
        "was altered",
    ),
    (
        "event",
        "UPDATE event SET seq = 1000 - seq WHERE act = 'regimen.write'",
        "event ",
        "is missing",
    ),
)


@pytest.mark.parametrize(("table", "statement", "names", "says"), ALTERED)
def test_what_was_done_to_a_chart_is_named_first(
    charts: Flask, table: str, statement: str, names: str, says: str
) -> None:
    if table == "handout" and not on_sqlite(charts):
        statement = statement.replace("'x'", "'x'::bytea")
    in_sql(charts, *unprotected(charts, table), statement)
    first, *_ = findings(charts)
    assert first.startswith(names) and first.endswith(says), first


def test_two_events_that_changed_places_are_found(charts: Flask) -> None:
    with charts.app_context():
        clinic = db.session.scalar(text("SELECT clinic_id FROM event WHERE act = 'plan.sign'"))
    swap = [
        f"UPDATE event SET seq = {new} WHERE clinic_id = {clinic} AND seq = {old}"
        for old, new in ((3, 1003), (4, 3), (1003, 4))
    ]
    in_sql(charts, *unprotected(charts, "event"), *swap)
    assert findings(charts)[0] == "event 3 does not follow from event 2"


def test_a_chain_that_is_gone_altogether_is_missed_by_its_anchor(charts: Flask) -> None:
    with charts.app_context():
        anchors = {clinic: (seq, mac) for clinic, seq, mac in audit.heads().heads}
        gone = max(anchors)
    cut = [f"DELETE FROM {table} WHERE clinic_id = {gone}" for table in ("event", "event_head")]
    in_sql(charts, *unprotected(charts, "event"), *cut)
    with charts.app_context():
        told = [found for found in audit.verify(anchors) if found.clinic_id == gone]
    assert told[0].sentence.startswith("the chain ends at event 0")


def test_words_where_a_moment_belongs_are_found_and_stop_nothing(charts: Flask) -> None:
    if not on_sqlite(charts):  # PostgreSQL takes no words there
        with pytest.raises(DBAPIError):
            in_sql(charts, *unprotected(charts, "fact"), "UPDATE fact SET recorded_at = 'noon'")
        return
    in_sql(charts, *unprotected(charts, "fact"), "UPDATE fact SET recorded_at = 'noon'")
    assert findings(charts) == ["fact holds a row that cannot be read"]


def test_the_command_tells_of_torn_protection_and_of_a_row_that_fell_off_the_list(
    charts: Flask,
) -> None:
    def said() -> tuple[int, str]:
        with charts.app_context():
            result = charts.test_cli_runner().invoke(args=["verify-audit"])
        return result.exit_code, result.output

    assert said()[0] == 0
    in_sql(charts, "DELETE FROM worklist WHERE kind = (SELECT min(kind) FROM worklist)")
    code, words = said()
    assert code == 1 and "rows of the Today list differ from the facts" in words
    in_sql(charts, *unprotected(charts, "handout"))
    assert "The database does not protect: handout." in said()[1]
