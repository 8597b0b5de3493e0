"""Reads what one patient's rows of the worklist follow from, and makes them.

What the page shows is read in `charts.today`; what is kept, by `records.worklist`.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from tracker import course as courses
from tracker.charts import escalations, therapies
from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.charts.paper_state import paper_of
from tracker.charts.patients import PatientHead, patient_of, record_ids
from tracker.checkins import MODES, CheckIn, last_contact
from tracker.course import Course
from tracker.course.words import happening_parts
from tracker.dates import screen
from tracker.escalations import Escalation
from tracker.languages import Spoken, joined, kept, said
from tracker.models import Clinic, Fact, Handout, Staff, WorklistRow, db
from tracker.names import fold
from tracker.therapies import Standing
from tracker.worklist import Done, PatientFacts, Row, rows_for

COLUMNS = tuple(column.key for column in WorklistRow.__table__.columns)


def rows_of(clinic_id: int, patient_id: int) -> list[dict[str, Any]]:
    """Give the rows that a patient's facts make, as the table holds them; [] for a merged record.

    The patient's name, identifiers and filters stand in each row, so that the page joins nothing.
    """
    clinic = db.session.get(Clinic, clinic_id, populate_existing=True)
    head = patient_of(clinic_id, patient_id)
    if clinic is None or head is None or head.merged_into_id or not _has_facts(head):
        return []
    course = course_of(clinic_id, patient_id)
    checkins = checkins_of(clinic_id, patient_id)
    facts = _facts(clinic, head, course, checkins)
    known = therapies.all_of(clinic_id, patient_id)
    common = {
        "clinic_id": clinic_id,
        "patient_id": patient_id,
        "name": head.title,
        "name_folded": fold(f"{head.family_name} {head.given_names}")[:400],
        "born": head.birth_date,
        "record_no": head.record_no,
        "physician_id": head.physician_id,
        "on_step": _on_step(course),
        "last_contact": _last_contact(checkins),
        "therapies": _listed(therapies.now(known, course.version)),
    }
    return [_columns(common, row) for row in rows_for(facts)]


_PLAIN = (
    "ref", "part", "due", "shows_from", "late_from", "until", "tried_on", "tries", "seq",
    "owner_id", "at", "what", "detail",
)  # fmt: skip
_SAID = ("what", "detail", "on_step", "last_contact")


def _columns(common: dict[str, Any], row: Row) -> dict[str, Any]:
    """Give one row of the table: its sentences in English, and once more for other languages."""
    columns = {
        **common,
        "lane": row.lane.value,
        "kind": row.kind.value,
        **{name: getattr(row, name) for name in _PLAIN},
    }
    texts = {name: columns[name] for name in _SAID}
    columns["said"] = json.dumps(
        {name: kept(text) for name, text in texts.items() if isinstance(text, Spoken)},
        ensure_ascii=False,
    )
    return columns | {name: str.__str__(text) for name, text in texts.items()}


def _has_facts(head: PatientHead) -> bool:
    return bool(
        db.session.scalar(
            select(Fact.id)
            .where(
                Fact.clinic_id == head.clinic_id,
                Fact.patient_id.in_(record_ids(head.clinic_id, head.id)),
            )
            .limit(1)
        )
    )


def _facts(
    clinic: Clinic, head: PatientHead, course: Course, checkins: tuple[CheckIn, ...]
) -> PatientFacts:
    threads = escalations.all_of(clinic.id, head.id)
    return PatientFacts(
        patient_id=head.id,
        zone=clinic.time_zone,
        state=head.state,
        state_since=head.state_since,
        course=course,
        checkins=checkins,
        escalations=threads,
        paper=paper_of(clinic, head, course),
        done=(
            *_contacts_made(checkins),
            *_answered(threads),
            *_happened(course),
            *_printed(clinic.id, head.id),
        ),
        spoke_last_id=_spoke_last(clinic.id, head.id),
    )


def _on_step(course: Course) -> str:
    """Say where the patient is by what was recorded, never by the date alone."""
    step = courses.current_step(course)
    since = courses.started_on(course, step.key) if step else None
    return (
        said("On step {number} since {day}", number=step.number, day=screen(since))
        if step and since
        else ""
    )


def _last_contact(checkins: tuple[CheckIn, ...]) -> str:
    last = last_contact(checkins)
    return joined(", ", (screen(last.on), MODES.get(last.mode, last.mode).lower())) if last else ""


def _listed(standings: tuple[Standing, ...]) -> str:
    ids = sorted({one.therapy for one in standings})
    return f",{','.join(ids)}," if ids else ""


def _contacts_made(checkins: tuple[CheckIn, ...]) -> list[Done]:
    return [
        Done(
            one.contact.id,
            one.contact.at,
            one.contact.by,
            said("{mode} check-in recorded", mode=MODES.get(one.contact.mode, one.contact.mode)),
        )
        for one in checkins
        if one.contact
    ]


def _answered(threads: tuple[Escalation, ...]) -> list[Done]:
    found = []
    for one in threads:
        if one.in_error:
            continue
        if one.decision:
            found.append(
                Done(
                    one.decision.fact_id,
                    one.decision.at,
                    one.decision.by,
                    said("Escalation resolved"),
                )
            )
        if one.told:
            found.append(Done(one.told.fact_id, one.told.at, one.told.by, said("Patient told")))
    return found


def _happened(course: Course) -> list[Done]:
    found = []
    for one in course.happened:
        what, detail = happening_parts(one)
        found.append(Done(one.id, one.at, one.by, what, detail))
    return found


def _printed(clinic_id: int, patient_id: int) -> list[Done]:
    rows = db.session.execute(
        select(Handout.id, Handout.printed_at, Staff.name)
        .join(Fact, (Fact.clinic_id == Handout.clinic_id) & (Fact.id == Handout.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(
            Handout.clinic_id == clinic_id,
            Handout.sheet == "patient",
            Handout.patient_id.in_(record_ids(clinic_id, patient_id)),
        )
    )
    return [Done(fact_id, at, by, said("Handout printed")) for fact_id, at, by in rows]


def _spoke_last(clinic_id: int, patient_id: int) -> int | None:
    return db.session.scalar(
        select(Fact.recorded_by)
        .where(
            Fact.clinic_id == clinic_id,
            Fact.patient_id.in_(record_ids(clinic_id, patient_id)),
            Fact.kind.in_(("checkin_record", "checkin_attempt")),
        )
        .order_by(Fact.recorded_at.desc(), Fact.id.desc())
        .limit(1)
    )
