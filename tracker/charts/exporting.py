"""A patient's whole record, gathered for an export into the exchange's frozen values."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import and_, exists, func, or_, select

from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.charts.history import said
from tracker.charts.patients import PatientHead, patient_of, record_ids
from tracker.charts.plans import signed_version, version_lines
from tracker.charts.regimens import history as regimens_of
from tracker.charts.therapies import all_of as therapies_of
from tracker.charts.therapies import now as therapies_now
from tracker.course import Course, PlanState, held, stay_on, version_state
from tracker.exchange.calendar import Entry
from tracker.exchange.values import (
    Answer,
    CheckInValue,
    ClinicValue,
    EventValue,
    HandoutValue,
    PatientValue,
    PersonValue,
    PlanValue,
    Record,
    Score,
)
from tracker.models import (
    CheckInAnswer,
    CheckInScore,
    Clinic,
    EnteredInError,
    Event,
    Fact,
    Handout,
    Patient,
    Staff,
    db,
)
from tracker.plans import Version
from tracker.therapies import Standing

_PATIENT = tuple(field.name for field in fields(PatientValue))
Names = Mapping[str, tuple[str, str]]  # instrument: its name, and the LOINC code of its total


def clinic_value(clinic: Clinic) -> ClinicValue:
    """Give the clinic as an export names it."""
    return ClinicValue(clinic.id, clinic.name, clinic.address, clinic.day_phone, clinic.time_zone)


def patient_ids(clinic_id: int) -> Iterator[int]:
    """Yield every patient of a clinic by id; a merged record is told with the one it is part of."""
    after = 0
    while True:
        run = db.session.scalars(
            select(Patient.id)
            .where(
                Patient.clinic_id == clinic_id,
                Patient.id > after,
                Patient.merged_into_id.is_(None),
            )
            .order_by(Patient.id)
            .limit(500)
        ).all()
        if not run:
            return
        yield from run
        after = run[-1]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One time that something left a patient's record."""

    at: datetime
    sentence: str


LEFT = (
    "export.patient", "handout.print", "handout.give", "handout.lock", "sheet.print",
    "hold_slip.print", "emergency.opened",
)  # fmt: skip
LEFT_WITH_ALL = ("export.clinic", "install.export", "downtime.print")


def disclosures(clinic_id: int, patient_id: int) -> tuple[Disclosure, ...]:
    """List what left a record, newest first: exports and paper, those of many patients included.

    A batch prints each handout by an act of its own. What held the whole clinic, such as a downtime
    pack, stands in every record that was there then. Emergency access is read by another clinic.
    """
    ids = record_ids(clinic_id, patient_id)
    since = select(func.min(Patient.registered_at)).where(
        Patient.clinic_id == clinic_id, Patient.id.in_(ids)
    )
    rows = db.session.scalars(
        select(Event)
        .where(
            Event.clinic_id == clinic_id,
            or_(
                and_(Event.patient_id.in_(ids), Event.act.in_(LEFT)),
                and_(
                    Event.patient_id.is_(None),
                    Event.act.in_(LEFT_WITH_ALL),
                    Event.at >= since.scalar_subquery(),
                ),
                and_(
                    Event.act == "export.report",
                    or_(*(Event.about.contains(f",{one},") for one in ids)),
                ),
            ),
        )
        .order_by(Event.seq.desc())
    )
    return tuple(Disclosure(row.at, said(row)) for row in rows)


def record_of(clinic: Clinic, patient_id: int, instruments: Names) -> Record | None:
    """Gather all of one patient's record, or None for one who is not of this clinic.

    What was entered in error is left out; the history tells of it.
    """
    head = patient_of(clinic.id, patient_id)
    if head is None:
        return None
    course = course_of(clinic.id, patient_id)
    plans = _plans(clinic.id, patient_id, course)
    events = _events(clinic.id, patient_id)
    return Record(
        clinic=clinic_value(clinic),
        patient=PatientValue(**{name: getattr(head, name) for name in _PATIENT}),
        people=_people(head, events),
        regimens=tuple(r for r in regimens_of(clinic.id, patient_id) if not r.in_error),
        plans=plans,
        course=course,
        checkins=_checkins(clinic.id, patient_id, instruments),
        therapies=_therapies(clinic.id, patient_id, plans[-1].version if plans else None),
        handouts=_handouts(clinic.id, patient_id),
        events=events,
    )


def _plans(clinic_id: int, patient_id: int, course: Course) -> tuple[PlanValue, ...]:
    found = []
    for line in reversed(version_lines(clinic_id, patient_id)):
        signed = None if line.in_error else signed_version(clinic_id, line.id)
        if signed is None:
            continue
        of_newest = signed.plan_id == course.plan_id
        state = version_state(course, signed.version.number) if of_newest else None
        found.append(
            PlanValue(
                version_id=signed.id,
                signed_at=signed.signed_at,
                signed_by=signed.version.signed_by,
                version=signed.version,
                state=state or PlanState.REPLACED,
            )
        )
    return tuple(found)


def _events(clinic_id: int, patient_id: int) -> tuple[EventValue, ...]:
    rows = db.session.scalars(
        select(Event)
        .where(
            Event.clinic_id == clinic_id, Event.patient_id.in_(record_ids(clinic_id, patient_id))
        )
        .order_by(Event.seq)
    )
    return tuple(
        EventValue(row.seq, row.at, row.by_id, row.by_name, row.act, said(row)) for row in rows
    )


def _people(head: PatientHead, events: Iterable[EventValue]) -> dict[int, PersonValue]:
    ids = {event.by_id for event in events if event.by_id} | {head.physician_id or 0}
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {staff_id: PersonValue(staff_id, name) for staff_id, name in rows}


def _checkins(clinic_id: int, patient_id: int, instruments: Names) -> tuple[CheckInValue, ...]:
    found = checkins_of(clinic_id, patient_id)
    held = [one.contact.id for one in found if one.contact]
    answers: dict[int, list[Answer]] = defaultdict(list)
    for row in db.session.scalars(
        select(CheckInAnswer)
        .where(CheckInAnswer.clinic_id == clinic_id, CheckInAnswer.record_id.in_(held))
        .order_by(CheckInAnswer.record_id, CheckInAnswer.position)
    ):
        answers[row.record_id].append(Answer(row.question, row.asked, row.words))
    scores: dict[int, list[Score]] = defaultdict(list)
    for total in db.session.scalars(
        select(CheckInScore)
        .where(CheckInScore.clinic_id == clinic_id, CheckInScore.record_id.in_(held))
        .order_by(CheckInScore.record_id, CheckInScore.instrument)
    ):
        name, loinc = instruments.get(total.instrument, (total.instrument, ""))
        number = json.loads(total.total) if total.total else None
        scores[total.record_id].append(Score(total.instrument, name, number, loinc))
    return tuple(
        CheckInValue(
            one,
            tuple(answers[one.contact.id]) if one.contact else (),
            tuple(scores[one.contact.id]) if one.contact else (),
        )
        for one in found
    )


def _therapies(clinic_id: int, patient_id: int, version: Version | None) -> tuple[Standing, ...]:
    recorded = therapies_of(clinic_id, patient_id)
    stopped = [one for one in recorded if one.state == "stopped"]
    return (*therapies_now(recorded, version), *stopped)


def _handouts(clinic_id: int, patient_id: int) -> tuple[HandoutValue, ...]:
    wrong = exists().where(
        EnteredInError.clinic_id == Handout.clinic_id, EnteredInError.fact_id == Handout.id
    )
    rows = db.session.execute(
        select(
            Handout.id,
            Handout.version_id,
            Handout.printed_at,
            Staff.name,
            Handout.language,
            Handout.sha256,
            func.length(Handout.pdf),
        )
        .join(Fact, and_(Fact.clinic_id == Handout.clinic_id, Fact.id == Handout.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(
            Handout.clinic_id == clinic_id,
            Handout.sheet == "patient",
            Handout.patient_id.in_(record_ids(clinic_id, patient_id)),
            ~wrong,
        )
        .order_by(Handout.printed_at, Handout.id)
    )
    return tuple(HandoutValue(*row) for row in rows)


_SUMMARIES = {"phone": "Call from {}", "video": "Video visit with {}", "in_person": "Visit at {}"}


def calendar_entries(
    clinic: Clinic, patient_id: int, *, today: date, now: datetime
) -> tuple[Entry, ...]:
    """Give a patient's check-ins for a calendar: no medicine, no dose, no reason.

    What will not be held is withdrawn: a cancelled or replaced check-in; after a death every one;
    while the plan is on hold those laid beside steps that may not start.
    """
    course = course_of(clinic.id, patient_id)
    died = course.patient_state == "died"
    stay = stay_on(course, today) if held(course) else None
    return tuple(
        Entry(
            id=one.id,
            clinic_id=clinic.id,
            # Whatever withdraws or brings back an entry also takes a place in one of the streams.
            revision=one.seq + course.seq + (1_000_000 if died else 0),
            changed_at=now,
            on=one.on,
            at=one.at,
            summary=_SUMMARIES[one.mode].format(clinic.name),
            where=clinic.address if one.mode == "in_person" else clinic.day_phone,
            withdrawn=died
            or bool(one.cancelled or one.replaced)
            or bool(stay and one.open and one.planned and one.planned.step_number > stay.number),
        )
        for one in checkins_of(clinic.id, patient_id)
        if one.planned or one.booked  # a contact that nobody had planned is no appointment
    )
