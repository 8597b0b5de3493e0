"""Who is in an invented clinic group: clinics, staff, and names in many scripts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker import auth
from tracker.policy import COMMAND, Actor, Role
from tracker.records import clinics, staff

TIME_ZONE = "America/Chicago"
PHYSICIANS, NURSES = 5, 4

_PLACES = (
    "Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ironwood", "Juniper",
    "Katsura", "Linden", "Maple", "Nutmeg", "Oak", "Pine", "Quince", "Rowan", "Spruce", "Tamarack",
    "Umbrella", "Viburnum", "Willow", "Yew",
)  # fmt: skip
_FAMILIES = (
    "Rivera", "Nguyễn", "Okoro", "Kowalczyk", "Иванова", "Haile", "O’Connell", "Suharto", "Smith",
    "Johnson", "Garcia", "Miller", "Davis", "Martínez", "Hernández", "Lopez", "Wilson", "Anderson",
    "Thomas", "Taylor", "Moore", "Jackson", "Lee", "Pérez", "Thompson", "White", "Harris", "Clark",
    "Ramirez", "Lewis", "Robinson", "Walker", "Young", "Allen", "King", "Wright", "Scott", "Torres",
    "Hill", "Flores", "Green", "Adams", "Nelson", "Baker", "Hall", "Campbell", "Mitchell", "Carter",
    "Roberts", "Gómez", "Phillips", "Evans", "Turner", "Diaz", "Parker", "Cruz", "Edwards", "Reyes",
    "Stewart", "Morris", "Morales", "Murphy", "Cook", "Rogers", "Gutiérrez", "Ortiz", "Morgan",
    "Cooper", "Peterson", "Bailey", "Reed", "Kelly", "Howard", "Ramos", "Kim", "Cox", "Ward",
    "Richardson", "Watson", "Brooks", "Chávez", "Wood", "Bennett", "Gray", "Mendoza", "Ruiz",
    "Hughes", "Price", "Álvarez", "Castillo", "Sanders", "Patel", "Myers", "Long", "Ross", "Foster",
    "Jiménez", "الحسن", "शर्मा", "כהן", "王", "ተስፋዬ", "Παππάς", "Østergaard", "Müller", "Şahin",
)  # fmt: skip
_GIVEN = (
    "Maria", "James", "Ana", "John", "Thị Ánh", "Robert", "Ольга", "Michael", "Siobhán", "David",
    "Łukasz", "William", "Elizabeth", "Richard", "Bárbara", "Joseph", "Susan", "Thomas", "Jessica",
    "Karen", "Charles", "Sarah", "Daniel", "Lisa", "Matthew", "Nancy", "Anthony", "Betty", "Mark",
    "Sandra", "Steven", "Ashley", "Paul", "Kimberly", "Andrew", "Donna", "Joshua", "Emily", "Kevin",
    "Michelle", "Brian", "Carol", "George", "Amanda", "Timothy", "Melissa", "Ronald", "Deborah",
    "Jason", "Stephanie", "Edward", "Rebecca", "Jeffrey", "Laura", "Ryan", "Helen", "Jacob",
    "Cynthia", "Gary", "Amy", "Nicholas", "Kathleen", "Eric", "Ángela", "Jonathan", "Shirley",
    "Stephen", "Brenda", "Larry", "Emma", "Justin", "Pamela", "Scott", "Nicole", "Brandon",
    "Samantha", "Benjamin", "Katherine", "Samuel", "Christine", "Gregory", "Rachel", "Alexander",
    "Carolyn", "Patrick", "Janet", "Frank", "Virginia", "محمد", "नीता", "נועה", "小明", "ሰላም",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class House:
    """One clinic with its staff, in the same order at every clinic."""

    clinic_id: int
    staff: tuple[Actor, ...]  # physicians, nurses, front desk, administrator

    @property
    def physicians(self) -> Sequence[Actor]:
        """Those who sign."""
        return self.staff[:PHYSICIANS]

    @property
    def nurses(self) -> Sequence[Actor]:
        """Those who call."""
        return self.staff[PHYSICIANS : PHYSICIANS + NURSES]

    @property
    def clinicians(self) -> Sequence[Actor]:
        """Physicians and nurses."""
        return self.staff[: PHYSICIANS + NURSES]


@dataclass(frozen=True, slots=True)
class Who:
    """Who one copied patient is."""

    family_name: str
    given_names: str
    birth_date: date
    record_no: str
    phone: str


def open_clinic(number: int, password_hash: str) -> House:
    """Create one clinic and everyone who works there, through the records."""
    place = _PLACES[number % len(_PLACES)] + (f" {number // len(_PLACES) + 1}" * (number >= 24))
    clinic_id = clinics.create(
        name=f"{place} Spine and Pain",
        time_zone=TIME_ZONE,
        address=f"{number + 1} {place} Street\nSpringfield, IL 62701",
        day_phone="(217) 555-0141",
        day_phone_confirmed_on=date.today(),
        day_phone_confirmed_by="Dee Novak",
        night_phone="(217) 555-0142",
        night_phone_confirmed_on=date.today(),
        night_phone_confirmed_by="Dee Novak",
    )
    names = {Role.PHYSICIAN: PHYSICIANS, Role.NURSE: NURSES, Role.DESK: 1, Role.ADMIN: 1}
    people = [
        _member(clinic_id, f"{role.value}{number}-{one}", f"{_TITLE[role]} {_GIVEN[one]} {place}",
                role, password_hash)
        for role, count in names.items()
        for one in range(count)
    ]  # fmt: skip
    return House(clinic_id, tuple(people))


_TITLE: Mapping[Role, str] = {
    Role.PHYSICIAN: "Dr.",
    Role.NURSE: "Nurse",
    Role.DESK: "Desk",
    Role.ADMIN: "Admin",
}


def _member(clinic_id: int, username: str, name: str, role: Role, password_hash: str) -> Actor:
    staff_id = staff.add(
        by=COMMAND, clinic_id=clinic_id, username=username, name=name, roles={role},
        password_hash=password_hash, must_change_password=False,
    )  # fmt: skip
    return Actor(staff_id, name, {clinic_id: frozenset({role})})


def password_hash() -> str:
    """Give the hash of a password that nobody knows: sessions are made ahead."""
    return auth.hasher().hash(random.SystemRandom().randbytes(24).hex())


def somebody(number: int) -> Who:
    """Give the same invented person for the same number, always."""
    seeded = random.Random(number)
    return Who(
        family_name=seeded.choice(_FAMILIES),
        given_names=seeded.choice(_GIVEN),
        birth_date=date(1935, 1, 1) + timedelta(days=seeded.randrange(24_000)),
        record_no=f"MRN-{number:07}",
        phone=f"(217) {seeded.randrange(200, 999)}-{seeded.randrange(10_000):04}",
    )
