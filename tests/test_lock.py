"""The idle lock: the password opens it again, at the same place, with every typed character."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker import auth
from tracker.models import Event, KeptForm, Patient, StaffSession, db
from tracker.records import kept, staff

IDLE = timedelta(minutes=16)


@pytest.fixture
def patient_id(app: Flask, cast: Cast) -> int:
    """A patient of Hillside Spine."""
    with app.app_context():
        return charts.register(cast["bo"])


def unlock(visitor: Visitor, password: str, page: Page, **more: int) -> Page:
    visitor.signed_in = False
    locked = visitor.follow(page)
    assert locked.h1 == "Locked"
    done = locked.form("/unlock").submit(password=password, **more)
    visitor.signed_in = True
    return done


def kept_forms(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(KeptForm)) or 0


def test_idle_locks_and_the_password_alone_unlocks_at_the_same_page(
    app: Flask, cast: Cast, bo: Visitor, clock: time_machine.Traveller
) -> None:
    before = bo.http.get_cookie("session")
    clock.shift(IDLE)
    asked = bo.get(f"/c/{cast.hillside}/today", status=302)
    page = unlock(bo, cast["bo"].password, asked)
    assert page.location == f"/c/{cast.hillside}/today"
    assert bo.get(page.location).h1 == "Today"
    after = bo.http.get_cookie("session")
    assert before and after and before.value != after.value
    with app.app_context():
        acts = db.session.scalars(select(Event.act).order_by(Event.at, Event.seq)).all()
    assert acts[-1] == "sign_in.unlocked"


def test_a_locked_screen_names_who_locked_it_and_nothing_else_opens(
    cast: Cast, bo: Visitor, clock: time_machine.Traveller
) -> None:
    clock.shift(IDLE)
    bo.signed_in = False
    page = bo.get("/sign-in")
    assert "Bo Lindqvist, RN" in page.text
    refused = page.form("/unlock").submit(password=cast["amara"].password, status=422)
    assert "This is not the password of Bo Lindqvist, RN." in refused.text
    assert bo.http.get("/account").status_code == 302
    again = bo.get("/sign-in", query={"another": "1"})
    assert again.h1 == "Sign in"


def test_guessing_at_a_locked_screen_is_throttled(
    cast: Cast, bo: Visitor, clock: time_machine.Traveller
) -> None:
    clock.shift(IDLE)
    bo.signed_in = False
    form = bo.get("/sign-in").form("/unlock")
    for _ in range(auth.TRIES["account"]):
        form.submit(password="not this", status=422)
    form.submit(password=cast["bo"].password, status=429)


def test_another_person_at_a_locked_screen_ends_the_session(
    app: Flask, cast: Cast, bo: Visitor, clock: time_machine.Traveller
) -> None:
    cookie = bo.http.get_cookie("session")
    assert cookie is not None
    clock.shift(IDLE)
    bo.signed_in = False
    form = bo.get("/sign-in", query={"another": "1"}).form("/sign-in")
    form.submit(username="amara", password=cast["amara"].password)
    with app.app_context():
        row = db.session.get_one(StaffSession, auth.hash_of(cookie.value))
    assert row.ended_at is not None


def test_twelve_hours_after_sign_in_the_password_alone_is_not_enough(
    app: Flask, cast: Cast, bo: Visitor, clock: time_machine.Traveller
) -> None:
    clock.shift(app.config["SIGN_IN_LIFETIME"] + timedelta(minutes=1))
    bo.signed_in = False
    assert bo.get("/sign-in").h1 == "Sign in"


def test_the_lock_holds_for_who_was_disabled_meanwhile(
    app: Flask, cast: Cast, bo: Visitor, dee: Visitor, clock: time_machine.Traveller
) -> None:
    clock.shift(IDLE)
    with app.app_context():
        staff.disable(by=cast["dee"].actor, clinic_id=cast.hillside, staff_id=cast["bo"].staff_id)
    bo.signed_in = False
    assert bo.get("/sign-in").h1 == "Sign in"


# ---- without a script: the form arrives too late, and is kept


def edit_form(bo: Visitor, cast: Cast, patient_id: int) -> Page:
    return bo.get(f"/c/{cast.hillside}/patients/{patient_id}/edit")


def test_a_form_sent_too_late_is_kept_and_sent_again_after_unlocking(
    app: Flask, cast: Cast, bo: Visitor, patient_id: int, clock: time_machine.Traveller
) -> None:
    form = edit_form(bo, cast, patient_id).form("/edit")
    clock.shift(IDLE)
    late = form.submit(None, {"goal": "walk the dog\nagain “soon”"}, status=302)
    page = bo.follow(unlock(bo, cast["bo"].password, late))
    assert page.h1 == "Your form was kept" and "edit a patient's identity" in page.text
    with app.app_context():
        before = db.session.scalars(select(Patient.goal)).one()
    again = page.form("/edit")
    bo.follow(again.submit())
    with app.app_context():
        after = db.session.scalars(select(Patient.goal)).one()
    assert before != after and after.replace("\r\n", "\n") == "walk the dog\nagain “soon”"
    assert kept_forms(app) == 0


def test_a_form_sent_after_twelve_hours_is_kept_through_the_whole_sign_in(
    app: Flask, cast: Cast, bo: Visitor, patient_id: int, clock: time_machine.Traveller
) -> None:
    form = edit_form(bo, cast, patient_id).form("/edit")
    clock.shift(app.config["SIGN_IN_LIFETIME"] + timedelta(minutes=1))
    late = form.submit(None, {"goal": "sleep through"}, status=302)
    bo.signed_in = False
    page = bo.follow(late).form("/sign-in").submit(username="bo", password=cast["bo"].password)
    onward = bo.give_passkey(page, "bo")
    bo.signed_in = True
    bo.follow(bo.get(onward).form("/edit").submit())
    with app.app_context():
        assert db.session.scalars(select(Patient.goal)).one() == "sleep through"


def test_a_kept_form_is_for_its_owner_and_for_a_day(
    app: Flask, cast: Cast, bo: Visitor, patient_id: int, clock: time_machine.Traveller,
    sign_in: Callable[[str], Visitor],
) -> None:  # fmt: skip
    form = edit_form(bo, cast, patient_id).form("/edit")
    clock.shift(IDLE)
    late = form.submit(None, {"goal": "mine"}, status=302)
    at = unlock(bo, cast["bo"].password, late).location
    sign_in("amara").get(at, status=404)
    bo.get(at).form("/discard").submit()
    bo.get(at, status=404)
    assert kept_forms(app) == 0


def test_passwords_are_never_kept(
    app: Flask, cast: Cast, dee: Visitor, clock: time_machine.Traveller
) -> None:
    form = dee.get(f"/c/{cast.hillside}/staff/{cast['bo'].staff_id}").form("/roles")
    password = dee.get("/account/password").form("/account/password")
    clock.shift(IDLE)
    form.submit(roles=["nurse"], password="marble-otter", status=302)
    password.submit(present="marble-otter", new="a", again="a", status=302)
    with app.app_context():
        bodies = db.session.scalars(select(KeptForm.body)).all()
    assert len(bodies) == 1 and "marble-otter" not in bodies[0] and "nurse" in bodies[0]


def test_a_dangerous_form_waits_while_one_confirms(
    app: Flask, cast: Cast, dee: Visitor, clock: time_machine.Traveller
) -> None:
    at = f"/c/{cast.hillside}/staff/{cast['bo'].staff_id}"
    form = dee.get(at).form("/reset-factor")
    clock.shift(auth.FRESH_FOR + timedelta(seconds=1))
    page = form.submit(factor_password="marble-otter", status=303)
    assert page.location.startswith("/account/confirm?next=/kept/")


def test_only_the_newest_forms_of_a_person_are_kept(app: Flask, cast: Cast) -> None:
    with app.app_context():
        for number in range(kept.MOST + 3):
            kept.keep(
                staff_id=cast["bo"].staff_id, path="/x", body=str(number), address="/x", act="x"
            )
        bodies = db.session.scalars(select(KeptForm.body).order_by(KeptForm.id)).all()
    assert bodies == [str(number) for number in range(3, kept.MOST + 3)]


# ---- with a script: the page is cleared, and what was typed goes to the server first


def send(visitor: Visitor, path: str, body: str, status: int = 204) -> None:
    visitor.post("/lock", {"path": path, "body": body}, status=status)


def test_what_was_typed_comes_back_once_to_the_page_it_was_typed_on(
    app: Flask, cast: Cast, bo: Visitor
) -> None:
    today = f"/c/{cast.hillside}/today"
    bo.get(today)
    typed = json.dumps({"focus": {"id": "q"}, "fields": [["/f", "q", 0, "Ríve", False]]})
    send(bo, today, typed)
    page = unlock(bo, cast["bo"].password, bo.get(today, status=302))
    assert page.location == f"{today}#resume"
    bo.get(today)
    answers = [bo.post("/kept-page", {"path": today}, status=200).data for _ in range(2)]
    assert json.loads(answers[0]) == json.loads(typed) and json.loads(answers[1]) == {}


@pytest.mark.parametrize("body", ["", "[]", "{", '{"fields": {}}'])
def test_what_is_no_page_is_not_kept_but_locks(app: Flask, bo: Visitor, body: str) -> None:
    bo.get("/account")
    send(bo, "/account", body)
    assert kept_forms(app) == 0 and bo.http.get("/account").status_code == 302


def test_at_a_locked_screen_nobody_replaces_what_was_kept(
    app: Flask, bo: Visitor, visitor: Callable[[], Visitor]
) -> None:
    bo.get("/account")
    for text in ("mine", "theirs"):
        send(bo, "/account", json.dumps({"fields": [["/a", "n", 0, text, False]]}))
    with app.app_context():
        assert "mine" in db.session.scalars(select(KeptForm.body)).one()
    someone = visitor()
    someone.get("/sign-in")
    send(someone, "/account", '{"fields": []}', status=401)
