"""Today and the administrator's pages in their fullest states: accessible at every width."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.harness import charts
from tests.harness.browser import Window, axe_faults, go_by, sideways_faults
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker.models import Clinic, db
from tracker.records import clinics

OWN = "marble-otter"


def as_person(open_window: Callable[..., Window], who: str) -> Window:
    window = open_window()
    window.arrive(who)
    return window


def faults_of(window: Window) -> list[str]:
    return [*axe_faults(window.page), *sideways_faults(window.page)]


def test_today_with_every_group(app: Flask, open_window: Callable[..., Window], cast: Cast) -> None:
    with app.app_context():
        by = cast["amara"]
        charts.signed_plan(by)
        begun = charts.register(by, family_name="Nguyễn", record_no="TEST-2")
        charts.record_regimen(by, begun)
        charts.draft(
            by, begun, first_day="11/3/2026", rhythms=[], checkin_none_because="Weekly visits"
        )
        charts.sign(by, begun)
        charts.draft(by, begun)
    window = as_person(open_window, "amara")
    page = window.go(f"/c/{cast.hillside}/today")
    assert page.locator("h2").count() == 5
    page.get_by_text("How this is worked out").click()
    assert faults_of(window) == []


def test_the_staff_pages_with_their_refusals_and_the_one_time_password(
    open_window: Callable[..., Window], cast: Cast
) -> None:
    window = as_person(open_window, "dee")
    page = window.go(f"/c/{cast.hillside}/staff/{cast['bo'].staff_id}")
    page.fill("[name=away_from]", "soon")
    go_by(page.get_by_role("button", name="Record cover"))
    assert page.locator("#problems").is_visible()
    assert faults_of(window) == []
    page = window.go(f"/c/{cast.hillside}/staff/add")
    page.fill("[name=name]", "Fay Ito")
    page.fill("[name=username]", "fay")
    page.check("text=Nurse")
    page.fill("[name=password]", OWN)
    go_by(page.get_by_role("button", name="Add this person"))
    assert page.locator("h1").inner_text() == "One-time password for Fay Ito"
    assert faults_of(window) == []


def test_the_clinics_details_when_somebody_was_quicker(
    app: Flask, open_window: Callable[..., Window], cast: Cast
) -> None:
    window = as_person(open_window, "dee")
    page = window.go(f"/c/{cast.hillside}/clinic/edit")
    with app.app_context():
        clinics.edit(
            by=cast["dee"].actor,
            clinic_id=cast.hillside,
            seen=db.session.get_one(Clinic, cast.hillside).seq,
            changes={"hours": "9 to 6"},
        )
    page.fill("[name=hours]", "7 to 3")
    go_by(page.get_by_role("button", name="Save the clinic details"))
    assert page.get_by_text("Somebody else was quicker").is_visible()
    assert page.input_value("[name=hours]") == "7 to 3"
    assert faults_of(window) == []


def test_a_member_of_staff_is_added_by_keyboard_and_without_scripts(
    open_window: Callable[..., Window], cast: Cast, sign_in: Callable[[str], Visitor]
) -> None:
    window = open_window(javascript=False)
    window.arrive("dee")
    page = window.go(f"/c/{cast.hillside}/staff/add")
    page.focus("[name=name]")
    for typed, press in (("Fay Ito", "Tab"), ("fay", "Tab"), ("", "Tab"), ("", "Space")):
        page.keyboard.type(typed)
        page.keyboard.press(press)
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type(OWN)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "One-time password for Fay Ito" in page.content()
    rows = sign_in("dee").get(f"/c/{cast.hillside}/staff").table()
    assert [row[2] for row in rows if row[0] == "Fay Ito"] == ["Nurse"]
