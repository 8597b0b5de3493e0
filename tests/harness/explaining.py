"""What the application asks the database, and which rows the database would read for it.

Statements are caught on their way to the database and explained there, so nothing is copied into a
test. SQLite plans by its rules alone. PostgreSQL plans by how large a table is and what it holds:
`pretend_large` makes both up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from flask import Flask
from sqlalchemy import Column, Connection, Table, event

from tracker.models import Base, db

Asked = dict[str, tuple[str, Any]]  # each statement once, with the values it was first asked with


@contextmanager
def asked_of(app: Flask) -> Iterator[Asked]:
    """Gather the statements that reach the database meanwhile."""
    gathered: Asked = {}

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        gathered.setdefault(statement, (statement, values))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield gathered
    finally:
        event.remove(engine, "before_cursor_execute", note)


@dataclass(frozen=True)
class Access:
    """How one table is read: by which columns of an index, none for a walk through all rows."""

    table: str
    columns: frozenset[str]
    words: str


def accesses(connection: Connection, statement: str, values: Any) -> list[Access]:
    """Give how the database would read each table that a statement names."""
    if connection.dialect.name == "sqlite":
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [found for step in steps if (found := _of_sqlite(str(step[-1])))]
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar()
    whole: Any = json.loads(plan) if isinstance(plan, str) else plan
    return list(_of_postgresql(whole[0]["Plan"]))


def pretend_large(connection: Connection, clinic_id: int) -> None:
    """Let PostgreSQL plan as if one clinic had a million rows in each of its tables.

    Fifty rows are put into each and counted as more. Nothing is committed: whoever calls this rolls
    the transaction back.
    """
    if connection.dialect.name != "postgresql":
        return
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no foreign keys
    for table in Base.metadata.tables.values():
        if "clinic_id" in table.columns:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            values = ", ".join(_invented(column, clinic_id) for column in table.columns)
            connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({names}) SELECT {values} "
                "FROM generate_series(1, 50) AS n ON CONFLICT DO NOTHING"
            )
    connection.exec_driver_sql("ANALYZE")
    # Where one row is wanted, a walk through a small table would do.
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql(
        "UPDATE pg_class SET reltuples = 1000000, relpages = greatest(relpages, 1) "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )


def _invented(column: Column[Any], clinic_id: int) -> str:
    """Give SQL for one value of row `n`: another one in each row, but for the clinic."""
    if column.name == "clinic_id":
        return str(clinic_id)
    kind = getattr(column.type, "impl", column.type).python_type
    of_kind = {
        int: "n",
        bool: "false",
        bytes: "''::bytea",
        date: "DATE '2026-01-01' + n::int",
        datetime: "TIMESTAMPTZ '2026-01-01' + n * INTERVAL '1 day'",
        str: f"left(n || '{column.name}', {getattr(column.type, 'length', None) or 50})",
    }
    return f"CASE WHEN mod(n, 2) = 0 THEN {of_kind[kind]} END" if column.nullable else of_kind[kind]


_TOGETHER = re.compile(r"\(([\w,]+)\)[<>]")  # "(due,ref)>(?,?)"
_SQLITE = re.compile(r"(SCAN|SEARCH) (\w+)(?: USING (.*))?")


def _of_sqlite(step: str) -> Access | None:
    found = _SQLITE.match(step)
    name = _table(found[2]) if found else None
    if found is None or name is None:
        return None
    by = found[3] or ""
    if found[1] == "SCAN" or "AUTOMATIC" in by:
        return Access(name, frozenset(), step)
    compared = re.findall(r"(\w+)[=<>]", by) + re.findall(r"\w+", "".join(_TOGETHER.findall(by)))
    return Access(name, frozenset(compared), step)


def _table(name: str) -> str | None:
    """Give the table behind a name in a plan: "patient_search_1" is "patient_search"."""
    bare = re.sub(r"_\d+$", "", name)
    return bare if bare in Base.metadata.tables else None


def _of_postgresql(node: dict[str, Any]) -> Iterator[Access]:
    if "Relation Name" in node and node["Node Type"] != "ModifyTable":
        table = Base.metadata.tables[node["Relation Name"]]
        through = list(_indexes_of(node))
        words = " ".join(f"{one['Index Name']} {one.get('Index Cond', '')}" for one in through)
        yield Access(
            table.name,
            frozenset(name for one in through for name in _leading(table, one)),
            f"{node['Node Type']} {table.name}: {words or 'every row'}",
        )
    for one in node.get("Plans", ()):
        yield from _of_postgresql(one)


def _indexes_of(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the parts of a plan that read an index for this one."""
    if "Index Name" in node:
        yield node
    elif node["Node Type"].startswith("Bitmap"):
        for one in node.get("Plans", ()):
            yield from _indexes_of(one)


def _leading(table: Table, node: dict[str, Any]) -> list[str]:
    """Give the columns compared, as far as they lead the index: past a gap they find nothing."""
    conditions = node.get("Index Cond", "")
    compared = re.findall(r"(\w+)\)?(?:::\w+)? (?:=|<|>|<=|>=) ", conditions)
    for row in re.findall(r"ROW\(([^)]*)\) [<>]", conditions):
        compared += row.split(", ")
    made: Any = (*table.indexes, *table.constraints)
    keys = {str(one.name): one.columns.keys() for one in made if hasattr(one, "columns")}
    return list(takewhile(compared.__contains__, keys[node["Index Name"]]))
