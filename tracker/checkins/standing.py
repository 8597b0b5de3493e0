"""How a check-in stands: its lines folded in their order. Which still count is in `settling`.

A line that was entered in error is left out before it comes here; that undoes what it said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.languages import said
from tracker.plans import AFTER_TAPER

MODES = {"phone": said("Phone"), "video": said("Video"), "in_person": said("In person")}
OUTCOMES = {
    "no_answer": said("No answer"),
    "message": said("Left a message"),
    "declined": said("Declined to talk"),
}


class Standing(StrEnum):
    """How a check-in stands on a day."""

    AHEAD = "ahead"
    DUE = "due"  # on its day, and on the days of grace after it
    OVERDUE = "overdue"
    RECORDED = "recorded"
    CANCELLED = "cancelled"
    REPLACED = "replaced"  # a newer version of the plan lays its own
    OVER = "over"  # the plan was closed, or the patient is gone: see `settling`


@dataclass(frozen=True, slots=True)
class Planned:
    """A version of the plan laid this check-in: beside a step, or after the taper."""

    version_id: int
    step_number: int  # 0: after the taper
    on: date
    mode: str
    topics: tuple[str, ...]
    grace_days: int

    @property
    def follow_up(self) -> bool:
        """Tell whether it stands after the taper, beside no step."""
        return self.step_number == AFTER_TAPER

    @property
    def place(self) -> str:
        """Say what it stands beside, within a sentence."""
        if self.follow_up:
            return said("after the taper")
        return said("step {number}", number=self.step_number)


@dataclass(frozen=True, slots=True)
class Booked:
    """A day agreed with the patient: the first one, or another one."""

    on: date
    at: str  # "14:30", or ""
    mode: str
    topics: tuple[str, ...]
    grace_days: int
    by: str
    reason: str
    made: datetime | None = None  # when it was agreed


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that did not reach the patient."""

    on: date
    mode: str
    outcome: str  # "no_answer", "message" or "declined"
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The check-in will not be held."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that took place, as it was recorded last."""

    id: int  # of its fact
    on: date
    entered_on: date
    mode: str
    spoke_with: str  # "patient", "supporter", "interpreter" or "other"
    spoke_name: str
    version_id: int | None
    step_number: int | None
    note: str
    by: str
    at: datetime
    replaces_id: int | None  # the copy that this one amends
    reason: str  # why it was amended

    @property
    def late(self) -> bool:
        """Tell whether it was typed on a later day than it took place."""
        return self.entered_on > self.on


Line = Planned | Booked | Attempt | Cancelled | Contact


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One check-in with all that happened to it."""

    id: int
    patient_id: int  # of the record that it was written into
    stream: str
    seq: int  # the last place taken in its stream: what a form has seen
    on: date
    at: str
    mode: str
    topics: tuple[str, ...]
    grace_days: int
    planned: Planned | None  # by a version; None: booked by a person, or never planned
    booked: Booked | None  # the day that was agreed last
    attempts: tuple[Attempt, ...]  # every try
    tries: int  # without an answer, since a day was agreed last
    cancelled: Cancelled | None
    contact: Contact | None
    replaced: bool = False
    over: bool = False

    @property
    def open(self) -> bool:
        """Tell whether it is still to be held."""
        return not (self.contact or self.cancelled or self.replaced or self.over)

    @property
    def withdrawn(self) -> bool:
        """Tell whether it was laid or booked and will not be held: paper and calendars drop it."""
        return not self.contact and not self.open

    @property
    def last_day(self) -> date:
        """The last day on which it is not overdue: its own, and the days of grace."""
        return self.on + timedelta(days=self.grace_days)

    def standing(self, today: date) -> Standing:
        """Give how it stands on a day of the clinic's calendar."""
        if self.contact:
            return Standing.RECORDED
        if self.cancelled:
            return Standing.CANCELLED
        if self.replaced:
            return Standing.REPLACED
        if self.over:
            return Standing.OVER
        if today < self.on:
            return Standing.AHEAD
        return Standing.DUE if today <= self.last_day else Standing.OVERDUE


def fold(id: int, patient_id: int, stream: str, seq: int, lines: Sequence[Line]) -> CheckIn | None:
    """Fold the lines of one stream, in their order, into a check-in; None when none is left.

    The last booking gives the day; a booking after a cancellation takes the check-in up again. The
    last record is the one that counts: an amended copy names the copy that it replaces.
    """
    planned = next((line for line in lines if isinstance(line, Planned)), None)
    booked: Booked | None = None
    attempts: list[Attempt] = []
    tries = 0
    cancelled: Cancelled | None = None
    contact: Contact | None = None
    for line in lines:
        match line:
            case Booked():
                booked, cancelled, tries = line, None, 0
            case Attempt():
                attempts.append(line)
                tries += 1
            case Cancelled():
                cancelled = line
            case Contact():
                contact = line
            case Planned():
                pass
    day = booked or planned
    if day is None and contact is None:
        return None
    return CheckIn(
        id=id,
        patient_id=patient_id,
        stream=stream,
        seq=seq,
        on=day.on if day else _of(contact).on,
        at=booked.at if booked else "",
        mode=day.mode if day else _of(contact).mode,
        topics=day.topics if day else (),
        grace_days=day.grace_days if day else 0,
        planned=planned,
        booked=booked,
        attempts=tuple(attempts),
        tries=tries,
        cancelled=cancelled,
        contact=contact,
    )


def _of(contact: Contact | None) -> Contact:
    assert contact is not None
    return contact


def next_open(checkins: Iterable[CheckIn], today: date) -> CheckIn | None:
    """Give the next check-in to be held from today on, or None: no next contact is booked."""
    ahead = [one for one in checkins if one.open and one.on >= today]
    return min(ahead, key=lambda one: (one.on, one.at, one.id), default=None)


def last_contact(checkins: Iterable[CheckIn]) -> Contact | None:
    """Give the latest contact that took place, or None."""
    contacts = [one.contact for one in checkins if one.contact]
    return max(contacts, key=lambda one: (one.on, one.at), default=None)


def contact_since(checkins: Iterable[CheckIn], day: date) -> bool:
    """Tell whether a contact took place on or after a day.

    A plan that asks for a contact before each step asks this of the day the step before began.
    """
    latest = last_contact(checkins)
    return latest is not None and latest.on >= day
