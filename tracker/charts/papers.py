"""A patient's paper: the sheet as it would be printed now, what was printed, and plan codes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.charts.patients import PatientHead, record_ids
from tracker.charts.plans import SignedVersion, version_lines
from tracker.charts.wording import approvals, clinic_words, drafts_allowed
from tracker.course import Course, changed_since, current_step, stay_on
from tracker.course.words import happening_title
from tracker.dates import clock_words, screen
from tracker.handouts import PatientSheet, from_json
from tracker.handouts.build import patient_sheet
from tracker.handouts.translating import translated
from tracker.handouts.values import (
    CheckInLine,
    ClinicLines,
    EarlierSheet,
    Numbers,
    PatientLines,
    Phone,
    Stamp,
    SupportLine,
)
from tracker.languages import said
from tracker.models import (
    Clinic,
    EnteredInError,
    Fact,
    Handout,
    HandoutGiven,
    Patient,
    PlanVersion,
    Staff,
    db,
)
from tracker.plans import HowStepsStart, Step, Version

LANGUAGES = {"English": "en", "Spanish": "es"}  # of a patient -> of the paper


@dataclass(frozen=True, slots=True)
class GivenLine:
    """One handing-over of a printed sheet."""

    given_on: date
    given_to: str
    explained_by: str
    old_sheet: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class HandoutLine:
    """One printing, without its bytes."""

    id: int
    patient_id: int
    version_id: int
    version: int
    code: str
    printed_at: datetime
    printed_by: str
    sha256: str
    given: tuple[GivenLine, ...]
    given_seq: int  # the last place taken in the stream of its handings-over
    sheet: PatientSheet


@dataclass(frozen=True, slots=True)
class CodeFound:
    """The version that a plan code names, and what has become of it."""

    version_id: int
    patient_id: int
    patient_name: str
    number: int
    of_newest_plan: bool  # and not entered in error


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen at a printing: the language, the size, and whether there is a diary."""

    language: str = "en"
    size: str = "standard"
    diary: bool = False


def usual_choice(clinic: Clinic, patient: PatientHead) -> Choice:
    """Give the choice that the patient's record makes; the clinic's language where it has none."""
    language = LANGUAGES.get(patient.language, clinic.language)
    return Choice(language, "large" if patient.large_print else "standard")


def sheet_now(
    clinic: Clinic, patient: PatientHead, signed: SignedVersion, *, today: date, printed_by: str,
    latin_only: bool = False, choice: Choice | None = None,
) -> PatientSheet:  # fmt: skip
    """Give the patient sheet of a version as it would be printed today.

    Without a choice, language and size are those of the patient's record.
    """
    chosen = choice or usual_choice(clinic, patient)
    sheet = _as_typed(
        clinic, patient, signed, today=today, printed_by=printed_by, latin_only=latin_only
    )
    typed = {one.of: one.text for one in signed.version.translations}
    approved = 0
    if chosen.language != "en":
        approved = len(approvals(clinic.id, chosen.language))
        typed = {**clinic_words(clinic.id, chosen.language).texts, **typed}
    return replace(
        translated(sheet, chosen.language, typed),
        size=chosen.size,
        diary=chosen.diary,
        phrases_approved=approved,
        drafts_allowed=drafts_allowed(clinic.id, chosen.language) is not None,
    )


def _as_typed(
    clinic: Clinic, patient: PatientHead, signed: SignedVersion, *, today: date, printed_by: str,
    latin_only: bool,
) -> PatientSheet:  # fmt: skip
    version = signed.version
    earlier = [
        line
        for line in version_lines(clinic.id, patient.id)
        if line.plan_id == signed.plan_id and line.number < version.number and not line.in_error
    ]
    step = _step_now(version, course_of(clinic.id, patient.id), today)
    return patient_sheet(
        version,
        clinic=_clinic_lines(clinic),
        patient=PatientLines(
            name=patient.full_name,
            born=patient.birth_date,
            record_number=patient.record_no,
            latin_name=patient.latin_name,
            latin_only=latin_only and bool(patient.latin_name),
            supporter=patient.supporter_name if patient.supporter_permission == "yes" else "",
        ),
        physician=version.signed_by,
        printed_on=today,
        printed_by=printed_by,
        current_step=step.number if step else None,
        replaces=EarlierSheet(earlier[0].number, earlier[0].signed_on) if earlier else None,
        support=SupportLine(
            signed.psychological["answer"],
            signed.psychological["text"] if signed.psychological["answer"] == "in_place" else "",
        ),
        paper=clinic.paper,
        checkins=_contacts(clinic.id, patient.id),
    )


def _contacts(clinic_id: int, patient_id: int) -> tuple[CheckInLine, ...]:
    """Give the contacts that were planned or booked and stand, held ones too, by their day."""
    return tuple(
        CheckInLine(one.on, one.mode, time=clock_words(one.at) if one.at else "")
        for one in checkins_of(clinic_id, patient_id)
        if (one.planned or one.booked) and not one.withdrawn
    )


def _step_now(version: Version, course: Course, today: date) -> Step | None:
    """Give the step the sheet marks as "you are here": recorded, or begun by its date alone."""
    if version.starts is HowStepsStart.ON_DATE:
        return stay_on(course, today)
    return current_step(course)


def _clinic_lines(clinic: Clinic) -> ClinicLines:
    return ClinicLines(
        name=clinic.name,
        day=Phone(clinic.day_phone, clinic.hours, clinic.day_phone_confirmed_on),
        night=Phone(clinic.night_phone, "", clinic.night_phone_confirmed_on),
        numbers=Numbers(clinic.emergency_phone, clinic.crisis_phone, clinic.poison_phone),
        flare_text=clinic.flare_text,
        leftovers_to=clinic.leftover_text,
    )


def printed(clinic_id: int, patient_id: int) -> tuple[HandoutLine, ...]:
    """List a patient's printed handouts, newest first, without their bytes."""
    rows = db.session.execute(
        select(
            Handout.id,
            Handout.patient_id,
            Handout.version_id,
            Handout.printed_at,
            Handout.sha256,
            Handout.frozen,
            PlanVersion.number,
            PlanVersion.code,
            Staff.name,
        )
        .join(
            PlanVersion,
            (PlanVersion.clinic_id == Handout.clinic_id) & (PlanVersion.id == Handout.version_id),
        )
        .join(Fact, (Fact.clinic_id == Handout.clinic_id) & (Fact.id == Handout.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(
            Handout.clinic_id == clinic_id,
            Handout.sheet == "patient",
            Handout.patient_id.in_(record_ids(clinic_id, patient_id)),
        )
        .order_by(Handout.printed_at.desc(), Handout.id.desc())
    ).all()
    given = given_of(clinic_id, [row.id for row in rows])
    return tuple(
        HandoutLine(
            id=row.id,
            patient_id=row.patient_id,
            version_id=row.version_id,
            version=row.number,
            code=row.code,
            printed_at=row.printed_at,
            printed_by=row.name,
            sha256=row.sha256,
            given=tuple(line for _, line in given.get(row.id, [])),
            given_seq=len(given.get(row.id, [])),
            sheet=from_json(row.frozen),
        )
        for row in rows
    )


def given_of(clinic_id: int, handouts: list[int]) -> dict[int, list[tuple[int, GivenLine]]]:
    """Give to whom each of these sheets was given: by sheet, the fact's id and its line."""
    rows = db.session.execute(
        select(HandoutGiven, Staff.name)
        .join(Fact, (Fact.clinic_id == HandoutGiven.clinic_id) & (Fact.id == HandoutGiven.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(HandoutGiven.clinic_id == clinic_id, HandoutGiven.handout_id.in_(handouts))
        .order_by(Fact.seq)
    )
    found: dict[int, list[tuple[int, GivenLine]]] = {}
    for row, name in rows:
        line = GivenLine(row.given_on, row.given_to, row.explained_by, row.old_sheet, name)
        found.setdefault(row.handout_id, []).append((row.id, line))
    return found


OF_PATIENT = ("patient", "hold")  # sheets that go home
OF_STAFF = ("checkin", "supervision")


def kept_bytes(
    clinic_id: int, patient_id: int, handout_id: int, sheets: tuple[str, ...] = OF_PATIENT
) -> bytes | None:
    """Give the bytes of a printed sheet as they were given out, or None; of these kinds alone."""
    return db.session.scalar(
        select(Handout.pdf).where(
            Handout.clinic_id == clinic_id,
            Handout.id == handout_id,
            Handout.sheet.in_(sheets),
            Handout.patient_id.in_(record_ids(clinic_id, patient_id)),
        )
    )


def slip_since(clinic_id: int, patient_id: int, at: datetime) -> bool:
    """Tell whether a hold slip was printed after a moment."""
    slip = select(Handout.id).where(
        Handout.clinic_id == clinic_id,
        Handout.sheet == "hold",
        Handout.patient_id.in_(record_ids(clinic_id, patient_id)),
        Handout.printed_at >= at,
    )
    return db.session.scalar(slip.limit(1)) is not None


def stamped(line: HandoutLine, *, replaced_by: int, on: date) -> PatientSheet:
    """Give the kept sheet with its stamp: another document, made from what was printed."""
    return replace(line.sheet, stamp=Stamp(replaced_by, on))


def why_out_of_date(line: HandoutLine, now: PatientSheet | None, course: Course) -> str:
    """Say why a printed sheet is out of date beside the sheet of today; "" when it is current.

    `course` is the patient's: a hold, a pause, a resume or the plan's end since the printing
    count, for the sheet at home says nothing of them.
    """
    before = line.sheet
    if now is None:
        return said("There is no plan in force.")
    if (before.version, before.code) != (now.version, now.code):
        return said("Version {version} is in force.", version=now.version)
    if since := changed_since(course, line.printed_at):
        return f"{happening_title(since)}, {screen(since.on)}."
    if before.patient.name != now.patient.name or before.patient.born != now.patient.born:
        return said("The name or date of birth has changed.")
    if _numbers(before) != _numbers(now):
        return said("A phone number has changed.")
    if before.checkins != now.checkins:
        return said("A check-in date has changed.")
    return ""


def _numbers(sheet: PatientSheet) -> tuple[object, ...]:
    clinic = sheet.clinic
    return (clinic.day.number, clinic.night.number, clinic.numbers)


def code_found(clinic_id: int, code: str) -> CodeFound | None:
    """Find the version that a plan code of this clinic names, or None."""
    row = db.session.execute(
        select(PlanVersion, Patient, EnteredInError.reason)
        .join(
            Patient,
            (Patient.clinic_id == PlanVersion.clinic_id) & (Patient.id == PlanVersion.patient_id),
        )
        .outerjoin(
            EnteredInError,
            (EnteredInError.clinic_id == PlanVersion.clinic_id)
            & (EnteredInError.fact_id == PlanVersion.id),
        )
        .where(PlanVersion.clinic_id == clinic_id, PlanVersion.code == code)
    ).first()
    if row is None:
        return None
    version, patient, wrong = row
    kept = patient.merged_into_id or patient.id
    newest = next((v for v in version_lines(clinic_id, kept) if v.newest), None)
    initial = f", {patient.given_names[:1]}." if patient.given_names else ""
    return CodeFound(
        version_id=version.id,
        patient_id=kept,
        patient_name=said(
            "{name}, born {year}",
            name=f"{patient.family_name.upper()}{initial}",
            year=patient.birth_date.year,
        ),
        number=version.number,
        of_newest_plan=not wrong and newest is not None and newest.plan_id == version.plan_id,
    )
