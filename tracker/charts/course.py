"""The course of a patient's newest plan, read from facts into the rules' frozen values.

Whatever the plan's stream holds is read: versions, happenings, their undoing, and marks of what was
entered in error. Times away and supply problems hang on the patient and on records merged in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from tracker.charts.calls import calls_owed
from tracker.charts.patients import record_ids, states_of
from tracker.charts.plans import SignedVersion, in_force, plan_stream
from tracker.charts.reading import once_a_page
from tracker.charts.streams import stream_seqs
from tracker.course import (
    Amount,
    Away,
    AwayWhere,
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
    Draft,
    EnteredInError,
    Fact,
    HappeningCell,
    PlanVersion,
    Reversal,
    Staff,
    StepContent,
    VersionStep,
    db,
)
from tracker.models import Happening as HappeningRow
from tracker.models import SupplyProblem as SupplyRow

_Charts = Mapping[int, tuple[int, ...]]  # a patient, and the ids of the records of the chart


def course_of(clinic_id: int, patient_id: int, signed: SignedVersion | None = None) -> Course:
    """Give the course of a patient's newest plan; without a plan, one that holds the rest.

    `signed` is the version in force, where it is known already.
    """
    if signed is None:
        return _course_now(clinic_id, patient_id)
    charts = {patient_id: record_ids(clinic_id, patient_id)}
    return courses_of_charts(clinic_id, charts, {patient_id: signed})[patient_id]


@once_a_page
def _course_now(clinic_id: int, patient_id: int) -> Course:
    charts = {patient_id: record_ids(clinic_id, patient_id)}
    signed = in_force(clinic_id, patient_id)
    return courses_of_charts(clinic_id, charts, {patient_id: signed} if signed else {})[patient_id]


def courses_of_charts(
    clinic_id: int, charts: _Charts, signed: Mapping[int, SignedVersion]
) -> dict[int, Course]:
    """Give the courses of several charts by patient; `signed` are their versions in force."""
    kept = {record_id: kept_id for kept_id, ids in charts.items() for record_id in ids}
    of_plans = _of_plans(clinic_id, signed)
    away, supply = _away(clinic_id, kept), _supply(clinic_id, kept)
    calls = calls_owed(clinic_id, kept)
    drafts, states = _with_draft(clinic_id, charts), states_of(clinic_id, tuple(charts))
    return {
        patient_id: replace(
            of_plans.get(patient_id, Course()),
            away=tuple(away[patient_id]),
            supply=tuple(supply[patient_id]),
            calls=tuple(calls[patient_id]),
            has_draft=patient_id in drafts,
            patient_state=states.get(patient_id, "active"),
        )
        for patient_id in charts
    }


def _of_plans(clinic_id: int, signed: Mapping[int, SignedVersion]) -> dict[int, Course]:
    if not signed:
        return {}
    plan_ids = tuple(one.plan_id for one in signed.values())
    happened, struck = _happened(clinic_id, plan_ids)
    signings = _signings(clinic_id, plan_ids)
    seqs = stream_seqs(clinic_id, map(plan_stream, plan_ids))
    return {
        patient_id: Course(
            plan_id=one.plan_id,
            seq=seqs.get(plan_stream(one.plan_id), 0),
            version=one.version,
            version_id=one.id,
            signings=tuple(signings[one.plan_id]),
            happened=tuple(happened[one.plan_id]),
            struck=tuple(struck[one.plan_id]),
        )
        for patient_id, one in signed.items()
    }


def _signings(clinic_id: int, plan_ids: tuple[int, ...]) -> dict[int, list[Signing]]:
    wrong = exists().where(
        EnteredInError.clinic_id == PlanVersion.clinic_id, EnteredInError.fact_id == PlanVersion.id
    )
    rows = db.session.execute(
        select(PlanVersion, Fact.seq)
        .join(Fact, (Fact.clinic_id == PlanVersion.clinic_id) & (Fact.id == PlanVersion.id))
        .where(PlanVersion.clinic_id == clinic_id, PlanVersion.plan_id.in_(plan_ids), ~wrong)
        .order_by(Fact.seq)
    )
    found: dict[int, list[Signing]] = defaultdict(list)
    for row, seq in rows:
        found[row.plan_id].append(
            Signing(row.id, row.number, seq, row.signed_on, row.signed_at, row.signed_name)
        )
    return found


def _happened(
    clinic_id: int, plan_ids: tuple[int, ...]
) -> tuple[dict[int, list[Happening]], dict[int, list[Struck]]]:
    stands: dict[int, list[Happening]] = defaultdict(list)
    struck: dict[int, list[Struck]] = defaultdict(list)
    rows = db.session.execute(
        select(HappeningRow, Fact.seq, Fact.recorded_at, Staff.name, PlanVersion.number)
        .join(Fact, (Fact.clinic_id == HappeningRow.clinic_id) & (Fact.id == HappeningRow.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .join(
            PlanVersion,
            (PlanVersion.clinic_id == HappeningRow.clinic_id)
            & (PlanVersion.id == HappeningRow.version_id),
        )
        .where(HappeningRow.clinic_id == clinic_id, HappeningRow.plan_id.in_(plan_ids))
        .order_by(Fact.seq)
    ).all()
    if not rows:
        return stands, struck
    ids = [row.id for row, *_ in rows]
    amounts, numbers = _amounts(clinic_id, ids), _numbers(clinic_id, plan_ids)
    marks = _marks(clinic_id, ids)
    for row, seq, at, by, number in rows:
        one = _happening(row, seq, at, by, number, amounts, numbers)
        if one.id in marks:
            struck[row.plan_id].append(Struck(one, *marks[one.id]))
        else:
            stands[row.plan_id].append(one)
    return stands, struck


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


def _numbers(clinic_id: int, plan_ids: tuple[int, ...]) -> dict[tuple[int, str], int]:
    """Give each step's number by version and key: a step may move to another number."""
    # Named first: a join alone leaves SQLite to walk through the clinic's versions.
    of_plans = select(StepContent.id).where(
        StepContent.clinic_id == clinic_id, StepContent.plan_id.in_(plan_ids)
    )
    rows = db.session.execute(
        select(VersionStep.version_id, StepContent.step_key, VersionStep.number)
        .join(
            StepContent,
            (StepContent.clinic_id == VersionStep.clinic_id)
            & (StepContent.id == VersionStep.content_id),
        )
        .where(VersionStep.clinic_id == clinic_id, VersionStep.content_id.in_(of_plans))
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


_Kept = Mapping[int, int]  # a record, and the patient of whose chart it is part


def _away(clinic_id: int, kept: _Kept) -> dict[int, list[Away]]:
    wrong = exists().where(
        EnteredInError.clinic_id == AwayRow.clinic_id, EnteredInError.fact_id == AwayRow.id
    )
    rows = db.session.execute(
        select(AwayRow, Fact.recorded_at, Staff.name)
        .join(Fact, (Fact.clinic_id == AwayRow.clinic_id) & (Fact.id == AwayRow.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(AwayRow.clinic_id == clinic_id, AwayRow.patient_id.in_(kept), ~wrong)
        .order_by(AwayRow.left_on.desc(), AwayRow.id.desc())
    ).all()
    notes = _away_notes(clinic_id, [row.id for row, *_ in rows])
    found: dict[int, list[Away]] = defaultdict(list)
    for row, at, by in rows:
        one = Away(row.id, AwayWhere(row.place_kind), row.place, row.left_on, row.until, by, at, 1)
        found[kept[row.patient_id]].append(replace(one, **notes.get(row.id, {})))
    return found


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


def _supply(clinic_id: int, kept: _Kept) -> dict[int, list[SupplyProblem]]:
    wrong = exists().where(
        EnteredInError.clinic_id == SupplyRow.clinic_id, EnteredInError.fact_id == SupplyRow.id
    )
    rows = db.session.execute(
        select(SupplyRow, Fact.recorded_at, Staff.name)
        .join(Fact, (Fact.clinic_id == SupplyRow.clinic_id) & (Fact.id == SupplyRow.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(SupplyRow.clinic_id == clinic_id, SupplyRow.patient_id.in_(kept), ~wrong)
        .order_by(SupplyRow.on.desc(), SupplyRow.id.desc())
    )
    found: dict[int, list[SupplyProblem]] = defaultdict(list)
    for row, at, by in rows:
        one = SupplyProblem(row.id, Supply(row.what), row.on, row.words, by, at)
        found[kept[row.patient_id]].append(one)
    return found


def _with_draft(clinic_id: int, patient_ids: Iterable[int]) -> set[int]:
    return set(
        db.session.scalars(
            select(Draft.patient_id).where(
                Draft.clinic_id == clinic_id,
                Draft.patient_id.in_(tuple(patient_ids)),
                Draft.kind == "plan",
            )
        )
    )
