"""Faults in the middle of a form: a plain page, nothing half saved, and nothing typed is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker.charts.patients import patient_of
from tracker.models import db

GOAL = "Walk to the “mill”,\nand <b>back</b> & forth"


@pytest.fixture
def details(app: Flask, cast: Cast) -> str:
    with app.app_context():
        patient_id = charts.register(cast["bo"])
    return f"/c/{cast.hillside}/patients/{patient_id}/edit"


@contextlib.contextmanager
def away(app: Flask) -> Iterator[None]:
    """Let the database answer nothing, as one that was stopped."""

    def refuse(*_: Any) -> None:
        raise OperationalError("", {}, Exception("gone"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


def goal(app: Flask, cast: Cast, path: str) -> str:
    with app.app_context():
        head = patient_of(cast.hillside, int(path.split("/")[4]))
        assert head is not None
        return head.goal


def test_a_form_sent_while_the_database_is_away_can_be_sent_again(
    app: Flask, cast: Cast, details: str, bo: Visitor
) -> None:
    form = bo.get(details).form("/edit")
    before = goal(app, cast, details)
    with away(app):
        page = form.submit(goal=GOAL, status=503)
        assert "The database does not answer" in page.text
        page = page.form("/edit").submit(status=503)  # still away: nothing is lost by trying
    assert goal(app, cast, details) == before
    page.form("/edit").submit(status=303)
    assert goal(app, cast, details) == GOAL


def test_passwords_are_not_on_the_page_of_a_fault(
    app: Flask, cast: Cast, dee: Visitor, visitor: Callable[[], Visitor]
) -> None:
    staff = dee.get(f"/c/{cast.hillside}/staff/{cast['bo'].staff_id}").form("/roles")
    password = dee.get("/account/password").form("/password")
    signing_in = visitor().get("/sign-in").form("/sign-in")
    with away(app):
        page = staff.submit(roles=["desk"], password="marble-otter", status=503)
        assert "marble-otter" not in page.html and page.form("/roles").fields["roles"] == "desk"
        for form in (password, signing_in):
            typed = dict.fromkeys(form.names - {"csrf_token"}, "marble-otter")
            assert "marble-otter" not in form.submit(None, typed, status=503).html


def test_a_form_from_before_signing_in_again_shows_what_was_typed_and_changes_nothing(
    app: Flask, cast: Cast, details: str, bo: Visitor
) -> None:
    form = bo.get(details).form("/edit")
    before = goal(app, cast, details)
    bo.post("/sign-out", {"csrf_token": form.fields["csrf_token"]})  # in another tab
    bo.sign_in(cast["bo"].username, cast["bo"].password)
    page = form.submit(goal=GOAL, status=400)
    assert "open too long" in page.text
    assert "Walk to the “mill”," in page.text and "<b>back" not in page.html
    assert goal(app, cast, details) == before


def test_a_forged_form_is_not_echoed(
    app: Flask, details: str, visitor: Callable[[], Visitor]
) -> None:
    page = visitor().http.post(details, data={"csrf_token": "x", "goal": "Echo me"})
    assert page.status_code == 400 and "Echo me" not in page.get_data(as_text=True)
