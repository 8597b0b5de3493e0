"""Acts about staff: adding people, their roles and cover, and their way in.

Their sessions are in `records.sessions`, their second factors in `records.factors`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from tracker.languages import NAMES, joined, said
from tracker.models import Membership, Staff, StaffRevision, db, new_id
from tracker.names import fold
from tracker.policy import COMMAND, ROLE_WORDS, Actor, Role
from tracker.records.acts import Conflict, Entry, act
from tracker.records.sessions import end_sessions, home


class UsernameTaken(Conflict):
    """Raised when another person already signs in with this name."""


class LastAdministrator(Exception):
    """Raised when an act would leave a clinic without an administrator."""


def add(
    *, by: Actor, clinic_id: int, username: str, name: str, roles: Iterable[Role],
    password_hash: str, must_change_password: bool = True,
) -> int:  # fmt: skip
    """Add a member of staff to a clinic and give their id.

    `by=COMMAND` is the one-time command. A person who already signs in at another clinic of this
    installation is not added twice: raises UsernameTaken.
    """
    held = _in_order(roles)
    name_of_act = "install.staff" if by is COMMAND else "staff.add"
    with act(name_of_act, by=by, clinic_id=clinic_id, who=name, roles=role_words(held)) as entry:
        folded = fold(username)
        if db.session.scalar(select(Staff.id).where(Staff.username == folded)) is not None:
            raise UsernameTaken(said("Somebody already signs in as {username}.", username=username))
        staff = Staff(
            id=new_id(),
            username=folded,
            name=name,
            password_hash=password_hash,
            must_change_password=must_change_password,
            created_at=entry.at,
            seq=0,
        )
        db.session.add(staff)
        db.session.flush()
        db.session.add(Membership(clinic_id=clinic_id, staff_id=staff.id, roles=",".join(held)))
        _revise(staff, entry)
        return staff.id


def change_roles(
    *, by: Actor, clinic_id: int, staff_id: int, roles: Iterable[Role], seen: int | None = None
) -> None:
    """Give a member of staff other roles at a clinic, and end their sessions at once.

    No roles at all means that they left the clinic. `seen` is the revision that the page showed:
    raises Conflict when their roles or cover changed since. Raises LastAdministrator.
    """
    held = _in_order(roles)
    staff, member = _member(clinic_id, staff_id)
    with act(
        "staff.roles", by=by, clinic_id=clinic_id, who=staff.name, roles=role_words(held)
    ) as entry:
        staff, member = _member(clinic_id, staff_id)
        _as_seen(staff, clinic_id, seen)
        if Role.ADMIN not in held:
            _keep_an_administrator(clinic_id, staff_id)
        member.roles = ",".join(held)
        _revise(staff, entry)
        end_sessions(staff_id)


def set_cover(
    *, by: Actor, clinic_id: int, staff_id: int, away_from: date | None,
    away_until: date | None, covered_by: int | None, words: str, seen: int | None = None,
) -> None:  # fmt: skip
    """Record when a member of staff is away and who covers; all None takes it back.

    `seen` is the revision that the page showed: raises Conflict when roles or cover changed since.
    """
    staff, member = _member(clinic_id, staff_id)
    with act("staff.cover", by=by, clinic_id=clinic_id, who=staff.name, cover=words) as entry:
        staff, member = _member(clinic_id, staff_id)
        _as_seen(staff, clinic_id, seen)
        member.away_from, member.away_until = away_from, away_until
        member.covered_by = covered_by
        _revise(staff, entry)


def disable(*, by: Actor, clinic_id: int, staff_id: int) -> None:
    """Stop a person from signing in, and end their sessions at once; raises LastAdministrator."""
    staff, _ = _member(clinic_id, staff_id)
    with act("staff.disable", by=by, clinic_id=clinic_id, who=staff.name) as entry:
        staff, _ = _member(clinic_id, staff_id)
        _keep_an_administrator(clinic_id, staff_id)
        staff.disabled_at = entry.at
        _revise(staff, entry)
        end_sessions(staff_id)


def enable(*, by: Actor, clinic_id: int, staff_id: int) -> None:
    """Let a disabled person sign in again."""
    staff, _ = _member(clinic_id, staff_id)
    with act("staff.enable", by=by, clinic_id=clinic_id, who=staff.name) as entry:
        staff, _ = _member(clinic_id, staff_id)
        staff.disabled_at = None
        _revise(staff, entry)


def reset_password(*, by: Actor, clinic_id: int, staff_id: int, password_hash: str) -> None:
    """Give a person a one-time password, which they must change; ends their sessions.

    Their second factors stay. `by=COMMAND` is the command on the machine.
    """
    staff, _ = _member(clinic_id, staff_id)
    name = "install.reset" if by is COMMAND else "staff.reset"
    with act(name, by=by, clinic_id=clinic_id, who=staff.name) as entry:
        staff, _ = _member(clinic_id, staff_id)
        staff.password_hash, staff.must_change_password = password_hash, True
        _revise(staff, entry)
        end_sessions(staff_id)


def change_own_password(*, by: Actor, password_hash: str, keep_session: str) -> None:
    """Change one's own password; every other session of the person ends."""
    with act("self.password", by=by, clinic_id=home(by)) as entry:
        staff = db.session.get_one(Staff, by.staff_id)
        staff.password_hash, staff.must_change_password = password_hash, False
        _revise(staff, entry)
        end_sessions(staff.id, but=keep_session)


def choose_language(*, by: Actor, language: str) -> None:
    """Keep the language of one's own pages: "en" or "es"; raises ValueError for any other."""
    if language not in NAMES:
        raise ValueError(f"no such language: {language!r}")
    with act("self.language", by=by, clinic_id=home(by), language=NAMES[language]) as entry:
        staff = db.session.get_one(Staff, by.staff_id)
        staff.language = language
        _revise(staff, entry)


def role_words(roles: Iterable[Role]) -> str:
    """Give roles as people say them, in the order of the table."""
    return joined(", ", (ROLE_WORDS[role] for role in _in_order(roles))) or said("no role")


def _in_order(roles: Iterable[Role]) -> list[Role]:
    chosen = set(roles)
    return [role for role in Role if role in chosen]


def _member(clinic_id: int, staff_id: int) -> tuple[Staff, Membership]:
    member = db.session.get_one(Membership, (clinic_id, staff_id))
    return db.session.get_one(Staff, staff_id), member


def _as_seen(staff: Staff, clinic_id: int, seen: int | None) -> None:
    """Refuse what was typed beside other roles or another cover than stand now; None asks nothing.

    A new password of theirs makes a revision too, and changes neither.
    """
    if seen is None or seen == staff.seq:
        return
    kept = db.session.get(StaffRevision, (staff.id, seen))
    place = str(clinic_id)
    now = json.loads(json.dumps(staff_values(staff)))["clinics"][place]
    if kept is None or json.loads(kept.body)["clinics"].get(place) != now:
        raise Conflict("their roles or cover changed meanwhile")


def _keep_an_administrator(clinic_id: int, without: int) -> None:
    rows = db.session.execute(
        select(Membership.staff_id, Membership.roles)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.clinic_id == clinic_id, Staff.disabled_at.is_(None))
        .order_by(Membership.staff_id)
        .with_for_update()  # two administrators must not disable each other at once
    )
    if not any(Role.ADMIN in roles.split(",") for staff_id, roles in rows if staff_id != without):
        raise LastAdministrator(said("Make another person administrator first."))


def staff_values(staff: Staff) -> dict[str, object]:
    """Give what a revision keeps of a person: never a password or its hash."""
    places = db.session.scalars(select(Membership).where(Membership.staff_id == staff.id))
    return {
        "username": staff.username,
        "name": staff.name,
        "disabled": staff.disabled_at is not None,
        "must_change_password": staff.must_change_password,
        "language": staff.language,
        "clinics": {
            str(m.clinic_id): {
                "roles": m.roles,
                "away_from": m.away_from.isoformat() if m.away_from else None,
                "away_until": m.away_until.isoformat() if m.away_until else None,
                "covered_by": m.covered_by,
            }
            for m in places
        },
    }


def _revise(staff: Staff, entry: Entry) -> None:
    staff.seq += 1
    db.session.flush()
    db.session.add(
        StaffRevision(
            staff_id=staff.id,
            seq=staff.seq,
            body=json.dumps(staff_values(staff), ensure_ascii=False, sort_keys=True),
            recorded_by=entry.by.staff_id,
            recorded_at=entry.at,
        )
    )
