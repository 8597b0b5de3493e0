"""The read log in partitions by month, and the history by blocks: what a month of either costs.

An id of this project begins with the time, so the read log can be divided by ranges of its own key
and no unique key changes. The history's key is its place in the chain, which must stay unique
whatever the month: it keeps one table, and a block range index finds a month in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import psycopg
from psycopg import sql

from bench.group.building import Group
from bench.lines import Line
from tracker.models.base import _EPOCH_MS

MONTHS, LINES = 12, 1_200_000


def run(group: Group, url: str) -> Iterator[Line]:
    """Ask for one month of both, in a transaction that is given up at the end."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        yield from _read_log(connection, group.houses[-1].clinic_id)
        yield from _history(connection)
        connection.rollback()


def first_id(day: date) -> int:
    """Give the id that every id made from this day on is above."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (int(moment.timestamp() * 1000) - _EPOCH_MS) << 13


def _read_log(connection: psycopg.Connection[Any], clinic_id: int) -> Iterator[Line]:
    connection.execute("CREATE SCHEMA by_month")
    connection.execute(
        "CREATE TABLE by_month.read_log (LIKE public.read_log INCLUDING DEFAULTS INCLUDING INDEXES)"
        " PARTITION BY RANGE (id)"
    )
    starts = [date(2026, month, 1) for month in range(1, MONTHS + 1)] + [date(2027, 1, 1)]
    for number, (start, end) in enumerate(pairwise(starts), 1):
        connection.execute(
            sql.SQL(
                "CREATE TABLE {} PARTITION OF by_month.read_log FOR VALUES FROM ({}) TO ({})"
            ).format(
                sql.Identifier("by_month", f"read_log_{number:02}"),
                sql.Literal(first_id(start)),
                sql.Literal(first_id(end)),
            )
        )
    span = first_id(starts[-1]) - first_id(starts[0])
    connection.execute(
        "INSERT INTO by_month.read_log (clinic_id, id, at, by_id, act, patient_id)"
        " SELECT %(clinic)s, %(first)s + n * (%(span)s::bigint / %(lines)s),"
        " timestamptz '2026-01-01' + n * (interval '365 days' / %(lines)s), 1, 'patient.read', n"
        " FROM generate_series(1, %(lines)s - 1) n",
        {"clinic": clinic_id, "first": first_id(starts[0]), "span": span, "lines": LINES},
    )
    connection.execute("ANALYZE by_month.read_log")
    touched = _touched(
        connection,
        "SELECT count(*) FROM by_month.read_log WHERE id >= %(a)s AND id < %(b)s",
        {"a": first_id(starts[5]), "b": first_id(starts[6])},
    )
    yield Line(
        f"read log of one month: partitions of {MONTHS} that are read", len(touched), 1,
        told=", ".join(sorted(touched)),
    )  # fmt: skip
    connection.execute("ALTER TABLE by_month.read_log DETACH PARTITION by_month.read_log_01")
    left = connection.execute("SELECT count(*) FROM by_month.read_log").fetchone()
    yield Line(
        "read log: lines left after a month was detached", (left or (0,))[0],
        told=f"of {LINES - 1:,}; nothing was deleted row by row",
    )  # fmt: skip


def _history(connection: psycopg.Connection[Any]) -> Iterator[Line]:
    connection.execute("CREATE INDEX event_at_blocks ON public.event USING brin (at)")
    size = connection.execute(
        "SELECT pg_relation_size('event_at_blocks'), pg_relation_size('public.event')"
    ).fetchone()
    assert size is not None
    yield Line(
        "block range index of the history: share of the table’s size", 100 * size[0] / size[1],
        1, unit=" %", told=f"{size[0] / 1024:.0f} KiB beside {size[1] / 2**20:.0f} MiB",
    )  # fmt: skip


def _touched(
    connection: psycopg.Connection[Any], statement: str, values: dict[str, int]
) -> set[str]:
    with psycopg.ClientCursor(connection) as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
        row = cursor.fetchone()
    assert row is not None
    told = row[0] if not isinstance(row[0], str) else json.loads(row[0])
    return set(_relations(told[0]["Plan"]))


def _relations(node: dict[str, Any]) -> Iterator[str]:
    if "Relation Name" in node:
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _relations(below)
