"""The second factor: everyone gives one before any page; a code is good once, for 30 seconds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select

from tests.harness.cast import Cast
from tests.harness.passkey import SoftKey
from tests.harness.visitor import Page, Visitor
from tests.test_routes import behind_the_guard
from tracker import auth, factors
from tracker.charts.factors import held_by
from tracker.models import Authenticator, Event, Passkey, RecoveryCode, db, utc_now
from tracker.policy import sentence

WRONG = "This code is not right, was used before, or has just changed."


@pytest.fixture
def new(app: Flask, cast: Cast) -> None:
    """Bo comes for the first time: no second factor yet."""
    with app.app_context():
        db.session.execute(delete(Passkey).where(Passkey.staff_id == cast["bo"].staff_id))
        db.session.commit()


def with_password(visitor: Visitor, cast: Cast, who: str = "bo") -> Page:
    """Type the right password, and follow to what is asked for next."""
    form = visitor.get("/sign-in").form("/sign-in")
    return arrive(visitor, form.submit(username=who, password=cast[who].password))


def arrive(visitor: Visitor, page: Page) -> Page:
    while page.status in (302, 303):
        page = visitor.get(page.location, status=visitor.http.get(page.location).status_code)
    return page


def secret_on(page: Page) -> pyotp.TOTP:
    secret = next(e for e in page.document.all("code") if e.get("class") == "secret")
    return pyotp.TOTP("".join((secret.text or "").split()))


def set_up(visitor: Visitor, cast: Cast, clock: time_machine.Traveller) -> tuple[pyotp.TOTP, Page]:
    """Set Bo's authenticator up at the first sign-in; the next code is a minute away."""
    page = with_password(visitor, cast)
    assert page.path == "/sign-in/set-up"
    totp = secret_on(page)
    done = page.form("/set-up").submit(code=totp.now(), status=200)
    visitor.signed_in = True
    clock.shift(timedelta(minutes=1))
    return totp, done


def codes_on(page: Page) -> list[str]:
    return [e.text or "" for e in page.document.all("code")]


def told(app: Flask) -> list[str]:
    with app.app_context():
        events = db.session.scalars(
            select(Event)
            .where(Event.act.like("%factor%") | Event.act.like("sign_in%"))
            # The clock stands still: only within a clinic do the numbers tell what came first.
            .order_by(Event.at, Event.clinic_id, Event.seq)
        )
        said = [sentence(e.act, e.by_name, json.loads(e.about)) for e in events]
        return [words for words in said if "Key of the cast" not in words]


# ---- nothing opens before it


@pytest.mark.parametrize("who", ["amara", "bo", "cleo", "dee"])
def test_the_password_alone_opens_no_page_of_any_role(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor], who: str
) -> None:
    someone = visitor()
    page = with_password(someone, cast, who)
    assert page.h1 == "Your second factor" and "nav" not in {e.tag for e in page.document.elements}
    wrong = []
    for act, method, address in behind_the_guard(app, cast):
        answer = someone.http.open(address, method=method, data={"csrf_token": someone.token})
        if act.name.startswith("fhir."):  # a program has no sign-in page to go to
            led_back = answer.status_code == 401
        else:
            led_back = (answer.location or "").startswith("/sign-in/")
        if not led_back:
            wrong.append(f"{method} {address} ({act.name}) answered {answer.status_code}")
    assert wrong == []


def test_half_way_lasts_ten_minutes(
    cast: Cast, visitor: Callable[[], Visitor], clock: time_machine.Traveller
) -> None:
    someone = visitor()
    with_password(someone, cast)
    clock.shift(auth.HALF_LIFETIME + timedelta(seconds=1))
    assert someone.http.get("/sign-in/second-factor").location == "/sign-in"
    assert someone.http.post("/sign-in/options", data={}).status_code in (400, 404)


def test_half_way_one_can_turn_back(cast: Cast, visitor: Callable[[], Visitor]) -> None:
    someone = visitor()
    page = with_password(someone, cast)
    page.form("/leave").submit()
    assert someone.http.get("/sign-in/second-factor").status_code == 302
    assert someone.get("/sign-in").h1 == "Sign in"


def test_the_demo_asks_for_none_and_says_so(demo_app: Flask) -> None:
    someone = Visitor(demo_app)
    page = someone.get("/sign-in")
    assert "The second factor is off." in page.text
    page.form("/sign-in").submit(username="bo", password="quiet-harbor")
    assert "Off in the demo" in someone.get("/account").text


def test_the_token_changes_when_the_session_becomes_whole(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    someone = visitor()
    page = someone.get("/sign-in").form("/sign-in").submit(
        username="bo", password=cast["bo"].password
    )  # fmt: skip
    half = someone.http.get_cookie("session")
    someone.give_passkey(page, "bo")
    whole = someone.http.get_cookie("session")
    assert half and whole and half.value != whole.value
    thief = visitor()
    thief.http.set_cookie("session", half.value)
    assert thief.http.get("/account").location.startswith("/sign-in")
    assert thief.http.get("/sign-in/second-factor").location == "/sign-in"


# ---- setting up at the first sign-in


@pytest.mark.usefixtures("new")
def test_the_first_sign_in_sets_up_an_authenticator_and_shows_the_codes_once(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor], clock: time_machine.Traveller
) -> None:
    someone = visitor()
    totp, page = set_up(someone, cast, clock)
    assert page.h1 == "Your recovery codes" and len(set(codes_on(page))) == factors.CODES
    assert someone.get("/account").status == 200
    with app.app_context():
        kept = db.session.scalars(select(Authenticator.secret)).one()
        hashes = db.session.scalars(select(RecoveryCode.code_hash)).all()
        about = "".join(db.session.scalars(select(Event.about)))
    assert totp.secret not in kept and totp.secret not in about
    assert all(h.startswith("$argon2id$") for h in hashes)
    assert not any(code in "".join(hashes) + about for code in codes_on(page))
    assert sorted(told(app)[-3:]) == [
        "Bo Lindqvist, RN added an authenticator app",
        "Bo Lindqvist, RN made new recovery codes",
        "Bo Lindqvist, RN signed in",
    ]


@pytest.mark.usefixtures("new")
def test_the_picture_is_plain_svg_and_the_secret_stands_beside_it(
    cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    page = with_password(visitor(), cast)
    drawn = page.html[page.html.index('class="qr"') - 60 :]
    assert "style" not in drawn.split("</svg>")[0] and "data:" not in drawn
    assert re.fullmatch(r"[A-Z2-7]{32}", secret_on(page).secret)


@pytest.mark.usefixtures("new")
def test_a_wrong_first_code_keeps_the_same_picture(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    someone = visitor()
    page = with_password(someone, cast)
    again = page.form("/set-up").submit(code="000000", status=422)
    assert WRONG in again.text
    assert secret_on(again).secret == secret_on(page).secret
    with app.app_context():
        assert not held_by(cast["bo"].staff_id).any


@pytest.mark.usefixtures("new")
def test_the_secret_of_another_person_is_not_taken(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    with app.app_context():
        secret = factors.new_secret()
        theirs = factors.seal(secret, owner=cast["amara"].staff_id)
    someone = visitor()
    form = with_password(someone, cast).form("/set-up")
    page = form.submit(sealed=theirs, code=pyotp.TOTP(secret).now(), status=422)
    assert "Scan the picture again" in page.text


def test_who_has_a_factor_sets_up_none_on_the_password_alone(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    someone = visitor()
    with_password(someone, cast)
    with app.app_context():
        secret = factors.new_secret()
        sealed = factors.seal(secret, owner=cast["bo"].staff_id)
    fields = {"sealed": sealed, "code": pyotp.TOTP(secret).now()}
    someone.post("/sign-in/set-up", fields)
    for address in ("/sign-in/set-up/options", "/sign-in/set-up/passkey"):
        someone.post(address, status=403)
    with app.app_context():
        assert db.session.scalars(select(Authenticator)).all() == []


# ---- codes


@pytest.mark.usefixtures("new")
def test_a_code_is_good_once(
    cast: Cast, visitor: Callable[[], Visitor], clock: time_machine.Traveller
) -> None:
    totp, _ = set_up(visitor(), cast, clock)
    with_password(one := visitor(), cast).form("/second-factor").submit(code=totp.now())
    assert one.http.get("/account").status_code == 200
    page = with_password(visitor(), cast).form("/second-factor").submit(
        code=totp.now(), status=422
    )  # fmt: skip
    assert WRONG in page.text


@pytest.mark.usefixtures("new")
@pytest.mark.parametrize(("seconds", "accepted"), [(-31, False), (0, True), (31, False)])
def test_a_code_lives_thirty_seconds(
    cast: Cast, visitor: Callable[[], Visitor], clock: time_machine.Traveller,
    seconds: int, accepted: bool,
) -> None:  # fmt: skip
    totp, _ = set_up(visitor(), cast, clock)
    code = totp.at(utc_now() + timedelta(seconds=seconds))
    form = with_password(visitor(), cast).form("/second-factor")
    form.submit(code=f"{code[:3]} {code[3:]}", status=303 if accepted else 422)


@pytest.mark.usefixtures("new")
def test_a_recovery_code_is_good_once_and_new_ones_void_the_old(
    cast: Cast, visitor: Callable[[], Visitor], clock: time_machine.Traveller
) -> None:
    _, page = set_up(visitor(), cast, clock)
    first, second, third, *_ = codes_on(page)

    def give(code: str, status: int) -> Visitor:
        someone = visitor()
        with_password(someone, cast).form("/second-factor").submit(code=code, status=status)
        return someone

    someone = give(first.upper().replace("-", " "), 303)
    give(first, 422)
    give(second[:-1] + ("a" if second[-1] != "a" else "b"), 422)
    someone.signed_in = True
    assert "9 recovery codes left" in someone.get("/account").text
    fresh = someone.get("/account/second-factor/codes").form().submit(status=200)
    assert set(codes_on(fresh)).isdisjoint(codes_on(page))
    give(third, 422)
    give(codes_on(fresh)[0], 303)


def test_wrong_codes_are_throttled_before_they_are_checked(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = visitor()
    page = with_password(someone, cast)
    for _ in range(auth.TRIES["account"]):
        page = page.form("/second-factor").submit(code="000000", status=422)
    asked: list[str] = []
    monkeypatch.setattr(auth, "accepts_code", lambda _who, typed: asked.append(typed))
    page.form("/second-factor").submit(code="123456", status=429)
    assert asked == []
    assert told(app)[-1] == "Bo Lindqvist, RN typed the right password and a wrong second factor"


def test_patience_does_not_find_a_code(
    cast: Cast, visitor: Callable[[], Visitor], clock: time_machine.Traveller
) -> None:
    for number in range(auth.FACTOR_TRIES):
        if number % (auth.TRIES["account"] - 1) == 0:
            clock.shift(auth.WINDOW + timedelta(seconds=1))
        with_password(visitor(), cast).form("/second-factor").submit(code="000000", status=422)
    clock.shift(auth.WINDOW + timedelta(seconds=1))
    with_password(visitor(), cast).form("/second-factor").submit(code="000000", status=429)
    clock.shift(auth.FACTOR_WINDOW)
    with_password(visitor(), cast).form("/second-factor").submit(code="000000", status=422)


# ---- passkeys


def test_a_passkey_signs_one_challenge_of_this_place(
    cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    someone = visitor()
    with_password(someone, cast)
    fields = {"csrf_token": someone.token}

    def give(name: str, origin: str = "http://localhost", again: str = "") -> tuple[int, str]:
        options = someone.http.post("/sign-in/second-factor/options", data=fields).json or {}
        answer = again or SoftKey(name).sign(options, origin)
        done = someone.http.post(
            "/sign-in/second-factor/passkey", data={**fields, "credential": answer}
        )
        return done.status_code, answer

    assert give("amara")[0] == 422
    assert give("bo", "http://localhost.evil.example")[0] == 422
    assert give("bo", again="[1")[0] == 422 and give("bo", again="[]")[0] == 422
    done, answer = give("bo")
    assert done == 200
    another = visitor()
    with_password(another, cast)
    fields = {"csrf_token": another.token, "credential": answer}
    another.http.post("/sign-in/second-factor/options", data=fields)
    assert another.http.post("/sign-in/second-factor/passkey", data=fields).status_code == 422


@pytest.mark.usefixtures("new")
def test_the_first_sign_in_may_set_up_a_passkey_instead(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    someone = visitor()
    page = someone.get("/sign-in").form("/sign-in").submit(
        username="bo", password=cast["bo"].password
    )  # fmt: skip
    onward = someone.give_passkey(page, "bo")
    someone.signed_in = True
    offer = someone.get(onward)
    assert offer.h1 == "Make recovery codes"
    assert len(codes_on(offer.form("/codes").submit(status=200))) == factors.CODES
    with app.app_context():
        assert [key.name for key in held_by(cast["bo"].staff_id).passkeys] == ["Passkey"]


# ---- one's own account


def test_a_second_factor_is_added_and_removed_but_never_the_last(
    app: Flask, cast: Cast, bo: Visitor
) -> None:
    page = bo.get("/account/second-factor")
    passkey = next(f for f in page.document.all("form") if "/remove" in (f.get("action") or ""))
    removal = str(passkey.get("action"))
    assert "only second factor" in bo.post(removal, status=422).text
    page = bo.get("/account/second-factor/app")
    wrong = page.form("/app").submit(code="000000", status=422)
    bo.follow(wrong.form("/app").submit(code=secret_on(page).now()))
    bo.follow(bo.post(removal))
    assert "only second factor" in bo.post("/account/second-factor/app/remove", status=422).text
    bo.post(removal, status=404)
    with app.app_context():
        held = held_by(cast["bo"].staff_id)
    assert held.authenticator_since is not None and held.passkeys == ()


def test_a_passkey_is_added_on_the_account_page_and_the_app_removed(
    app: Flask, cast: Cast, bo: Visitor
) -> None:
    page = bo.get("/account/second-factor/app")
    page.form("/app").submit(code=secret_on(page).now())
    way = "/account/second-factor/passkeys"
    options = bo.http.post(f"{way}/options", data={"csrf_token": bo.token}).json or {}
    answer = SoftKey("a second key").create(options, "http://localhost")
    fields = {"csrf_token": bo.token, "credential": answer, "name": " blue\n key "}
    assert bo.http.post(way, data=fields).json == {"next": "/account/second-factor"}
    assert bo.http.post(way, data=fields).status_code == 422  # the challenge is used up
    rows = [row[0] for row in bo.get("/account/second-factor").table()]
    assert rows == ["Name", "Key of the cast", "blue key"]
    bo.follow(bo.post("/account/second-factor/app/remove"))
    with app.app_context():
        assert held_by(cast["bo"].staff_id).authenticator_since is None


# ---- taken away by an administrator, or by command


def test_an_administrator_takes_a_second_factor_away_and_the_password_stays(
    app: Flask, cast: Cast, dee: Visitor, bo: Visitor, visitor: Callable[[], Visitor]
) -> None:
    at = f"/c/{cast.hillside}/staff/{cast['bo'].staff_id}"
    form = dee.get(at).form("/reset-factor")
    refused = form.submit(factor_password="not hers", status=422)
    assert "This is not your password." in refused.text
    done = refused.form("/reset-factor").submit(factor_password=cast["dee"].password)
    assert "has no second factor now" in dee.follow(done).text
    assert bo.http.get("/account").status_code == 302
    assert with_password(visitor(), cast).path == "/sign-in/set-up"
    assert "Dee Novak took away the second factors of Bo Lindqvist, RN" in told(app)


def test_a_new_password_leaves_the_second_factor_alone(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    said = command(app, "reset-password", "--username", "bo")
    password = said.output.split(": ")[1].split("\n")[0]
    someone = visitor()
    page = someone.get("/sign-in").form("/sign-in").submit(username="bo", password=password)
    assert arrive(someone, page).h1 == "Your second factor"
    someone.give_passkey(page, "bo")
    assert someone.http.get("/", follow_redirects=True).request.path == "/account/password"


def test_a_command_takes_the_second_factor_away(
    app: Flask, cast: Cast, bo: Visitor, visitor: Callable[[], Visitor]
) -> None:
    nobody = command(app, "reset-second-factor", "--username", "nix")
    assert nobody.exit_code == 1 and "Nobody signs in as nix." in nobody.output
    assert "Bo Lindqvist" in command(app, "reset-second-factor", "--username", "BO").output
    assert bo.http.get("/account").status_code == 302
    assert with_password(visitor(), cast).path == "/sign-in/set-up"
    assert "The command line took away the second factors of Bo Lindqvist, RN" in told(app)


def command(app: Flask, *words: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["staff", *words])


# ---- secrets at rest


def test_a_sealed_secret_opens_for_its_owner_and_its_key_alone(app: Flask) -> None:
    with app.app_context():
        sealed = factors.seal("SECRET", owner=1)
        assert factors.unseal(sealed, owner=1) == "SECRET" and "SECRET" not in sealed
        for owner, text in ((2, sealed), (1, sealed[:-4]), (1, "made up"), (1, "")):
            with pytest.raises(factors.Unreadable):
                factors.unseal(text, owner=owner)
        app.config["FACTORS_KEY"] = b"another key"
        with pytest.raises(factors.Unreadable):
            factors.unseal(sealed, owner=1)


@pytest.mark.usefixtures("new")
def test_with_the_key_gone_a_code_is_refused_and_the_log_says_why(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor], clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    totp, _ = set_up(visitor(), cast, clock)
    app.config["FACTORS_KEY"] = b"another key"
    with_password(visitor(), cast).form("/second-factor").submit(code=totp.now(), status=422)
    assert "factors.key" in caplog.text and totp.secret not in caplog.text


# ---- common passwords


@pytest.mark.parametrize(
    ("password", "common"),
    [
        ("qwerty123456", True),
        ("PassWord2024!!", True),
        ("passwordpassword", True),
        ("!!!leavemealone", True),
        ("quiet harbor lamp", False),
        ("correct horse battery staple", False),
    ],
)
def test_passwords_that_everybody_tries_are_known(password: str, common: bool) -> None:
    assert factors.is_common(password) is common


def test_a_common_password_is_refused_with_a_sentence(app: Flask) -> None:
    assert "everybody tries first" in str(auth.why_not_password("qwerty123456", "bo"))
