"""The sheets beside the patient's own, as values, and those that were printed.

The questions are the catalogue's own, laid out by the same rule as the form on the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.catalogue import Catalogue
from tracker.charts.checkins import next_contact
from tracker.charts.course import course_of
from tracker.charts.everyone import patient_now
from tracker.charts.papers import GivenLine, given_of, sheet_now
from tracker.charts.patients import PatientHead, record_ids
from tracker.charts.plans import in_force
from tracker.checkins import ALARM_WORDS, CORE, Instrument, Method, Part, Question, parts
from tracker.course import held, stay_on
from tracker.handouts.checkin_form import CheckinForm, FormPart, FormQuestion
from tracker.handouts.hold_slip import HoldSlip
from tracker.languages import said
from tracker.models import Clinic, Fact, Handout, PlanVersion, Staff, db
from tracker.plans import Step, Version

_IN_PERSON = "in_person"
_ALONE = {question.split(".")[0] for one in CORE if one.alone for question in one.questions}
_NEEDED = {question.split(".")[0] for one in CORE for question in one.questions}


def blank_form(clinic: Clinic, catalogue: Catalogue, *, today: date, made_by: str) -> CheckinForm:
    """Give a check-in form for anybody: the usual topics, and the scale for a visit."""
    return CheckinForm(
        clinic=clinic.name,
        made_on=today,
        made_by=made_by,
        parts=_parts(catalogue, (), visit=True),
        alarms=tuple(ALARM_WORDS.values()),
        crisis=clinic.crisis_phone,
        emergency=clinic.emergency_phone,
        paper=clinic.paper,
    )


def checkin_form(
    clinic: Clinic, head: PatientHead, catalogue: Catalogue, *, today: date, made_by: str
) -> CheckinForm | None:
    """Give a check-in form of a patient with the topics paired to the step, or None without a plan.

    The scale that needs eyes (COWS) is there unless the next contact is by phone or video.
    """
    signed = in_force(clinic.id, head.id)
    if signed is None or head.state == "died":
        return None
    course = course_of(clinic.id, head.id, signed)
    contact = next_contact(clinic.id, head.id, today)
    step = stay_on(course, today) or signed.version.steps[0]
    topics = contact.topics if contact else _topics(step)
    visit = contact is None or contact.mode == _IN_PERSON
    talks = head.supporter_name and head.supporter_permission == "yes"
    return CheckinForm(
        clinic=clinic.name,
        made_on=today,
        made_by=made_by,
        parts=_parts(catalogue, topics, visit=visit),
        alarms=tuple(ALARM_WORDS.values()),
        crisis=clinic.crisis_phone,
        emergency=clinic.emergency_phone,
        patient=patient_now(head, course, signed.version, today),
        language=head.language,
        interpreter=head.interpreter,
        supporter=head.supporter_name if talks else "",
        goal=_goal(head, signed.version),
        therapies=tuple(one.words for one in step.therapies),
        paper=clinic.paper,
    )


def hold_slip(
    clinic: Clinic, head: PatientHead, *, today: date, printed_by: str
) -> HoldSlip | None:
    """Give the slip of a plan on hold, in the patient's language and size; None without a hold."""
    signed = in_force(clinic.id, head.id)
    hold = held(course_of(clinic.id, head.id))
    if signed is None or hold is None or head.state == "died":
        return None
    sheet = sheet_now(clinic, head, signed, today=today, printed_by=printed_by)
    return HoldSlip(sheet, since=hold.on, review_on=hold.until)


@dataclass(frozen=True, slots=True)
class OtherLine:
    """One printing of a sheet beside the patient's own."""

    id: int
    sheet: str  # hold, checkin, supervision
    words: str
    version: int
    printed_at: datetime
    printed_by: str
    given: tuple[GivenLine, ...] = ()
    given_seq: int = 0  # the last place of its handing-over: what a form has seen


@dataclass(frozen=True, slots=True)
class Others:
    """What else can be printed for a patient now, and what was."""

    on_hold: bool
    lines: tuple[OtherLine, ...]


def others(clinic_id: int, patient_id: int) -> Others:
    """Give the other sheets of a chart, newest first, and whether the plan is on hold."""
    rows = db.session.execute(
        select(Handout.id, Handout.sheet, Handout.printed_at, PlanVersion.number, Staff.name)
        .join(
            PlanVersion,
            (PlanVersion.clinic_id == Handout.clinic_id) & (PlanVersion.id == Handout.version_id),
        )
        .join(Fact, (Fact.clinic_id == Handout.clinic_id) & (Fact.id == Handout.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(
            Handout.clinic_id == clinic_id,
            Handout.sheet != "patient",
            Handout.patient_id.in_(record_ids(clinic_id, patient_id)),
        )
        .order_by(Handout.printed_at.desc(), Handout.id.desc())
    ).all()
    given = given_of(clinic_id, [row.id for row in rows])
    lines = tuple(
        OtherLine(
            row.id, row.sheet, SHEET_WORDS[row.sheet], row.number, row.printed_at, row.name,
            tuple(line for _, line in given.get(row.id, [])), len(given.get(row.id, [])),
        )
        for row in rows
    )  # fmt: skip
    return Others(held(course_of(clinic_id, patient_id)) is not None, lines)


SHEET_WORDS = {
    "hold": said("hold slip"),
    "checkin": said("check-in form"),
    "supervision": said("supervision sheet"),
}


def _goal(head: PatientHead, version: Version) -> str:
    return version.goal or head.goal


def _topics(step: Step) -> tuple[str, ...]:
    return tuple(dict.fromkeys(topic for one in step.checkins for topic in one.topics))


def _parts(catalogue: Catalogue, planned: tuple[str, ...], *, visit: bool) -> tuple[FormPart, ...]:
    topics = [(one.id, one.words, one.beside, one.instruments) for one in catalogue.topics]
    laid = parts(topics, catalogue.instruments, planned)
    return tuple(
        _part(part, instrument, first=place == 0)
        for part in laid
        if part.shown
        for place, instrument in enumerate(part.instruments)
        if _is_asked(instrument, visit=visit)
    )


def _is_asked(instrument: Instrument, *, visit: bool) -> bool:
    """Tell whether paper asks it: the scales of mood and worry are left to the screen."""
    if instrument.modes:
        return visit and _IN_PERSON in instrument.modes
    return instrument.method is not Method.SUM


def _part(part: Part, instrument: Instrument, *, first: bool) -> FormPart:
    return FormPart(
        words=instrument.words if len(part.instruments) > 1 else part.words,
        questions=tuple(_question(one) for one in instrument.questions),
        beside=part.beside if first else "",
        core=instrument.id in _NEEDED and instrument.modes == (),
        alone=instrument.alone or instrument.id in _ALONE,
        scored=instrument.method is Method.SUM and instrument.modes == (_IN_PERSON,),
        credit=instrument.credit,
        note=instrument.note,
    )


def _question(one: Question) -> FormQuestion:
    return FormQuestion(
        ask=one.ask,
        kind=one.kind.value,
        options=tuple((choice.value, choice.words) for choice in one.choices),
        low=one.low,
        high=one.high,
        low_words=one.low_words,
        high_words=one.high_words,
        hint=one.hint,
        if_so=one.more,
    )
