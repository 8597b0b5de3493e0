"""Acts about therapies over time: one line for each referral, start, session, stop or barrier."""

from __future__ import annotations

from datetime import date

from tracker import therapies as rules
from tracker.charts.therapies import all_of, stream_of
from tracker.dates import screen
from tracker.models import TherapyEvent, db, new_id
from tracker.policy import Actor
from tracker.records.acts import Conflict, Entry, act
from tracker.therapies import Kind


class Refused(Exception):
    """Raised when a line lacks something; `fields` gives a sentence for each."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


def record(
    *, by: Actor, clinic_id: int, patient_id: int, therapy: str, words: str, kind: str, on: date,
    today: date, therapy_id: int | None = None, seen: int = 0, times: int = 0, barrier: str = "",
    text: str = "",
) -> int:  # fmt: skip
    """Record one line of a therapy as an act of its own, and give the therapy's id.

    `therapy` and `words` are the catalogue's, `therapy_id` None begins a new course. Raises what
    `record_within` does.
    """
    with act(
        "therapy.record", by=by, clinic_id=clinic_id, patient_id=patient_id,
        therapy=words, what=_said(kind, on, times, barrier),
    ) as entry:  # fmt: skip
        return record_within(
            entry, therapy=therapy, words=words, kind=kind, on=on, today=today,
            therapy_id=therapy_id, seen=seen, times=times, barrier=barrier, text=text,
        )  # fmt: skip


def record_within(
    entry: Entry, *, therapy: str, words: str, kind: str, on: date, today: date,
    therapy_id: int | None = None, seen: int = 0, times: int = 0, barrier: str = "",
    text: str = "",
) -> int:  # fmt: skip
    """Record one line of a therapy inside an act under way, and give the therapy's id.

    Raises Refused when something is missing or cannot follow, and Conflict when somebody wrote to
    the therapy since the form was made (`seen` is the place that the form showed).
    """
    if entry.patient_id is None:
        raise ValueError("a therapy needs a patient")
    known = all_of(entry.clinic_id, entry.patient_id)
    course = next((one for one in known if one.id == therapy_id), None) if therapy_id else None
    if therapy_id is not None and course is None:
        raise Conflict("the therapy is not in this chart any more")
    if course is not None and course.seq != seen:
        raise Conflict("somebody recorded something of this therapy meanwhile")
    wrong = rules.why_not(
        course.lines if course else (), kind=kind, on=on, today=today, times=times, barrier=barrier
    )
    if wrong:
        raise Refused(dict(wrong))
    own_id = new_id()
    root = therapy_id or own_id
    entry.fact(kind="therapy_event", stream=stream_of(root), seen=seen, fact_id=own_id)
    db.session.add(
        TherapyEvent(
            clinic_id=entry.clinic_id,
            id=own_id,
            patient_id=entry.patient_id,
            therapy_id=root,
            therapy=therapy,
            words=words,
            kind=kind,
            on=on,
            times=times if kind == Kind.ATTENDED else 0,
            barrier=barrier if kind == Kind.BARRIER else "",
            text=text.strip(),
        )
    )
    db.session.flush()
    return root


def _said(kind: str, on: date, times: int, barrier: str) -> str:
    if kind == Kind.ATTENDED:
        how_often = "once" if times == 1 else f"{times} times"
        return f"attended {how_often}, last on {screen(on)}"
    if kind == Kind.BARRIER:
        return f"something in the way since {screen(on)}: {rules.BARRIERS.get(barrier, barrier)}"
    return f"{kind} on {screen(on)}"
