"""Acts about who the patient is: registering, changing, merging two records, and undoing that.

A patient is a head that changes in place; each change leaves a revision of the whole head. A merge
moves nothing: the kept record shows the facts of both, and undoing it needs no more than the mark.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tracker.charts.patients import FIELDS
from tracker.charts.search import record_holder
from tracker.charts.streams import NOT_MARKED, stream_seq
from tracker.languages import said
from tracker.models import (
    Draft,
    EnteredInError,
    Fact,
    Membership,
    Patient,
    PatientMerge,
    PatientRevision,
    PatientSearch,
    db,
    new_id,
)
from tracker.names import fold, why_not_name
from tracker.policy import Actor, NotAllowed, Role, can
from tracker.records.acts import Conflict, Entry, act, row_values
from tracker.search_keys import all_keys, record_key

CLINICAL_FIELDS = frozenset({"allergies_state", "allergies", "goal"})


class RecordNumberTaken(Exception):
    """Raised when another patient of the clinic has this record number; `patient_id` is theirs."""

    def __init__(self, patient_id: int | None) -> None:
        super().__init__("the record number is taken")
        self.patient_id = patient_id


class Refused(Exception):
    """Raised when the act may not be done as the records stand; `sentence` says why.

    `field` names the field of the form that it is about, "" for none.
    """

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


def register(*, by: Actor, clinic_id: int, values: Mapping[str, Any]) -> int:
    """Register a patient and give their id; `values` are keyed by the names in `FIELDS`.

    Raises RecordNumberTaken, and ValueError for a name that is none or a physician who is not one
    of this clinic.
    """
    patient_id = new_id()
    try:
        with act("patient.register", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
            told = {name for name, value in values.items() if value not in ("", "not_recorded")}
            _refuse_clinical(by, clinic_id, told, "patient.register")
            add_within(entry, values)
    except IntegrityError as failure:
        raise _number_taken(failure) from failure
    return patient_id


def add_within(entry: Entry, values: Mapping[str, Any]) -> None:
    """Add the patient of an act under way, who is new; raises what `register` raises."""
    assert entry.patient_id is not None
    patient = Patient(clinic_id=entry.clinic_id, id=entry.patient_id, seq=0, registered_at=entry.at)
    _take(patient, values)
    db.session.add(patient)
    db.session.flush()
    _revise(patient, entry)


def edit(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, values: Mapping[str, Any]
) -> tuple[str, ...]:
    """Change who the patient is, and give the names of the fields that changed.

    `seen` is the revision that the form showed, else Conflict. Raises what `register` raises, and
    Refused for a record that was merged into another.
    """
    try:
        with act("patient.edit", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
            patient = _locked(clinic_id, patient_id)
            if patient.seq != seen:
                raise Conflict("the patient's record was changed meanwhile")
            _refuse_merged(patient)
            changed = [name for name, value in values.items() if getattr(patient, name) != value]
            _refuse_clinical(by, clinic_id, set(changed), "patient.edit")
            _take(patient, {name: values[name] for name in changed})
            entry.about["fields"] = ", ".join(FIELDS[name] for name in changed) or "nothing"
            _revise(patient, entry)
    except IntegrityError as failure:
        raise _number_taken(failure) from failure
    return tuple(changed)


def merge(
    *, by: Actor, clinic_id: int, kept_id: int, merged_id: int, seen: int, seen_merged: int,
    reason: str,
) -> None:  # fmt: skip
    """Merge one record of a person into another, which is kept and shows the facts of both.

    `seen` and `seen_merged` are the revisions that were compared, else Conflict. Raises Refused
    for a record with itself, one that is merged already, and one with a draft, which nobody would
    find again.
    """
    with act("patient.merge", by=by, clinic_id=clinic_id, patient_id=kept_id) as entry:
        if kept_id == merged_id:
            raise Refused(said("This is the same record. Choose the other record of this person."))
        kept, merged = _both(clinic_id, kept_id, merged_id)
        if (kept.seq, merged.seq) != (seen, seen_merged):
            raise Conflict("one of the two records was changed meanwhile")
        _refuse_merged(kept)
        _refuse_merged(merged)
        _refuse_draft(merged)
        _note_merge(entry, kept_id, merged, reason, undone=False)
        merged.merged_into_id = kept_id
        _revise(merged, entry)


def unmerge(*, by: Actor, clinic_id: int, kept_id: int, merged_id: int, reason: str) -> None:
    """Undo a merge: each record shows its own facts again. Raises Refused where there is none."""
    with act("patient.unmerge", by=by, clinic_id=clinic_id, patient_id=kept_id) as entry:
        _, merged = _both(clinic_id, kept_id, merged_id)
        if merged.merged_into_id != kept_id:
            raise Refused(
                said("These two records are not merged. Somebody may have undone it already.")
            )
        _note_merge(entry, kept_id, merged, reason, undone=True)
        merged.merged_into_id = None
        _revise(merged, entry)


def mark_in_error(
    *, by: Actor, clinic_id: int, fact_id: int, seen: int, reason: str, what: str,
    right_patient_id: int | None = None,
) -> None:  # fmt: skip
    """Mark a fact as put into the wrong chart; it stays, struck through, with the reason.

    `seen` is the place in the fact's stream that the form showed, else Conflict. `what` names the
    fact for the history. Raises Refused for a fact that is marked already, or is not one to mark,
    and for a right patient who is the same or unknown.
    """
    fact = db.session.get(Fact, (clinic_id, fact_id))
    if fact is None or fact.kind in NOT_MARKED:
        raise Refused(said("This is not something that can be marked as entered in error."))
    with act(
        "fact.in_error", by=by, clinic_id=clinic_id, patient_id=fact.patient_id,
        what=what, reason=reason,
    ) as entry:  # fmt: skip
        _refuse_marked(clinic_id, fact_id)
        _refuse_wrong_right_patient(clinic_id, fact.patient_id, right_patient_id)
        mark_id = entry.fact(
            kind="entered_in_error", stream=fact.stream, seen=seen, replaces_id=fact_id,
            reason=reason,
        )  # fmt: skip
        db.session.add(
            EnteredInError(
                clinic_id=clinic_id,
                id=mark_id,
                patient_id=fact.patient_id,
                fact_id=fact_id,
                reason=reason,
                right_patient_id=right_patient_id,
            )
        )


def mark_died(entry: Entry, on: date) -> None:
    """Mark the patient of an act under way as died on a day; the head keeps its revision."""
    _set_state(entry, "died", on)


def mark_alive_again(entry: Entry) -> None:
    """Take back, in an act under way, that the patient died: the record is active again."""
    _set_state(entry, "active", None)


def give_to(entry: Entry, physician_id: int, *, from_id: int) -> None:
    """Make someone the responsible physician of the patient of an act under way.

    Raises ValueError for nobody of this clinic's physicians; leaves a patient alone whom another
    physician has meanwhile.
    """
    assert entry.patient_id is not None
    _refuse_physician(entry.clinic_id, physician_id)
    patient = _locked(entry.clinic_id, entry.patient_id)
    if patient.physician_id == from_id:
        patient.physician_id = physician_id
        _revise(patient, entry)


def _set_state(entry: Entry, state: str, since: date | None) -> None:
    assert entry.patient_id is not None
    patient = _locked(entry.clinic_id, entry.patient_id)
    patient.state, patient.state_since = state, since
    _revise(patient, entry)


def words_of(patient: Patient) -> str:
    """Name a record for the history: "RIVERA, Maria, record no. 004512"."""
    given = f", {patient.given_names}" if patient.given_names else ""
    number = f", record no. {patient.record_no}" if patient.record_no else ""
    return f"{patient.family_name.upper()}{given}{number}"


def _take(patient: Patient, values: Mapping[str, Any]) -> None:
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"a patient has no {sorted(unknown)}")
    if why := why_not_name(values.get("family_name", patient.family_name)):
        raise ValueError(why)
    _refuse_number(patient, values.get("record_no", ""))
    _refuse_physician(patient.clinic_id, values.get("physician_id"))
    for name, value in values.items():
        setattr(patient, name, value)
    patient.record_no_folded = record_key(patient.record_no or "")
    patient.name_folded = fold(f"{patient.family_name} {patient.given_names or ''}")[:400]


def _refuse_number(patient: Patient, record_no: str) -> None:
    folded = record_key(record_no)
    if not folded:
        return
    holder = record_holder(patient.clinic_id, folded)
    if holder is not None and holder != patient.id:
        raise RecordNumberTaken(holder)


def _number_taken(failure: IntegrityError) -> Exception:
    # Two people who register the same number in the same instant meet in the index.
    if "record_no_folded" in str(failure.orig):
        return RecordNumberTaken(None)
    return failure


def _refuse_physician(clinic_id: int, physician_id: int | None) -> None:
    if physician_id is None:
        return
    member = db.session.get(Membership, (clinic_id, physician_id))
    if member is None or Role.PHYSICIAN not in member.roles.split(","):
        raise ValueError("the responsible physician is not a physician of this clinic")


def _refuse_clinical(by: Actor, clinic_id: int, names: set[str], act_name: str) -> None:
    if names & CLINICAL_FIELDS and not can(by, "regimen.read", clinic_id):
        raise NotAllowed(act_name)


def _refuse_merged(patient: Patient) -> None:
    if patient.merged_into_id is not None:
        raise Refused(
            said(
                "The record {patient} was merged into another one. Open that one.",
                patient=words_of(patient),
            )
        )


def _refuse_draft(merged: Patient) -> None:
    draft = db.session.scalar(
        select(Draft.id).where(
            Draft.clinic_id == merged.clinic_id, Draft.patient_id == merged.id
        ).limit(1)
    )  # fmt: skip
    if draft is not None:
        raise Refused(
            said(
                "The record {merged} has a draft that is not finished. "
                "Sign, record or discard it first, so that nothing typed is lost.",
                merged=words_of(merged),
            )
        )


def _refuse_marked(clinic_id: int, fact_id: int) -> None:
    marked = db.session.scalar(
        select(EnteredInError.id).where(
            EnteredInError.clinic_id == clinic_id, EnteredInError.fact_id == fact_id
        )
    )
    if marked is not None:
        raise Refused(said("Somebody has already marked this as entered in error."))


def _refuse_wrong_right_patient(clinic_id: int, wrong_id: int, right_id: int | None) -> None:
    if right_id is None:
        return
    if right_id == wrong_id:
        raise Refused(said("This is the chart it stands in. Choose the other patient, or nobody."))
    if db.session.get(Patient, (clinic_id, right_id)) is None:
        raise Refused(said("That patient was not found. Search again, or choose nobody."))


def _note_merge(entry: Entry, kept_id: int, merged: Patient, reason: str, *, undone: bool) -> None:
    entry.about |= {"merged": words_of(merged), "reason": reason}
    stream = f"merge:{merged.id}"
    fact_id = entry.fact(
        kind="patient_merge", stream=stream, seen=stream_seq(entry.clinic_id, stream),
        reason=reason,
    )  # fmt: skip
    db.session.add(
        PatientMerge(
            clinic_id=entry.clinic_id,
            id=fact_id,
            kept_id=kept_id,
            merged_id=merged.id,
            undone=undone,
            reason=reason,
        )
    )


def _both(clinic_id: int, kept_id: int, merged_id: int) -> tuple[Patient, Patient]:
    # Locked in the order of their ids: two merges of the same pair must not wait for each other.
    found = {one: _locked(clinic_id, one) for one in sorted({kept_id, merged_id})}
    return found[kept_id], found[merged_id]


def _locked(clinic_id: int, patient_id: int) -> Patient:
    found = db.session.scalar(
        select(Patient)
        .where(Patient.clinic_id == clinic_id, Patient.id == patient_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Refused(said("That patient was not found. Search again."))
    return found


def _revise(patient: Patient, entry: Entry) -> None:
    patient.seq += 1
    db.session.flush()
    db.session.add(
        PatientRevision(
            clinic_id=patient.clinic_id,
            patient_id=patient.id,
            seq=patient.seq,
            body=json.dumps(row_values(patient), ensure_ascii=False, sort_keys=True),
            recorded_by=entry.by.staff_id,
            recorded_at=entry.at,
        )
    )
    _index(patient)


def _index(patient: Patient) -> None:
    wanted = all_keys(
        family_name=patient.family_name,
        given_names=patient.given_names,
        preferred_name=patient.preferred_name,
        latin_name=patient.latin_name,
        birth_date=patient.birth_date,
        record_no=patient.record_no,
        phones=(patient.phone, patient.other_phone),
    )
    mine = (PatientSearch.clinic_id == patient.clinic_id) & (PatientSearch.patient_id == patient.id)
    present = set(db.session.scalars(select(PatientSearch.key).where(mine)))
    if present - wanted:
        db.session.execute(delete(PatientSearch).where(mine, PatientSearch.key.not_in(wanted)))
    db.session.add_all(
        PatientSearch(clinic_id=patient.clinic_id, key=key, patient_id=patient.id)
        for key in sorted(wanted - present)
    )
