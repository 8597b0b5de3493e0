"""A patient's whole record, gathered for an export into the exchange's frozen values."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select

from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.charts.history import said
from tracker.charts.patients import PatientHead, patient_of, record_ids
from tracker.charts.plans import signed_version, version_lines
from tracker.charts.regimens import history as regimens_of
from tracker.charts.therapies import all_of as therapies_of
from tracker.charts.therapies import now as therapies_now
from tracker.course import Course, PlanState, version_state
from tracker.exchange import fhir
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
    ReadLog,
    Staff,
    db,
)
from tracker.plans import Version
from tracker.policy import sentence
from tracker.therapies import Standing

_PATIENT = tuple(field.name for field in fields(PatientValue))
Names = Mapping[str, tuple[str, str]]  # instrument: its name, and the LOINC code of its total


def clinic_value(clinic: Clinic) -> ClinicValue:
    """Give the clinic as an export names it."""
    return ClinicValue(clinic.id, clinic.name, clinic.address, clinic.day_phone, clinic.time_zone)


def patient_value(head: Patient | PatientHead) -> PatientValue:
    """Give who a patient is as an export names them."""
    return PatientValue(**{name: getattr(head, name) for name in _PATIENT})


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


def clinic_resources(
    clinic_id: int, ids: Iterable[int], instruments: Names
) -> Iterator[fhir.Resource]:
    """Yield everything of these patients as FHIR: the clinic and each of its staff once.

    One patient at a time: the session forgets each, however many there are.
    """
    told = set[int]()
    clinic = db.session.get_one(Clinic, clinic_id)
    yield fhir.people.organization(clinic_value(clinic))
    for patient_id in ids:
        record = record_of(db.session.get_one(Clinic, clinic_id), patient_id, instruments)
        if record is None:
            continue
        for person in record.people.values():
            if person.id not in told:
                told.add(person.id)
                yield fhir.people.practitioner(person)
        yield from fhir.resources(record)
        db.session.rollback()
        db.session.expunge_all()


def how_many(clinic_id: int) -> int:
    """Count the patients of a clinic as `patient_ids` yields them."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Patient)
            .where(Patient.clinic_id == clinic_id, Patient.merged_into_id.is_(None))
        )
        or 0
    )


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
    left = [Disclosure(row.at, said(row)) for row in rows]
    left += _read_by_programs(clinic_id, ids)
    return tuple(sorted(left, key=lambda one: one.at, reverse=True))


def _read_by_programs(clinic_id: int, ids: tuple[int, ...]) -> list[Disclosure]:
    rows = db.session.execute(
        select(ReadLog.at, ReadLog.act, Staff.name)
        .join(Staff, Staff.id == ReadLog.by_id)
        .where(
            ReadLog.clinic_id == clinic_id,
            ReadLog.patient_id.in_(ids),
            ReadLog.act.startswith("fhir."),
        )
        .order_by(ReadLog.id.desc())
    )
    return [Disclosure(at, sentence(act, by, {})) for at, act, by in rows]


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
        patient=patient_value(head),
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
