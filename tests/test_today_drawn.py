"""A drawn row of the Today list is remembered, and yet nobody sees another person's row.

A row follows from its key: whatever differs for somebody else, on another day, in another language
or beside other rows, must give another row. What is remembered is compared with what is drawn anew.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from jinja2 import meta
from sqlalchemy import update

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker import bilingual
from tracker.charts.ranges import Begun, Listed
from tracker.models import Clinic, db
from tracker.page import FRAME
from tracker.policy import Role
from tracker.records import patients
from tracker.views import today_drawn, worklist_rows
from tracker.worklist import Group, Kind

ROOM = Path(worklist_rows.__file__).parent.parent
DEC_4 = date(2026, 12, 4)
BOTH = frozenset({Role.PHYSICIAN, Role.NURSE})

CALL = Listed(
    patient_id=11, kind=Kind.CHECKIN, ref=21, part=0, due=date(2026, 12, 3),
    tries=0, owner_id=None, at=None, what="Check-in: phone",
    detail="After step 1", name="RIVERA, Maria", name_folded="rivera maria",
    born=date(1961, 3, 14), record_no="TEST-004512", physician_id=None, on_step="On step 1",
    last_contact="Nov 24, 2026", said="{}", key=date(2026, 12, 4),
)  # fmt: skip
DONE = CALL._replace(kind=Kind.DONE, at=datetime(2026, 12, 4, 16, 0, tzinfo=UTC))
DRAFT = Begun(
    patient_id=11, ref=31, kind="checkin", about="21/2", plan_id=None,
    at=datetime(2026, 12, 4, 16, 0, tzinfo=UTC), owner_id=2, family_name="Rivera",
    given_names="Maria", born=date(1961, 3, 14), record_no="TEST-004512", physician_id=None,
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """All that a drawn row follows from."""

    row: Listed | Begun = CALL
    group: Group = Group.OVERDUE
    owner: str = "Bo Lindqvist, RN"
    after: str | None = "go-checkin-22-0"
    similar: bool = False
    first: bool = False
    root: str = ""
    language: str = "en"
    clinic_id: int = 1
    zone: str = "America/Denver"
    day: date = DEC_4
    back: str = "/c/1/today"
    roles: frozenset[Role] = BOTH

    def drawn(self) -> tuple[str, str]:
        """Give the row as it is remembered, and as it is drawn anew."""
        bilingual.ready(self.language)  # as the guard does before any page
        look = today_drawn._look(
            self.root, self.language, self.clinic_id, self.zone, self.day, self.back, self.roles
        )
        of = look, self.group, self.row, self.owner, self.after, self.similar, self.first
        return today_drawn._row(*of), today_drawn._row.__wrapped__(*of)


def _other(**changed: Any) -> Any:
    return pytest.param(Place(), Place(**changed), id="-".join(changed))


def _other_row(name: str, value: Any) -> Any:
    return pytest.param(Place(), Place(row=CALL._replace(**{name: value})), id=f"row-{name}")


OTHERS = [
    _other(language="es"), _other(clinic_id=2), _other(day=date(2026, 12, 7)),
    _other(back="/c/1/today?whose=mine"), _other(roles=frozenset({Role.DESK})),
    _other(group=Group.DUE), _other(owner="Amara Okafor"), _other(after="go-checkin-23-0"),
    _other(after=None), _other(similar=True), _other(first=True),
    _other_row("patient_id", 12), _other_row("kind", Kind.REVIEW_HOLD), _other_row("ref", 22),
    _other_row("part", 1), _other_row("due", date(2026, 12, 2)), _other_row("tries", 2),
    _other_row("what", "Check-in: visit"), _other_row("detail", "After step 2"),
    _other_row("name", "RIVERA, Mario"), _other_row("born", date(1961, 3, 15)),
    _other_row("record_no", "TEST-004513"), _other_row("on_step", "On step 2"),
    _other_row("last_contact", ""),
    pytest.param(
        Place(row=DONE, group=Group.DONE), Place(row=DONE, group=Group.DONE, zone="UTC"), id="zone"
    ),
    pytest.param(
        Place(row=DRAFT, group=Group.DRAFT),
        Place(row=DRAFT._replace(about="new/2"), group=Group.DRAFT),
        id="draft-about",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_whatever_differs_gives_another_row(app: Flask, one: Place, other: Place) -> None:
    with app.test_request_context():
        (before, _), (remembered, anew), (again, _) = one.drawn(), other.drawn(), one.drawn()
    assert remembered == anew != before
    assert again is before


def test_behind_a_proxy_with_a_path_the_addresses_have_it(app: Flask) -> None:
    with app.test_request_context():
        plain, _ = Place().drawn()
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/taper"}):
        below, _ = Place(root="/taper").drawn()
    assert 'href="/c/1/patients/11"' in plain and 'href="/taper/c/1/patients/11"' in below


def test_what_says_and_draws_a_row_asks_for_nothing_else(app: Flask) -> None:
    tree = ast.parse(Path(worklist_rows.__file__).read_text())
    asked = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    outside = {"flask", "tracker.auth", "tracker.guard", "tracker.models", "tracker.page"}
    assert asked and not asked & outside
    for template in (today_drawn.ROWS, today_drawn.AROUND, FRAME, "macros/page.html"):
        source = (ROOM / "templates" / template).read_text()
        free = meta.find_undeclared_variables(app.jinja_env.parse(source))
        assert free <= {"_filled", "_counted", "url_for"}, template  # texts and addresses of ours
        assert "csrf" not in source


WHO = ("amara", "bo", "cleo")
LANGUAGES = ("en", "es")
_ROW = re.compile(r'<tr role="row"[^>]*>\s*<th role="rowheader".*?</tr>', re.S)


def test_one_after_the_other_everybody_sees_their_own_rows(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor], clock: time_machine.Traveller
) -> None:
    with app.app_context():
        ids = [
            charts.signed_plan(cast["amara"], given_names=given, record_no=f"TEST-10{place}")[0]
            for place, given in enumerate(("Maria", "Ada"))
        ]
        charts.draft(cast["amara"], charts.register(cast["amara"], family_name="Onwudiwe"))
    everything: dict[str, str] = {}
    views = [(who, language, everything) for who, language in product(WHO, LANGUAGES)]
    views.append(("bo", "en", {"group": "soon"}))
    seen: set[str] = set()

    def everybody_looks() -> None:
        visitors = {who: sign_in(who) for who in WHO}

        def look(who: str, language: str, query: dict[str, str]) -> list[str]:
            visitors[who].http.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
            return _ROW.findall(visitors[who].get(f"/c/{cast.hillside}/today", query=query).html)

        remembered = [look(*view) for view in (*views, *views)][len(views) :]
        for view, rows in zip(views, remembered, strict=True):
            for one in (today_drawn._groups, today_drawn._row, today_drawn._look):
                one.cache_clear()
            assert look(*view) == rows, view
            seen.update(rows)

    everybody_looks()
    with app.app_context():  # now the two can be mixed up
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=ids[1], seen=1,
            values={"given_names": "Mara"},
        )  # fmt: skip
    clock.move_to("2026-12-05T18:00:00+00:00")
    everybody_looks()
    assert len(seen) > 20  # a few rows, drawn otherwise for each


def test_no_name_takes_the_place_of_the_list(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor]
) -> None:
    with app.app_context():
        charts.signed_plan(cast["amara"])
        db.session.execute(update(Clinic).values(name=today_drawn.LIST))
        db.session.commit()
    page = sign_in("bo").get(f"/c/{cast.hillside}/today").html
    assert page.count("&lt;!-- list --&gt;") == 2  # in the title and at the top
    assert today_drawn.LIST not in page
    assert page.index("</header>") < page.index("RIVERA, Maria") < page.index("</main>")
