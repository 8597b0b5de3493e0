"""What the Today page writes again and again: drawn once, and remembered while it lasts.

A drawn row follows from its key and from nothing else: from the row as the database gave it, from
whose it is, from its place on the page, and from the look of the page. What says and draws it asks
for nothing besides (a test holds both to that), so what is remembered is never stale, and where
anything differs for another person, another day or another language, another row is drawn. So it is
with what stands above and below the rows. Nothing of it holds a form's token. See decision 0029.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from flask import current_app, g, render_template, request
from markupsafe import Markup

from tracker.addresses import url_for
from tracker.bilingual import drawn as draw
from tracker.charts.cover import Person
from tracker.charts.ranges import COUNTED, ORDER, Begun, Listed
from tracker.charts.today import Filters, Found, Rows
from tracker.languages import said, speaking, spoken
from tracker.policy import Role, allows
from tracker.views.worklist_rows import ACTS, Look, alike, anchor_of, look_of, owner_of, said_row
from tracker.worklist import TITLES, Group

ROWS, AROUND = "today/_rows.html", "today/_around.html"
LIST = Markup("<!-- list -->")  # its place in the page; what somebody typed has no "<" there
REMEMBERED = 4096  # rows, of some three kilobytes each with what stands in the key


# ---- the rows


def drawn(found: Found, staff: Mapping[int, Person], *, filters: Filters, day: date) -> bytes:
    """Give the page's groups, drawn, as they are sent; b"" without rows.

    A row's buttons lead back to the row after it.
    """
    return _groups(_look_here(filters, day), found.rows, _Itself(staff)) if found.rows else b""


def page_around(groups: bytes, template: str, **values: Any) -> bytes:
    """Give a page with its groups where `list` stands: most of it, and encoded once."""
    page = render_template(template, list=LIST if groups else "", **values)
    above, _, below = page.partition(LIST)
    return above.encode() + groups + below.encode()


class _Itself:
    """The staff as a key: the same people on the same day are one object, see `charts.cover`."""

    def __init__(self, staff: Mapping[int, Person]) -> None:
        self.staff = staff

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.staff is self.staff

    def __hash__(self) -> int:
        return id(self.staff)


@lru_cache(maxsize=64)
def _groups(look: Look, groups: tuple[tuple[Group, Rows], ...], people: _Itself) -> bytes:
    similar = frozenset(alike(row for _, rows in groups for row in rows))
    firsts = [anchor_of(rows[0]) for _, rows in groups]
    following: list[str | None] = [*firsts, None][1:]
    sections = [
        _section(look, group, rows, people.staff, after, similar, place == 0)
        for place, ((group, rows), after) in enumerate(zip(groups, following, strict=True))
    ]
    return "\n".join(sections).encode()


def _owners(rows: Rows, staff: Mapping[int, Person]) -> tuple[str, ...]:
    """Say whose each row is; many are the same people's."""
    said_of: dict[tuple[Any, ...], str] = {}
    found = []
    for row in rows:
        asked = (type(row), row.kind, row.owner_id, row.physician_id)
        if asked not in said_of:
            said_of[asked] = owner_of(row, staff)
        found.append(said_of[asked])
    return tuple(found)


def _look_here(filters: Filters, day: date) -> Look:
    """Give the look of this page for this person; the same one as long as nothing in it differs."""
    clinic_id = g.clinic.id
    return _look(
        request.script_root,
        speaking(),
        clinic_id,
        g.clinic.time_zone,
        day,
        address(clinic_id, filters),
        g.signed_in.actor.roles_at(clinic_id),
    )


@lru_cache(maxsize=256)
def _look(
    _root: str, language: str, clinic_id: int, zone: str, day: date, back: str,
    roles: frozenset[Role],
) -> Look:  # fmt: skip
    may = {act for act in ACTS if allows(roles, act)}
    return look_of(
        language=language, clinic_id=clinic_id, zone=zone, day=day, back=back, may=may
    )  # fmt: skip


def _section(
    look: Look, group: Group, rows: Rows, staff: Mapping[int, Person], after: str | None,
    similar: frozenset[int], first: bool,
) -> Markup:  # fmt: skip
    following = [*map(anchor_of, rows[1:]), after]
    owners = _owners(rows, staff)
    lines = [
        _row(look, group, row, owner, then, row.patient_id in similar, first and place == 0)
        for place, (row, owner, then) in enumerate(zip(rows, owners, following, strict=True))
    ]
    with spoken(look.language):
        return draw(ROWS, "section", group, TITLES[group], Markup("".join(lines)))


@lru_cache(maxsize=REMEMBERED)
def _row(
    look: Look, group: Group, row: Listed | Begun,
    owner: str, after: str | None, similar: bool, first: bool,
) -> Markup:  # fmt: skip
    with spoken(look.language):
        words = said_row(look, group, row, owner=owner, after=after, similar=similar, first=first)
        return draw(ROWS, "row", words, group is Group.DONE)


# ---- above and below the rows


def carried(filters: Filters) -> dict[str, str | int]:
    """Give the filters as an address carries them."""
    values = {
        "whose": "mine" if filters.mine else None,
        "group": filters.group.value if filters.group else None,
        "physician": filters.physician,
        "therapy": filters.therapy or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def address(clinic_id: int, filters: Filters, **more: str) -> str:
    """Give the address of the list with these filters; `more` goes before them."""
    return url_for("today.show", clinic_id=clinic_id, **(carried(filters) | more))


def filter_form(filters: Filters, staff: Mapping[int, Person], *, drafts: bool) -> Markup:
    """Give the form of the filters, drawn; `drafts` for those who may open them."""
    therapies = current_app.extensions["catalogue"].therapies
    return _filter_form(
        request.script_root,
        speaking(),
        g.clinic.id,
        filters,
        tuple([(one.id, one.name) for one in staff.values() if one.physician]),
        tuple([(one.id, one.words) for one in therapies]),
        drafts,
    )


Choices = tuple[tuple[int | str, str], ...]


@lru_cache(maxsize=256)
def _filter_form(
    _root: str, language: str, clinic_id: int, filters: Filters, physicians: Choices,
    therapies: Choices, drafts: bool,
) -> Markup:  # fmt: skip
    groups = [(one.value, TITLES[one]) for one in Group if drafts or one is not Group.DRAFT]
    every = ("", said("All"))
    choices = {
        "whose": [("", said("Everyone’s")), ("mine", said("Mine"))],
        "group": [every, *groups],
        "physician": [every, *physicians],
        "therapy": [every, *therapies],
    }
    with spoken(language):
        everything = address(clinic_id, Filters())
        return draw(AROUND, "form", choices, filters, filters != Filters(), everything)


def jumps(found: Found, filters: Filters) -> Markup:
    """Give a link to each group, drawn: to its place on this page, or to a page of its own."""
    return _jumps(
        request.script_root,
        speaking(),
        g.clinic.id,
        filters,
        tuple(found.counts.items()),
        tuple([group for group, _ in found.rows]),
    )


@lru_cache(maxsize=256)
def _jumps(
    _root: str, language: str, clinic_id: int, filters: Filters,
    counts: tuple[tuple[Group, int], ...], here: tuple[Group, ...],
) -> Markup:  # fmt: skip
    links = [
        (
            TITLES[group],
            f"{COUNTED}+" if number >= COUNTED else str(number),
            f"#{group}" if group in here else address(clinic_id, filters, group=group.value),
        )
        for group, number in sorted(counts, key=lambda one: ORDER.index(one[0]))
    ]
    with spoken(language):
        return draw(AROUND, "jumps", links) if links else Markup()


def below(found: Found, filters: Filters, most: int) -> Markup:
    """Give the way to the rows after these, and how the list is worked out, drawn."""
    clinic_id, after = g.clinic.id, found.following
    later = address(clinic_id, filters, after=str(after)) if after else ""
    return _below(request.script_root, speaking(), clinic_id, later, most)


@lru_cache(maxsize=256)
def _below(_root: str, language: str, clinic_id: int, later: str, most: int) -> Markup:
    with spoken(language):
        return draw(AROUND, "below", later, most, clinic_id)
