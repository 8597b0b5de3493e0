"""Who else has a long form open is said on it, and is forgotten when they leave it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tests.test_amendment_requests import ask
from tracker.charts.checkins import checkins_of
from tracker.models import AmendmentRequest, db
from tracker.policy import Role
from tracker.records import escalations, staff
from tracker.views.presence import FORMS

OPEN = "Bo Lindqvist, RN has this open since Tue Nov 24, 2026, 8:42 AM."
HERE = "/c/{clinic}/patients/{patient}"
PATHS = {
    "patient": f"{HERE}/edit",
    "regimen": f"{HERE}/regimen",
    "plan": f"{HERE}/plan/draft",
    "checkin": f"{HERE}/checkins/{{checkin}}/record",
    "contact": f"{HERE}/checkins/new",
    "escalation": f"{HERE}/escalations/{{escalation}}",
    "amendment": f"{HERE}/amendments/{{request}}",
    "clinic": "/c/{clinic}/clinic/edit",
    "wording": "/c/{clinic}/clinic/spanish",
    "staff": "/c/{clinic}/staff/{staff}",
}


@pytest.fixture
def ids(app: Flask, cast: Cast) -> dict[str, int | None]:
    """One of everything that a form is about; Bo and Amara are administrators too."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        for who, roles in (("bo", {Role.PHYSICIAN}), ("amara", {Role.PHYSICIAN})):
            staff.change_roles(
                by=cast["dee"].actor, clinic_id=cast.hillside, staff_id=cast[who].staff_id or 0,
                roles=roles | {Role.ADMIN},
            )  # fmt: skip
        return {
            "clinic": cast.hillside,
            "patient": patient_id,
            "checkin": checkins_of(cast.hillside, patient_id)[0].id,
            "staff": cast["cleo"].staff_id,
            "escalation": escalations.raise_one(
                by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=patient_id,
                about="Very sleepy", needed_by="today", text="Hard to wake",
            ),
        }  # fmt: skip


def test_each_long_form_tells_who_else_has_it_open(
    app: Flask, cast: Cast, ids: dict[str, int | None], sign_in: Callable[[str], Visitor]
) -> None:
    assert set(PATHS) == set(FORMS)
    bo, amara = sign_in("bo"), sign_in("amara")
    ask(bo, cast, ids["patient"] or 0)
    with app.app_context():
        ids["request"] = db.session.scalar(select(AmendmentRequest.id))
    wrong = []
    for form, path in PATHS.items():
        address = path.format(**ids)
        bo.get(address)
        told, mine = amara.get(address), bo.get(address)
        amara.get("/account")
        if OPEN not in told.text or "Bo Lindqvist, RN has" in mine.text:
            wrong.append(form)
    assert wrong == []


@pytest.fixture
def both(
    ids: dict[str, int | None], sign_in: Callable[[str], Visitor]
) -> tuple[Visitor, Callable[[], bool]]:
    """Bo with a patient's details open; and whether Amara is told of it."""
    path = PATHS["patient"].format(**ids)
    bo, amara = sign_in("bo"), sign_in("amara")
    bo.get(path)
    return bo, lambda: "has this open since" in amara.get(path).text


def test_who_goes_elsewhere_or_signs_out_has_it_open_no_more(
    both: tuple[Visitor, Callable[[], bool]], ids: dict[str, int | None]
) -> None:
    bo, is_told = both
    assert is_told()
    bo.get(HERE.format(**ids) + "/regimen")
    assert not is_told()
    page = bo.get(PATHS["patient"].format(**ids))
    assert is_told()
    bo.post("/sign-out", {"csrf_token": page.form("/edit").fields["csrf_token"]})
    assert not is_told()


def test_saving_ends_it(both: tuple[Visitor, Callable[[], bool]], ids: dict[str, Any]) -> None:
    bo, is_told = both
    page = bo.get(PATHS["patient"].format(**ids))
    bo.follow(page.form("/edit").submit(goal="Swim"))
    assert not is_told()


def test_who_is_idle_longer_than_a_session_lasts_is_not_named(
    both: tuple[Visitor, Callable[[], bool]], clock: time_machine.Traveller,
    sign_in: Callable[[str], Visitor], ids: dict[str, int | None],
) -> None:  # fmt: skip
    clock.shift(timedelta(minutes=14))
    later = sign_in("amara").get(PATHS["patient"].format(**ids))
    assert OPEN in later.text
    clock.shift(timedelta(minutes=2))
    assert "has this open" not in sign_in("amara").get(PATHS["patient"].format(**ids)).text


def test_pictures_and_scripts_of_the_page_do_not_close_it(
    both: tuple[Visitor, Callable[[], bool]], cast: Cast
) -> None:
    bo, is_told = both
    products = f"/c/{cast.hillside}/products"
    bo.http.get(products, headers={"Sec-Fetch-Dest": "empty"})
    bo.http.get(products, headers={"X-Requested-By": "script"})
    assert is_told()


def test_another_patients_form_tells_nothing(
    app: Flask, cast: Cast, both: tuple[Visitor, Callable[[], bool]],
    sign_in: Callable[[str], Visitor],
) -> None:  # fmt: skip
    with app.app_context():
        other = charts.register(cast["amara"], family_name="Okoro", record_no="TEST-2")
    page = sign_in("amara").get(f"/c/{cast.hillside}/patients/{other}/edit")
    assert "has this open" not in page.text
