"""What an act is: the roles, what is touched, and the letters that the tables are written in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.languages import said


class Role(StrEnum):
    """What a member of staff is at one clinic; a person may hold several."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    DESK = "desk"
    ADMIN = "admin"


ROLE_WORDS = {
    Role.PHYSICIAN: said("Physician"),
    Role.NURSE: said("Nurse"),
    Role.DESK: said("Front desk"),
    Role.ADMIN: said("Administrator"),
}


class Touch(StrEnum):
    """What an act does to the record."""

    OPEN = "open"  # needs no sign-in
    LOOK = "look"  # reads, nothing of one patient
    READ = "read"  # opens one patient's record; goes to the read log
    WRITE = "write"  # adds to the record; leaves an event
    DRAFT = "draft"  # changes a draft or the person's own session; leaves no event


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: who may, what it touches, and its sentence in the history.

    `says` is filled from the event: `{by}` is the person's name, the rest is the event's own
    words. `does` finishes the sentence "may ..." for the roles table. `fresh` asks a person who
    signed in a while ago to show again who they are.
    """

    name: str
    touch: Touch
    roles: frozenset[Role]
    does: str
    says: str = ""
    fresh: bool = False


P, N, D, A = Role.PHYSICIAN, Role.NURSE, Role.DESK, Role.ADMIN
CLINICAL = frozenset({P, N})
FRONT = frozenset({P, N, D})
EVERYONE = frozenset(Role)
O, L, R, W, T = Touch.OPEN, Touch.LOOK, Touch.READ, Touch.WRITE, Touch.DRAFT  # noqa: E741 (a column of the table)
NOBODY: frozenset[Role] = frozenset()
