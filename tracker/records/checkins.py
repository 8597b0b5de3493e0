"""Check-ins before they are held: booked, moved, tried in vain, cancelled.

Recording one is in `records.contacts`. Each act takes the place in the check-in's stream that the
page showed, so of two people who write at once one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker import charts, dates
from tracker.charts.checkins import checkin_of
from tracker.checkins import MODES, OUTCOMES, CheckIn
from tracker.languages import said
from tracker.models import CheckInAttempt, CheckInBooking, CheckInCancelled, db, new_id
from tracker.policy import Actor
from tracker.records.acts import Conflict, Entry, act

GRACE_DAYS = 1  # a check-in is overdue from the second day on, until a clinic says otherwise

DIED = said("The record says that this patient died. Nothing is booked, and nobody is called.")
MOVED = said(
    "The record says that this patient moved away, so nothing booked would stand on a list. "
    "Make the record active again first."
)


class Refused(Exception):
    """Raised when the act cannot be done; its text is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Day:
    """The day of a check-in as it was agreed: when, how, and what it is about."""

    on: date
    at: str  # "14:30" by the clinic's clock, or ""
    mode: str
    topics: Sequence[str] = ()
    grace_days: int = GRACE_DAYS


def book(*, by: Actor, clinic_id: int, patient_id: int, day: Day) -> int:
    """Book a check-in that no version of the plan lays, and give its id.

    Raises ValueError for a record that was merged into another one, KeyError for an unknown mode,
    and Refused for a patient who died.
    """
    return book_series(by=by, clinic_id=clinic_id, patient_id=patient_id, days=(day,))[0]


def book_series(
    *, by: Actor, clinic_id: int, patient_id: int, days: Sequence[Day]
) -> tuple[int, ...]:
    """Book several check-ins in one act, such as the follow-up after a taper; give their ids.

    Raises what `book` raises, and ValueError for none at all.
    """
    if not days:
        raise ValueError("there is no day to book")
    with act("checkin.book", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        more = len(days) - 1
        on = dates.screen(days[0].on)
        if more:
            on += f" and {more} more through {dates.screen(days[-1].on)}"
        entry.about |= {"on": on, "mode": MODES[days[0].mode]}
        return tuple(add_booking(entry, day) for day in days)


def add_booking(entry: Entry, day: Day) -> int:
    """Add a new check-in inside an act under way, and give its id."""
    refuse_gone(entry)
    unmerged(entry)
    fact_id = entry.fact(kind="checkin_booking", stream=f"checkin:{new_id()}", seen=0)
    _add_day(entry, fact_id, fact_id, day)
    return fact_id


def move(
    *, by: Actor, clinic_id: int, patient_id: int, checkin_id: int, seen: int, day: Day, reason: str
) -> None:  # fmt: skip
    """Move a check-in to another day, or take up again one that was cancelled.

    Raises Conflict when something happened to it since the page was made, and Refused when it was
    held already.
    """
    if not reason:
        raise ValueError("moving a check-in needs a reason")
    with act("checkin.move", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        found = the_checkin(entry, checkin_id, seen)
        refuse_gone(entry)
        if found.contact:
            raise Refused(said("This check-in was recorded already. Book a new one."))
        entry.about |= {
            "before": dates.screen(found.on),
            "on": dates.screen(day.on),
            "mode": MODES[day.mode],
            "reason": reason,
        }
        fact_id = entry.fact(
            kind="checkin_booking", stream=found.stream, seen=found.seq, reason=reason
        )
        _add_day(entry, fact_id, checkin_id, day)


def not_reached(
    *, by: Actor, clinic_id: int, patient_id: int, checkin_id: int, seen: int, on: date, mode: str,
    outcome: str, note: str = "",
) -> None:  # fmt: skip
    """Record a try that did not reach the patient; the check-in stays to be held.

    `outcome` is "no_answer", "message" or "declined". Raises Conflict when something happened to
    the check-in since the page was made, and Refused when it is not open any more.
    """
    with act("checkin.not_reached", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        found = the_checkin(entry, checkin_id, seen)
        refuse_died(entry)
        refuse_closed(found)
        entry.about |= {"on": dates.screen(found.on), "outcome": OUTCOMES[outcome].lower()}
        fact_id = entry.fact(kind="checkin_attempt", stream=found.stream, seen=found.seq)
        db.session.add(
            CheckInAttempt(
                clinic_id=clinic_id,
                id=fact_id,
                patient_id=patient_id,
                checkin_id=checkin_id,
                on=on,
                mode=mode,
                outcome=outcome,
                note=note,
            )
        )


def cancel(
    *, by: Actor, clinic_id: int, patient_id: int, checkin_id: int, seen: int, reason: str
) -> None:
    """Cancel a check-in with a reason; a later booking takes it up again.

    Raises Conflict when something happened to it since the page was made, and Refused when it is
    not open any more.
    """
    if not reason:
        raise ValueError("cancelling a check-in needs a reason")
    with act("checkin.cancel", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        found = the_checkin(entry, checkin_id, seen)
        refuse_closed(found)
        entry.about |= {"on": dates.screen(found.on), "reason": reason}
        fact_id = entry.fact(
            kind="checkin_cancelled", stream=found.stream, seen=found.seq, reason=reason
        )
        db.session.add(
            CheckInCancelled(
                clinic_id=clinic_id, id=fact_id, patient_id=patient_id, checkin_id=checkin_id
            )
        )


def the_checkin(entry: Entry, checkin_id: int, seen: int) -> CheckIn:
    """Give a check-in of this chart as it stands inside the act.

    Raises ValueError when the chart has no such check-in, or its record was merged into another
    one, and Conflict when its stream has moved on since `seen`.
    """
    patient_id = unmerged(entry)
    found = checkin_of(entry.clinic_id, patient_id, checkin_id)
    if found is None:
        raise ValueError("this chart has no such check-in")
    if found.seq != seen:
        raise Conflict("something happened to this check-in meanwhile")
    return found


def unmerged(entry: Entry) -> int:
    """Give the patient's id; raises ValueError for a record that was merged into another one."""
    patient = charts.patient_of(entry.clinic_id, entry.patient_id or 0)
    if patient is None or patient.merged_into_id is not None:
        raise ValueError("there is no such record to write into")
    return patient.id


def refuse_died(entry: Entry) -> None:
    """Refuse, by raising Refused, to call somebody who died."""
    if _state(entry) == "died":
        raise Refused(DIED)


def refuse_gone(entry: Entry) -> None:
    """Refuse, by raising Refused, to plan a contact with somebody who died or moved away."""
    refuse_died(entry)
    if _state(entry) == "moved":
        raise Refused(MOVED)


def _state(entry: Entry) -> str:
    patient = charts.patient_of(entry.clinic_id, entry.patient_id or 0)
    return patient.state if patient is not None else ""


def refuse_closed(found: CheckIn) -> None:
    """Refuse, by raising Refused, a check-in that is not to be held any more."""
    if found.contact:
        raise Refused(said("{by} recorded this check-in already.", by=found.contact.by))
    if found.cancelled:
        raise Refused(
            said(
                "{by} cancelled this check-in: {reason}",
                by=found.cancelled.by,
                reason=found.cancelled.reason,
            )
        )


def _add_day(entry: Entry, fact_id: int, checkin_id: int, day: Day) -> None:
    if day.mode not in MODES:
        raise ValueError(f"a check-in is not held by {day.mode}")
    db.session.add(
        CheckInBooking(
            clinic_id=entry.clinic_id,
            id=fact_id,
            patient_id=entry.patient_id,
            checkin_id=checkin_id,
            on=day.on,
            at=day.at,
            mode=day.mode,
            topics=",".join(day.topics),
            grace_days=day.grace_days,
        )
    )
