"""One patient's record as an export takes it: frozen values, gathered elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker.checkins import CheckIn
from tracker.course import Course, PlanState
from tracker.plans import Version
from tracker.regimens import Regimen
from tracker.therapies import Standing as TherapyStanding


@dataclass(frozen=True, slots=True)
class ClinicValue:
    """The practice, as its paper names it."""

    id: int
    name: str
    address: str
    phone: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class PersonValue:
    """A member of staff."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class PatientValue:
    """Who the patient is; the texts are as typed, empty where nothing was."""

    id: int
    seq: int  # of its newest revision
    family_name: str
    given_names: str
    preferred_name: str
    latin_name: str
    birth_date: date
    record_no: str
    phone: str
    other_phone: str
    address: str
    emergency_name: str
    emergency_phone: str
    supporter_name: str
    supporter_phone: str
    language: str
    interpreter: bool
    physician_id: int | None
    goal: str
    state: str  # active, moved, died
    state_since: date | None
    leave_message: str = ""  # yes, no; "" while not asked
    supporter_permission: str = ""  # likewise: whether the supporter may be told
    large_print: bool = False
    allergies_state: str = "not_recorded"  # recorded, none_known, not_recorded
    allergies: str = ""

    @property
    def died(self) -> bool:
        """Tell whether nothing is due any more, and nothing goes on."""
        return self.state == "died"


@dataclass(frozen=True, slots=True)
class PlanValue:
    """One signed version and where it stands."""

    version_id: int
    signed_at: datetime
    signed_by: str
    version: Version
    state: PlanState


@dataclass(frozen=True, slots=True)
class Answer:
    """One question as it was asked, and the answer as it was shown."""

    question: str  # catalogue id
    asked: str
    words: str


@dataclass(frozen=True, slots=True)
class Score:
    """The total of an instrument by its published rule; None for an incomplete one."""

    instrument: str  # catalogue id
    name: str
    total: float | None
    loinc: str  # "" where none was verified


@dataclass(frozen=True, slots=True)
class CheckInValue:
    """A check-in with what was answered, if it took place."""

    checkin: CheckIn
    answers: tuple[Answer, ...] = ()
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True, slots=True)
class HandoutValue:
    """One printing."""

    id: int
    version_id: int
    printed_at: datetime
    printed_by: str
    language: str
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class EventValue:
    """One line of the history."""

    seq: int
    at: datetime
    by_id: int | None
    by_name: str
    act: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Record:
    """All of one patient's record that an export may hold."""

    clinic: ClinicValue
    patient: PatientValue
    people: Mapping[int, PersonValue]  # those whom the rest names
    regimens: tuple[Regimen, ...]  # newest first; those entered in error are left out
    plans: tuple[PlanValue, ...]  # in the order of signing
    course: Course
    checkins: tuple[CheckInValue, ...]
    therapies: tuple[TherapyStanding, ...]
    handouts: tuple[HandoutValue, ...]
    events: tuple[EventValue, ...]
