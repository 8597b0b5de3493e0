"""What must hold after a working day: acts there, the Today list right, the history whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bench.day import Acknowledged
from tracker.models import (
    Base,
    CheckInRecord,
    Event,
    EventHead,
    Fact,
    Handout,
    Happening,
    PlanVersion,
    db,
    new_id,
)
from tracker.records import worklist
from tracker.records.acts import event_mac, row_digest


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the histories ended, and the id that every later fact is above."""

    ends: dict[int, tuple[int, str]]
    first_id: int
    already: int  # facts above it: of cases that were recorded under a clock set to later that day


def mark() -> Mark:
    """Note where the histories end now."""
    heads = db.session.execute(select(EventHead.clinic_id, EventHead.seq, EventHead.mac))
    first_id = new_id()
    ends = {clinic_id: (seq, mac) for clinic_id, seq, mac in heads}
    return Mark(ends, first_id, _facts_above(first_id))


def _facts_above(first_id: int) -> int:
    return db.session.scalar(select(func.count()).where(Fact.id > first_id)) or 0


def lost(acts: Iterable[Acknowledged]) -> list[Acknowledged]:
    """Give the acknowledged acts that the record does not hold."""
    return [one for one in acts if not _there(one)]


def _there(one: Acknowledged) -> bool:
    query = {
        "check-in": select(CheckInRecord.id).where(
            CheckInRecord.clinic_id == one.clinic_id,
            CheckInRecord.patient_id == one.patient_id,
            CheckInRecord.checkin_id == one.ref,
        ),
        "start": select(Happening.id)
        .join(Fact, (Fact.clinic_id == Happening.clinic_id) & (Fact.id == Happening.id))
        .where(Fact.clinic_id == one.clinic_id, Fact.patient_id == one.patient_id),
        "handout": select(Handout.id).where(
            Handout.clinic_id == one.clinic_id, Handout.id == one.ref
        ),
        "plan": select(PlanVersion.id).where(
            PlanVersion.clinic_id == one.clinic_id, PlanVersion.patient_id == one.patient_id
        ),
    }[one.what]
    return db.session.scalar(query.limit(1)) is not None


def differ(patients: Sequence[tuple[int, int]], most: int = 1500) -> int:
    """Count the rows of the Today list that are not what the patients' facts make."""
    found = 0
    for place, (clinic_id, patient_id) in enumerate(patients[:most], 1):
        found += worklist.differ(clinic_id, patient_id)
        if place % 100 == 0:
            db.session.rollback()
            db.session.expunge_all()
    return found


def broken_since(before: Mark) -> tuple[int, list[str]]:
    """Follow each chain from where it ended; every new fact must stand in it with its digest."""
    broken, spoken_of, count = [], dict[str, str](), 0
    for clinic_id, (seq, mac) in before.ends.items():
        later = select(Event).where(Event.clinic_id == clinic_id, Event.seq > seq)
        for event in db.session.scalars(later.order_by(Event.seq)):
            seq, count = seq + 1, count + 1
            if (event.seq, event.previous) != (seq, mac) or event.mac != event_mac(event):
                broken.append(f"clinic {clinic_id}, event {event.seq}")
            mac = event.mac
            spoken_of |= json.loads(event.digests)
        head = db.session.get(EventHead, clinic_id, populate_existing=True)
        if head is None or (head.seq, head.mac) != (seq, mac):
            broken.append(f"clinic {clinic_id}, its end")
    broken += [name for name, digest in spoken_of.items() if _digest(name) != digest]
    unspoken = _facts_above(before.first_id) - before.already
    told = sum(1 for name in spoken_of if name.startswith("fact:"))
    if unspoken != told:
        broken.append(f"{unspoken} facts, {told} of them in events")
    return count, broken


_CLASSES = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


def _digest(name: str) -> str:
    """Give the digest of the fact of this name as it stands now, "" when it is gone."""
    table, _, key = name.partition(":")
    columns = list(Base.metadata.tables[table].primary_key.columns)
    parts = tuple(
        int(part) if column.type.python_type is int else part
        for column, part in zip(columns, key.split("/"), strict=True)
    )
    row = db.session.get(_CLASSES[table], parts)
    return row_digest(row)[1] if row is not None else ""
