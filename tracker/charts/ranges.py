"""The groups of the Today list as ranges of the worklist's indexes, and the statements over them.

A group, and each of its filters, is one range or a few: all rows, one physician's, one owner's, or
those of one therapy. Every range is read in the group's own order and no further than a page needs,
so a page costs the same with a thousand rows as with a million, also where nothing fits. Statements
are built once for each `Shape`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from tracker.models import Day, Draft, EventHead, Patient, WorklistRow, WorklistTherapy
from tracker.worklist import Group, Lane

COUNTED = 100  # of one group; beyond that the page says "100+"
SEEN = "seen"  # beside the groups' counts: the end of the clinic's history at this moment

W = WorklistRow
Rows = type[WorklistRow] | type[WorklistTherapy]
CLINIC: Any = bindparam("clinic")
TODAY: Any = bindparam("today", type_=Day)
_THERAPY: Any = bindparam("therapy")
_PHYSICIAN: Any = bindparam("physician")


class Listed(NamedTuple):
    """One row of a group, as the page reads it; `key` is its day in the group's order."""

    patient_id: int
    kind: str
    ref: int
    part: int
    due: date
    tries: int
    owner_id: int | None
    at: datetime | None
    what: str
    detail: str
    name: str
    name_folded: str
    born: date
    record_no: str
    physician_id: int | None
    on_step: str
    last_contact: str
    said: str
    key: date


class Begun(NamedTuple):
    """One draft, as the page reads it."""

    patient_id: int
    ref: int
    kind: str
    about: str
    plan_id: int | None
    at: datetime
    owner_id: int | None
    family_name: str
    given_names: str
    born: date
    record_no: str
    physician_id: int | None

    @property
    def name(self) -> str:
        """Give the patient's name as every list writes it."""
        return self.family_name.upper() + (f", {self.given_names}" if self.given_names else "")


@dataclass(frozen=True, slots=True)
class Shape:
    """Which filters there are, without their values: how many people "mine" speaks for.

    `own`: the physician is one of those people, so that all of their patients are. `rare`: few of
    the clinic's rows have the therapy, so that it is looked up first.
    """

    mine: int = 0
    physician: bool = False
    therapy: bool = False
    own: bool = False
    rare: bool = False


class Narrowed(NamedTuple):
    """Where to read and which part of it; of a therapy's rows, whether the rows decide as well."""

    rows: Rows
    which: ColumnElement[bool] | None
    looks_up: bool = False


# ---- the groups


def _fixed(value: str | int) -> Any:
    """Write one of our own words or numbers into a statement: one value less to hand over.

    Raises ValueError for a text that is more than one word.
    """
    if isinstance(value, str) and not value.isidentifier():
        raise ValueError("only a word of our own is written into a statement")
    return literal_column(f"'{value}'" if isinstance(value, str) else str(value))


def _until(name: str) -> Any:
    return bindparam(name, type_=Day)


def _shown(rows: Rows) -> ColumnElement[bool]:
    return and_(rows.shows_from <= TODAY, rows.until >= TODAY)


def _untried(rows: Rows) -> ColumnElement[bool]:
    return or_(rows.tried_on.is_(None), rows.tried_on != TODAY)


def _late(lane: Lane) -> Callable[[Rows], ColumnElement[bool]]:
    return lambda rows: and_(
        rows.lane == _fixed(lane.value), rows.late_from <= TODAY, rows.until >= TODAY
    )


# What makes a row stand in a group, see `worklist.group_of`: one range of `late_from` in one lane,
# but for what was tried today.
GROUPS: dict[Group, Callable[[Rows], ColumnElement[bool]]] = {
    Group.WAITING: lambda rows: and_(rows.lane == _fixed(Lane.ESCALATION.value), _shown(rows)),
    Group.OVERDUE: lambda rows: and_(_late(Lane.TASK)(rows), _untried(rows)),
    Group.DUE: lambda rows: and_(
        rows.lane == _fixed(Lane.TASK.value),
        rows.late_from > TODAY,
        rows.late_from <= _until("grace"),
        _shown(rows),
        _untried(rows),
    ),
    Group.NOT_RECORDED: _late(Lane.START),
    Group.SOON: lambda rows: and_(
        rows.lane == _fixed(Lane.START.value),
        rows.late_from > TODAY,
        rows.late_from <= _until("soon"),
        _shown(rows),
    ),
    Group.NOT_REACHED: lambda rows: and_(rows.tried_on == TODAY, rows.until >= TODAY),
    Group.NO_CONTACT: _late(Lane.NO_CONTACT),
    Group.PAPER: _late(Lane.PAPER),
    Group.DONE: lambda rows: and_(rows.lane == _fixed(Lane.DONE.value), rows.late_from == TODAY),
}
ORDER = tuple(Group)


def place(group: Group, rows: Rows = W) -> tuple[Any, ...]:
    """Give the columns by which a group is in order; the first is its day."""
    day = rows.tried_on if group is Group.NOT_REACHED else rows.late_from
    return day, rows.ref, rows.kind, rows.part


# ---- the filters


def _me(shape: Shape) -> list[Any]:
    return [bindparam(f"me_{number}") for number in range(shape.mine)]


def me_values(people: list[int]) -> dict[str, int]:
    """Give the values of a statement for those whom "mine" speaks for."""
    return {f"me_{number}": one for number, one in enumerate(people)}


def _narrowed(group: Group, shape: Shape) -> list[Narrowed]:
    """Give the ranges that together hold what the filters leave; they may share rows.

    The first filter is read from an index, the others from the rows that it leaves: those of one
    person, or those of a rare therapy, however large the clinic. A past-due escalation is every
    physician's.
    """
    ranges = _own(group, shape)
    if shape.therapy and (shape.rare or not ranges):
        listed = WorklistTherapy.therapy == _THERAPY
        which = and_(listed, or_(*ranges)) if ranges else listed
        return [Narrowed(WorklistTherapy, which, bool(ranges))]
    return [Narrowed(W, and_(one, *_with_therapy(shape))) for one in ranges] or [Narrowed(W, None)]


def _own(group: Group, shape: Shape) -> list[ColumnElement[bool]]:
    """Give the ranges of the people that the filters name; [] for everybody's rows."""
    past_due = [W.late_from <= TODAY] if group is Group.WAITING else []
    if not shape.mine or shape.own:
        return [W.physician_id == _PHYSICIAN] if shape.physician else []
    if shape.physician:
        theirs = W.physician_id == _PHYSICIAN
        return [and_(theirs, one) for one in (*(W.owner_id == me for me in _me(shape)), *past_due)]
    return [column == me for me in _me(shape) for column in (W.owner_id, W.physician_id)] + past_due


def _with_therapy(shape: Shape) -> list[ColumnElement[bool]]:
    listed = literal(",").concat(_THERAPY).concat(",")
    return [W.therapies.contains(listed)] if shape.therapy else []


def _range(group: Group, narrowed: Narrowed, *columns: Any, whole: bool = False) -> Select[Any]:
    """Build one range; `whole` for columns of the row behind that of a therapy."""
    rows, which, looks_up = narrowed
    asked = select(*columns).where(rows.clinic_id == CLINIC, GROUPS[group](rows))
    if rows is not W and (whole or looks_up):
        key = ("clinic_id", "kind", "ref", "part")
        same = [getattr(rows, name) == getattr(W, name) for name in key]
        asked = asked.join_from(rows, W, and_(*same))
    return asked if which is None else asked.where(which)


# ---- the statements


@lru_cache(maxsize=256)
def counting(shape: Shape, drafts: bool) -> Any:
    """Build the count of every group, each up to COUNTED or a little more, and what was SEEN."""
    head = select(_fixed(SEEN).label("g"), EventHead.seq.label("n"))
    parts: list[Any] = [head.where(EventHead.clinic_id == CLINIC)]
    for group in ORDER:
        if group is not Group.DRAFT:
            parts.append(_count(group, shape))
        elif drafts and not shape.therapy:
            some = drafts_of(shape).limit(_fixed(COUNTED)).offset(_fixed(0)).subquery()
            parts.append(
                select(_fixed(group.value).label("g"), func.count().label("n")).select_from(some)
            )
    return union_all(*parts)


def _count(group: Group, shape: Shape) -> Any:
    read = _narrowed(group, shape)
    ranges = [
        _range(
            group,
            one,
            # Only where ranges may share rows does it matter which rows they are.
            *([one.rows.kind, one.rows.ref, one.rows.part] if len(read) > 1 else [_fixed(1)]),
        )
        .limit(_fixed(COUNTED))
        .offset(_fixed(0))
        for one in read
    ]
    some = _one_of(ranges).subquery()
    return select(_fixed(group.value).label("g"), func.count().label("n")).select_from(some)


def _one_of(ranges: list[Select[Any]]) -> Any:
    """Put ranges together, each row once."""
    if len(ranges) == 1:
        return ranges[0]
    return union(*(select(one.subquery()) for one in ranges))


@lru_cache(maxsize=256)
def page_of_group(group: Group, shape: Shape, later: bool) -> Any:
    """Build one page of one group, as `Listed`; `later` begins after a cursor."""
    shown = (getattr(W, name) for name in Listed._fields if name != "key")
    columns = (*shown, place(group)[0].label("key"))
    ranges = [_read(group, one, columns, later) for one in _narrowed(group, shape)]
    if len(ranges) == 1:
        return ranges[0]
    in_order: tuple[Any, ...] = (column("key"), column("ref"), column("kind"), column("part"))
    return _one_of(ranges).order_by(*in_order).limit(bindparam("most")).offset(_fixed(0))


def _read(group: Group, narrowed: Narrowed, columns: tuple[Any, ...], later: bool) -> Select[Any]:
    rows = narrowed.rows
    asked = _range(group, narrowed, *columns, whole=True)
    if later:
        cursor: tuple[Any, ...] = (
            _until("c_key"), bindparam("c_ref"), bindparam("c_kind"), bindparam("c_part"),
        )  # fmt: skip
        asked = asked.where(tuple_(*place(group, rows)) > tuple_(*cursor))
    return asked.order_by(*place(group, rows)).limit(bindparam("most")).offset(_fixed(0))


def of_therapy(most: int) -> Any:
    """Build the count of a clinic's rows with one therapy, `most` at most."""
    some = (
        select(WorklistTherapy.ref)
        .where(WorklistTherapy.clinic_id == CLINIC, WorklistTherapy.therapy == _THERAPY)
        .limit(_fixed(most))
        .subquery()
    )
    return select(func.count()).select_from(some)


def drafts_of(shape: Shape) -> Any:
    """Build the drafts, as `Begun`: of one person's saving, or of one physician's patients.

    A clinic has as many drafts as its people work on, however many patients it has.
    """
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
            # A plan's draft is everybody's; a check-in that somebody began is theirs alone. The
            # clinic stands with each of them: each is then a range of its own index.
            or_(
                and_(Draft.clinic_id == CLINIC, Draft.kind == "plan"),
                and_(Draft.clinic_id == CLINIC, Draft.saved_by == bindparam("writer")),
            ),
            Patient.state == "active",
            Patient.merged_into_id.is_(None),
        )
    )
    if shape.mine:
        query = query.where(Draft.saved_by.in_(_me(shape)))
    if shape.physician:
        query = query.where(Patient.physician_id == bindparam("physician"))
    return query
