"""Which check-ins still count: after a newer version, after the plan was closed, after a death.

The one place that decides it. The Today list, the calendars, the paper, the patient's page and
every export read `CheckIn.open`, and so agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tracker.checkins.standing import CheckIn

COMPLETED = "completed"  # the reasons of `course.WhyClosed` that matter here
ELSEWHERE = frozenset({"moved", "died"})


@dataclass(frozen=True, slots=True)
class Ended:
    """A plan was closed: as of which day, when that was recorded, and why."""

    on: date
    at: datetime
    why: str  # a value of `course.WhyClosed`


@dataclass(frozen=True, slots=True)
class Start:
    """A signed version, as far as its check-ins go."""

    version_id: int
    signed_on: date
    ended: Ended | None = None  # how its plan was closed


def settled(
    checkins: Iterable[CheckIn], versions: Sequence[Start], *, gone: bool = False
) -> tuple[CheckIn, ...]:
    """Mark the check-ins that are not to be held any more; give all, the earliest first.

    `versions` are those that count, in the order of signing. Nothing that happened is touched: not
    a recorded or cancelled check-in. A newer version replaces what an older one laid, but not a day
    that somebody agreed with the patient: its check-ins stand up to the day before the next version
    was signed, so one that is overdue stays overdue. A version does not plan days before it was
    signed, nor anew what has happened to the check-in that an earlier one laid on the same day in
    the same way. What the end of a plan leaves standing is in `ends`. `gone` says that the patient
    died or moved away: nothing is to be held.
    """
    found = sorted(checkins, key=lambda one: (one.on, one.at, one.id))
    places = {start.version_id: place for place, start in enumerate(versions)}
    done = {
        (one.planned.on, one.planned.mode): places.get(one.planned.version_id, -1)
        for one in found
        if one.planned and _touched(one)
    }
    return tuple(_settled(one, versions, places, done, gone) for one in found)


def ends(one: CheckIn, ended: Ended) -> bool:
    """Tell whether the end of its plan takes a check-in with it.

    Moved to other care, or died: every one, but for what was agreed after the end was recorded.
    Otherwise those that the plan laid, from the day of the end on, for their steps do not come; the
    follow-up of a taper that was completed stays, and so does every day agreed with the patient.
    One that was overdue by then stays overdue: somebody still has to call.
    """
    if ended.why in ELSEWHERE:
        return ended.why == "died" or not _agreed_since(one, ended.at)
    if one.planned is None or one.booked or one.on < ended.on:
        return False
    return not (one.planned.follow_up and ended.why == COMPLETED)


def left_by(checkins: Iterable[CheckIn], ended: Ended) -> tuple[CheckIn, ...]:
    """Give the open check-ins that would be left if the newest plan ended so."""
    return tuple(one for one in checkins if one.open and not ends(one, ended))


def _agreed_since(one: CheckIn, at: datetime) -> bool:
    return bool(one.booked and one.booked.made and one.booked.made > at)


def _touched(one: CheckIn) -> bool:
    return bool(one.contact or one.cancelled or one.booked)


def _settled(
    one: CheckIn, versions: Sequence[Start], places: dict[int, int],
    done: dict[tuple[date, str], int], gone: bool,
) -> CheckIn:  # fmt: skip
    if one.contact or one.cancelled:
        return one
    if _is_replaced(one, versions, places, done):
        return replace(one, replaced=True)
    ended = _ended(one, versions, places)
    return replace(one, over=True) if gone or (ended and ends(one, ended)) else one


def _ended(one: CheckIn, versions: Sequence[Start], places: dict[int, int]) -> Ended | None:
    """Give the end that concerns a check-in: of its own plan; of one agreed, of the newest."""
    if one.planned and not one.booked:
        return versions[places[one.planned.version_id]].ended
    return versions[-1].ended if versions else None


def _is_replaced(
    one: CheckIn,
    versions: Sequence[Start],
    places: dict[int, int],
    done: dict[tuple[date, str], int],
) -> bool:
    if one.planned is None or _touched(one):
        return False
    place = places[one.planned.version_id]
    if one.on < versions[place].signed_on:
        return True
    if any(one.on >= later.signed_on for later in versions[place + 1 :]):
        return True
    return done.get((one.on, one.mode), place) < place
