"""Who is on cover: the clinic's staff by id, and who stands in for whom on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from tracker.models import Membership, Staff, plain_rows
from tracker.policy import Role


class Person(NamedTuple):
    """A member of staff as lists need them."""

    id: int
    name: str
    physician: bool
    covers: frozenset[int]  # those whom this person stands in for today
    covered_by: int | None  # who stands in for them today


_PEOPLE = (
    select(
        Staff.id, Staff.name, Membership.roles, Membership.away_from, Membership.away_until,
        Membership.covered_by,
    )
    .join(Membership, Membership.staff_id == Staff.id)
    .where(Membership.clinic_id == bindparam("clinic"))
    .order_by(Staff.name, Staff.id)
)  # fmt: skip


def people(clinic_id: int, today: date) -> Mapping[int, Person]:
    """Give the clinic's staff by id, with who stands in for whom on this day."""
    return _on_this_day(tuple(plain_rows(_PEOPLE, {"clinic": clinic_id}).all()), today)


@lru_cache(maxsize=64)
def _on_this_day(rows: tuple[Any, ...], today: date) -> Mapping[int, Person]:
    """Work it out once for the same rows and day; they are read from the database every time."""
    covered = {
        row.id: row.covered_by
        for row in rows
        if row.covered_by
        and row.away_from
        and row.away_from <= today
        and (row.away_until is None or today <= row.away_until)
    }
    covers: dict[int, set[int]] = defaultdict(set)
    for who, by in covered.items():
        covers[by].add(who)
    return MappingProxyType(
        {
            row.id: Person(
                row.id,
                row.name,
                Role.PHYSICIAN in row.roles.split(","),
                frozenset(covers.get(row.id, ())),
                covered.get(row.id),
            )
            for row in rows
        }
    )


def on_cover(physician_id: int | None, staff: Mapping[int, Person]) -> tuple[Person, ...]:
    """Give who answers for a patient today: their physician, who covers, or every physician.

    A cover may be away too and covered in turn; where that leads to nobody, everyone is asked who
    is there, and where nobody is, everyone.
    """
    seen: set[int] = set()
    one = staff.get(physician_id or 0)
    while one is not None and one.covered_by is not None and one.id not in seen:
        seen.add(one.id)
        one = staff.get(one.covered_by)
    if one is not None and one.physician and one.id not in seen:
        return (one,)
    physicians = tuple(person for person in staff.values() if person.physician)
    return tuple(person for person in physicians if person.covered_by is None) or physicians
