"""One's own sessions, seen and ended; and showing again who one is before a dangerous act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.harness.cast import Cast
from tests.harness.passkey import SoftKey
from tests.harness.visitor import Visitor
from tests.test_routes import ask, behind_the_guard
from tests.test_second_factor import codes_on, secret_on
from tracker import auth
from tracker.charts.sessions import browser_words
from tracker.models import Event, db, utc_now
from tracker.policy import ACTS, Role, Touch

STALE = auth.FRESH_FOR + timedelta(seconds=1)

# Every act about ways in, about what leaves by the armful, or that only an administrator does,
# asks a stale session again; the others are here, each with what stands in for it.
NOT_ASKED_AGAIN = {
    "self.sign_out": "ends something",
    "self.password": "asks for the password itself",
    "self.stay": "opens nothing",
    "self.language": "opens nothing",
    "self.kept": "one's own words",
    "self.confirm": "is the question",
    "self.sessions": "ends something",
    "token.end": "ends something",
    "staff.cover": "opens nothing",
    "patient.reassign": "opens nothing: every physician of the clinic reads every chart",
    "clinic.edit": "opens nothing",
    "wording.translate": "opens nothing",
    "wording.allow": "opens nothing",
    "wording.withdraw": "ends something",
    "wording.approve": "opens nothing",
    "wording.unapprove": "ends something",
    "audit.look": "reads, without a clinical word; taking it along is asked again",
    "import.upload": "registers nobody",
    "emergency.ask": "an emergency; told to the clinic at once",
    "emergency.acknowledge": "ends something",
    "export.patient": "one patient, whom they may read anyway; stands in the history",
    "export.report": "a list that they may read anyway; stands in the history",
    "export.counts": "numbers without a patient",
}


@pytest.fixture
def codes(bo: Visitor) -> list[str]:
    """Give Bo recovery codes, to confirm with."""
    return codes_on(bo.get("/account/second-factor/codes").form().submit(status=200))


# ---- sessions


def test_the_account_lists_where_one_is_signed_in_and_ends_one(
    sign_in: Callable[[str], Visitor],
) -> None:
    here, there, third = sign_in("bo"), sign_in("bo"), sign_in("bo")
    page = here.get("/account")
    assert [row[4] for row in page.table()].count("This one") == 1
    assert len(page.table()) == 4
    form = next(f for f in page.document.all("form") if f.find(".//button[@name='session']"))
    handle = form.find(".//button[@name='session']")
    assert handle is not None
    here.follow(here.post("/account/sessions/end", {"session": handle.get("value") or ""}))
    still = [one.http.get("/account").status_code for one in (here, there, third)]
    assert sorted(still) == [200, 200, 302] and still[0] == 200


def test_all_other_sessions_end_with_one_button_and_nobody_elses(
    sign_in: Callable[[str], Visitor], amara: Visitor
) -> None:
    here, there, third = sign_in("bo"), sign_in("bo"), sign_in("bo")
    here.get("/account")
    here.follow(here.post("/account/sessions/end"))
    assert [one.http.get("/account").status_code for one in (here, there, third, amara)] == [
        200, 302, 302, 200,
    ]  # fmt: skip


def test_a_handle_of_another_persons_session_ends_nothing(
    app: Flask, bo: Visitor, amara: Visitor
) -> None:
    cookie = amara.http.get_cookie("session")
    assert cookie is not None
    bo.get("/account")
    for handle in (auth.hash_of(cookie.value)[:16], "%", "_" * 16):
        bo.post("/account/sessions/end", {"session": handle})
    assert amara.http.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140) Firefox/140", "Firefox on Linux"),
        ("curl/8", "Unknown browser"),
    ],
)
def test_a_browser_is_named_as_people_call_it(agent: str, words: str) -> None:
    assert browser_words(agent) == words


# ---- fresh


def test_dangerous_acts_ask_a_stale_session_to_confirm(
    app: Flask, cast: Cast, clock: time_machine.Traveller, sign_in: Callable[[str], Visitor]
) -> None:
    fresh = {name for name, act in ACTS.items() if act.fresh}
    assert {"self.factors", "staff.reset_factor"} <= fresh
    visitor = sign_in("dee")
    visitor.get("/account")
    clock.shift(STALE)
    asked = set()
    for act, method, address in behind_the_guard(app, cast):
        if not act.fresh or "admin" not in {role.value for role in act.roles}:
            continue
        status = ask(visitor, method, address)
        asked.add((act.name, status))
    assert {status for _, status in asked} == {303}
    assert {name for name, _ in asked} <= fresh


def test_every_dangerous_act_asks_again_or_gives_its_reason() -> None:
    ways = ("self.", "staff.", "export.", "token.", "emergency.")
    only_admin = {name for name, act in ACTS.items() if {r.value for r in act.roles} == {"admin"}}
    changing = {n for n, act in ACTS.items() if act.touch in (Touch.WRITE, Touch.DRAFT)}
    held = {n for n in changing if ACTS[n].roles}
    meant = {n for n in held if n.startswith(ways) or n in only_admin}
    fresh = {name for name, act in ACTS.items() if act.fresh}
    assert fresh == meant - set(NOT_ASKED_AGAIN)
    assert set(NOT_ASKED_AGAIN) <= meant


@pytest.mark.parametrize("act", sorted(name for name, act in ACTS.items() if act.fresh))
def test_a_stale_session_changes_nothing_by_it(
    app: Flask, cast: Cast, clock: time_machine.Traveller, sign_in: Callable[[str], Visitor],
    act: str,
) -> None:  # fmt: skip
    who = "dee" if Role.ADMIN in ACTS[act].roles else "bo"
    visitor = sign_in(who)
    visitor.get("/account")
    clock.shift(STALE)
    with app.app_context():
        events = db.session.scalar(select(func.count()).select_from(Event))
    addresses = [(m, a) for found, m, a in behind_the_guard(app, cast) if found.name == act]
    assert addresses
    for method, address in addresses:
        answer = visitor.http.open(address, method=method, data={"csrf_token": visitor.token})
        assert (answer.status_code, answer.location[:16]) == (303, "/account/confirm"), address
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Event)) == events


def test_roles_sent_from_a_stale_page_come_back_after_confirming(
    app: Flask, cast: Cast, clock: time_machine.Traveller, sign_in: Callable[[str], Visitor]
) -> None:
    dee = sign_in("dee")
    codes = codes_on(dee.get("/account/second-factor/codes").form().submit(status=200))
    page = dee.get(f"/c/{cast.hillside}/staff/{cast['bo'].actor.staff_id}")
    clock.shift(STALE)
    own = cast["dee"].password
    asked = dee.follow(page.form("/roles").submit(roles=["nurse", "desk"], password=own))
    kept = dee.follow(asked.form("/confirm").submit(password=own, code=codes[0]))
    assert "change roles" in kept.text
    again = kept.form("/roles").submit(status=422)  # a password is never kept
    done = dee.follow(again.form("/roles").submit(password=own))
    assert "is now: Nurse, Front desk." in done.text


def test_confirming_opens_the_page_that_was_asked_for_and_changes_the_token(
    bo: Visitor, cast: Cast, clock: time_machine.Traveller, codes: list[str]
) -> None:
    before = bo.http.get_cookie("session")
    clock.shift(STALE)
    page = bo.follow(bo.get("/account/second-factor", status=303))
    assert page.h1 == "Show that it is you"
    form = page.form("/confirm")
    assert "not your password" in form.submit(password="wrong", code=codes[0], status=422).text
    page = form.submit(password=cast["bo"].password, code="", status=422)
    assert "Type the code" in page.text
    page = form.submit(password=cast["bo"].password, code="000000", status=422)
    assert "This code is not right" in page.text
    done = form.submit(password=cast["bo"].password, code=codes[0])
    assert done.location == "/account/second-factor"
    after = bo.http.get_cookie("session")
    assert before and after and before.value != after.value
    assert bo.follow(done).h1 == "Your second factor"


def test_a_passkey_confirms_with_the_password_and_not_without(
    bo: Visitor, cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.shift(STALE)
    bo.get("/account/confirm")
    statuses = []
    for password in ("wrong", cast["bo"].password):
        fields = {"csrf_token": bo.token}
        options = bo.http.post("/account/confirm/options", data=fields).json or {}
        fields |= {"credential": SoftKey("bo").sign(options, "http://localhost")}
        fields |= {"password": password}
        statuses.append(bo.http.post("/account/confirm/passkey", data=fields).status_code)
    assert statuses == [422, 200]
    assert bo.http.get("/account/second-factor").status_code == 200


def test_a_passkey_that_is_not_theirs_does_not_confirm(
    bo: Visitor, cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.shift(STALE)
    bo.get("/account/confirm")
    fields = {"csrf_token": bo.token, "password": cast["bo"].password}
    options = bo.http.post("/account/confirm/options", data=fields).json or {}
    fields["credential"] = SoftKey("amara").sign(options, "http://localhost")
    assert bo.http.post("/account/confirm/passkey", data=fields).status_code == 422
    assert bo.http.get("/account/second-factor").status_code == 303


def test_guessing_at_the_confirmation_is_throttled(
    bo: Visitor, cast: Cast, clock: time_machine.Traveller
) -> None:
    form = bo.get("/account/confirm").form("/confirm")
    for _ in range(auth.TRIES["account"]):
        form.submit(password="wrong", code="1", status=422)
    form.submit(password=cast["bo"].password, code="1", status=429)


def test_an_app_confirms_too_but_not_with_the_code_it_was_set_up_with(
    bo: Visitor, cast: Cast, clock: time_machine.Traveller
) -> None:
    page = bo.get("/account/second-factor/app")
    totp: pyotp.TOTP = secret_on(page)
    code = totp.at(utc_now())
    page.form("/app").submit(code=code)
    form = bo.get("/account/confirm").form("/confirm")
    form.submit(password=cast["bo"].password, code=code, status=422)
    clock.shift(timedelta(seconds=30))
    form.submit(password=cast["bo"].password, code=totp.at(utc_now()))


def test_in_the_demo_the_password_confirms_alone(
    demo_app: Flask, clock: time_machine.Traveller
) -> None:
    someone = Visitor(demo_app).sign_in("bo", "quiet-harbor")
    clock.shift(STALE)
    page = someone.follow(someone.get("/account/second-factor", status=303))
    done = page.form("/confirm").submit(password="quiet-harbor")
    assert "Off in the demo" in someone.follow(done).text
