"""Giving the patients of a physician who leaves to another one, each with a line of history."""

from __future__ import annotations

from sqlalchemy import select

from tracker.charts.staff import patients_of_physician
from tracker.models import Staff, db
from tracker.policy import Actor
from tracker.records.acts import act
from tracker.records.patients import give_to

AT_ONCE = 100  # in one press: about a second


def reassign(*, by: Actor, clinic_id: int, from_id: int, to_id: int) -> tuple[int, int]:
    """Give up to 100 of a physician's patients to another; tell how many were, and are left.

    Each is an act of its own. Raises ValueError for somebody who is no physician of the clinic, or
    for the same one. Those who died keep the physician they had.
    """
    if from_id == to_id:
        raise ValueError("the patients are this physician's already")
    names = {one: name for one, name in db.session.execute(
        select(Staff.id, Staff.name).where(Staff.id.in_((from_id, to_id)))
    )}  # fmt: skip
    waiting = patients_of_physician(clinic_id, from_id)
    for patient_id in waiting[:AT_ONCE]:
        with act(
            "patient.reassign", by=by, clinic_id=clinic_id, patient_id=patient_id,
            before=names[from_id], to=names[to_id],
        ) as entry:  # fmt: skip
            give_to(entry, to_id, from_id=from_id)
    return min(len(waiting), AT_ONCE), max(len(waiting) - AT_ONCE, 0)
