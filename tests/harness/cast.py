"""The small named cast: four people of Hillside Spine, and a stranger of another clinic.

Everyone here is invented. They are added through the records, as the application itself would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.harness.passkey import SoftKey
from tracker import auth
from tracker.policy import COMMAND, Actor, Role
from tracker.records import clinics, factors, staff

HILLSIDE = "Hillside Spine"
PRAIRIE = "Prairie Pain Clinic"


@dataclass(frozen=True)
class Person:
    """One of the cast: who they are, how they sign in, and what the records need of them."""

    name: str
    username: str
    password: str
    clinic_id: int
    actor: Actor

    @property
    def staff_id(self) -> int:
        """The person's id."""
        assert self.actor.staff_id is not None
        return self.actor.staff_id


@dataclass(frozen=True)
class Cast(Mapping[str, Person]):
    """The people by their short names, the two clinics, and the ids that addresses need."""

    hillside: int
    prairie: int
    people: Mapping[str, Person]
    ids: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, short_name: str) -> Person:
        return self.people[short_name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.people)

    def __len__(self) -> int:
        return len(self.people)


# Passwords have 12 characters: the keyboard budgets count on it.
_PEOPLE = (
    ("amara", "Dr. Amara Okafor", "lantern-moss", HILLSIDE, Role.PHYSICIAN),
    ("bo", "Bo Lindqvist, RN", "copper-birch", HILLSIDE, Role.NURSE),
    ("cleo", "Cleo Marsh", "velvet-acorn", HILLSIDE, Role.DESK),
    ("dee", "Dee Novak", "marble-otter", HILLSIDE, Role.ADMIN),
    ("eli", "Dr. Eli Stone", "timber-finch", PRAIRIE, Role.PHYSICIAN),
)


def assemble() -> Cast:
    """Add the two clinics and everyone in them; needs an application context."""
    at = {
        name: clinics.create(
            name=name,
            time_zone="America/Denver",
            address=f"{number} Cedar Road, Boulder, CO 80301",
            day_phone=f"(303) 555-01{number}",
            night_phone=f"(303) 555-02{number}",
        )
        for name, number in ((HILLSIDE, 41), (PRAIRIE, 77))
    }
    people = {}
    for username, name, password, clinic, role in _PEOPLE:
        staff_id = staff.add(
            by=COMMAND,
            clinic_id=at[clinic],
            username=username,
            name=name,
            roles={role},
            password_hash=auth.hasher().hash(password),
            must_change_password=False,
        )
        actor = Actor(staff_id, name, {at[clinic]: frozenset({role})})
        key = SoftKey(username)
        factors.add_passkey(
            by=actor,
            name="Key of the cast",
            credential_id=key.credential_id,
            public_key=key.public_key,
            sign_count=0,
        )
        people[username] = Person(name, username, password, at[clinic], actor)
    return Cast(at[HILLSIDE], at[PRAIRIE], people)
