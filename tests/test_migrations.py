"""The migrated database is the one the models describe, protections included, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.harness.application import create
from tests.harness.databases import CLUSTER, Database, PostgresqlDatabase, SqliteDatabase
from tests.harness.schema import described
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
