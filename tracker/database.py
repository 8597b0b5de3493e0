"""How the application talks to its database: SQLite's settings, and the migration head.

Every writing transaction begins as such on SQLite (`BEGIN IMMEDIATE`): a transaction that reads
first and writes later is refused by SQLite as soon as another writer was quicker.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

REPORTS = "reports"  # the name under which a second address, a replica to read from, is kept
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def prepare(engine: Engine) -> None:
    """Give an engine the settings this application relies on; PostgreSQL needs none."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _sqlite_settings)
    event.listen(engine, "begin", _sqlite_begin)


def _sqlite_settings(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # without it INSERT OR REPLACE deletes facts unseen
        "busy_timeout=10000",
        "cache_size=-4000",  # 4 MB for each connection: the pages that everybody reads all day
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # may have to wait, and say so in vain
    else:
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN")  # takes no lock: every page begins so, and nothing can fail


def url_for(database_url: str) -> str:
    """Give the SQLAlchemy address of a DATABASE_URL as people write it.

    Several servers, as libpq takes them ("postgresql://name@one:5432,two:5432/tracker?
    target_session_attrs=read-write"), become the form that SQLAlchemy hands to its driver.
    """
    for prefix in ("postgres://", "postgresql://"):
        if database_url.startswith(prefix):
            return "postgresql+psycopg://" + _several(database_url.removeprefix(prefix))
    return database_url


def _several(address: str) -> str:
    place, _, rest = address.partition("/")
    who, at, hosts = place.rpartition("@")
    if "," not in hosts:
        return address
    name, _, query = rest.partition("?")
    asked = "&".join([f"host={host}" for host in hosts.split(",")] + ([query] if query else []))
    return f"{who}{at}/{name}?{asked}"


def heads(engine: Engine) -> tuple[str | None, str | None]:
    """Give the migration the database stands at, and the one this code needs."""
    from alembic.config import Config  # large, and only here
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    wanted = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), wanted
