"""What was recorded in a check-in: its answers as they were asked, scores, alarms and copies."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import aliased

from tracker.charts.checkins import contact_line
from tracker.charts.patients import record_ids
from tracker.charts.reading import once_a_page
from tracker.checkins import Contact
from tracker.checkins.instruments import PUBLISHED
from tracker.languages import said
from tracker.models import (
    CheckInAlarm,
    CheckInAnswer,
    CheckInRecord,
    CheckInScore,
    EnteredInError,
    Fact,
    Staff,
    db,
)
from tracker.retold import retold


@dataclass(frozen=True, slots=True)
class Answered:
    """A question as it was asked, and its answer; "" was not recorded."""

    question: str
    version: int
    asked: str
    value: str
    words: str

    @property
    def instrument(self) -> str:
        """The id of the instrument it belongs to."""
        return self.question.partition(".")[0]

    @property
    def published(self) -> bool:
        """Whether it is one of a published scale, which keeps its words."""
        return self.instrument in PUBLISHED


@dataclass(frozen=True, slots=True)
class Scored:
    """A total as it was saved; "" while an item was not answered."""

    instrument: str
    version: int
    total: str
    answered: int
    items: int


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """What was done about an alarm."""

    alarm: str
    words: str
    escalated: bool
    escalation_id: int | None
    handled_by: str
    handled_how: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """One copy of a recorded check-in."""

    checkin_id: int
    contact: Contact
    answers: tuple[Answered, ...]
    scores: tuple[Scored, ...]
    alarms: tuple[AlarmLine, ...]
    in_error: str

    def answer(self, question: str) -> Answered | None:
        """Give the answer to a question, or None where it was not on the form."""
        return next((one for one in self.answers if one.question == question), None)


@dataclass(frozen=True, slots=True)
class DatedScore:
    """A total on the day of its contact, for a line over time; "" for an incomplete scale."""

    on: date
    instrument: str
    version: int
    total: str
    record_id: int


def copies_of(
    clinic_id: int, patient_id: int, stream: str, *, until: int | None = None
) -> tuple[Recorded, ...]:
    """Give every copy that was recorded for a check-in of this chart, the newest first.

    `until` leaves out what came after that place in the stream.
    """
    query = _records(clinic_id, patient_id).where(Fact.stream == stream)
    if until is not None:
        query = query.where(Fact.seq <= until)
    rows = db.session.execute(query.order_by(Fact.seq.desc())).all()
    return _filled(clinic_id, [tuple(row) for row in rows])


@once_a_page
def latest(clinic_id: int, patient_id: int, *, most: int = 1) -> tuple[Recorded, ...]:
    """Give the last contacts of a chart as they count, the newest day first."""
    later, marked = aliased(Fact), aliased(EnteredInError)
    replaced = select(later.id).where(
        later.clinic_id == clinic_id,
        later.replaces_id == CheckInRecord.id,
        later.kind == "checkin_record",
        ~select(marked.id)
        .where(marked.clinic_id == clinic_id, marked.fact_id == later.id)
        .exists(),
    )
    rows = db.session.execute(
        _records(clinic_id, patient_id)
        .where(EnteredInError.id.is_(None), ~replaced.exists())
        .order_by(CheckInRecord.on.desc(), Fact.recorded_at.desc())
        .limit(most)
    ).all()
    return _filled(clinic_id, [tuple(row) for row in rows])


def scores_over_time(clinic_id: int, patient_id: int) -> tuple[DatedScore, ...]:
    """Give every score of a chart as it counts, the earliest first."""
    found = latest(clinic_id, patient_id, most=1000)
    return tuple(
        DatedScore(one.contact.on, score.instrument, score.version, score.total, one.contact.id)
        for one in reversed(found)
        for score in one.scores
    )


def _records(clinic_id: int, patient_id: int) -> Select[*tuple[Any, ...]]:
    """Build the query: every record of a chart with its line, who wrote it, and why it is wrong."""
    return (
        select(CheckInRecord, Fact, Staff.name, EnteredInError.reason)
        .join(Fact, and_(Fact.clinic_id == CheckInRecord.clinic_id, Fact.id == CheckInRecord.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .outerjoin(
            EnteredInError,
            and_(EnteredInError.clinic_id == Fact.clinic_id, EnteredInError.fact_id == Fact.id),
        )
        .where(
            CheckInRecord.clinic_id == clinic_id,
            CheckInRecord.patient_id.in_(record_ids(clinic_id, patient_id)),
        )
    )


def _answered(one: CheckInAnswer) -> Answered:
    """Give an answer; a chosen one can be said in Spanish, but for a published scale's."""
    asked, words = one.asked, one.words
    if one.question.partition(".")[0] not in PUBLISHED:
        asked = said(asked)
        words = retold(words) if one.value != words else words
    return Answered(one.question, one.version, asked, one.value, words)


def _filled(clinic_id: int, rows: list[tuple[Any, ...]]) -> tuple[Recorded, ...]:
    ids = [row.id for row, *_ in rows]
    answers, scores, alarms = (
        _by_record(clinic_id, ids, model) for model in (CheckInAnswer, CheckInScore, CheckInAlarm)
    )
    return tuple(
        Recorded(
            checkin_id=row.checkin_id,
            contact=contact_line(row, fact, by),
            answers=tuple(
                _answered(one)
                for one in sorted(answers[row.id], key=lambda one: one.position)
            ),
            scores=tuple(
                Scored(one.instrument, one.version, one.total, one.answered, one.items)
                for one in scores[row.id]
            ),
            alarms=tuple(
                AlarmLine(
                    one.alarm, said(one.words), one.escalated, one.escalation_id, one.handled_by,
                    one.handled_how,
                )
                for one in alarms[row.id]
            ),
            in_error=wrong or "",
        )
        for row, fact, by, wrong in rows
    )  # fmt: skip


def _by_record(clinic_id: int, ids: list[int], model: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    if ids:
        asked = {"clinic_id": clinic_id, "ids": ids}
        for row in db.session.scalars(_of_records(model), asked):
            found[row.record_id].append(row)
    return found


@cache
def _of_records(model: Any) -> Select[*tuple[Any, ...]]:
    return select(model).where(
        model.clinic_id == bindparam("clinic_id"),
        model.record_id.in_(bindparam("ids", expanding=True)),
    )
