"""Every page in a browser: accessible, never wider than the screen, in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.browser import Window, axe_faults, sideways_faults
from tests.harness.cast import Cast
from tests.harness.crawl import pages_of
from tests.harness.visitor import Visitor

SCHEMES = ("light", "dark")


def faults_of(window: Window, path: str) -> list[str]:
    page = window.go(path)
    return [f"{path} {fault}" for fault in [*axe_faults(page), *sideways_faults(page)]]


@pytest.mark.parametrize("color_scheme", SCHEMES)
def test_the_sign_in_page(open_window: Callable[..., Window], color_scheme: str) -> None:
    window = open_window(color_scheme=color_scheme)
    assert faults_of(window, "/sign-in") == []


@pytest.mark.parametrize("color_scheme", SCHEMES)
@pytest.mark.parametrize("who", ["amara", "cleo", "dee"])
def test_every_page_a_person_reaches_by_links(
    open_window: Callable[..., Window],
    sign_in: Callable[[str], Visitor],
    cast: Cast,
    who: str,
    color_scheme: str,
) -> None:
    paths = pages_of(sign_in(who), "/account")
    window = open_window(color_scheme=color_scheme)
    window.sign_in(cast[who].username, cast[who].password)
    assert [fault for path in paths.values() for fault in faults_of(window, path)] == []


def test_signing_in_by_keyboard_alone(open_window: Callable[..., Window], cast: Cast) -> None:
    window = open_window()
    page = window.go("/sign-in")
    page.keyboard.type(cast["amara"].username)
    page.keyboard.press("Tab")
    page.keyboard.type(cast["amara"].password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/sign-in" not in page.url
    assert window.keys.count == len("amara") + 1 + 12 + 1
    assert window.keys.interactions == 2


def test_signing_in_without_scripts(open_window: Callable[..., Window], cast: Cast) -> None:
    window = open_window(javascript=False)
    page = window.sign_in(cast["amara"].username, cast["amara"].password)
    assert "/sign-in" not in page.url
