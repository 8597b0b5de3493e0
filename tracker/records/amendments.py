"""Acts about a patient's request to amend the record: it is written down, and it is answered.

Neither changes what the record says: a correction is an act of its own, and an accepted request
names it.
"""

from __future__ import annotations

from datetime import date

from tracker.charts.amendments import Request, corrections, requests_of
from tracker.languages import said
from tracker.models import AmendmentAnswer, AmendmentRequest, db, new_id
from tracker.policy import Actor
from tracker.records.acts import Conflict, act

HOW = {"in_person": "in person", "phone": "on the phone", "letter": "by letter"}


class Refused(Exception):
    """Raised when an answer lacks something; the message is for the person."""


def ask(*, by: Actor, clinic_id: int, patient_id: int, asked_on: date, how: str, text: str) -> int:
    """Record what the patient asks to have changed, and give the request's id.

    Raises ValueError for a way of asking that `HOW` does not have.
    """
    if how not in HOW or not text.strip():
        raise ValueError("a request has words and a way of asking")
    with act("amendment.ask", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        request_id = new_id()
        entry.fact(
            kind="amendment_request", stream=f"amendment:{request_id}", seen=0, fact_id=request_id
        )
        db.session.add(
            AmendmentRequest(
                clinic_id=clinic_id, id=request_id, patient_id=patient_id, asked_on=asked_on,
                how=how, text=text.strip(),
            )
        )  # fmt: skip
    return request_id


def answer(
    *, by: Actor, clinic_id: int, patient_id: int, request_id: int, seen: int, accepted: bool,
    text: str, event_seq: int | None,
) -> None:  # fmt: skip
    """Accept a request, naming the event that corrects the record; or deny it, with the reason.

    Raises Refused when what is needed is missing, and Conflict when it was answered meanwhile.
    """
    with act(
        "amendment.answer", by=by, clinic_id=clinic_id, patient_id=patient_id,
        what="accepted" if accepted else "denied",
    ) as entry:  # fmt: skip
        request = _open(clinic_id, patient_id, request_id)
        known = {seq for seq, _ in corrections(clinic_id, patient_id, request.recorded_at)}
        if accepted and event_seq not in known:
            raise Refused(said("Choose the correction. Correct the record first, then accept."))
        if not accepted and not text.strip():
            raise Refused(said("Type why it is denied. The patient has a right to the reason."))
        answer_id = entry.fact(kind="amendment_answer", stream=f"amendment:{request_id}", seen=seen)
        db.session.add(
            AmendmentAnswer(
                clinic_id=clinic_id, id=answer_id, patient_id=patient_id, request_id=request_id,
                accepted=accepted, event_seq=event_seq if accepted else None, text=text.strip(),
            )
        )  # fmt: skip


def _open(clinic_id: int, patient_id: int, request_id: int) -> Request:
    found = {one.id: one for one in requests_of(clinic_id, patient_id)}.get(request_id)
    if found is None or found.accepted is not None:
        raise Conflict("the request was answered meanwhile")
    return found
