"""Databases a test may spoil: one SQLite file or one PostgreSQL database, put back between tests.

The schema is migrated once; every test starts from a kept copy of it: a file copied, or rows put
back in PostgreSQL's tables. Where a test changed the schema itself, the database is made anew
from a kept template. Callers close the application's connections first.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import make_url

# Where the suite's throw-away cluster listens; empty when only SQLite is asked for.
CLUSTER = os.environ.get("TRACKER_TEST_POSTGRESQL", "")


class Database(Protocol):
    """One database that can be kept under a name and put back as it was then."""

    url: str

    def keep(self, name: str) -> None:
        """Remember the database as it is now."""
        ...

    def put_back(self, name: str) -> None:
        """Make the database as it was when kept."""
        ...

    def close(self) -> None:
        """Remove everything made here."""
        ...


class SqliteDatabase:
    """A file in a temporary folder, its kept copies beside it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clinic.sqlite3"
        self._folder = folder
        self.url = f"sqlite:///{self._file}"

    def keep(self, name: str) -> None:
        with (
            contextlib.closing(sqlite3.connect(self._file)) as live,
            contextlib.closing(sqlite3.connect(self._folder / f"{name}.kept")) as copy,
        ):
            live.backup(copy)
            # A kept copy is one file: without this it would carry the journal mode and a -wal.
            copy.execute("PRAGMA journal_mode = DELETE")

    def put_back(self, name: str) -> None:
        for end in ("", "-wal", "-shm", "-journal"):
            Path(f"{self._file}{end}").unlink(missing_ok=True)
        self._file.write_bytes((self._folder / f"{name}.kept").read_bytes())

    def close(self) -> None:
        return None


@dataclass(frozen=True)
class _Rows:
    """What every table held, and the mark of the schema it was held under."""

    schema: tuple[object, ...]
    tables: list[str]
    rows: dict[str, bytes]

    def put_back(self, live: psycopg.Connection) -> None:
        """Exchange the rows; triggers and foreign keys look away, as when a dump is restored."""
        live.execute("SET LOCAL session_replication_role = replica")
        live.execute("SET LOCAL lock_timeout = 1000")
        live.execute(";".join(f'DELETE FROM "{table}"' for table in self.tables).encode())
        with live.cursor() as cursor:
            for table, rows in self.rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)'.encode()) as copy:
                    copy.write(rows)


def _rows_of(live: psycopg.Connection) -> _Rows:
    """Read every table's rows as they are copied out."""
    listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    tables = [name for (name,) in live.execute(listed)]
    rows: dict[str, bytes] = {}
    with live.cursor() as cursor:
        for table in tables:
            if cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1'.encode()).fetchone():
                with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)'.encode()) as copy:
                    rows[table] = b"".join(copy)
    return _Rows(_schema_of(live), tables, rows)


def _schema_of(live: psycopg.Connection) -> tuple[object, ...]:
    """Return a mark that any change of a table, column, constraint, function or trigger changes."""
    catalogues = ("class", "attribute", "constraint", "index", "proc", "trigger", "statistic")
    marks = (
        f"(SELECT (count(*), max(xmin::text::bigint))::text FROM pg_{name})" for name in catalogues
    )
    return live.execute(f"SELECT {', '.join(marks)}".encode()).fetchone() or ()


class PostgresqlDatabase:
    """A database of the throw-away cluster, its kept copies beside it as templates."""

    def __init__(self, cluster_url: str, purpose: str = "clinic") -> None:
        self._name = f"tracker_{os.getpid()}_{purpose}"
        self._kept: set[str] = set()
        self._rows: dict[str, _Rows] = {}
        self._live: psycopg.Connection | None = None
        at = make_url(cluster_url)
        own = at.set(database=self._name)
        self.url = own.render_as_string(hide_password=False)
        self._plain = own.set(drivername="postgresql").render_as_string(hide_password=False)
        self._maintenance = psycopg.connect(
            at.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        )
        self._say(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
        self._say(f"CREATE DATABASE {self._name}")

    def _say(self, statement: str) -> None:
        self._maintenance.execute(statement.encode())

    def keep(self, name: str) -> None:
        self._hang_up()
        with psycopg.connect(self._plain) as live:
            self._rows[name] = _rows_of(live)
        kept = f"{self._name}_{name}"
        self._say(f"DROP DATABASE IF EXISTS {kept}")
        self._say(f"CREATE DATABASE {kept} TEMPLATE {self._name}")
        self._kept.add(kept)

    def put_back(self, name: str) -> None:
        if not self._rows_put_back(name):
            self._hang_up()
            self._say(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
            # Copying files is cheaper than writing each page to the log as well.
            copied = f"TEMPLATE {self._name}_{name} STRATEGY FILE_COPY"
            self._say(f"CREATE DATABASE {self._name} {copied}")

    def _rows_put_back(self, name: str) -> bool:
        """Exchange the rows beneath a schema nobody touched: far quicker than a new database."""
        kept = self._rows.get(name)
        try:
            self._live = self._live or psycopg.connect(self._plain)
            with self._live.transaction():
                if kept is None or _schema_of(self._live) != kept.schema:
                    return False
                kept.put_back(self._live)
        except psycopg.OperationalError:
            return False
        return True

    def _hang_up(self) -> None:
        """Close the own connection, which would hold up a copy of the database."""
        if self._live:
            self._live.close()
        self._live = None

    def close(self) -> None:
        self._hang_up()
        for database in (self._name, *self._kept):
            self._say(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self._maintenance.close()
