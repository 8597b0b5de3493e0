"""Where one machine is not enough: a replica that reports read from, and a pooler's settings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from tests.harness import charts
from tests.harness.application import create, migrate
from tests.harness.cast import Cast, assemble
from tests.harness.databases import SqliteDatabase
from tests.harness.visitor import Visitor
from tracker.models import begin_writing, db, read_elsewhere
from tracker.settings import settings

Pair = tuple[Flask, Cast, Path]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Give an application with a replica, a copy that was made before the first patient came."""
    first = SqliteDatabase(tmp_path)
    replica = tmp_path / "replica.sqlite3"
    app = create(tmp_path / "instance", first.url, REPORTS_DATABASE_URL=f"sqlite:///{replica}")
    migrate(app)
    with app.app_context():
        cast = assemble()
        db.session.remove()
        db.engine.dispose()
        copy(tmp_path / "clinic.sqlite3", replica)
        charts.signed_plan(cast["amara"])
        db.session.remove()
    yield app, cast, replica
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def copy(from_: Path, to: Path) -> None:
    """Bring a replica up to its primary."""
    with closing(sqlite3.connect(from_)) as one, closing(sqlite3.connect(to)) as two:
        one.backup(two)


def counted(pair: Pair) -> bool:
    """Tell whether Amara's page of reports has counted the patient."""
    app, cast, _ = pair
    amara = Visitor(app).arrive("amara")
    page = amara.get(f"/c/{cast.hillside}/reports/plans")
    assert amara.get(f"/c/{cast.hillside}/today").status == 200
    return "RIVERA" in page.text


def test_a_report_reads_from_the_replica(pair: Pair) -> None:
    assert not counted(pair)
    app, _, replica = pair
    with app.app_context():
        db.engines["reports"].dispose()
    copy(replica.with_name("clinic.sqlite3"), replica)
    assert counted(pair)


def test_a_replica_that_does_not_answer_is_passed_over(pair: Pair) -> None:
    app, _, replica = pair
    with app.app_context():
        db.engines["reports"].dispose()
    replica.unlink()
    replica.mkdir()
    assert counted(pair)


def test_what_is_written_never_goes_to_the_replica(pair: Pair) -> None:
    app, _, _ = pair
    with app.app_context():
        assert read_elsewhere("reports")
        assert db.session.get_bind() is db.engines["reports"]
        assert begin_writing().get_bind() is db.engine


def test_without_a_replica_nothing_changes(app: Flask) -> None:
    with app.app_context():
        assert not read_elsewhere("reports")
        assert db.session.get_bind() is db.engine


@pytest.mark.parametrize(
    ("pooler", "options"),
    [("", {}), ("session", {}), ("transaction", {"connect_args": {"prepare_threshold": None}})],
)
def test_nothing_is_prepared_behind_a_pooler(
    tmp_path: Path, pooler: str, options: dict[str, object]
) -> None:
    (tmp_path / "instance").mkdir(mode=0o700)
    given = {"DATABASE_URL": "postgresql://one/tracker", "DATABASE_POOLER": pooler}
    assert settings(tmp_path / "instance", given)["SQLALCHEMY_ENGINE_OPTIONS"] == options


def test_a_file_is_left_whole_by_reading(pair: Pair) -> None:
    assert not counted(pair)
    with closing(sqlite3.connect(pair[2])) as replica:
        assert replica.execute("SELECT count(*) FROM patient").fetchone() == (0,)
        assert replica.execute("SELECT count(*) FROM staff_session").fetchone() == (0,)
