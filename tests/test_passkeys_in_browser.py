"""A passkey in Chromium itself: made at the first sign-in, used at the next, and to confirm.

The authenticator is the browser's virtual one; the page, its script and its policy are the real
ones. Chromium knows passkeys at `localhost` and at names under HTTPS, not at a bare address.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import delete

from tests.harness.browser import Window, axe_faults, served, sideways_faults, window
from tests.harness.cast import Cast
from tracker import auth
from tracker.charts.factors import held_by
from tracker.models import Passkey, db


@pytest.fixture
def bo(chromium: Browser, app: Flask, cast: Cast) -> Iterator[Window]:
    """Bo's browser, with a security key plugged in that the clinic does not know yet."""
    with app.app_context():
        db.session.execute(delete(Passkey).where(Passkey.staff_id == cast["bo"].staff_id))
        db.session.commit()
    with served(app) as address:
        opened = window(chromium, address.replace("127.0.0.1", "localhost"))
        devtools = opened.context.new_cdp_session(opened.page)
        devtools.send("WebAuthn.enable")
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "usb",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        yield opened
        opened.context.close()
    assert opened.faults == []


def type_password(bo: Window, cast: Cast) -> Page:
    bo.go("/sign-in")
    bo.page.fill("[name=username]", "bo")
    bo.page.fill("[name=password]", cast["bo"].password)
    bo.page.press("[name=password]", "Enter")
    bo.page.wait_for_url("**/sign-in/*")
    return bo.page


def test_a_passkey_is_made_used_and_asked_for_again(
    app: Flask, cast: Cast, bo: Window, clock: time_machine.Traveller
) -> None:
    page = type_password(bo, cast)
    page.wait_for_url("**/sign-in/set-up")
    assert axe_faults(page) == [] and sideways_faults(page) == []
    page.fill("[name=name]", "blue key")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/account/second-factor/codes*")
    page.get_by_role("button", name="Make recovery codes").click()
    page.locator(".codes li").nth(9).wait_for()
    assert page.locator(".codes li").count() == 10
    with app.app_context():
        assert [key.name for key in held_by(cast["bo"].staff_id).passkeys] == ["blue key"]

    bo.context.clear_cookies()
    page = type_password(bo, cast)
    page.wait_for_url("**/sign-in/second-factor")
    assert axe_faults(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/today")

    clock.shift(auth.FRESH_FOR + timedelta(seconds=1))
    page.goto(f"{bo.address}/account/second-factor")
    page.wait_for_url("**/account/confirm**")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("Type your password.").wait_for()
    page.fill("[name=password]", cast["bo"].password)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/account/second-factor")
    assert "blue key" in page.inner_text("main") and axe_faults(page) == []
    assert sideways_faults(page) == []
