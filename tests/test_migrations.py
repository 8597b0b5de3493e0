"""The migrated database is the one the models describe, protections included, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Column, Connection, MetaData, insert, select, text

from tests.harness.application import create
from tests.harness.cast import Cast
from tests.harness.databases import CLUSTER, Database, PostgresqlDatabase, SqliteDatabase
from tests.harness.schema import described
from tests.test_settings import command
from tracker import database as head
from tracker.models import Base, db
from tracker.models.protection import fact_tables


@pytest.fixture
def from_models(database_kind: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A database made from the models without any migration, described."""
    made: Database = (
        PostgresqlDatabase(CLUSTER, "models")
        if database_kind == "postgresql"
        else SqliteDatabase(tmp_path)
    )
    application = create(tmp_path / "instance", made.url)
    with application.app_context():
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
        with db.engine.connect() as connection:
            yield described(connection)
        db.engine.dispose()
    made.close()


def test_migrations_make_what_the_models_describe(
    empty_app: Flask, from_models: dict[str, str]
) -> None:
    with empty_app.app_context(), db.engine.connect() as connection:
        migrated = described(connection)
    assert migrated == from_models


def test_every_table_of_facts_has_its_triggers(empty_app: Flask) -> None:
    with empty_app.app_context(), db.engine.connect() as connection:
        triggers = {name for name in described(connection) if name.startswith("trigger ")}
    bare = [t for t in fact_tables() if not any(n.startswith(f"trigger {t}_no_") for n in triggers)]
    assert bare == []


def test_the_database_stands_at_the_newest_migration(empty_app: Flask) -> None:
    with empty_app.app_context():
        stands_at, newest = head.heads(db.engine)
    assert stands_at == newest


def test_no_column_can_hold_a_dose_as_a_number() -> None:
    counts = {"BIGINT", "BOOLEAN", "TEXT", "DATE", "DATETIME", "BLOB"}
    wrong = {
        f"{table.name}.{column.name}: {column.type}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if str(column.type).split("(")[0] not in counts | {"VARCHAR"}
    }
    assert wrong == set()


def _fill(connection: Connection) -> None:
    """Put one row into every table that has none: each id is 1, so each key finds its row."""
    there = MetaData()
    there.reflect(connection)
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in there.sorted_tables:
        if connection.execute(select(table).limit(1)).first() is None:
            values = {column.name: _something(column) for column in table.columns}
            connection.execute(insert(table).values(values))


def _something(column: Column[Any]) -> object:
    match column.type.python_type.__name__:
        case "int":
            return 1
        case "bool":
            return False
        case "date":
            return date(2026, 3, 1)
        case "datetime":
            return datetime(2026, 3, 1, 12, tzinfo=UTC)
        case "bytes":
            return b"%PDF"
    return "x"


def _rows(connection: Connection) -> dict[str, dict[str, object]]:
    there = MetaData()
    there.reflect(connection)
    found = {}
    for table in there.sorted_tables:
        row = connection.execute(select(table)).mappings().first()
        found[table.name] = dict(row) if row else {}
    return found


def test_data_of_every_version_comes_along_to_the_newest(
    database_kind: str, tmp_path: Path
) -> None:
    made: Database = (
        PostgresqlDatabase(CLUSTER, "upgraded")
        if database_kind == "postgresql"
        else SqliteDatabase(tmp_path)
    )
    application = create(tmp_path / "instance", made.url)
    with application.app_context():
        script = ScriptDirectory.from_config(application.extensions["migrate"].migrate.get_config())
        written: dict[str, dict[str, object]] = {}
        for step in reversed(list(script.walk_revisions())):
            upgrade(revision=step.revision)
            with db.engine.connect() as connection:
                writing = connection.execution_options(writing=True)
                now = _rows(writing)
                for table, row in written.items():  # what was there is there, column by column
                    assert row.items() <= now[table].items(), (step.revision, table)
                _fill(writing)
                written = {t: r for t, r in _rows(writing).items() if t != "alembic_version"}
                connection.commit()
        db.engine.dispose()
    made.close()
    assert len(written) > 60 and all(written.values())


def test_there_is_no_way_down_and_nothing_is_lost_by_asking(app: Flask, cast: Cast) -> None:
    with app.app_context(), db.engine.connect() as connection:
        before = _rows(connection)
    for target in ("-1", "base", "0001"):
        said = command(app, "db", "downgrade", "--", target)
        assert said.exit_code == 1 and "There is no way down" in said.output
    assert command(app, "db", "current").exit_code == 0
    with app.app_context(), db.engine.connect() as connection:
        assert _rows(connection) == before
