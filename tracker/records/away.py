"""Acts about where the patient is and what they have: times away, supply problems, calls owed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tracker.charts.course import course_of
from tracker.charts.patients import record_ids
from tracker.course import Away, AwayWhere, Supply
from tracker.course.refusals import TO_COME
from tracker.course.words import AWAY_WORDS, SUPPLY_WORDS
from tracker.dates import screen
from tracker.languages import said
from tracker.models import Away as AwayRow
from tracker.models import (
    AwayNote,
    CallBack,
    CodeCheck,
    Fact,
    PlanVersion,
    SupplyProblem,
    db,
    new_id,
)
from tracker.policy import Actor
from tracker.records.acts import Entry, act
from tracker.records.course import Worry, ask_physician
from tracker.records.patients import Refused


def leave(
    *, by: Actor, clinic_id: int, patient_id: int, kind: str, place: str, left_on: date,
    until: date | None, worry: Worry | None = None,
) -> int:  # fmt: skip
    """Record that the patient is away, since when and at what kind of place; give the fact's id.

    A nurse raises an escalation with it. Raises Refused for an expected return before the
    departure, and while the patient is away already.
    """
    words = AWAY_WORDS[AwayWhere(kind)] + (f", {place}" if place else "")
    with act(
        "away.record", by=by, clinic_id=clinic_id, patient_id=patient_id,
        on=screen(left_on), where=words,
    ) as entry:  # fmt: skip
        if until is not None and until < left_on:
            raise Refused(
                said("The return is before the departure. Type both days again."), "until"
            )
        if any(one.back_on is None for one in course_of(clinic_id, patient_id).away):
            raise Refused(
                said("The patient is recorded as away already. Record that return first.")
            )
        fact_id = entry.fact(kind="away", stream=f"away:{new_id()}", seen=0)
        db.session.add(
            AwayRow(
                clinic_id=clinic_id,
                id=fact_id,
                patient_id=patient_id,
                place_kind=kind,
                place=place,
                left_on=left_on,
                until=until,
            )
        )
        db.session.flush()
        ask_physician(
            entry, worry, about=words, source="away", fact_id=fact_id,
            text=f"Away since {screen(left_on)}.",
        )  # fmt: skip
        return fact_id


def back(
    *, by: Actor, clinic_id: int, patient_id: int, away_id: int, seen: int, on: date, words: str
) -> int:
    """Record the return from a time away; the plan then asks for a review before it restarts."""
    with act(
        "away.back", by=by, clinic_id=clinic_id, patient_id=patient_id, on=screen(on)
    ) as entry:
        away = _away(entry, away_id)
        if away.back_on is not None:
            raise Refused(
                said("The return on {day} is recorded already.", day=screen(away.back_on))
            )
        if on < away.left_on:
            told = said(
                "The patient left on {day}. Type that day or a later one.", day=screen(away.left_on)
            )
            raise Refused(told, "on")
        return _note(entry, away, seen, "back", on, words)


def review(
    *, by: Actor, clinic_id: int, patient_id: int, away_id: int, seen: int, on: date, words: str
) -> int:
    """Record a physician's review before the plan restarts, with the decision in words."""
    with act(
        "away.review", by=by, clinic_id=clinic_id, patient_id=patient_id, decision=words
    ) as entry:
        away = _away(entry, away_id)
        if away.reviewed_on is not None:
            raise Refused(
                said(
                    "{reviewed_by} reviewed this on {day}.",
                    reviewed_by=away.reviewed_by,
                    day=screen(away.reviewed_on),
                )
            )
        if not words:
            raise Refused(said("Type what was decided."), "words")
        return _note(entry, away, seen, "reviewed", on, words)


def _away(entry: Entry, away_id: int) -> Away:
    assert entry.patient_id is not None
    course = course_of(entry.clinic_id, entry.patient_id)
    found = next((one for one in course.away if one.id == away_id), None)
    if found is None:
        raise Refused(said("This time away is not in this patient’s record."))
    return found


def _note(entry: Entry, away: Away, seen: int, what: str, on: date, words: str) -> int:
    stream = _stream_of(entry.clinic_id, away.id)
    fact_id = entry.fact(kind="away_note", stream=stream, seen=seen)
    db.session.add(
        AwayNote(
            clinic_id=entry.clinic_id,
            id=fact_id,
            patient_id=entry.patient_id,
            away_id=away.id,
            what=what,
            on=on,
            words=words,
        )
    )
    db.session.flush()
    return fact_id


def supply(
    *, by: Actor, clinic_id: int, patient_id: int, what: str, on: date, today: date, words: str,
    worry: Worry,
) -> int:  # fmt: skip
    """Record a supply problem, and raise an escalation with it; give the fact's id."""
    with act(
        "supply.record", by=by, clinic_id=clinic_id, patient_id=patient_id,
        on=screen(on), what=SUPPLY_WORDS[Supply(what)].lower(),
    ) as entry:  # fmt: skip
        if on > today:
            raise Refused(TO_COME, "on")
        fact_id = entry.fact(kind="supply_problem", stream=f"supply:{new_id()}", seen=0)
        db.session.add(
            SupplyProblem(
                clinic_id=clinic_id,
                id=fact_id,
                patient_id=patient_id,
                what=what,
                on=on,
                words=words,
            )
        )
        db.session.flush()
        problem = SUPPLY_WORDS[Supply(what)]
        ask_physician(
            entry, worry, about=f"Supply problem: {problem.lower()}", source="supply",
            fact_id=fact_id, text=words or problem,
        )  # fmt: skip
        return fact_id


def call_back(*, by: Actor, clinic_id: int, patient_id: int, check_id: int, words: str) -> int:
    """Record the call that the answer to a plan code promised; give the fact's id.

    Raises Conflict when somebody recorded it first, Refused when no call is owed.
    """
    with act("call.back", by=by, clinic_id=clinic_id, patient_id=patient_id, note=words) as entry:
        owed = db.session.scalar(
            select(CodeCheck.id)
            .join(
                PlanVersion,
                (PlanVersion.clinic_id == CodeCheck.clinic_id)
                & (PlanVersion.id == CodeCheck.version_id),
            )
            .where(
                CodeCheck.clinic_id == clinic_id,
                CodeCheck.id == check_id,
                CodeCheck.answer.in_(("old", "ended")),
                PlanVersion.patient_id.in_(record_ids(clinic_id, patient_id)),
            )
        )
        if owed is None:
            raise Refused(said("No call is owed for this patient."))
        fact_id = entry.fact(kind="call_back", stream=f"call:{check_id}", seen=0)
        db.session.add(
            CallBack(
                clinic_id=clinic_id,
                id=fact_id,
                patient_id=patient_id,
                check_id=check_id,
                words=words,
            )
        )
        db.session.flush()
        return fact_id


def _stream_of(clinic_id: int, fact_id: int) -> str:
    stream = db.session.scalar(
        select(Fact.stream).where(Fact.clinic_id == clinic_id, Fact.id == fact_id)
    )
    assert stream is not None
    return stream
