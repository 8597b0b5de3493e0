"""What the Today page shows: one page of the worklist, the drafts, and what is ahead.

A few statements whatever the number of patients: how many stand in each group, counted up to a
limit, and one page of them (see `charts.ranges`). The rows are plain tuples, read past the
machinery that makes objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from tracker.charts.ranges import (
    COUNTED,
    ORDER,
    SEEN,
    Begun,
    Listed,
    Shape,
    counting,
    drafts_of,
    me_values,
    of_therapy,
    page_of_group,
)
from tracker.models import Draft, Event, WorklistRow, db, plain_rows
from tracker.worklist import LONGEST_GRACE, NEVER, SOON_DAYS, Group, Kind, Lane

ON_A_PAGE = 50
FEW = 300  # rows of a clinic: looked through at once

W = WorklistRow
Rows = tuple[Listed | Begun, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the person wants to see; None and "" mean everything."""

    mine: bool = False
    group: Group | None = None
    physician: int | None = None
    therapy: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the group, and the place of its last row in the group's order."""

    group: Group
    key: date
    ref: int
    kind: str
    part: int

    def __str__(self) -> str:
        """Write it as an address carries it."""
        parts = (self.group, self.key.isoformat(), self.ref, self.kind, self.part)
        return "~".join(map(str, parts))

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Read what an address carries; anything else is the beginning."""
        try:
            group, key, ref, kind, part = text.split("~")
            return cls(Group(group), date.fromisoformat(key), int(ref), kind, int(part))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list."""

    counts: dict[Group, int]  # up to COUNTED; groups without rows are left out
    rows: tuple[tuple[Group, Rows], ...]  # each with its rows, in the page's order
    following: Cursor | None
    seen: int  # the end of the clinic's history when this was read


# ---- the page


def found(
    clinic_id: int, today: date, filters: Filters, *, me: Sequence[int], drafts: bool,
    after: Cursor | None = None, most: int = ON_A_PAGE,
) -> Found:  # fmt: skip
    """Give one page of the list.

    `me` names the person first, and then those for whom they stand in; `drafts` for those who may
    open them. Groups come in the order of the page, rows of a group by their day. At most `most`
    rows; the cursor leads to what follows.
    """
    people = list(me) if filters.mine else []
    values: dict[str, Any] = {
        "clinic": clinic_id,
        "today": today,
        "grace": today + timedelta(days=LONGEST_GRACE + 1),
        "soon": today + timedelta(days=SOON_DAYS + 1),
        "physician": filters.physician,
        "therapy": filters.therapy,
        "writer": me[0] if me else None,
        **me_values(people),
    }
    shape = Shape(
        len(people),
        bool(filters.physician),
        bool(filters.therapy),
        own=filters.physician in people,
        rare=bool(filters.therapy and (people or filters.physician)) and _is_rare(values),
    )
    numbers = {row.g: row.n for row in plain_rows(counting(shape, drafts), values).all()}
    seen = numbers.pop(SEEN, 0)
    counts = {Group(group): min(n, COUNTED) for group, n in numbers.items() if n}
    wanted = [group for group in ORDER if group in counts and filters.group in (None, group)]
    if after is not None:
        wanted = [group for group in wanted if ORDER.index(group) >= ORDER.index(after.group)]
    rows, following = _fill(wanted, shape, values, after, most)
    return Found(counts, tuple(rows), following, seen)


_OF_THERAPY = of_therapy(FEW)


def _is_rare(values: Mapping[str, Any]) -> bool:
    """Tell whether so few of the clinic's rows have the therapy that they are looked up first."""
    return bool(plain_rows(_OF_THERAPY, values).scalar_one() < FEW)


def _fill(
    wanted: list[Group], shape: Shape, values: dict[str, Any], after: Cursor | None, room: int
) -> tuple[list[tuple[Group, Rows]], Cursor | None]:
    """Take rows group by group until the page is full; give them and where the next page begins."""
    rows: list[tuple[Group, Rows]] = []
    last: Cursor | None = None
    for group in wanted:
        if room == 0:
            return rows, last
        later = after is not None and after.group is group
        read = _read_group(group, shape, values, after if later else None, room + 1)
        shown = read[:room]
        if shown:
            rows.append((group, tuple(sorted(shown, key=_by_day_then_name(group)))))
            room -= len(shown)
            last = _cursor(group, shown[-1])
        if len(read) > len(shown):
            return rows, last
    return rows, None


def _read_group(
    group: Group, shape: Shape, values: dict[str, Any], after: Cursor | None, most: int
) -> list[Any]:
    if group is Group.DRAFT:
        query = drafts_of(shape).order_by(Draft.id).limit(most)
        if after is not None:
            query = query.where(Draft.id > after.ref)
        return list(map(Begun._make, plain_rows(query, values).all()))
    more: dict[str, Any] = {"most": most}
    if after is not None:
        more |= {
            "c_key": after.key, "c_ref": after.ref, "c_kind": after.kind, "c_part": after.part,
        }  # fmt: skip
    rows = plain_rows(page_of_group(group, shape, after is not None), values | more).all()
    return list(map(Listed._make, rows))


def _cursor(group: Group, row: Any) -> Cursor:
    if group is Group.DRAFT:
        return Cursor(group, NEVER, row.ref, "", 0)
    return Cursor(group, row.key, row.ref, row.kind, row.part)


def _by_day_then_name(group: Group) -> Any:
    if group is Group.DRAFT:
        return lambda row: (row.family_name, row.given_names, row.ref)
    if group is Group.DONE:
        return lambda row: (row.at, row.ref)
    return lambda row: (row.key, row.name_folded, row.ref, row.part)


def past_due(clinic_id: int, today: date) -> list[Any]:
    """Give the rows of escalations past due, the longest first: no text, no patient's name."""
    return list(
        db.session.execute(
            select(W.due, W.at, W.owner_id, W.physician_id)
            .where(
                W.clinic_id == clinic_id, W.lane == Lane.ESCALATION.value, W.late_from <= today
            )
            .order_by(W.late_from, W.ref)
        )
    )  # fmt: skip


# ---- beside the list


def changes(clinic_id: int, since: int) -> int:
    """Count what was done to patients' records since a place in the history, up to COUNTED."""
    some = (
        select(Event.seq)
        .where(
            Event.clinic_id == clinic_id, Event.seq > since, Event.patient_id.is_not(None)
        )
        .order_by(Event.seq)  # by the chain's own index, not by that of the patients
        .limit(COUNTED)
        .subquery()
    )  # fmt: skip
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def next_start(clinic_id: int, today: date) -> tuple[date, int] | None:
    """Give the day of the next step start that is not on the list yet, and how many there are."""
    return _next(clinic_id, today + timedelta(days=SOON_DAYS), Kind.START)


def next_contact(clinic_id: int, today: date) -> tuple[date, int] | None:
    """Give the day of the next contact after this day, and how many there are."""
    return _next(clinic_id, today, Kind.CHECKIN)


def _next(clinic_id: int, after: date, kind: Kind) -> tuple[date, int] | None:
    ahead = (W.clinic_id == clinic_id) & (W.kind == kind.value)
    first = db.session.scalar(select(W.due).where(ahead, W.due > after).order_by(W.due).limit(1))
    if first is None:
        return None
    some = select(W.ref).where(ahead, W.due == first).limit(COUNTED).subquery()
    return first, db.session.scalar(select(func.count()).select_from(some)) or 0
