"""Every page in a browser: accessible, never wider than the screen, in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.harness.browser import Window, axe_faults, press, sideways_faults, type_in
from tests.harness.cast import Cast
from tests.harness.crawl import pages_of
from tests.harness.visitor import Visitor
from tests.test_console_in_browser import BEFORE, FILES, PLACES
from tracker.demo.people import PASSWORD
from tracker.models import Patient, db


def faults_of(window: Window, path: str) -> list[str]:
    page = window.go(path)
    return [f"{path} {fault}" for fault in axe_faults(page) + sideways_faults(page)]


def test_the_sign_in_page(open_window: Callable[..., Window]) -> None:
    assert faults_of(open_window(), "/sign-in") == []


def test_every_page_in_its_fullest_state(open_demo: Callable[..., Window], demo_app: Flask) -> None:
    wrong: list[str] = []
    seen: set[str] = set()
    there: dict[str, tuple[str, ...]] = {"amara": tuple(patient_pages(demo_app))}
    for who in ("amara", "dee", "cleo"):
        also = there.get(who, ())
        reached = pages_of(Visitor(demo_app).sign_in(who, PASSWORD), also=also)
        window = open_demo()
        window.sign_in(who, PASSWORD)
        # A page that several roles see was looked at as the first of them sees it.
        paths = [path for endpoint, path in reached.items() if endpoint not in seen]
        wrong += [fault for path in paths for fault in faults_of(window, path)]
        seen |= set(reached)
    assert not wrong, "\n".join(wrong)
    # The others are opened in a browser elsewhere, or they are no pages.
    rules = demo_app.url_map.iter_rules()
    every = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    assert every - seen - FILES - BEFORE <= set(PLACES)


def patient_pages(demo: Flask) -> list[str]:
    """Give the page of each patient of the first clinic: together they link to all acts."""
    with demo.app_context():
        first = select(Patient.clinic_id).order_by(Patient.clinic_id).limit(1).scalar_subquery()
        found = db.session.scalars(select(Patient).where(Patient.clinic_id == first))
        return [f"/c/{one.clinic_id}/patients/{one.id}" for one in found]


@pytest.mark.parametrize("who", ["amara", "bo", "cleo", "dee", "eli"])
def test_every_link_of_every_role_leads_to_a_good_page(demo_app: Flask, who: str) -> None:
    reached = pages_of(Visitor(demo_app).sign_in(who, PASSWORD))
    assert "session.account" in reached


@pytest.mark.parametrize("who", ["amara", "bo", "cleo", "dee"])
def test_every_link_of_an_empty_clinic_leads_to_a_good_page(
    sign_in: Callable[[str], Visitor], who: str
) -> None:
    assert "session.account" in pages_of(sign_in(who))


def test_signing_in_by_keyboard_alone(open_window: Callable[..., Window], cast: Cast) -> None:
    window = open_window()
    page = window.go("/sign-in")
    type_in(page, cast["amara"].username)
    press(page, "Tab")
    type_in(page, cast["amara"].password)
    with page.expect_navigation():
        press(page, "Enter")
    assert page.url.endswith("/sign-in/second-factor")  # what it asks has tests of its own
    assert window.keys.count == len("amara") + 1 + 12 + 1
    assert window.keys.interactions == 2


def test_signing_in_without_scripts(open_window: Callable[..., Window], cast: Cast) -> None:
    window = open_window(javascript=False)
    page = window.sign_in(cast["amara"].username, cast["amara"].password)
    assert "/sign-in" not in page.url
