"""Recording a check-in that took place, and amending it by a new copy.

What the answers demand is done in the same act: an alarm is escalated or its handling kept, and
the next contact is booked. Nothing of it can be saved without the rest.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete

from tracker import dates
from tracker.charts.course import course_of
from tracker.charts.plans import in_force
from tracker.checkins import MODES, SPOKE_WITH, Alarm, Answer, Handled, Head, Reading
from tracker.course import step_of_day
from tracker.languages import said
from tracker.models import (
    CheckInAlarm,
    CheckInAnswer,
    CheckInRecord,
    CheckInScore,
    Draft,
    db,
    new_id,
)
from tracker.policy import Actor
from tracker.records.acts import Conflict, Entry, act
from tracker.records.checkins import Day, Refused, add_booking, refuse_closed, the_checkin, unmerged
from tracker.records.escalations import raise_within
from tracker.records.therapies import record_within

NEXT = "next.contact"  # the question under which the next contact stands in a record
CODE = "plan.code"  # and that under which the plan code does


class NotReady(Exception):
    """Raised when a check-in cannot be saved; `sentences` say why."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def draft_about(checkin_id: int | None, staff_id: int | None) -> str:
    """Name a person's draft of a check-in; None stands for a contact that nobody planned."""
    return f"{checkin_id or 'new'}/{staff_id}"


def record(
    *, by: Actor, clinic_id: int, patient_id: int, checkin_id: int | None, seen: int,
    reading: Reading, today: date, code: tuple[str, str] | None = None,
) -> int:  # fmt: skip
    """Record a check-in, or a contact that nobody had planned, and give the record's id.

    Raises NotReady while something stands in the way (an alarm without its handling among them),
    Conflict when something happened to the check-in since the page was made, and Refused when it
    was cancelled, or somebody recorded the same therapy meanwhile. `code` is the plan code on the
    patient's paper and its answer. The person's own draft is gone afterwards.
    """
    head = _ready(reading)
    with act("checkin.record", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        entry.about |= _words(head)
        if checkin_id is None:
            unmerged(entry)
            fact_id = entry.fact(kind="checkin_record", stream=f"checkin:{new_id()}", seen=0)
        else:
            found = the_checkin(entry, checkin_id, seen)
            refuse_closed(found)
            fact_id = entry.fact(kind="checkin_record", stream=found.stream, seen=found.seq)
        _add_record(entry, fact_id, checkin_id or fact_id, head, today)
        more = (*_paper_code(code), *_book_next(entry, reading))
        _add_answers(entry, fact_id, (*reading.answers, *more))
        _add_scores(entry, fact_id, reading)
        _add_alarms(entry, fact_id, reading, {})
        _add_therapies(entry, head.on, today, reading)
        _drop_draft(entry, checkin_id)
    return fact_id


def amend(
    *, by: Actor, clinic_id: int, patient_id: int, checkin_id: int, seen: int, reading: Reading,
    reason: str, today: date,
) -> int:  # fmt: skip
    """Amend a recorded check-in by a new copy that names the one it replaces; give its id.

    An alarm that the copy before escalated keeps that escalation. Raises what `record` raises, and
    Refused where nothing was recorded yet.
    """
    if not reason:
        raise ValueError("an amended copy needs a reason")
    head = _ready(reading)
    with act("checkin.amend", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        found = the_checkin(entry, checkin_id, seen)
        if found.contact is None:
            raise Refused(said("Nothing is recorded here that could be amended."))
        entry.about |= {"on": dates.screen(head.on), "reason": reason}
        fact_id = entry.fact(
            kind="checkin_record",
            stream=found.stream,
            seen=found.seq,
            replaces_id=found.contact.id,
            reason=reason,
        )
        _add_record(entry, fact_id, checkin_id, head, today)
        _add_answers(entry, fact_id, reading.answers)
        _add_scores(entry, fact_id, reading)
        before = _escalations(clinic_id, found.contact.id)
        _add_alarms(entry, fact_id, reading, before)
    return fact_id


def _ready(reading: Reading) -> Head:
    sentences = tuple(problem.sentence for problem in reading.problems)
    unhandled = set(reading.alarms) - {one.alarm for one in reading.handled}
    if sentences or unhandled or reading.head is None:
        raise NotReady(sentences or (said("A fact is not handled."),))
    return reading.head


def _words(head: Head) -> dict[str, str]:
    return {
        "on": dates.screen(head.on),
        "mode": MODES[head.mode].lower(),
        "with_whom": SPOKE_WITH[head.spoke_with].lower(),
    }


def _add_record(entry: Entry, fact_id: int, checkin_id: int, head: Head, today: date) -> None:
    signed = in_force(entry.clinic_id, entry.patient_id or 0)
    course = course_of(entry.clinic_id, entry.patient_id or 0, signed)
    step = step_of_day(course, head.on)
    db.session.add(
        CheckInRecord(
            clinic_id=entry.clinic_id,
            id=fact_id,
            patient_id=entry.patient_id,
            checkin_id=checkin_id,
            on=head.on,
            entered_on=today,
            mode=head.mode,
            spoke_with=head.spoke_with,
            spoke_name=head.spoke_name,
            identity_confirmed=True,
            version_id=signed.id if signed else None,
            step_number=step.number if step else None,
            note=head.note,
        )
    )
    db.session.flush()


def _add_answers(entry: Entry, record_id: int, answers: tuple[Answer, ...]) -> None:
    db.session.add_all(
        CheckInAnswer(
            clinic_id=entry.clinic_id,
            record_id=record_id,
            question=answer.question,
            position=position,
            version=answer.version,
            asked=answer.asked,
            value=answer.value,
            words=answer.words,
        )
        for position, answer in enumerate(answers)
    )


def _add_scores(entry: Entry, record_id: int, reading: Reading) -> None:
    db.session.add_all(
        CheckInScore(
            clinic_id=entry.clinic_id,
            record_id=record_id,
            instrument=score.instrument,
            version=score.version,
            total=score.total,
            answered=score.answered,
            items=score.items,
        )
        for score in reading.scores
    )


def _add_alarms(entry: Entry, record_id: int, reading: Reading, before: dict[Alarm, int]) -> None:
    raised = _raise(entry, record_id, reading)
    for one in reading.handled:
        escalation_id = before.get(one.alarm, raised) if one.escalated else None
        if one.escalated and escalation_id is None:
            raise NotReady((said("{words}: nobody was told.", words=one.words),))
        db.session.add(_alarm(entry, record_id, one, escalation_id))


def _alarm(entry: Entry, record_id: int, one: Handled, escalation_id: int | None) -> CheckInAlarm:
    return CheckInAlarm(
        clinic_id=entry.clinic_id,
        record_id=record_id,
        alarm=one.alarm.value,
        words=one.words,
        escalated=one.escalated,
        escalation_id=escalation_id,
        handled_by=one.by,
        handled_how=one.how,
    )


def _raise(entry: Entry, record_id: int, reading: Reading) -> int | None:
    wish = reading.wish
    if wish is None:
        return None
    return raise_within(
        entry,
        about=wish.about,
        needed_by=wish.needed_by,
        source="checkin",
        source_id=record_id,
        text=wish.text,
        spoken_to=wish.spoken_to,
        patient_is=wish.patient_is,
    )


def _escalations(clinic_id: int, record_id: int) -> dict[Alarm, int]:
    rows = db.session.query(CheckInAlarm).filter_by(clinic_id=clinic_id, record_id=record_id)
    return {Alarm(row.alarm): row.escalation_id for row in rows if row.escalation_id is not None}


def _paper_code(code: tuple[str, str] | None) -> tuple[Answer, ...]:
    return (Answer(CODE, 1, said("Plan code on the patient’s paper"), *code),) if code else ()


def _book_next(entry: Entry, reading: Reading) -> tuple[Answer, ...]:
    """Book the next contact that was agreed, and keep in words what was said about it."""
    following = reading.following
    if following is None:
        raise NotReady((said("Next contact: choose one."),))
    if following.way == "book" and following.on:
        add_booking(entry, Day(following.on, following.at, following.mode))
        at = f" at {dates.clock_words(following.at)}" if following.at else ""
        words = f"{dates.screen(following.on)}{at}, {MODES[following.mode].lower()}"
    elif following.way == "none":
        words = f"None booked: {following.because}"
    else:
        words = said("As planned")
    return (Answer(NEXT, 1, said("Next contact"), following.way, words),)


def _add_therapies(entry: Entry, on: date, today: date, reading: Reading) -> None:
    """Add what was said of the therapies, as their own page would."""
    for one in reading.therapies:
        try:
            record_within(
                entry, therapy=one.therapy, words=one.words, kind=one.kind, on=on, today=today,
                therapy_id=one.therapy_id, seen=one.seen, times=one.times, barrier=one.barrier,
                text=one.text,
            )  # fmt: skip
        except Conflict as conflict:
            raise Refused(
                said(
                    "Somebody recorded something of {words} meanwhile. "
                    "Look at where it stands now, and save again.",
                    words=one.words,
                )
            ) from conflict


def _drop_draft(entry: Entry, checkin_id: int | None) -> None:
    db.session.execute(
        delete(Draft).where(
            Draft.clinic_id == entry.clinic_id,
            Draft.patient_id == entry.patient_id,
            Draft.kind == "checkin",
            Draft.about == draft_about(checkin_id, entry.by.staff_id),
        )
    )
