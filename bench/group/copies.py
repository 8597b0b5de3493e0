"""Copies of recorded cases: every row of one patient again, for another person at another clinic.

A case's rows are read once and turned into recipes: which cells hold an id, a member of staff, the
clinic, a name. Filling in a recipe is a few assignments, so a million check-ins take minutes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from bench.group.cases import FAMILY, GIVEN, PHONE, RECORD, Case
from bench.group.people import House, Who
from tracker.codes import ALPHABET, LENGTH, new_code
from tracker.models import Base
from tracker.names import fold
from tracker.search_keys import all_keys, record_key

IDS_EACH = 1024  # ids that one copy may use
_LEFT_OUT = ("read_log", "read_seal", "patient_search", "refusal")
_LONG_NUMBER = re.compile(r"\d{12,}")

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """What the cells of one copy are filled with."""

    number: int
    house: House
    who: Who
    first_event: int

    @property
    def base(self) -> int:
        """The first of this copy's ids; all of them are below every id that an act makes."""
        return (self.number + 1) * IDS_EACH


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a case: its constant cells, and what goes into the others."""

    values: Values
    ids: tuple[tuple[int, int], ...]  # cell, place among the case's ids
    staff: tuple[tuple[int, int], ...]  # cell, place among a clinic's staff
    clinics: tuple[int, ...]
    born: tuple[int, ...]
    events: tuple[tuple[int, int], ...]  # cell, place among the case's events
    codes: tuple[int, ...]
    texts: tuple[tuple[int, tuple[str | int, ...]], ...]  # cell, words, names and places of ids


class Recipe:
    """All rows of one case, table by table, ready to be filled in."""

    def __init__(self, case: Case, house: House, connection: Connection) -> None:
        rows = {table: list(found) for table, found in _rows_of(case, house, connection)}
        ids = {row["id"] for found in rows.values() for row in found if "id" in row}
        ids |= {_numbered(row["stream"]) for found in rows.values() for row in found
                if "stream" in row}  # fmt: skip
        self._ids = {one: place for place, one in enumerate(sorted(ids))}
        assert len(ids) < IDS_EACH
        self._case, self._house = case, house
        self._staff = {one.staff_id: place for place, one in enumerate(house.staff)}
        events = sorted(
            row["seq"] for table in rows if table.name == "event" for row in rows[table]
        )
        self._events = {seq: place for place, seq in enumerate(events)}
        self._names = _tokens(case) | {who.name: who.name for who in house.staff}
        self._split = re.compile("|".join([*map(re.escape, self._names), _LONG_NUMBER.pattern]))
        self.events = len(events)
        self.rows = {
            table.name: [self._row(table, row) for row in found] for table, found in rows.items()
        }

    def _row(self, table: Table, row: Mapping[str, Any]) -> _Row:
        found: dict[str, list[Any]] = defaultdict(list)
        if table.name == "event":
            row = {**row, "digests": "{}"}  # those of the case's own facts; see the report
        for cell, column in enumerate(table.columns):
            value = row[column.name]
            if column.name == "clinic_id":
                found["clinics"].append(cell)
            elif table.name == "event" and column.name == "seq":
                found["events"].append((cell, self._events[value]))
            elif table.name == "plan_version" and column.name == "code":
                found["codes"].append(cell)
            elif value == self._case.born:
                found["born"].append(cell)
            elif isinstance(value, int) and value in self._staff:
                found["staff"].append((cell, self._staff[value]))
            elif isinstance(value, int) and not isinstance(value, bool) and value in self._ids:
                found["ids"].append((cell, self._ids[value]))
            elif isinstance(value, str) and (parts := self._parts(value)):
                found["texts"].append((cell, parts))
        values = tuple(row[column.name] for column in table.columns)
        fields = ("ids", "staff", "clinics", "born", "events", "codes", "texts")
        return _Row(values, **{name: tuple(found[name]) for name in fields})

    def _parts(self, text: str) -> tuple[str | int, ...]:
        """Split a text at names and ids: a name stands as its token, an id as its place."""
        parts: list[str | int] = []
        end = 0
        for match in self._split.finditer(text):
            known = match[0] in self._names or int(match[0]) in self._ids
            if known:
                parts += [
                    text[end : match.start()],
                    match[0] if match[0] in self._names else self._ids[int(match[0])],
                ]
                end = match.end()
        return (*parts, text[end:]) if parts else ()

    def filled(self, copy: Copy) -> Iterator[tuple[str, list[Values]]]:
        """Give every row of one copy, table by table, parents first."""
        names = _names(self._names, copy.who)
        names |= {
            mine.name: theirs.name
            for mine, theirs in zip(self._house.staff, copy.house.staff, strict=True)
        }
        names |= {str(self._case.born): str(copy.who.birth_date)}
        for table, rows in self.rows.items():
            yield table, [_filled(row, copy, names) for row in rows]
        yield "patient_search", self._searched(copy)

    def _searched(self, copy: Copy) -> list[Values]:
        who = copy.who
        keys = all_keys(
            family_name=who.family_name, given_names=who.given_names, preferred_name="",
            latin_name="", birth_date=who.birth_date, record_no=who.record_no,
            phones=(who.phone, ""),
        )  # fmt: skip
        patient_id = copy.base + self._ids[self._case.patient_id]
        return [(copy.house.clinic_id, key, patient_id) for key in sorted(keys)]


def _filled(row: _Row, copy: Copy, names: Mapping[str, str]) -> Values:
    cells = list(row.values)
    base, house = copy.base, copy.house
    for cell in row.clinics:
        cells[cell] = house.clinic_id
    for cell, place in row.ids:
        cells[cell] = base + place
    for cell, place in row.staff:
        cells[cell] = house.staff[place].staff_id
    for cell in row.born:
        cells[cell] = copy.who.birth_date
    for cell, place in row.events:
        cells[cell] = copy.first_event + place
    for cell in row.codes:
        cells[cell] = code_of(copy.number)
    for cell, parts in row.texts:
        cells[cell] = "".join(
            str(base + part) if isinstance(part, int) else names.get(part, part) for part in parts
        )
    return tuple(cells)


def code_of(number: int) -> str:
    """Give the plan code of a copy: its number in the alphabet of codes, with its check."""
    digits = []
    for _ in range(LENGTH - 1):
        number, rest = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[rest])
    places = iter(digits)
    return new_code(lambda _alphabet: next(places))


def _numbered(stream: str) -> int:
    return int(stream.partition(":")[2])


def _tokens(case: Case) -> dict[str, str]:
    """Name each token of a case as it may stand in a text, and what it stands for."""
    family, given = FAMILY.format(case.number), GIVEN.format(case.number)
    record, phone = RECORD.format(case.number), PHONE.format(case.number)
    return {
        family: "family", family.upper(): "FAMILY", fold(family): "family folded",
        given: "given", fold(given): "given folded",
        record: "record", record_key(record): "record folded",
        phone: "phone", str(case.born): "born",
    }  # fmt: skip


def _names(tokens: Mapping[str, str], who: Who) -> dict[str, str]:
    said = {
        "family": who.family_name,
        "FAMILY": who.family_name.upper(),
        "family folded": fold(who.family_name),
        "given": who.given_names,
        "given folded": fold(who.given_names),
        "record": who.record_no,
        "record folded": record_key(who.record_no),
        "phone": who.phone,
        "born": str(who.birth_date),
    }
    return {token: said[what] for token, what in tokens.items() if what in said}


def _rows_of(
    case: Case, house: House, connection: Connection
) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Give every row that belongs to a case, table by table, parents first."""
    ids: set[int] = {case.patient_id}
    for table in Base.metadata.sorted_tables:
        if "clinic_id" not in table.columns or table.name in _LEFT_OUT:
            continue
        names = [name for name in _keys(table) if name in table.columns]
        query = select(table).where(table.columns["clinic_id"] == house.clinic_id)
        found = [
            dict(row)
            for row in connection.execute(query).mappings()
            if any(row[name] in ids for name in names)
        ]
        ids |= {row["id"] for row in found if "id" in row}
        if found:
            yield table, found


def _keys(table: Table) -> Iterable[str]:
    """Name the columns by which a row belongs to a patient."""
    own = ("staff_id", "physician_id", "owner_id", "by_id", "clinic_id")
    if "patient_id" in table.columns:
        return ("patient_id",)
    return (
        column.name
        for column in table.columns
        if (column.name in ("id", "ref") or column.name.endswith("_id")) and column.name not in own
    )
