"""What a distributed PostgreSQL would see: does each question of a hot page stay with one clinic?

The tables that carry a clinic are laid out again in a schema of their own, in hash partitions by
clinic, as Citus lays shards over nodes; tables without a clinic are there once, as its reference
tables are. Every statement of the hot pages is then explained over them, and the partitions that
it would touch are counted.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import ClientCursor, sql
from sqlalchemy import Table, UniqueConstraint, event

from bench.day import ANSWERS
from bench.forms import form
from bench.group.building import Group
from bench.lines import Line
from bench.visits import visit
from tracker.models import Base, db

PARTS = 16
CLINICS = 10_000
USUAL, SPREAD = 400, 1.0  # patients of a clinic, log-normal: many small ones and a few large
SCHEMA = "by_clinic"
BY_PERSON = ("membership",)  # asked for by the person, before it is known which clinic: small


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement as it was sent, with its values."""

    page: str
    statement: str
    values: Mapping[str, Any]


def run(group: Group, url: str) -> Iterator[Line]:
    """Count, page by page, the statements that one partition of each table cannot answer."""
    asked = _asked(group, url)
    with psycopg.connect(url.replace("+psycopg", ""), cursor_factory=ClientCursor) as connection:
        _lay_out(connection)
        for page in dict.fromkeys(one.page for one in asked):
            own = [one for one in asked if one.page == page]
            wide = [one for one in own if _most_parts(connection, one) > 1]
            yield Line(
                f"{page}: statements that need more than one of {PARTS} partitions", len(wide), 0,
                told=f"of {len(own)}" + "".join(f"; {_short(one)}" for one in wide[:3]),
            )  # fmt: skip
        yield _balance(connection)
        connection.rollback()


def _asked(group: Group, url: str) -> list[Asked]:
    """Let a nurse look at the hot pages and save a check-in; give all that was asked for it."""
    app = group.app(url)
    who = visit(app, group.houses[-1].nurses[0])
    client, found, page = app.test_client(), list[Asked](), ""
    for name, value in who.cookies.items():
        client.set_cookie(name, value)

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if isinstance(values, Mapping) and statement.startswith("SELECT"):
            found.append(Asked(page, statement, dict(values)))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    patient, checkin = who.checkins[0]
    paths = {
        "Today": "/today",
        "patient page": f"/patients/{who.patients[0]}",
        "handout page": f"/patients/{who.patients[0]}/handout",
    }
    for words, path in paths.items():
        page = words
        client.get(f"/c/{who.clinic_id}{path}")
    page = "search"
    search = form(client.get(f"/c/{who.clinic_id}/patients").text, "/patients")
    if search is not None:
        client.post(search.action, data=search.filled({"q": who.names[0]}))
    page = "check-in saved"
    path = f"/c/{who.clinic_id}/patients/{patient}/checkins/{checkin}/record"
    record = form(client.get(path).text, "/record")
    if record is not None:
        client.post(record.action, data=record.filled(ANSWERS))
    event.remove(engine, "before_cursor_execute", note)
    with app.app_context():
        db.engine.dispose()
    return found


def _lay_out(connection: psycopg.Connection[Any]) -> None:
    """Make the partitioned tables, within a transaction that is given up at the end."""
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SCHEMA)))
    for table in Base.metadata.sorted_tables:
        own, model = sql.Identifier(SCHEMA, table.name), sql.Identifier("public", table.name)
        if "clinic_id" not in table.columns or not _keys_carry_clinic(table):
            continue
        connection.execute(
            sql.SQL(
                "CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING INDEXES)"
                " PARTITION BY HASH (clinic_id)"
            ).format(own, model)
        )
        _divide(connection, table.name)
    connection.execute(sql.SQL("SET search_path = {}, public").format(sql.Identifier(SCHEMA)))


def _divide(connection: psycopg.Connection[Any], table: str) -> None:
    words = "CREATE TABLE {} PARTITION OF {} FOR VALUES WITH (MODULUS {}, REMAINDER {})"
    for number in range(PARTS):
        part, own = sql.Identifier(SCHEMA, f"{table}_p{number}"), sql.Identifier(SCHEMA, table)
        connection.execute(
            sql.SQL(words).format(part, own, sql.Literal(PARTS), sql.Literal(number))
        )


def _balance(connection: psycopg.Connection[Any]) -> Line:
    """Send ten thousand clinics where the hash of their ids says, and weigh the shards."""
    chance = random.Random(CLINICS)
    span = 10 * 365 * 24 * 3600 * 1000  # ten years in which clinics came, in milliseconds
    clinics = [
        (chance.randrange(span) << 13 | chance.getrandbits(13), round(USUAL * size))
        for size in (chance.lognormvariate(0, SPREAD) for _ in range(CLINICS))
    ]
    connection.execute(
        sql.SQL("CREATE TABLE {} (clinic_id bigint, n int) PARTITION BY HASH (clinic_id)").format(
            sql.Identifier(SCHEMA, "weighed")
        )
    )
    _divide(connection, "weighed")
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO weighed VALUES (%s, %s)", clinics)
    weights = [
        int(row[0])
        for row in connection.execute("SELECT sum(n) FROM weighed GROUP BY tableoid").fetchall()
    ]
    mean = sum(weights) / PARTS
    return Line(
        f"{CLINICS:,} clinics of all sizes: the fullest of {PARTS} partitions ÷ the mean",
        max(weights) / mean, 1.25,
        told=f"{max(weights):,} patients beside {mean:,.0f}; the largest clinic "
        f"{max(size for _, size in clinics):,}",
    )  # fmt: skip


def _keys_carry_clinic(table: Table) -> bool:
    """Tell whether every unique key has the clinic in it, without which no shard can hold it."""
    if table.name in BY_PERSON:
        return False
    keys: list[Iterable[Any]] = [table.primary_key.columns]
    keys += [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [one.columns for one in table.indexes if one.unique]
    return all("clinic_id" in {column.name for column in key} for key in keys)


def everywhere() -> tuple[str, ...]:
    """Name the tables that every node holds whole."""
    return tuple(
        table.name
        for table in Base.metadata.sorted_tables
        if "clinic_id" not in table.columns or not _keys_carry_clinic(table)
    )


def _most_parts(connection: psycopg.Connection[Any], one: Asked) -> int:
    """Give how many partitions of one table a statement would read, at most."""
    plan = connection.execute("EXPLAIN (FORMAT JSON) " + one.statement, one.values).fetchone()
    assert plan is not None
    told = plan[0] if not isinstance(plan[0], str) else json.loads(plan[0])
    parts: dict[str, set[str]] = {}
    for name in _relations(told[0]["Plan"]):
        table, _, number = name.rpartition("_p")
        if number.isdigit():
            parts.setdefault(table, set()).add(name)
    return max((len(names) for names in parts.values()), default=0)


def _relations(node: Mapping[str, Any]) -> Iterator[str]:
    if "Relation Name" in node:
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _relations(below)


def _short(one: Asked) -> str:
    return " ".join(one.statement.split())[:160]
