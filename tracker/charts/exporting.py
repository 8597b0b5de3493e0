"""A patient's whole record, gathered for an export into the exchange's frozen values."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import islice

from sqlalchemy import and_, exists, func, select

from tracker.charts.checkins import checkins_of_charts
from tracker.charts.course import courses_of_charts
from tracker.charts.patients import PatientHead, charts_of, patients_of
from tracker.charts.plans import (
    SignedVersion,
    VersionLine,
    signed_versions,
    version_lines_of_charts,
)
from tracker.charts.regimens import history_of_charts
from tracker.charts.telling import told
from tracker.charts.therapies import all_of_charts as therapies_of
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
    Staff,
    db,
)
from tracker.plans import Version
from tracker.therapies import Standing

AT_ONCE = 25  # patients that are read together: few queries each, and little memory
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

    A few patients at a time: the session forgets them, however many there are.
    """
    told = set[int]()
    clinic = db.session.get_one(Clinic, clinic_id)
    yield fhir.people.organization(clinic_value(clinic))
    following = iter(ids)
    while run := tuple(islice(following, AT_ONCE)):
        for record in records_of(db.session.get_one(Clinic, clinic_id), run, instruments):
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


def record_of(clinic: Clinic, patient_id: int, instruments: Names) -> Record | None:
    """Gather all of one patient's record, or None for one who is not of this clinic.

    What was entered in error is left out; the history tells of it.
    """
    return next(iter(records_of(clinic, (patient_id,), instruments)), None)


def records_of(clinic: Clinic, patient_ids: Iterable[int], instruments: Names) -> list[Record]:
    """Gather the records of several patients in the order of their ids.

    The database is asked as often for many as for one.
    """
    heads = sorted(patients_of(clinic.id, patient_ids), key=lambda head: head.id)
    charts = charts_of(clinic.id, [head.id for head in heads])
    lines = version_lines_of_charts(clinic.id, charts)
    versions = _versions(clinic.id, lines)
    courses = courses_of_charts(clinic.id, charts, _newest(lines, versions))
    regimens = history_of_charts(clinic.id, charts)
    checkins = _checkins(clinic.id, charts, instruments)
    therapies = therapies_of(clinic.id, charts)
    handouts, events = _handouts(clinic.id, charts), _events(clinic.id, charts)
    people = _people(heads, events)
    found = []
    for head in heads:
        plans = _plans(lines[head.id], versions, courses[head.id])
        found.append(
            Record(
                clinic=clinic_value(clinic),
                patient=patient_value(head),
                people=_named(people, head, events[head.id]),
                regimens=tuple(one for one in regimens[head.id] if not one.in_error),
                plans=plans,
                course=courses[head.id],
                checkins=checkins[head.id],
                therapies=_therapies(therapies[head.id], plans[-1].version if plans else None),
                handouts=handouts[head.id],
                events=events[head.id],
            )
        )
    return found


_Charts = Mapping[int, tuple[int, ...]]  # a patient, and the ids of the records of the chart


def _by_record(charts: _Charts) -> dict[int, int]:
    return {record_id: kept_id for kept_id, ids in charts.items() for record_id in ids}


def _versions(
    clinic_id: int, lines: Mapping[int, tuple[VersionLine, ...]]
) -> dict[int, SignedVersion]:
    ids = [line.id for listed in lines.values() for line in listed if not line.in_error]
    return signed_versions(clinic_id, ids)


def _newest(
    lines: Mapping[int, tuple[VersionLine, ...]], versions: Mapping[int, SignedVersion]
) -> dict[int, SignedVersion]:
    return {
        patient_id: versions[line.id]
        for patient_id, listed in lines.items()
        for line in listed
        if line.newest
    }


def _plans(
    lines: tuple[VersionLine, ...], versions: Mapping[int, SignedVersion], course: Course
) -> tuple[PlanValue, ...]:
    found = []
    for signed in (versions[line.id] for line in reversed(lines) if not line.in_error):
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


def _events(clinic_id: int, charts: _Charts) -> dict[int, tuple[EventValue, ...]]:
    kept = _by_record(charts)
    rows = db.session.scalars(
        select(Event).where(Event.clinic_id == clinic_id, Event.patient_id.in_(kept))
    )
    found: dict[int, list[EventValue]] = {kept_id: [] for kept_id in charts}
    # Sorted here: asked for sorted rows, SQLite walks the history of the whole clinic.
    for row in sorted(rows, key=lambda row: row.seq):
        assert row.patient_id is not None  # it was asked for
        found[kept[row.patient_id]].append(
            EventValue(row.seq, row.at, row.by_id, row.by_name, row.act, told(row))
        )
    return {kept_id: tuple(events) for kept_id, events in found.items()}


def _people(
    heads: Iterable[PatientHead], events: Mapping[int, tuple[EventValue, ...]]
) -> dict[int, PersonValue]:
    ids = {event.by_id for listed in events.values() for event in listed if event.by_id}
    ids |= {head.physician_id for head in heads if head.physician_id}
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {staff_id: PersonValue(staff_id, name) for staff_id, name in rows}


def _named(
    people: Mapping[int, PersonValue], head: PatientHead, events: Iterable[EventValue]
) -> dict[int, PersonValue]:
    """Give those people whom one record names."""
    ids = dict.fromkeys([head.physician_id, *(event.by_id for event in events)])
    return {staff_id: people[staff_id] for staff_id in ids if staff_id}


def _checkins(
    clinic_id: int, charts: _Charts, instruments: Names
) -> dict[int, tuple[CheckInValue, ...]]:
    found = checkins_of_charts(clinic_id, charts)
    held = [one.contact.id for listed in found.values() for one in listed if one.contact]
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
    return {
        kept_id: tuple(
            CheckInValue(
                one,
                tuple(answers[one.contact.id]) if one.contact else (),
                tuple(scores[one.contact.id]) if one.contact else (),
            )
            for one in listed
        )
        for kept_id, listed in found.items()
    }


def _therapies(recorded: tuple[Standing, ...], version: Version | None) -> tuple[Standing, ...]:
    stopped = [one for one in recorded if one.state == "stopped"]
    return (*therapies_now(recorded, version), *stopped)


def _handouts(clinic_id: int, charts: _Charts) -> dict[int, tuple[HandoutValue, ...]]:
    kept = _by_record(charts)
    wrong = exists().where(
        EnteredInError.clinic_id == Handout.clinic_id, EnteredInError.fact_id == Handout.id
    )
    rows = db.session.execute(
        select(
            Handout.patient_id,
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
            Handout.patient_id.in_(kept),
            ~wrong,
        )
        .order_by(Handout.printed_at, Handout.id)
    )
    found: dict[int, list[HandoutValue]] = {kept_id: [] for kept_id in charts}
    for owner, *values in rows:
        found[kept[owner]].append(HandoutValue(*values))
    return {kept_id: tuple(printed) for kept_id, printed in found.items()}
