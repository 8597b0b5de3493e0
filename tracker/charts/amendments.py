"""A patient's requests to amend the record, each with its answer and the correction it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tracker.charts.patients import record_ids
from tracker.charts.telling import told
from tracker.models import AmendmentAnswer, AmendmentRequest, Event, Fact, Staff, db

# What corrects nothing: answers and requests themselves, exports, and what was refused.
_NO_CORRECTION = ("amendment.", "export.", "refused.", "audit.", "emergency.", "handout.", "sheet.")


@dataclass(frozen=True, slots=True)
class Request:
    """One request, and how it stands."""

    id: int
    seq: int
    asked_on: date
    how: str
    text: str
    recorded_by: str
    recorded_at: datetime
    accepted: bool | None  # None while it waits
    answer: str
    answered_by: str
    answered_at: datetime | None
    correction: str  # the sentence of the event that corrects


def requests_of(clinic_id: int, patient_id: int) -> tuple[Request, ...]:
    """List the requests of a chart, newest first."""
    fact, answered = aliased(Fact), aliased(Fact)
    asker, answerer = aliased(Staff), aliased(Staff)
    rows = db.session.execute(
        select(AmendmentRequest, fact, asker.name, AmendmentAnswer, answered, answerer.name, Event)
        .join(
            fact, (fact.clinic_id == AmendmentRequest.clinic_id) & (fact.id == AmendmentRequest.id)
        )
        .join(asker, asker.id == fact.recorded_by)
        .outerjoin(
            AmendmentAnswer,
            (AmendmentAnswer.clinic_id == AmendmentRequest.clinic_id)
            & (AmendmentAnswer.request_id == AmendmentRequest.id),
        )
        .outerjoin(
            answered,
            (answered.clinic_id == AmendmentAnswer.clinic_id) & (answered.id == AmendmentAnswer.id),
        )
        .outerjoin(answerer, answerer.id == answered.recorded_by)
        .outerjoin(
            Event,
            (Event.clinic_id == AmendmentAnswer.clinic_id)
            & (Event.seq == AmendmentAnswer.event_seq),
        )
        .where(
            AmendmentRequest.clinic_id == clinic_id,
            AmendmentRequest.patient_id.in_(record_ids(clinic_id, patient_id)),
        )
        .order_by(fact.recorded_at.desc(), AmendmentRequest.id.desc())
    )
    return tuple(_request(*found) for found in rows)


def _request(
    row: AmendmentRequest, line: Fact, asked_by: str, answer: AmendmentAnswer | None,
    of_answer: Fact | None, answered_by: str | None, event: Event | None,
) -> Request:  # fmt: skip
    return Request(
        id=row.id,
        seq=of_answer.seq if of_answer else line.seq,
        asked_on=row.asked_on,
        how=row.how,
        text=row.text,
        recorded_by=asked_by,
        recorded_at=line.recorded_at,
        accepted=answer.accepted if answer else None,
        answer=answer.text if answer else "",
        answered_by=answered_by or "",
        answered_at=of_answer.recorded_at if of_answer else None,
        correction=told(event) if event else "",
    )


def corrections(clinic_id: int, patient_id: int, since: datetime) -> tuple[tuple[int, str], ...]:
    """List the acts upon a chart since a moment that may be its correction, newest first."""
    events = db.session.scalars(
        select(Event)
        .where(
            Event.clinic_id == clinic_id,
            Event.patient_id.in_(record_ids(clinic_id, patient_id)),
            Event.at >= since,
        )
        .order_by(Event.seq.desc())
        .limit(200)
    )
    return tuple((e.seq, told(e)) for e in events if not e.act.startswith(_NO_CORRECTION))
