"""Every route, asked by everyone: the one nobody thought about fails here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.harness import charts
from tests.harness.application import create, migrate
from tests.harness.cast import Cast
from tests.harness.databases import SqliteDatabase
from tests.harness.visitor import Visitor
from tracker.charts.checkins import checkins_of
from tracker.policy import Act, Touch

ROLES = {"amara": "physician", "bo": "nurse", "cleo": "desk", "dee": "admin"}
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
LAST = {"self.sign_out": 1}  # nobody is signed in after it


@pytest.fixture
def cast(app: Flask, cast: Cast) -> Cast:
    """The cast with one of everything that an address can name."""
    with app.app_context():
        patient_id, version_id = charts.signed_plan(cast["amara"])
        handout_id = charts.printed_handout(cast["amara"], patient_id)
        checkin_id = checkins_of(cast.hillside, patient_id)[0].id
    ids = {
        "patient_id": patient_id,
        "version_id": version_id,
        "handout_id": handout_id,
        "checkin_id": checkin_id,
    }
    return replace(cast, ids=ids)


def act_of(app: Flask, rule: Rule) -> Act | None:
    return getattr(app.view_functions[rule.endpoint], "act", None)


def doors(app: Flask, cast: Cast) -> Iterator[tuple[Act, str, str]]:
    """Yield every act, method and address; ids that a test cannot know are 1."""
    known: dict[str, object] = {"clinic_id": cast.hillside, **cast.ids}
    with app.test_request_context():
        urls = app.url_map.bind("127.0.0.1")
        rules = list(app.url_map.iter_rules())
        found = []
        for rule in rules:
            act = act_of(app, rule)
            assert act is not None, f"{rule} has no act"
            values = {name: known.get(name, 1) for name in rule.arguments}
            address = urls.build(rule.endpoint, values, append_unknown=False)
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found += [(act, method, address) for method in sorted(methods)]
    yield from sorted(found, key=lambda door: LAST.get(door[0].name, 0))


def behind_the_guard(app: Flask, cast: Cast) -> list[tuple[Act, str, str]]:
    return [door for door in doors(app, cast) if door[0].touch is not Touch.OPEN]


def ask(visitor: Visitor, method: str, address: str, *, token: bool = True) -> int:
    """Ask for an address and return the status; a change carries the form token when told to."""
    visitor.app.config["PROPAGATE_EXCEPTIONS"] = False
    data = {"csrf_token": visitor.token} if method in CHANGING and token else None
    return visitor.http.open(address, method=method, data=data).status_code


def test_every_route_has_an_act_from_the_table(app: Flask) -> None:
    assert [str(rule) for rule in app.url_map.iter_rules() if act_of(app, rule) is None] == []


@pytest.mark.parametrize("who", ROLES)
def test_a_role_opens_exactly_its_own_doors(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor], who: str
) -> None:
    visitor = sign_in(who)
    visitor.get("/account")
    wrong = []
    for act, method, address in behind_the_guard(app, cast):
        status = ask(visitor, method, address)
        allowed = ROLES[who] in {role.value for role in act.roles}
        if status >= 500 or (status == 403) is allowed:
            wrong.append(f"{who} got {status} for {method} {address} ({act.name})")
    assert wrong == []


def test_a_stranger_to_the_clinic_finds_nothing(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor]
) -> None:
    visitor = sign_in("eli")
    visitor.get("/account")
    own = f"/c/{cast.hillside}/"
    answers = {
        f"{method} {address}": ask(visitor, method, address)
        for _, method, address in behind_the_guard(app, cast)
        if address.startswith(own)
    }
    assert {door: status for door, status in answers.items() if status != 404} == {}


def test_nobody_passes_the_guard_without_signing_in(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    wrong = []
    for act, method, address in behind_the_guard(app, cast):
        someone = visitor()
        someone.get("/sign-in")
        answer = someone.http.open(address, method=method, data={"csrf_token": someone.token})
        led = answer.status_code in (302, 303) and "/sign-in" in answer.location
        if not led and not (act.name.startswith("fhir.") and answer.status_code == 401):
            wrong.append(f"{method} {address} ({act.name}) answered {answer.status_code}")
    assert wrong == []


def test_no_change_is_made_without_a_form_token(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor]
) -> None:
    visitors = {role: sign_in(who) for who, role in ROLES.items()}
    wrong = []
    for act, method, address in doors(app, cast):
        if method not in CHANGING:
            continue
        role = min((r.value for r in act.roles), default="physician")
        status = ask(visitors[role], method, address, token=False)
        if status != 400:
            wrong.append(f"{method} {address} ({act.name}) answered {status}")
    assert wrong == []


def test_a_view_without_an_act_is_closed_to_everyone(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path)
    forgetful = create(tmp_path / "instance", database.url, PROPAGATE_EXCEPTIONS=False)
    forgetful.add_url_rule("/forgotten", "forgotten", lambda: "open")
    migrate(forgetful)
    assert Visitor(forgetful).http.get("/forgotten").status_code == 403


def test_a_number_larger_than_any_id_leads_nowhere(cast: Cast, amara: Visitor) -> None:
    for number in (2**63, 10**30):
        amara.get(f"/c/{cast.hillside}/patients/{number}", status=404)
        amara.get(f"/c/{number}/today", status=404)
    amara.get(f"/c/{cast.hillside}/patients/{2**63 - 1}", status=404)
