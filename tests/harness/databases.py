"""Databases a test may spoil: one SQLite file or one PostgreSQL database, put back between tests.

The schema is migrated once; every test starts from a kept copy of it, which is a file copy or a
`CREATE DATABASE ... TEMPLATE`. Callers close the application's connections first.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
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


class PostgresqlDatabase:
    """A database of the throw-away cluster, its kept copies beside it as templates."""

    def __init__(self, cluster_url: str, purpose: str = "clinic") -> None:
        self._name = f"tracker_{os.getpid()}_{purpose}"
        self._kept: set[str] = set()
        at = make_url(cluster_url)
        self.url = at.set(database=self._name).render_as_string(hide_password=False)
        self._maintenance = psycopg.connect(
            at.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        )
        self._say(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
        self._say(f"CREATE DATABASE {self._name}")

    def _say(self, statement: str) -> None:
        self._maintenance.execute(statement.encode())

    def keep(self, name: str) -> None:
        kept = f"{self._name}_{name}"
        self._say(f"DROP DATABASE IF EXISTS {kept}")
        self._say(f"CREATE DATABASE {kept} TEMPLATE {self._name}")
        self._kept.add(kept)

    def put_back(self, name: str) -> None:
        self._say(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
        # Copying files is cheaper than writing each page to the log as well.
        self._say(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_{name} STRATEGY FILE_COPY")

    def close(self) -> None:
        for database in (self._name, *self._kept):
            self._say(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self._maintenance.close()
