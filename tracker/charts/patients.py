"""Who the patient is: the head of the chart, which records make it up, and what was merged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from tracker.charts.reading import once_a_page
from tracker.languages import said
from tracker.models import Fact, Membership, Patient, PatientMerge, PatientRevision, Staff, db
from tracker.policy import Role

# What a form may set, and how the history names it.
FIELDS: Mapping[str, str] = {
    "family_name": said("family name"),
    "given_names": said("given names"),
    "preferred_name": said("preferred name"),
    "latin_name": said("name in Latin letters"),
    "birth_date": said("date of birth"),
    "record_no": said("record number"),
    "phone": said("phone"),
    "leave_message": said("permission to leave a message"),
    "other_phone": said("other phone"),
    "address": said("address"),
    "emergency_name": said("emergency contact"),
    "emergency_phone": said("emergency contact’s phone"),
    "supporter_name": said("supporter"),
    "supporter_phone": said("supporter’s phone"),
    "supporter_permission": said("permission to talk to the supporter"),
    "language": said("language"),
    "interpreter": said("interpreter"),
    "large_print": said("large print"),
    "allergies_state": said("allergies"),
    "allergies": said("list of allergies"),
    "physician_id": said("responsible physician"),
    "goal": said("the patient’s own goal"),
    "state": said("state"),
    "state_since": said("date of the state"),
}


@dataclass(frozen=True, slots=True)
class PatientHead:
    """Who the patient is, for the banner, the forms and the paper."""

    clinic_id: int
    id: int
    seq: int
    family_name: str
    given_names: str
    preferred_name: str
    latin_name: str
    birth_date: date
    record_no: str
    phone: str
    leave_message: str
    other_phone: str
    address: str
    emergency_name: str
    emergency_phone: str
    supporter_name: str
    supporter_phone: str
    supporter_permission: str
    language: str
    interpreter: bool
    large_print: bool
    allergies_state: str
    allergies: str
    physician_id: int | None
    goal: str
    state: str
    state_since: date | None
    merged_into_id: int | None
    physician_name: str = ""

    @property
    def title(self) -> str:
        """The name as the banner and messages give it: "RIVERA, Maria"."""
        family = self.family_name.upper()
        return f"{family}, {self.given_names}" if self.given_names else family

    @property
    def full_name(self) -> str:
        """The name in the order people say it."""
        return f"{self.given_names} {self.family_name}".strip()


_HEAD = tuple(  # in the order of the dataclass, so that rows of them fill it
    getattr(Patient, name) for name in PatientHead.__dataclass_fields__ if name != "physician_name"
)


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """A record that was merged into another: which, why, and by whom."""

    kept_id: int
    head: PatientHead
    reason: str
    merged_by: str
    merged_at: datetime


def patient_of(clinic_id: int, patient_id: int) -> PatientHead | None:
    """Give a patient of this clinic, or None; another clinic's patient is None too."""
    return next(iter(patients_of(clinic_id, (patient_id,))), None)


def patients_of(
    clinic_id: int, patient_ids: Iterable[int] | Select[int]
) -> tuple[PatientHead, ...]:
    """Give several patients of this clinic, in the order of their names.

    `patient_ids` may be a query for them, which then is part of this one.
    """
    wanted = patient_ids if isinstance(patient_ids, Select) else tuple(patient_ids)
    if not isinstance(wanted, Select) and not wanted:
        return ()
    rows = db.session.execute(
        select(Patient.name_folded, func.coalesce(Staff.name, ""), *_HEAD)
        .outerjoin(Staff, Staff.id == Patient.physician_id)
        .where(Patient.clinic_id == clinic_id, Patient.id.in_(wanted))
    )
    heads: list[tuple[str, PatientHead]] = [
        (name, PatientHead(*head, by))  # type: ignore[call-arg]  # as many as `_HEAD` names
        for name, by, *head in rows
    ]
    # Sorted here: asked for sorted rows, SQLite walks the whole clinic in the order of names.
    return tuple(head for _, head in sorted(heads, key=lambda one: (one[0], one[1].id)))


@once_a_page
def states_of(clinic_id: int, patient_ids: tuple[int, ...]) -> Mapping[int, str]:
    """Give the state of each of these patients who is there: active, moved or died."""
    rows = db.session.execute(
        select(Patient.id, Patient.state).where(
            Patient.clinic_id == clinic_id, Patient.id.in_(patient_ids)
        )
    )
    return {patient_id: state for patient_id, state in rows}


@cache
def _merged_into() -> Select[int]:
    """Put together the question that one page and one act ask many times."""
    clinic_id = bindparam("clinic_id", type_=BigInteger)
    patient_id = bindparam("patient_id", type_=BigInteger)
    own = (
        select(Patient.id)
        .where(Patient.clinic_id == clinic_id, Patient.merged_into_id == patient_id)
        .cte(recursive=True)
    )
    deeper = aliased(Patient)
    everything = own.union_all(
        select(deeper.id).where(deeper.clinic_id == clinic_id, deeper.merged_into_id == own.c.id)
    )
    return select(everything.c.id)


@once_a_page
def record_ids(clinic_id: int, patient_id: int) -> tuple[int, ...]:
    """Give the ids whose facts make up this chart: the patient's own and those merged into it.

    A record that itself had others merged into it brings them along.
    """
    asked = {"clinic_id": clinic_id, "patient_id": patient_id}
    return (patient_id, *db.session.scalars(_merged_into(), asked))


def charts_of(clinic_id: int, patient_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Give for each of these patients the ids of their chart, as `record_ids` does for one."""
    found = {patient_id: [patient_id] for patient_id in patient_ids}
    first, deeper = aliased(Patient), aliased(Patient)
    own = (
        select(first.id, first.merged_into_id.label("kept_id"))
        .where(first.clinic_id == clinic_id, first.merged_into_id.in_(found))
        .cte(recursive=True)
    )
    everything = own.union_all(
        select(deeper.id, own.c.kept_id).where(
            deeper.clinic_id == clinic_id, deeper.merged_into_id == own.c.id
        )
    )
    for record_id, kept_id in db.session.execute(select(everything.c.id, everything.c.kept_id)):
        found[kept_id].append(record_id)
    return {kept_id: tuple(ids) for kept_id, ids in found.items()}


def kept_record(clinic_id: int, patient_id: int) -> int:
    """Give the record that a merged record ended in; a record that was not merged is its own."""
    while True:
        into = db.session.scalar(
            select(Patient.merged_into_id).where(
                Patient.clinic_id == clinic_id, Patient.id == patient_id
            )
        )
        if into is None:
            return patient_id
        patient_id = into


def merged_into(clinic_id: int, kept_id: int) -> tuple[MergedRecord, ...]:
    """List the records that were merged into this one and still are, by name."""
    heads = {
        head.id: head
        for head in patients_of(
            clinic_id,
            db.session.scalars(
                select(Patient.id).where(
                    Patient.clinic_id == clinic_id, Patient.merged_into_id == kept_id
                )
            ),
        )
    }
    found = [_merge_of(clinic_id, head) for head in heads.values()]
    return tuple(one for one in found if one is not None)


def merge_of(head: PatientHead) -> MergedRecord | None:
    """Tell how this record was merged into another, or None when it stands by itself."""
    return _merge_of(head.clinic_id, head) if head.merged_into_id is not None else None


def _merge_of(clinic_id: int, head: PatientHead) -> MergedRecord | None:
    found = db.session.execute(
        select(PatientMerge, Staff.name, Fact.recorded_at)
        .join(Fact, (Fact.clinic_id == PatientMerge.clinic_id) & (Fact.id == PatientMerge.id))
        .join(Staff, Staff.id == Fact.recorded_by)
        .where(Fact.clinic_id == clinic_id, Fact.stream == f"merge:{head.id}")
        .order_by(Fact.seq.desc())
        .limit(1)
    ).first()
    if found is None or head.merged_into_id is None:
        return None
    merge, by, at = found
    return MergedRecord(head.merged_into_id, head, merge.reason, by, at)


def physicians(clinic_id: int, and_id: int | None = None) -> tuple[tuple[int, str], ...]:
    """List who can be a responsible physician, by name; `and_id` keeps the one recorded now."""
    rows = db.session.execute(
        select(Staff.id, Staff.name, Staff.disabled_at, Membership.roles)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(Membership.clinic_id == clinic_id)
        .order_by(Staff.name, Staff.id)
    )
    return tuple(
        (staff_id, name)
        for staff_id, name, disabled_at, roles in rows
        if staff_id == and_id or (disabled_at is None and Role.PHYSICIAN in roles.split(","))
    )


def revision(clinic_id: int, patient_id: int, seq: int) -> dict[str, Any]:
    """Give the head as it was after its change number `seq`; dates as text; empty if unknown."""
    row = db.session.get(PatientRevision, (clinic_id, patient_id, seq))
    return dict(json.loads(row.body)) if row else {}


def changed_by(clinic_id: int, patient_id: int, seq: int) -> tuple[str, datetime] | None:
    """Tell who made change number `seq` of the head, and when; None if unknown."""
    found = db.session.execute(
        select(Staff.name, PatientRevision.recorded_at)
        .join(Staff, Staff.id == PatientRevision.recorded_by)
        .where(
            PatientRevision.clinic_id == clinic_id,
            PatientRevision.patient_id == patient_id,
            PatientRevision.seq == seq,
        )
    ).first()
    return (found[0], found[1]) if found else None
