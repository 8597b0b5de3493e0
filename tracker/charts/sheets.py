"""The sheets beside the patient's own, as values: the blank check-in form.

The questions are the catalogue's own, laid out by the same rule as the form on the screen.
"""

from __future__ import annotations

from datetime import date

from tracker.catalogue import Catalogue
from tracker.charts.checkins import next_contact
from tracker.charts.everyone import patient_now
from tracker.charts.patients import PatientHead
from tracker.charts.plans import in_force
from tracker.checkins import ALARM_WORDS, CORE, Instrument, Method, Part, Question, parts
from tracker.handouts.checkin_form import CheckinForm, FormPart, FormQuestion
from tracker.models import Clinic
from tracker.plans import Step, Version, step_on

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
    if signed is None:
        return None
    contact = next_contact(clinic.id, head.id, today)
    step = step_on(signed.version, today) or signed.version.steps[0]
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
        patient=patient_now(head, signed.version, today),
        language=head.language,
        interpreter=head.interpreter,
        supporter=head.supporter_name if talks else "",
        goal=_goal(head, signed.version),
        therapies=tuple(one.words for one in step.therapies),
        paper=clinic.paper,
    )


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
