"""Signing a version of a plan: the one act that turns a draft into paper."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker import codes
from tracker.charts.course import course_of
from tracker.charts.plans import plan_stream
from tracker.charts.products import columns_for
from tracker.course import Course, What, held, newest_signing
from tracker.course.refusals import MOVED_AWAY, why_ended
from tracker.drafts import Reading
from tracker.languages import said
from tracker.models import (
    Draft,
    Plan,
    PlannedCheckIn,
    PlanVersion,
    StepCell,
    StepContent,
    VersionMedicine,
    VersionPairing,
    VersionStep,
    VersionTranslation,
    db,
    new_id,
)
from tracker.plans import AFTER_TAPER, Step, Version
from tracker.policy import Actor
from tracker.records.acts import Entry, act
from tracker.records.course import add_within
from tracker.records.drafts import Stale, the_draft

GRACE_DAYS = 1  # a check-in is overdue from the second day on, until a clinic says otherwise


class NotReady(Exception):
    """Raised when the plan may not be signed; `sentences` say why."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def sign(
    *, by: Actor, clinic_id: int, patient_id: int, form_version: int, reading: Reading,
    regimen_id: int, today: date, read_back_name: str = "", seen: int | None = None,
) -> int:  # fmt: skip
    """Sign what the draft says, and give the version's id.

    `reading` is the draft as read at `form_version`; nothing posted with the signature can change
    a dose. `seen` is the place in the plan's stream that the signer's page showed, that of the
    draft's opening when left out. A held plan is resumed where the draft says so.

    Raises NotReady when something is missing, and Stale when the draft was saved, signed or
    discarded meanwhile, or something happened to the plan: of two people who sign at once, one
    wins and the other is told.
    """
    version = reading.signable
    if version is None:
        raise NotReady(tuple(problem.sentence for problem in reading.stops))
    with act("plan.sign", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        draft = the_draft(clinic_id, patient_id, form_version)
        plan_id = draft.plan_id or _open_plan(clinic_id, patient_id)
        course = _course(entry, draft, draft.stream_seq if seen is None else seen)
        version_id = entry.fact(kind="plan_version", stream=plan_stream(plan_id), seen=course.seq)
        code = codes.new_code()
        entry.about |= {"number": str(version.number), "code": codes.shown(code)}
        db.session.add(
            _version_row(
                entry, version_id, plan_id, version, reading, code,
                regimen_id=regimen_id, today=today, read_back_name=read_back_name,
                typed=draft.body,
            )
        )  # fmt: skip
        db.session.flush()
        _add_medicines(entry, version_id, version)
        _add_steps(entry, version_id, plan_id, version)
        _add_checkins(entry, version_id, version)
        _add_translations(entry, version_id, version)
        if reading.resume_on and held(course):
            add_within(
                entry, plan_id=plan_id, version_id=version_id, seen=course.seq + 1,
                what=What.RESUMED, on=reading.resume_on, why="moved",
            )  # fmt: skip
        db.session.delete(draft)
    return version_id


def _course(entry: Entry, draft: Draft, seen: int) -> Course:
    """Give the course the new version joins; refuses one that moved on, and one that is over."""
    assert entry.patient_id is not None
    course = course_of(entry.clinic_id, entry.patient_id)
    if course.patient_state == "died":
        raise NotReady((said("This patient died. No plan is signed for them."),))
    if course.patient_state == "moved":
        raise NotReady((MOVED_AWAY,))
    if draft.plan_id is None:
        return Course()
    if course.plan_id != draft.plan_id or course.seq != seen:
        raise Stale("something happened to the plan after this page was made")
    newest = newest_signing(course)
    if newest and newest.seq > draft.stream_seq:
        raise Stale("another version was signed after this draft was begun")
    if over := why_ended(course):
        raise NotReady((over,))
    return course


def refused(*, by: Actor, clinic_id: int, patient_id: int, why: str) -> None:
    """Record a signature that failed at re-entry, for a wrong patient is caught there."""
    with act("plan.sign_refused", by=by, clinic_id=clinic_id, patient_id=patient_id, why=why):
        pass


def _open_plan(clinic_id: int, patient_id: int) -> int:
    plan = Plan(clinic_id=clinic_id, id=new_id(), patient_id=patient_id)
    db.session.add(plan)
    db.session.flush()
    return plan.id


def _version_row(
    entry: Entry, version_id: int, plan_id: int, version: Version, reading: Reading, code: str,
    *, regimen_id: int, today: date, read_back_name: str, typed: str,
) -> PlanVersion:  # fmt: skip
    ready = reading.preparation
    return PlanVersion(
        clinic_id=entry.clinic_id,
        id=version_id,
        plan_id=plan_id,
        patient_id=entry.patient_id,
        number=version.number,
        code=code,
        regimen_id=regimen_id,
        signed_at=entry.at,
        signed_on=today,
        signed_by=entry.by.staff_id,
        signed_name=entry.by.name,
        read_back_name=read_back_name,
        reason=version.reason,
        goal=version.goal,
        agreed=ready.agreed,
        target=version.target.value,
        target_text=version.target_text,
        starts=version.starts.value,
        contact_before_step=version.contact_before_step,
        checklist=_json(
            [{**asdict(one), "on": one.on.isoformat() if one.on else ""} for one in ready.checklist]
        ),
        psychological=_json({"answer": ready.psych, "text": ready.psych_text}),
        new_medicines=_json([asdict(new) for new in version.new_medicines]),
        unchanged=_json(version.unchanged),
        last_day=version.last_day,
        therapy_none_because=version.therapy_none_because,
        checkin_none_because=version.checkin_none_because,
        change_reason=version.change_reason,
        answers=_json(_answered(reading)),
        typed=typed,
    )


def _answered(reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "id": question.id,
            "step": question.step,
            "asked": question.sentence,
            "reason": dict(question.reasons)[reading.answers[question.id].reason],
            "text": reading.answers[question.id].text,
        }
        for question in reading.questions
    ]


def _add_translations(entry: Entry, version_id: int, version: Version) -> None:
    db.session.add_all(
        VersionTranslation(
            clinic_id=entry.clinic_id,
            version_id=version_id,
            position=position,
            of=one.of,
            text=one.text,
        )
        for position, one in enumerate(version.translations)
    )


def _add_medicines(entry: Entry, version_id: int, version: Version) -> None:
    db.session.add_all(
        VersionMedicine(
            clinic_id=entry.clinic_id,
            version_id=version_id,
            key=medicine.key,
            position=position,
            from_step=medicine.from_step,
            through_step=medicine.through_step,
            after_last=medicine.after_last.value,
            after_last_text=medicine.after_last_text,
            **columns_for(
                medicine.product,
                medicine.measure,
                medicine.unit,
                medicine.unit_plural,
                medicine.schedule,
            ),
        )
        for position, medicine in enumerate(version.medicines)
    )


def _add_steps(entry: Entry, version_id: int, plan_id: int, version: Version) -> None:
    known = _known_contents(entry.clinic_id, plan_id) if version.number > 1 else {}
    contents = [known.get(_content_key(step)) for step in version.steps]
    fresh: list[tuple[int, Step]] = []
    for index, step in enumerate(version.steps):
        if contents[index] is None:
            contents[index] = new_id()
            fresh.append((contents[index] or 0, step))
    db.session.add_all(
        StepContent(
            clinic_id=entry.clinic_id,
            id=content_id,
            plan_id=plan_id,
            step_key=step.key,
            instruction=step.instruction,
        )
        for content_id, step in fresh
    )
    db.session.flush()
    for content_id, step in fresh:
        _add_cells(entry, content_id, step)
    for index, step in enumerate(version.steps):
        db.session.add(
            VersionStep(
                clinic_id=entry.clinic_id,
                version_id=version_id,
                number=step.number,
                starts_on=step.starts_on,
                content_id=contents[index],
            )
        )
        db.session.add_all(
            VersionPairing(
                clinic_id=entry.clinic_id,
                version_id=version_id,
                number=step.number,
                therapy=pairing.therapy,
                position=position,
                words=pairing.words,
                note=pairing.note,
            )
            for position, pairing in enumerate(step.therapies)
        )


ContentKey = tuple[str, str, frozenset[tuple[str, str, str]]]


def _content_key(step: Step) -> ContentKey:
    cells = frozenset(
        (part.medicine, cell.slot, str(cell.text)) for part in step.medicines for cell in part.cells
    )
    return step.key, step.instruction, cells


def _known_contents(clinic_id: int, plan_id: int) -> dict[ContentKey, int]:
    """Find the contents of earlier versions, so that a moved date points at the same one."""
    cells: dict[int, set[tuple[str, str, str]]] = {}
    rows = db.session.execute(
        select(StepContent.id, StepContent.step_key, StepContent.instruction).where(
            StepContent.clinic_id == clinic_id, StepContent.plan_id == plan_id
        )
    ).all()
    for cell in db.session.execute(
        select(StepCell.content_id, StepCell.medicine, StepCell.slot, StepCell.text).where(
            StepCell.clinic_id == clinic_id, StepCell.content_id.in_([r.id for r in rows])
        )
    ):
        cells.setdefault(cell.content_id, set()).add((cell.medicine, cell.slot, cell.text))
    return {
        (row.step_key, row.instruction, frozenset(cells.get(row.id, set()))): row.id for row in rows
    }


def _add_cells(entry: Entry, content_id: int, step: Step) -> None:
    db.session.add_all(
        StepCell(
            clinic_id=entry.clinic_id,
            content_id=content_id,
            medicine=part.medicine,
            slot=cell.slot,
            position=position,
            text=str(cell.text),
            typed_by=cell.typed_by or entry.by.name,
            typed_at=cell.typed_at or entry.at,
            typed_in_version=cell.typed_in_version,
        )
        for part in step.medicines
        for position, cell in enumerate(part.cells)
    )


def _add_checkins(entry: Entry, version_id: int, version: Version) -> None:
    beside = [(step.number, planned) for step in version.steps for planned in step.checkins]
    for number, planned in (*beside, *((AFTER_TAPER, one) for one in version.follow_up)):
        checkin_id = new_id()
        db.session.add(
            PlannedCheckIn(
                clinic_id=entry.clinic_id,
                id=entry.fact(kind="planned_checkin", stream=f"checkin:{checkin_id}", seen=0),
                patient_id=entry.patient_id,
                version_id=version_id,
                step_number=number,
                on=planned.on,
                mode=planned.mode,
                topics=",".join(planned.topics),
                grace_days=GRACE_DAYS,
            )
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
