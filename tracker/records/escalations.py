"""Acts about escalations: raising, adding, accepting, resolving, and telling the patient."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tracker import escalations as rules
from tracker.charts.escalations import one_of, stream_of
from tracker.charts.patients import patient_of, record_ids
from tracker.dates import today_at
from tracker.escalations import NEEDED_WORDS, NeededBy, State
from tracker.languages import said
from tracker.models import (
    Clinic,
    Escalation,
    EscalationAccepted,
    EscalationNote,
    EscalationResolved,
    EscalationTold,
    Fact,
    db,
    new_id,
)
from tracker.policy import Actor
from tracker.records.acts import Conflict, Entry, act

DIED = said(
    "The record says that this patient died, so no list would show this. Speak with a physician "
    "yourself, and write down by whom and how it is handled."
)


class Refused(Exception):
    """Raised when an escalation lacks something; `fields` gives a sentence for each."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


def raise_within(
    entry: Entry, *, about: str, needed_by: str, source: str, source_id: int | None,
    text: str, spoken_to: str = "", patient_is: str = "",
) -> int:  # fmt: skip
    """Raise an escalation inside an act under way, and give its id.

    `about` names it in a few words, `needed_by` is one of NeededBy, `source` and `source_id` say
    which page or fact it was raised with. Raises Refused when something is missing, for "now" also
    who was reached and where the patient is (`escalations.why_not_raise` tells beforehand).
    """
    wrong = rules.why_not_raise(
        about=about, needed_by=needed_by, text=text, spoken_to=spoken_to, patient_is=patient_is
    )
    if wrong:
        raise Refused(dict(wrong))
    patient = patient_of(entry.clinic_id, entry.patient_id or 0)
    if patient is not None and patient.state == "died":
        raise Refused({"text": DIED})  # a death silences every list: nobody would see it
    clinic = db.session.get_one(Clinic, entry.clinic_id)
    escalation_id = new_id()
    row_id = entry.fact(
        kind="escalation", stream=stream_of(escalation_id), seen=0, fact_id=escalation_id
    )
    db.session.add(
        Escalation(
            clinic_id=entry.clinic_id,
            id=row_id,
            patient_id=entry.patient_id,
            about=about.strip(),
            needed_by=needed_by,
            needed_on=rules.needed_on(
                NeededBy(needed_by),
                today_at(clinic.time_zone, entry.at),
                hours=clinic.hours,
                closed_days=clinic.closed_days,
            ),
            source=source,
            source_id=source_id,
            text=text.strip(),
            spoken_to=spoken_to.strip(),
            patient_is=patient_is.strip(),
        )
    )
    db.session.flush()
    return row_id


def raise_one(
    *, by: Actor, clinic_id: int, patient_id: int, about: str, needed_by: str, text: str,
    spoken_to: str = "", patient_is: str = "", source: str = "page",
) -> int:  # fmt: skip
    """Raise an escalation as an act of its own, and give its id; raises what raise_within does."""
    with act(
        "escalation.raise", by=by, clinic_id=clinic_id, patient_id=patient_id, about=about
    ) as entry:
        raised = raise_within(
            entry, about=about, needed_by=needed_by, source=source, source_id=None, text=text,
            spoken_to=spoken_to, patient_is=patient_is,
        )  # fmt: skip
        entry.about["needed"] = NEEDED_WORDS[NeededBy(needed_by)]
    return raised


def add_note(
    *, by: Actor, clinic_id: int, patient_id: int, escalation_id: int, seen: int, text: str,
    spoken_to: str = "", patient_is: str = "",
) -> None:  # fmt: skip
    """Add something to an escalation; raises Refused without a text, Conflict when overtaken."""
    if not text.strip():
        raise Refused({"text": said("Write down what is to be added.")})
    one = _the_open(clinic_id, patient_id, escalation_id)
    with act(
        "escalation.note", by=by, clinic_id=clinic_id, patient_id=one.patient_id, about=one.about
    ) as entry:
        db.session.add(
            EscalationNote(
                clinic_id=clinic_id,
                id=_line(entry, "escalation_note", escalation_id, seen),
                escalation_id=escalation_id,
                text=text.strip(),
                spoken_to=spoken_to.strip(),
                patient_is=patient_is.strip(),
            )
        )


def accept(*, by: Actor, clinic_id: int, patient_id: int, escalation_id: int, seen: int) -> None:
    """Take an escalation: from now on it has this physician's name.

    One that another physician has is taken over. Raises Conflict when somebody wrote to it since
    the form was made, and when it is resolved.
    """
    one = _the_open(clinic_id, patient_id, escalation_id)
    with act(
        "escalation.accept", by=by, clinic_id=clinic_id, patient_id=one.patient_id,
        about=one.about,
    ) as entry:  # fmt: skip
        _accept(entry, escalation_id, seen)


def resolve(
    *, by: Actor, clinic_id: int, patient_id: int, escalation_id: int, seen: int,
    decision: str, told: str, told_text: str = "", plan_fact_id: int | None = None,
) -> None:  # fmt: skip
    """Resolve an escalation with a decision and the answer whether the patient has been told.

    Who decides owns it: one that nobody took, or that another has, is accepted in the same act.
    `plan_fact_id` is the act upon this patient's plan that followed. Raises Refused when something
    is missing, and Conflict when somebody wrote to it since the form was made.
    """
    wrong = rules.why_not_resolve(decision=decision, told=told, told_text=told_text)
    if wrong:
        raise Refused(dict(wrong))
    one = _the_open(clinic_id, patient_id, escalation_id)
    with act(
        "escalation.resolve", by=by, clinic_id=clinic_id, patient_id=one.patient_id,
        about=one.about,
    ) as entry:  # fmt: skip
        if one.owner_id != by.staff_id:
            seen = _accept(entry, escalation_id, seen)
        if plan_fact_id is not None:
            _refuse_other_plan(clinic_id, patient_id, plan_fact_id)
        db.session.add(
            EscalationResolved(
                clinic_id=clinic_id,
                id=_line(entry, "escalation_resolved", escalation_id, seen),
                escalation_id=escalation_id,
                owner_id=by.staff_id,
                decision=decision.strip(),
                plan_fact_id=plan_fact_id,
                told=told,
                told_text=told_text.strip(),
            )
        )


def patient_told(
    *, by: Actor, clinic_id: int, patient_id: int, escalation_id: int, seen: int,
    told_on: date, told_by: str = "", text: str = "",
) -> None:  # fmt: skip
    """Record that the patient was told of the decision; `told_by` is whoever acts, unless named.

    Raises Conflict when there is nothing left to tell, for somebody else recorded it.
    """
    one = one_of(clinic_id, patient_id, escalation_id)
    if one is None or one.state is not State.TO_TELL:
        raise Conflict("the patient was told meanwhile")
    with act(
        "escalation.told", by=by, clinic_id=clinic_id, patient_id=one.patient_id, about=one.about
    ) as entry:
        db.session.add(
            EscalationTold(
                clinic_id=clinic_id,
                id=_line(entry, "escalation_told", escalation_id, seen),
                escalation_id=escalation_id,
                told_by=told_by.strip() or by.name,
                told_on=told_on,
                text=text.strip(),
            )
        )


def _line(entry: Entry, kind: str, escalation_id: int, seen: int) -> int:
    return entry.fact(kind=kind, stream=stream_of(escalation_id), seen=seen)


def _accept(entry: Entry, escalation_id: int, seen: int) -> int:
    db.session.add(
        EscalationAccepted(
            clinic_id=entry.clinic_id,
            id=_line(entry, "escalation_accepted", escalation_id, seen),
            escalation_id=escalation_id,
            owner_id=entry.by.staff_id,
        )
    )
    return seen + 1


def _the_open(clinic_id: int, patient_id: int, escalation_id: int) -> rules.Escalation:
    one = one_of(clinic_id, patient_id, escalation_id)
    if one is None or not one.is_open:
        raise Conflict("the escalation was resolved meanwhile")
    return one


def _refuse_other_plan(clinic_id: int, patient_id: int, fact_id: int) -> None:
    """Refuse a linked act that is not one upon a plan of this chart."""
    fact = db.session.scalar(
        select(Fact.id).where(
            Fact.clinic_id == clinic_id,
            Fact.id == fact_id,
            Fact.patient_id.in_(record_ids(clinic_id, patient_id)),
            Fact.stream.startswith("plan:"),
        )
    )
    if fact is None:
        raise Refused({"plan_fact_id": said("That act is not one upon this patient’s plan.")})
