"""Removes whole records that the law lets go: the one way past the protection of facts.

A record is removed with everything in it, or not at all. Of each event that is removed the chain
keeps its MAC, and of a fact that a kept event speaks of its digest; these `Removal` rows are facts
of the one event that tells what was removed. So the history still verifies, and nothing of what
it said is left. The read log stays: it holds ids, which then name nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from sqlalchemy import Table, delete, exists, select, text, tuple_
from sqlalchemy.orm import aliased

from tracker.charts.patients import record_ids
from tracker.models import Base, Event, Patient, ReadSeal, Removal, db
from tracker.models.protection import fact_tables, statements
from tracker.policy import COMMAND
from tracker.records.acts import act, row_digest

_KEPT = {"event", "event_head", "read_log", "read_seal", "removal", "patient_search"}
Key = tuple[object, ...]


class Entangled(Exception):
    """Raised when something of another patient hangs on a record: it cannot be removed alone."""


@dataclass
class _Doomed:
    """What goes with one record: rows by table, events, and what must stand in their place."""

    rows: dict[Table, set[Key]] = field(default_factory=dict)
    events: dict[int, str] = field(default_factory=dict)  # seq: mac
    digests: dict[str, str] = field(default_factory=dict)  # of facts that kept events speak of
    facts: int = 0


def due(clinic_id: int, before: date) -> tuple[int, ...]:
    """List the records without any entry since the beginning of `before` (UTC), by id.

    A record that was merged goes with the one that was kept.
    """
    since = datetime.combine(before, time.min, UTC)
    own, any_of = aliased(Patient), aliased(Event)
    busy = exists().where(
        any_of.clinic_id == clinic_id, any_of.patient_id == own.id, any_of.at >= since
    )
    quiet = set(db.session.scalars(select(own.id).where(own.clinic_id == clinic_id, ~busy)))
    roots = db.session.scalars(
        select(Patient.id)
        .where(Patient.clinic_id == clinic_id, Patient.merged_into_id.is_(None))
        .order_by(Patient.id)
    )
    return tuple(one for one in roots if quiet.issuperset(record_ids(clinic_id, one)))


def remove(clinic_id: int, before: date) -> tuple[int, int]:
    """Remove every record that is due, and give how many went and how many had to stay.

    All of it is one act of the command line, with one event.
    """
    with act("install.remove", by=COMMAND, clinic_id=clinic_id) as entry:
        gone: list[_Doomed] = []
        stayed = 0
        with _unprotected():
            for patient_id in due(clinic_id, before):
                ids = record_ids(clinic_id, patient_id)
                try:
                    doomed = _doomed(clinic_id, ids)
                except Entangled:
                    stayed += 1
                    continue
                _delete(clinic_id, ids, doomed)
                gone.append(doomed)
        removed = sorted(
            (name, digest) for one in gone for name, digest in _in_their_place(one).items()
        )
        db.session.add_all(Removal(clinic_id=clinic_id, name=n, digest=d) for n, d in removed)
        entry.about.update(
            records=str(len(gone)),
            before=before.isoformat(),
            events=_total(len(one.events) for one in gone),
            facts=_total(one.facts for one in gone),
            sha256=hashlib.sha256(json.dumps(removed).encode()).hexdigest(),
        )
    return len(gone), stayed


def _total(counts: Iterator[int]) -> str:
    found = 0
    for count in counts:
        found += count
    return str(found)


def _in_their_place(one: _Doomed) -> dict[str, str]:
    return {**{f"event:{seq}": mac for seq, mac in one.events.items()}, **one.digests}


def _doomed(clinic_id: int, ids: tuple[int, ...]) -> _Doomed:
    """Find everything that goes with a record; raises Entangled for what is not its own."""
    found = _Doomed()
    for table in Base.metadata.sorted_tables:
        if table.name not in _KEPT:
            rows = _rows_of(table, clinic_id, ids, found)
            if rows:
                found.rows[table] = rows
    names = _names(found)
    found.facts = len(names)
    spoken_of: set[str] = set()
    events = select(Event).where(Event.clinic_id == clinic_id, Event.patient_id.in_(ids))
    for event in db.session.scalars(events):
        found.events[event.seq] = event.mac
        spoken_of.update(json.loads(event.digests))
    seals = {name for name in spoken_of if name.startswith("read_seal:")}
    if spoken_of - seals - set(names):
        raise Entangled
    for name in set(names) - spoken_of:
        kind, key = names[name]
        found.digests[name] = row_digest(db.session.get_one(kind, key))[1]
    for name in seals:  # a seal stays, and so does what an event said of it
        place = name.partition(":")[2].split("/")
        found.digests[name] = row_digest(
            db.session.get_one(ReadSeal, tuple(int(part) for part in place))
        )[1]
    return found


def _rows_of(table: Table, clinic_id: int, ids: tuple[int, ...], found: _Doomed) -> set[Key]:
    keys = tuple(table.primary_key.columns)
    owner = table.c.id if table.name == "patient" else table.c.get("patient_id")
    rows: set[Key] = set()
    if owner is not None:
        own = select(*keys).where(table.c.clinic_id == clinic_id, owner.in_(ids))
        rows |= {tuple(row) for row in db.session.execute(own)}
    for constraint in table.foreign_key_constraints:
        parents = found.rows.get(constraint.referred_table)
        if not parents or constraint.referred_table is table:
            continue
        remote = [element.column for element in constraint.elements]
        if remote != list(constraint.referred_table.primary_key.columns):
            raise Entangled
        hangs = select(*keys, *([owner] if owner is not None else [])).where(
            tuple_(*constraint.columns).in_(sorted(parents, key=repr))
        )
        for row in db.session.execute(hangs):
            if owner is not None and row[-1] not in ids:
                raise Entangled
            rows.add(tuple(row)[: len(keys)])
    return rows


def _names(found: _Doomed) -> dict[str, tuple[type, Key]]:
    """Name the facts among the rows as events do."""
    kinds = {m.local_table: m.class_ for m in Base.registry.mappers}
    facts = fact_tables()
    return {
        f"{table.name}:{'/'.join(str(part) for part in key)}": (kinds[table], key)
        for table, keys in found.rows.items()
        if table.name in facts
        for key in keys
    }


def _delete(clinic_id: int, ids: tuple[int, ...], found: _Doomed) -> None:
    search = Base.metadata.tables["patient_search"]
    db.session.execute(
        delete(search).where(search.c.clinic_id == clinic_id, search.c.patient_id.in_(ids))
    )
    for table in reversed(Base.metadata.sorted_tables):
        if table in found.rows:
            keys = tuple_(*table.primary_key.columns)
            db.session.execute(delete(table).where(keys.in_(sorted(found.rows[table], key=repr))))
    event = Base.metadata.tables["event"]
    db.session.execute(
        delete(event).where(event.c.clinic_id == clinic_id, event.c.patient_id.in_(ids))
    )
    db.session.expunge_all()


@contextmanager
def _unprotected() -> Iterator[None]:
    """Lift the protection of facts inside this transaction, which alone sees it lifted."""
    dialect = db.engine.dialect.name
    tables = fact_tables()
    if dialect == "postgresql":
        for table in tables:
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change"))
        yield
        for table in tables:
            db.session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_change"))
        return
    db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in tables:
        for verb in ("update", "delete"):
            db.session.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
    yield
    for statement in statements(dialect, tables):
        db.session.execute(text(statement))
