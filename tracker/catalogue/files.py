"""Reads TOML tables strictly: what is missing, misshapen or not asked for is an error.

Knows shapes (text, list of texts, date, yes or no), not medicine.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from tracker.languages import said

IDENTIFIER = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class BadCatalogue(Exception):
    """A catalogue file that cannot be used: which file, which entry, and what is wrong."""

    def __init__(self, file: str, entry: str, sentence: str) -> None:
        """Keep the three parts; `entry` is "" when the whole file is meant."""
        super().__init__(f"{file}, {entry}: {sentence}" if entry else f"{file}: {sentence}")
        self.file = file
        self.entry = entry
        self.sentence = sentence


class Table:
    """One TOML table that is taken apart key by key."""

    def __init__(
        self, file: str, name: str, values: Mapping[str, object], *, own: bool = False
    ) -> None:
        """Hold a copy of the values; an error calls it `name`; `own`: the clinic wrote it."""
        self.file = file
        self.name = name
        self.own = own
        self._left = dict(values)

    def bad(self, sentence: str) -> BadCatalogue:
        """Return the error about this entry, to be raised."""
        return BadCatalogue(self.file, self.name, sentence)

    def has(self, key: str) -> bool:
        """Say whether the key is there and not yet taken."""
        return key in self._left

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that is not empty; with a default, the key may be missing."""
        if key not in self._left and default is not None:
            return default
        return self._plain(key, self._take(key, "a text"))

    def said(self, key: str, default: str | None = None) -> str:
        """Take a text that staff read in their own language, as `text` does."""
        found = self.text(key, default)
        return said(found) if found else found

    def all_said(self, key: str) -> tuple[str, ...]:
        """Take a list of texts that staff read in their own language, as `texts` does."""
        return tuple(said(text) for text in self.texts(key))

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """Take a list of texts, none of them empty; the list itself may be empty."""
        if optional and key not in self._left:
            return ()
        value = self._take(key, "a list of texts")
        if not isinstance(value, list):
            raise self.bad(f"{key} must be a list of texts.")
        found = tuple(self._plain(key, item) for item in value)
        if len(set(found)) != len(found):
            raise self.bad(f"{key} says the same thing twice.")
        return found

    def day(self, key: str) -> date:
        """Take a date written without quotes: 2026-11-24."""
        value = self._take(key, "a date such as 2026-11-24")
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.bad(f"{key} must be a date such as 2026-11-24, without quotes.")
        return value

    def whole(self, key: str) -> int:
        """Take a whole number, zero or more."""
        value = self._take(key, "a whole number")
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.bad(f"{key} must be a whole number, zero or more.")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Take true or false; with a default, the key may be missing."""
        if key not in self._left and default is not None:
            return default
        value = self._take(key, "true or false")
        if not isinstance(value, bool):
            raise self.bad(f"{key} must be true or false.")
        return value

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Take a text that is one of those allowed."""
        return self._known(key, self.text(key, default), sorted(allowed))

    def choices(
        self, key: str, allowed: Iterable[str], *, optional: bool = False
    ) -> tuple[str, ...]:
        """Take a list of texts that are each one of those allowed."""
        known = sorted(allowed)
        return tuple(self._known(key, text, known) for text in self.texts(key, optional=optional))

    def tables(self, key: str) -> tuple[Table, ...]:
        """Take a list of tables, at least one."""
        value = self._take(key, "a list of tables")
        if not isinstance(value, list) or not value or not all(map(_is_table, value)):
            raise self.bad(f"{key} must be a list of tables with at least one in it.")
        return tuple(Table(self.file, self.name, item) for item in value)

    def done(self) -> None:
        """Refuse whatever was not asked for."""
        if self._left:
            raise self.bad(f"unknown key {', '.join(sorted(self._left))}.")

    def _take(self, key: str, what: str) -> object:
        if key not in self._left:
            raise self.bad(f"{key} is missing: give {what}.")
        return self._left.pop(key)

    def _plain(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.bad(f"{key} must be text in quotes.")
        if not value or value != " ".join(value.split()):
            raise self.bad(f"{key} must be words on one line, without spaces to spare.")
        return value

    def _known(self, key: str, value: str, allowed: list[str]) -> str:
        if value not in allowed:
            raise self.bad(f"{key} {value!r} is not known: use one of {', '.join(allowed)}.")
        return value


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def read_toml(path: Path) -> dict[str, object]:
    """Read one TOML file as UTF-8; raises BadCatalogue when it cannot be read as such."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise BadCatalogue(path.name, "", f"this is not a readable TOML file ({why}).") from why


def entries_of(
    file: str, values: dict[str, object], key: str, *, own: bool = False
) -> dict[str, Table]:
    """Take the list of tables under `key`, each with an id of its own, in the file's order."""
    found: dict[str, Table] = {}
    listed = values.pop(key, [])
    if not isinstance(listed, list) or not all(map(_is_table, listed)):
        raise BadCatalogue(file, "", f"write each entry under [[{key}]].")
    for number, item in enumerate(listed, start=1):
        table = Table(file, f"{key} number {number}", item, own=own)
        table.name = table.text("id")
        if not IDENTIFIER.fullmatch(table.name.casefold()):
            raise table.bad("an id has only letters, digits and single dashes.")
        if table.name in found:
            raise table.bad("this id is there twice.")
        found[table.name] = table
    return found


def named_of(file: str, values: dict[str, object], key: str) -> dict[str, object]:
    """Take the table under `key` whose keys are ids; empty when the file has none."""
    found = values.pop(key, {})
    if not isinstance(found, dict):
        raise BadCatalogue(file, "", f"write [{key}] as a table.")
    return found
