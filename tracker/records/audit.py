"""Checks the history: every event's chain and digests, every seal over the read log.

Reads only. It names the first broken line, and finds rows that no event speaks of.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, text

from tracker.models import (
    Base,
    Clinic,
    ClinicRevision,
    Event,
    EventHead,
    FactRow,
    Patient,
    PatientRevision,
    ReadLog,
    ReadSeal,
    Removal,
    Staff,
    StaffRevision,
    db,
)
from tracker.models.protection import fact_tables
from tracker.records.acts import event_mac, row_digest, row_values, seal_mac
from tracker.records.spoken_of import SpokenOf
from tracker.records.staff import staff_values

_NOT_DIGESTED = (Event, ReadLog)


@dataclass(frozen=True, slots=True)
class Finding:
    """The first broken line of one clinic, in a sentence."""

    clinic_id: int
    sentence: str


Findings = Generator[Finding, None, None]


@dataclass(frozen=True, slots=True)
class Heads:
    """Where the chains end now: to be kept outside, which is what makes truncation visible."""

    events: int
    facts: int
    heads: tuple[tuple[int, int, str], ...]  # clinic, seq, mac


def verify(anchors: dict[int, tuple[int, str]] | None = None) -> tuple[Finding, ...]:
    """Check every chain and give what is broken; empty when all is whole.

    `anchors` maps clinics to a head (seq, mac) kept outside the database: an event that has gone
    missing from the end since then is found by it.
    """
    findings: list[Finding] = []
    clinics = sorted(
        set(db.session.scalars(select(Event.clinic_id).distinct()))
        | set(db.session.scalars(select(EventHead.clinic_id)))
        | set(anchors or {})  # a clinic whose whole history was taken away
    )
    with SpokenOf() as spoken_of:
        for clinic_id in clinics:
            findings.extend(_first(_broken_events(clinic_id, spoken_of, anchors or {})))
            findings.extend(_first(_broken_seals(clinic_id)))
        findings.extend(_first(_broken_facts(spoken_of)))
    findings.extend(_first(_altered_heads()))
    return tuple(findings)


_TRIGGERS = {
    "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger"
    " WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


def unprotected() -> tuple[str, ...]:
    """Name the tables of facts on which a trigger is missing or switched off: each needs two."""
    there = Counter(db.session.scalars(text(_TRIGGERS[db.engine.dialect.name])))
    return tuple(table for table in fact_tables() if there[table] < 2)


def heads() -> Heads:
    """Give the heads of all chains, for an anchor outside the database."""
    rows = db.session.scalars(select(EventHead).order_by(EventHead.clinic_id))
    return Heads(
        events=db.session.scalar(select(func.count()).select_from(Event)) or 0,
        facts=_count_of_facts(),
        heads=tuple((r.clinic_id, r.seq, r.mac) for r in rows if r.seq),
    )


class _Unreadable(Exception):
    """Raised when a row holds what the application never wrote there."""


def _first(findings: Findings) -> list[Finding]:
    # What follows the first broken line may only follow from it. Closed at once, because what was
    # not read yet still holds a cursor of the server.
    with closing(findings):
        try:
            found = next(findings, None)
        except _Unreadable as failure:
            found = Finding(0, f"{failure} holds a row that cannot be read")
    return [found] if found else []


def _in_runs(query: Select[Any]) -> Iterator[Any]:
    """Yield rows a few hundred at a time; a reader who stops early leaves no cursor open."""
    with closing(db.session.scalars(query.execution_options(yield_per=500))) as rows:
        yield from _readable(rows, query)


def _readable(rows: Iterator[Any], query: Select[Any]) -> Iterator[Any]:
    try:
        yield from rows
    except (ValueError, TypeError) as failure:  # such as words where SQLite should hold a moment
        raise _Unreadable(query.get_final_froms()[0].description) from failure


def _broken_events(
    clinic_id: int, spoken_of: SpokenOf, anchors: dict[int, tuple[int, str]]
) -> Findings:
    seq, mac = 0, ""
    anchor = anchors.get(clinic_id)
    chain = select(Event).where(Event.clinic_id == clinic_id).order_by(Event.seq)
    removed = _removed(clinic_id)
    for row in _in_runs(chain):
        seq += 1
        while seq < row.seq and f"event:{seq}" in removed:  # the law let it go
            mac = removed[f"event:{seq}"]
            seq += 1
        if row.seq != seq:
            yield Finding(clinic_id, f"event {seq} is missing")
        if row.previous != mac:
            yield Finding(clinic_id, f"event {seq} does not follow from event {seq - 1}")
        if row.mac != event_mac(row):
            yield Finding(clinic_id, f"event {seq} was altered")
        mac = row.mac
        if anchor and anchor[0] == seq and anchor[1] != mac:
            yield Finding(clinic_id, f"event {seq} is not the one that was anchored outside")
        spoken_of.update(json.loads(row.digests))
    head = db.session.get(EventHead, clinic_id)
    if head is None or (head.seq, head.mac) != (seq, mac):
        yield Finding(clinic_id, f"the chain ends at event {seq}, its head says otherwise")
    elif anchor and anchor[0] > seq:
        yield Finding(clinic_id, f"the chain ends at event {seq}, the anchor knows {anchor[0]}")


def _removed(clinic_id: int | None = None) -> dict[str, str]:
    """Give what stands in the place of removed events and facts; these rows are facts too."""
    query = select(Removal)
    if clinic_id is not None:
        query = query.where(Removal.clinic_id == clinic_id)
    return {row.name: row.digest for row in _in_runs(query)}


def _broken_seals(clinic_id: int) -> Findings:
    mac, last = "", 0
    seals = select(ReadSeal).where(ReadSeal.clinic_id == clinic_id).order_by(ReadSeal.seq)
    for seq, seal in enumerate(_in_runs(seals), 1):
        rows = list(
            db.session.scalars(
                select(ReadLog)
                .where(
                    ReadLog.clinic_id == clinic_id,
                    ReadLog.id > last,
                    ReadLog.id <= seal.to_id,
                )
                .order_by(ReadLog.id)
            )
        )
        if seal.seq != seq or seal.previous != mac:
            yield Finding(clinic_id, f"seal {seq} of the read log is missing")
        if len(rows) != seal.rows or seal.mac != seal_mac(rows, seal):
            yield Finding(clinic_id, f"the read log under seal {seq} was altered")
        mac, last = seal.mac, seal.to_id


def _kinds_of_facts() -> Iterator[type[Any]]:
    for mapper in sorted(Base.registry.mappers, key=lambda m: m.class_.__name__):
        if issubclass(mapper.class_, FactRow) and not issubclass(mapper.class_, _NOT_DIGESTED):
            yield mapper.class_


def _count_of_facts() -> int:
    found = 0
    for kind in _kinds_of_facts():
        found += db.session.scalar(select(func.count()).select_from(kind)) or 0
    return found


def _all_facts() -> Iterator[object]:
    for kind in _kinds_of_facts():
        yield from _in_runs(select(kind))


def _altered_heads() -> Findings:
    """Hold what changes in place against its last revision, which is a fact."""
    for patient in _in_runs(select(Patient)):
        key = (patient.clinic_id, patient.id, patient.seq)
        revision = db.session.get(PatientRevision, key)
        if revision is None or json.loads(revision.body) != row_values(patient):
            yield Finding(patient.clinic_id, f"patient {patient.id} differs from its revision")
            return
    for clinic in db.session.scalars(select(Clinic)):
        kept = db.session.get(ClinicRevision, (clinic.id, clinic.seq))
        if kept is None or json.loads(kept.body) != row_values(clinic):
            yield Finding(clinic.id, "the clinic's details differ from their revision")
            return
    for person in db.session.scalars(select(Staff)):
        last = db.session.get(StaffRevision, (person.id, person.seq))
        if last is None or json.loads(last.body) != staff_values(person):
            yield Finding(0, f"staff {person.username} differs from its revision")
            return


def _broken_facts(spoken_of: SpokenOf) -> Findings:
    removed = _removed()
    for row in _all_facts():
        name, digest = row_digest(row)
        clinic_id = getattr(row, "clinic_id", 0)
        said = spoken_of.found(name) or removed.get(name)
        if said is None:
            yield Finding(clinic_id, f"{name} stands in no event")
        if said != digest:
            yield Finding(clinic_id, f"{name} was altered")
    for name, digest in spoken_of.missing():
        if removed.get(name) != digest:
            yield Finding(0, f"{name} is missing")
