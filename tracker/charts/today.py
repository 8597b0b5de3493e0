"""What the Today page shows: ranges of the worklist's indexes, and the drafts.

Two statements for the rows whatever the number of patients: how many stand in each group, counted
up to a limit, and one page of them. Each group is a range of an index in the group's own order, so
a page costs the same with a thousand rows as with a million. The rows are plain tuples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from tracker.models import Draft, Event, EventHead, Patient, WorklistRow, db
from tracker.worklist import LONGEST_GRACE, NEVER, SOON_DAYS, Group, Kind, Lane

ON_A_PAGE = 50
COUNTED = 100  # of one group; beyond that the page says "100+"

W = WorklistRow
CLINIC: Any = bindparam("clinic")
TODAY: Any = bindparam("today", type_=Date)


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


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list."""

    counts: dict[Group, int]  # up to COUNTED; groups without rows are left out
    rows: tuple[tuple[Group, tuple[Any, ...]], ...]  # each with its rows, in the page's order
    following: Cursor | None
    seen: int  # the end of the clinic's history when this was read


# ---- the groups as conditions

_OPEN_END = W.until >= TODAY
_UNTRIED = or_(W.tried_on.is_(None), W.tried_on != TODAY)
_SHOWN = and_(W.shows_from <= TODAY, _OPEN_END)

# The column that gives a group's order, and what makes a row stand in it, see `worklist.group_of`.
# One range of one column each: with a second one, a planner may choose the wrong index.
GROUPS: dict[Group, tuple[Any, ColumnElement[bool]]] = {
    Group.WAITING: (W.late_from, and_(W.lane == Lane.ESCALATION.value, _SHOWN)),
    Group.OVERDUE: (
        W.late_from,
        and_(W.lane == Lane.TASK.value, W.late_from <= TODAY, _OPEN_END, _UNTRIED),
    ),
    Group.DUE: (
        W.late_from,
        and_(
            W.lane == Lane.TASK.value,
            W.late_from > TODAY,
            W.late_from <= bindparam("grace", type_=Date),
            _SHOWN,
            _UNTRIED,
        ),
    ),
    Group.NOT_RECORDED: (
        W.late_from,
        and_(W.lane == Lane.START.value, W.late_from <= TODAY, _OPEN_END),
    ),
    Group.SOON: (
        W.shows_from,
        and_(
            W.lane == Lane.START.value,
            W.shows_from >= bindparam("soon", type_=Date),
            _SHOWN,
            W.late_from > TODAY,
        ),
    ),
    Group.NOT_REACHED: (W.tried_on, and_(W.tried_on == TODAY, _OPEN_END)),
    Group.NO_CONTACT: (W.shows_from, and_(W.lane == Lane.NO_CONTACT.value, _SHOWN)),
    Group.PAPER: (W.shows_from, and_(W.lane == Lane.PAPER.value, _SHOWN)),
    Group.DONE: (W.shows_from, and_(W.lane == Lane.DONE.value, W.shows_from == TODAY)),
}
ORDER = tuple(Group)
_SHOW = (
    "patient_id", "kind", "ref", "part", "due", "late_from", "tries", "seq", "owner_id", "at",
    "what", "detail", "name", "name_folded", "born", "record_no", "physician_id", "on_step",
    "last_contact", "said",
)  # fmt: skip


def _mine() -> ColumnElement[bool]:
    """Ask for what a person answers for; a past-due escalation is every physician's."""
    me: Any = bindparam("me", expanding=True)
    return or_(
        W.owner_id.in_(me),
        W.physician_id.in_(me),
        and_(W.lane == Lane.ESCALATION.value, W.late_from <= TODAY),
    )


def _asked(group: Group, filters: Filters) -> Select[Any]:
    _, condition = GROUPS[group]
    query = select(*(getattr(W, name) for name in _SHOW)).where(W.clinic_id == CLINIC, condition)
    return _filtered(query, filters)


def _filtered(query: Select[Any], filters: Filters) -> Select[Any]:
    if filters.mine:
        query = query.where(_mine())
    if filters.physician:
        query = query.where(W.physician_id == bindparam("physician"))
    if filters.therapy:
        query = query.where(W.therapies.contains(bindparam("therapy")))
    return query


@lru_cache(maxsize=256)
def _counting(filters: Filters, drafts: bool) -> Any:
    """Build the count of every group; cached by which filters there are, not by their values."""
    parts = []
    for group in ORDER:
        if group is Group.DRAFT:
            if drafts and not filters.therapy:
                some = _drafts(filters).limit(COUNTED).subquery()
                parts.append(
                    select(literal(group.value).label("g"), func.count()).select_from(some)
                )
            continue
        _, condition = GROUPS[group]
        some_rows = _filtered(select(W.ref).where(W.clinic_id == CLINIC, condition), filters).limit(
            COUNTED
        )
        parts.append(
            select(literal(group.value).label("g"), func.count()).select_from(some_rows.subquery())
        )
    return union_all(*parts)


@lru_cache(maxsize=256)
def page_of_group(group: Group, filters: Filters, later: bool) -> Any:
    """Build one page of one group; `later` begins after a cursor."""
    key, _ = GROUPS[group]
    place = (key, W.ref, W.kind, W.part)
    query = _asked(group, filters).add_columns(key.label("key"))
    if later:
        cursor: tuple[Any, ...] = (
            bindparam("c_key", type_=Date), bindparam("c_ref"), bindparam("c_kind"),
            bindparam("c_part"),
        )  # fmt: skip
        query = query.where(tuple_(*place) > tuple_(*cursor))
    return query.order_by(*place).limit(bindparam("most"))


def _drafts(filters: Filters) -> Any:
    query: Any = (
        select(
            Patient.id.label("patient_id"),
            Draft.id.label("ref"),
            Draft.kind,
            Draft.about,
            Draft.plan_id,
            Draft.saved_at.label("at"),
            Draft.saved_by.label("owner_id"),
            Patient.family_name,
            Patient.given_names,
            Patient.birth_date.label("born"),
            Patient.record_no,
            Patient.physician_id,
        )
        .join(Patient, and_(Patient.clinic_id == Draft.clinic_id, Patient.id == Draft.patient_id))
        .where(
            Draft.clinic_id == CLINIC,
            # A plan's draft is everybody's; a check-in that somebody began is theirs alone.
            or_(Draft.kind == "plan", Draft.saved_by == bindparam("writer")),
            Patient.state == "active",
            Patient.merged_into_id.is_(None),
        )
    )
    if filters.mine:
        query = query.where(Draft.saved_by.in_(bindparam("me", expanding=True)))
    if filters.physician:
        query = query.where(Patient.physician_id == bindparam("physician"))
    return query


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
    shape = Filters(
        filters.mine, None, 1 if filters.physician else None, "1" * bool(filters.therapy)
    )
    values: dict[str, Any] = {
        "clinic": clinic_id,
        "today": today,
        "grace": today + timedelta(days=LONGEST_GRACE + 1),
        "soon": today - timedelta(days=SOON_DAYS),
        "writer": me[0] if me else None,
    }
    if filters.mine:
        values["me"] = list(me)
    if filters.physician:
        values["physician"] = filters.physician
    if filters.therapy:
        values["therapy"] = f",{filters.therapy},"
    seen = _head(clinic_id)
    counts = {
        Group(group): number
        for group, number in db.session.execute(_counting(shape, drafts), values)
        if number
    }
    wanted = [group for group in ORDER if group in counts and filters.group in (None, group)]
    if after is not None:
        wanted = [group for group in wanted if ORDER.index(group) >= ORDER.index(after.group)]
    rows, following = _fill(wanted, shape, values, after, most)
    return Found(counts, tuple(rows), following, seen)


def _fill(
    wanted: list[Group], shape: Filters, values: dict[str, Any], after: Cursor | None, room: int
) -> tuple[list[tuple[Group, tuple[Any, ...]]], Cursor | None]:
    """Take rows group by group until the page is full; give them and where the next page begins."""
    rows: list[tuple[Group, tuple[Any, ...]]] = []
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
    group: Group, shape: Filters, values: dict[str, Any], after: Cursor | None, most: int
) -> list[Any]:
    if group is Group.DRAFT:
        query = _drafts(shape).order_by(Draft.id).limit(most)
        if after is not None:
            query = query.where(Draft.id > after.ref)
        return list(db.session.execute(query, values))
    more: dict[str, Any] = {"most": most}
    if after is not None:
        more |= {
            "c_key": after.key, "c_ref": after.ref, "c_kind": after.kind, "c_part": after.part,
        }  # fmt: skip
    return list(db.session.execute(page_of_group(group, shape, after is not None), values | more))


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


def _head(clinic_id: int) -> int:
    found_seq = db.session.scalar(select(EventHead.seq).where(EventHead.clinic_id == clinic_id))
    return found_seq or 0


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
        .limit(COUNTED)
        .subquery()
    )  # fmt: skip
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def next_start(clinic_id: int, today: date) -> tuple[date, int] | None:
    """Give the day of the next step start that is not on the list yet, and how many there are."""
    return _next(clinic_id, today, Lane.START, Kind.START)


def next_contact(clinic_id: int, today: date) -> tuple[date, int] | None:
    """Give the day of the next contact after this day, and how many there are."""
    return _next(clinic_id, today, Lane.TASK, Kind.CHECKIN)


def _next(clinic_id: int, today: date, lane: Lane, kind: Kind) -> tuple[date, int] | None:
    ahead = (W.clinic_id == clinic_id) & (W.lane == lane.value) & (W.kind == kind.value)
    first = db.session.execute(
        select(W.shows_from, W.due)
        .where(ahead, W.shows_from > today)
        .order_by(W.shows_from)
        .limit(1)
    ).first()
    if first is None:
        return None
    some = select(W.ref).where(ahead, W.shows_from == first.shows_from).limit(COUNTED).subquery()
    return first.due, db.session.scalar(select(func.count()).select_from(some)) or 0
