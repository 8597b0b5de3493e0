"""The idle lock in Chromium: the page goes, and comes back with every character and the focus."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask

from tests.conftest import NOW
from tests.harness import charts
from tests.harness.browser import Window, axe_faults, sideways_faults
from tests.harness.cast import Cast

TYPED = "Walk to the lake, “slowly” – Ánh\nthen back"


def test_what_was_typed_and_the_focus_come_back_after_unlocking(
    app: Flask, cast: Cast, open_window: Callable[..., Window]
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["bo"])
    window = open_window()
    page = window.sign_in("bo", cast["bo"].password)
    edit = f"/c/{cast.hillside}/patients/{patient_id}/edit"
    page.clock.install(time=NOW)
    window.go(edit)
    page.fill("[name=goal]", TYPED)
    page.fill("[name=preferred_name]", "Mia")
    page.select_option("[name=physician_id]", index=1)
    page.focus("[name=goal]")
    chosen = page.input_value("[name=physician_id]")
    page.clock.fast_forward(901_000)
    page.wait_for_url("**/sign-in?**")
    assert urlsplit(page.url).query == f"next={edit.replace('/', '%2F')}&why=idle"
    assert page.inner_text("h1") == "Locked"
    assert "Mia" not in page.content() and axe_faults(page) == [] and sideways_faults(page) == []
    page.fill("[name=password]", cast["bo"].password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == edit and not urlsplit(url).fragment)
    page.wait_for_function("document.activeElement.name === 'goal'")
    assert page.input_value("[name=goal]") == TYPED
    assert page.input_value("[name=preferred_name]") == "Mia"
    assert page.input_value("[name=physician_id]") == chosen
    page.reload()
    assert page.input_value("[name=preferred_name]") != "Mia"


def test_after_signing_out_going_back_shows_nothing(
    app: Flask, cast: Cast, open_window: Callable[..., Window]
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["bo"], family_name="Quillfeather")
    window = open_window()
    page = window.sign_in("bo", cast["bo"].password)
    window.go(f"/c/{cast.hillside}/patients/{patient_id}")
    assert "QUILLFEATHER" in page.content()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.wait_for_url("**/sign-in**")
    assert "QUILLFEATHER" not in page.content()
