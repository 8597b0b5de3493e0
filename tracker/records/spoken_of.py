"""Which facts the events speak of: kept in a scratch file while a history is checked.

A history of many years names millions of facts. Held in memory they would fill it; here they lie in
a database of SQLite's own that has no name, holds digests alone, and is gone when it is closed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self


class SpokenOf:
    """Digests by the name of their fact, and which of these facts were found."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")  # without a name: a scratch file, spilled to when needed
        self._file.execute("PRAGMA cache_size = -8000")  # kilobytes that stay in memory
        self._file.execute(
            "CREATE TABLE said (name TEXT PRIMARY KEY, digest TEXT, found INTEGER DEFAULT 0)"
            " WITHOUT ROWID"
        )

    def __enter__(self) -> Self:
        """Use it for one check."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Forget all of it."""
        self._file.close()

    def update(self, digests: Mapping[str, str]) -> None:
        """Take in what one event says; of a fact named twice, the later digest counts."""
        self._file.executemany(
            "INSERT INTO said (name, digest) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET digest = excluded.digest",
            digests.items(),
        )

    def found(self, name: str) -> str | None:
        """Give what was said of a fact, and note that the fact is there; None for nothing."""
        row = self._file.execute("SELECT digest FROM said WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        self._file.execute("UPDATE said SET found = 1 WHERE name = ?", (name,))
        digest: str = row[0]
        return digest

    def missing(self) -> Iterator[tuple[str, str]]:
        """Yield name and digest of each fact that was not found, in the order of their names."""
        yield from self._file.execute("SELECT name, digest FROM said WHERE NOT found ORDER BY name")
