"""Where a clinic group is kept between runs: a SQLite file, and a private PostgreSQL server."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql

from tracker.models import Base

Values = tuple[Any, ...]

# The next act of a clinic is chained to its last copied event.
_END = (
    "UPDATE event_head SET seq = {}, mac = (SELECT mac FROM event"
    " WHERE event.clinic_id = event_head.clinic_id ORDER BY seq DESC LIMIT 1) WHERE clinic_id = {}"
)


class Store(Protocol):
    """A database that takes rows in bulk, without asking about keys that are known to fit."""

    def add(self, table: str, rows: Sequence[Values]) -> None:
        """Add rows, cells in the order of the model's columns."""
        ...

    def move_ends(self, ends: Mapping[int, int]) -> None:
        """Move the end of each clinic's history to this event."""
        ...

    def end(self) -> None:
        """Make what was added lasting."""
        ...


def columns(table: str) -> tuple[str, ...]:
    """Name a table's columns in the order in which rows carry them."""
    return tuple(column.name for column in Base.metadata.tables[table].columns)


class SqliteStore:
    """The SQLite file, written as fast as it goes: it is made anew when that is interrupted."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute("BEGIN")
        self._statements: dict[str, str] = {}

    def add(self, table: str, rows: Sequence[Values]) -> None:
        """Add rows."""
        statement = self._statements.get(table)
        if statement is None:
            names = ", ".join(f'"{name}"' for name in columns(table))
            marks = ", ".join("?" * len(columns(table)))
            # The names are those of our own tables.
            statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'
            self._statements[table] = statement
        self._file.executemany(statement, [tuple(map(_plain, row)) for row in rows])

    def move_ends(self, ends: Mapping[int, int]) -> None:
        """Move the ends of the histories."""
        self._file.executemany(_END.format("?", "?"), [(seq, one) for one, seq in ends.items()])

    def end(self) -> None:
        """Commit, and fold the log into the file."""
        self._file.execute("COMMIT")
        self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._file.close()


def _plain(value: Any) -> Any:
    """Give a cell as SQLAlchemy writes it into SQLite."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


class PostgresqlStore:
    """A PostgreSQL database, written with COPY as the owner of everything."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url.replace("+psycopg", ""))
        self._connection.execute("SET session_replication_role = replica")  # keys fit
        self._connection.execute("SET synchronous_commit = off")

    def add(self, table: str, rows: Sequence[Values]) -> None:
        """Add rows."""
        names = sql.SQL(", ").join(map(sql.Identifier, columns(table)))
        copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row(row)

    def move_ends(self, ends: Mapping[int, int]) -> None:
        """Move the ends of the histories."""
        with self._connection.cursor() as cursor:
            cursor.executemany(
                _END.format("%s", "%s").encode(), [(seq, one) for one, seq in ends.items()]
            )

    def end(self) -> None:
        """Commit, and let the planner know the tables, as the server would by itself."""
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("VACUUM ANALYZE")
        self._connection.close()


@contextlib.contextmanager
def adding(stores: Iterable[Store]) -> Iterator[Sequence[Store]]:
    """Lend stores, and make what was added lasting."""
    found = tuple(stores)
    yield found
    for store in found:
        store.end()
