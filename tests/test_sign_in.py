"""Signing in and out: passwords, the throttle, idle sign-off, one's own password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker import auth
from tracker.models import Event, SignInAttempt, Staff, StaffSession, db
from tracker.policy import Role
from tracker.records import staff

REFUSED = "User name and password do not match, or the account is not active."


def try_to(visitor: Visitor, name: str, password: str, *, status: int = 422) -> Page:
    return (
        visitor.get("/sign-in")
        .form("/sign-in")
        .submit(username=name, password=password, status=status)
    )


def arrive(visitor: Visitor, path: str) -> str:
    """Follow redirects from a path, and return where they end."""
    answer = visitor.http.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.request.path


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.http.get("/account").status_code == 200


# ---- getting in


def test_a_person_signs_in_and_out(amara: Visitor) -> None:
    assert amara.get("/account").h1 == "Your account"
    amara.post("/sign-out")
    assert not is_signed_in(amara)


def test_the_user_name_is_read_without_case_and_spaces(
    visitor: Callable[[], Visitor], cast: Cast
) -> None:
    assert is_signed_in(visitor().sign_in(" AMARA ", cast["amara"].password))


@pytest.mark.parametrize(
    ("name", "password"),
    [("amara", "lantern-mosS"), ("nobody", "lantern-moss"), ("amara", "copper-birch")],
)
def test_every_refusal_says_the_same_and_keeps_the_name(
    visitor: Callable[[], Visitor], name: str, password: str
) -> None:
    page = try_to(visitor(), name, password)
    assert REFUSED in page.text
    assert page.title.startswith("Error: ")
    assert page.form("/sign-in").fields["username"] == name
    assert password not in page.html


def test_blank_fields_are_named(visitor: Callable[[], Visitor]) -> None:
    page = try_to(visitor(), "", "")
    assert "Type your user name." in page.text and "Type your password." in page.text


def test_a_page_asked_for_before_signing_in_opens_after_it(
    visitor: Callable[[], Visitor], cast: Cast
) -> None:
    someone = visitor()
    asked = someone.get("/account/password", status=302)
    page = someone.follow(asked)
    answer = page.form("/sign-in").submit(username="bo", password=cast["bo"].password)
    assert someone.give_passkey(answer, "bo") == "/account/password"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:x()",
        "",
        "//[",
        "http://[::1",
        "//ex\u2100mple",
    ],
)
def test_signing_in_never_leads_to_another_host(
    visitor: Callable[[], Visitor], cast: Cast, target: str
) -> None:
    someone = visitor()
    page = someone.get("/sign-in", query={"next": target})
    answer = page.form("/sign-in").submit(username="bo", password=cast["bo"].password)
    assert urlsplit(answer.location).netloc == ""
    assert someone.give_passkey(answer, "bo") == "/"


def test_a_form_token_from_before_signing_in_is_worth_nothing_after(
    visitor: Callable[[], Visitor], cast: Cast
) -> None:
    someone = visitor()
    someone.get("/sign-in")
    before = someone.token
    someone.sign_in("amara", cast["amara"].password)
    someone.post("/stay", {"csrf_token": before}, status=400)


def test_the_cookie_is_out_of_reach_of_scripts_and_holds_no_name(
    visitor: Callable[[], Visitor], cast: Cast
) -> None:
    someone = visitor()
    page = someone.get("/sign-in").form("/sign-in")
    answer = page.submit(username="amara", password=cast["amara"].password)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("session="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "amara" not in cookie


def test_the_database_keeps_only_the_hash_of_the_token(app: Flask, amara: Visitor) -> None:
    token = amara.http.get_cookie("session")
    assert token is not None
    with app.app_context():
        kept = db.session.scalars(
            select(StaffSession.token_hash).where(StaffSession.ended_at.is_(None))
        ).all()
    assert kept == [auth.hash_of(token.value)] and token.value not in kept


# ---- the throttle


def test_after_five_failures_an_account_waits_fifteen_minutes(
    visitor: Callable[[], Visitor], cast: Cast, clock: time_machine.Traveller
) -> None:
    for _ in range(auth.TRIES["account"]):
        try_to(visitor(), "amara", "wrong password")
    page = try_to(visitor(), "amara", cast["amara"].password, status=429)
    assert "Wait 15 minutes" in page.text
    assert is_signed_in(visitor().sign_in("bo", cast["bo"].password))
    clock.shift(auth.WINDOW + timedelta(seconds=1))
    assert is_signed_in(visitor().sign_in("amara", cast["amara"].password))


def test_an_address_that_tries_many_names_waits_too(
    visitor: Callable[[], Visitor], cast: Cast
) -> None:
    for number in range(auth.TRIES["address"]):
        try_to(visitor(), f"guess-{number}", "wrong password")
    try_to(visitor(), "amara", cast["amara"].password, status=429)


def test_success_forgets_the_failures_of_the_account(
    app: Flask, visitor: Callable[[], Visitor], cast: Cast
) -> None:
    for _ in range(auth.TRIES["account"] - 1):
        try_to(visitor(), "amara", "wrong password")
    visitor().sign_in("amara", cast["amara"].password)
    with app.app_context():
        keys = db.session.scalars(select(SignInAttempt.key)).all()
    assert "account:amara" not in keys


def test_failures_and_successes_stand_in_the_history_without_the_password(
    app: Flask, visitor: Callable[[], Visitor], cast: Cast
) -> None:
    try_to(visitor(), "amara", "wrong password")
    visitor().sign_in("amara", cast["amara"].password)
    with app.app_context():
        events = db.session.scalars(select(Event).where(Event.clinic_id == 0)).all()
    assert [event.act for event in events] == ["sign_in.wrong_password", "sign_in.done"]
    assert all("password" not in event.about for event in events)


# ---- sessions end


@pytest.mark.parametrize(("minutes", "still_in"), [(14, True), (16, False)])
def test_idle_for_a_quarter_of_an_hour_signs_off(
    amara: Visitor, clock: time_machine.Traveller, minutes: int, still_in: bool
) -> None:
    clock.shift(timedelta(minutes=minutes))
    assert is_signed_in(amara) is still_in


def test_work_keeps_a_session_open_but_not_for_ever(
    app: Flask, amara: Visitor, clock: time_machine.Traveller
) -> None:
    started = app.config["SIGN_IN_LIFETIME"]
    for _ in range(int(started / timedelta(minutes=10))):
        clock.shift(timedelta(minutes=10))
        assert is_signed_in(amara)
    clock.shift(timedelta(minutes=1))
    assert not is_signed_in(amara)


def test_staying_signed_in_counts_as_work(amara: Visitor, clock: time_machine.Traveller) -> None:
    amara.get("/account")
    clock.shift(timedelta(minutes=14))
    amara.post("/stay", status=204)
    clock.shift(timedelta(minutes=14))
    assert is_signed_in(amara)


def test_a_made_up_cookie_opens_nothing(visitor: Callable[[], Visitor]) -> None:
    someone = visitor()
    someone.http.set_cookie("session", "made-up")
    assert not is_signed_in(someone)


@pytest.mark.parametrize("what", ["disable", "roles"])
def test_what_an_administrator_takes_away_is_gone_at_once(
    app: Flask, cast: Cast, bo: Visitor, visitor: Callable[[], Visitor], what: str
) -> None:
    by, who = cast["dee"].actor, cast["bo"].staff_id
    with app.app_context():
        if what == "disable":
            staff.disable(by=by, clinic_id=cast.hillside, staff_id=who)
        else:
            staff.change_roles(by=by, clinic_id=cast.hillside, staff_id=who, roles={Role.DESK})
    assert not is_signed_in(bo)
    if what == "disable":
        assert REFUSED in try_to(visitor(), "bo", cast["bo"].password).text


# ---- one's own password


def change(visitor: Visitor, *, status: int | None = None, **typed: str) -> Page:
    form = visitor.get("/account/password").form("/account/password")
    return form.submit(None, typed, status=status)


def test_a_new_password_takes_the_old_ones_place_and_ends_other_sessions(
    cast: Cast, sign_in: Callable[[str], Visitor], visitor: Callable[[], Visitor]
) -> None:
    here, there = sign_in("bo"), sign_in("bo")
    old = cast["bo"].password
    change(here, present=old, new="quiet harbor lamp", again="quiet harbor lamp")
    assert is_signed_in(here) and not is_signed_in(there)
    assert REFUSED in try_to(visitor(), "bo", old).text
    assert is_signed_in(visitor().sign_in("bo", "quiet harbor lamp"))


@pytest.mark.parametrize(
    ("present", "new", "again", "sentence"),
    [
        ("not mine", "quiet harbor lamp", "quiet harbor lamp", "not your present password"),
        ("copper-birch", "short", "short", "at least 12 characters"),
        ("copper-birch", "x" * 1001, "x" * 1001, "at most 1000 characters"),
        ("copper-birch", "aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "easy to guess"),
        ("copper-birch", "quiet harbor lamp", "quiet harbor lamb", "differ"),
        ("copper-birch", "copper-birch", "copper-birch", "differs from the present"),
        ("", "", "", "Type your present password."),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_a_sentence(
    bo: Visitor, present: str, new: str, again: str, sentence: str
) -> None:
    page = change(bo, present=present, new=new, again=again, status=422)
    assert sentence in page.text


def test_a_one_time_password_leads_to_choosing_ones_own(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    with app.app_context():
        staff.reset_password(
            by=cast["dee"].actor,
            clinic_id=cast.hillside,
            staff_id=cast["bo"].staff_id,
            password_hash=auth.hasher().hash("one-time-words"),
        )
    someone = visitor().sign_in("bo", "one-time-words")
    assert arrive(someone, "/") == "/account/password"
    change(someone, present="one-time-words", new="quiet harbor lamp", again="quiet harbor lamp")
    with app.app_context():
        row = db.session.scalar(select(Staff).where(Staff.username == "bo"))
        assert row is not None and not row.must_change_password


def test_a_hash_made_with_weaker_settings_is_renewed_at_sign_in(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    with app.app_context():
        before = db.session.scalar(select(Staff.password_hash).where(Staff.username == "bo"))
    app.config["HASH_MEMORY_KIB"] = 16
    hasher = app.extensions["hasher"]
    auth.install(app)
    visitor().sign_in("bo", cast["bo"].password)
    app.extensions["hasher"] = hasher
    with app.app_context():
        after = db.session.scalar(select(Staff.password_hash).where(Staff.username == "bo"))
    assert before != after and "m=16" in str(after)


def test_a_page_tells_that_the_server_is_alive_and_nothing_more(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    assert visitor().http.get("/healthz").text == "alive\n"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(StaffSession)) == 0
