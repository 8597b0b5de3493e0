"""The course of a patient's newest plan, read from facts into the rules' frozen values.

Whatever the plan's stream holds is read: versions, happenings, their undoing, and marks of what was
entered in error. Times away and supply problems hang on the patient and on records merged in.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from tracker.charts.patients import record_ids
from tracker.charts.plans import SignedVersion, in_force, plan_stream
from tracker.charts.streams import stream_seq
from tracker.course import (
    Amount,
    Away,
    AwayWhere,
    CallBack,
    Course,
    Happening,
    Signing,
    Struck,
    Supply,
    SupplyProblem,
    What,
)
from tracker.doses import DoseText
from tracker.models import Away as AwayRow
from tracker.models import (
    AwayNote,
    CodeCheck,
    Draft,
    EnteredInError,
    Fact,
    HappeningCell,
    Patient,
    PlanVersion,
    Reversal,
    Staff,
    StepContent,
    VersionStep,
    db,
)
from tracker.models import CallBack as CallBackRow
from tracker.models import Happening as HappeningRow
from tracker.models import SupplyProblem as SupplyRow


def course_of(clinic_id: int, patient_id: int, signed: SignedVersion | None = None) -> Course:
    """Give the course of a patient's newest plan; without a plan, one that holds the rest.

    `signed` is the version in force, where it is known already.
    """
    ids = record_ids(clinic_id, patient_id)
    signed = signed or in_force(clinic_id, patient_id)
    plan_part = _of_plan(clinic_id, signed) if signed else Course()
    return replace(
        plan_part,
        away=_away(clinic_id, ids),
        supply=_supply(clinic_id, ids),
        calls=_calls(clinic_id, ids),
        has_draft=_has_draft(clinic_id, patient_id),
        patient_state=db.session.scalar(
            select(Patient.state).where(Patient.clinic_id == clinic_id, Patient.id == patient_id)
        )
        or "active",
    )


def _of_plan(clinic_id: int, signed: SignedVersion) -> Course:
    stands, struck = _happened(clinic_id, signed.plan_id)
    return Course(
        plan_id=signed.plan_id,
        seq=stream_seq(clinic_id, plan_stream(signed.plan_id)),
        version=signed.version,
        version_id=signed.id,
        signings=_signings(clinic_id, signed.plan_id),
        happened=stands,
        struck=struck,
    )


def _signings(clinic_id: int, plan_id: int) -> tuple[Signing, ...]:
    wrong = exists().where(
        EnteredInError.clinic_id == PlanVersion.clinic_id, EnteredInError.fact_id == PlanVersion.id
    )
    rows = db.session.execute(
        select(PlanVersion, Fact.seq)
        .join(Fact, (Fact.clinic_id == PlanVersion.clinic_id) & (Fact.id == PlanVersion.id))
        .where(PlanVersion.clinic_id == clinic_id, PlanVersion.plan_id == plan_id, ~wrong)
        .order_by(Fact.seq)
    )
    return tuple(
        Signing(row.id, row.number, seq, row.signed_on, row.signed_at, row.signed_name)
        for row, seq in rows
    )


def _happened(clinic_id: int, plan_id: int) -> tuple[tuple[Happening, ...], tuple[Struck, ...]]:
    rows = db.session.execute(
        select(HappeningRow, Fact.seq, Fact.recorded_at, Staff.name, PlanVersion.number)
        .join(Fact, (Fact.clinic_id == HappeningRow.clinic_id) & (Fact.id == HappeningRow.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .join(
            PlanVersion,
            (PlanVersion.clinic_id == HappeningRow.clinic_id)
            & (PlanVersion.id == HappeningRow.version_id),
        )
        .where(HappeningRow.clinic_id == clinic_id, HappeningRow.plan_id == plan_id)
        .order_by(Fact.seq)
    ).all()
    if not rows:
        return (), ()
    ids = [row.id for row, *_ in rows]
    amounts, numbers = _amounts(clinic_id, ids), _numbers(clinic_id, plan_id)
    all_of_them = [
        _happening(row, seq, at, by, number, amounts, numbers) for row, seq, at, by, number in rows
    ]
    marks = _marks(clinic_id, ids)
    return (
        tuple(one for one in all_of_them if one.id not in marks),
        tuple(Struck(one, *marks[one.id]) for one in all_of_them if one.id in marks),
    )


def _happening(
    row: HappeningRow, seq: int, at: datetime, by: str, version: int,
    amounts: dict[int, list[Amount]], numbers: dict[tuple[int, str], int],
) -> Happening:  # fmt: skip
    return Happening(
        id=row.id,
        seq=seq,
        what=What(row.what),
        on=row.on,
        by=by,
        at=at,
        step=row.step_key,
        number=numbers.get((row.version_id, row.step_key), 0),
        version=version,
        until=row.until,
        why=row.why,
        words=row.words,
        amounts=tuple(amounts.get(row.id, ())),
        accepted_by=row.accepted_by,
        takes_now=row.takes_now,
        no_contact=row.no_contact,
    )


def _amounts(clinic_id: int, ids: list[int]) -> dict[int, list[Amount]]:
    found: dict[int, list[Amount]] = defaultdict(list)
    for cell in db.session.scalars(
        select(HappeningCell)
        .where(HappeningCell.clinic_id == clinic_id, HappeningCell.happening_id.in_(ids))
        .order_by(HappeningCell.happening_id, HappeningCell.medicine, HappeningCell.position)
    ):
        found[cell.happening_id].append(Amount(cell.medicine, cell.slot, DoseText(cell.text)))
    return found


def _numbers(clinic_id: int, plan_id: int) -> dict[tuple[int, str], int]:
    """Give each step's number by version and key: a step may move to another number."""
    rows = db.session.execute(
        select(VersionStep.version_id, StepContent.step_key, VersionStep.number)
        .join(
            StepContent,
            (StepContent.clinic_id == VersionStep.clinic_id)
            & (StepContent.id == VersionStep.content_id),
        )
        .where(StepContent.clinic_id == clinic_id, StepContent.plan_id == plan_id)
    )
    return {(version_id, key): number for version_id, key, number in rows}


def _marks(clinic_id: int, ids: list[int]) -> dict[int, tuple[str, str, datetime, bool]]:
    """Give what counts no more: reason, by whom, when, and whether it was undone."""
    found: dict[int, tuple[str, str, datetime, bool]] = {}
    for table, of, undone in (
        (EnteredInError, EnteredInError.fact_id, False),
        (Reversal, Reversal.happening_id, True),
    ):
        rows: Any = db.session.execute(
            select(of, table.reason, Staff.name, Fact.recorded_at)
            .select_from(table)
            .join(Fact, (Fact.clinic_id == table.clinic_id) & (Fact.id == table.id))
            .join(Staff, Staff.id == Fact.recorded_by)
            .where(table.clinic_id == clinic_id, of.in_(ids))
        )
        found |= {fact_id: (reason, by, at, undone) for fact_id, reason, by, at in rows}
    return found


def _away(clinic_id: int, ids: tuple[int, ...]) -> tuple[Away, ...]:
    wrong = exists().where(
        EnteredInError.clinic_id == AwayRow.clinic_id, EnteredInError.fact_id == AwayRow.id
    )
    rows = db.session.execute(
        select(AwayRow, Fact.recorded_at, Staff.name)
        .join(Fact, (Fact.clinic_id == AwayRow.clinic_id) & (Fact.id == AwayRow.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(AwayRow.clinic_id == clinic_id, AwayRow.patient_id.in_(ids), ~wrong)
        .order_by(AwayRow.left_on.desc(), AwayRow.id.desc())
    ).all()
    notes = _away_notes(clinic_id, [row.id for row, *_ in rows])
    return tuple(
        replace(
            Away(row.id, AwayWhere(row.place_kind), row.place, row.left_on, row.until, by, at, 1),
            **notes.get(row.id, {}),
        )
        for row, at, by in rows
    )


def _away_notes(clinic_id: int, ids: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    if not ids:
        return found
    wrong = exists().where(
        EnteredInError.clinic_id == AwayNote.clinic_id, EnteredInError.fact_id == AwayNote.id
    )
    rows = db.session.execute(
        select(AwayNote, Fact.seq, Staff.name)
        .join(Fact, (Fact.clinic_id == AwayNote.clinic_id) & (Fact.id == AwayNote.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(AwayNote.clinic_id == clinic_id, AwayNote.away_id.in_(ids), ~wrong)
        .order_by(AwayNote.away_id, Fact.seq)
    )
    for note, seq, by in rows:
        of = found[note.away_id]
        of["seq"] = seq
        if note.what == "back":
            of |= {"back_on": note.on, "back_words": note.words}
        else:
            of |= {"reviewed_on": note.on, "review_words": note.words, "reviewed_by": by}
    return found


def _supply(clinic_id: int, ids: tuple[int, ...]) -> tuple[SupplyProblem, ...]:
    wrong = exists().where(
        EnteredInError.clinic_id == SupplyRow.clinic_id, EnteredInError.fact_id == SupplyRow.id
    )
    rows = db.session.execute(
        select(SupplyRow, Fact.recorded_at, Staff.name)
        .join(Fact, (Fact.clinic_id == SupplyRow.clinic_id) & (Fact.id == SupplyRow.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(SupplyRow.clinic_id == clinic_id, SupplyRow.patient_id.in_(ids), ~wrong)
        .order_by(SupplyRow.on.desc(), SupplyRow.id.desc())
    )
    return tuple(
        SupplyProblem(row.id, Supply(row.what), row.on, row.words, by, at) for row, at, by in rows
    )


def _calls(clinic_id: int, ids: tuple[int, ...]) -> tuple[CallBack, ...]:
    """List the calls that answers to plan codes promised and nobody has made yet."""
    wrong = exists().where(
        EnteredInError.clinic_id == CallBackRow.clinic_id, EnteredInError.fact_id == CallBackRow.id
    )
    made = exists().where(
        CallBackRow.clinic_id == CodeCheck.clinic_id, CallBackRow.check_id == CodeCheck.id, ~wrong
    )
    rows = db.session.execute(
        select(CodeCheck.id, CodeCheck.at, CodeCheck.answer, Staff.name)
        .join(
            PlanVersion,
            (PlanVersion.clinic_id == CodeCheck.clinic_id)
            & (PlanVersion.id == CodeCheck.version_id),
        )
        .join(Staff, Staff.id == CodeCheck.by_id)
        .where(
            CodeCheck.clinic_id == clinic_id,
            PlanVersion.patient_id.in_(ids),
            CodeCheck.answer.in_(("old", "ended")),
            ~made,
        )
        .order_by(CodeCheck.at, CodeCheck.id)
    )
    return tuple(CallBack(check_id, at, answer, by) for check_id, at, answer, by in rows)


def _has_draft(clinic_id: int, patient_id: int) -> bool:
    return bool(
        db.session.scalar(
            select(Draft.id).where(
                Draft.clinic_id == clinic_id, Draft.patient_id == patient_id, Draft.kind == "plan"
            )
        )
    )
