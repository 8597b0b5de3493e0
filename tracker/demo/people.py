"""Who is in the demo: two clinics, their staff, and patients with names in several scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker import auth, dates
from tracker.models import utc_now
from tracker.policy import COMMAND, Actor, Role
from tracker.records import clinics
from tracker.records import patients as patient_records
from tracker.records import staff as staff_records

PASSWORD = "quiet-harbor"  # twelve characters, as short as a password may be
TIME_ZONE = "America/Chicago"
HILLSIDE = "Hillside Spine"
PRAIRIE = "Prairie Pain Clinic"

# user name, name, clinic, roles
PEOPLE = (
    ("amara", "Dr. Amara Okafor", HILLSIDE, {Role.PHYSICIAN}),
    ("bo", "Bo Lindqvist, RN", HILLSIDE, {Role.NURSE}),
    ("cleo", "Cleo Marsh", HILLSIDE, {Role.DESK}),
    ("dee", "Dee Novak", HILLSIDE, {Role.ADMIN}),
    ("eli", "Dr. Eli Stone", PRAIRIE, {Role.PHYSICIAN, Role.ADMIN}),
)

SIGN_INS = f"""\
Sign in with one of these names and the password: {PASSWORD}
  amara   Dr. Amara Okafor, physician at {HILLSIDE}
  bo      Bo Lindqvist, nurse
  cleo    Cleo Marsh, front desk
  dee     Dee Novak, administrator
  eli     Dr. Eli Stone, physician of another clinic: sees nothing of {HILLSIDE}
Everyone here is invented. The second factor is off in the demo."""

_CLINICS: Mapping[str, Mapping[str, Any]] = {
    HILLSIDE: {
        "address": "41 Cedar Road\nSpringfield, IL 62701",
        "day_phone": "(217) 555-0141",
        "night_phone": "(217) 555-0142",
        "hours": "Monday to Friday, 8 AM to 5 PM",
        "closed_days": "New Year’s Day, July 4, Thanksgiving, December 25",
        "flare_text": "A warm shower or a heat pack helps many people.",
        "leftover_text": "the drop box at the pharmacy on Cedar Road",
        "mood_protocol": "Stay on the line. Ask a colleague to call 988. Do not hang up first.",
    },
    PRAIRIE: {
        "address": "77 Grain Street\nSpringfield, IL 62702",
        "day_phone": "(217) 555-0177",
        "night_phone": "(217) 555-0178",
        "hours": "Monday to Thursday, 9 AM to 4 PM",
    },
}

_RIVERA: Mapping[str, Any] = {
    "family_name": "Rivera",
    "given_names": "Maria",
    "birth_date": date(1961, 3, 14),
    "record_no": "DEMO-001",
    "phone": "(217) 555-0101",
    "leave_message": "yes",
    "address": "8 Orchard Lane\nSpringfield, IL 62703",
    "supporter_name": "Luis Rivera, husband",
    "supporter_phone": "(217) 555-0102",
    "supporter_permission": "yes",
    "allergies_state": "recorded",
    "allergies": "Penicillin: hives",
    "goal": "Walk to the lake with my grandson",
}

PATIENTS: tuple[Mapping[str, Any], ...] = (
    _RIVERA,
    {
        "family_name": "Nguyễn",
        "given_names": "Thị Ánh",
        "birth_date": date(1954, 9, 2),
        "record_no": "DEMO-002",
        "phone": "(217) 555-0103",
        "leave_message": "no",
        "language": "Vietnamese",
        "interpreter": True,
        "large_print": True,
        "emergency_name": "Minh Nguyễn, son",
        "emergency_phone": "(217) 555-0104",
        "allergies_state": "none_known",
        "goal": "Sleep through the night",
    },
    {
        "family_name": "Иванова",
        "given_names": "Ольга Петровна",
        "latin_name": "Olga Ivanova",
        "birth_date": date(1948, 12, 21),
        "record_no": "DEMO-003",
        "phone": "(217) 555-0105",
        "leave_message": "yes",
        "language": "Russian",
        "interpreter": True,
        "allergies_state": "none_known",
        "goal": "Drive my own car again",
    },
    {
        "family_name": "الحسن",
        "given_names": "محمد",
        "latin_name": "Mohammed Al-Hassan",
        "birth_date": date(1972, 6, 30),
        "record_no": "DEMO-004",
        "phone": "(217) 555-0106",
        "language": "Arabic",
        "allergies_state": "recorded",
        "allergies": "Codeine: vomiting",
        "goal": "Stand through a whole shift at work",
    },
    {
        "family_name": "Suharto",
        "birth_date": date(1980, 1, 9),
        "record_no": "DEMO-005",
        "phone": "(217) 555-0107",
        "allergies_state": "none_known",
        "goal": "Lift my daughter",
    },
    {
        "family_name": "Rivera",
        "given_names": "Mario",
        "birth_date": date(1961, 4, 13),
        "record_no": "DEMO-006",
        "phone": "(217) 555-0108",
    },
    {
        "family_name": "O’Connell-Smith",
        "given_names": "Siobhán",
        "preferred_name": "Shiv",
        "birth_date": date(1990, 11, 5),
        "record_no": "DEMO-007",
        "phone": "(217) 555-0109",
    },
    {
        "family_name": "शर्मा",
        "given_names": "अनीता",
        "latin_name": "Anita Sharma",
        "birth_date": date(1966, 8, 17),
        "record_no": "DEMO-008",
        "phone": "(217) 555-0110",
        "language": "Hindi",
    },
    {
        "family_name": "כהן",
        "given_names": "נועה",
        "latin_name": "Noa Cohen",
        "birth_date": date(1977, 5, 26),
        "record_no": "DEMO-009",
        "phone": "(217) 555-0111",
    },
    {
        "family_name": "Kowalczyk",
        "given_names": "Łukasz",
        "birth_date": date(1959, 2, 28),
        "record_no": "DEMO-010",
        "phone": "(217) 555-0112",
        "state": "moved",
    },
)
STRANGER: Mapping[str, Any] = {
    "family_name": "Whitfield",
    "given_names": "June",
    "birth_date": date(1963, 10, 10),
    "record_no": "DEMO-101",
    "phone": "(217) 555-0113",
}


@dataclass(frozen=True, slots=True)
class Team:
    """The staff of the demo by user name, and the day on which it is loaded."""

    people: Mapping[str, Actor]
    today: date

    def at(self, username: str) -> tuple[Actor, int]:
        """Give a person and their clinic's id."""
        actor = self.people[username]
        return actor, next(iter(actor.clinics))


def staff() -> Team:
    """Create both clinics with their phones confirmed, and everyone who works there."""
    today = dates.today_at(TIME_ZONE, utc_now())
    at = {
        name: clinics.create(
            name=name,
            time_zone=TIME_ZONE,
            day_phone_confirmed_on=today,
            day_phone_confirmed_by="Dee Novak" if name == HILLSIDE else "Dr. Eli Stone",
            night_phone_confirmed_on=today,
            night_phone_confirmed_by="Dee Novak" if name == HILLSIDE else "Dr. Eli Stone",
            **details,
        )
        for name, details in _CLINICS.items()
    }
    people = {}
    for username, name, clinic, roles in PEOPLE:
        staff_id = staff_records.add(
            by=COMMAND,
            clinic_id=at[clinic],
            username=username,
            name=name,
            roles=roles,
            password_hash=auth.hasher().hash(PASSWORD),
            must_change_password=False,
        )
        people[username] = Actor(staff_id, name, {at[clinic]: frozenset(roles)})
    return Team(people, today)


def patients(team: Team) -> dict[str, int]:
    """Register every patient with their own physician, and give their ids by record number."""
    found = {}
    for username, everyone in (("amara", PATIENTS), ("eli", (STRANGER,))):
        by, clinic_id = team.at(username)
        for values in everyone:
            more = {"state_since": team.today} if "state" in values else {}
            found[values["record_no"]] = patient_records.register(
                by=by,
                clinic_id=clinic_id,
                values={**values, **more, "physician_id": by.staff_id},
            )
    return found
