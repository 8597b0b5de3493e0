"""Acts that were refused: each one an event, and for one person never more than a few at a time.

A refusal costs a transaction. So that nobody can fill the history by asking again and again, a
person's refusals are written up to a limit within some minutes; the last line says so.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from tracker.models import Event, db, utc_now
from tracker.policy import ACTS, Actor
from tracker.records.acts import act
from tracker.records.sessions import home

MOST, WITHIN = 20, timedelta(minutes=10)
_NAMES = ("refused.act", "refused.address", "refused.more")


def refused(
    *, by: Actor, clinic_id: int, patient_id: int | None, act_name: str, found: bool
) -> None:
    """Record that a person was refused an act, unless enough of it is written already.

    `found` tells whether what they asked for is there for them and only the act is not theirs.
    What a stranger to the clinic asked for stands in their own clinic's history too, without the
    patient.
    """
    before = _written(by)
    if before > MOST:
        return
    about = {"what": ACTS[act_name].does}
    name = "refused.act" if found else "refused.address"
    if before == MOST:
        name = "refused.more"
        about = {"times": str(MOST), "minutes": str(int(WITHIN.total_seconds()) // 60)}
    with act(name, by=by, clinic_id=clinic_id, patient_id=patient_id, **about):
        pass
    own = home(by)
    if not by.roles_at(clinic_id) and own != clinic_id:
        with act("refused.elsewhere", by=by, clinic_id=own, what=ACTS[act_name].does):
            pass


def _written(by: Actor) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Event)
            .where(Event.by_id == by.staff_id, Event.at > utc_now() - WITHIN, Event.act.in_(_NAMES))
        )
        or 0
    )
