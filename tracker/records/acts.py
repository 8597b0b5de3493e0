"""How every act is written: one transaction, its facts, one event in the keyed chain, one commit.

A commit that holds facts without an event is refused, and an event that cannot be written undoes
the act. The head of the chain is locked last, so acts in one clinic queue only for an instant.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import event as sa_event
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.models import (
    Event,
    EventHead,
    Fact,
    FactRow,
    ReadLog,
    ReadSeal,
    audit_key,
    begin_writing,
    db,
    new_id,
    utc_now,
)
from tracker.policy import Actor, require

INSTALLATION = 0  # the chain of acts that belong to no clinic
_OWN_ROWS = (Event, ReadLog)  # a seal stands in the event of the act that sealed
_SEAL_AFTER = timedelta(seconds=60)  # a read still committing is younger than this
_SEAL_AT_MOST = 500


class Conflict(Exception):
    """Raised when somebody else wrote first; nothing was saved."""


class FactWithoutEvent(RuntimeError):
    """Raised when code tries to commit facts outside an act."""


@dataclass
class Entry:
    """The act under way: its words for the history, filled in as they become known."""

    clinic_id: int
    patient_id: int | None
    by: Actor
    at: datetime
    about: dict[str, str] = field(default_factory=dict)
    whole_list: bool = False  # the act changes the worklist of every patient of the clinic

    def fact(
        self, *, kind: str, stream: str, seen: int, replaces_id: int | None = None,
        reason: str = "", fact_id: int | None = None,
    ) -> int:  # fmt: skip
        """Add the next line of a stream and give its id; `seen` is the seq the form showed.

        `fact_id` is an id that was made for it before, where the stream is named for it.
        """
        if self.patient_id is None or self.by.staff_id is None:
            raise ValueError("a fact needs a patient and a person")
        row = Fact(
            clinic_id=self.clinic_id,
            id=fact_id or new_id(),
            patient_id=self.patient_id,
            stream=stream,
            seq=seen + 1,
            kind=kind,
            recorded_by=self.by.staff_id,
            recorded_at=self.at,
            replaces_id=replaces_id,
            reason=reason,
        )
        db.session.add(row)
        db.session.flush()
        return row.id


@contextmanager
def act(
    name: str, *, by: Actor, clinic_id: int, patient_id: int | None = None, **about: str
) -> Iterator[Entry]:
    """Carry one act through: permission, transaction, event, commit.

    Raises NotAllowed before anything is read, Conflict when a line of a stream was already taken,
    and whatever the body raises; in every such case nothing is saved.
    """
    require(by, name, clinic_id)
    session = begin_writing()
    entry = Entry(clinic_id, patient_id, by, utc_now(), dict(about))
    session.info["facts"] = []
    try:
        yield entry
        session.flush()
        head = _locked_head(session, entry)
        _refresh_worklist(session, entry)
        _seal_reads(session, entry)
        _write_event(session, name, entry, head)
        session.info["evented"] = True
        session.commit()
    except IntegrityError as failure:
        session.rollback()
        if _is_collision(failure):
            raise Conflict("somebody else wrote first") from failure
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("facts", None)
        session.info.pop("evented", None)


def _refresh_worklist(session: Session, entry: Entry) -> None:
    """Make the list's rows again for everyone whom the act touched, as the facts now say."""
    from tracker.records import worklist  # it reads every room of the chart: only when acting

    if entry.whole_list:
        worklist.refresh_clinic(entry.clinic_id)
        return
    touched = {row.patient_id for row in session.info["facts"] if hasattr(row, "patient_id")}
    worklist.refresh(entry.clinic_id, {one for one in (*touched, entry.patient_id) if one})


_COLLISIONS = (
    "fact.stream", "uq_fact_clinic_id", "_revision", "event.seq", "pk_event",
    "batch_sheet.batch_id", "uq_batch_sheet",
)  # fmt: skip


def _is_collision(failure: IntegrityError) -> bool:
    words = str(failure.orig).lower()
    return any(name in words for name in _COLLISIONS) or (
        "unique" in words and ("fact" in words or "draft" in words)
    )


def plain(value: object) -> object:
    """Give a column's value as JSON can hold it, the same on both databases."""
    match value:
        case datetime():
            return value.isoformat()
        case date():
            return value.isoformat()
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case _:
            return value


def row_values(row: object) -> dict[str, object]:
    """Give a row's columns in the table's order, as plain values."""
    table = type(row).__table__  # type: ignore[attr-defined]  # a mapped class has a Table
    return {column.name: plain(getattr(row, column.key)) for column in table.columns}


def row_digest(row: object) -> tuple[str, str]:
    """Give a fact's name ("table:key/key") and the SHA-256 of all its columns."""
    table = type(row).__table__  # type: ignore[attr-defined]  # a mapped class has a Table
    values = row_values(row)
    key = "/".join(str(values[column.name]) for column in table.primary_key.columns)
    body = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{table.name}:{key}", hashlib.sha256(body.encode()).hexdigest()


def event_mac(row: Event) -> str:
    """Give the keyed digest that chains an event to the one before it."""
    values = row_values(row)
    del values["mac"]
    body = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(audit_key(), body.encode(), hashlib.sha256).hexdigest()


def _locked_head(session: Session, entry: Entry) -> EventHead:
    """Lock the end of the clinic's chain: from here on acts of one clinic go one by one."""
    head = session.scalar(
        select(EventHead)
        .where(EventHead.clinic_id == entry.clinic_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if head is None:
        head = EventHead(clinic_id=entry.clinic_id, seq=0, mac="")
        session.add(head)
        session.flush()
    return head


def _write_event(session: Session, name: str, entry: Entry, head: EventHead) -> None:
    digests = dict(row_digest(row) for row in session.info["facts"])
    row = Event(
        clinic_id=entry.clinic_id,
        seq=head.seq + 1,
        at=entry.at,
        by_id=entry.by.staff_id,
        by_name=entry.by.name,
        act=name,
        patient_id=entry.patient_id,
        about=json.dumps(entry.about, ensure_ascii=False, sort_keys=True),
        digests=json.dumps(digests, sort_keys=True),
        previous=head.mac,
    )
    row.mac = event_mac(row)
    head.seq, head.mac = row.seq, row.mac
    session.add(row)
    session.flush()


def seal_mac(rows: list[ReadLog], seal: ReadSeal) -> str:
    """Give the keyed digest of a run of the read log, chained to the seal before it."""
    body = json.dumps(
        [[plain(v) for v in row_values(r).values()] for r in rows]
        + [seal.clinic_id, seal.seq, seal.previous, plain(seal.sealed_at)],
        separators=(",", ":"),
    )
    return hmac.new(audit_key(), body.encode(), hashlib.sha256).hexdigest()


def _seal_reads(session: Session, entry: Entry) -> None:
    last = session.scalar(
        select(ReadSeal)
        .where(ReadSeal.clinic_id == entry.clinic_id)
        .order_by(ReadSeal.seq.desc())
        .limit(1)
    )
    rows = list(
        session.scalars(
            select(ReadLog)
            .where(
                ReadLog.clinic_id == entry.clinic_id,
                ReadLog.id > (last.to_id if last else 0),
                ReadLog.at < entry.at - _SEAL_AFTER,
            )
            .order_by(ReadLog.id)
            .limit(_SEAL_AT_MOST)
        )
    )
    if not rows:
        return
    seal = ReadSeal(
        clinic_id=entry.clinic_id,
        seq=(last.seq if last else 0) + 1,
        from_id=rows[0].id,
        to_id=rows[-1].id,
        rows=len(rows),
        sealed_at=entry.at,
        previous=last.mac if last else "",
    )
    seal.mac = seal_mac(rows, seal)
    session.add(seal)
    session.flush()


def log_read(*, by: Actor, clinic_id: int, patient_id: int, act_name: str) -> None:
    """Write one line of the read log and commit it; raises when it cannot be written."""
    require(by, act_name, clinic_id)
    if by.staff_id is None:
        raise ValueError("only a person reads a record")
    session = begin_writing()
    session.add(
        ReadLog(
            clinic_id=clinic_id, at=utc_now(), by_id=by.staff_id, act=act_name,
            patient_id=patient_id,
        )
    )  # fmt: skip
    session.commit()


def log_reads(*, by: Actor, clinic_id: int, patient_ids: Iterable[int], act_name: str) -> None:
    """Write one line of the read log for each of many patients, all in one commit."""
    require(by, act_name, clinic_id)
    if by.staff_id is None:
        raise ValueError("only a person reads a record")
    session = begin_writing()
    at = utc_now()
    session.add_all(
        ReadLog(clinic_id=clinic_id, at=at, by_id=by.staff_id, act=act_name, patient_id=patient_id)
        for patient_id in patient_ids
    )
    session.commit()


@sa_event.listens_for(Session, "after_flush")
def _gather_facts(session: Session, _context: Any) -> None:
    fresh = [
        row for row in session.new if isinstance(row, FactRow) and not isinstance(row, _OWN_ROWS)
    ]
    if fresh:
        session.info.setdefault("facts", []).extend(fresh)


@sa_event.listens_for(Session, "before_commit")
def _refuse_facts_without_event(session: Session) -> None:
    session.flush()
    if session.info.get("facts") and not session.info.get("evented"):
        session.info.pop("facts")
        raise FactWithoutEvent("facts are committed by an act, with its event")
