"""The rows of the Today list as a page writes them: drawn once, and remembered while they last.

A drawn row follows from its key and from nothing else: from the row as the database gave it, from
whose it is, from its place on the page, and from the look of the page. What says and draws it asks
for nothing besides (a test holds both to that), so what is remembered is never stale, and where
anything differs for another person, another day or another language, another row is drawn. No row
holds a form's token. See decision 0029.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from flask import current_app, g, request, url_for
from markupsafe import Markup

from tracker.charts.cover import Person
from tracker.charts.ranges import Begun, Listed
from tracker.charts.today import Found
from tracker.languages import speaking, spoken
from tracker.policy import can
from tracker.views.worklist_rows import ACTS, Look, alike, anchor_of, look_of, owner_of, said_row
from tracker.worklist import Group

TEMPLATE = "today/_rows.html"
REMEMBERED = 4096  # rows, of some three kilobytes each with what stands in the key


def drawn(
    found: Found, staff: Mapping[int, Person], *, filters: Mapping[str, Any], day: date
) -> list[tuple[Group, list[Markup]]]:
    """Give the page's groups, each with its rows; a row's buttons lead back to the row after it."""
    look = _look_here(filters, day)
    rows = [row for _, of_group in found.rows for row in of_group]
    similar = alike(rows)
    following: list[str | None] = [*map(anchor_of, rows[1:]), None]
    place = 0
    made: list[tuple[Group, list[Markup]]] = []
    for group, of_group in found.rows:
        here: list[Markup] = []
        for row in of_group:
            owner, like = owner_of(row, staff), row.patient_id in similar
            here.append(_drawn(look, group, row, owner, following[place], like, place == 0))
            place += 1
        made.append((group, here))
    return made


def _look_here(filters: Mapping[str, Any], day: date) -> Look:
    """Give the look of this page for this person; the same one as long as nothing in it differs."""
    clinic_id, actor = g.clinic.id, g.signed_in.actor
    may = frozenset(act for act in ACTS if can(actor, act, clinic_id))
    back = url_for("today.show", clinic_id=clinic_id, **filters)
    return _look(
        request.script_root, speaking(), clinic_id, g.clinic.time_zone, day, back, may
    )  # fmt: skip


@lru_cache(maxsize=256)
def _look(
    _root: str, language: str, clinic_id: int, zone: str, day: date, back: str, may: frozenset[str]
) -> Look:  # fmt: skip
    return look_of(
        language=language, clinic_id=clinic_id, zone=zone, day=day, back=back, may=may
    )  # fmt: skip


@lru_cache(maxsize=REMEMBERED)
def _drawn(
    look: Look, group: Group, row: Listed | Begun,
    owner: str, after: str | None, similar: bool, first: bool,
) -> Markup:  # fmt: skip
    with spoken(look.language):
        said = said_row(look, group, row, owner=owner, after=after, similar=similar, first=first)
        macro = current_app.jinja_env.get_template(TEMPLATE).module.row  # type: ignore[attr-defined]
        return Markup(macro(said, group is Group.DONE))
