"""The application under test: built and migrated once per database, put back before every test."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache

from tests.harness.cast import Cast, assemble
from tests.harness.databases import Database, PostgresqlDatabase, SqliteDatabase
from tracker import create_app, demo
from tracker.models import db

NOBODY_YET, CAST_ADDED, DEMO_LOADED = "empty", "cast", "demo"


@dataclass
class House:
    """One application on one database, which can be put back as it was."""

    application: Flask
    database: Database
    cast: Cast
    _demo_is_kept: bool = False

    @contextlib.contextmanager
    def empty(self) -> Iterator[Flask]:
        """Lend the application on a migrated database with nobody in it."""
        with self._as(NOBODY_YET) as application:
            yield application

    @contextlib.contextmanager
    def as_cast_left_it(self) -> Iterator[Flask]:
        """Lend the application on a database with the clinics and the cast."""
        with self._as(CAST_ADDED) as application:
            yield application

    @contextlib.contextmanager
    def with_demo(self) -> Iterator[Flask]:
        """Lend the application on a database with the demo clinics."""
        if not self._demo_is_kept:
            with self._as(NOBODY_YET) as application, application.app_context():
                demo.load()
            self.database.keep(DEMO_LOADED)
            self._demo_is_kept = True
        with self._as(DEMO_LOADED) as application:
            application.config["DEMO"] = True
            yield application

    @contextlib.contextmanager
    def _as(self, kept: str) -> Iterator[Flask]:
        _let_go(self.application)
        self.database.put_back(kept)
        config = dict(self.application.config)
        try:
            yield self.application
        finally:
            _let_go(self.application)
            self.application.config.clear()
            self.application.config.update(config)

    def close(self) -> None:
        """Close the connections and remove the database."""
        _let_go(self.application)
        self.database.close()


def build(folder: Path, cluster_url: str) -> House:
    """Create the application on a new database, migrate it, and add the cast."""
    database: Database = PostgresqlDatabase(cluster_url) if cluster_url else SqliteDatabase(folder)
    application = create(folder / "instance", database.url)
    migrate(application)
    _let_go(application)
    database.keep(NOBODY_YET)
    with application.app_context():
        cast = assemble()
    _let_go(application)
    database.keep(CAST_ADDED)
    # What stands by now stays to the end, so no later collection need walk through it again.
    gc.collect()
    gc.freeze()
    return House(application, database, cast)


def create(instance: Path, url: str, **config: object) -> Flask:
    """Create an application as a test wants it: faults raise, and passwords are hashed quickly."""
    application = create_app(
        {
            "INSTANCE": instance,
            "DATABASE_URL": url,
            "TRACKER_HTTPS": "0",
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": True,
            "HASH_MEMORY_KIB": 8,
            **config,
        }
    )
    # A suite makes many applications; each template is compiled for the first of them only.
    application.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(_compiled_templates()))
    return application


def _compiled_templates() -> Path:
    folder = Path(__file__).resolve().parents[2] / ".test" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def migrate(application: Flask) -> None:
    """Bring the application's database to the newest migration."""
    with application.app_context():
        upgrade()


def _let_go(application: Flask) -> None:
    """Close every connection, so that the database can be replaced beneath the application."""
    with application.app_context():
        db.session.remove()
        db.engine.dispose()
